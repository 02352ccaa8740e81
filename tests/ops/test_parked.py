"""`parked`: seen, replayed with and without corrected answers, discarded."""

import pytest

from chalicelib.intake.form_requests import read_form
from tests.ops.conftest import Operator


def register(operator: Operator, **members: object) -> None:
    defaults = {"kind": "good_deed", "participant_type": "citizen"}
    request = {"campaign": "2026", "state": "live", "defaults": defaults, **members}
    operator.services.registry.put_form(read_form("tally", "ours", "f", request))


def test_what_is_parked_is_listed_with_its_reason(operator: Operator) -> None:
    entry = operator.park("1")

    rows = operator.shows("parked", "list")

    assert [row[:5] for row in rows[1:]] == [["tally", "ours", "f", entry, "form_unknown"]]
    assert operator.answer("parked", "list", "--because", "no_answers") == []
    assert operator.answer("parked", "list", "--provider", "typeform") == []


def test_an_entry_is_opened(operator: Operator) -> None:
    entry = operator.park("1")

    rows = operator.shows("parked", "show", "tally", entry)

    assert ["content.submission.fields.phone", "+77010000009"] in rows
    assert operator.says("parked", "show", "tally", "unknown", code=2).startswith("404: ")


def test_an_entry_is_replayed_once_its_form_is_registered(operator: Operator) -> None:
    entry = operator.park("1")
    assert operator.says("parked", "replay", "tally", entry, code=1) == f"tally/{entry} is parked: form_unknown\n"
    register(operator)

    assert operator.says("parked", "replay", "tally", entry) == f"tally/{entry} is recorded\n"
    assert operator.answer("parked", "list") == []


def test_an_entry_is_replayed_with_corrected_answers(operator: Operator) -> None:
    entry = operator.park("1", region="somewhere")
    register(operator)
    assert operator.answer("parked", "replay", "tally", entry, code=1)["reason"] == "region_unknown"

    answers = ("--answer", "region=KZ-10", "--answer", "people=25", "--answer", "email=null")
    assert operator.answer("parked", "replay", "tally", entry, *answers)["outcome"] == "recorded"

    (recorded,) = operator.services.log.scan("2026")
    assert recorded.event.act.people == 25  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "says"), [("region", "--answer: region is no answer as"), ("colour=red", "answers/colour: ")]
)
def test_an_answer_that_cannot_be_is_named(operator: Operator, given: str, says: str) -> None:
    entry = operator.park("1")

    assert says in operator.says("parked", "replay", "tally", entry, "--answer", given, code=2)


def test_all_is_replayed_page_by_page(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.webhooks.replaying.PAGE", 2, raising=False)
    for number in range(3):
        operator.park(str(number), phone=f"+7701000010{number}")
    register(operator)
    operator.types("y")

    rows = operator.shows("parked", "replay-all", "tally", "--account", "ours")

    assert ["recorded", "3"] in rows
    assert len(list(operator.services.log.scan("2026"))) == 3


def test_an_entry_is_discarded_by_who_says_yes(operator: Operator) -> None:
    entry = operator.park("1")
    operator.types("n")
    assert operator.run("parked", "discard", "tally", entry)[0] == 1

    assert operator.says("parked", "discard", "tally", entry, "--yes") == f"tally/{entry} is deleted\n"
    assert operator.answer("parked", "list") == []
