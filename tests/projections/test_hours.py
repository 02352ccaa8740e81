"""Hours by place and kind: what is made later stands beside what was recorded, and changes nothing of it."""

from msgspec.structs import replace

from chalicelib.domain.events import (
    Event,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.hours import HOURS, HourKey, hour_key
from chalicelib.projections.sums import Cells
from chalicelib.projections.timeline import hour_of
from tests.histories import FIRST_MOMENT
from tests.projections.test_laws import folded

HOUR_MS = 3_600_000
ACT = Act("good_deed", "citizen", "KZ-39", "vk", people=2, minutes=30)


def states(*events: Event) -> dict[str, Cells]:
    """Return the cells of the states that an act's events give, one event an hour from nine o'clock on."""
    log = [
        RecordedEvent("2026/p1", number, f"e{number}", FIRST_MOMENT + (number - 1) * HOUR_MS, event)
        for number, event in enumerate(events, start=1)
    ]
    return {key: HOURS.cells(key, state) for key, state in folded(HOURS, log).items()}


def test_what_counts_at_once_is_in_the_hour_of_its_record() -> None:
    assert states(ParticipationRecorded(ACT, "counted", "r1", "f")) == {
        "2026-06-01T09": {"KZ-39 good_deed": {"participations": 1, "people": 2, "minutes": 30}}
    }


def test_a_withdrawal_stands_beside_the_hour_that_it_changes() -> None:
    found = states(
        ParticipationRecorded(ACT, "counted", "r1", "f"),
        ParticipationWithdrawn("r1", 1, FIRST_MOMENT, ACT, "counted", "an error", "t"),
    )

    assert found["2026-06-01T09"] == {"KZ-39 good_deed": {"participations": 1, "people": 2, "minutes": 30}}
    assert found["2026-06-01T10/withdrawn/2026-06-01T09"] == {
        "KZ-39 good_deed": {"participations": -1, "people": -2, "minutes": -30}
    }


def test_a_correction_is_told_by_what_it_takes_from_one_place_and_gives_another() -> None:
    after = replace(ACT, place="DE", people=5)
    found = states(
        ParticipationRecorded(ACT, "counted", "r1", "f"),
        ParticipationCorrected("r1", 1, FIRST_MOMENT, ACT, after, "counted", "a slip", "t"),
    )

    assert found["2026-06-01T10/corrected/2026-06-01T09"] == {
        "KZ-39 good_deed": {"participations": -1, "people": -2, "minutes": -30},
        "abroad good_deed": {"participations": 1, "people": 5, "minutes": 30},
    }


def test_what_waited_counts_by_an_entry_of_the_approval_and_its_withdrawal_names_the_same_hour() -> None:
    found = states(
        ParticipationRecorded(ACT, "in_review", "r1", "f"),
        ParticipationApproved("r1", 1, FIRST_MOMENT, ACT, "checked", "t"),
        ParticipationWithdrawn("r1", 1, FIRST_MOMENT, ACT, "counted", "an error", "t"),
    )

    assert sorted(found) == ["2026-06-01T10/approved/2026-06-01T09", "2026-06-01T11/withdrawn/2026-06-01T09"]


def test_a_batch_is_parted_by_what_was_made_of_which_hour() -> None:
    recorded = ParticipationRecorded(ACT, "counted", "r1", "f")
    withdrawn = ParticipationWithdrawn("r1", 1, FIRST_MOMENT, ACT, "counted", "an error", "t")
    times: list[tuple[Event, int]] = [
        (recorded, FIRST_MOMENT),
        (withdrawn, FIRST_MOMENT + HOUR_MS),
        (recorded, FIRST_MOMENT + 1),
    ]
    log = [RecordedEvent("2026/p1", number, f"e{number}", at, event) for number, (event, at) in enumerate(times)]

    parts = HOURS.by_key(CampaignChanges([change_of(event) for event in log]))

    assert {key: [change.version for change in part] for key, part in parts.items()} == {
        "2026-06-01T09": [0, 2],
        "2026-06-01T10/withdrawn/2026-06-01T09": [1],
    }


def test_what_is_approved_within_the_hour_counts_in_it_as_what_was_recorded() -> None:
    log = [
        RecordedEvent("2026/p1", 1, "e1", FIRST_MOMENT, ParticipationRecorded(ACT, "in_review", "r1", "f")),
        RecordedEvent("2026/p1", 2, "e2", FIRST_MOMENT + 1, ParticipationApproved("r1", 1, FIRST_MOMENT, ACT, "", "t")),
    ]

    assert [*folded(HOURS, log)] == ["2026-06-01T09"]


def test_another_currency_has_a_state_of_its_own() -> None:
    act = replace(ACT, pledged=Money("USD", 250))
    found = states(
        ParticipationRecorded(act, "counted", "r1", "f"),
        ParticipationWithdrawn("r1", 1, FIRST_MOMENT, act, "counted", "an error", "t"),
    )

    assert found["2026-06-01T09 USD"] == {"KZ-39 good_deed": {"USD": 250}}
    assert found["2026-06-01T10/withdrawn/2026-06-01T09 USD"] == {"KZ-39 good_deed": {"USD": -250}}


def test_a_key_tells_what_its_state_is_of() -> None:
    recorded = HourKey("2026-06-01T09", "recorded", "2026-06-01T09")
    withdrawn = HourKey("2026-06-02T10", "withdrawn", "2026-06-01T09")

    assert hour_key("2026-06-01T09") == hour_key("2026-06-01T09 USD") == recorded
    assert hour_key("2026-06-02T10/withdrawn/2026-06-01T09 USD") == withdrawn


def test_what_is_approved_in_the_hour_of_its_record_is_of_that_hour_alone() -> None:
    hour = FIRST_MOMENT // HOUR_MS * HOUR_MS
    approved = ParticipationApproved("r", 1, hour + 1, ACT, "ok", "t")

    def keys(at: int) -> list[str]:
        return list(HOURS.by_key(CampaignChanges([change_of(RecordedEvent("2026/p", 2, "e", at, approved))])))

    assert keys(hour + HOUR_MS - 1) == [hour_of(hour)]
    assert keys(hour + HOUR_MS) == [f"{hour_of(hour + HOUR_MS)}/approved/{hour_of(hour)}"]
    assert hour_key(keys(hour)[0]) == HourKey(hour_of(hour), "recorded", hour_of(hour))
    assert hour_key(keys(hour + HOUR_MS)[0]) == HourKey(hour_of(hour + HOUR_MS), "approved", hour_of(hour))
