"""From what was sent to what is meant: requests become acts and contacts, or a list of all that is wrong."""

from collections.abc import Iterator

import msgspec

from chalicelib.domain.commands import Changes
from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.identity import (
    Consent,
    Contact,
    holds_contact_details,
    identify,
    is_bin,
    normalise_email,
    normalise_phone,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import COUNTRIES, HOME_COUNTRY, resolve_region
from chalicelib.domain.vocabulary import PERSON, Source
from chalicelib.intake import requests
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read

LATEST_AHEAD = 24 * 3600 * 1000
"""How far ahead of now, in ms, an act may say that it occurred: clocks and calendars differ."""


class Draft(msgspec.Struct, frozen=True):
    """A participation as it was meant; `identity` is None for a participant who gave nothing to be known by."""

    act: Act
    contact: Contact
    identity: str | None
    occurred_at: int | None


def read_participation(raw: object, source: Source, now: int) -> Draft:
    """Return the participation that a request asks to record at `now` (epoch ms).

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(requests.ParticipationRequest, raw, RULES)
    occurred_at = None if request.occurred_at is None else round(request.occurred_at.timestamp() * 1000)
    if occurred_at is not None and occurred_at > now + LATEST_AHEAD:
        raise Invalid((Fault("#/occurred_at", "future"),))
    contact = _contact(request.participant, request.consent, request.note)
    act = Act(
        kind=request.kind,
        participant_type=request.participant.type,
        place=_place(request.place),
        source=source,
        topic=request.topic,
        organisation=None if request.participant.type == PERSON else contact.organisation,
        people=request.people,
        hours=request.hours,
        amount=_money(request.amount),
    )
    return Draft(
        act=act,
        contact=contact,
        identity=identify(act.participant_type, contact, act.place),
        occurred_at=occurred_at,
    )


def read_reason(raw: object) -> str:
    """Return the reason of a moderator's decision.

    Raises:
        Invalid: naming every field that is wrong.
    """
    return read(requests.ReasonRequest, raw, RULES).reason


def read_correction(raw: object) -> tuple[str, Changes]:
    """Return the reason of a correction and what it replaces.

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(requests.CorrectionRequest, raw, RULES)
    changes = Changes(
        kind=request.kind,
        topic=request.topic,
        place=None if request.place is None else _place(request.place),
        organisation=_folded(request.organisation),
        people=request.people,
        hours=request.hours,
        amount=_money(request.amount),
    )
    return request.reason, changes


def read_erasure(raw: object) -> str:
    """Return the identity of the participant to erase.

    Raises:
        Invalid: naming every field that is wrong, or that nothing identifies a participant.
    """
    request = read(requests.ErasureRequest, raw, RULES)
    contact = _contact(request.participant, None, None)
    by_name = request.participant.type != PERSON and contact.organisation and not contact.bin
    if by_name and request.place is None:
        raise Invalid((Fault("#/place", "required"),))
    identity = identify(request.participant.type, contact, "" if request.place is None else _place(request.place))
    if identity is None:
        raise Invalid((Fault("#/participant", "nothing_identifies"),))
    return identity


def _contact(given: requests.ParticipantRequest, consent: requests.ConsentRequest | None, note: str | None) -> Contact:
    return Contact(
        name=_folded(given.name),
        phone=None if given.phone is None else normalise_phone(given.phone),
        email=None if given.email is None else normalise_email(given.email),
        organisation=_folded(given.organisation),
        bin=given.bin,
        consent=None if consent is None else Consent(text=consent.text, version=consent.version),
        note=note,
    )


def _place(given: requests.PlaceRequest) -> str:
    region = None if given.region is None else resolve_region(given.region)
    return region if isinstance(region, str) else str(given.country)


def _money(amount: requests.AmountRequest | None) -> Money | None:
    return None if amount is None else Money(currency=amount.currency, value=amount.value)


def _folded(text: str | None) -> str | None:
    return None if text is None else (" ".join(text.split()) or None)


def _phone_faults(phone: str, pointer: str) -> Iterator[Fault]:
    if normalise_phone(phone) is None:
        yield Fault(pointer, "phone")


def _email_faults(email: str, pointer: str) -> Iterator[Fault]:
    if normalise_email(email) is None:
        yield Fault(pointer, "email")


def _bin_faults(number: str, pointer: str) -> Iterator[Fault]:
    if not is_bin(number):
        yield Fault(pointer, "bin")


def _display_faults(text: str, pointer: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(pointer, "line")
    elif holds_contact_details(text):
        yield Fault(pointer, "contact_details")


def _region_faults(code: str, pointer: str) -> Iterator[Fault]:
    region = resolve_region(code)
    if isinstance(region, str):
        return
    if region.reason == "ambiguous":
        yield Fault(pointer, "region_ambiguous", {"candidates": ", ".join(region.candidates)})
    else:
        yield Fault(pointer, "region")


def _country_faults(country: str, pointer: str) -> Iterator[Fault]:
    if country == HOME_COUNTRY:
        yield Fault(pointer, "country_is_home")
    elif country not in COUNTRIES:
        yield Fault(pointer, "country")


def _currency_faults(currency: str, pointer: str) -> Iterator[Fault]:
    if currency not in CURRENCIES:
        yield Fault(pointer, "currency")


def _limit_faults(limits: dict[str, int], pointer: str) -> Iterator[Fault]:
    for currency in limits:
        yield from _currency_faults(currency, child(pointer, currency))


def _participant_faults(participant: requests.ParticipantRequest, pointer: str) -> Iterator[Fault]:
    if participant.bin is not None and participant.type == PERSON:
        yield Fault(child(pointer, "bin"), "bin_of_person")


def _place_faults(place: requests.PlaceRequest, pointer: str) -> Iterator[Fault]:
    if (place.region is None) == (place.country is None):
        yield Fault(pointer, "region_or_country")


RULES = Rules(
    values={
        "phone": _phone_faults,
        "email": _email_faults,
        "bin": _bin_faults,
        "display": _display_faults,
        "region": _region_faults,
        "country": _country_faults,
        "currency": _currency_faults,
        "amount_limits": _limit_faults,
    },
    objects={
        requests.ParticipantRequest: _participant_faults,
        requests.PlaceRequest: _place_faults,
    },
)
"""What the values of every request have to mean."""
