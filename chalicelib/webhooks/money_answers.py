"""Amounts of money as a provider of payments tells them: a number, and its currency in a field of its own."""

import re

from chalicelib.domain.currencies import CURRENCIES, decimals

# Three digits behind a comma are a fraction to some and thousands to others.
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,15})(?:[.,](?P<fraction>[0-9]{1,2}))?")


def payment(amount: object, currency: object) -> object:
    """Return what was paid as our API takes an amount: an ISO 4217 code and whole minor units.

    Where the currency is not told, or is none, or the amount is no such number, the two are returned as they came: a
    form that asks for an amount then takes it for none. Nothing where nothing was paid.
    """
    if amount is None or amount == "":
        return None
    code = currency.strip().upper() if isinstance(currency, str) else ""
    match = None if isinstance(amount, bool) else _AMOUNT.fullmatch(str(amount).strip())
    value = None if match is None or code not in CURRENCIES else _minor_units(match, decimals(code))
    if value == 0:
        return None
    return {"currency": currency, "amount": amount} if value is None else {"currency": code, "value": value}


def _minor_units(match: re.Match[str], places: int) -> int | None:
    """Return an amount in minor units, None where it has a fraction that its currency has no units for."""
    fraction = (match["fraction"] or "").rstrip("0")
    if len(fraction) > places:
        return None
    return int(match["whole"] + fraction.ljust(places, "0"))
