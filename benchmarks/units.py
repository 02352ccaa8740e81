"""Capacity units as DynamoDB bills them, by table, by index and by partition key, worked out from the sizes of items.

docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html, .../GSI.html (what a write to an
index costs) and .../CapacityUnitCalculations.html (sizes).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WRITE_BYTES, READ_BYTES = 1024, 4096
Item = Mapping[str, Mapping[str, Any]]


class Place(msgspec.Struct, frozen=True):
    """A table or an index of it, by its keys; an index holds `attributes` beside them, or whole items (None)."""

    name: str
    keys: tuple[str, ...]
    attributes: frozenset[str] | None = None

    def entry(self, item: Item | None) -> Item | None:
        """Return what of an item stands here, None where nothing does."""
        if item is None or any(key not in item for key in self.keys):
            return None
        if self.attributes is None:
            return item
        return {name: value for name, value in item.items() if name in self.attributes}


class Meter:
    """What a client's requests took while they were metered: requests, units written and units read.

    `written` is by place and partition key, `read` by place, `requests` by operation and table.
    """

    def __init__(self, places: Mapping[str, tuple[Place, ...]]) -> None:
        self._places = places
        self._lock = Lock()
        self.requests: Counter[str] = Counter()
        self.written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.read: defaultdict[str, float] = defaultdict(float)

    @property
    def written_units(self) -> int:
        """All units written."""
        return sum(units.total() for units in self.written.values())

    @property
    def read_units(self) -> float:
        """All units read."""
        return sum(self.read.values())

    def note(self, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Note a request and its answer. A put that is refused costs what it would have written to its table."""
        with self._lock:
            table = params.get("TableName") or next(iter(params.get("RequestItems", {"": None})))
            self.requests[f"{operation} {self._name(table)}"] += 1
            if operation == "PutItem":
                self._put(table, params["Item"], answer)
            elif operation == "GetItem":
                self._got(table, [answer["Item"]] if "Item" in answer else [{}], params.get("ConsistentRead", False))
            elif operation == "Query":
                self._queried(table, params, answer["Items"])
            elif operation == "BatchGetItem":
                requested = params["RequestItems"][table]
                found = answer["Responses"].get(table, [])
                missing: list[Item] = [{}] * (len(requested["Keys"]) - len(found))
                self._got(table, [*found, *missing], requested.get("ConsistentRead", False))
            else:
                raise ValueError(f"{operation} is not metered")

    def _put(self, table: str, item: Item, answer: Mapping[str, Any]) -> None:
        whole, *indexes = self._places[table]
        before: Item | None = answer.get("Attributes")
        self._write(whole, item, max(item_bytes(item), item_bytes(before or {})))
        for index in () if "Error" in answer else indexes:
            old, new = index.entry(before), index.entry(item)
            if old is not None and new is not None and all(old[key] == new[key] for key in index.keys):
                if old != new:
                    self._write(index, new, max(item_bytes(old), item_bytes(new)))
                continue
            for entry in (old, new):
                if entry is not None:
                    self._write(index, entry, item_bytes(entry))

    def _write(self, place: Place, entry: Item, size: int) -> None:
        partition = str(next(iter(entry[place.keys[0]].values())))
        self.written[place.name][partition] += units(size, WRITE_BYTES)

    def _got(self, table: str, items: Iterable[Item], consistent: bool) -> None:
        whole = self._places[table][0]
        for item in items:
            self.read[whole.name] += units(item_bytes(item), READ_BYTES) * (1.0 if consistent else 0.5)

    def _queried(self, table: str, params: Mapping[str, Any], items: Iterable[Item]) -> None:
        name = params.get("IndexName")
        whole, *indexes = self._places[table]
        place = whole if name is None else next(index for index in indexes if index.name.endswith(f" {name}"))
        size = sum(map(item_bytes, items))
        self.read[place.name] += units(size, READ_BYTES) * (1.0 if params.get("ConsistentRead") else 0.5)

    def _name(self, table: str) -> str:
        return self._places[table][0].name


def places(client: "DynamoDBClient", tables: Mapping[str, str]) -> dict[str, tuple[Place, ...]]:
    """Return by name of each table its place and those of its indexes; `tables` names them by their titles."""
    return {name: tuple(_places(client, title, name)) for title, name in tables.items()}


def _places(client: "DynamoDBClient", title: str, table: str) -> Iterator[Place]:
    described: Any = client.describe_table(TableName=table)["Table"]
    keys = tuple(key["AttributeName"] for key in described["KeySchema"])
    yield Place(title, keys)
    for index in described.get("GlobalSecondaryIndexes", ()):
        own = tuple(key["AttributeName"] for key in index["KeySchema"])
        projection = index["Projection"]
        beside = {*keys, *own, *projection.get("NonKeyAttributes", ())}
        attributes = None if projection["ProjectionType"] == "ALL" else frozenset(beside)
        yield Place(f"{title} {index['IndexName']}", own, attributes)


@contextmanager
def metered(client: Any, found: Mapping[str, tuple[Place, ...]]) -> Iterator[Meter]:
    """Meter what a client asks of tables meanwhile; puts are asked for what stood in their place."""
    meter = Meter(found)

    def ask(params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        context["metered"] = {**params}
        if model.name == "PutItem":
            params["ReturnValues"] = "ALL_OLD"

    def note(parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: object) -> None:
        meter.note(model.name, context["metered"], parsed)

    events = client.meta.events
    events.register("before-parameter-build.dynamodb", ask)
    events.register("after-call.dynamodb", note)
    try:
        yield meter
    finally:
        events.unregister("before-parameter-build.dynamodb", ask)
        events.unregister("after-call.dynamodb", note)


def units(size: int, bytes_of_unit: int) -> int:
    """Return the units of so many bytes; nothing costs one too."""
    return max(1, -(-size // bytes_of_unit))


def item_bytes(item: Item) -> int:
    """Return the size of an item of texts, bytes, numbers and booleans: texts in UTF-8, numbers by their digits."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "N":
        return -(-len(content.strip("-0.") or "0") // 2) + 1
    if kind == "B":
        return len(content)
    return len(content.encode()) if kind == "S" else 1
