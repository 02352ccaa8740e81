"""What nobody filled in counts nothing, whichever provider sends it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import System, account_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
TALLY = named("tally/ok_01_form_response")
GOOGLE_FORMS = named("google_forms/ok_01_bridge")
GOOGLE_ADS = named("google_ads/ok_02_real_lead_unknown_fields")
VK = named("vk/ok_04_custom_questions_and_ad")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
STANDARD = named("standard_webhooks/ok_02_full_payload")
START = named("telegram/ok_01_start_message")
META = named("meta/ok_08_leadgen_with_graph_fetch")
LEAD = "233370042045345"


def body_of(case: Case) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(case.delivery.body)
    return body


def google_forms(**answers: object) -> bytes:
    body = body_of(GOOGLE_FORMS)
    ids = {name: body["data"][name] for name in ("form_id", "response_id")}
    return json.dumps({**body, "data": {**ids, **answers}}).encode()


def tally(*fields: Mapping[str, object]) -> bytes:
    body = body_of(TALLY)
    body["data"]["fields"] = list(fields)
    return json.dumps(body).encode()


def google_ads(*columns: Mapping[str, object]) -> bytes:
    return json.dumps({**body_of(GOOGLE_ADS), "user_column_data": list(columns)}).encode()


def vk(answers: object) -> bytes:
    body = body_of(VK)
    body["object"]["answers"] = answers
    return json.dumps(body).encode()


def flow(**answers: object) -> bytes:
    body = body_of(WHATSAPP)
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    message["interactive"]["nfm_reply"]["response_json"] = json.dumps(answers)
    return json.dumps(body).encode()


BLANK: list[tuple[Case, bytes]] = [
    (GOOGLE_FORMS, google_forms(answers={})),
    (GOOGLE_FORMS, google_forms(answers={"Аты": "", "Облыс": " ", "Кесте": [None, ""], "Тор": [[], None]})),
    (GOOGLE_FORMS, google_forms(answers={"Аты": "\u200b", "Облыс": "\u00a0\n"})),
    (GOOGLE_FORMS, google_forms(phone="", email=None, answers={})),
    (TYPEFORM, typeform(answers=[])),
    (TYPEFORM, typeform(answers=None, hidden={"region": "KZ-10"}, variables=[], calculated={"score": 0})),
    (TYPEFORM, typeform(answers=[], variables=[{"key": "total_hours", "type": "number", "number": 4}])),
    (TALLY, tally()),
    (TALLY, tally({"key": "q1", "label": "Аты", "type": "INPUT_TEXT", "value": None})),
    (TALLY, tally({"key": "q1", "label": "Келісім (Иә)", "type": "CHECKBOXES", "value": False})),
    (TALLY, tally({"key": "q1", "label": "Кесте", "type": "MATRIX", "value": {"r1": [], "r2": None}})),
    (TALLY, tally({"key": "q1", "label": "utm", "type": "HIDDEN_FIELDS", "value": "ig"})),
    (GOOGLE_ADS, google_ads()),
    (GOOGLE_ADS, google_ads({"column_id": "FULL_NAME", "string_value": ""})),
    (VK, vk(None)),
    (VK, vk([{"key": "first_name", "answer": ""}])),
    (WHATSAPP, flow(flow_token="t")),
    (WHATSAPP, flow(flow_token="t", region="")),
]


@pytest.mark.parametrize(("case", "body"), BLANK, ids=lambda part: part.provider if isinstance(part, Case) else None)
def test_a_submission_without_any_answer_is_parked(case: Case, body: bytes, system_of: SystemOf) -> None:
    system = system_of(case)
    system.register(*account_of(case))

    assert system.outcomes(case, body) == ["parked"]
    assert (system.reasons(), system.acts()) == (["no_answers"], [])


@pytest.mark.parametrize("questions", [{}, {"answers.Облыс": "region"}])
def test_one_answer_is_enough(questions: dict[str, str], system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours", questions=questions)

    outcomes = system.outcomes(GOOGLE_FORMS, google_forms(answers={"Облыс": "Абай облысы", "Аты": ""}))

    assert outcomes == ["recorded"]


def test_an_answer_to_what_the_form_does_not_ask_for_is_none(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours", questions={"answers.Облыс": "region"})

    system.post(GOOGLE_FORMS, google_forms(answers={"Облыс": "", "Пікір": "Жақсы"}))

    assert system.reasons() == ["no_answers"]


def test_what_a_form_is_told_to_ignore_is_no_answer(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours", questions={"answers.Пікір": None})

    system.post(GOOGLE_FORMS, google_forms(answers={"пікір ": "Жақсы"}))

    assert system.reasons() == ["no_answers"]


def test_a_consent_that_is_ticked_is_an_answer(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    consent = {"field": "Келісім", "text": "Келісемін", "version": "1"}
    system.register("google-forms", "ours", questions={"answers.Облыс": "region"}, consent=consent)

    assert system.outcomes(GOOGLE_FORMS, google_forms(answers={"Келісім": ["Келісемін"]})) == ["recorded"]


def said(words: str) -> bytes:
    body = body_of(START)
    body["message"]["text"] = words
    return json.dumps(body).encode()


@pytest.mark.parametrize("words", ["/start", "/help", "/start@qaiyrym_bot"])
@pytest.mark.parametrize(("form", "outcomes"), [("*", ["ignored"]), ("message", ["parked"])])
def test_a_command_to_a_bot_is_no_participation(
    words: str, form: str, outcomes: list[str], system_of: SystemOf
) -> None:
    system = system_of(START)
    system.register("telegram", "ours", form)

    assert system.outcomes(START, said(words)) == outcomes
    assert system.acts() == []


@pytest.fixture
def with_lead(system_of: SystemOf) -> Callable[[object], System]:
    """Make the system deliver a lead of which the Graph API tells this."""

    def made(told: object) -> System:
        system = system_of(META)
        system.register(*account_of(META))
        system.graph.leads[LEAD] = told
        system.post(META)
        assert system.work() == 1
        return system

    return made


@pytest.mark.parametrize("told", [{"id": LEAD}, {"id": LEAD, "field_data": []}, {"id": LEAD, "form_id": "1"}])
def test_a_lead_without_its_answers_is_asked_for_again_when_it_is_replayed(
    told: object, with_lead: Callable[[object], System]
) -> None:
    system = with_lead(told)
    before = (system.reasons(), system.acts())
    ((entry, _),) = system.parked()
    system.graph.leads.update(META.graph)

    system.services.replayer.replay(entry.provider, entry.id)
    system.work()

    assert before == (["lead_unreadable"], [])
    assert (system.reasons(), len(system.acts())) == ([], 1)


def test_a_lead_in_which_nothing_is_answered_is_parked_with_what_it_holds(
    with_lead: Callable[[object], System],
) -> None:
    system = with_lead({"id": LEAD, "platform": "ig", "field_data": [{"name": "email", "values": [""]}]})

    assert (system.reasons(), system.acts()) == (["no_answers"], [])


def test_a_submission_of_the_standard_webhooks_may_have_no_answers_either(system_of: SystemOf) -> None:
    system = system_of(STANDARD)
    system.register("standard", "ours")

    system.post(STANDARD, json.dumps({"type": "a", "data": {"form_id": "site", "name": " "}}).encode())

    assert system.reasons() == ["no_answers"]
