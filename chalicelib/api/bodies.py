"""Request bodies as JSON, read strictly from their bytes."""

import re

import msgspec

from chalicelib.api.problems import Problem

ONE_REQUEST = 256 * 1024
"""The max_bytes bytes of a body that asks for one thing."""

_JSON = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?', re.IGNORECASE)


def read_json(content_type: str | None, content_encoding: str | None, body: bytes, max_bytes: int) -> object:
    """Return what a JSON body says.

    Raises:
        Problem: it is too large, not declared as JSON, compressed, or no well-formed JSON: lone surrogates, NaN,
            numbers past every range and nesting past the stack included.
    """
    if len(body) > max_bytes:
        raise Problem("body-too-large", {"max": max_bytes})
    if not _JSON.fullmatch(content_type or "") or (content_encoding or "identity").lower() != "identity":
        raise Problem("media-type-unsupported")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("json-malformed") from None
