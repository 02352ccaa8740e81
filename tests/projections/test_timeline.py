"""Hours and minutes of Kazakhstan, by which changes are told."""

import pytest

from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.store_faults import FOLDING_FAULTS
from chalicelib.projections.timeline import TIMELINE, date_of, hour_of, minute_of

EVENING_UTC = 1_780_343_999_999
"""2026-06-01T19:59:59.999Z."""


def test_hours_minutes_and_days_are_those_of_kazakhstan_five_hours_later() -> None:
    assert (hour_of(EVENING_UTC), minute_of(EVENING_UTC)) == ("2026-06-02T00", "00:59")
    assert date_of(hour_of(EVENING_UTC)) == "2026-06-02"


@pytest.mark.parametrize("moment", [-(10**20), 10**20, 10**30])
def test_a_time_that_no_calendar_has_is_a_fault_of_its_event_and_not_of_the_batch(moment: int) -> None:
    with pytest.raises(FOLDING_FAULTS):
        hour_of(moment)


def test_an_act_is_in_the_minute_and_the_hour_of_its_record() -> None:
    act = Act("good_deed", "citizen", "KZ-75", "api", people=3, minutes=20)
    event = RecordedEvent("2026/p", 1, "e", EVENING_UTC, ParticipationRecorded(act, "counted", "r", "f"))

    parts = TIMELINE.by_key(CampaignChanges([change_of(event)]))

    assert {key: TIMELINE.fold({}, some) for key, some in parts.items()} == {
        "2026-06-02T00": {"00:59": {"participations": 1, "people": 3, "minutes": 20}}
    }
