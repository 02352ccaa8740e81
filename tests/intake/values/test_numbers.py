"""Numbers keep their value under whatever people write around them, or have none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.values.amounts import read_tenge
from chalicelib.intake.values.counts import read_count
from chalicelib.intake.values.durations import read_hours
from chalicelib.intake.values.numbers import tokens

SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "  "])
GROUPS = st.sampled_from(["", " ", "\u00a0", "\u2009", "\u202f", "'", ",", "."])
FRACTIONS = st.sampled_from(["", ",0", ".0", ",00", ".00"])
ENDS = st.sampled_from(["", ".", " ", "!", ";"])
TENGE = st.sampled_from(["", "₸", "тг", "ТГ.", "теңге", "Тенге", "kzt", "KZT", "tenge", "tg", "тнг"])
PEOPLE = st.sampled_from(["", "адам", "Человек", "чел.", "оқушы", "students", "волонтёров"])
HOURS = st.sampled_from(["", "ч", "ч.", "час", "часов", "сағат", "сағ.", "h", "hours", "Часа"])
MULTIPLES = st.sampled_from([("тыс", 10**3), ("мың", 10**3), ("к", 10**3), ("млн.", 10**6), ("Миллионов", 10**6)])


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(st.integers(0, 10**12), GROUPS, FRACTIONS, SPACES, TENGE, ENDS, st.booleans())
def test_an_amount_is_what_its_digits_say_or_none(
    number: int, group: str, fraction: str, space: str, unit: str, end: str, before: bool
) -> None:
    written = grouped(number, group) + fraction
    text = f"{unit}{space}{written}" if before else f"{written}{space}{unit}{end}"

    assert read_tenge(text) in (number, None)


@given(st.integers(0, 10**9), st.sampled_from(["", " ", "\u00a0", "\u202f", "'"]), FRACTIONS, SPACES, TENGE)
def test_an_amount_of_which_no_separator_may_be_two_things_is_read(
    number: int, group: str, fraction: str, space: str, unit: str
) -> None:
    assert read_tenge(f"{grouped(number, group)}{fraction}{space}{unit}") == number


@given(st.integers(0, 10**9), st.sampled_from([",", "."]))
def test_a_single_group_behind_a_comma_or_a_dot_is_not_guessed(number: int, separator: str) -> None:
    expected = number if number < 1000 or number >= 10**6 else None

    assert read_tenge(grouped(number, separator)) == expected


@given(st.decimals(0, 999, places=2), MULTIPLES, st.sampled_from(",."), SPACES, TENGE)
def test_a_multiple_is_exact(number: Decimal, multiple: tuple[str, int], mark: str, space: str, unit: str) -> None:
    word, factor = multiple

    assert read_tenge(f"{str(number).replace('.', mark)}{space}{word} {unit}") == int(number * factor)


@given(
    st.integers(1, 999), st.integers(1, 999), st.sampled_from(["-", " - ", "–", "—", "/", " или ", " до ", "..", " "])
)
def test_two_numbers_are_no_number(one: int, two: int, between: str) -> None:
    text = f"{one}{between}{two}"
    joined = int(f"{one}{two}") if between == " " and two > 99 else None

    assert read_tenge(text) == read_count(text) == read_hours(text) == joined


@pytest.mark.parametrize(
    "around", ["около {}", "~{}", "{}+", "больше {}", "до {}", "-{}", "{}%", "{} $", "≈{}", "{}-ке жуық"]
)
def test_what_is_about_a_number_is_none(around: str) -> None:
    text = around.format(50)

    assert (read_tenge(text), read_count(text), read_hours(text)) == (None, None, None)


@given(st.integers(0, 10**6), st.sampled_from(["", " ", "\u00a0"]), SPACES, PEOPLE, ENDS)
def test_people_are_counted_with_their_words(number: int, group: str, space: str, word: str, end: str) -> None:
    assert read_count(f"{grouped(number, group)}{space}{word}{end}") == number


@given(
    st.integers(0, 2000), st.sampled_from(",."), SPACES, HOURS, st.sampled_from(["", "0", "00", "5", "50", "25", "7"])
)
def test_hours_are_read_to_their_halves(number: int, mark: str, space: str, word: str, fraction: str) -> None:
    written = f"{number}{mark if fraction else ''}{fraction}"
    exact = Decimal(f"{number}.{fraction or 0}")

    assert read_hours(f"{written}{space}{word}") == (float(exact) if (2 * exact) % 1 == 0 else None)


@given(st.integers(0, 200), st.integers(0, 59))
def test_hours_and_minutes_are_read_to_their_halves(hours: int, minutes: int) -> None:
    expected = hours + minutes / 60 if minutes % 30 == 0 else None

    assert read_hours(f"{hours} ч {minutes} мин") == read_hours(f"{hours} сағат {minutes} минут") == expected


@given(st.text(max_size=80))
def test_whatever_is_written_is_a_number_or_none(text: str) -> None:
    for value in (read_tenge(text), read_count(text), read_hours(text)):
        assert value is None or value >= 0


def test_a_number_of_thousands_of_digits_is_none() -> None:
    assert tokens("9" * 61) is None
    assert tokens("9" * 60) == [Decimal("9" * 60)]


def test_more_units_than_one_are_not_read() -> None:
    assert read_tenge("₸ 5000 тг") is None
    assert read_tenge("2 млн 3 млн") is None
    assert read_tenge("5 500 тыс") == 5_500_000
    assert read_tenge("тыс") is None
    assert read_tenge("5 тысяч тысяч") is None
