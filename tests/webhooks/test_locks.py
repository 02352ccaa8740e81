"""What a form has a default for holds whatever a client sends, by whichever provider it comes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from chalicelib.intake.answers import ASKED_FIELDS
from chalicelib.intake.form import fill
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.delivery import Delivery, Submission
from tests.laws import few_and_many
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named, resigned
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, VK_MINI_APP, opened_by, opened_in_vk_by
from tests.webhooks.system import System, account_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
TALLY = named("tally/ok_01_form_response")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
TELEGRAM = named("telegram/ok_02_web_app_data")
START = named("telegram/ok_01_start_message")
CONTACT = named("telegram/ok_04_duplicate_update_id")

LOCKS = {"kind": "good_deed", "participant_type": "citizen", "place": {"region": "KZ-75"}}
LOCKED = {"kind": "good_deed", "participant_type": "citizen", "place": "KZ-75"}
ATTACK = {
    "kind": "donation",
    "topic": "fundraising",
    "participant_type": "business",
    "organisation": "Ең бай компания",
    "bin": "123456789013",
    "region": "KZ-10",
    "country": "DE",
    "people": 1000,
    "hours": 1000,
    "amount": 10_000_000,
    "occurred_at": "2020-01-01",
    "note": "Мен емес",
}
Attack = Mapping[str, object]


def as_nested(answers: Attack) -> Attack:
    """Return answers under every name that an adapter may put them under."""
    return {**answers, **{f"answers.{name}": value for name, value in answers.items()}, "answers": answers}


def in_mini_app_of_telegram(number: int, answers: Attack) -> Delivery:
    return opened_by(5, f"sub-{number}", **answers)


def in_mini_app_of_vk(number: int, answers: Attack) -> Delivery:
    return opened_in_vk_by(5, f"sub-{number}", **answers)


def in_web_app_data(number: int, answers: Attack) -> Delivery:
    update = msgspec.json.decode(TELEGRAM.delivery.body)
    update["update_id"] = 20_000 + number
    update["message"]["web_app_data"]["data"] = json.dumps(answers)
    return resigned(TELEGRAM, msgspec.json.encode(update))


def in_flow_reply(number: int, answers: Attack) -> Delivery:
    body = msgspec.json.decode(WHATSAPP.delivery.body)
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    message["id"] = f"wamid.{number}"
    message["interactive"]["nfm_reply"]["response_json"] = json.dumps(answers)
    return resigned(WHATSAPP, msgspec.json.encode(body))


def in_hidden_fields_of_typeform(number: int, answers: Attack) -> Delivery:
    asked = [{"type": "phone_number", "phone_number": "+77000000006", "field": {"ref": "phone"}}]
    return resigned(TYPEFORM, typeform(token=f"token-{number}", answers=asked, hidden=answers))


def in_hidden_fields_of_tally(number: int, answers: Attack) -> Delivery:
    body = msgspec.json.decode(TALLY.delivery.body)
    kinds = ("HIDDEN_FIELDS", "CALCULATED_FIELDS")
    hidden = [
        {"key": f"q{index}", "label": name, "type": kinds[index % 2], "value": value}
        for index, (name, value) in enumerate(answers.items())
    ]
    asked = {"key": "name", "label": "name", "type": "INPUT_TEXT", "value": "Дана"}
    body["data"] |= {"submissionId": f"s{number}", "fields": [asked, *hidden]}
    return resigned(TALLY, msgspec.json.encode(body))


CLIENTS: Mapping[str, tuple[Case, Callable[[int, Attack], Delivery]]] = {
    "Mini App of Telegram": (TELEGRAM_MINI_APP, in_mini_app_of_telegram),
    "Mini App of VK": (VK_MINI_APP, in_mini_app_of_vk),
    "web_app_data": (TELEGRAM, in_web_app_data),
    "Flow reply": (WHATSAPP, in_flow_reply),
    "hidden fields of Typeform": (TYPEFORM, in_hidden_fields_of_typeform),
    "hidden fields of Tally": (TALLY, in_hidden_fields_of_tally),
}
"""Whose JSON somebody's client makes: a delivery for the system as a case wants it, with a number and what is sent."""

each_client = pytest.mark.parametrize("name", CLIENTS)


def with_locks(system: System, case: Case, **members: Any) -> None:
    members = {"defaults": LOCKS, "fallback": {}, **members}
    system.register(*account_of(case), "*", **members)


def told(system: System) -> list[dict[str, Any]]:
    """What acts say beside their source and form."""
    return [{k: v for k, v in act["act"].items() if k not in ("source", "form", "verified")} for act in system.acts()]


@pytest.mark.slow
@each_client
def test_twenty_submissions_of_one_client_make_no_business_and_no_million(name: str, system_of: SystemOf) -> None:
    case, sent = CLIENTS[name]
    system = system_of(case)
    with_locks(system, case)

    statuses = {
        system.send(case.path_hint, sent(number, as_nested({**ATTACK, "organisation": f"Компания {number}"}))).status
        for number in range(20)
    }

    assert (statuses, system.reasons()) == ({200}, [])
    assert told(system) == [LOCKED] * 20
    assert system.items("NamesTable") == []
    assert all(item.get("note") is None for item in system.notes())


@each_client
def test_a_client_reaches_the_questions_that_the_form_names_and_no_other(name: str, system_of: SystemOf) -> None:
    case, sent = CLIENTS[name]
    system = system_of(case)
    field = "data.people" if name == "web_app_data" else "people"
    with_locks(system, case, questions={field: "people"})

    system.send(case.path_hint, sent(1, ATTACK))

    assert told(system) == [{**LOCKED, "people": 1000}]


@each_client
def test_a_client_decides_nothing_by_a_fallback_whose_question_is_not_named(name: str, system_of: SystemOf) -> None:
    case, sent = CLIENTS[name]
    system = system_of(case)
    with_locks(system, case, defaults={}, fallback=LOCKS)

    system.send(case.path_hint, sent(1, as_nested(ATTACK)))

    assert told(system) == [LOCKED]


def test_a_question_of_a_form_that_the_provider_keeps_goes_before_a_default_and_a_fallback(
    system_of: SystemOf,
) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", "locked", defaults=LOCKS, fallback={})
    system.register("typeform", "ours", "open", defaults={}, fallback=LOCKS)

    for form in ("locked", "open"):
        system.post(TYPEFORM, typeform(form_id=form, token=form))

    assert sorted(act["place"] for act in told(system)) == ["KZ-62", "KZ-62"]


@pytest.mark.parametrize(
    "name",
    [
        "typeform/ok_01_form_response",
        "tally/ok_01_form_response",
        "google_ads/ok_02_real_lead_unknown_fields",
        "google_forms/ok_01_bridge",
        "vk/ok_04_custom_questions_and_ad",
        "standard_webhooks/ok_02_full_payload",
        "meta/ok_08_leadgen_with_graph_fetch",
        "whatsapp/ok_01_nfm_reply",
    ],
)
def test_who_somebody_is_by_the_provider_s_own_questions_needs_no_naming(name: str, system_of: SystemOf) -> None:
    case = named(name)
    system = system_of(case)
    with_locks(system, case)

    system.post(case)
    system.work()

    (contact,) = system.contacts()
    assert contact["phone"].startswith("+7")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(sorted(map(str, ATTACK.values()))),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(ASKED_FIELDS), inner, max_size=3),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    [*ASKED_FIELDS, *(f"answers.{n}" for n in ASKED_FIELDS), "answers", "data", "participant", "place"]
)
LOCKING = read_form("any", "ours", "*", {"campaign": "2026", "state": "live", "defaults": LOCKS})


@few_and_many(25, 150, name=st.sampled_from(sorted(CLIENTS)), added=st.dictionaries(FIELDS, JSON, max_size=8))
def test_whatever_fields_a_client_adds_the_participation_is_the_one_that_the_form_says(
    name: str, added: dict[str, Any]
) -> None:
    case, sent = CLIENTS[name]

    (found,) = case.adapter.read(sent(1, added), case.account)

    assert isinstance(found, Submission)
    # When it was, a client may tell: that is neither counted nor shown.
    fields = {name: value for name, value in found.fields.items() if "occurred_at" not in f"{name} {value}"}
    request = fill(LOCKING, fields, found.provider_fields).request
    participant: Any = request.pop("participant")
    assert request == {name: LOCKS[name] for name in ("kind", "place")}
    assert participant["type"] == "citizen"
    assert participant.keys() <= {"type", "name", "phone"}


def test_a_form_for_all_counts_no_start_and_no_small_talk_of_a_chat(system_of: SystemOf) -> None:
    system = system_of(START)
    with_locks(system, START, questions={"text": "phone", "start_param": "region"}, defaults={"kind": "good_deed"})

    statuses = {
        system.post(START, said(number, text)) for number, text in enumerate(("/start", "/start KZ-10", "+77000000004"))
    }

    assert (statuses, system.acts(), system.parked_items()) == ({200}, [], [])


def said(number: int, words: str) -> bytes:
    """Return the body of a Telegram message."""
    update = msgspec.json.decode(START.delivery.body)
    update["update_id"] = number
    update["message"]["text"] = words
    return msgspec.json.encode(update)


def test_what_is_said_in_a_chat_counts_where_that_is_registered_by_itself(system_of: SystemOf) -> None:
    system = system_of(START)
    system.register("telegram", "ours", "message", defaults=LOCKS, fallback={})

    system.post(START, said(1, "Көмектестім"))

    assert told(system) == [LOCKED]


def test_a_start_is_no_answer_and_what_a_deep_link_carries_with_it_is_one(system_of: SystemOf) -> None:
    system = system_of(START)
    system.register("telegram", "ours", "message", defaults={}, fallback=LOCKS, questions={"start_param": "region"})

    outcomes = [system.outcomes(START, said(number, text)) for number, text in enumerate(("/start", "/start KZ-10"))]

    assert outcomes == [["parked"], ["recorded"]]
    assert system.reasons() == ["no_answers"]
    assert [act["place"] for act in told(system)] == ["KZ-10"]


@pytest.mark.parametrize(
    ("form", "questions", "counts"),
    [("*", {}, False), ("*", {"phone": "phone"}, True), ("*", {"phone": None}, False), ("contact", {}, True)],
)
def test_a_contact_counts_where_a_form_asks_for_it(
    form: str, questions: dict[str, str], counts: bool, system_of: SystemOf
) -> None:
    system = system_of(CONTACT)
    system.register("telegram", "ours", form, defaults=LOCKS, fallback={}, questions=questions)

    system.post(CONTACT)

    assert told(system) == ([LOCKED] if counts else [])
    assert system.parked_items() == []


def test_a_form_for_all_counts_no_message_of_whatsapp_and_none_of_vk(system_of: SystemOf) -> None:
    for case in (WHATSAPP, named("vk/ok_07_other_event_type")):
        system = system_of(case)
        with_locks(system, case)
        body = case.delivery.body

        assert system.post(case, in_words(body) if case is WHATSAPP else body) == 200
        assert (system.acts(), system.reasons()) == ([], [])


def in_words(body: bytes) -> bytes:
    """Return the body of a WhatsApp delivery with a text in place of the completed Flow."""
    decoded = msgspec.json.decode(body)
    (message,) = decoded["entry"][0]["changes"][0]["value"]["messages"]
    del message["interactive"]
    message |= {"type": "text", "text": {"body": "Сәлем"}}
    return msgspec.json.encode(decoded)


def test_what_is_replayed_is_held_to_its_form_as_what_came_at_once(system_of: SystemOf) -> None:
    system = system_of(TELEGRAM_MINI_APP)
    system.send(TELEGRAM_MINI_APP.path_hint, in_mini_app_of_telegram(1, ATTACK))
    with_locks(system, TELEGRAM_MINI_APP)

    ((entry, _),) = system.parked()
    system.services.replayer.replay(entry.provider, entry.id)

    assert told(system) == [LOCKED]
