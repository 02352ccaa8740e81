"""What senders brought in the last minutes, of which limits ask."""

from typing import Any

import msgspec

from chalicelib.domain.events import (
    Event,
    ParticipationApproved,
    ParticipationRecorded,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.limits import SPAN_MINUTES, Sum
from chalicelib.domain.participation import Act, Money
from chalicelib.projections.arrivals import ARRIVALS, MINUTE_PLACES, MinuteOfArrivals, recent
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import Change, change_of
from chalicelib.projections.engine import Engine
from chalicelib.projections.set_aside import Poison
from tests.histories import histories
from tests.laws import few_and_many
from tests.projections.in_memory_state_store import InMemoryStateStore

MINUTE = 29_671_440
FORM = Act("donation", "business", "KZ-75", "vk", form="vk/1/7", people=7, minutes=90, pledged=Money("KZT", 500))
TOKEN = msgspec.structs.replace(FORM, form=None, token="7f", pledged=Money("USD", 9), confirmed=Money("KZT", 3))
SHARD = "shardId-00000001780286400000-0a1b2c3d"
ANOTHER_SHARD = "shardId-00000001780286400000-0a1b2c3e"


def change(event: Event, minute: int = MINUTE, sequence: int = 1) -> Change:
    recorded = RecordedEvent("2026/p", 1, "e", minute * 60_000 + 59_999, event)
    return change_of(recorded, sequence)


def counted(act: Act, minute: int = MINUTE, sequence: int = 1) -> Change:
    return change(ParticipationRecorded(act, "counted", "r", "f"), minute, sequence)


def folded(*changes: Change) -> dict[str, MinuteOfArrivals]:
    """Return the states by key, each change folded by itself."""
    states: dict[str, MinuteOfArrivals] = {}
    for one in changes:
        for key in ARRIVALS.by_key(CampaignChanges([one])):
            states[key] = ARRIVALS.fold(states.get(key, ARRIVALS.zero()), CampaignChanges([one]))
    return states


def test_what_counts_at_once_is_added_up_by_its_form_or_its_token() -> None:
    dollars = msgspec.structs.replace(FORM, pledged=Money("USD", 10**9))

    assert folded(counted(FORM), counted(TOKEN), counted(dollars)) == {
        "00": MinuteOfArrivals(MINUTE, {"vk/1/7": [2, 14, 180, 500], "7f": [1, 7, 90, 3]})
    }


def test_what_waits_and_what_moderators_decide_is_in_no_sum() -> None:
    decisions: list[Event] = [
        ParticipationRecorded(FORM, "in_review", "r", "f", review_reasons=("form_rate",)),
        ParticipationApproved("r", 1, 500, FORM, "ok", "t", first=True),
        ParticipationWithdrawn("r", 1, 500, FORM, "counted", "asked", "t"),
    ]

    assert folded(*map(change, decisions)) == {}


def test_an_act_of_which_nobody_knows_who_sent_it_is_in_no_sum() -> None:
    assert folded(counted(msgspec.structs.replace(FORM, form=None))) == {"00": MinuteOfArrivals(MINUTE)}


def test_minutes_that_share_a_place_are_one_part_of_a_batch() -> None:
    old, new, other = counted(TOKEN, MINUTE), counted(FORM, MINUTE + MINUTE_PLACES), counted(TOKEN, MINUTE + 1)

    parts = ARRIVALS.by_key(CampaignChanges([old, other, new]))

    assert {key: part.in_order for key, part in parts.items()} == {"00": [old, new], "01": [other]}
    assert ARRIVALS.fold(ARRIVALS.zero(), parts["00"]) == MinuteOfArrivals(
        MINUTE + MINUTE_PLACES, {"vk/1/7": [1, 7, 90, 500]}
    )


def test_a_state_holds_the_newest_minute_of_its_place_in_whatever_order_they_come() -> None:
    old, new = counted(TOKEN, MINUTE), counted(FORM, MINUTE + MINUTE_PLACES)
    expected = {"00": MinuteOfArrivals(MINUTE + MINUTE_PLACES, {"vk/1/7": [1, 7, 90, 500]})}

    assert folded(old, new) == folded(new, old) == expected
    (apart,) = folded(old).values()
    (later,) = folded(new).values()
    assert ARRIVALS.merge(apart, later) == ARRIVALS.merge(later, apart) == later


@few_and_many(20, 200, events=histories())
def test_there_are_as_many_states_as_places_whatever_happens(events: list[Any]) -> None:
    keys = ARRIVALS.by_key(CampaignChanges([change_of(event) for event in events]))

    assert len(keys) <= MINUTE_PLACES
    assert MINUTE_PLACES > SPAN_MINUTES


def test_the_sums_of_a_sender_are_those_of_all_shards_from_a_minute_on() -> None:
    store = InMemoryStateStore()
    engine = Engine(store, lambda: MINUTE * 60_000)
    minutes = [counted(FORM, MINUTE + number, number) for number in range(SPAN_MINUTES)]
    poison: list[Poison] = []
    engine.apply(1, SHARD, CampaignChanges(minutes), poison.append)
    engine.apply(1, ANOTHER_SHARD, CampaignChanges(minutes), poison.append)
    engine.apply(2, SHARD, CampaignChanges(minutes[:1]), poison.append)

    assert poison == []

    assert recent(store, "2026", 1, MINUTE)["vk/1/7"].acts == 2 * SPAN_MINUTES
    assert recent(store, "2026", 1, MINUTE + SPAN_MINUTES - 2) == {"vk/1/7": Sum(4, 28, 360, {"KZT": 2_000})}
    assert recent(store, "2026", 2, MINUTE) == {"vk/1/7": Sum(1, 7, 90, {"KZT": 500})}
    assert recent(store, "2026", 1, MINUTE + SPAN_MINUTES) == recent(store, "2027", 1, MINUTE) == {}
