"""What an answer on a form means: one answer in, the value of one field of a participation out, or `Unmappable`.

What people write is read by the modules of `values`, each loaded by the first answer of its kind: their patterns take
time to compile, and a process that records for the API never needs them.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Literal, TypeVar, get_args

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.folding import clean, fold_label
from chalicelib.domain.places import HOME_COUNTRY
from chalicelib.intake.labels import ABROAD_NAMES, kinds, participant_types

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
    "currency",
    "occurred_at",
    "note",
]
"""What a question can ask for."""
ASKED_FIELDS: tuple[AskedField, ...] = get_args(AskedField)

UnmappableReason = Literal[
    "several_answers",
    "answer_missing",
    "not_a_text",
    "choice_unknown",
    "region_unknown",
    "region_ambiguous",
    "country_missing",
    "currency_differs",
    "not_a_whole_number",
    "not_a_date",
    "consent_missing",
]

MAX_ANSWERS = 100
"""Answers to one question; nobody chooses more, and to compare each with all others takes its time."""

ABROAD = "abroad"
"""The region of an act outside Kazakhstan, where another question asks for the country."""


class Nothing(Enum):
    """Answers that say that there is nothing to say, as «нет» does for an e-mail."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING

_MAY_BE_NOTHING: frozenset[AskedField] = frozenset(
    {
        *("name", "first_name", "patronymic", "last_name", "phone", "email", "organisation", "bin"),
        *("hours", "amount", "currency", "occurred_at", "note"),
    }
)
"""What somebody may not have. Where and what an act was, and by how many, is never nothing."""

_MAX_NUMBER_LENGTH = 60
"""Digits; what has more is no text, and Python refuses to write thousands of digits."""
_Choice = TypeVar("_Choice", bound=str)
_Number = TypeVar("_Number", bound=float)


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


def each_answer(answer: object) -> Iterator[object]:
    """Yield every answer that is given, those within lists one by one."""
    if isinstance(answer, list):
        for item in answer:
            yield from each_answer(item)
    elif is_answered(answer):
        yield answer


def joined(answer: object) -> object:
    """Return several notes as one, anything else as it is.

    Raises:
        Unmappable
    """
    given = list(each_answer(answer))
    return "; ".join(_text(item, "note") for item in given) if len(given) > 1 else answer


def meaning(answer: object, target: AskedField) -> object:
    """Return the value that an answer gives to a field of a participation, `NOTHING` for one that says there is none.

    Whether the value is allowed there is not judged here.

    Raises:
        Unmappable
    """
    from chalicelib.intake.values.nothing import says_nothing

    if target in _MAY_BE_NOTHING and isinstance(answer, str) and says_nothing(answer):
        return NOTHING
    reader = _READERS.get(target)
    return _line(answer, target) if reader is None else reader(answer, target)


def agrees(answer: object, wording: str | None = None) -> bool:
    """Whether an answer is a consent to what is worded: a tick, a yes, that sentence, or several of which none is a no.

    Raises:
        Unmappable: it is neither a yes nor a no.
    """
    from chalicelib.intake.values.consents import read_consent

    if answer is NOTHING or not is_answered(answer):
        return False
    if isinstance(answer, bool):
        return answer
    if isinstance(answer, Mapping):
        return all(agrees(item, wording) for item in answer.values())
    if isinstance(answer, list):
        return all(agrees(item, wording) for item in answer if is_answered(item))
    agreed = read_consent(_text(answer, "consent"), wording)
    if agreed is None:
        raise Unmappable("choice_unknown", "consent")
    return agreed


def _text(answer: object, field: str) -> str:
    """Return the text of an answer; numbers come from forms that ask for a phone or a BIN as one."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    if isinstance(answer, int) and not isinstance(answer, bool) and abs(answer) < 10**_MAX_NUMBER_LENGTH:
        return str(answer)
    raise Unmappable("not_a_text", field)


def _line(answer: object, target: AskedField) -> str:
    return clean(_text(answer, target))


def _organisation(answer: object, target: AskedField) -> str:
    """Return a name as it is shown, a space where nothing of it is seen: a name all the same, with nothing to read."""
    return clean(_text(answer, target)) or " "


def _note(answer: object, target: AskedField) -> str:
    lines = (clean(line) for line in _text(answer, target).splitlines())
    return "\n".join(filter(None, lines))


def _email(answer: object, target: AskedField) -> str:
    from chalicelib.intake.values.emails import read_email

    text = _text(answer, target)
    return read_email(text) or text.strip()


def _bin(answer: object, target: AskedField) -> str:
    from chalicelib.intake.values.business_numbers import read_business_number

    text = _text(answer, target)
    return read_business_number(text) or "".join(text.split())


def _choice(answer: object, target: AskedField, known: Mapping[str, _Choice]) -> _Choice:
    found = known.get(" ".join(fold_label(_text(answer, target)).replace(".", " ").split()))
    if found is None:
        raise Unmappable("choice_unknown", target)
    return found


def _region(answer: object, target: AskedField) -> str:
    """Return a region's code; lists of regions end with `abroad`, or with countries."""
    from chalicelib.intake.values.countries import find_named_country
    from chalicelib.intake.values.regions import find_region

    text = _text(answer, target)
    if fold_label(text) in ABROAD_NAMES:
        return ABROAD
    region = find_region(text)
    if isinstance(region, str):
        return region
    country = find_named_country(text)
    if country is not None and country != HOME_COUNTRY:
        return country
    raise Unmappable("region_ambiguous" if region.reason == "ambiguous" else "region_unknown", target)


def _country(answer: object, target: AskedField) -> str:
    """Return the code of a country, Kazakhstan's too."""
    from chalicelib.intake.values.countries import find_country

    country = find_country(_text(answer, target))
    if country is None:
        raise Unmappable("choice_unknown", target)
    return country


def _people(answer: object, target: AskedField) -> int:
    from chalicelib.intake.values.counts import read_count

    return _whole(answer, target, read_count)


def _hours(answer: object, target: AskedField) -> float:
    from chalicelib.intake.values.durations import read_hours

    if isinstance(answer, float) and (2 * answer).is_integer():
        return answer
    return _whole(answer, target, read_hours)


def _amount(answer: object, target: AskedField) -> object:
    """Return currency and value: what a program sent as such, else tenge; `NOTHING` for none of them.

    People write whole units of a currency and the contract counts minor ones, so only tenge are taken from people.
    """
    from chalicelib.intake.values.amounts import read_tenge

    if isinstance(answer, Mapping):
        return dict(answer)
    value = _whole(answer, target, read_tenge)
    return NOTHING if value == 0 else {"currency": TENGE, "value": value}


def _currency(answer: object, target: AskedField) -> str:
    """Return the code of a currency by its code, its sign, or what tenge are called."""
    from chalicelib.intake.values.amounts import find_currency

    currency = find_currency(_text(answer, target))
    if currency is None:
        raise Unmappable("choice_unknown", target)
    return currency


def _whole(answer: object, target: AskedField, read: Callable[[str], _Number | None]) -> _Number | int:
    """Return a number as it is, a text as it is read."""
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    if isinstance(answer, int) and not isinstance(answer, bool):
        return answer
    value = read(answer) if isinstance(answer, str) else None
    if value is None:
        raise Unmappable("not_a_whole_number", target)
    return value


def _moment(answer: object, target: AskedField) -> str:
    """Return the moment by RFC 3339."""
    from chalicelib.intake.values.dates import read_moment

    moment = read_moment(_text(answer, target))
    if moment is None:
        raise Unmappable("not_a_date", target)
    return moment.isoformat()


_READERS: Mapping[AskedField, Callable[[object, AskedField], object]] = {
    "kind": lambda answer, target: _choice(answer, target, kinds()),
    "participant_type": lambda answer, target: _choice(answer, target, participant_types()),
    "email": _email,
    "organisation": _organisation,
    "bin": _bin,
    "region": _region,
    "country": _country,
    "people": _people,
    "hours": _hours,
    "amount": _amount,
    "currency": _currency,
    "occurred_at": _moment,
    "note": _note,
}
