"""Conditional requests (RFC 9110, section 13): nobody changes what they have not seen."""

import re

from chalicelib.api.problems import Problem
from chalicelib.api.routes import Parameter

ANY = "*"

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = re.compile(rf"\s*{_TAG}(?:\s*,\s*{_TAG})*\s*")
_WEAK = "W/"


def _parameter(name: str, description: str, *, required: bool) -> Parameter:
    shape = {"type": "string", "pattern": rf"^(\*|{_TAG}(\s*,\s*{_TAG})*)$"}
    return Parameter(name=name, place="header", description=description, shape=shape, required=required)


IF_MATCH = _parameter(
    "If-Match", "The `ETag` of what is changed, as it was read; `*` for whatever is there.", required=True
)
IF_MATCH_OF_EXISTING = _parameter("If-Match", f"{IF_MATCH.description} Needed to change what exists.", required=False)
IF_NONE_MATCH = _parameter("If-None-Match", "`*` only creates.", required=False)


def check_absence(if_match: str | None) -> None:
    """Let pass what shall be created.

    Raises:
        Problem: something was expected to be there.
    """
    if if_match is not None:
        raise Problem("precondition-failed")


def check_presence(if_none_match: str | None, tag: str) -> None:
    """Let pass what is there, under an entity tag, and may be.

    Raises:
        Problem: it was expected not to be there.
    """
    if if_none_match is not None and _names(if_none_match.replace(_WEAK, ""), tag):
        raise Problem("precondition-failed")


def check_match(if_match: str | None, tag: str) -> None:
    """Let a change pass of what is there under an entity tag.

    Raises:
        Problem: it is not said what is changed, or that is not what is there. A weak tag matches nothing.
    """
    if if_match is None:
        raise Problem("precondition-required")
    if not _names(if_match, tag):
        raise Problem("precondition-failed")


def _names(condition: str, tag: str) -> bool:
    if condition.strip() == ANY:
        return True
    return _TAGS.fullmatch(condition) is not None and tag in re.findall(_TAG, condition)
