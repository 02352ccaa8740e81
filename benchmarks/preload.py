"""What read models hold after many events, made in memory by the code that makes it and written into the engine's file.

The rows of acts and organisations, the sums of four shards, and the names; not the log, which nothing of it reads. Or
the log alone, from which the system itself makes all of it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.engine_file import EngineFile
from benchmarks.traffic import CAMPAIGN, EVENTS, HOUR, Traffic, name_of
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.participations.names import BY_STATE, MOMENT
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import Change
from chalicelib.projections.engine import Engine
from chalicelib.projections.projector import newest, rows_by_event
from chalicelib.projections.rows import SPREAD
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.stream_records import decode_records
from tests.projections.in_memory_state_store import InMemoryStateStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = tuple(f"shardId-{HOUR:020d}-{number:08x}" for number in range(4))
"""The log takes 4,000 writes a second from the start, which is four partitions and so four shards."""

TITLES: Mapping[str, str] = {
    "StateTable": "sums",
    "ActsTable": "acts",
    "OrganisationsTable": "organisations",
    "OperationsTable": "operations",
    "NamesTable": "names",
    "RegistryTable": "registry",
}
"""What the tables of the template are called in figures."""

KNOWN_NAMES = tuple(map(name_of, range(200)))

_EVERY_MS = 50
_AT_ONCE = 25
"""Items of one BatchWriteItem."""


class Preload(msgspec.Struct, frozen=True):
    """What is stored before: acts of so many organisations, acts in review, and acts of persons that count.

    Of each act of a person there are `copies` more, under keys of their own, which no sum has.
    """

    title: str
    organisations: int = 0
    in_review: int = 0
    persons: int = 0
    copies: int = 0


def store(file: EngineFile, tables: Mapping[str, str], traffic: Traffic, preload: Preload, now: int) -> None:
    """Store a preload, its events 20 a second until now (epoch ms); `tables` names the tables by their titles."""
    states = InMemoryStateStore()
    engine = Engine(states, lambda: now)
    count = 0
    for copies, batches in _kinds(traffic, preload, now):
        for records in batches:
            changes, _ = decode_records(records)
            _put(file, tables, engine, SHARDS[count // EVENTS % len(SHARDS)], changes)
            count += len(changes)
        file.copy(tables["acts"], copies)
    file.put(tables["sums"], states.items.values())
    store_names(file, tables, preload)


def store_names(file: EngineFile, tables: Mapping[str, str], preload: Preload) -> None:
    """Store the names of the organisations of a preload."""
    file.put(tables["names"], map(_name, range(max(preload.organisations, len(KNOWN_NAMES)))))


def append(client: "DynamoDBClient", table: str, traffic: Traffic, preload: Preload, now: int) -> None:
    """Append the events of a preload to the log, 20 a second until now (epoch ms): its stream delivers them."""
    for _, batches in _kinds(traffic, preload, now):
        for records in batches:
            images = [record["dynamodb"]["NewImage"] for record in records]
            for start in range(0, len(images), _AT_ONCE):
                some: Any = [{"PutRequest": {"Item": image}} for image in images[start : start + _AT_ONCE]]
                client.batch_write_item(RequestItems={table: some})


def _kinds(traffic: Traffic, preload: Preload, now: int) -> Iterator[tuple[int, Iterator[list[dict[str, Any]]]]]:
    """Yield the acts of each kind in batches of records, with how many copies there are of them."""
    kinds = (
        (traffic.persons, preload.persons, preload.copies),
        (traffic.new_organisations, preload.organisations, 0),
        (traffic.in_review, preload.in_review, 0),
    )
    at = now - sum(total for _, total, _ in kinds) * _EVERY_MS
    for make, total, copies in kinds:
        sizes = [min(EVENTS, total - start) for start in range(0, total, EVENTS)]
        moments = [at + number * EVENTS * _EVERY_MS for number in range(len(sizes))]
        yield copies, (list(make(size, moment)) for size, moment in zip(sizes, moments, strict=True))
        at += total * _EVERY_MS


def _refuse(poison: Poison) -> None:
    raise ValueError(f"what is to be stored is not understood: {poison.reason}")


def _put(file: EngineFile, tables: Mapping[str, str], engine: Engine, shard: str, changes: list[Change]) -> None:
    engine.apply(FIRST_GENERATION, shard, CampaignChanges(changes), _refuse)
    rows = newest(rows_by_event(changes, FIRST_GENERATION)[0])
    for model in ("acts", "organisations"):
        file.put(tables[model], [row.item for row in rows if row.model == model])


def _name(number: int) -> dict[str, dict[str, str]]:
    name, text = name_of(number), f"ТОО «Ромашка {number}»"
    item = {
        "id": f"{CAMPAIGN.id}/{name}",
        "text": text,
        "state": "shown",
        BY_STATE: f"{CAMPAIGN.id}#shown#{number % SPREAD:02d}",
        MOMENT: f"{HOUR:013d}.{name}",
    }
    return {attribute: {"S": value} for attribute, value in item.items()}
