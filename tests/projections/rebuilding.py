"""A projector and what rebuilds and audits, on stores in memory."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from chalicelib.domain.decider import Carry, advance
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.generations import UNCHANGED, ChangeGenerations, Generation, Generations
from chalicelib.eventlog.codec import encode
from chalicelib.projections.change import Change
from chalicelib.projections.engine import Engine, read_merged
from chalicelib.projections.log_scan import LogScan, Scanned
from chalicelib.projections.projector import Projector, put_rows
from chalicelib.projections.rebuild import Rebuild, Waits
from chalicelib.projections.scan_progress import Chunk, ScanContended, ScanProgress
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import StateKey, StateStore, StoredState
from chalicelib.projections.totals import TOTALS
from chalicelib.projections.voids import Voids
from tests.histories import FIRST_MOMENT, campaign, stream_record
from tests.projections.event_source_mapping import Clock
from tests.projections.in_memory_log_segments import InMemoryLogSegments
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.projections.test_exactly_once import CrashingStates, Trouble

SHARD = f"shardId-{FIRST_MOMENT:020d}-00000001"
WAITS = Waits(lead_ms=10_000, settle_ms=35_000)
CAMPAIGN = campaign("2026")


class InMemoryProgress(ScanProgress):
    """What is noted of scans, in memory."""

    def __init__(self) -> None:
        self._chunks: dict[str, Chunk] = {}

    def read(self, scan: str) -> Chunk | None:
        return self._chunks.get(scan)

    def put(self, scan: str, current: Chunk | None, chunk: Chunk) -> None:
        if self.read(scan) != current:
            raise ScanContended(scan)
        self._chunks[scan] = chunk

    def forget(self, scan: str) -> None:
        self._chunks.pop(scan, None)


class InMemoryVoids(Voids):
    """Marks of void generations, in memory."""

    def __init__(self) -> None:
        self._reasons: dict[tuple[str, int], str] = {}

    def put(self, campaign: str, number: int, reason: str) -> None:
        self._reasons[campaign, number] = reason

    def read(self, campaign: str, number: int) -> str | None:
        return self._reasons.get((campaign, number))

    def forget(self, campaign: str, number: int) -> None:
        self._reasons.pop((campaign, number), None)


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
        self.segments = 3
        self.trouble = Trouble()
        self.progress = InMemoryProgress()
        self.voids = InMemoryVoids()
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
            self.voids.put,
            self.clock,
        )

    def of(self, shard: str) -> int | None:
        return self.positions.get(shard)

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
            LogScan(self.log, crashing, self.progress, self.segments, chunk_pages=2),
            self.states,
            self.rows,
            self.voids,
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
            return put_rows(rows.put, generation.number, changes)

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


def alter(store: InMemoryStateStore, key: StateKey) -> None:
    """Change a state by hand."""
    stored = store.load(TOTALS, key)
    state = {**stored.state, "all": {**stored.state["all"], "people": 1_000}}
    store.put(TOTALS, key, StoredState(state, stored.applied, stored.revision + 1, stored.checkpoints))
