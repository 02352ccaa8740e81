"""How many acts came to count of late."""

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.publishing.rate import MINUTES, last_minutes
from tests.histories import FIRST_MOMENT
from tests.publishing.stage import GOOD_DEED, Stage, withdrawal

MINUTE = 60_000
CAMPAIGN = Campaign(id="2026", names={"kk": "М", "ru": "М", "en": "M"}, state="live")
NOW = FIRST_MOMENT // (60 * MINUTE) * 60 * MINUTE + 3 * MINUTE + 20_000
"""Three minutes and some seconds past an hour."""


def act(number: int, at: int, act: Act = GOOD_DEED) -> RecordedEvent:
    event = ParticipationRecorded(act, "counted", f"r{number}", "f", first=True)
    return RecordedEvent(f"2026/p{number}", 1, f"e{number}", at, event)


def rate(stage: Stage, campaign: Campaign = CAMPAIGN) -> list[tuple[int, int]]:
    """Return the minutes with anything in them: how many before this one, and how many acts."""
    minutes = last_minutes(stage.states, campaign, NOW)
    assert [one.at for one in minutes] == [NOW // MINUTE * MINUTE - back * MINUTE for back in range(MINUTES)][::-1]
    return [((NOW - one.at) // MINUTE, one.participations) for one in minutes if one.participations]


def test_the_last_minutes_are_told_also_where_an_hour_ends_among_them(stage: Stage) -> None:
    moments = [NOW, NOW - 20_000, NOW - 20_001, NOW - 4 * MINUTE, NOW - 14 * MINUTE - 20_000]
    outside = [NOW - 14 * MINUTE - 20_001, NOW - 60 * MINUTE, NOW - 24 * 60 * MINUTE]
    stage.project(act(number, at) for number, at in enumerate(moments + outside))

    assert rate(stage) == [(14, 1), (4, 1), (1, 1), (0, 2)]


def test_an_amount_in_another_currency_makes_no_act_of_two(stage: Stage) -> None:
    donation = msgspec.structs.replace(GOOD_DEED, kind="donation", pledged=Money("USD", 100))
    stage.project([act(1, NOW, donation)])

    assert rate(stage) == [(0, 1)]


def test_what_is_taken_back_counts_against_the_minute_of_that(stage: Stage) -> None:
    recorded = act(1, NOW - 2 * MINUTE)
    stage.project([recorded, msgspec.structs.replace(withdrawal(recorded, 2), recorded_at=NOW)])

    assert rate(stage) == [(2, 1), (0, -1)]


def test_what_another_generation_or_campaign_brought_is_not_told(stage: Stage) -> None:
    stage.project([act(1, NOW)])

    assert rate(stage, msgspec.structs.replace(CAMPAIGN, generation=2)) == []
    assert rate(stage, msgspec.structs.replace(CAMPAIGN, id="2030")) == []
