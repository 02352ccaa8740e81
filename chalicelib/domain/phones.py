"""Phone numbers as people write them, and their one form (E.164)."""

import re
import unicodedata
from collections.abc import Iterator

from chalicelib.domain.folding import clean

HOME_REGION = "KZ"
MAX_CHARACTERS = 100
"""Longer texts are no phone."""

# What most people have and write, so that a cold start needs not load what knows the numbers of the whole world.
_MOBILE = re.compile(r"(?:\+7|[78])?(7(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)[0-9]{7})")
_SEPARATORS = " ()./\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NOTHING = str.maketrans("", "", _SEPARATORS)
_RUN = re.compile(rf"\+?[0-9][0-9{re.escape(_SEPARATORS)}]*[0-9]\)?|\+?[0-9]")
_PARTS = re.compile(r"[ /\\(]+")
_MAX_RUN = 60
_INTERNATIONAL_PREFIX = re.compile(r"(?:810|00)(?=[1-9])")


def normalise_phone(raw: str) -> str | None:
    """Return the E.164 form of the first phone number that a text holds, Kazakhstan's where no country is named.

    Any separators may stand between its digits and words beside it. Letters never stand for digits. None where the
    text holds no valid number, or is longer than any that does.
    """
    if mobile := _MOBILE.fullmatch(raw.translate(_NOTHING)):
        return f"+7{mobile[1]}"
    return next(find_phones(raw), None) if len(raw) <= MAX_CHARACTERS else None


def find_phones(text: str) -> Iterator[str]:
    """Yield the E.164 forms of the phone numbers in a text, in their order."""
    for run in _RUN.findall(clean(unicodedata.normalize("NFKC", text))):
        numbers = (number for candidate in _candidates(run) if (number := _valid(candidate)) is not None)
        if (number := next(numbers, None)) is not None:
            yield number


def normalise_international(raw: str) -> str | None:
    """Return the E.164 form of a phone that a provider gives with its country code, with or without a plus.

    None for anything but such digits: the id of a user is no phone.
    """
    digits = raw.strip().removeprefix("+")
    if not (digits.isascii() and digits.translate(_NOTHING).isdigit()):
        return None
    return _by_the_library(f"+{digits.translate(_NOTHING)}")


def _candidates(run: str) -> Iterator[str]:
    """Yield the readings of a run of digits and separators: all of it, and all but what follows the number."""
    if len(run) > _MAX_RUN:
        return
    yield run
    for part in reversed(list(_PARTS.finditer(run))):
        yield run[: part.start()]


def _valid(candidate: str) -> str | None:
    digits = candidate.translate(_NOTHING)
    if mobile := _MOBILE.fullmatch(digits):
        return f"+7{mobile[1]}"
    # `+77 701 …`: the seven of the country and of the mobile numbers written twice.
    if (doubled := digits.removeprefix("+")).startswith("77") and (mobile := _MOBILE.fullmatch(doubled[2:])):
        return f"+7{mobile[1]}" if len(doubled) == len("77") + len(mobile[1]) else None
    if not digits.startswith("+"):
        digits = _INTERNATIONAL_PREFIX.sub("+", digits, count=1)
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
