"""A campaign goes live: its totals begin at zero, and nothing of its rehearsals is left but the log."""

import io
import json

import pytest

from chalicelib.domain.vocabulary import CampaignState
from chalicelib.participations.data_subjects import PersonalData
from chalicelib.projections import acts
from chalicelib.projections.log_scan import Stopped
from chalicelib.projections.totals import TOTALS
from tests.ops.conftest import PHONES, Installation


@pytest.fixture
def rehearsed(installation: Installation) -> Installation:
    installation.set_state("test")
    for phone in PHONES[:3]:
        installation.record(phone)
    installation.project()
    return installation


def test_totals_begin_at_zero_and_count_what_comes_from_then_on(rehearsed: Installation) -> None:
    found = rehearsed.answer("campaign", "go-live", "2026", "--yes")
    rehearsed.record(PHONES[0])
    rehearsed.record(PHONES[4])
    rehearsed.project()

    assert (found["generation"], found["participants_erased"], found["receipts_deleted"]) == (2, 3, 3)
    campaign = rehearsed.campaign
    assert (campaign.state, campaign.generation) == ("live", 2)
    totals = [stored.state for _, stored in rehearsed.services.states.read(TOTALS, "2026", 2)]
    assert [state["all"]["participations"] for state in totals if state] == [2]
    assert [state["all"]["participants"] for state in totals if state] == [2]
    assert rehearsed.answer("audit", "2026")["drifted"] == 0


def test_nobody_who_rehearsed_is_known_any_more(rehearsed: Installation) -> None:
    rehearsed.answer("campaign", "go-live", "2026", "--yes")

    assert list(rehearsed.services.contacts.of_campaign("2026")) == []


def test_rehearsals_are_not_exported(rehearsed: Installation) -> None:
    rehearsed.answer("campaign", "go-live", "2026", "--yes")
    real = rehearsed.record(PHONES[4])

    code, printed, _ = rehearsed.run("export", "2026")

    events = [json.loads(line) for line in printed.splitlines()]
    assert (code, [event["data"]["receipt"] for event in events]) == (0, [real])


def test_no_generation_of_rehearsals_is_left_stored_or_fed(
    rehearsed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erase_beside_rebuilds(personal_data: PersonalData, campaign_id: str) -> int:
        rehearsed.answer("rebuild", "2026", "--accept", "--yes")
        rehearsed.services.rebuild.begin(rehearsed.campaign)
        return erase_all(personal_data, campaign_id)

    erase_all = PersonalData.erase_all
    monkeypatch.setattr(PersonalData, "erase_all", erase_beside_rebuilds)
    monkeypatch.setattr("ops.go_live.is_published", lambda *_: True)

    found = rehearsed.answer("campaign", "go-live", "2026", "--yes")

    assert (found["generation"], rehearsed.generations()) == (4, [4])
    assert not [row for page in rehearsed.services.rows.scan(acts.MODEL, ["2026#"]) for row in page]
    assert not any(any(rehearsed.services.states.read(TOTALS, "2026", number)) for number in (1, 2, 3))


def test_an_audit_that_is_under_way_is_left_its_scratch(
    rehearsed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed.services.rebuild.begin_scratch(rehearsed.campaign)
    monkeypatch.setattr("ops.go_live.is_published", lambda *_: True)

    rehearsed.answer("campaign", "go-live", "2026", "--yes")

    assert rehearsed.generations() == [-1, 2]


def test_a_rebuild_that_was_begun_of_rehearsals_is_not_gone_on_with(rehearsed: Installation) -> None:
    in_test = rehearsed.campaign
    rehearsed.answer("campaign", "go-live", "2026", "--yes")
    rehearsed.services.rebuild.begin(in_test)
    rehearsed.project()

    found = rehearsed.answer("rebuild", "2026")

    assert (found["generation"], found["events"], found["cells"], found["rows"]) == (4, 0, [], [])
    assert 3 not in rehearsed.generations()


def test_a_run_that_was_ended_is_followed_by_one_that_goes_on(
    rehearsed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.participations.data_subjects.PersonalData.erase_all", ended)
        assert rehearsed.run("campaign", "go-live", "2026", "--yes")[0] == 2
    frozen = rehearsed.campaign
    assert rehearsed.answer("campaign", "go-live", "2026", "--yes")["participants_erased"] == 3

    assert (frozen.state, rehearsed.campaign.state) == ("frozen", "live")


@pytest.mark.parametrize(
    ("pepper", "says"),
    [
        (None, "the environment does not name PEPPER: "),
        ("", "PEPPER is cut off or damaged: "),
        ("AAAA", "PEPPER is cut off or damaged: "),
        ("AAAAA", "PEPPER is cut off or damaged: "),
    ],
)
def test_without_the_pepper_nothing_is_begun(
    rehearsed: Installation, monkeypatch: pytest.MonkeyPatch, pepper: str | None, says: str
) -> None:
    if pepper is None:
        monkeypatch.delenv("PEPPER")
    else:
        monkeypatch.setenv("PEPPER", pepper)

    code, out, err = rehearsed.run("campaign", "go-live", "2026", "--yes")

    assert (code, out, err.startswith(says)) == (2, "", True)
    assert rehearsed.campaign.state == "test"


@pytest.mark.parametrize("state", ["live", "frozen", "ended"])
def test_only_a_campaign_in_test_goes_live(installation: Installation, state: CampaignState) -> None:
    installation.record(PHONES[0])
    installation.set_state(state)

    code, _, err = installation.run("campaign", "go-live", "2026", "--yes")

    assert (code, f"2026 is {state}" in err) == (2, True)
    assert len(list(installation.services.contacts.of_campaign("2026"))) == 1


def test_a_campaign_that_is_live_and_frozen_later_is_not_wiped(rehearsed: Installation) -> None:
    rehearsed.answer("campaign", "go-live", "2026", "--yes")
    rehearsed.record(PHONES[0])
    rehearsed.set_state("frozen")

    assert rehearsed.run("campaign", "go-live", "2026", "--yes")[0] == 2
    assert len(list(rehearsed.services.contacts.of_campaign("2026"))) == 1


def test_it_asks_first(rehearsed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    code, _, err = rehearsed.run("campaign", "go-live", "2026")

    assert code == 1
    assert "3 events of rehearsals of 2026 will be in no number" in err
    assert rehearsed.campaign.state == "test"
