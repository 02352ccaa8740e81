"""Numbers as kk, ru and en write them: the twin of site/numbers.js.

Our own table, which site/kk.js, ru.js and en.js are generated from: browsers and libraries disagree on Kazakh.
"""

import re
from collections.abc import Mapping

import msgspec

from chalicelib.domain.currencies import SYMBOLS, TENGE
from chalicelib.domain.vocabulary import Language, Metric
from chalicelib.domain.words import METRIC_NOUNS

_MINUS = "\u2212"
_EXACT_DIGITS = 4
_GROUPS = re.compile(r"\B(?=(?:\d{3})+$)")


class Style(msgspec.Struct, frozen=True):
    """What stands between thousands and before a tenth, and what follows a percentage, thousands and so on."""

    gap: str
    point: str
    percent: str
    units: tuple[str, str, str, str]


STYLES: Mapping[Language, Style] = {
    "kk": Style(gap="\u00a0", point=",", percent="%", units=("\u00a0мың", "\u00a0млн", "\u00a0млрд", "\u00a0трлн")),
    "ru": Style(
        gap="\u00a0", point=",", percent="\u00a0%", units=("\u00a0тыс.", "\u00a0млн", "\u00a0млрд", "\u00a0трлн")
    ),
    "en": Style(gap=",", point=".", percent="%", units=("K", "M", "B", "T")),
}


def number(value: int, language: Language) -> str:
    """Return a number in full, its thousands apart."""
    return _signed(value, _grouped(str(abs(value)), language))


def compact(value: int, language: Language) -> str:
    """Return a number in short: exact below ten thousand, its magnitude cut off above and never rounded up."""
    digits = str(abs(value))
    if len(digits) <= _EXACT_DIGITS:
        return number(value, language)
    style = STYLES[language]
    power = min(len(style.units), (len(digits) - 1) // 3)
    head, tenth = digits[: -3 * power], digits[-3 * power]
    rest = style.point + tenth if len(head) < 3 and tenth != "0" else ""
    return _signed(value, _grouped(head, language) + rest + style.units[power - 1])


def format_metric(metric: Metric, value: int, language: Language, *, short: bool = False) -> str:
    """Return the number of a metric, amounts as tenge."""
    text = compact(value, language) if short else number(value, language)
    if metric != "amount":
        return text
    if language == "en":
        return re.sub(r"(?=\d)", SYMBOLS[TENGE], text, count=1)
    return f"{text}\u00a0{SYMBOLS[TENGE]}"


def percent(value: int, target: int, language: Language) -> str:
    """Return a part of a target, cut off: 100 % is not said before it is reached."""
    return _signed(value, _grouped(str(abs(value) * 100 // target), language)) + STYLES[language].percent


def label(metric: Metric, value: int, language: Language) -> str:
    """Return the noun that follows a number of a metric; after thousands and millions the one that follows 0."""
    return METRIC_NOUNS[metric][language][_form(abs(value), language)]


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
    return _GROUPS.sub(STYLES[language].gap, digits)


def _signed(value: int, text: str) -> str:
    return (_MINUS if value < 0 else "") + text
