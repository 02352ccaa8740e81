"""`campaign`: what is changed is shown before it is, told to whom it matters, and nobody's change is undone."""

import json
from pathlib import Path

import msgspec
import pytest

from chalicelib.domain.campaign import Goal
from ops import campaign as command
from tests.ops.conftest import Operator, cells

NAMES = ("--name", "kk=Марафон", "--name", "ru=Марафон", "--name", "en=Marathon")


def test_a_campaign_is_created_in_rehearsal_from_options(operator: Operator) -> None:
    created = operator.answer(
        "campaign", "create", "2027", *NAMES, "--goal", "good_deeds=100_000", "--poll-seconds", "30"
    )

    assert (created["state"], created["poll_seconds"]) == ("test", 30)
    assert created["goals"] == [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]
    assert ["2027", "test", "Marathon", "", "", "good_deeds 100,000"] in operator.shows("campaign", "list")


def test_a_campaign_is_created_from_a_file_with_options_on_top(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "campaign.yaml"
    file.write_text(
        "names: {kk: К, ru: Р, en: E}\nopens: 2026-06-01T12:00:00+05:00\nlimits: {people: 10}\n", encoding="utf-8"
    )

    created = operator.answer(
        "campaign", "create", "2027", "--file", str(file), "--limit", "form.acts=7", "--state", "live"
    )

    assert (created["state"], created["opens"]) == ("live", "2026-06-01T12:00:00+05:00")
    assert (created["limits"]["people"], created["limits"]["form"]["acts"]) == (10, 7)


def test_a_campaign_that_is_there_is_not_created_again(operator: Operator) -> None:
    said = operator.says("campaign", "create", "2026", *NAMES, code=2)

    assert said == "there is a campaign 2026 already: `campaign set` changes it\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--name", "kk=Марафон"], "names/ru: "),
        ([*NAMES, "--goal", "deeds=5"], "goals/0/metric: "),
        ([*NAMES, "--goal", "good_deeds=many"], "--goal: many is neither a whole number nor none\n"),
        ([*NAMES, "--goal", "good_deeds"], "--goal: good_deeds says no value"),
        ([*NAMES, "--opens", "tomorrow"], "opens: "),
        ([*NAMES, "--limit", "form.deeds=5"], "limits/form/deeds: "),
        ([*NAMES, "--remove-topic", "cats"], "--remove-topic: there is no topic cats\n"),
    ],
)
def test_a_campaign_that_cannot_be_is_not_created(operator: Operator, arguments: list[str], says: str) -> None:
    said = operator.says("campaign", "create", "2027", *arguments, code=2)

    assert says in said
    assert operator.services.registry.current_campaign("2027") is None


def test_a_change_is_shown_with_its_consequence_and_asked_for(operator: Operator) -> None:
    operator.types("n")
    code, _, err = operator.run("campaign", "set", "2026", "--goal", "good_deeds=5000", "--limit", "people=20")

    assert code == 1
    assert ["goals.good_deeds.target", "", "5,000"] in cells(err)
    assert ["limits.people", "1,000", "20"] in cells(err)
    assert "Every screen shows these goals" in err
    assert "above them waits" in err
    assert operator.installation.campaign.goals == ()


def test_a_change_that_is_confirmed_is_made_and_keeps_all_else(operator: Operator) -> None:
    operator.answer("campaign", "set", "2026", "--goal", "people=10", "--yes")
    operator.types("y")
    changed = operator.answer("campaign", "set", "2026", "--goal", "good_deeds=5000", "--add-topic", "chess")

    assert [goal["metric"] for goal in changed["goals"]] == ["people", "good_deeds"]
    assert changed["topics"][-1] == "chess"
    assert changed["topics"][0] == "fundraising"


def test_a_value_is_taken_away(operator: Operator) -> None:
    operator.answer(
        "campaign",
        "set",
        "2026",
        "--goal",
        "people=10",
        "--goal",
        "hours=9",
        "--closes",
        "2027-01-01T00:00:00Z",
        "--yes",
    )
    changed = operator.answer("campaign", "set", "2026", "--goal", "people=none", "--closes", "none", "--yes")

    assert ([goal["metric"] for goal in changed["goals"]], changed["closes"]) == (["hours"], None)


def test_a_region_is_given_a_goal_of_its_own_and_loses_it_again(operator: Operator) -> None:
    operator.answer("campaign", "set", "2026", "--goal", "people=10", "--goal", "people@KZ-75=5", "--yes")
    changed = operator.answer("campaign", "set", "2026", "--goal", "people@KZ-75=7", "--yes")

    assert changed["goals"] == [
        {"metric": "people", "target": 10, "original": 10},
        {"metric": "people", "target": 7, "original": 5, "region": "KZ-75"},
    ]
    assert "1 of regions" in operator.run("campaign", "list")[1]
    changed = operator.answer("campaign", "set", "2026", "--goal", "people@KZ-75=none", "--yes")
    assert [goal["target"] for goal in changed["goals"]] == [10]


def test_a_change_from_a_file_is_a_merge_patch(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "patch.json"
    milestones = [{"id": "m1", "metric": "people", "at": 100, "title": {"kk": "100", "ru": "100", "en": "100"}}]
    file.write_text(json.dumps({"milestones": milestones, "limits": {"people": 10}}))
    changed = operator.answer("campaign", "set", "2026", "--file", str(file), "--limit", "hours=7", "--yes")

    assert changed["milestones"] == milestones
    assert (changed["limits"]["people"], changed["limits"]["hours"]) == (10, 7)

    file.write_text('{"limits": {"people": null}}')
    assert operator.answer("campaign", "set", "2026", "--file", str(file), "--yes")["limits"]["people"] == 1_000


def test_what_is_told_of_a_campaign_can_be_sent_back(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "campaign.json"
    file.write_text(json.dumps(operator.answer("campaign", "show", "2026") | {"min_cell": 5}))
    said = operator.says("campaign", "set", "2026", "--file", str(file), code=2)
    assert "the state is changed by campaign open" in said


def test_a_campaign_in_rehearsal_is_changed_without_a_question(operator: Operator) -> None:
    operator.installation.set_state("test")

    assert operator.answer("campaign", "set", "2026", "--min-cell", "5")["min_cell"] == 5


def test_what_is_so_already_is_not_asked_for(operator: Operator) -> None:
    said = operator.says("campaign", "set", "2026", "--min-cell", "0")

    assert said == "2026 is so already: nothing was changed\n"


def test_who_was_faster_is_told_with_what_they_changed(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*_: object, **__: object) -> None:
        current = operator.installation.campaign
        goals = (Goal("people", 10, 10),)
        operator.services.registry.replace_campaign(current, msgspec.structs.replace(current, goals=goals))

    monkeypatch.setattr(command, "confirm", meanwhile)
    code, _, err = operator.run("campaign", "set", "2026", "--goal", "people=20")

    assert code == 3
    assert ["goals.people.target", "", "10"] in cells(err)
    assert "was faster. Nothing of yours was done" in err


def test_a_campaign_is_frozen_opened_and_ended(operator: Operator) -> None:
    for name, state in (("freeze", "frozen"), ("open", "live"), ("end", "ended")):
        said = operator.says("campaign", name, "2026", "--yes")
        assert said.startswith("2026 is changed; it holds everywhere from 20")
        assert operator.installation.campaign.state == state

    assert operator.says("campaign", "end", "2026") == "2026 is ended already: nothing was changed\n"


def test_why_a_campaign_was_frozen_stands_in_the_trail(operator: Operator) -> None:
    operator.says("campaign", "freeze", "2026", "--reason", "жалған есептер", "--yes")

    assert "жалған есептер" in operator.run("trail", "2026")[1]


def test_a_state_is_changed_only_by_who_says_yes(operator: Operator) -> None:
    operator.types("")
    code, _, err = operator.run("campaign", "freeze", "2026")

    assert (code, "2026 is live, and will be frozen. Nothing counts any more" in err) == (1, True)
    assert operator.installation.campaign.state == "live"


def test_a_campaign_with_rehearsals_is_led_to_going_live(operator: Operator) -> None:
    operator.installation.set_state("test")
    operator.installation.record("+77010000001")
    operator.project()

    said = operator.says("campaign", "open", "2026", "--yes", code=2)

    assert said.startswith("2026 has acts of rehearsals: `campaign go-live` lets it begin without them")


def test_a_campaign_that_is_not_there_is_named(operator: Operator) -> None:
    assert operator.says("campaign", "show", "2027", code=2).startswith("404: ")
