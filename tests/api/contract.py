"""The contract as whoever asks for it reads it."""

from typing import Any

import msgspec

from app import app
from chalicelib.api import openapi

Json = dict[str, Any]


def read_contract() -> Json:
    """Return the contract of all routes."""
    read: Json = msgspec.json.decode(msgspec.json.encode(openapi.document(app.routes)))
    return read
