"""Amounts of tenge as people write them: `5 000 ₸`, «1,5 млн тг», «бес мың теңге»."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from chalicelib.domain.currencies import CURRENCIES, SYMBOLS, TENGE
from chalicelib.domain.folding import fold
from chalicelib.intake.values.numbers import Term, tokens, whole

_TENGE = frozenset(map(fold, ("₸", "теңге", "тенге", "тг", "тнг", "теңгені", "kzt", "tenge", "tg", "tng", "теңгесі")))
_TENGE_OR_THOUSANDS = fold("т")
"""«5000 т» are tenge, and «5 т» may be five thousand."""
_SURELY_TENGE = 1000

_MULTIPLES = """
    1000 тысяч тысяча тысячи тысячу тыс тыщ мың thousand k
    1000000 миллион миллиона миллионов млн million mln
    1000000000 миллиард миллиарда миллиардов млрд billion bln
"""
_MULTIPLIERS: Mapping[str, int] = {
    fold(word): int(number)
    for number, *words in (line.split() for line in _MULTIPLES.strip().splitlines())
    for word in words
}
_LEAST_REST: Mapping[int, int] = {10**3: 100, 10**6: 10**3, 10**9: 10**6}
"""By a multiple, the least number behind it that can be nothing but tenge."""
_ONE_OF = frozenset(map(fold, ("тысяча", "тысячу", "мың", "миллион", "миллиард")))
"""What is one of it without a number."""
_HALVES: Mapping[str, str] = {fold("полмиллиона"): fold("миллион"), fold("полмиллиарда"): fold("миллиард")}


def find_currency(text: str) -> str | None:
    """Return the ISO 4217 code of a currency by its code, its sign or a word for tenge; None for others."""
    folded = fold(text.strip().rstrip("."))
    if folded in _TENGE:
        return TENGE
    code = text.strip().upper()
    return code if code in CURRENCIES else next((known for known, sign in SYMBOLS.items() if sign == code), None)


def read_tenge(text: str) -> int | None:
    """Return an amount in whole tenge, 0 for nothing, or None where a text is none.

    None too for another currency, parts of a tenge and what may be two amounts: `1,500`, «5-10 тыс», «5 т».
    """
    found = tokens(text)
    if not found:
        return None
    words, hint = _without_unit(found)
    amount = _sum(words)
    if amount is None or (hint == _TENGE_OR_THOUSANDS and amount < _SURELY_TENGE):
        return None
    return whole(amount)


def _without_unit(found: Sequence[Term]) -> tuple[Sequence[Term], Term | None]:
    """Return what is left without the currency before or behind it, and the currency where it is written."""
    first, last = found[0], found[-1]
    if last in _TENGE:
        return found[:-1], last
    if first in _TENGE:
        return found[1:], first
    if last == _TENGE_OR_THOUSANDS and not any(token in _MULTIPLIERS for token in found):
        return found[:-1], last
    return found, None


def _sum(words: Sequence[Term]) -> Decimal | None:
    """Return what numbers and multiples add up to, «1 млн 200 тыс» say, the greater ones before the smaller.

    None where the end may be of another multiple, as in «1 млн 500» or «12 тыс. 5», or follows a fraction.
    """
    total, below, is_fraction = Decimal(0), None, False
    remaining = list(words)
    while remaining:
        number, multiple, remaining = _part(remaining)
        if number is None or (below is not None and number * multiple >= below):
            return None
        if below == 1 or is_fraction:
            return None
        if below is not None and multiple == 1 and number < _LEAST_REST[below]:
            return None
        is_fraction = whole(number) is None
        total, below = total + number * multiple, multiple
    return total if words else None


def _part(words: list[Term]) -> tuple[Decimal | None, int, list[Term]]:
    """Return the first number with what it is a multiple of, and what stands behind; no number where there is none."""
    first, *rest = words
    if isinstance(first, Decimal):
        if rest and isinstance(rest[0], str) and rest[0] in _MULTIPLIERS:
            return first, _MULTIPLIERS[rest[0]], rest[1:]
        return first, 1, rest
    if first in _HALVES:
        return Decimal("0.5"), _MULTIPLIERS[_HALVES[first]], rest
    return (Decimal(1), _MULTIPLIERS[first], rest) if first in _ONE_OF and not rest else (None, 1, rest)
