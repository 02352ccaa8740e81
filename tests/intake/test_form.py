"""How a submission's fields become the request for a participation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.participation import Money
from chalicelib.intake.answers import ASKED_FIELDS, Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import fill
from chalicelib.intake.form_requests import read_form
from chalicelib.intake.participation_requests import Sender, read_participation
from tests.intake.filling import CONSENT, DEFAULTS, filled, form, unmappable

NOW = 1_780_286_400_000
SENDER = Sender("tally", form="tally/ours/f")


def faults(**members: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        form(**members)
    return [(fault.pointer, fault.code) for fault in invalid.value.faults]


def test_without_any_answer_the_defaults_hold() -> None:
    assert filled({}) == {"kind": "good_deed", "participant": {"type": "citizen"}, "place": {"region": "KZ-71"}}


def test_known_field_names_need_no_configuration() -> None:
    fields = {
        "kind": "volunteering",
        "participant_type": "ngo",
        "name": "Айгерім Үлгі",
        "phone": "+77000000001",
        "email": "aigerim@example.com",
        "organisation": "Үміт қоры",
        "bin": "1234 5678 9013",
        "region": "KZ-10",
        "people": 3,
        "hours": "2 сағат",
        "amount": "5 000 ₸",
        "topic": "fundraising",
        "occurred_at": "2026-06-01",
        "note": "Рақмет!",
        "utm_source": "ig",
        "form_id": "f",
    }

    request = filled(fields)

    assert request == {
        "kind": "volunteering",
        "participant": {
            "type": "ngo",
            "name": "Айгерім Үлгі",
            "organisation": "Үміт қоры",
            "phone": "+77000000001",
            "email": "aigerim@example.com",
            "bin": "123456789013",
        },
        "place": {"region": "KZ-10"},
        "topic": "fundraising",
        "people": 3,
        "hours": 2,
        "amount": {"currency": "KZT", "value": 5000},
        "occurred_at": "2026-06-01T00:00:00+05:00",
        "note": "Рақмет!",
    }
    assert read_participation(request, SENDER, NOW).act.amount == Money("KZT", 5000)


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "KZ-33"},
        {"answers.region": "Жетісу облысы"},
        {"answers": {"region": ["область Жетісу"]}},
        {"data": {"region": "Jetisu Region"}},
        {"place": {"region": "KZ-33"}},
    ],
)
def test_a_known_name_is_found_wherever_an_adapter_puts_it(fields: dict[str, Any]) -> None:
    assert filled(fields)["place"] == {"region": "KZ-33"}


def test_the_request_of_our_own_api_is_understood_as_it_is() -> None:
    request = {
        "kind": "donation",
        "participant": {"type": "business", "organisation": "Дән", "phone": "+77000000001"},
        "place": {"country": "DE"},
        "amount": {"currency": "EUR", "value": 500},
    }

    assert filled(request, defaults={}) == request


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_name": "Дана", "last_name": "Тест"}, "Дана Тест"),
        ({"first_name": "Дана", "patronymic_name": "Ержанқызы", "last_name": "Тест"}, "Дана Ержанқызы Тест"),
        ({"first_name": " Дана "}, "Дана"),
        ({"name": "Дана Т.", "first_name": "Дана", "last_name": "Тест"}, "Дана Т."),
    ],
)
def test_a_name_may_come_in_parts(fields: dict[str, Any], name: str) -> None:
    assert filled(fields)["participant"]["name"] == name


def test_a_question_named_in_the_form_goes_before_a_known_name() -> None:
    questions = {"Облыс": "region", "answers.Қала": "region", "Сағат саны": "hours", "company_name": None}

    request = filled(
        {"Облыс": ["Ұлытау облысы"], "region": "KZ-10", "Сағат саны": 4, "company_name": "Дән"}, questions=questions
    )

    assert request["place"] == {"region": "KZ-62"}
    assert request["hours"] == 4
    assert "organisation" not in request["participant"]


def test_of_two_questions_for_the_same_the_answered_one_counts() -> None:
    questions = {"Облыс": "region", "Регион": "region"}

    assert filled({"Облыс": None, "Регион": "область Абай"}, questions=questions)["place"] == {"region": "KZ-10"}
    assert filled({"Облыс": "KZ-10", "Регион": "область Абай"}, questions=questions)["place"] == {"region": "KZ-10"}
    assert unmappable({"Облыс": "KZ-11", "Регион": "область Абай"}, questions=questions) == (
        "several_answers",
        "region",
    )


def test_a_form_says_all_that_is_wrong_with_it() -> None:
    wrong = faults(
        campaign="Наурыз!",
        state="ended",
        defaults={"kind": "sleep", "place": {"region": "KZ-99"}, "people": 0},
        questions={"Облыс": "oblast"},
        answers={"kind": {"А": "sleep"}, "region": {"Б": "KZ-99"}, "people": {"В": 1.5}, "phone": {"Г": "1"}},
        consent={"text": "", "version": "1", "required": "yes"},
        review="no",
        colour="red",
    )

    assert wrong == [
        ("#/colour", "unknown_field"),
        ("#/campaign", "campaign_id"),
        ("#/state", "choice"),
        ("#/defaults/kind", "choice"),
        ("#/defaults/place/region", "region"),
        ("#/defaults/people", "people"),
        ("#/questions/%D0%9E%D0%B1%D0%BB%D1%8B%D1%81", "choice"),
        ("#/answers/kind/%D0%90", "answer_value"),
        ("#/answers/region/%D0%91", "answer_value"),
        ("#/answers/people/%D0%92", "answer_value"),
        ("#/answers/phone", "choice"),
        ("#/consent/text", "text"),
        ("#/consent/required", "yes_or_no"),
        ("#/review", "yes_or_no"),
    ]


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("kind", "sleep"),
        ("kind", 1),
        ("participant_type", "cat"),
        ("region", "KZ-99"),
        ("country", "XX"),
        ("topic", "Экология"),
        ("organisation", "+7 701 123 45 67"),
        ("organisation", ""),
        ("people", 0),
        ("people", "5"),
        ("hours", -1),
        ("amount", True),
        ("consent", "yes"),
    ],
)
def test_an_answer_must_stand_for_what_can_be_recorded(target: str, value: object) -> None:
    assert faults(answers={target: {"x": value}}) == [(f"#/answers/{target}/x", "answer_value")]


@pytest.mark.parametrize("answers", [[], {"kind": "donation"}, {"kind": {"x": ["donation"]}}, {"kind": {"x": None}}])
def test_answers_are_tables_of_single_values(answers: object) -> None:
    assert faults(answers=answers) == [("#/answers", "answers")]


def test_an_answer_may_stand_for_a_half_of_an_hour() -> None:
    assert filled({"hours": "жарты сағат"}, answers={"hours": {"Жарты сағат": 0.5}})["hours"] == 0.5
    assert faults(answers={"hours": {"x": 0.25}}) == [("#/answers/hours/x", "answer_value")]


def test_only_what_is_chosen_has_values_by_answer() -> None:
    assert faults(answers={"phone": {"x": "+77000000001"}}) == [("#/answers/phone", "choice")]


def test_a_form_is_kept_as_it_was_asked_for() -> None:
    request = {
        "campaign": "2026",
        "state": "test",
        "defaults": {**DEFAULTS, "amount": {"currency": "KZT", "value": 100}},
        "questions": {"Облыс": "region", "country": None},
        "answers": {"region": {"Алматы": "KZ-75"}},
        "consent": {**CONSENT, "required": True},
        "review": True,
    }

    kept = read_form("vk", "194400001", "1", request)

    assert (kept.provider, kept.account, kept.form, kept.review) == ("vk", "194400001", "1", True)
    assert kept.answers == request["answers"]
    assert kept.questions == request["questions"]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [*ASKED_FIELDS, "consent", "data", "answers", "participant", "place", "answers.region", "Облыс"]
)
PLAUSIBLE = st.sampled_from(["KZ-10", "Алматы", "5 000 ₸", "донор", "да", "+77000000001", "2026-06-01", 3, True])


@given(st.dictionaries(NAMES, JSON | PLAUSIBLE | st.dictionaries(NAMES, JSON | PLAUSIBLE, max_size=4), max_size=8))
def test_whatever_is_answered_becomes_a_participation_or_a_declared_reason(fields: dict[str, Any]) -> None:
    mapped = form(questions={"Облыс": "region"}, consent=CONSENT, answers={"kind": {"донор": "donation"}})

    try:
        draft = read_participation(fill(mapped, fields), SENDER, NOW)
    except (Unmappable, Invalid):
        return

    assert draft.act.place
