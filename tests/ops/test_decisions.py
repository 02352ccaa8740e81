"""`acts` and `review`: listed, counted before they are decided on, and decided on as they were counted."""

import shlex

import pytest

from chalicelib.api.responses import moment
from ops import decisions
from tests.ops.conftest import PHONES, Operator, cells

BECAUSE = ("--reason", "a flood")


def record(operator: Operator, *, people: int = 1, phones: int = 3) -> list[str]:
    ids = [operator.installation.record(phone, people=people) for phone in PHONES[:phones]]
    operator.project()
    return ids


def statuses(operator: Operator) -> dict[str, str]:
    return {act["id"]: act["status"] for act in operator.answer("acts", "list", "2026")}


def test_acts_are_listed_by_what_they_have_in_common(operator: Operator) -> None:
    first, *_ = record(operator)
    record(operator, people=7, phones=1)

    assert len(operator.answer("acts", "list", "2026")) == 4
    assert [act["people"] for act in operator.answer("acts", "list", "2026", "--participant-of", first)] == [7, 1]
    assert operator.answer("acts", "list", "2026", "--place", "KZ-10") == []
    assert len(operator.answer("acts", "list", "2026", "--limit", "2")) == 2


def test_a_filter_that_cannot_be_is_named(operator: Operator) -> None:
    assert "place: " in operator.says("acts", "list", "2026", "--place", "nowhere", code=2)
    assert "from: " in operator.says("acts", "list", "2026", "--from", "yesterday", code=2)


def test_acts_are_withdrawn_by_a_filter_after_they_were_counted(operator: Operator) -> None:
    ids = record(operator)
    operator.types("y")

    code, out, err = operator.run("acts", "withdraw", "2026", "--source", "api", *BECAUSE)

    assert code == 0
    assert ["participations by", "-3"] in cells(err)
    assert "3 acts. They are withdrawn for ever" in err
    assert ["decided", "3"] in cells(out)
    operator.project()
    assert statuses(operator) == dict.fromkeys(ids, "withdrawn")


def test_who_says_no_changes_nothing(operator: Operator) -> None:
    record(operator)
    operator.types("n")

    assert operator.run("acts", "withdraw", "2026", "--all", *BECAUSE)[0] == 1
    operator.project()
    assert {*statuses(operator).values()} == {"counted"}


def test_a_dry_run_changes_nothing(operator: Operator) -> None:
    record(operator)

    told = operator.answer("acts", "withdraw", "2026", "--all", "--dry-run", *BECAUSE)

    assert (told["dry_run"], told["found"], told["decided"], told["change"]["participations"]) == (True, 3, 3, -3)
    operator.project()
    assert {*statuses(operator).values()} == {"counted"}


def test_what_came_after_the_count_is_left(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    record(operator, phones=2)

    def meanwhile(*_: object, **__: object) -> None:
        operator.installation.record(PHONES[3])
        operator.project()

    monkeypatch.setattr(decisions, "confirm", meanwhile)

    told = operator.answer("acts", "withdraw", "2026", "--all", *BECAUSE)

    assert (told["found"], told["decided"]) == (2, 2)
    operator.project()
    assert sorted(statuses(operator).values()) == ["counted", "withdrawn", "withdrawn"]


def test_a_filter_is_gone_on_with_until_all_is_done(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.api.decisions.MAX_SELECTED", 2)
    record(operator, phones=5)

    told = operator.answer("acts", "withdraw", "2026", "--all", "--yes", *BECAUSE)

    assert (told["found"], told["decided"], told["change"]["participations"]) == (5, 5, -5)


def test_acts_are_decided_on_by_their_ids_from_stdin(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MAX_IDS", 2)
    ids = record(operator)
    operator.types(*ids, "", ids[0])

    told = operator.answer("acts", "withdraw", "2026", "-", "--yes", *BECAUSE)

    assert (told["found"], told["decided"]) == (3, 3)


def test_acts_that_are_not_decided_on_are_named(operator: Operator) -> None:
    (act,) = record(operator, phones=1)

    code, out, _ = operator.run("acts", "withdraw", "2026", act, "unknown", "--yes", *BECAUSE)

    assert code == 1
    assert ["decided", "1"] in cells(out)
    assert ["unknown", "participation-not-found", ""] in cells(out)
    assert operator.run("acts", "withdraw", "2026", act, "--yes", *BECAUSE)[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["id", "--form", "tally/ours/f"], ["--all", "--place", "KZ-75"]],
)
def test_it_has_to_be_said_which_acts(operator: Operator, arguments: list[str]) -> None:
    said = operator.says("acts", "reject", "2026", *arguments, *BECAUSE, code=2)

    assert said.startswith("name acts by their ids, or narrow them by options")


def test_ids_from_stdin_need_a_yes(operator: Operator) -> None:
    operator.types("id")

    assert "say --yes or --dry-run" in operator.says("acts", "reject", "2026", "-", *BECAUSE, code=2)


def test_a_reason_that_cannot_be_kept_is_refused(operator: Operator) -> None:
    record(operator)

    said = operator.says("acts", "withdraw", "2026", "--all", "--reason", "8 701 123 45 67", code=2)

    assert said.startswith("422: ")
    assert "  reason: " in said


def test_what_waits_is_listed_grouped_and_decided_on(operator: Operator) -> None:
    waiting = record(operator, people=2_000, phones=2)

    assert [act["id"] for act in operator.answer("review", "list", "2026", "--reasons", "people")] == waiting
    (group,) = operator.shows("review", "groups", "2026")[1:]
    assert group[:3] == ["1", "2", "4,000"]
    options = shlex.split(operator.run("review", "groups", "2026")[1].splitlines()[-1].removeprefix("1: "))
    assert operator.answer("review", "reject", "2026", *options, "--dry-run", *BECAUSE)["found"] == 2

    assert operator.answer("review", "approve", "2026", waiting[0], "--yes", *BECAUSE)["change"]["people"] == 2_000
    operator.project()
    assert operator.answer("review", "reject", "2026", "--all", "--yes", *BECAUSE)["decided"] == 1
    operator.project()
    assert statuses(operator) == {waiting[0]: "counted", waiting[1]: "rejected"}
    assert operator.answer("review", "reject", "2026", "--all", *BECAUSE)["found"] == 0


def test_more_than_were_counted_are_not_decided_on(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    record(operator)
    counted = decisions.DecisionOutcome(found=1, decided=1), {"until": moment(operator.services.now())}
    monkeypatch.setattr(decisions.DecisionOnMany, "dry_run", lambda _: counted)

    said = operator.says("acts", "withdraw", "2026", "--all", "--yes", *BECAUSE, code=3)

    assert "409: " in said
    assert "Start it again" in said


def test_an_act_is_hidden_and_shown_again(operator: Operator) -> None:
    act, *_ = record(operator)

    assert operator.says("acts", "hide", "2026", act, *BECAUSE) == f"{act} is hidden\n"
    assert operator.answer("acts", "show", "2026", act, *BECAUSE)[0]["state"] == "shown"
    assert operator.says("acts", "hide", "2026", "unknown", *BECAUSE, code=2).startswith("404: ")


def test_an_act_is_corrected_and_its_history_tells_it(operator: Operator) -> None:
    act, *_ = record(operator)

    rows = operator.shows(
        "acts", "correct", act, "--people", "30", "--region", "KZ-10", "--amount", "KZT=500", *BECAUSE
    )

    assert ["people", "1", "30"] in rows
    assert ["place.region", "KZ-75", "KZ-10"] in rows
    assert ["amount.value", "", "500"] in rows
    assert operator.answer("participation", "show", act)["people"] == 30
    assert ["people", "30"] in operator.shows("participation", "show", act)
    history = operator.answer("participation", "history", act)["history"]
    assert [(entry["what"], entry.get("reason")) for entry in history] == [("recorded", None), ("corrected", "a flood")]
    assert "people: 1 → 30" in operator.run("participation", "history", act)[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing is said of what to correct"),
        (["--people", "0"], "people: "),
        (["--amount", "lots"], "--amount: lots is no amount"),
        (["--kind", "none"], "kind: "),
    ],
)
def test_a_correction_that_cannot_be_is_named(operator: Operator, arguments: list[str], says: str) -> None:
    act, *_ = record(operator)

    assert says in operator.says("acts", "correct", act, *arguments, *BECAUSE, code=2)
