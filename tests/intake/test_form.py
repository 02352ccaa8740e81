"""How a submission's fields become the request for a participation."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.participation import Money
from chalicelib.intake.answers import ASKED_FIELDS, Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import DefaultPlace, Defaults, fill, has_answers, unmapped
from chalicelib.intake.form_requests import read_form
from chalicelib.intake.participation_requests import Sender, read_participation
from tests.intake.filling import CONSENT, FALLBACK, filled, form, unmappable
from tests.laws import few_and_many

LOCKS = {
    "kind": "class_hour",
    "topic": "ecology",
    "participant_type": "school",
    "place": {"region": "KZ-71"},
    "organisation": "№ 5 мектеп",
    "people": 25,
    "hours": 1.5,
    "amount": {"currency": "KZT", "value": 500},
}
"""A default for all that there are defaults for."""
OTHERWISE = {
    "kind": "donation",
    "topic": "fundraising",
    "participant_type": "business",
    "region": "Германия",
    "country": "DE",
    "organisation": "Дән",
    "people": 20_000,
    "hours": 8,
    "amount": "200 000 000 ₸",
}
"""An answer that says something else than each of them."""
NOW = 1_780_286_400_000
SENDER = Sender("tally", form="tally/ours/f")


def faults(**members: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        form(**members)
    return [(fault.pointer, fault.code) for fault in invalid.value.faults]


def held(request: dict[str, Any]) -> dict[str, Any]:
    """Return what a request says of all that there are defaults for."""
    participant = request["participant"]
    said = {name: request[name] for name in LOCKS if name in request}
    return said | {"participant_type": participant["type"], "organisation": participant["organisation"]}


def test_without_any_answer_the_fallback_holds() -> None:
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

    assert filled(request, fallback={}) == request


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


@pytest.mark.parametrize("prefix", ["", "answers.", "data."])
def test_what_a_form_has_a_default_for_nothing_that_is_sent_changes(prefix: str) -> None:
    sent = {prefix + name: value for name, value in OTHERWISE.items()}

    assert held(filled(sent, defaults=LOCKS, fallback={})) == LOCKS
    assert held(filled({**OTHERWISE, "data": OTHERWISE, "answers": OTHERWISE}, defaults=LOCKS, fallback={})) == LOCKS


def test_an_answer_without_a_meaning_spoils_nothing_where_a_default_holds() -> None:
    sent = {"kind": "?", "region": "Атлантида", "country": "?", "people": "көп", "hours": [1, 2], "amount": "$"}

    assert held(filled(sent, defaults=LOCKS, fallback={})) == LOCKS


@pytest.mark.parametrize("name", LOCKS)
def test_each_default_locks_by_itself(name: str) -> None:
    fallback = {other: value for other, value in LOCKS.items() if other != name}

    told = held(filled(OTHERWISE, defaults={name: LOCKS[name]}, fallback=fallback))

    assert {other for other, value in told.items() if value == LOCKS[other]} == {name}


def test_a_fallback_yields_to_the_questions_that_providers_ask() -> None:
    assert filled({"people": 3})["place"] == {"region": "KZ-71"}
    assert filled({"people": 3, "answers.country": "DE"})["place"] == {"country": "DE"}
    assert filled({"people": 3}, fallback={**FALLBACK, "people": 2})["people"] == 3
    assert filled({}, fallback={**FALLBACK, "people": 2})["people"] == 2


def test_a_default_of_what_a_question_asks_for_is_kept_as_a_fallback() -> None:
    asking = form(
        defaults={"kind": "good_deed", "place": {"region": "KZ-71"}, "people": 2},
        fallback={"participant_type": "citizen"},
        questions={"Ел": "country", "Адам саны": "people", "kind": None},
    )

    assert asking.defaults == Defaults(kind="good_deed")
    assert asking.fallback == Defaults(participant_type="citizen", place=DefaultPlace(region="KZ-71"), people=2)
    assert fill(asking, {"Ел": "DE", "Адам саны": "5", "kind": "donation"}, ()).request == {
        "kind": "good_deed",
        "participant": {"type": "citizen"},
        "place": {"country": "DE"},
        "people": 5,
    }
    assert fill(asking, {}, ()).request["people"] == 2


def test_what_a_client_made_is_reached_by_questions_that_the_form_names_alone() -> None:
    sent = {**OTHERWISE, "name": "Ә", "email": "a@example.kz", "note": "?", "occurred_at": "2026-06-01"}
    asking = form(questions={"data.саны": "people", "note": "note"}, consent=CONSENT)

    unasked = filled({"occurred_at": "2026-06-01"})

    assert fill(form(), {**sent, "data": sent, "answers": sent}, ()).request == unasked
    assert fill(asking, {**sent, "data": {"саны": 3}}, ()).request == {**unasked, "people": 3, "note": "?"}
    assert fill(asking, {"data": {"consent": True}}, ()).request["consent"] == CONSENT


def test_of_a_field_that_the_provider_tells_and_one_that_a_client_made_the_first_is_known() -> None:
    fields = {"name": "Ерлан", "answers.name": "Дана", "people": 500}

    assert fill(form(), fields, {"name"}).request["participant"] == {"type": "citizen", "name": "Ерлан"}
    assert fill(form(), fields, {"name", "elsewhere"}).request.get("people") is None


def test_a_form_that_says_two_things_of_one_is_refused() -> None:
    wrong = faults(
        defaults={"kind": "good_deed", "place": {"region": "KZ-71"}, "people": 0, "hours": 1, "topic": None},
        fallback={"kind": "donation", "people": 1, "topic": "ecology", "participant_type": "citizen"},
        questions={"Сағат": "hours"},
        answers={"region": {"Алматы": "KZ-75"}, "hours": {"жарты": 0.5}, "topic": {"x": "ecology"}, "kind": None},
    )

    assert wrong == [
        ("#/defaults/people", "people"),
        ("#/answers", "answers"),
        ("#/fallback/kind", "default_and_fallback"),
        ("#/answers/region", "answers_locked"),
        ("#/fallback/people", "default_and_fallback"),
    ]
    assert faults(defaults={"kind": "donation"}, fallback={"kind": "donation"}) == [
        ("#/fallback/kind", "default_and_fallback")
    ]


def test_an_answer_that_means_two_things_is_refused_however_it_is_spelt() -> None:
    wrong = faults(answers={"region": {"Ақ тілек": "KZ-75", "АҚ-ТІЛЕК": "KZ-71", "ақ тілек": "KZ-75", "Көк": "KZ-75"}})

    assert wrong == [("#/answers/region/%D0%90%D2%9A-%D0%A2%D0%86%D0%9B%D0%95%D0%9A", "answer_twice")]


def test_a_form_says_all_that_is_wrong_with_it() -> None:
    wrong = faults(
        campaign="Наурыз!",
        state="ended",
        defaults={"kind": "sleep", "place": {"region": "KZ-99"}, "people": 0},
        fallback={"hours": 0.25, "colour": "red"},
        questions={"Облыс": "oblast"},
        answers={"topic": {"А": "!"}, "organisation": {"Б": ""}, "hours": {"В": 1.7}, "place": {"Г": "1"}},
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
        ("#/fallback/colour", "unknown_field"),
        ("#/fallback/hours", "hours"),
        ("#/questions/%D0%9E%D0%B1%D0%BB%D1%8B%D1%81", "choice"),
        ("#/answers/topic/%D0%90", "answer_value"),
        ("#/answers/organisation/%D0%91", "answer_value"),
        ("#/answers/hours/%D0%92", "answer_value"),
        ("#/answers/place", "choice"),
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


@pytest.mark.parametrize("answers", [[], {"kind": "donation"}, {"kind": {"x": ["donation"]}}])
def test_answers_are_tables_of_single_values(answers: object) -> None:
    assert faults(answers=answers) == [("#/answers", "answers")]


def test_an_answer_may_stand_for_a_half_of_an_hour() -> None:
    assert filled({"hours": "жарты сағат"}, answers={"hours": {"Жарты сағат": 0.5}})["hours"] == 0.5
    assert faults(answers={"hours": {"x": 0.25}}) == [("#/answers/hours/x", "answer_value")]


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("phone", "+7 700 000 00 01"),
        ("email", "info@example.kz"),
        ("bin", "123456789013"),
        ("name", "Айгерім Үлгі"),
        ("occurred_at", "01.06.2026"),
        ("note", "Рақмет!"),
        ("topic", "ecology"),
    ],
)
def test_an_answer_to_anything_may_stand_for_a_value_or_for_nothing(target: str, value: str) -> None:
    of_ngo = {**FALLBACK, "participant_type": "ngo"}
    said = filled({target: "Бәрі"}, fallback=of_ngo, answers={target: {"бәрі": value}})
    unsaid = filled({target: "бәрі"}, fallback=of_ngo, answers={target: {"Бәрі": None}})

    assert said == filled({target: value}, fallback=of_ngo) != unsaid
    assert unsaid == filled({}, fallback=of_ngo)


@pytest.mark.parametrize(
    ("target", "value"),
    [("phone", "1"), ("email", "жоқ"), ("bin", "123456789012"), ("occurred_at", "кеше"), ("name", "")],
)
def test_a_detail_that_an_answer_stands_for_is_one(target: str, value: str) -> None:
    assert faults(answers={target: {"x": value}}) == [(f"#/answers/{target}/x", "answer_value")]


INVISIBLE = st.sampled_from(["", "\n", "\n\n", " ", "\u00a0", "\u200b", "\ufeff", "\u00ad", "\t"])
SPACES = st.sampled_from([" ", "\u00a0", "  ", "\u202f", "\n"])
DASHES = st.sampled_from("-\u2010\u2011\u2012\u2013\u2014\u2212_ ")


@few_and_many(
    25,
    150,
    before=INVISIBLE,
    after=INVISIBLE,
    space=st.sampled_from([" ", "\u00a0", "  ", "\u202f", "\n"]),
    dash=DASHES,
    case=st.sampled_from([str.upper, str]),
)
def test_a_label_is_the_same_whatever_nobody_sees_in_it(
    before: str, after: str, space: str, dash: str, case: Any
) -> None:
    written = before + case(f"Қай{space}облыс{dash}аймақ?") + after
    asked = {"Қай облыс-аймақ?": "region"}
    consent = {**CONSENT, "field": "Қай облыс-аймақ?"}

    for fields in ({written: "KZ-33"}, {f"answers.{written}": "KZ-33"}, {"answers": {written: "KZ-33"}}):
        questions = asked if written in fields else {f"answers.{name}": target for name, target in asked.items()}
        found = fill(form(questions=questions), fields, ())
        assert (found.request["place"], found.absent) == ({"region": "KZ-33"}, ())
    assert filled({written: "Иә"}, consent=consent)["consent"] == CONSENT
    assert unmapped(form(questions=asked), {written: "KZ-33"}, {written}) == ()
    assert not has_answers(form(questions=dict.fromkeys(asked)), {written: "KZ-33"}, (), ())


def test_a_field_of_the_very_name_goes_before_one_that_is_nearly_it() -> None:
    questions = {"Облыс": "region"}

    assert filled({"облыс": "KZ-10", "Облыс": "KZ-33"}, questions=questions)["place"] == {"region": "KZ-33"}
    assert filled({"облыс": "KZ-10", "Облыс": " "}, questions=questions)["place"] == {"region": "KZ-10"}
    assert filled({"облыс": "KZ-33", "ОБЛЫС ": "Жетісу"}, questions=questions)["place"] == {"region": "KZ-33"}
    assert unmappable({"облыс": "KZ-10", "ОБЛЫС": "KZ-33"}, questions=questions) == ("several_answers", "region")


def test_a_known_name_that_a_form_asks_nothing_of_is_known_in_no_other_case() -> None:
    assert filled({"Region": "KZ-10"}, questions={"region": None})["place"] == {"region": "KZ-71"}
    assert filled({"Region": "KZ-10"})["place"] == {"region": "KZ-10"}


def test_what_a_form_maps_and_a_submission_does_not_have_is_told() -> None:
    questions = {"Облыс": "region", "Область": "region", "Сағат": "hours", "Ескерту": "note", "Жоба": None}
    consent = {**CONSENT, "field": "Келісім"}
    asking = form(questions=questions, consent=consent)

    assert fill(asking, {"область": "", "note": "!"}, {"note"}).absent == ("Сағат", "Келісім")
    assert fill(asking, {"область": "", "note": "!"}, ()).absent == ("Сағат", "Ескерту", "Келісім")
    assert fill(asking, {}, ()).absent == ("Облыс", "Область", "Сағат", "Ескерту", "Келісім")
    assert fill(asking, {"Облыс": None, "Сағат": 1, "Ескерту": "?", "answers": {"келісім": ""}}, ()).absent == ()


def test_what_a_form_requires_has_to_be_answered() -> None:
    required = {"required": ["region", "name", "email"]}
    fields = {"region": "KZ-33", "name": "Дана", "email": "d@example.kz"}

    assert filled(fields, **required) == filled(fields)
    assert filled({"country": "DE", "first_name": "Дана", "email": "d@example.kz"}, **required)["place"] == {
        "country": "DE"
    }
    assert unmappable({**fields, "region": " "}, **required) == ("answer_missing", "region")
    assert unmappable({**fields, "name": "-"}, **required) == ("answer_missing", "name")
    assert unmappable({**fields, "email": "нет"}, **required) == ("answer_missing", "email")


def test_what_a_default_locks_is_not_required() -> None:
    locked: dict[str, Any] = {
        "defaults": {"place": {"region": "KZ-71"}},
        "fallback": {},
        "required": ["phone", "region"],
    }

    assert faults(**locked) == [("#/required/1", "required_locked")]
    assert form(**locked, questions={"Облыс": "region"}).required == ["phone", "region"]
    assert form("tally", **locked).required == ["phone", "region"]
    assert faults(required=["colour"]) == faults(required="phone") == [("#/required", "required_fields")]


@pytest.mark.parametrize(
    ("fields", "read", "left_out"),
    [
        ({"phone": "+77000000001", "email": "d@"}, {"phone": "+77000000001"}, ("email",)),
        ({"phone": "700", "email": "d@example.kz"}, {"email": "d@example.kz"}, ("phone",)),
        ({"phone": "700"}, {"phone": "700"}, ()),
        ({"phone": "700", "email": "d@"}, {"phone": "700", "email": "d@"}, ()),
        ({"phone": "+77000000001", "email": "нет"}, {"phone": "+77000000001"}, ()),
        ({"phone": "+77000000001", "bin": "123456789013"}, {"phone": "+77000000001"}, ("bin",)),
        ({"phone": "+77000000001", "name": "Ә" * 201}, {"phone": "+77000000001"}, ("name",)),
    ],
)
def test_a_detail_that_cannot_be_used_is_left_out_where_nothing_depends_on_it(
    fields: dict[str, Any], read: dict[str, Any], left_out: tuple[str, ...]
) -> None:
    found = fill(form(), fields, fields)

    assert (found.request["participant"], found.left_out) == ({"type": "citizen", **read}, left_out)


def test_who_is_known_by_something_else_needs_no_contact() -> None:
    broken = {"phone": "700"}
    unnamed = {**broken, "participant_type": "school"}
    school = {**unnamed, "organisation": "№ 5 мектеп"}

    assert fill(form(), broken, broken, signed_in=True).left_out == ("phone",)
    assert fill(form(), school, school).request["participant"] == {"type": "school", "organisation": "№ 5 мектеп"}
    assert fill(form(), unnamed, unnamed).request["participant"] == {"type": "school", "phone": "700"}
    working = {**broken, "organisation": "Дән", "bin": "123456789013"}
    assert fill(form(), working, working).request["participant"] == {"type": "citizen", "phone": "700"}
    assert fill(form(required=["phone"]), broken, broken, signed_in=True).request["participant"]["phone"] == "700"  # type: ignore[index]


def test_a_long_note_is_cut() -> None:
    found = fill(form(), {"note": "Ә" * 2001}, {"note"})

    assert (found.request["note"], found.left_out) == ("Ә" * 2000, ("note",))


@given(
    st.permutations(
        [("phone", "нет"), ("phone_number", "+7 700 000 00 01"), ("answers.phone", "700"), ("data.phone", "")]
    )
)
def test_in_whatever_order_a_phone_is_answered_the_one_that_can_be_used_counts(fields: list[tuple[str, str]]) -> None:
    assert filled(dict(fields))["participant"]["phone"] == "+7 700 000 00 01"


def test_a_phone_written_in_two_ways_is_one_answer() -> None:
    fields = {"phone": "+77000000001", "phone_number": "8 (700) 000-00-01"}

    assert filled(fields)["participant"]["phone"] == "+77000000001"


def test_two_phones_that_can_be_used_are_two_answers() -> None:
    assert unmappable({"phone": ["+77000000001", "+77000000002"]}) == ("several_answers", "phone")
    assert filled({"phone": ["жоқ", "+77000000001"]})["participant"]["phone"] == "+77000000001"


def test_what_a_moderator_corrects_goes_before_what_was_said_and_what_is_locked() -> None:
    locked = form(defaults={"people": 1, "place": {"region": "KZ-71"}}, fallback={}, answers={})
    fields = {"region": "Атлантида", "phone": "700", "note": "!"}

    request = fill(
        locked, fields, fields, {"region": "KZ-33", "phone": "+77000000001", "people": 5, "note": None}
    ).request

    assert request == {"place": {"region": "KZ-33"}, "participant": {"phone": "+77000000001"}, "people": 5}


def test_who_corrects_a_region_corrects_the_place() -> None:
    fields = {"region": "Шетел", "country": "Шамбала"}

    assert fill(form(), fields, fields, {"region": "KZ-33"}).request["place"] == {"region": "KZ-33"}
    assert fill(form(), fields, fields, {"country": "DE"}).request["place"] == {"country": "DE"}


@pytest.mark.parametrize("name", ["Payment (price)", "Сома", "г. Тараз", "answers.pay"])
def test_what_stands_within_a_field_that_is_asked_for_is_not_unmapped(name: str) -> None:
    paid = {name: {"currency": "KZT", "value": 500}, "Басқа": {"value": 1}}

    assert unmapped(form(questions={name: "amount"}), paid, paid) == ("Басқа.value",)


def test_what_stands_within_a_known_field_and_a_consent_is_not_unmapped() -> None:
    fields = {"amount": {"currency": "KZT", "value": 500}, "c": {"x": True}}
    asking = form(consent={**CONSENT, "field": "c"})

    assert unmapped(asking, fields, fields) == ()
    assert unmapped(asking, fields, ()) == ("amount.currency", "amount.value")


def test_what_is_answered_and_asked_for_by_nothing_is_unmapped() -> None:
    fields = {
        "Сұрақ": "?",
        "phone": "+77000000001",
        "Облыс": "KZ-33",
        "answers": {"Жас": 30, "region": "KZ-10"},
        "x": "",
    }
    asking = form(questions={"Облыс": "region"}, consent={**CONSENT, "field": "Келісім"})

    assert unmapped(asking, {**fields, "келісім": "иә"}, {"phone", "answers"}) == ("Сұрақ", "answers.Жас")
    assert unmapped(asking, fields, ()) == ("Сұрақ", "phone", "answers.Жас", "answers.region")


def test_a_form_is_kept_as_it_was_asked_for() -> None:
    request = {
        "campaign": "2026",
        "state": "test",
        "defaults": {"kind": "good_deed", "amount": {"currency": "KZT", "value": 100}},
        "fallback": {"place": {"region": "KZ-71"}},
        "questions": {"Облыс": "region", "country": None},
        "answers": {"region": {"Алматы": "KZ-75"}},
        "required": ["region"],
        "consent": {**CONSENT, "required": True},
        "review": True,
    }

    read = read_form("vk", "194400001", "1", request)
    shown = msgspec.to_builtins(read)

    assert (read.provider, read.account, read.form, read.review) == ("vk", "194400001", "1", True)
    assert {name: shown[name] for name in request} == request


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


@few_and_many(
    25,
    150,
    fields=st.dictionaries(NAMES, JSON | PLAUSIBLE | st.dictionaries(NAMES, JSON | PLAUSIBLE, max_size=4), max_size=8),
)
def test_whatever_is_answered_becomes_a_participation_or_a_declared_reason(fields: dict[str, Any]) -> None:
    mapped = form(questions={"Облыс": "region"}, consent=CONSENT, answers={"kind": {"донор": "donation"}})

    try:
        draft = read_participation(fill(mapped, fields, fields).request, SENDER, NOW)
    except (Unmappable, Invalid):
        return

    assert draft.act.place


ANY_FIELDS = st.dictionaries(
    NAMES | st.text(max_size=12), JSON | PLAUSIBLE | st.dictionaries(NAMES, JSON | PLAUSIBLE, max_size=4), max_size=8
)


@few_and_many(
    25,
    150,
    fields=ANY_FIELDS,
    provider_fields=st.sets(NAMES),
    locked=st.sets(st.sampled_from(sorted(LOCKS)), min_size=1),
)
def test_whatever_a_client_adds_what_is_locked_stays_what_the_form_says(
    fields: dict[str, Any], provider_fields: set[str], locked: set[str]
) -> None:
    defaults = {name: LOCKS[name] for name in locked}
    mapped = form(defaults=defaults, fallback={}, questions={"Облыс": "note", "Аты": "name"}, consent=CONSENT)

    try:
        request = fill(mapped, fields, provider_fields).request
    except Unmappable:
        return

    participant: Any = request["participant"]
    told = request | {f"participant_{name}": value for name, value in participant.items()}
    told["organisation"] = told.get("participant_organisation")
    assert {name: told[name] for name in locked} == defaults


@few_and_many(25, 150, fields=ANY_FIELDS)
def test_whatever_a_client_sends_to_a_form_that_names_no_question_says_at_most_when_it_was(
    fields: dict[str, Any],
) -> None:
    request, unmappable = filled({}), "occurred_at"
    try:
        request = fill(form(), fields, ()).request
    except Unmappable as error:
        unmappable = error.field

    assert {name: value for name, value in request.items() if name != "occurred_at"} == filled({})
    assert unmappable == "occurred_at"


@pytest.mark.parametrize("provider", ["meta", "google-ads", "google-forms", "typeform", "tally"])
def test_what_a_form_asks_that_the_provider_keeps_goes_before_its_defaults(provider: str) -> None:
    defaults = {"place": {"region": "KZ-75"}, "people": 1}
    read = form(provider, defaults=defaults, fallback={}, answers={"region": {"Семей": "KZ-10"}})

    request = fill(
        read, {"region": "Семей", "people": "20", "hidden": "x", "kind": "donation"}, {"region", "kind"}
    ).request

    assert (request["place"], request["people"], request["kind"]) == ({"region": "KZ-10"}, 1, "donation")


@pytest.mark.parametrize(
    ("fields", "provider_fields", "has"),
    [
        ({"облыс": "KZ-10"}, (), True),
        ({"Облыс": " "}, (), False),
        ({"region": "KZ-10"}, {"region"}, True),
        ({"region": "KZ-10"}, (), False),
        ({"Сұрақ": "?"}, {"Сұрақ"}, False),
        ({"answers": {"Келісім": True}}, (), True),
        ({"Келісім": False}, (), False),
        ({"Облыс": "KZ-10", "name": "Дана"}, {"name"}, True),
    ],
)
def test_an_answer_is_one_that_the_form_asks_for(fields: dict[str, Any], provider_fields: set[str], has: bool) -> None:
    asking = form(questions={"Облыс": "region", "Сұрақ": None}, consent={**CONSENT, "field": "Келісім"})

    assert has_answers(asking, fields, provider_fields, ()) is has
    assert not has_answers(asking, fields, provider_fields, fields)


def test_a_form_that_names_no_question_takes_any_answer_but_those_that_it_ignores() -> None:
    assert has_answers(form(), {"Сұрақ": "?"}, (), ())
    assert not has_answers(form(questions={"сұрақ": None}), {"Сұрақ": "?"}, (), ())
    assert not has_answers(form(), {"Сұрақ": "", "Белгі": False, "Кесте": [None, [""]]}, (), ())
