"""E-mails and numbers are read through what is written around them, and nothing else is made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identity import is_bin
from chalicelib.intake.values.business_numbers import read_business_number
from chalicelib.intake.values.emails import read_email
from chalicelib.intake.values.nothing import says_nothing

AROUND = st.sampled_from(
    ["{}", "«{}»", "<{}>", "mailto:{}", " {}.", "({})", '"{}"', "E-mail: {}", "почта {}", "Айгүл <{}>"]
)


@given(st.text("abz019._-", min_size=1, max_size=20).map("a{}z@mail.example.kz".format), AROUND)
def test_an_address_is_the_same_whatever_is_written_around_it(address: str, around: str) -> None:
    assert read_email(around.format(address)) == address
    assert read_email(around.format(address.upper())) == address


@pytest.mark.parametrize("between", [", ", "; ", " ", " или ", "; почта: "])
def test_two_addresses_are_none(between: str) -> None:
    assert read_email(f"dana@example.kz{between}aigerim@example.kz") is None


def checked(year: int, month: int, kind: int, serial: int) -> str | None:
    """Return a business number of a year and a month with the check digit that fits; few have none."""
    eleven = f"{year:02}{month:02}{kind}0{serial:05}"
    return next(filter(is_bin, (f"{eleven}{check}" for check in range(10))), None)


NUMBERS = st.builds(checked, st.integers(0, 99), st.integers(1, 12), st.integers(4, 6), st.integers(0, 99_999)).filter(
    lambda number: number is not None
)


@given(
    NUMBERS,
    st.sampled_from(["{}", "БИН {}", "БСН: {}", "BIN{}", " {}. ", "ИИН/БИН № {}"]),
    st.sampled_from(["", " ", "-"]),
)
def test_a_business_number_is_the_same_whatever_is_written_around_it(number: str, around: str, group: str) -> None:
    written = group.join((number[:4], number[4:8], number[8:]))

    assert read_business_number(around.format(written)) == number


@given(NUMBERS)
def test_zeros_that_a_number_began_with_are_put_back(number: str) -> None:
    shortened = number.lstrip("0")

    assert read_business_number(shortened) == (number if len(shortened) >= 10 else None)


@given(st.integers(0, 10**12 - 1))
def test_only_what_is_proven_is_a_business_number(number: int) -> None:
    found = read_business_number(str(number))

    assert found is None or (is_bin(found) and int(found) == number)


@given(st.text(alphabet="-–—_ .,/*…", min_size=1, max_size=5).filter(str.strip))
def test_marks_alone_say_nothing(text: str) -> None:
    assert says_nothing(text)


def test_a_word_says_nothing_only_where_it_is_all_that_is_said() -> None:
    assert all(map(says_nothing, ["нет", "НЕТ!", " Жоқ. ", "n/a", "Не имею"]))
    assert not any(map(says_nothing, ["", " ", "нет@mail.ru", "нетто", "жоқтау", "0", "?", "✓", "+", "\u2800"]))
