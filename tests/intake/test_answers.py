"""What each kind of answer means, and which have no meaning that could be relied on."""

from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from chalicelib.domain.places import regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES
from chalicelib.intake.answers import ASKED_FIELDS, Unmappable, meaning
from chalicelib.intake.labels import KIND_LABELS, PARTICIPANT_TYPE_LABELS, kinds, participant_types
from tests.intake.filling import CONSENT, FALLBACK, filled, unmappable


@pytest.mark.parametrize("nothing", [None, "", "  ", [], [None, ""], {}])
def test_an_empty_answer_is_none(nothing: object) -> None:
    assert filled({"region": nothing, "people": nothing, "name": nothing, "consent": nothing}) == filled({})


@pytest.mark.parametrize("region", regions().values(), ids=lambda region: region.code)
def test_a_region_is_known_by_its_code_and_its_names(region: Any) -> None:
    # The bare name of the city is also the everyday name of the region around it.
    names = [name for name in region.names.values() if name not in ("Алматы", "Almaty")]

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
        ({"region": "Германия"}, {"country": "DE"}),
        ({"region": "KZ-10", "country": "Қазақстан"}, {"region": "KZ-10"}),
        ({"country": "KZ"}, {"region": "KZ-71"}),
    ],
)
def test_a_place_abroad_is_a_country(fields: dict[str, Any], place: dict[str, str]) -> None:
    assert filled(fields)["place"] == place


def test_abroad_without_a_country_is_no_place() -> None:
    assert unmappable({"region": "Шетелде"}) == ("country_missing", "country")
    assert unmappable({"country": "Шамбала"}) == ("choice_unknown", "country")


@pytest.mark.parametrize(
    ("region", "country"),
    [
        *(("KZ-71", "DE"), ("Германия", "Франция"), ("Германия", "Қазақстан"), ("Шетелде", "KZ")),
        ("г. Алматы", ["Қазақстан", "Қытай"]),
    ],
)
def test_a_region_and_a_country_that_it_is_not_in_are_two_places(region: object, country: object) -> None:
    assert unmappable({"region": region, "country": country}) == ("several_answers", "country")


def test_a_country_may_be_told_twice() -> None:
    assert filled({"region": "Германия", "country": "DE"})["place"] == {"country": "DE"}


def test_that_an_act_was_in_kazakhstan_is_no_place() -> None:
    for target in ("region", "country"):
        assert unmappable({"country": "KZ"}, required=[target]) == ("answer_missing", target)


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
    ],
)
def test_a_whole_number_is_read_as_people_write_it(answer: object, value: int) -> None:
    assert filled({"amount": answer})["amount"] == {"currency": "KZT", "value": value}


@pytest.mark.parametrize(
    "answer",
    [
        *("1,5", "1.5", "5,000", "5.000", "12 34", "5 тыс", "100 $", "100 USD", "5-10", "٥", "1e3", "-5"),
        *(1.5, float("inf"), float("nan"), True, {"value": 5}, "9" * 61),
    ],
)
def test_what_is_not_surely_a_whole_number_is_refused(answer: object) -> None:
    assert unmappable({"people": answer}) == ("not_a_whole_number", "people")


@pytest.mark.parametrize("answer", [0, 0.0, "0", "0 тг", "-", "—", "нет", "Жоқ.", "n/a"])
def test_an_amount_of_nothing_is_none_even_where_the_form_has_one_to_fall_back_on(answer: object) -> None:
    fallback = {**FALLBACK, "amount": {"currency": "KZT", "value": 500}}

    assert "amount" not in filled({"amount": answer}, fallback=fallback)


@pytest.mark.parametrize("target", ["region", "country", "kind", "participant_type", "people"])
def test_where_what_and_by_how_many_is_never_nothing(target: str) -> None:
    assert unmappable({target: "-"})[1] == target


def test_what_somebody_does_not_have_is_left_out() -> None:
    nothing = dict.fromkeys(("name", "patronymic", "phone", "email", "organisation", "bin", "hours", "note"), "нет")

    assert filled({**nothing, "occurred_at": "-"}) == filled({})


def test_a_number_may_name_its_own_unit_only() -> None:
    assert filled({"people": "12 адам", "hours": "3 часа"}) == {**filled({}), "people": 12, "hours": 3}
    assert unmappable({"people": "12 часов"}) == ("not_a_whole_number", "people")


@pytest.mark.parametrize(("answer", "hours"), [(1.5, 1.5), (0.5, 0.5), (2.0, 2), ("2", 2), ("3 сағ.", 3)])
def test_hours_may_be_halves_where_a_program_says_so(answer: object, hours: float) -> None:
    assert filled({"hours": answer})["hours"] == hours


@pytest.mark.parametrize("answer", [1.25, 0.1, float("inf"), float("nan"), "1,25", "45 минут", True])
def test_what_is_not_surely_a_number_of_hours_is_refused(answer: object) -> None:
    assert unmappable({"hours": answer}) == ("not_a_whole_number", "hours")


@pytest.mark.parametrize("answer", ["\u2800\u2800", "\u3164", "\u200b"])
def test_a_name_of_which_nothing_is_seen_is_judged_as_a_name(answer: str) -> None:
    assert meaning(answer, "organisation") == " "


@pytest.mark.parametrize("answer", [True, 1.5, {"a": 1}, [{"a": 1}], [["a", "b"]]])
def test_what_is_no_text_is_no_name(answer: object) -> None:
    assert unmappable({"name": answer})[1] == "name"


def test_a_number_is_a_phone_where_a_form_asks_for_one_as_a_number() -> None:
    assert filled({"phone": 77000000001})["participant"]["phone"] == "77000000001"


def test_a_number_of_thousands_of_digits_is_no_text() -> None:
    assert unmappable({"phone": 10**5000}) == ("not_a_text", "phone")


@pytest.mark.parametrize(
    ("answer", "moment"),
    [
        ("01.06.2026", "2026-06-01T00:00:00+05:00"),
        ("2026-06-01T09:30:00Z", "2026-06-01T09:30:00+00:00"),
        ("01.06.2026 14:00", "2026-06-01T14:00:00+05:00"),
        (1_780_286_400_000, "2026-06-01T04:00:00+00:00"),
    ],
)
def test_a_moment_without_a_zone_is_kazakhstan_s(answer: object, moment: str) -> None:
    assert filled({"occurred_at": answer})["occurred_at"] == moment


@pytest.mark.parametrize("answer", ["кеше", "10/09/2025", "31.02.2026"])
def test_what_is_not_surely_a_day_is_refused(answer: str) -> None:
    assert unmappable({"occurred_at": answer}) == ("not_a_date", "occurred_at")


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
        "participant_type": "school",
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
    answers = {"consent": {"Мен шартпен таныстым": True, "Таныспадым": False, "Кейін": None}}
    assert "consent" in filled({"Келісім": ["Мен шартпен таныстым"]}, consent=rule, answers=answers)
    for refusal in ("таныспадым", "Кейін"):
        assert "consent" not in filled({"Келісім": refusal}, consent=rule, answers=answers)
    assert unmappable({"Келісім": "Білмеймін"}, consent=rule, answers=answers) == ("choice_unknown", "consent")


def test_without_a_rule_no_consent_is_claimed() -> None:
    assert "consent" not in filled({"consent": True})


@pytest.mark.parametrize("answer", [50140001238, 50140001238.0, "50140001238", "БИН 050140001238"])
def test_a_number_that_lost_its_zero_where_it_was_taken_for_a_number_has_it_again(answer: object) -> None:
    assert filled({"participant_type": "ngo", "bin": answer})["participant"]["bin"] == "050140001238"


LONG = ["а" + " " * 100_000 + "г", "a@" * 50_000, "1 " * 50_000, "да " * 50_000, "<" * 100_000, "-" * 100_000 + "x"]


@pytest.mark.parametrize("target", [*ASKED_FIELDS, "consent"])
def test_an_answer_of_any_length_is_read_soon(target: str) -> None:
    began = process_time()

    for text in LONG:
        with suppress(Unmappable):
            filled({target: text}, consent=CONSENT)

    assert process_time() - began < 5


def test_many_answers_to_one_question_are_several() -> None:
    assert unmappable({"people": ["5"] * 101}) == ("several_answers", "people")
    assert filled({"people": ["5"] * 100})["people"] == 5


def test_of_more_fields_than_a_form_has_those_of_the_very_name_are_found() -> None:
    fields: dict[str, Any] = {f"сұрақ {number}": "?" for number in range(5_000)}

    assert filled({**fields, "Облыс": "KZ-10"}, questions={"Облыс": "region"})["place"] == {"region": "KZ-10"}
