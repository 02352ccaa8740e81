"""A phone number of Kazakhstan as people write it is what the library of all numbers takes it for."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import normalise_phone


def by_the_library(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "KZ")
    except phonenumbers.NumberParseException:
        match = next(iter(phonenumbers.PhoneNumberMatcher(raw, "KZ")), None)
        if match is None:
            return None
        number = match.number
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@st.composite
def written(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(["+7", "7", "8", "", "+", "87", "+77", "0"]))
    digits = draw(st.text("0123456789", min_size=9, max_size=11))
    start = draw(st.sampled_from(["70", "74", "77", "76", "78", "71", ""]))
    number = prefix + start + digits[len(start) :]
    return "".join(digit + draw(st.sampled_from(["", "", "", " ", "-", " (", ")"])) for digit in number)


@given(written())
@settings(max_examples=1000)
def test_the_short_way_takes_a_number_for_what_the_library_does(raw: str) -> None:
    assert normalise_phone(raw) == by_the_library(raw)


@pytest.mark.parametrize("raw", ["+7 701 123-45-67", "8 (701) 123 45 67", "77011234567", "7011234567"])
def test_a_mobile_number_is_read_however_it_is_written(raw: str) -> None:
    assert normalise_phone(raw) == by_the_library(raw) == "+77011234567"
