"""Numbers as people write them: with groups of three, fractions, and small ones in words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from chalicelib.domain.folding import fold

MAX_LENGTH: Final = 60
"""Characters; what is longer is no number, and Python refuses to read thousands of digits."""

Term = Decimal | str
"""A number, or a word or sign beside it, folded."""

# A separator that may part groups as well as a fraction is read only where nothing else is possible: `1,000,000` and
# `1,000.50`, and never `1,500`, which is one and a half to some and fifteen hundred to others.
_LITERAL = re.compile(
    r"(?<![0-9.,])(?:"
    r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]{1,2}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]{1,2}"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"
    r"|(?:[1-9][0-9]{0,2}(?:[ '\u2019][0-9]{3})+|[0-9]+)(?:[.,][0-9]{1,2})?"
    r")(?![0-9]|[.,'\u2019 ]?[0-9])"
)
_TOKEN = re.compile(rf"(?P<number>{_LITERAL.pattern})|(?P<word>[^\W\d_]+)\.?|(?P<sign>[₸$€₽])|(?P<space>[\s]+)")

HALF: Final = Decimal("0.5")
_WORDS = """
    один одна одно одного бір one 1
    два две екі two 2
    три үш three 3
    четыре төрт four 4
    пять бес five 5
    шесть алты six 6
    семь жеті seven 7
    восемь сегіз eight 8
    девять тоғыз nine 9
    десять он ten 10
    полтора полторы 1.5
    пол жарты half 0.5
"""
NUMBER_WORDS: Mapping[str, Decimal] = {
    fold(word): Decimal(number)
    for *words, number in (line.split() for line in _WORDS.strip().splitlines())
    for word in words
}
"""Small numbers by their words, folded."""


def tokens(text: str) -> list[Term] | None:
    """Return the numbers and words of a text in their order, None where anything else is in it.

    What ends a sentence may stand at the end. Raised and circled digits are none: «5²» is not 52.
    """
    if len(text) > MAX_LENGTH or any(unicodedata.category(character) == "No" for character in text):
        return None
    found = list(_tokens(fold(text).rstrip(" .!,;")))
    return None if None in found else [token for token in found if token is not None]


def whole(number: Decimal) -> int | None:
    """Return a number as an integer, None where it is none."""
    return int(number) if number == number.to_integral_value() else None


def _tokens(text: str) -> Iterator[Term | None]:
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            yield None
        end = match.end()
        if (number := match["number"]) is not None:
            yield _decimal(number)
        elif (word := match["word"]) is not None:
            yield NUMBER_WORDS.get(word, word)
        elif (sign := match["sign"]) is not None:
            yield sign
    if end != len(text):
        yield None


def _decimal(literal: str) -> Decimal:
    """Return what a literal says: the last of two kinds of separators, or a single one, begins the fraction."""
    digits = re.sub(r"[ '\u2019]", "", literal)
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0 or len(digits) - last > 3:
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(f"{re.sub('[.,]', '', digits[:last])}.{digits[last + 1 :]}")
