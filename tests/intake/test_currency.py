"""Money is of the currency that is told with it: another one never counts as tenge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.currencies import CURRENCIES, TENGE
from tests.intake.filling import filled, unmappable


@pytest.mark.parametrize("currency", ["KZT", "kzt ", "₸", "тенге", "Теңге", "тг.", None, "", "-"])
@pytest.mark.parametrize("amount", ["5000", 5000, "5 000 тг"])
def test_an_amount_beside_which_tenge_are_told_or_nothing_is_of_tenge(amount: object, currency: object) -> None:
    request = filled({"amount": amount, "currency": currency})

    assert request["amount"] == {"currency": "KZT", "value": 5000}


@given(st.sampled_from(sorted(CURRENCIES - {TENGE})), st.sampled_from(["100", 100, "100 тг"]))
def test_an_amount_of_another_currency_is_never_one_of_tenge(currency: str, amount: object) -> None:
    assert unmappable({"amount": amount, "currency": currency}) == ("currency_differs", "amount")


@pytest.mark.parametrize("sign", ["$", "€", "₽"])
def test_a_sign_is_a_currency_too(sign: str) -> None:
    assert unmappable({"amount": "100", "currency": sign}) == ("currency_differs", "amount")


def test_a_currency_that_is_none_is_mapped_or_parked() -> None:
    fields = {"amount": "100", "currency": "Доллар"}

    assert unmappable(fields) == ("choice_unknown", "currency")
    assert unmappable(fields, answers={"currency": {"доллар": "USD"}}) == ("currency_differs", "amount")


@pytest.mark.parametrize("currency", ["USD", None])
def test_what_a_program_told_with_its_currency_is_taken_as_it_is(currency: str | None) -> None:
    request = filled({"amount": {"currency": "USD", "value": 900}, "currency": currency})

    assert request["amount"] == {"currency": "USD", "value": 900}


def test_a_question_names_the_currency_and_a_currency_alone_is_no_amount() -> None:
    questions: dict[str, Any] = {"Сумма": "amount", "Валюта": "currency"}

    assert "amount" not in filled({"Валюта": "USD"}, questions=questions)
    assert unmappable({"Валюта ": "USD", "сумма": 9}, questions=questions) == ("currency_differs", "amount")


def test_the_currency_of_a_question_does_not_touch_what_the_form_itself_says() -> None:
    fallback = {"kind": "donation", "participant_type": "citizen", "place": {"region": "KZ-71"}}
    amount = {"currency": "KZT", "value": 1000}

    assert filled({"currency": "USD"}, fallback={**fallback, "amount": amount})["amount"] == amount
