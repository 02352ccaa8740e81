"""A phone number is the same however people write it, and a word is no phone."""

import unicodedata

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.phones import (
    MAX_CHARACTERS,
    MAX_SEARCHED,
    find_phones,
    normalise_international,
    normalise_phone,
)

AYGERIM = "+77011234567"
SEPARATORS = (
    *(" ", "  ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", "\n", ".", "·", "/"),
    *("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d", "_", "~"),
    *("(", ")", ") ", " (", "[", "]", "\uff08", "\uff09"),
)
INVISIBLE = ("\u200b", "\u200e", "\u202d", "\u2060", "\u00ad", "\ufe0f", "\u20e3", "\ufeff")
DIGITS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "⓪①②③④⑤⑥⑦⑧⑨", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
HOME_PREFIXES = ("+7", "7", "8", "", "007", "8107", "+77", "+78", "+8")
ABROAD = ("+4915112345678", "+998901234567", "+79002345678", "+996700123456", "+905012345678", "+12015550123")
MOBILES = ("700", "701", "702", "705", "707", "708", "747", "760", "771", "775", "776", "777", "778", "785")


def by_the_library(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "KZ")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@st.composite
def written(draw: st.DrawFn, digits: str) -> str:
    """Draw a way of writing a number: digits of one script, separators and what nobody sees between them."""
    script = draw(st.sampled_from(DIGITS))
    plus, digits = ("+", digits[1:]) if digits.startswith("+") else ("", digits)
    gap = st.sampled_from(["", "", "", *SEPARATORS, *INVISIBLE])
    return plus + "".join(draw(gap) + script[int(digit)] for digit in digits)


@given(st.data(), st.sampled_from(MOBILES), st.from_regex(r"[0-9]{7}", fullmatch=True), st.sampled_from(HOME_PREFIXES))
def test_any_way_of_writing_a_number_is_that_number(data: st.DataObject, code: str, rest: str, prefix: str) -> None:
    raw = data.draw(written(f"{prefix}{code}{rest}"))

    assert normalise_phone(raw) == f"+7{code}{rest}"


@given(st.data(), st.sampled_from(ABROAD), st.sampled_from(["+", "00", "810"]))
def test_any_way_of_writing_a_number_of_another_country_is_that_number(
    data: st.DataObject, number: str, prefix: str
) -> None:
    raw = data.draw(written(prefix + number.removeprefix("+")))

    assert normalise_phone(raw) == by_the_library(number) == number


@pytest.mark.parametrize("prefix", ["+7", "8", ""])
def test_a_number_of_any_operator_or_town_is_what_the_library_takes_it_for(prefix: str) -> None:
    numbers = [f"{prefix}{code:03}2345678" for code in range(1000)]

    assert [normalise_phone(number) for number in numbers] == [by_the_library(number) for number in numbers]


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("+7 701 123-45-67", AYGERIM),
        ("8 (701) 123 45 67", AYGERIM),
        ("+7 701-123-45-67 Kaspi", AYGERIM),
        ("+7 701 123 45 67 доб. 105", AYGERIM),
        ("тел.: 8 701 123 45 67, Айгерім", AYGERIM),
        ("87011234567-Айгерім", AYGERIM),
        ("tel:+77011234567", AYGERIM),
        ("wa.me/77011234567", AYGERIM),
        ("+77 701 123 45 67", AYGERIM),
        ("+7 8 701 123 45 67", AYGERIM),
        ("+8 701 123 45 67", AYGERIM),
        ("00 7 701 123 45 67", AYGERIM),
        ("007 701 123 45 67", AYGERIM),
        ("+007 701 123 45 67", AYGERIM),
        ("8 10 7 701 123 45 67", AYGERIM),
        ("＋７（７０１）１２３－４５－６７", AYGERIM),
        ("8\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e3 123 45 67", AYGERIM),
        ("105 8 701 123 45 67", AYGERIM),
        ("9 8 701 123 45 67", AYGERIM),
        ("8 7172 55-66-77 (105)", "+77172556677"),
        ("8 (7172) 55-66-77 вн. 105", "+77172556677"),
        ("+7 (8 7172) 55-66-77", "+77172556677"),
        ("998901234567", "+998901234567"),
        ("380671234567", "+380671234567"),
        ("8 912 345 67 89", "+79123456789"),
        ("+49 1511 2345678 (моб.)", "+4915112345678"),
        ("8 701 123 45 67 / 8 702 123 45 67", AYGERIM),
        ("8701 123 45 67 8702 123 45 67", AYGERIM),
    ],
)
def test_the_first_number_of_a_text_is_read_as_people_write_it(raw: str, phone: str) -> None:
    assert normalise_phone(raw) == phone


@pytest.mark.parametrize(
    "raw",
    [
        *("", "жоқ", "-", "+", "110", "55-66-77", "8 701 123 45 6", "+7 000 000 00 00", "01.06.2026 14:00"),
        *("+7 701 FLOWERS", "8 701 FLOWERS", "1-800-FLOWERS", "8 701 123 45 6O", "8 7O1 123 45 67"),
        *("8 701 123 \u2605 45 67", "8 701 123 \u20b8 45 67"),
        *("+1 701 123 45 67", "+1 8 701 123 45 67", "4400 4301 7711 2233", "900101300123"),
        # Digits behind what would be a number: it may be another one.
        *("8 998 90 123 45 67", "+7 701 123 45 67 89"),
        "8 998 90 123 45 67",
        "+7 701 123 45 67 89",
    ],
)
def test_a_word_or_another_number_is_no_phone(raw: str) -> None:
    assert normalise_phone(raw) is None


def count_of_digits(text: str) -> int:
    return sum(unicodedata.decimal(character, None) is not None for character in unicodedata.normalize("NFKC", text))


@given(st.text().filter(lambda text: count_of_digits(text) < 7))
@example("+7 701 abcdefg")
def test_no_text_without_enough_digits_is_a_phone(text: str) -> None:
    assert normalise_phone(text) is None
    assert list(find_phones(text)) == []


@given(st.text(max_size=60))
def test_what_is_read_as_a_phone_is_one_and_is_found_in_the_text_too(text: str) -> None:
    phone = normalise_phone(text)

    assert phone is None or phone == by_the_library(phone) == next(find_phones(text))


def test_a_longer_text_is_no_phone() -> None:
    assert normalise_phone(AYGERIM.ljust(MAX_CHARACTERS)) == AYGERIM
    assert normalise_phone(AYGERIM.ljust(MAX_CHARACTERS + 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "8 701 123 45 67 / 8 (7172) 55-66-77 (105) / +998 90 123 45 67",
        "8 701 123 45 67 8 7172 55 66 77 998901234567",
        "Үй: 8 701 123 45 67, жұмыс: 87172556677; Ташкент: +998901234567",
        "+77011234567+77172556677+998901234567",
    ],
)
def test_all_numbers_of_a_text_are_found_in_their_order(text: str) -> None:
    assert list(find_phones(text)) == [AYGERIM, "+77172556677", "+998901234567"]


def test_as_many_numbers_as_stand_in_one_line_are_found() -> None:
    assert list(find_phones("8 701 123 45 67 / " * 50)) == [AYGERIM] * 50


def test_only_the_beginning_of_a_long_text_is_searched() -> None:
    assert list(find_phones(f"{' ' * (MAX_SEARCHED - 12)}{AYGERIM} 8 702 123 45 67")) == [AYGERIM]


@pytest.mark.parametrize("given_as", ["77011234567", "+77011234567", " +7 701 123-45-67 "])
def test_a_provider_gives_a_number_with_its_country(given_as: str) -> None:
    assert normalise_international(given_as) == AYGERIM
    assert normalise_international("4915112345678") == "+4915112345678"


@pytest.mark.parametrize("given_as", ["KZ.77011234567", "+888 0123 4567", "87011234567", "", "+", "٧٧٠١١٢٣٤٥٦٧", "me"])
def test_what_a_provider_gives_in_place_of_a_number_is_none(given_as: str) -> None:
    assert normalise_international(given_as) is None
