"""Recording what a botocore client asks of DynamoDB."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True):
    """One request: the operation, and by table the capacity units that its answer names (none if it failed)."""

    operation: str
    units: Mapping[str, float]

    @property
    def total(self) -> float:
        """The units of all tables."""
        return sum(self.units.values())


@contextmanager
def recorded_calls(client: Any) -> Iterator[list[Call]]:
    """Collect the requests of a client, each with its capacity units, while the block runs."""
    calls: list[Call] = []

    def ask_for_units(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def note(parsed: Mapping[str, Any], model: Any, **_: object) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        each = consumed if isinstance(consumed, list) else [consumed]
        calls.append(Call(model.name, {one["TableName"]: one["CapacityUnits"] for one in each}))

    events = client.meta.events
    events.register("before-parameter-build.dynamodb", ask_for_units)
    events.register("after-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-parameter-build.dynamodb", ask_for_units)
        events.unregister("after-call.dynamodb", note)
