"""Phone numbers as people write them, and their one form (E.164)."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from chalicelib.domain.folding import clean

HOME_REGION = "KZ"
MAX_CHARACTERS = 100
"""Longer texts are no phone."""
MAX_SEARCHED = 10_000
"""Characters of a text in which phones are looked for: to look at what is none takes longer than at what is one."""

_SEPARATORS = " ()[]{}./\\-_~"
_NOTHING = str.maketrans("", "", _SEPARATORS)
_SEPARATOR = f"[{re.escape(_SEPARATORS)}]"
_RUN = re.compile(rf"(?:\+{_SEPARATOR}*)?[0-9](?:(?:[0-9]|{_SEPARATOR})*[0-9])?")
_GAP = re.compile(r"[ /\\(\[{]+")
_MAX_PARTS = 16
"""A number that is written digit by digit, with the prefix of a call abroad, has no more."""

# Digits, separators and marks beyond ASCII; letters, which have to stay, are none of them.
_OTHER = re.compile(r"(?![\x00-\x7f])[\d\W]")
_DOTS = frozenset("\u00b7\u2022\u2027\u2219\u22c5\u30fb")
_SLASHES = frozenset("\u2044\u2215")
_DASHES = frozenset("\u2043\u2212")
_KINDS = {"Pd": "-", "Pc": "-", "Ps": "(", "Pe": ")", "Mn": "", "Me": ""}

# Both the seven of the country and the eight of long distance may be written: no other country's numbers begin so.
_HOME = re.compile(r"(?:\+?[78]{1,2})?(7[0-9]{9})")
# What most people have and write, so that a cold start needs not load what knows the numbers of the whole world.
_MOBILE = re.compile(r"7(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)[0-9]{7}")
_WITH_PREFIX = re.compile(rf"(?<=[ /\\(\[{{])[78]{_SEPARATOR}*7(?:{_SEPARATOR}*[0-9]){{9}}(?![0-9.\-_~])")
# A Russian number without its prefix, or a part of any other.
_BARE = re.compile(r"[0-69][0-9]{9}")
_INTERNATIONAL_PREFIX = re.compile(r"\A(?:810|\+?00)(?=[1-9])")
_AS_A_FRACTION = re.compile(r"(?<=[0-9]{10})\.0\Z")
"""How a spreadsheet ends a number that it took for one of arithmetic."""
_MIN_DIGITS = 7
_MAX_DIGITS = 18
"""E.164 has 15 at most, and a call abroad is prefixed by three."""


def normalise_phone(raw: str) -> str | None:
    """Return the E.164 form of the first phone number that a text holds, Kazakhstan's where no country is named.

    Any separators may stand between its digits and words beside it. Letters never stand for digits. None where the
    text holds no valid number, or one with digits behind it that may be its own, or is longer than any that does.
    """
    if len(raw) > MAX_CHARACTERS:
        return None
    given = _AS_A_FRACTION.sub("", raw.strip())
    return _mobile(given.translate(_NOTHING)) or _first_of(given)


def _first_of(text: str) -> str | None:
    for run in _RUN.findall(_in_ascii(text)):
        if (found := _first_number(run)) is not None:
            end, number = found
            return None if _goes_on(run[end:]) else number
    return None


def _goes_on(rest: str) -> bool:
    """Whether what stands behind a number are digits that are no number themselves, and no extension in brackets."""
    behind = rest.lstrip(" ")
    return behind[:1].isdigit() and _first_number(behind) is None


def find_phones(text: str) -> Iterator[str]:
    """Yield the E.164 forms of the phone numbers in the first `MAX_SEARCHED` characters of a text, in their order."""
    for run in _RUN.findall(_in_ascii(text[:MAX_SEARCHED])):
        yield from _numbers_in(run)


def normalise_international(raw: str) -> str | None:
    """Return the E.164 form of a phone that a provider gives with its country code, with or without a plus.

    None for anything but such digits: the id of a user is no phone.
    """
    digits = raw.strip().removeprefix("+").translate(_NOTHING)
    return _by_the_library(f"+{digits}") if digits.isascii() and digits.isdigit() else None


def _in_ascii(text: str) -> str:
    """Return a text with digits, brackets, dashes, dots and spaces of every script as those of ASCII."""
    return _OTHER.sub(lambda found: _character_in_ascii(found[0]), clean(unicodedata.normalize("NFKC", text)))


def _character_in_ascii(character: str) -> str:
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    if character in _DOTS:
        return "."
    if character in _SLASHES:
        return "/"
    return "-" if character in _DASHES else _KINDS.get(unicodedata.category(character), character)


def _numbers_in(run: str) -> Iterator[str]:
    """Yield the numbers in a run of digits and separators."""
    while (found := _first_number(run)) is not None:
        end, number = found
        yield number
        run = run[end:].lstrip(_SEPARATORS)


def _first_number(run: str) -> tuple[int, str] | None:
    """Return where the first number ends, and the number.

    It begins with the run, where the longest reading is the right one, or behind other digits with its prefix.
    """
    ends = [*(gap.start() for gap in islice(_GAP.finditer(run), _MAX_PARTS)), len(run)]
    cut = {end: run[:end].translate(_NOTHING) for end in reversed(ends)}
    readings = [(end, digits) for end, digits in cut.items() if end == len(run) or not _BARE.fullmatch(digits)]
    for read in (_mobile, _valid):
        for end, digits in readings:
            if (number := read(digits)) is not None:
                return end, number
    later = None if run.startswith("+") else _WITH_PREFIX.search(run)
    if later is None or (number := _valid(later[0].translate(_NOTHING))) is None:
        return None
    return later.end(), number


def _mobile(digits: str) -> str | None:
    home = _HOME.fullmatch(digits)
    return f"+7{home[1]}" if home and _MOBILE.fullmatch(home[1]) else None


def _valid(digits: str) -> str | None:
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        return None
    if home := _HOME.fullmatch(digits):
        return _by_the_library(f"+7{home[1]}")
    digits = _INTERNATIONAL_PREFIX.sub("+", digits)
    found = _by_the_library(digits)
    if found is None and len(digits) > len("77011234567") and digits[0] in "1234569":
        # A foreign number without its plus: at home none has so many digits.
        found = _by_the_library(f"+{digits}")
    return found


def _by_the_library(digits: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
