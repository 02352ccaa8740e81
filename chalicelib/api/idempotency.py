"""The key by which a repeated request is known."""

import re

from chalicelib.api.problems import Problem

KEY_PATTERN = r"^[!-~]{1,128}$"
"""1 to 128 visible ASCII characters."""

_KEY = re.compile(r"[!-~]{1,128}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPED = re.compile(r'\\(["\\])')


def read_key(header: str | None) -> str:
    """Return the key of an Idempotency-Key header: a String of Structured Fields (RFC 9651), or the bare text.

    Raises:
        Problem: the header is missing, or holds no key.
    """
    if header is None:
        raise Problem("idempotency-key-missing")
    text = header.strip()
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        text = _ESCAPED.sub(r"\1", quoted[1]) if quoted else ""
    if not is_key(text):
        raise Problem("idempotency-key-invalid")
    return text


def is_key(text: str) -> bool:
    """Whether a text can be a key."""
    return _KEY.fullmatch(text) is not None


def submission_id(token_id: str, key: str) -> str:
    """Return the id of a submission: keys of different tokens never meet."""
    return f"{token_id}:{key}"
