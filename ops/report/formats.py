"""Numbers, amounts and days as a language writes them."""

import re
from datetime import date, datetime

from babel.dates import format_date

from chalicelib.domain.currencies import SYMBOLS, TENGE, decimals
from chalicelib.domain.vocabulary import Language
from chalicelib.projections.timeline import KAZAKHSTAN
from chalicelib.publishing.figures import Amounts
from chalicelib.publishing.number_formats import STYLES, number

_MINUS = "\u2212"
_SPACE = "\u00a0"
_LOCALES = {"kk": "kk", "ru": "ru", "en": "en_GB"}


def hours(value: float, language: Language) -> str:
    """Return hours, which are exact to the half."""
    whole, half = divmod(abs(value), 1)
    rest = f"{STYLES[language].point}5" if half else ""
    return (_MINUS if value < 0 else "") + number(int(whole), language) + rest


def money(value: int, currency: str, language: Language) -> str:
    """Return an amount in the units of `Money`; minor units are written where there are any."""
    unit = 10 ** decimals(currency)
    whole, minor = divmod(abs(value), unit)
    rest = f"{STYLES[language].point}{minor:0{decimals(currency)}d}" if minor else ""
    text = number(whole, language) + rest
    symbol, sign = SYMBOLS.get(currency, currency), _MINUS if value < 0 else ""
    if language == "en":
        return f"{sign}{symbol}{_SPACE if len(symbol) > 1 else ''}{text}"
    return f"{sign}{text}{_SPACE}{symbol}"


def amounts(found: Amounts, language: Language) -> list[str]:
    """Return amounts, tenge first; tenge are told even if there are none."""
    return [money(found.get(TENGE, 0), TENGE, language)] + [
        money(value, currency, language) for currency, value in found.items() if currency != TENGE and value
    ]


def signed(text: str) -> str:
    """Return a change with its sign; what is zero has none."""
    return text if text.startswith(_MINUS) or not re.search("[1-9]", text) else f"+{text}"


def day(text: str, language: Language, *, pattern: str = "long") -> str:
    """Return a day (YYYY-MM-DD) in words, or as a pattern of CLDR says."""
    return format_date(date.fromisoformat(text), pattern, locale=_LOCALES[language])


def moment(text: str, language: Language) -> str:
    """Return a moment (RFC 3339) as the day and the time in Kazakhstan."""
    local = datetime.fromisoformat(text).astimezone(KAZAKHSTAN)
    return f"{day(local.date().isoformat(), language)}, {local:%H:%M}"


def period(first: str, last: str, language: Language) -> str:
    """Return the days (YYYY-MM-DD) from the first to the last."""
    if first == last:
        return day(first, language)
    return f"{day(first, language)} – {day(last, language)}"
