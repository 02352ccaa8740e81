"""Recorded deliveries with the form that takes them: what is counted of each, and what is parked, and why."""

from datetime import datetime

import pytest

from chalicelib.domain.participation import MINUTES_PER_HOUR
from chalicelib.intake.form_requests import read_form
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, Outcome, recorded
from tests.webhooks.system import System, account_of

each_case = pytest.mark.parametrize(
    "case", [case for case in recorded() if isinstance(case.outcome, Outcome)], ids=lambda case: case.name
)


@each_case
def test_what_comes_of_a_delivery_is_what_its_sender_meant(case: Case, system_of: SystemOf) -> None:
    system = with_form(case, system_of)

    deliver(system, case)

    assert_outcome(system, case)


@each_case
def test_nothing_else_comes_of_it_when_it_is_delivered_again(case: Case, system_of: SystemOf) -> None:
    system = with_form(case, system_of)

    for _ in range(2):
        deliver(system, case)

    assert_outcome(system, case)


def with_form(case: Case, system_of: SystemOf) -> System:
    """Return the system as a case wants it, with its form."""
    system = system_of(case)
    system.services.registry.put_form(read_form(*account_of(case), "*", case.form))
    return system


def deliver(system: System, case: Case) -> None:
    assert system.send(case.path_hint, case.delivery).status == 200
    system.work()


def assert_outcome(system: System, case: Case) -> None:
    outcome = case.outcome
    assert isinstance(outcome, Outcome)
    found = [recorded_of(system, act) for act in system.acts()]
    if outcome.counted is None:
        assert found == []
    else:
        (told,) = found
        assert {name: told[name] for name in outcome.counted} == meant(outcome.counted)
    assert system.reasons() == ([] if outcome.parked is None else [outcome.parked])
    assert (found, system.reasons()) != ([], []) or outcome.ignored


def recorded_of(system: System, event: dict[str, object]) -> dict[str, object]:
    """Return what an act's event, its participant and its note tell."""
    act = event["act"]
    assert isinstance(act, dict)
    (contact, *_), (note, *_) = [*system.contacts(), {}], [*system.notes(), {}]
    known_by = contact.get("known_by")
    return {
        "kind": act["kind"],
        "place": act["place"],
        "people": act.get("people", 1),
        "hours": act.get("minutes", 0) / MINUTES_PER_HOUR,
        "amount": act.get("pledged"),
        "occurred_at": event.get("occurred_at"),
        "identity": known_by and f"{known_by} {contact[known_by]}",
        "verified": contact.get("verified", False),
        "consent": note.get("consent_text"),
        "note": note.get("note"),
    }


def meant(counted: dict[str, object]) -> dict[str, object]:
    """Return what is counted, with its moment in epoch ms."""
    moment = counted.get("occurred_at")
    return counted if moment is None else counted | {"occurred_at": milliseconds(str(moment))}


def milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
