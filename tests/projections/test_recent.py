"""The newest acts: which they are, and what of them is shown."""

from collections.abc import Sequence

import msgspec
import pytest

from chalicelib.domain.events import (
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.recent import MAX_ACTS, RECENT, RecentAct, RecentActs, recorded_at
from tests.histories import FIRST_MOMENT

ACT = Act("good_deed", "citizen", "KZ-75", "vk")
KZT = Money("KZT", 5)


def recorded(number: int, act: Act = ACT) -> RecordedEvent:
    """Return the record of the act of some participant, so many ms after the first moment."""
    event = ParticipationRecorded(act, "counted", f"r{number}", "f")
    return RecordedEvent(f"2026/p{number}", 1, f"e{number}", FIRST_MOMENT + number, event)


def withdrawn(number: int) -> RecordedEvent:
    event = ParticipationWithdrawn(f"r{number}", 1, FIRST_MOMENT + number, ACT, "counted", "an error", "t")
    return RecordedEvent(f"2026/p{number}", 2, f"w{number}", FIRST_MOMENT + 100_000, event)


def corrected(number: int, after: Act) -> RecordedEvent:
    event = ParticipationCorrected(f"r{number}", 1, FIRST_MOMENT + number, ACT, after, "counted", "an error", "t")
    return RecordedEvent(f"2026/p{number}", 2, f"c{number}", FIRST_MOMENT + 100_000, event)


def fold(events: Sequence[RecordedEvent], state: RecentActs | None = None) -> RecentActs:
    return RECENT.fold(state or {}, CampaignChanges([change_of(event) for event in events]))


def key(number: int) -> str:
    return f"{FIRST_MOMENT + number:013d} 2026/p{number} 1"


def test_an_act_is_shown_without_what_tells_by_whom_it_was_sent() -> None:
    shown = Act("good_deed", "ngo", "KZ-75", "vk", topic="t", name="n", people=2, minutes=3, pledged=KZT, confirmed=KZT)
    sent = msgspec.structs.replace(shown, form="vk/1/2", token="t1", verified=True)

    assert fold([recorded(1, sent)]) == {key(1): RecentAct(1, shown)}


def test_all_events_of_a_campaign_belong_to_one_list_and_none_to_no_list() -> None:
    changes = CampaignChanges([change_of(recorded(1))])

    assert RECENT.by_key(changes) == {"all": changes}
    assert RECENT.by_key(CampaignChanges([])) == {}


def test_an_act_that_was_corrected_is_shown_as_it_is_now() -> None:
    after = msgspec.structs.replace(ACT, people=7)

    assert fold([recorded(1), corrected(1, after)]) == {key(1): RecentAct(2, after)}


def test_an_act_that_was_taken_back_keeps_its_place_without_its_content() -> None:
    assert fold([recorded(1), withdrawn(1), recorded(2)]) == {key(1): RecentAct(2), key(2): RecentAct(1, ACT)}


def test_an_act_stays_as_its_newest_event_left_it_in_whatever_order_they_come() -> None:
    expected = {key(1): RecentAct(2)}

    assert fold([withdrawn(1), recorded(1)]) == fold([recorded(1)], fold([withdrawn(1)])) == expected
    assert RECENT.merge(fold([withdrawn(1)]), fold([recorded(1)])) == expected
    assert RECENT.merge(fold([recorded(1)]), fold([withdrawn(1)])) == expected


@pytest.mark.parametrize("first", [0, 1, 30, MAX_ACTS, MAX_ACTS + 9], ids=lambda first: f"{first} before")
def test_of_many_acts_the_newest_stay_however_they_come(first: int) -> None:
    events = [recorded(number) for number in range(MAX_ACTS + 10)]
    newest = {key(number): RecentAct(1, ACT) for number in range(10, MAX_ACTS + 10)}

    assert fold(events[first:], fold(events[:first])) == newest
    assert fold(events[:first], fold(events[first:])) == newest
    assert RECENT.merge(fold(events[:first]), fold(events[first:])) == newest


def test_acts_that_wait_take_no_place_however_new_they_are() -> None:
    waiting = ParticipationRecorded(ACT, "in_review", "w", "f")
    later = [RecordedEvent(f"2026/w{n}", 1, f"w{n}", FIRST_MOMENT + 1_000 + n, waiting) for n in range(MAX_ACTS + 1)]

    assert fold([recorded(1), *later]) == {key(1): RecentAct(1, ACT)}


def test_an_act_takes_one_place_however_often_it_changes() -> None:
    events = [recorded(number) for number in range(MAX_ACTS)]
    changes = [withdrawn(number) for number in range(10)]

    assert len(fold([*events, *changes])) == MAX_ACTS


def test_the_newest_act_says_how_far_they_are() -> None:
    assert recorded_at({}) == 0
    assert recorded_at(fold([recorded(2), recorded(1)])) == FIRST_MOMENT + 2
