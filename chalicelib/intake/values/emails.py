"""E-mail addresses as people and programs write them: `mailto:a@mail.ru`, «a@mail.ru», `Айгүл <a@mail.ru>`."""

import re

from chalicelib.domain.folding import clean
from chalicelib.domain.identity import normalise_email

MAX_LENGTH = 500
"""Characters: an address has 254 at most, and a name may stand before it."""

_LABEL = re.compile(r"(?:mailto|e-?mail|почта|пошта)(?:\s*[:=]|\s[-\u2010-\u2015\u2212]\s)?\s*", re.IGNORECASE)
_BEHIND = re.compile(r"(?<=@)(?P<domain>[^\s?#!/+_]+)[?#!/+_].*\Z", re.DOTALL)
"""What cannot be of an address any more: the subject that a link has, say."""
_AROUND = "«»\"'“”„‘’`()[]{}<>.,;: "
_NAMED = re.compile(r"[^<>@]*<(?P<address>[^<>\s]+)>")


def read_email(text: str) -> str | None:
    """Return the one address that a text is, in lower case, without what is written around it; None for none."""
    if len(text) > MAX_LENGTH:
        return None
    given = clean(text)
    if named := _NAMED.fullmatch(given):
        given = named["address"]
    given = given.strip(_AROUND)
    if label := _LABEL.match(given):
        given = given[label.end() :].strip(_AROUND)
    return normalise_email(_BEHIND.sub(r"\g<domain>", given) if given.count("@") == 1 else given)
