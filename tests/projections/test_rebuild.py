"""Given events, and others that come in while a generation is built, when it is filled, then it is what is shown."""

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.domain.generations import Generation
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change
from chalicelib.projections.log_scan import Scanned
from chalicelib.projections.projection import Projection
from chalicelib.projections.rebuild import MAX_SCRATCH_MS, GenerationVoid, NotProjected
from chalicelib.projections.scan_progress import ScanContended
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import StateKey, StoredState
from tests.histories import FIRST_MOMENT, random_history
from tests.projections.event_source_mapping import Crash
from tests.projections.rebuilding import CAMPAIGN, Subject, alter, now
from tests.projections.test_exactly_once import example_event


@pytest.mark.parametrize("seed", range(25))
def test_a_generation_built_while_events_come_in_equals_the_one_that_is_shown(seed: int) -> None:
    random = Random(seed)
    events = random_history(random, 60)
    subject = Subject()
    subject.deliver(subject.append(events[:30]))
    coming = iter(events[30:])

    def more() -> None:
        if random.random() < 0.3 and (event := next(coming, None)) is not None:
            subject.deliver(subject.append(now([event], subject.clock)))

    subject.while_waiting = more
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)
    subject.deliver(subject.append(now(list(coming), subject.clock)))

    assert generation.number == 2
    subject.assert_equal(1, 2)
    assert subject.applied(2) == len(events)


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 25))])
def test_a_scan_that_is_killed_anywhere_goes_on_and_counts_once(seed: int) -> None:
    random = Random(seed)
    events = random_history(random, 80)
    subject = Subject()
    subject.deliver(subject.append(events[:50]))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.clock.time += 60_000
    later = iter(events[50:])
    kills = 0

    while True:
        # The next run may be on a machine that is set otherwise.
        subject.segments = random.randint(1, 4)
        subject.trouble.puts_left = random.randint(0, 6)
        try:
            subject.fill(generation)
            break
        except Crash:
            kills += 1
            # What is appended in between moves the pages of the segments.
            subject.trouble.puts_left = None
            subject.deliver(subject.append(now([event for event in [next(later, None)] if event], subject.clock)))
            if kills > 40:
                subject.trouble.puts_left = None
                subject.fill(generation)
                break

    subject.assert_equal(1, 2)
    assert kills


def test_a_run_goes_on_with_the_generation_that_another_has_begun() -> None:
    subject = Subject()
    begun = subject.rebuild().begin(CAMPAIGN)

    assert subject.rebuild().begun(CAMPAIGN) == begun
    assert subject.rebuild().begun(msgspec.structs.replace(CAMPAIGN, generation=2)) is None


def test_a_generation_comes_behind_every_other_and_behind_what_is_published() -> None:
    subject = Subject()

    assert subject.rebuild().begin(CAMPAIGN).number == 2
    assert subject.rebuild().begin(CAMPAIGN).number == 3
    assert subject.rebuild().begin(CAMPAIGN, published=7).number == 8


def test_no_number_of_a_generation_that_is_removed_is_used_again() -> None:
    subject = Subject()
    subject.rebuild().remove("2026", subject.rebuild().begin(CAMPAIGN).number)

    assert subject.rebuild().begin(CAMPAIGN).number == 3


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_number_of_which_a_state_is_there_is_passed_over_and_the_state_goes(projection: Projection[Any]) -> None:
    subject = Subject()
    stray = StateKey("2026", projection.name, "all", 0, 2)
    subject.states.put(projection, stray, StoredState(projection.zero(), revision=1))

    assert subject.rebuild().begin_empty(CAMPAIGN, 0).number == 3
    assert subject.states.items == {}


@pytest.mark.parametrize(("at_scan", "number"), [(1, 3), (2, 4)])
def test_two_that_begin_at_once_share_no_number_and_take_nothing_of_each_other(
    at_scan: int, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject()
    scan, begun, scans = subject.rows.scan, list[Generation](), 0

    def scan_beside_another(model: str, scopes: Sequence[str]) -> Any:
        nonlocal scans
        found = list(scan(model, scopes))
        scans += 1
        if scans == at_scan:
            begun.append(subject.rebuild().begin_empty(CAMPAIGN, 0))
            subject.deliver(subject.append([example_event(1)]))
        return found

    monkeypatch.setattr(subject.rows, "scan", scan_beside_another)

    begun.append(subject.rebuild().begin(CAMPAIGN))

    assert [one.number for one in begun] == [2, number]
    assert subject.applied(2) == 1
    assert subject.row_items(2) == subject.row_items(1) != {}


def test_states_that_differ_for_a_moment_are_read_again_all_of_them_at_once() -> None:
    subject = Subject()
    hours = [msgspec.structs.replace(example_event(n), recorded_at=FIRST_MOMENT + n * 3_600_000) for n in range(1, 7)]
    subject.deliver(subject.append(hours))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)
    behind = {key: item for key, item in subject.states.items.items() if key[1].startswith("2#")}
    waited = []

    def catch_up() -> None:
        waited.append(subject.clock())
        if len(waited) == 3:
            subject.states.items.update(behind)

    for key in behind:
        del subject.states.items[key]
    subject.while_waiting = catch_up

    assert subject.rebuild().differences(CAMPAIGN, generation) == []
    assert len(waited) == 3


def test_two_scans_for_one_generation_do_not_mix() -> None:
    subject = Subject()
    subject.append(random_history(Random(1), 40))
    generation = subject.rebuild().begin(CAMPAIGN)
    other = subject.rebuild()
    met = False

    def take(changes: Sequence[Change]) -> Sequence[Poison]:
        nonlocal met
        if not met:
            met = True
            other.fill(CAMPAIGN, generation, lambda _: (), lambda _: None)
        return ()

    with pytest.raises(ScanContended):
        subject.rebuild().fill(CAMPAIGN, generation, take, lambda _: None)
    assert subject.applied(2) == 40


def test_a_writer_whose_clock_is_behind_voids_the_generation() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    late = msgspec.structs.replace(example_event(2), recorded_at=subject.clock() - 300_000)
    subject.deliver(subject.append([late]))

    reason = "generation 2 of 2026: version 2 of 2026/p1 came after the scan had begun"
    with pytest.raises(GenerationVoid, match=reason):
        subject.rebuild().differences(CAMPAIGN, generation)
    assert subject.applied(1) == 2


def test_what_is_delivered_again_after_the_scan_voids_nothing() -> None:
    subject = Subject()
    records = subject.append([example_event(1)])
    subject.deliver(records)
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    subject.deliver(records)

    assert subject.rebuild().differences(CAMPAIGN, generation) == []


def test_the_scan_waits_for_what_was_recorded_before_the_cut_and_is_not_projected() -> None:
    subject = Subject()
    records = subject.append([example_event(1)])
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.waiting = example_event(1).recorded_at
    waited = 0

    def arrive() -> None:
        nonlocal waited
        waited += 1
        if waited == 200:
            subject.deliver(records)
            subject.waiting = None

    subject.while_waiting = arrive
    subject.fill(generation)

    assert waited == 200
    subject.assert_equal(1, 2)


def test_a_projector_that_stands_still_is_not_waited_for_without_end() -> None:
    subject = Subject()
    subject.append([example_event(1)])
    subject.waiting = example_event(1).recorded_at

    with pytest.raises(NotProjected, match="2026"):
        subject.fill(subject.rebuild().begin(CAMPAIGN))


def test_an_event_that_came_while_the_cut_was_awaited_is_the_scan_s() -> None:
    subject = Subject()
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.deliver(subject.append(now([example_event(1)], subject.clock)))
    subject.fill(generation)

    subject.assert_equal(1, 2)


def test_every_state_that_differs_is_told_with_its_cells() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1), example_event(2)]))
    key = next(key for key in subject.states.items if key[1].startswith("1#totals#all"))
    alter(subject.states, StateKey("2026", "totals", "all", int(key[1][-2:])))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    (difference,) = subject.rebuild().differences(CAMPAIGN, generation)

    assert (difference.projection, difference.key) == ("totals", "all")
    assert ("all", "people", 1_000, 2) in list(difference.cells())


def test_a_generation_that_is_removed_leaves_nothing_and_takes_nothing() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    subject.rebuild().remove("2026", generation.number)
    subject.deliver(subject.append(now([example_event(2)], subject.clock)))

    assert not [item for _, item in subject.states.items if item.startswith("2#")]
    assert subject.row_items(2) == {}
    assert subject.applied(1) == 2
    with pytest.raises(GenerationVoid, match="not registered"):
        subject.rebuild().differences(CAMPAIGN, generation)


def test_a_scratch_has_sums_and_no_rows_and_no_number_is_used_twice() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    scratch = subject.rebuild().begin_scratch(CAMPAIGN)
    subject.clock.time = (scratch.cut or 0) + 1
    subject.deliver(subject.append(now([example_event(2)], subject.clock)))

    subject.rebuild().fill(CAMPAIGN, scratch, lambda _: (), lambda _: None)
    differing = subject.rebuild().differences(CAMPAIGN, scratch)
    subject.rebuild().remove("2026", scratch.number)

    assert differing == []
    assert (scratch.number, subject.rebuild().begin_scratch(CAMPAIGN).number) == (-1, -2)
    assert subject.row_items(-1) == {}


def test_what_is_put_back_of_a_scratch_that_is_removed_goes_with_the_next_ones() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    gone = subject.rebuild().begin_scratch(CAMPAIGN)
    stale = dict(subject.registered)
    subject.rebuild().remove("2026", gone.number)
    records = subject.append([msgspec.structs.replace(example_event(2), recorded_at=(gone.cut or 0) + 1)])
    current, subject.registered = subject.registered, stale
    subject.deliver(records)
    subject.registered = current
    assert subject.states.scratches("2026") == {gone.number}

    subject.rebuild().remove_scratches("2026")

    assert subject.states.scratches("2026") == set()
    assert subject.applied(1) == 2


def test_a_scratch_leaves_out_what_is_left_out_of_what_is_shown() -> None:
    subject = Subject()
    since = subject.clock()
    shown = subject.rebuild().begin_empty(CAMPAIGN, since)

    of_rehearsals = msgspec.structs.replace(CAMPAIGN, since=since)
    live = msgspec.structs.replace(of_rehearsals, generation=shown.number)
    unknown = msgspec.structs.replace(of_rehearsals, generation=9)

    assert [subject.rebuild().begin_scratch(one).since for one in (of_rehearsals, live, unknown)] == [0, since, since]


def test_a_scratch_of_an_audit_that_may_go_on_is_left_to_it() -> None:
    subject = Subject()
    scratch = subject.rebuild().begin_scratch(CAMPAIGN)
    subject.clock.time = (scratch.cut or 0) + MAX_SCRATCH_MS

    subject.rebuild().remove_scratches("2026")
    assert subject.registered["2026"].find(scratch.number) == scratch

    subject.clock.time += 1
    subject.rebuild().remove_scratches("2026")
    assert subject.registered["2026"].find(scratch.number) is None


def test_the_rows_of_a_scratch_which_has_none_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject()
    looked_for: list[int] = []
    monkeypatch.setattr(subject.rows, "forget", lambda _, number: looked_for.append(number))
    scratch = subject.rebuild().begin_scratch(CAMPAIGN)
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.clock.time += MAX_SCRATCH_MS + 60_000

    subject.rebuild().remove_scratches("2026")
    subject.rebuild().remove("2026", generation.number)
    # Somebody was killed after it was fed no longer: what it was nobody knows any more.
    subject.rebuild().remove("2026", generation.number)

    assert subject.registered["2026"].find(scratch.number) is None
    assert looked_for == [generation.number, generation.number]


def test_an_event_that_nobody_can_read_is_counted_and_the_rest_goes_on() -> None:
    subject = Subject()
    subject.append([example_event(1), example_event(2)])
    broken: Any = {**subject.log.items[0], "data": {"S": '{"schema":99}'}}
    subject.log.items[0] = broken

    scanned = subject.fill(subject.rebuild().begin(CAMPAIGN))

    assert scanned == Scanned(events=1, rejected=1)
    assert sum(subject.told) == 1


def test_a_generation_that_begins_empty_takes_what_is_recorded_from_its_time_on() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    since = subject.clock()
    generation = subject.rebuild().begin_empty(CAMPAIGN, since, published=4)

    subject.deliver(subject.append([msgspec.structs.replace(example_event(2), recorded_at=since - 1)]))
    subject.deliver(subject.append([msgspec.structs.replace(example_event(3), recorded_at=since)]))

    assert generation == Generation(5, since=since)
    assert (subject.applied(1), subject.applied(5)) == (3, 1)


def test_what_is_rebuilt_of_a_live_campaign_leaves_its_rehearsals_out() -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    since = subject.clock()
    live = msgspec.structs.replace(
        CAMPAIGN, generation=subject.rebuild().begin_empty(CAMPAIGN, since).number, since=since
    )
    subject.deliver(subject.append([msgspec.structs.replace(example_event(2), recorded_at=since)]))

    rebuilt = subject.rebuild().begin(live)
    scanned = subject.rebuild().fill(live, rebuilt, lambda _: (), lambda _: None)

    assert (scanned.events, subject.applied(rebuilt.number)) == (1, 1)
    assert subject.rebuild().differences(live, rebuilt) == []
