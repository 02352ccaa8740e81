"""What people write, from `values.tsv`, and what each answer means to a form: a value, nothing, or parked."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.domain.participation import hours_of
from chalicelib.intake.answers import Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import fill
from chalicelib.intake.participation_requests import Draft, Sender, read_participation
from tests.intake.filling import CONSENT, form

WRITTEN = [tuple(line.split("\t")) for line in Path(__file__).with_name("values.tsv").read_text().splitlines()[1:]]
NOW = 1_780_286_400_000
UNSAID = {"kind": "donation", "participant_type": "school", "place": {"country": "FR"}}


def recorded(target: str, answer: object) -> Draft | None:
    """Return what is recorded of a submission with one answer, None where it is parked."""
    asking = form(fallback=UNSAID, consent=CONSENT)
    try:
        return read_participation(fill(asking, {target: answer}, {target}).request, Sender("tally"), NOW)
    except (Unmappable, Invalid):
        return None


def meaning(target: str, draft: Draft) -> object:
    """Return what a participation says about what was asked for, None for nothing."""
    act, contact = draft.act, draft.contact
    found: dict[str, Any] = {
        "amount": None if act.pledged is None else f"{act.pledged.value}",
        "bin": contact.bin,
        "consent": "yes" if draft.consent else "no",
        "country": "home" if act.place == "FR" else act.place,
        "email": contact.email,
        "hours": f"{hours_of(act.minutes)}" if act.minutes else None,
        "occurred_at": draft.occurred_at,
        "participant_type": act.participant_type,
        "people": f"{act.people}",
        "phone": contact.phone,
        "region": act.place,
    }
    return found[target]


def told(target: str, answer: str) -> object:
    draft = recorded(target, answer)
    return "parked" if draft is None else meaning(target, draft) or "nothing"


def understood(target: str, told: object, expected: str) -> bool:
    if target == "occurred_at" and isinstance(told, int):
        return told == round(msgspec.convert(expected, datetime).timestamp() * 1000)
    return told == expected


@pytest.mark.parametrize("target", sorted({target for target, _, _ in WRITTEN}))
def test_what_people_write_means_what_they_mean_or_is_parked(target: str) -> None:
    answers = [(answer, told(target, answer), expected) for of, answer, expected in WRITTEN if of == target]

    assert [each for each in answers if not understood(target, *each[1:])] == []
