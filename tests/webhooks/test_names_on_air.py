"""What becomes of the names that forms bring, which anybody can fill in."""

from typing import Any

import msgspec
import pytest

from chalicelib.domain.vocabulary import NamesOnAir
from tests.names import SUITABLE
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import System, account_of

CASE = named("typeform/ok_01_form_response")
ANSWERED = "Жанар Үлгі"
DEFAULTS = {"kind": "good_deed", "participant_type": "ngo", "place": {"region": "KZ-75"}}
HELD = [name.name for name in SUITABLE if name.outcome == "held"]
SHOWN = [name.name for name in SUITABLE if name.outcome == "shown"]


def register(system: System, names: NamesOnAir = "after_approval") -> None:
    questions = {"name": "organisation"}
    system.register(*account_of(CASE), defaults=DEFAULTS, fallback={}, questions=questions, names=names)


def answered(case: Case, name: str) -> bytes:
    return case.delivery.body.replace(ANSWERED.encode(), msgspec.json.encode(name)[1:-1])


def states(system: System) -> list[Any]:
    return [item["state"] for item in system.items("NamesTable") if "text" in item]


@pytest.mark.parametrize("name", [*HELD, *SHOWN])
def test_a_name_waits_and_its_act_counts_unless_the_organisers_say_otherwise(name: str, system_of: SystemOf) -> None:
    system = system_of(CASE)
    register(system)

    system.post(CASE, answered(CASE, name))

    assert (states(system), [act["status"] for act in system.acts()]) == (["waiting"], ["counted"])


@pytest.mark.parametrize(
    ("names", "name", "expected"),
    [
        *(("shown", name, ["shown"]) for name in SHOWN),
        *(("shown", name, ["waiting"]) for name in HELD),
        *(("after_approval", name, ["waiting"]) for name in (SHOWN[0], HELD[0])),
        *(("never", name, []) for name in (SHOWN[0], HELD[0])),
    ],
)
def test_the_organisers_say_for_each_form_what_becomes_of_names(
    names: NamesOnAir, name: str, expected: list[str], system_of: SystemOf
) -> None:
    system = system_of(CASE)
    register(system, names=names)

    system.post(CASE, answered(CASE, name))

    assert (states(system), [act["status"] for act in system.acts()]) == (expected, ["counted"])


def test_a_name_that_is_never_shown_is_kept_with_its_contact_alone(system_of: SystemOf) -> None:
    system = system_of(CASE)
    register(system, names="never")

    system.post(CASE, answered(CASE, SHOWN[0]))

    (act,) = system.acts()
    assert "name" not in act["act"]
    assert SHOWN[0] in str(system.items("ContactsTable"))
