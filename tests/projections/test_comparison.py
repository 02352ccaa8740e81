"""Two generations compared: the states that differ, and by which cells."""

from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.comparison import MAX_READS, PAUSE_SECONDS, Difference, differences
from chalicelib.projections.engine import Engine
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.recent import RECENT
from chalicelib.projections.set_aside import Poison
from tests.histories import FIRST_MOMENT
from tests.projections.event_source_mapping import Clock
from tests.projections.in_memory_state_store import InMemoryStateStore

RECORDED = ParticipationRecorded(Act("good_deed", "citizen", "KZ-75", "api", people=7), "counted", "r", "f")


def refuse(poison: Poison) -> None:
    raise AssertionError(poison.reason)


def test_the_cells_that_differ_are_told_by_measure_with_both_values() -> None:
    one = {"type ngo": {"people": 1}, "all": {"participations": 3, "people": 3}, "alike": {"people": 1, "minutes": 0}}
    other = {
        "all": {"participations": 4, "people": 3, "KZT": 5},
        "alike": {"people": 1, "KZT": 0},
        "kind run": {"a": 7},
    }

    assert list(Difference("totals", "all", (one, other), (3, 4)).cells()) == [
        ("all", "KZT", 0, 5),
        ("all", "participations", 3, 4),
        ("kind run", "a", 0, 7),
        ("type ngo", "people", 1, 0),
    ]


def test_a_state_that_stays_different_is_told_with_its_sums_if_it_has_any_and_how_many_events_are_in_it() -> None:
    store = InMemoryStateStore()
    changes = [change_of(RecordedEvent(f"2026/p{n}", 1, f"e{n}", FIRST_MOMENT, RECORDED), n) for n in (1, 2)]
    engine = Engine(store, Clock(FIRST_MOMENT), [PLACES, RECENT])
    for generation, some in ((1, changes[:1]), (2, changes), (3, changes)):
        engine.apply(generation, "shard", CampaignChanges(some), refuse)
    pauses: list[float] = []

    found = differences(store, "2026", (1, 2), pauses.append)

    sums = (
        {"KZ-75 good_deed": {"participations": 1, "people": 7}},
        {"KZ-75 good_deed": {"participations": 2, "people": 14}},
    )
    assert sorted(found, key=lambda difference: difference.projection) == [
        Difference("places", "all", sums, (1, 2)),
        Difference("recent", "all", ({}, {}), (1, 2)),
    ]
    assert pauses == [PAUSE_SECONDS] * (MAX_READS - 1)
    assert differences(store, "2026", (2, 3), pauses.append) == []
