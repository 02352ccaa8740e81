"""Reading the JSON of strangers: bytes become values of known types, or `Malformed` that names what is wrong."""

import re
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from chalicelib.webhooks.delivery import Delivery, Malformed, TooLarge, WrongMethod, WrongType

JsonObject: TypeAlias = dict[str, object]

MAX_BYTES = 3 * 1024 * 1024
"""The largest body of any provider: WhatsApp batches up to 3 MB."""
MAX_DEPTH = 32
_LONE_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""Half of a character beside what could be taken for one: the whole of a character, and an escaped backslash."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,11}")


def require_json_post(delivery: Delivery) -> None:
    """Refuse what cannot be a provider's delivery, before anything is computed over its body.

    Raises:
        WrongMethod, WrongType, TooLarge: where the request is no POST of JSON of an expected size.
    """
    if delivery.method != "POST":
        raise WrongMethod("only POST is part of this protocol", allowed="POST")
    declared = delivery.headers.get("content-type", "application/json")
    if declared.partition(";")[0].strip().lower() != "application/json":
        raise WrongType("the content type is not application/json")
    if len(delivery.body) > MAX_BYTES:
        raise TooLarge(f"the body is larger than {MAX_BYTES} bytes", max=MAX_BYTES)


def read_object(raw: bytes, name: str = "the body") -> JsonObject:
    """Return the JSON object that the bytes are: UTF-8, no NaN, at most `MAX_DEPTH` levels.

    Half a character, as a limit of length leaves it of an emoji, becomes U+FFFD: what stands beside it is no worse.

    Raises:
        Malformed: where they are none.
    """
    try:
        value = _decoded(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed(f"{name} is not JSON") from None
    if _deeper_than(value, MAX_DEPTH):
        raise Malformed(f"{name} is nested too deeply")
    return as_object(value, name)


def as_object(value: object, name: str) -> JsonObject:
    """Return the value, which must be an object.

    Raises:
        Malformed: where it is none.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not an object")
    return value


def as_list(value: object, name: str) -> list[object]:
    """Return the value, which must be an array; nothing at all is an empty one.

    Raises:
        Malformed: where it is none.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{name} is not an array")
    return value


def as_objects(value: object, name: str) -> list[JsonObject]:
    """Return the objects of the value, which must be an array of such; null in place of one says nothing.

    Raises:
        Malformed: where it is none.
    """
    return [as_object(item, f"an item of {name}") for item in as_list(value, name) if item is not None]


def objects_of(value: object) -> list[JsonObject]:
    """Return the objects of an array and leave out the rest, where it is of no matter what that is."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def is_identifier(value: object) -> bool:
    """Whether a value is an id: an integer, or up to 128 letters, digits and marks that are safe in keys and paths."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    return _IDENTIFIER.fullmatch(str(value)) is not None


def identifier(value: object, name: str) -> str:
    """Return an id as text.

    Raises:
        Malformed: for anything else, so that no object or float ever becomes part of a key.
    """
    if not is_identifier(value):
        raise Malformed(f"{name} is not an id")
    return str(value)


def optional_identifier(value: object, name: str) -> str | None:
    """Return an id as text, or None where there is none, which an empty text says too.

    Raises:
        Malformed: for what is neither.
    """
    return None if value is None or value == "" else identifier(value, name)


def text(value: object) -> str:
    """Return a text as it is and anything else as an empty one."""
    return value if isinstance(value, str) else ""


def instant(value: object) -> int | None:
    """Return the epoch ms of an ISO 8601 date and time, UTC where it names no zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def seconds(value: object) -> int | None:
    """Return epoch seconds that came as an integer or as digits; None where they did not."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if _SECONDS.fullmatch(str(value)) else None


def milliseconds(value: object) -> int | None:
    """Return the epoch ms of epoch seconds that came as an integer or as digits; None where they did not."""
    moment = seconds(value)
    return None if moment is None else moment * 1000


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return msgspec.json.decode(_LONE_SURROGATE.sub(_whole, raw))


def _whole(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match["lone"] else match[0]


def _deeper_than(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
