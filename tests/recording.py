"""Recording what a botocore client asks of DynamoDB."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True):
    """One request: the operation, its table and the capacity units that its answer names (none if it failed)."""

    operation: str
    table: str
    units: float


@contextmanager
def recorded_calls(client: Any) -> Iterator[list[Call]]:
    """Collect the requests of a client, each with its capacity units, while the block runs."""
    calls: list[Call] = []

    def ask_for_units(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"
        context["table"] = params["TableName"]

    def note(parsed: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        units = parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
        calls.append(Call(model.name, context["table"], units))

    events = client.meta.events
    events.register("before-parameter-build.dynamodb", ask_for_units)
    events.register("after-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-parameter-build.dynamodb", ask_for_units)
        events.unregister("after-call.dynamodb", note)
