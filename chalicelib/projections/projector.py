"""The projector function: a batch of the log's stream into all read models, what none can take to the dead letters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.aws.garbage import collected_later
from chalicelib.domain.generations import UNCHANGED, Generation, Generations
from chalicelib.projections import acts, organisations
from chalicelib.projections.campaign_changes import CampaignChanges, by_campaign
from chalicelib.projections.change import Change, StreamRecord
from chalicelib.projections.engine import Engine
from chalicelib.projections.positions import Positions
from chalicelib.projections.rows import RefusedRow, Row, RowStore, scope_of
from chalicelib.projections.set_aside import Poison, SetAside
from chalicelib.projections.stream_records import decode_records, last_sequence

ShardsOf = Callable[[str], list[str]]
"""From a stream's ARN to the ids of its shards."""

RegisteredGenerations = Callable[[], Mapping[str, Generations]]
"""Returns the generations of the campaigns whose read models were built anew, as they are registered now."""

Void = Callable[[str, int, str], None]
"""Declares a generation of a campaign void, for a reason."""


EVENTS_AT_ONCE = 64
"""Of how many events rows are made before they are stored: their memory is used again while it is in the cache."""


class UnknownShard(Exception):
    """An invocation that does not say which shard it reads. Nothing was applied: a guess would count wrongly."""


class Projector:
    """Handles invocations by an event source mapping on the log's stream.

    The mapping sets a tumbling window, since only then an invocation names its shard; nothing is kept in its state.
    """

    def __init__(
        self,
        engine: Engine,
        rows: RowStore,
        set_aside: SetAside,
        positions: Positions,
        shards_of: ShardsOf,
        generations: RegisteredGenerations,
        void: Void,
        now: Callable[[], int],
    ) -> None:
        self._engine = engine
        self._rows = rows
        self._set_aside = set_aside
        self._positions = positions
        self._shards_of = shards_of
        self._generations = generations
        self._void = void
        self._now = now

    def handle(self, invocation: Mapping[str, Any]) -> dict[str, Any]:
        """Apply the records of one invocation. Any passing fault is raised, so that the batch is delivered again.

        Raises:
            UnknownShard: the invocation names no shard and the stream has more than one.
        """
        records = invocation.get("Records", [])
        if records:
            shard = invocation.get("shardId") or self._only_shard(records[0]["eventSourceARN"])
            with collected_later():
                self._apply(shard, records)
        return {"state": {}}

    def _apply(self, shard: str, records: Sequence[StreamRecord]) -> None:
        """Apply a batch to each kind of read model: what one cannot take does not keep the others from it."""
        # Read anew each time: a batch with an event from behind a cut is one that came after the cut was registered.
        registered = self._generations()
        changes, poison = decode_records(records)
        campaigns = by_campaign(changes)
        for campaign, some in campaigns.items():
            self._add(shard, registered.get(campaign, UNCHANGED), CampaignChanges(some))
        for campaign, some in campaigns.items():
            poison += self._put_rows(registered.get(campaign, UNCHANGED), some)
        for one in poison:
            self._set_aside.put(shard, one)
        if (last := last_sequence(records)) is not None:
            self._positions.put(shard, last)

    def _add(self, shard: str, generations: Generations, changes: CampaignChanges) -> None:
        """Add some events of a campaign to the sums of its generations."""
        self._void_missed(shard, changes, generations)
        for generation in generations.registered:
            if fed := changes.part(_fed(generation, changes.in_order)):
                self._engine.apply(generation.number, shard, fed, lambda one: self._set_aside.put(shard, one))

    def _put_rows(self, generations: Generations, changes: Sequence[Change]) -> list[Poison]:
        """Store the rows that some events of a campaign make in its generations."""
        poison: list[Poison] = []
        for generation in generations.registered:
            fed = () if generation.sums_alone else _fed(generation, changes)
            for start in range(0, len(fed), EVENTS_AT_ONCE):
                poison += put_rows(self._rows.put, generation.number, fed[start : start + EVENTS_AT_ONCE])
        return poison

    def _void_missed(self, shard: str, changes: CampaignChanges, generations: Generations) -> None:
        """Declare each generation void that may have missed an event: neither the stream feeds it, nor the scan."""
        now = self._now()
        missed = {
            generation.number: change
            for generation in generations.registered
            if generation.cut is not None
            for change in changes
            if generation.is_voided_by(change.recorded_at, now)
        }
        # What is delivered again was seen before: by the scan, if it had begun.
        position = self._positions.of(shard) if missed else None
        for number, change in missed.items():
            if position is None or change.sequence > position:
                late = f"version {change.version} of {change.stream}"
                self._void(changes.campaign, number, f"{late} came after the scan had begun")

    def _only_shard(self, stream_arn: str) -> str:
        shards = self._shards_of(stream_arn)
        if len(shards) != 1:
            raise UnknownShard(f"{stream_arn} has {len(shards)} shards and the invocation names none")
        return shards[0]


def _fed(generation: Generation, changes: Sequence[Change]) -> Sequence[Change]:
    """Return the events that the stream feeds a generation of their campaign with."""
    if generation.cut is None and not generation.since:
        return changes
    return [change for change in changes if generation.is_fed_with(change.recorded_at)]


PutRows = Callable[[Sequence[Row]], Sequence[RefusedRow]]
"""Stores rows; returns those that will never be taken."""


def put_rows(put: PutRows, generation: int, changes: Sequence[Change]) -> list[Poison]:
    """Store the newest row of each thing that events of a campaign are about; return what cannot be stored."""
    made, poison = rows_by_event(changes, generation)
    return poison + [Poison(one.row.change.record, f"{one.row.model}: {one.reason}") for one in put(newest(made))]


def newest(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the last of some rows of each thing: a batch has the events of a stream in their order."""
    if len({row.key for row in rows}) == len(rows):
        return rows
    return list({(row.model, row.key): row for row in rows}.values())


def rows_by_event(changes: Sequence[Change], generation: int) -> tuple[list[Row], list[Poison]]:
    """Return all rows that some events of a campaign make, in their order, and those of which none can be made."""
    if not changes:
        return [], []
    scope = scope_of(changes[0].campaign, generation)
    made, poison = organisations.rows(changes, scope)
    return acts.rows(changes, scope) + made, poison


def shards_of(client: Any) -> ShardsOf:
    """Return a function that asks DynamoDB Streams for the shards of a stream."""

    def described(stream_arn: str) -> list[str]:
        description = client.describe_stream(StreamArn=stream_arn)["StreamDescription"]
        return [shard["ShardId"] for shard in description["Shards"]]

    return described
