"""Numbers as kk, ru and en write them: the twin of site/numbers.js and of site/kk.js, ru.js and en.js.

Our own table: browsers and libraries disagree on Kazakh.
"""

import re
from collections.abc import Mapping

import msgspec

from chalicelib.domain.vocabulary import Language, Metric

_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"
_EXACT_DIGITS = 4
_GROUPS = re.compile(r"\B(?=(?:\d{3})+$)")


class _Style(msgspec.Struct, frozen=True):
    gap: str
    point: str
    percent: str
    units: tuple[str, str, str, str]


_STYLES: Mapping[Language, _Style] = {
    "kk": _Style(gap=_NO_BREAK_SPACE, point=",", percent="%", units=("мың", "млн", "млрд", "трлн")),
    "ru": _Style(gap=_NO_BREAK_SPACE, point=",", percent=f"{_NO_BREAK_SPACE}%", units=("тыс.", "млн", "млрд", "трлн")),
    "en": _Style(gap=",", point=".", percent="%", units=("K", "M", "B", "T")),
}

# Forms after 5, 1 and 2 in Russian; after 2 and 1 in English.
_LABELS: Mapping[Metric, Mapping[Language, tuple[str, ...]]] = {
    "participants": {
        "kk": ("қатысушы",),
        "ru": ("участников", "участник", "участника"),
        "en": ("participants", "participant"),
    },
    "participations": {
        "kk": ("үлес",),
        "ru": ("вкладов", "вклад", "вклада"),
        "en": ("contributions", "contribution"),
    },
    "people": {"kk": ("адам",), "ru": ("человек", "человек", "человека"), "en": ("people", "person")},
    "hours": {"kk": ("сағат",), "ru": ("часов", "час", "часа"), "en": ("hours", "hour")},
    "amount": {"kk": ("қайырмалдық",), "ru": ("пожертвовано",) * 3, "en": ("donated",) * 2},
    "volunteers": {
        "kk": ("ерікті",),
        "ru": ("волонтёров", "волонтёр", "волонтёра"),
        "en": ("volunteers", "volunteer"),
    },
    "good_deeds": {
        "kk": ("қайырымды іс",),
        "ru": ("добрых дел", "доброе дело", "добрых дела"),
        "en": ("good deeds", "good deed"),
    },
    "events_held": {
        "kk": ("іс-шара",),
        "ru": ("мероприятий", "мероприятие", "мероприятия"),
        "en": ("events", "event"),
    },
    "organisations": {
        "kk": ("ұйым",),
        "ru": ("организаций", "организация", "организации"),
        "en": ("organisations", "organisation"),
    },
}


def number(value: int, language: Language) -> str:
    """Return a number in full, its thousands apart."""
    return _signed(value, _grouped(str(abs(value)), language))


def compact(value: int, language: Language) -> str:
    """Return a number in short: exact below ten thousand, its magnitude cut off above and never rounded up."""
    digits = str(abs(value))
    if len(digits) <= _EXACT_DIGITS:
        return number(value, language)
    style = _STYLES[language]
    power = min(len(style.units), (len(digits) - 1) // 3)
    head, tenth = digits[: -3 * power], digits[-3 * power]
    rest = style.point + tenth if len(head) < 3 and tenth != "0" else ""
    space = "" if language == "en" else _NO_BREAK_SPACE
    return _signed(value, _grouped(head, language) + rest + space + style.units[power - 1])


def format_metric(metric: Metric, value: int, language: Language, *, short: bool = False) -> str:
    """Return the number of a metric, amounts as tenge."""
    text = compact(value, language) if short else number(value, language)
    if metric != "amount":
        return text
    if language == "en":
        return re.sub(r"(?=\d)", "₸", text, count=1)
    return f"{text}{_NO_BREAK_SPACE}₸"


def percent(value: int, target: int, language: Language) -> str:
    """Return a part of a target, cut off: 100 % is not said before it is reached."""
    return _signed(value, _grouped(str(abs(value) * 100 // target), language)) + _STYLES[language].percent


def label(metric: Metric, value: int, language: Language) -> str:
    """Return the noun that follows a number of a metric; after thousands and millions the one that follows 0."""
    return _LABELS[metric][language][_form(abs(value), language)]


def _form(count: int, language: Language) -> int:
    if language == "kk":
        return 0
    if language == "en":
        return 1 if count == 1 else 0
    unit, tens = count % 10, count // 10 % 10
    if tens == 1 or unit == 0 or unit > 4:
        return 0
    return 1 if unit == 1 else 2


def _grouped(digits: str, language: Language) -> str:
    return _GROUPS.sub(_STYLES[language].gap, digits)


def _signed(value: int, text: str) -> str:
    return (_MINUS if value < 0 else "") + text
