"""What moderators ask for about what is shown."""

from typing import Any

import pytest

from chalicelib.intake.faults import Invalid
from chalicelib.intake.name_requests import (
    MAX_DECISIONS,
    NameChange,
    read_name_change,
    read_name_changes,
    read_visibility,
)


def pointers(raised: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [f"{fault.pointer} {fault.code}" for fault in raised.value.faults]


def test_a_change_is_of_a_name_with_its_state_its_reason_and_its_text() -> None:
    assert read_name_change("n1", {"state": "hidden", "reason": "an insult"}) == (
        NameChange("n1", "hidden"),
        "an insult",
    )
    text = {"state": "shown", "reason": "a slip", "text": " Мейірім\u200b  қоры"}
    assert read_name_change("n1", text) == (NameChange("n1", "shown", "Мейірім қоры"), "a slip")
    seen = {"state": "shown", "reason": "checked", "expected": "waiting"}
    assert read_name_change("n1", seen) == (NameChange("n1", "shown", expected="waiting"), "checked")


def test_many_changes_have_one_reason() -> None:
    decisions = [{"id": "n1", "state": "shown", "text": "Қор"}, {"id": "n2", "state": "hidden", "expected": "shown"}]

    changes, reason = read_name_changes({"reason": "looked through", "decisions": decisions})

    assert changes == [NameChange("n1", "shown", "Қор"), NameChange("n2", "hidden", expected="shown")]
    assert reason == "looked through"


def test_each_name_may_be_decided_on_once() -> None:
    decisions = [{"id": name_id, "state": "shown"} for name_id in ("n1", "n2", "n1", "n2", "n3")]

    with pytest.raises(Invalid) as raised:
        read_name_changes({"reason": "looked through", "decisions": decisions})

    assert pointers(raised) == ["#/decisions/2/id duplicate", "#/decisions/3/id duplicate"]


@pytest.mark.parametrize(
    ("decisions", "fault"),
    [
        ([{"id": "n1", "state": "shown"}] * (MAX_DECISIONS + 1), "#/decisions list"),
        ([{"id": "n1", "state": "waiting"}], "#/decisions/0/state choice"),
        ([{"id": "n" * 65, "state": "shown"}], "#/decisions/0/id name_id"),
        ([{"state": "shown"}], "#/decisions/0/id required"),
        ([{"id": "n1", "state": "shown", "reason": "x"}], "#/decisions/0/reason unknown_field"),
    ],
)
def test_each_fault_of_a_decision_is_named(decisions: list[Any], fault: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_name_changes({"reason": "looked through", "decisions": decisions})

    assert pointers(raised) == [fault]


def test_what_is_decided_says_what_and_why() -> None:
    assert read_visibility({"state": "shown", "reason": "a mistake"}).state == "shown"
    with pytest.raises(Invalid) as raised:
        read_visibility({"state": "waiting"})
    assert pointers(raised) == ["#/state choice", "#/reason required"]
