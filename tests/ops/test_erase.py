"""`erase`: by a detail that no list of processes shows, after it was told whom it finds."""

import pytest

from tests.ops.conftest import PHONES, Operator


def test_a_person_is_erased_by_a_detail_from_stdin(operator: Operator) -> None:
    operator.installation.record(PHONES[0])
    operator.types(PHONES[0])

    erased = operator.answer("erase", "2026", "--yes")

    assert erased["participants"] == 1
    operator.types(PHONES[0])
    assert operator.answer("erase", "2026", "--yes")["participants"] == 0


def test_who_cannot_be_asked_has_to_say_yes(operator: Operator) -> None:
    operator.types(PHONES[0])

    assert "say --yes" in operator.says("erase", "2026", code=2)
    operator.types("")
    assert operator.says("erase", "2026", "--by", "email", "--yes", code=2) == "there is no email on stdin\n"


def test_whom_it_finds_is_told_before_it_is_asked_for(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.installation.record(PHONES[0])
    asked: list[str] = []
    monkeypatch.setattr("ops.erase.confirm", lambda text, **_: asked.append(text))
    operator.types(PHONES[0])

    operator.says("erase", "2026", "--yes")

    assert asked == ["Known by that: citizen of KZ-75; parked deliveries: 0. What is erased cannot be had back."]


def test_a_token_that_may_not_know_who_took_part_erases_all_the_same(operator: Operator) -> None:
    operator.installation.record(PHONES[0])
    operator.become("erase")
    operator.types(PHONES[0])

    said = operator.says("erase", "2026", "--yes")

    assert said.startswith("erased, if anybody is known by that")
    assert list(operator.services.contacts.of_campaign("2026")) == []


def test_a_detail_that_is_none_is_named_and_not_repeated(operator: Operator) -> None:
    operator.types("not a phone")

    said = operator.says("erase", "2026", "--yes", code=2)

    assert "participant/phone: " in said
    assert "not a phone" not in said
