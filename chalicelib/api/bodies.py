"""Request bodies as JSON, read strictly from their bytes."""

import re
from collections.abc import Collection

import msgspec

from chalicelib.api.problems import Problem

ONE_REQUEST = 256 * 1024
"""The max_bytes bytes of a body that asks for one thing."""

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
"""A merge patch, by RFC 7396."""

_MEDIA_TYPE = re.compile(r'([a-z/+-]+)\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?', re.IGNORECASE)


def read_json(
    content_type: str | None,
    content_encoding: str | None,
    body: bytes,
    max_bytes: int,
    media_types: Collection[str] = (JSON,),
) -> object:
    """Return what a JSON body says that is declared as one of some media types.

    Raises:
        Problem: it is too large, not declared as such, compressed, or no well-formed JSON: lone surrogates, NaN,
            numbers past every range and nesting past the stack included.
    """
    if len(body) > max_bytes:
        raise Problem("body-too-large", {"max": max_bytes})
    declared = _MEDIA_TYPE.fullmatch(content_type or "")
    if (
        declared is None
        or declared[1].lower() not in media_types
        or (content_encoding or "identity").lower() != "identity"
    ):
        raise Problem("media-type-unsupported")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("json-malformed") from None
