"""Texts for people, in the language that they asked for."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from chalicelib.domain.vocabulary import LANGUAGES, Language

DEFAULT_LANGUAGE: Language = "en"
"""For those who ask for no language, or for none of ours: scripts, as a rule."""

_RANGE = re.compile(
    r"\s*(\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)

_VALUE = re.compile(r"(?<!{){\w+}(?!})")

Texts = Mapping[Language, str]


class ProblemTexts(msgspec.Struct, frozen=True):
    """What a problem is called, and what to do about it; `detail` may name values in braces."""

    title: Texts
    detail: Texts


class Messages(msgspec.Struct, frozen=True):
    """All texts: of problems by their name, of faults by their code."""

    problems: Mapping[str, ProblemTexts]
    faults: Mapping[str, Texts]


def without_values(text: str) -> str:
    """Return a text without the values that are filled in where it is told."""
    return _VALUE.sub("…", text).replace("{{", "{").replace("}}", "}")


@cache
def messages() -> Messages:
    """Return the texts, read when the first one is needed."""
    return msgspec.json.decode(Path(__file__).with_name("messages.json").read_bytes(), type=Messages)


def negotiate(accept_language: str | None) -> Language:
    """Return which of our languages an Accept-Language header prefers (RFC 9110, section 12.5.4).

    Ranges that are malformed are passed over, regional ones count as their language.
    """
    wishes: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        match = _RANGE.fullmatch(part)
        if match:
            name, quality = match[1].lower(), float(match[2] or 1)
            wishes[name] = max(quality, wishes.get(name, 0.0))
    others = wishes.get("*", 0.0)
    # Of languages wished for equally the default comes first, as the least surprising answer to `*`.
    ours = sorted(LANGUAGES, key=lambda language: language != DEFAULT_LANGUAGE)
    named = list(wishes)
    best = max(
        ours,
        key=lambda language: (
            wishes.get(language, others),
            -named.index(language) if language in wishes else -len(named),
        ),
    )
    return best if wishes.get(best, others) > 0 else DEFAULT_LANGUAGE
