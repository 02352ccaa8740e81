"""What may be shown to all or kept for ever: a text to read, which leads to nobody and nowhere.

A text is folded first (`folding.clean`), and what remains is judged: the same for names of organisations, reasons and
defaults of forms, whichever way they come.
"""

import re
import unicodedata
from typing import Literal

from chalicelib.domain.digit_runs import holds_long_number
from chalicelib.domain.disguises import undisguised
from chalicelib.domain.folding import clean
from chalicelib.domain.links import holds_address, holds_handle, holds_link, holds_mixed_scripts

Unsuitability = Literal["nothing_to_read", "too_long", "stacked_marks", "link", "handle", "contact_details"]
"""Why a text is not shown."""

MAX_LENGTH = 200
"""Characters of a text as it is shown: some characters stand for many."""
MAX_MARKED = 3
"""Letters of a text on which a mark may be put: what is stressed, not what is struck through."""
MIN_READABLE = 2
"""Letters and digits that a text has, a letter among them."""

# Marks that can be put on any letter; those of Arabic, Hebrew or Thai belong to their letters.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_TWO_LETTERS = re.compile("[A-Za-z\u0400-\u0481\u048a-\u052f]{2}")


def unsuitability(text: str) -> Unsuitability | None:
    """Return why a text must not be shown, None where it may be."""
    shown = clean(text)
    if len(shown) > MAX_LENGTH:
        return "too_long"
    plain = undisguised(shown)
    if holds_address(plain) or holds_long_number(plain):
        return "contact_details"
    if holds_handle(shown, plain):
        return "handle"
    if holds_link(plain) or holds_mixed_scripts(plain):
        return "link"
    if not _has_few_marks(shown):
        return "stacked_marks"
    return None if _is_readable(shown) else "nothing_to_read"


def _has_few_marks(shown: str) -> bool:
    marks = _MARKS.findall(shown)
    return len(marks) <= MAX_MARKED and all(len(stack) == 1 for stack in marks)


def _is_readable(shown: str) -> bool:
    if _TWO_LETTERS.search(shown):
        return True
    categories = [unicodedata.category(character) for character in shown]
    letters = sum(category[0] == "L" and category != "Lm" for category in categories)
    return letters > 0 and letters + sum(category[0] == "N" for category in categories) >= MIN_READABLE
