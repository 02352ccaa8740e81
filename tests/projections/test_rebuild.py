"""Given events, and others that come in while a generation is built, when it is filled, then it is what is shown."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.domain.decider import Carry, advance
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.generations import UNCHANGED, ChangeGenerations, Generation, Generations
from chalicelib.eventlog.codec import encode
from chalicelib.projections.engine import Engine, read_merged
from chalicelib.projections.generations import void
from chalicelib.projections.log_scan import LogScan, Scanned
from chalicelib.projections.projection import Change
from chalicelib.projections.projector import Projector, put_rows
from chalicelib.projections.rebuild import GenerationVoid, Rebuild, Waits
from chalicelib.projections.scan_progress import ScanContended, ScanProgress
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import StateKey, StateStore, StoredState
from chalicelib.projections.totals import TOTALS
from tests.histories import FIRST_MOMENT, campaign, random_history, stream_record
from tests.projections.event_source_mapping import Clock, Crash
from tests.projections.in_memory_log_segments import InMemoryLogSegments
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.projections.test_exactly_once import CrashingStates, Trouble, example_event

SHARD = f"shardId-{FIRST_MOMENT:020d}-00000001"
WAITS = Waits(lead_ms=10_000, settle_ms=35_000)
CAMPAIGN = campaign("2026")


class InMemoryProgress(ScanProgress):
    """What is noted of scans, in memory."""

    def __init__(self) -> None:
        self._chunks: dict[tuple[str, int], Any] = {}

    def read(self, scan: str, segment: int) -> Any:
        return self._chunks.get((scan, segment))

    def put(self, scan: str, segment: int, current: Any, chunk: Any) -> None:
        if self.read(scan, segment) != current:
            raise ScanContended(scan)
        self._chunks[scan, segment] = chunk

    def forget(self, scan: str, segments: int) -> None:
        for segment in range(segments):
            self._chunks.pop((scan, segment), None)


class Subject:
    """A projector and what rebuilds, on stores in memory; time stands unless something waits."""

    def __init__(self) -> None:
        self.clock = Clock(FIRST_MOMENT + 86_400_000)
        self.states = InMemoryStateStore()
        self.rows = InMemoryRowStore()
        self.log = InMemoryLogSegments()
        self.registered: dict[str, Generations] = {}
        self.positions: dict[str, int] = {}
        self.told: list[int] = []
        self.while_waiting: Callable[[], None] = lambda: None
        self.waiting: int | None = None
        self.trouble = Trouble()
        self.progress = InMemoryProgress()
        nothing: Any = None
        aside: Any = self
        self._set_aside: list[Poison] = []
        self._sequence = 0
        self._carries: dict[str, Carry] = {}
        self.projector = Projector(
            Engine(self.states, self.clock),
            self.rows,
            nothing,
            aside,
            lambda _: [SHARD],
            lambda: self.registered,
            lambda *declared: void(self.change, *declared),
            self.clock,
        )

    def read(self) -> dict[str, int]:
        return self.positions

    def put(self, shard: str, sequence: int) -> None:
        self.positions[shard] = sequence

    def change(self, campaign_id: str, change: ChangeGenerations) -> Generations:
        self.registered[campaign_id] = change(self.registered.get(campaign_id, UNCHANGED))
        return self.registered[campaign_id]

    def rebuild(self) -> Rebuild:
        """Return what rebuilds, as a new process has it."""
        crashing: StateStore = CrashingStates(self.states, self.trouble)
        return Rebuild(
            lambda: self.registered,
            self.change,
            LogScan(self.log, crashing, self.progress, chunk_pages=2),
            self.states,
            self.rows,
            lambda: self.waiting,
            self.clock,
            self._sleep,
            WAITS,
        )

    def append(self, events: Sequence[RecordedEvent]) -> list[dict[str, Any]]:
        """Append events to the log; return the records of its stream."""
        records = []
        for event in events:
            self._sequence += 1
            carry = self._carries[event.stream] = advance(self._carries.get(event.stream, Carry()), event.event)
            self.log.items.append(encode(event, carry))
            records.append(stream_record(event, self._sequence, carry))
        return records

    def deliver(self, records: Sequence[dict[str, Any]]) -> None:
        self.projector.handle({"Records": list(records), "shardId": SHARD})

    def applied(self, generation: int) -> int:
        return read_merged(self.states, TOTALS, "2026", generation)[1]

    def fill(self, generation: Generation) -> Scanned:
        rows = self.rows

        def take(changes: Sequence[Change]) -> Sequence[Poison]:
            return put_rows(rows, generation.number, changes)

        return self.rebuild().fill(CAMPAIGN, generation, take, self.told.append)

    def row_items(self, generation: int) -> dict[tuple[str, str], Any]:
        """Return all rows of a generation, without what only their generation makes of them."""
        beginning = f"2026#{generation}#"
        return {
            (model, key.removeprefix(beginning)): {
                name: {kind: str(value).replace(beginning, "") for kind, value in member.items()}
                for name, member in row.item.items()
            }
            for (model, key), row in self.rows.rows.items()
            if key.startswith(beginning)
        }

    def assert_equal(self, one: int, other: int) -> None:
        numbered = msgspec.structs.replace(CAMPAIGN, generation=one)
        assert self.rebuild().differences(numbered, Generation(other)) == []
        assert self.row_items(one) == self.row_items(other)

    def _sleep(self, seconds: float) -> None:
        self.clock.time += round(seconds * 1000)
        self.while_waiting()


def now(events: Sequence[RecordedEvent], at: Callable[[], int]) -> list[RecordedEvent]:
    return [msgspec.structs.replace(event, recorded_at=at()) for event in events]


@pytest.mark.parametrize("seed", range(60))
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


@pytest.mark.parametrize("seed", range(60))
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


def test_a_writer_whose_clock_is_behind_voids_the_generation(caplog: pytest.LogCaptureFixture) -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1)]))
    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    late = msgspec.structs.replace(example_event(2), recorded_at=subject.clock() - 300_000)
    subject.deliver(subject.append([late]))

    with pytest.raises(GenerationVoid, match="generation 2 of 2026: e2 came after the scan had begun"):
        subject.rebuild().differences(CAMPAIGN, generation)
    assert '"event":"generation_void"' in caplog.text
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


def test_an_event_that_nobody_can_read_is_counted_and_the_rest_goes_on() -> None:
    subject = Subject()
    subject.append([example_event(1), example_event(2)])
    broken: Any = {**subject.log.items[0], "data": {"S": '{"schema":99}'}}
    subject.log.items[0] = broken

    scanned = subject.fill(subject.rebuild().begin(CAMPAIGN))

    assert scanned == Scanned(events=1, rejected=1)
    assert sum(subject.told) == 1


def alter(store: InMemoryStateStore, key: StateKey) -> None:
    """Change a state by hand."""
    stored = store.load(TOTALS, key)
    state = {**stored.state, "all": {**stored.state["all"], "people": 1_000}}
    store.put(TOTALS, key, StoredState(state, stored.applied, stored.revision + 1, stored.checkpoints))
