"""Participations as requests to the API, one by one and in batches."""

from collections.abc import Sequence
from typing import Any

from ops.rehearse.acts import Participant, PlannedAct, SentAct
from ops.rehearse.crowd import hours
from ops.rehearse.wire import JSON_TYPE, Wire, json_bytes


def one(campaign: str, token: str, submission: PlannedAct) -> Wire:
    """Return the request that records one participation."""
    headers = {**_headers(token), "Idempotency-Key": submission.key}
    return Wire("POST", f"/v1/campaigns/{campaign}/participations", headers, json_bytes(participation(submission)))


def batch(campaign: str, token: str, submissions: Sequence[PlannedAct]) -> Wire:
    """Return the request that records several, each under a key of its own."""
    entries = [{**participation(one), "idempotency_key": one.key} for one in submissions]
    path = f"/v1/campaigns/{campaign}/participations/batch"
    return Wire("POST", path, _headers(token), json_bytes({"participations": entries}))


def participation(submission: PlannedAct) -> dict[str, Any]:
    """Return the body of a participation."""
    return {"participant": _participant(submission.participant, submission.number), **content(submission.act)}


def content(act: SentAct) -> dict[str, Any]:
    """Return what an act is, without who did it."""
    told: dict[str, Any] = {"kind": act.kind, "place": place(act), "people": act.people, "hours": hours(act.minutes)}
    if act.topic:
        told["topic"] = act.topic
    if act.amount:
        told["amount"] = {"currency": act.amount.currency, "value": act.amount.value}
    return told


def place(act: SentAct) -> dict[str, str]:
    """Return where an act is, as the API takes it."""
    return {"region": act.place} if act.place.startswith("KZ-") else {"country": act.place}


def written_phone(phone: str, number: int) -> str:
    """Return a phone of Kazakhstan in one of the ways in which people write theirs."""
    code, rest = phone[2:5], phone[5:]
    return (
        phone,
        f"8 {code} {rest[:3]} {rest[3:5]} {rest[5:]}",
        f"+7 ({code}) {rest[:3]}-{rest[3:5]}-{rest[5:]}",
        f"7{code}{rest}",
    )[number % 4]


def written_name(organisation: str, number: int) -> str:
    """Return an organisation's name as one who is in a hurry, or shouts, writes it."""
    return (organisation, organisation, organisation.upper(), f"  {organisation.replace(' ', '  ')} ")[number % 4]


def _participant(participant: Participant, number: int) -> dict[str, str]:
    given = {
        "type": participant.type,
        "name": participant.name,
        "phone": participant.phone and written_phone(participant.phone, number),
        "email": participant.email and (participant.email.upper() if number % 2 else participant.email),
        "organisation": participant.organisation and written_name(participant.organisation, number),
        "bin": participant.bin,
    }
    return {name: value for name, value in given.items() if value}


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": JSON_TYPE}
