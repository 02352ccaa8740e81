"""Figures of several cells together."""

from chalicelib.publishing.figures import amounts


def test_amounts_are_summed_by_currency_and_tenge_come_first() -> None:
    found = amounts({"USD": 7, "people": 3, "KZT": 500}, {"KZT": 20, "EUR": 9, "USD": 1}, {"EUR": -9})

    assert list(found.items()) == [("KZT", 520), ("USD", 8)]


def test_tenge_are_told_where_there_are_none() -> None:
    assert amounts({"people": 3}) == {"KZT": 0}
