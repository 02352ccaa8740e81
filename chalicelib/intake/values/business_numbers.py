"""Business and individual identification numbers as people and spreadsheets write them."""

import re

from chalicelib.domain.folding import clean, fold
from chalicelib.domain.identity import is_bin

MAX_LENGTH = 100
"""Characters; what is longer is no number."""

_LENGTH = 12
_LABEL = "|".join(sorted({fold(word) for word in ("бин", "иин", "бсн", "жсн", "bin", "iin", "bsn", "жсн/бсн", "№")}))
_WRITTEN = re.compile(rf"(?:(?:{_LABEL})[\s:/№#-]*)*(?P<digits>[0-9](?:[\s.-]?[0-9])*?)(?:(?<=[0-9]{{9}})\.0)?")
_SHORTEST = 10
"""Numbers of the years 2000 to 2009 lose one or two zeros where a spreadsheet takes them for numbers."""
# A month, and a kind of organisation or a day of birth, as rules of the national registers have them.
_BEGINNING = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[4-6][0-3]|0[1-9]|[12][0-9]|3[01])")


def read_business_number(text: str) -> str | None:
    """Return the number that a text is, without what is written around its digits; None where they are none.

    Zeros that it began with are put back where the check digit and the number's parts prove it.
    """
    if len(text) > MAX_LENGTH:
        return None
    found = _WRITTEN.fullmatch(fold(clean(text)).rstrip(" ."))
    if found is None:
        return None
    digits = re.sub(r"[^0-9]", "", found["digits"])
    if len(digits) == _LENGTH:
        return digits if is_bin(digits) else None
    padded = digits.zfill(_LENGTH)
    proven = len(digits) >= _SHORTEST and is_bin(padded) and _BEGINNING.match(padded)
    return padded if proven else None
