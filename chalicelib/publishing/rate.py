"""How many acts came to count of late, minute by minute, from the timeline's sums."""

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.projections.campaign_changes import MS_PER_MINUTE
from chalicelib.projections.engine import read_merged
from chalicelib.projections.state_store import StateStore
from chalicelib.projections.sums import Cells
from chalicelib.projections.timeline import TIMELINE, hour_of, minute_of

MINUTES = 15
"""How many minutes are looked at; the last of them is not over."""


class MinuteCount(msgspec.Struct, frozen=True):
    """How many acts the minute that begins `at` a time (epoch ms) added; what was taken back counts against them."""

    at: int
    participations: int


def last_minutes(states: StateStore, campaign: Campaign, now: int) -> list[MinuteCount]:
    """Return the last minutes before a time (epoch ms), the newest last. One request for each hour that they are in."""
    newest = now // MS_PER_MINUTE
    begins = [minute * MS_PER_MINUTE for minute in range(newest - MINUTES + 1, newest + 1)]
    hours: dict[str, Cells] = {}
    for hour in dict.fromkeys(map(hour_of, begins)):
        hours[hour], _ = read_merged(states, TIMELINE, campaign.id, campaign.generation, hour)
    return [MinuteCount(at, hours[hour_of(at)].get(minute_of(at), {}).get("participations", 0)) for at in begins]
