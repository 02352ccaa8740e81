"""What an answer on a form means: one answer in, the value of one field of a participation out, or `Unmappable`."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar, get_args

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.folding import clean, fold_label
from chalicelib.domain.places import COUNTRIES, HOME_COUNTRY
from chalicelib.intake.labels import ABROAD_NAMES, HOME_COUNTRY_NAMES, NO, YES, folded, kinds, participant_types
from chalicelib.intake.place_names import find_region

AskedField = Literal[
    "kind",
    "topic",
    "participant_type",
    "name",
    "first_name",
    "patronymic",
    "last_name",
    "phone",
    "email",
    "organisation",
    "bin",
    "region",
    "country",
    "people",
    "hours",
    "amount",
    "occurred_at",
    "note",
]
"""What a question can ask for."""
ASKED_FIELDS: tuple[AskedField, ...] = get_args(AskedField)

UnmappableReason = Literal[
    "several_answers",
    "not_a_text",
    "choice_unknown",
    "region_unknown",
    "region_ambiguous",
    "country_missing",
    "not_a_whole_number",
    "consent_missing",
]

ABROAD = "abroad"
"""The region of an act outside Kazakhstan, where another question asks for the country."""

# Groups of three digits are parted by any kind of space; a fraction may only be of zeros. `1,500` is neither surely
# one and a half nor surely fifteen hundred, so it is refused.
_WHOLE = re.compile(r"(?P<digits>[0-9]+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,]0{1,2})?\s*(?P<unit>\D*)")
_UNITS: Mapping[AskedField, frozenset[str]] = {
    "people": folded("адам", "человек", "человека", "чел", "чел.", "people", "persons"),
    "hours": folded("сағат", "сағ", "сағ.", "час", "часа", "часов", "ч", "ч.", "hour", "hours", "h"),
    "amount": folded("₸", "теңге", "тенге", "тг", "тг.", "kzt", "tenge"),
}
_MAX_NUMBER_LENGTH = 60
"""Characters or digits; what is longer is no number, and Python refuses to read or write thousands of digits."""
_DAY_FIRST = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OFFSET = "+05:00"
_Choice = TypeVar("_Choice", bound=str)


class Unmappable(Exception):
    """A submission that its form does not give a meaning to. `field` is a field of ours: never what somebody sent."""

    def __init__(self, reason: UnmappableReason, field: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


def is_answered(answer: object) -> bool:
    """Whether an answer says anything: an empty text or list does not."""
    if isinstance(answer, str):
        return bool(answer.strip())
    if isinstance(answer, list):
        return any(is_answered(item) for item in answer)
    return answer is not None and answer != {}


def single(answer: object, target: AskedField) -> object:
    """Return the one answer of a list of one, anything but a list as it is; several notes become one.

    Raises:
        Unmappable
    """
    if not isinstance(answer, list):
        return answer
    given = [item for item in answer if is_answered(item)]
    if target == "note" and len(given) > 1:
        return "; ".join(_text(item, target) for item in given)
    if len(given) != 1:
        raise Unmappable("several_answers", target)
    return single(given[0], target)


def meaning(answer: object, target: AskedField) -> object:
    """Return the value that an answer gives to a field of a participation.

    Whether the value is allowed there is not judged here.

    Raises:
        Unmappable
    """
    reader = _READERS.get(target)
    return _line(answer, target) if reader is None else reader(answer, target)


def agrees(answer: object) -> bool:
    """Whether an answer is a consent: a tick, a yes, or several of which none is a no.

    Raises:
        Unmappable: it is neither a yes nor a no.
    """
    if not is_answered(answer):
        return False
    if isinstance(answer, bool):
        return answer
    if isinstance(answer, Mapping):
        return all(agrees(item) for item in answer.values())
    if isinstance(answer, list):
        return all(agrees(item) for item in answer if is_answered(item))
    word = fold_label(_text(answer, "consent"))
    if word in YES or word in NO:
        return word in YES
    raise Unmappable("choice_unknown", "consent")


def _text(answer: object, field: str) -> str:
    """Return the text of an answer; numbers come from forms that ask for a phone or a BIN as one."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, int) and not isinstance(answer, bool) and abs(answer) < 10**_MAX_NUMBER_LENGTH:
        return str(answer)
    raise Unmappable("not_a_text", field)


def _line(answer: object, target: AskedField) -> str:
    return " ".join(_text(answer, target).split())


def _organisation(answer: object, target: AskedField) -> str:
    """Return a name as it is shown, a space where nothing of it is seen: a name all the same, with nothing to read."""
    return clean(_text(answer, target)) or " "


def _note(answer: object, target: AskedField) -> str:
    return _text(answer, target).strip()


def _bin(answer: object, target: AskedField) -> str:
    return "".join(_text(answer, target).split())


def _choice(answer: object, target: AskedField, known: Mapping[str, _Choice]) -> _Choice:
    found = known.get(fold_label(_text(answer, target)))
    if found is None:
        raise Unmappable("choice_unknown", target)
    return found


def _region(answer: object, target: AskedField) -> str:
    """Return a region's code; lists of regions end with `abroad`, or with countries."""
    text = _text(answer, target)
    if fold_label(text) in ABROAD_NAMES:
        return ABROAD
    region = find_region(text)
    if isinstance(region, str):
        return region
    if (code := text.strip().upper()) in COUNTRIES - {HOME_COUNTRY}:
        return code
    raise Unmappable("region_ambiguous" if region.reason == "ambiguous" else "region_unknown", target)


def _country(answer: object, target: AskedField) -> str | None:
    """Return the code of a country, None for Kazakhstan: that an act was here does not say where."""
    text = _text(answer, target)
    code = text.strip().upper()
    if fold_label(text) in HOME_COUNTRY_NAMES:
        return None
    if code not in COUNTRIES:
        raise Unmappable("choice_unknown", target)
    return code


def _whole(answer: object, target: AskedField) -> int:
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    if isinstance(answer, int) and not isinstance(answer, bool):
        return answer
    match = _WHOLE.fullmatch(answer.strip()) if isinstance(answer, str) and len(answer) <= _MAX_NUMBER_LENGTH else None
    if match is None or (match["unit"] and fold_label(match["unit"]) not in _UNITS[target]):
        raise Unmappable("not_a_whole_number", target)
    return int("".join(match["digits"].split()))


def _hours(answer: object, target: AskedField) -> float:
    if isinstance(answer, float) and (2 * answer).is_integer():
        return answer
    return _whole(answer, target)


def _amount(answer: object, target: AskedField) -> object:
    """Return currency and value: what a program sent as such, else tenge.

    People write whole units of a currency and the contract counts minor ones, so only tenge are taken from people.
    """
    if isinstance(answer, Mapping):
        return dict(answer)
    return {"currency": TENGE, "value": _whole(answer, target)}


def _moment(answer: object, target: AskedField) -> str:
    """Return the moment as a date and time; a day is its beginning in Kazakhstan."""
    text = _text(answer, target).strip()
    if match := _DAY_FIRST.fullmatch(text):
        text = f"{match[3]}-{match[2]}-{match[1]}"
    return f"{text}T00:00:00{_OFFSET}" if _DAY.fullmatch(text) else text


_READERS: Mapping[AskedField, Callable[[object, AskedField], object]] = {
    "kind": lambda answer, target: _choice(answer, target, kinds()),
    "participant_type": lambda answer, target: _choice(answer, target, participant_types()),
    "organisation": _organisation,
    "bin": _bin,
    "region": _region,
    "country": _country,
    "people": _whole,
    "hours": _hours,
    "amount": _amount,
    "occurred_at": _moment,
    "note": _note,
}
