"""Badges as somebody reads them: the number in each text of the picture, whatever stands around its digits."""

import html
import re
from collections.abc import Iterator

from chalicelib.domain.vocabulary import LANGUAGES, METRICS, Metric

_TEXTS = {
    "text": re.compile(r"<text\b[^>]*>([^<]*)</text>"),
    "title": re.compile(r"<title>([^<]*)</title>"),
    "aria-label": re.compile(r'\baria-label="([^"]*)"'),
}
_NO_DIGITS = re.compile(r"[^0-9]+")
_MINUS = re.compile(r"[-\u2212][^0-9]*[0-9]")
"""A sign before the digits: a hyphen after them is part of a word."""


def badge_names() -> Iterator[tuple[Metric, str]]:
    """Yield the metric and the name of each badge that a campaign has."""
    return ((metric, f"badge/{metric}.{language}.svg") for metric in METRICS for language in LANGUAGES)


def numbers(svg: str) -> dict[str, int | None]:
    """Return the numbers that a badge shows, by where it has them: None where there is none."""
    return {where: _number(found.search(svg)) for where, found in _TEXTS.items()}


def _number(found: re.Match[str] | None) -> int | None:
    text = "" if found is None else html.unescape(found[1])
    digits = _NO_DIGITS.sub("", text)
    if not digits:
        return None
    return -int(digits) if _MINUS.search(text) else int(digits)
