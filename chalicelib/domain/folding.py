"""Texts that people write, without what nobody sees and without what they vary when they write the same.

`clean` is what is shown and stored, `fold` what is compared: the same name, label or place folds to the same text.
What may be shown is judged in `shown_text.py`.
"""

import re
import unicodedata

MAX_MARKS = 2
"""Marks that a letter may carry: Vietnamese has two, stacks of them overprint their neighbours."""

# Default_Ignorable_Code_Point of the Unicode Character Database (DerivedCoreProperties), and the empty Braille pattern.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me"})
"""General categories: control, format, unassigned with noncharacters, private use, surrogates, enclosing marks."""
_SPACES = frozenset("\t\n\v\f\r\u0085")
"""Control characters that part words."""
_MARK = "Mn"

# Texts as most are written, of which no character has another form.
_USUAL = re.compile("[ -~\u00ab\u00bb\u0400-\u0482\u048a-\u052f\u2010\u2012-\u2015\u2018-\u201e\u2116]*")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Signs that are shown as they are, though a compatible form of letters stands for each.
_SIGNS = re.compile("([\u2116\u2122]+)")
_APOSTROPHES = str.maketrans({"\u00b4": "'", "\u0384": "'"})
_DASHES = re.compile("[-_\u2010-\u2015\u2212\u00ad]")
# Capitals look alike more often than small letters, and case is not told apart: the pairs are those of capitals.
_LOOK_ALIKE = str.maketrans("abcehikmoptxyı", "авсенікмортхуі")


def clean(text: str) -> str:
    """Return a text as it is shown: in compatible forms (NFKC), on one line, without anything that cannot be seen.

    Control, format, private and unassigned characters go, spaces are single, no letter has more than `MAX_MARKS` and
    nothing else has any. № and ™ stay.
    """
    if _USUAL.fullmatch(text):
        return " ".join(text.split())
    visible = _INVISIBLE.sub("", _compatible(text.translate(_APOSTROPHES)))
    # What was taken away may have stood between a letter and its mark.
    composed = _compatible("".join(filter(_is_printed, visible)))
    return " ".join(_without_stacks(composed).split())


def fold(text: str) -> str:
    """Return what a text is compared by: compatible forms (NFKC), case, ё and look-alike letters are the same."""
    compatible = unicodedata.normalize("NFKC", clean(text))
    composed = unicodedata.normalize("NFC", compatible.casefold().translate(_LOOK_ALIKE))
    # What is no letter of its own with the mark below or above it is the same with and without.
    return " ".join(_ACCENTS.sub("", composed.replace("ё", "е")).split())


def fold_label(text: str) -> str:
    """Return what a label or a choice is compared by: as `fold`, and dashes and underscores are spaces."""
    return clean(_DASHES.sub(" ", fold(text)))


def _compatible(text: str) -> str:
    """Return a text in compatible forms (NFKC), `_SIGNS` as they are."""
    if not _SIGNS.search(text):
        return unicodedata.normalize("NFKC", text)
    parts = _SIGNS.split(text)
    return "".join(part if _SIGNS.match(part) else unicodedata.normalize("NFKC", part) for part in parts)


def _is_printed(character: str) -> bool:
    return character in _SPACES or unicodedata.category(character) not in _UNPRINTABLE


def _without_stacks(text: str) -> str:
    shown: list[str] = []
    left = 0
    for character in text:
        if unicodedata.category(character) == _MARK:
            left -= 1
        else:
            left = 0 if character.isspace() else MAX_MARKS
        if left >= 0:
            shown.append(character)
    return "".join(shown)
