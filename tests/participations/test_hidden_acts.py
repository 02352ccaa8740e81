"""Acts that are hidden from view: decided on once, counted as a change each, and known by what read models know."""

import pytest

from chalicelib.participations.hidden_acts import ActVisibility, HiddenActs
from chalicelib.participations.names import Decided
from tests.conftest import Tables
from tests.participations.subject import Subject

ABUSE, MISTAKE = Decided("an insult", "t1", 1_000), Decided("a mistake", "t2", 2_000)


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def hidden_acts(subject: Subject) -> HiddenActs:
    return subject.services.hidden_acts


def changes(subject: Subject) -> int:
    return subject.services.names.status("2026").changes


def test_an_act_is_shown_until_somebody_hides_it(subject: Subject) -> None:
    receipt = subject.record("1").receipt

    assert hidden_acts(subject).visibility(receipt) == ActVisibility("shown")
    assert hidden_acts(subject).decide(receipt, "hidden", ABUSE) == ActVisibility("hidden", ABUSE)
    assert hidden_acts(subject).visibility(receipt) == ActVisibility("hidden", ABUSE)
    assert hidden_acts(subject).decide(receipt, "shown", MISTAKE) == ActVisibility("shown", MISTAKE)
    assert hidden_acts(subject).visibility(receipt) == ActVisibility("shown", MISTAKE)


def test_each_decision_that_changes_something_is_counted_and_the_same_again_is_not(subject: Subject) -> None:
    receipt = subject.record("1").receipt

    hidden_acts(subject).decide(receipt, "shown", ABUSE)
    assert changes(subject) == 0
    hidden_acts(subject).decide(receipt, "hidden", ABUSE)
    assert hidden_acts(subject).decide(receipt, "hidden", MISTAKE) == ActVisibility("hidden", ABUSE)
    assert changes(subject) == 1
    hidden_acts(subject).decide(receipt, "shown", MISTAKE)
    assert changes(subject) == 2


def test_hidden_acts_are_found_by_their_stream_and_the_version_they_were_recorded_at(subject: Subject) -> None:
    receipts = [subject.record(f"{number}").receipt for number in range(3)]
    hidden_acts(subject).decide(receipts[1], "hidden", ABUSE)
    hidden_acts(subject).decide(receipts[2], "hidden", ABUSE)
    hidden_acts(subject).decide(receipts[2], "shown", MISTAKE)

    acts = [(receipt.stream, receipt.version) for receipt in receipts]

    assert hidden_acts(subject).among(acts) == {acts[1]}
    assert hidden_acts(subject).among([("2026/nobody", 1)]) == frozenset()
    assert hidden_acts(subject).among([]) == frozenset()


def test_who_is_slower_finds_what_the_other_decided(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = subject.record("1").receipt
    slower = subject.new_process().hidden_acts
    read = slower.visibility

    def overtaken(_: object) -> ActVisibility:
        monkeypatch.setattr(slower, "visibility", read)
        before = read(receipt)
        hidden_acts(subject).decide(receipt, "hidden", ABUSE)
        return before

    monkeypatch.setattr(slower, "visibility", overtaken)

    assert slower.decide(receipt, "hidden", MISTAKE) == ActVisibility("hidden", ABUSE)
    assert changes(subject) == 1
