"""One request as it goes over the wire."""

from collections.abc import Mapping

import msgspec

JSON_TYPE = "application/json"


class Wire(msgspec.Struct, frozen=True):
    """A request whose body is fixed to the byte, as signatures want it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


def json_bytes(content: object) -> bytes:
    """Return JSON as senders write it."""
    return msgspec.json.encode(content)
