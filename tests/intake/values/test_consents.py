"""Consents are read by usual words, usual sentences and their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.values.consents import read_consent

WORDING = "Мен шарттармен таныстым және оларға ризамын."


@pytest.mark.parametrize(
    "answer", [WORDING, WORDING.upper(), " мен шарттармен таныстым және оларға ризамын\n", f"«{WORDING}»"]
)
def test_its_own_sentence_is_a_consent(answer: str) -> None:
    assert read_consent(answer, WORDING) is True
    assert read_consent(answer) is None


def test_a_part_of_its_own_sentence_is_none() -> None:
    assert read_consent("Мен шарттармен таныстым", WORDING) is None
    assert read_consent(f"{WORDING} Жоқ", WORDING) is None


@given(
    st.sampled_from(["да", "иә", "согласна", "Келісемін", "I agree"]), st.sampled_from(["нет", "жоқ", "не согласен"])
)
def test_a_yes_and_a_no_are_neither(yes: str, no: str) -> None:
    for between in (", ", "/", ". ", "\n"):
        assert read_consent(f"{yes}{between}{no}") is read_consent(f"{no}{between}{yes}") is None


@given(st.sampled_from(["да", "Келісемін", "согласен", "I_agree"]), st.integers(0, 20), st.sampled_from("_ "))
def test_the_number_of_an_option_is_no_part_of_it(yes: str, number: int, mark: str) -> None:
    assert read_consent(f"{number}{mark}{yes}") is True
    assert read_consent(f"{number}{mark}нет") is False
