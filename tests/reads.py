"""What is read of DynamoDB, and whether as it is now or from a copy that may be some moments old."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def reads(client: Any) -> Iterator[list[tuple[str, bool]]]:
    """Collect the reads of a client, each with whether it is consistent, while the block runs."""
    found: list[tuple[str, bool]] = []

    def note(params: Mapping[str, Any], model: Any, **_: object) -> None:
        if model.name in ("GetItem", "Query", "Scan"):
            found.append((model.name, params.get("ConsistentRead", False)))
        if model.name == "BatchGetItem":
            found.extend((model.name, each.get("ConsistentRead", False)) for each in params["RequestItems"].values())

    client.meta.events.register("provide-client-params.dynamodb", note)
    try:
        yield found
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb", note)
