"""How a submission's fields become the request for a participation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answers import TARGETS, Unmappable
from chalicelib.domain.faults import Invalid
from chalicelib.domain.form_intake import read_form
from chalicelib.domain.forms import Form, fill
from chalicelib.domain.intake import read_participation
from chalicelib.domain.labels import KIND_LABELS, PARTICIPANT_TYPE_LABELS, fold, kinds, participant_types
from chalicelib.domain.participation import Money
from chalicelib.domain.places import regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES

NOW = 1_780_286_400_000
DEFAULTS = {"kind": "good_deed", "participant_type": "citizen", "place": {"region": "KZ-71"}}
CONSENT = {"text": "Дербес деректерді өңдеуге келісемін", "version": "2026-1"}


def form(**members: Any) -> Form:
    return read_form("tally", "ours", "f", {"campaign": "2026", "state": "live", "defaults": DEFAULTS, **members})


def filled(fields: dict[str, Any], **members: Any) -> dict[str, Any]:
    return fill(form(**members), fields)


def unmappable(fields: dict[str, Any], **members: Any) -> tuple[str, str]:
    with pytest.raises(Unmappable) as error:
        filled(fields, **members)
    return error.value.reason, error.value.field


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
    assert read_participation(request, "tally", NOW).act.amount == Money("KZT", 5000)


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


@pytest.mark.parametrize("nothing", [None, "", "  ", [], [None, ""], {}])
def test_an_empty_answer_is_none(nothing: object) -> None:
    assert filled({"region": nothing, "people": nothing, "name": nothing, "consent": nothing}) == filled({})


@pytest.mark.parametrize("region", regions().values(), ids=lambda region: region.code)
def test_a_region_is_known_by_its_code_and_its_names(region: Any) -> None:
    # The bare name of the city is also the everyday name of the region around it.
    names = [name for name in region.names.values() if fold(name) not in ("алматы", "almaty")]

    for answer in [region.code, *names]:
        assert filled({"region": answer})["place"] == {"region": region.code}


def test_a_region_that_is_none_or_could_be_two_is_not_guessed() -> None:
    assert unmappable({"region": "Москва"}) == ("region_unknown", "region")
    assert unmappable({"region": "Алматы"}) == ("region_ambiguous", "region")
    assert unmappable({"region": "KZ-VOS"}) == ("region_ambiguous", "region")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"country": "de"}, {"country": "DE"}),
        ({"region": "За рубежом", "country": "TR"}, {"country": "TR"}),
        ({"region": "DE"}, {"country": "DE"}),
        ({"region": "KZ-10", "country": "Қазақстан"}, {"region": "KZ-10"}),
        ({"country": "KZ"}, {"region": "KZ-71"}),
    ],
)
def test_a_place_abroad_is_a_country(fields: dict[str, Any], place: dict[str, str]) -> None:
    assert filled(fields)["place"] == place


def test_abroad_without_a_country_is_no_place() -> None:
    assert unmappable({"region": "Шетелде"}) == ("country_missing", "country")
    assert unmappable({"country": "Шамбала"}) == ("choice_unknown", "country")


def test_kinds_and_participant_types_are_known_by_code_and_label() -> None:
    for kind in KINDS:
        for word in (kind, *KIND_LABELS[kind]):
            assert filled({"kind": [word.upper()]})["kind"] == kind
    for participant_type in PARTICIPANT_TYPES:
        for word in (participant_type, *PARTICIPANT_TYPE_LABELS[participant_type]):
            assert filled({"participant_type": f" {word} "})["participant"]["type"] == participant_type
    assert unmappable({"kind": "сон"}) == ("choice_unknown", "kind")
    assert unmappable({"kind": ["donation", "initiative"]}) == ("several_answers", "kind")


def test_no_label_means_two_things() -> None:
    assert len(kinds()) == sum(1 + len(labels) for labels in KIND_LABELS.values())
    assert len(participant_types()) == sum(1 + len(labels) for labels in PARTICIPANT_TYPE_LABELS.values())


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        (" 5 ", 5),
        (["5"], 5),
        ("5 000", 5000),
        ("5\u00a0000\u00a0000 тг", 5_000_000),
        ("5\u202f000₸", 5000),
        ("5000.00", 5000),
        ("5 000,00 теңге", 5000),
        ("5000 KZT", 5000),
        ("0", 0),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(answer: object, value: int) -> None:
    assert filled({"amount": answer})["amount"] == {"currency": "KZT", "value": value}


@pytest.mark.parametrize(
    "answer",
    [
        *("1,5", "1.5", "5,000", "5.000", "12 34", "5 тыс", "100 $", "100 USD", "бес", "5-10", "٥", "1e3", "-5"),
        *(1.5, float("inf"), float("nan"), True, {"value": 5}, "9" * 61),
    ],
)
def test_what_is_not_surely_a_whole_number_is_refused(answer: object) -> None:
    assert unmappable({"people": answer}) == ("not_a_whole_number", "people")


def test_a_number_may_name_its_own_unit_only() -> None:
    assert filled({"people": "12 адам", "hours": "3 часа"}) == {**filled({}), "people": 12, "hours": 3}
    assert unmappable({"people": "12 часов"}) == ("not_a_whole_number", "people")


@pytest.mark.parametrize("answer", [True, 1.5, {"a": 1}, [{"a": 1}], [["a", "b"]]])
def test_what_is_no_text_is_no_name(answer: object) -> None:
    assert unmappable({"name": answer})[1] == "name"


def test_a_number_is_a_phone_where_a_form_asks_for_one_as_a_number() -> None:
    assert filled({"phone": 77000000001})["participant"]["phone"] == "77000000001"


@pytest.mark.parametrize(
    ("answer", "moment"),
    [
        ("01.06.2026", "2026-06-01T00:00:00+05:00"),
        ("2026-06-01T09:30:00Z", "2026-06-01T09:30:00Z"),
        ("кеше", "кеше"),
    ],
)
def test_a_day_is_its_beginning_in_kazakhstan(answer: str, moment: str) -> None:
    assert filled({"occurred_at": answer})["occurred_at"] == moment


def test_several_notes_are_one_note() -> None:
    assert filled({"note": ["Донор", "Ерікті"]})["note"] == "Донор; Ерікті"


def test_answers_have_the_values_that_the_form_gives_them() -> None:
    answers = {
        "kind": {"Қан тапсыру": "donation"},
        "region": {"Алматы": "KZ-75", "Шет ел": "abroad"},
        "people": {"10-нан көп": 10},
        "amount": {"Бір мың": 1000},
        "organisation": {"№5": "№5 мектеп"},
        "topic": {"Экология": "ecology"},
    }
    fields = {
        "kind": "қан  тапсыру",
        "region": ["Алматы"],
        "people": "10-нан көп",
        "amount": "бір мың",
        "organisation": "№5",
        "topic": "Экология",
    }

    request = filled(fields, answers=answers)

    assert (request["kind"], request["place"], request["people"]) == ("donation", {"region": "KZ-75"}, 10)
    assert (request["amount"]["value"], request["topic"]) == (1000, "ecology")
    assert request["participant"]["organisation"] == "№5 мектеп"
    assert unmappable({"region": "шет ел"}, answers=answers) == ("country_missing", "country")


@pytest.mark.parametrize(
    "answer",
    [True, 1, "true", "Да", "иә", "Келісемін", "agree", ["agree"], ["Келісемін"], {"optional_1": True}, [True]],
)
def test_a_consent_given_is_kept_with_its_text_and_version(answer: object) -> None:
    assert filled({"consent": answer}, consent=CONSENT)["consent"] == CONSENT
    assert filled({"data": {"consent": answer}}, consent=CONSENT)["consent"] == CONSENT


@pytest.mark.parametrize(
    "answer", [False, 0, "нет", "Жоқ", "не согласен", ["нет"], None, "", {"a": True, "b": False}, ["да", "нет"]]
)
def test_a_consent_that_is_not_given_is_none(answer: object) -> None:
    assert "consent" not in filled({"consent": answer}, consent=CONSENT)
    assert unmappable({"consent": answer}, consent={**CONSENT, "required": True}) == ("consent_missing", "consent")


def test_a_consent_may_be_any_field_and_any_answer() -> None:
    rule = {**CONSENT, "field": "consent.optional_1"}
    assert "consent" in filled({"consent": {"optional_1": True, "optional_2": False}}, consent=rule)

    rule = {**CONSENT, "field": "Келісім"}
    answers = {"consent": {"Мен шартпен таныстым": True, "Таныспадым": False}}
    assert "consent" in filled({"Келісім": ["Мен шартпен таныстым"]}, consent=rule, answers=answers)
    assert "consent" not in filled({"Келісім": "таныспадым"}, consent=rule, answers=answers)
    assert unmappable({"Келісім": "Білмеймін"}, consent=rule, answers=answers) == ("choice_unknown", "consent")


def test_without_a_rule_no_consent_is_claimed() -> None:
    assert "consent" not in filled({"consent": True})


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
        ("#/answers", "answers"),
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
NAMES = st.sampled_from([*TARGETS, "consent", "data", "answers", "participant", "place", "answers.region", "Облыс"])
PLAUSIBLE = st.sampled_from(["KZ-10", "Алматы", "5 000 ₸", "донор", "да", "+77000000001", "2026-06-01", 3, True])


@given(st.dictionaries(NAMES, JSON | PLAUSIBLE | st.dictionaries(NAMES, JSON | PLAUSIBLE, max_size=4), max_size=8))
def test_whatever_is_answered_becomes_a_participation_or_a_declared_reason(fields: dict[str, Any]) -> None:
    mapped = form(questions={"Облыс": "region"}, consent=CONSENT, answers={"kind": {"донор": "donation"}})

    try:
        draft = read_participation(fill(mapped, fields), "tally", NOW)
    except (Unmappable, Invalid):
        return

    assert draft.act.place
