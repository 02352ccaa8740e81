import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.answers import each_answer
from chalicelib.webhooks.delivery import Account, Delivery, Lead, Malformed, Submission
from chalicelib.webhooks.providers import (
    google_ads,
    google_forms,
    meta,
    mini_apps,
    standard,
    tally,
    telegram,
    telegram_miniapp,
    typeform,
    vk,
    vk_miniapp,
    whatsapp,
)
from chalicelib.webhooks.providers.provider import Provider
from tests.webhooks.deliveries import named

OURS = Account(id="ours", secrets={})
LEAD = Lead(lead_id="7", account="page", form="form", created_at=1_000)


def read(provider: Provider, body: object, account: Account = OURS, **headers: str) -> list[Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    delivery = Delivery(method="POST", headers=given, query={}, body=json.dumps(body).encode())
    return list(provider.read(delivery, account))


def body_of(name: str) -> Any:
    return json.loads(named(name).delivery.body)


def leads(*changes: Mapping[str, object], field: str = "leadgen") -> dict[str, object]:
    return {"object": "page", "entry": [{"id": "page", "changes": [{"field": field, "value": it} for it in changes]}]}


def flow(*messages: Mapping[str, object], display: object = "77000000099") -> dict[str, object]:
    metadata = {"display_phone_number": display, "phone_number_id": "106"}
    contacts = [{"wa_id": "77000000002", "profile": {"name": "Ерлан"}}]
    value = {"metadata": metadata, "contacts": contacts, "messages": list(messages)}
    entry = {"id": "102", "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def flow_reply(message_id: str, **answers: object) -> dict[str, object]:
    reply = {"type": "nfm_reply", "nfm_reply": {"response_json": json.dumps(answers)}}
    sent = {"from": "77000000002", "timestamp": "1760000000", "type": "interactive", "interactive": reply}
    return {"id": message_id, **sent}


def update(**message: object) -> dict[str, object]:
    person = {"id": 5, "first_name": "Нұрлан"}
    return {"update_id": 1, "message": {"from": person, "chat": {"id": 5, "type": "private"}, **message}}


def test_a_thousand_leads_of_one_batch_are_all_read() -> None:
    found = read(meta, leads(*({"leadgen_id": n, "form_id": 2, "created_time": 3} for n in range(1000))))

    assert [lead.lead_id for lead in found] == [str(n) for n in range(1000)]
    assert found[0] == Lead(lead_id="0", account="page", form="2", created_at=3_000)


def test_of_a_batch_only_the_pages_that_are_ours_are_read() -> None:
    ours = Account(id="app", secrets={"page_ids": ("1", "3")})

    found = read(meta, leads(*({"leadgen_id": page * 10, "page_id": page} for page in (1, 2, 3))), ours)

    assert [lead.lead_id for lead in found] == ["10", "30"]


@pytest.mark.parametrize("body", [{"object": "user", "entry": 1}, {"object": "page"}, leads({"item": 1}, field="feed")])
def test_what_meta_sends_beside_leads_is_unwanted(body: object) -> None:
    assert read(meta, body) == []


def test_a_lead_is_asked_for_at_a_pinned_version_with_a_proof_and_no_token_in_the_address() -> None:
    request = meta.graph_request("233370042045345", "EAAtestpagetoken", "0123456789abcdef0123456789abcdef")

    assert request.path == "/v25.0/233370042045345"
    assert request.query["appsecret_proof"] == named("meta/ok_08_leadgen_with_graph_fetch").secrets["appsecret_proof"]
    assert "EAAtestpagetoken" not in str(request.query)
    assert request.headers == {"Authorization": "Bearer EAAtestpagetoken"}


def test_a_lead_id_never_leaves_its_place_in_the_path() -> None:
    assert meta.graph_request("../me", "t", "s").path == "/v25.0/..%2Fme"


def test_a_fetched_lead_is_a_submission_of_its_page_and_form() -> None:
    graph = named("meta/ok_08_leadgen_with_graph_fetch").graph["233370042045345"]
    lead = Lead(lead_id="233370042045345", account="138124712925158", form=None, created_at=None)

    found = meta.submission(lead, graph)

    assert (found.account, found.form, found.submitted_at) == ("138124712925158", "172036835026334", 1759999754000)
    assert not found.is_test


def test_what_the_graph_api_leaves_out_is_taken_from_the_webhook() -> None:
    assert meta.submission(LEAD, {"id": "7"}) == Submission(
        submission_id="7", account="page", form="form", fields={}, submitted_at=1_000
    )


def test_a_lead_of_the_testing_tool_is_a_test() -> None:
    dummy = {"name": "full_name", "values": ["<test lead: dummy data for full_name>"]}

    assert meta.submission(LEAD, {"id": "7", "field_data": [dummy]}).is_test


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("full_name", "<test lead: dummy data for full_name>"),
        ("FULL_NAME", "<test lead: dummy data for FULL_NAME >"),
        ("қай_облыс", "test lead: dummy data for қай_облыс"),
        ("email", "test@fb.com"),
        ("email", "Test@Meta.com"),
    ],
)
def test_a_test_lead_of_meta_is_one_whatever_its_form_asks_for(name: str, value: str) -> None:
    lead = {"id": "7", "field_data": [{"name": name, "values": [value]}, {"name": "city", "values": ["a", "b"]}]}

    assert meta.submission(LEAD, lead).is_test


@given(st.permutations([("phone_number", "+77000000001"), ("phone", "жоқ"), ("phone", ""), ("email", "a@example.kz")]))
def test_a_phone_that_meta_asks_for_goes_before_one_that_the_form_does_in_any_order(
    given_in_order: list[tuple[str, str]],
) -> None:
    answers = [{"name": name, "values": [value]} for name, value in given_in_order]

    found = meta.submission(LEAD, {"id": "7", "field_data": answers})

    assert found.fields == {"phone": "+77000000001", "answers.phone": "жоқ", "email": "a@example.kz"}


@pytest.mark.parametrize("graph", [{"id": "8"}, {}, {"id": "7", "field_data": {}}, {"id": {"$gt": ""}}])
def test_an_answer_of_the_graph_api_that_is_not_that_lead_is_refused(graph: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        meta.submission(LEAD, graph)


def test_every_completed_flow_of_a_batch_is_read_and_chat_is_not() -> None:
    chat = {"id": "wamid.C", "from": "77000000002", "type": "text", "text": {"body": "сәлем"}}
    button = {"id": "wamid.D", "type": "interactive", "interactive": {"type": "button_reply", "button_reply": {}}}
    replies = (flow_reply("wamid.A", region="KZ-62"), flow_reply("wamid.B", full_name="Дана"))

    found = read(whatsapp, flow(replies[0], chat, button, replies[1]))

    assert [submission.submission_id for submission in found] == ["wamid.A", "wamid.B"]
    assert (found[0].account, found[0].form, found[0].submitted_at) == ("102", "106", 1760000000000)
    assert [submission.fields["name"] for submission in found] == ["Ерлан", "Дана"]


def test_the_phone_of_a_flow_is_the_senders_whatever_was_typed() -> None:
    (found,) = read(whatsapp, flow(flow_reply("wamid.A", phone="+7 701 111 22 33")))

    assert found.phone_verified
    assert found.fields["phone"] == "+77000000002"
    assert found.fields["answers.phone"] == "+7 701 111 22 33"


def test_the_phone_of_a_sender_abroad_keeps_its_country() -> None:
    message = flow_reply("wamid.A") | {"from": "4915112345678"}

    (found,) = read(whatsapp, flow(message))

    assert found.fields["phone"] == "+4915112345678"


def test_a_flow_of_a_sender_who_hides_the_number_has_no_verified_phone() -> None:
    message = flow_reply("wamid.A", region="KZ-62")
    del message["from"]

    (found,) = read(whatsapp, flow(message))

    assert not found.phone_verified
    assert "phone" not in found.fields


USER_ID = "KZ.13491208655302741918"


@pytest.mark.parametrize(
    ("sent", "contact"),
    [
        ({"from_user_id": USER_ID}, {"user_id": USER_ID}),
        ({"from_user_id": USER_ID}, {}),
        ({"from": USER_ID}, {"wa_id": USER_ID}),
        ({"from": USER_ID}, {"wa_id": USER_ID, "user_id": USER_ID}),
        ({"from": USER_ID, "from_user_id": USER_ID}, {}),
    ],
)
def test_a_sender_without_a_phone_is_known_by_the_user_id_wherever_it_stands(
    sent: dict[str, str], contact: dict[str, str]
) -> None:
    message = {name: value for name, value in flow_reply("wamid.A", region="KZ-62").items() if name != "from"} | sent
    body: Any = flow(message)
    body["entry"][0]["changes"][0]["value"]["contacts"] = [contact | {"profile": {"name": "Ерлан"}}]

    (found,) = read(whatsapp, body)

    assert (found.user, found.phone_verified) == (f"whatsapp {USER_ID}", False)
    assert found.fields["whatsapp_user_id"] == USER_ID
    assert "phone" not in found.fields
    assert found.fields.get("name") == ("Ерлан" if contact else None)


@given(
    st.from_regex(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,100}", fullmatch=True), st.sampled_from(["from", "from_user_id"])
)
def test_no_user_id_is_ever_a_phone(user_id: str, name: str) -> None:
    message = {key: value for key, value in flow_reply("wamid.A").items() if key != "from"} | {name: user_id}

    (found,) = read(whatsapp, flow(message))

    assert (found.user, found.phone_verified, "phone" in found.fields) == (f"whatsapp {user_id}", False, False)


@pytest.mark.parametrize("user_id", ["77011234567", "+77011234567"])
@pytest.mark.parametrize("names", [["from_user_id"], ["from", "from_user_id"]])
def test_a_user_id_of_digits_is_no_phone_either(names: list[str], user_id: str) -> None:
    sent = dict.fromkeys(names, user_id)
    message = {key: value for key, value in flow_reply("wamid.A").items() if key != "from"} | sent

    (found,) = read(whatsapp, flow(message))

    assert (found.phone_verified, "phone" in found.fields) == (False, False)


def test_a_sender_with_phone_and_user_id_is_known_by_both() -> None:
    message = flow_reply("wamid.A") | {"from_user_id": USER_ID}

    (found,) = read(whatsapp, flow(message))

    assert (found.fields["phone"], found.phone_verified, found.user) == ("+77000000002", True, f"whatsapp {USER_ID}")


def test_a_number_that_is_no_phone_is_an_id() -> None:
    (found,) = read(whatsapp, flow(flow_reply("wamid.A") | {"from": "70000001"}))

    assert (found.user, found.phone_verified) == ("whatsapp 70000001", False)


@pytest.mark.parametrize(
    ("display", "is_test"),
    [
        ("15550783881", True),
        ("+15550783881", True),
        ("+1 (555) 078-3881", True),
        ("+1\u00a0555\u2011078\u20113881", True),
        (15550783881, True),
        ("16505551111", True),
        ("+1 650-555-1111", True),
        ("77001555000", False),
        ("+7 (700) 155-50-00", False),
    ],
)
def test_a_flow_sent_to_a_test_number_of_meta_is_a_test(display: object, is_test: bool) -> None:
    (found,) = read(whatsapp, flow(flow_reply("wamid.A"), display=display))

    assert found.is_test is is_test


def test_delivery_statuses_are_unwanted() -> None:
    value = {"metadata": {}, "statuses": [{"id": "wamid.OUT", "status": "read"}]}
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }

    assert read(whatsapp, body) == []


def test_other_news_of_a_business_account_is_unwanted() -> None:
    changes = [{"field": "account_update", "value": "x"}]

    assert read(whatsapp, {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}) == []


def test_a_lead_of_vk_has_one_id_however_many_servers_deliver_it() -> None:
    body = body_of("vk/ok_02_lead_forms_new")

    ids = {read(vk, body | {"event_id": event})[0].submission_id for event in ("a", "b")}

    assert ids == {"194400001_790143"}


def test_several_options_chosen_in_vk_are_a_list_of_their_values() -> None:
    body = body_of("vk/ok_02_lead_forms_new")
    body["object"]["answers"] = [
        {"key": "custom_1", "answer": [{"key": "1", "value": "Ерікті"}, {"key": "2", "value": "Донор"}]},
        {"key": "email", "answer": "dana@example.com"},
    ]

    (found,) = read(vk, body)

    assert found.fields["answers.custom_1"] == ["Ерікті", "Донор"]
    assert found.fields["email"] == "dana@example.com"


def test_a_community_is_recognised_by_the_id_of_its_account_where_none_is_configured() -> None:
    case = named("vk/ok_02_lead_forms_new")
    account = Account(id="194400001", secrets={"secret": ("aB3dE6gH9kLmN2pQ",)})

    assert vk.authenticate(case.delivery, [account], case.now) == account


def test_a_person_s_own_contact_is_a_verified_phone() -> None:
    (found,) = read(telegram, update(date=1759999997, contact={"phone_number": "77000000004", "user_id": 5}))

    assert found == Submission(
        submission_id="1",
        account="ours",
        form="contact",
        fields={"telegram_user_id": 5, "name": "Нұрлан", "phone": "+77000000004"},
        submitted_at=1759999997000,
        phone_verified=True,
        user="telegram 5",
        provider_fields=frozenset({"telegram_user_id", "name", "phone"}),
        context=frozenset({"telegram_user_id", "name"}),
        in_chat=True,
    )


def test_what_a_deep_link_carries_is_read() -> None:
    (found,) = read(telegram, update(text="/start camp24_ig"))

    assert (found.form, found.fields["start_param"]) == ("message", "camp24_ig")
    assert not found.phone_verified


@pytest.mark.parametrize(
    "unwanted",
    [
        {"update_id": 1, "edited_message": update(text="hi")["message"]},
        update(photo=[{"file_id": "x"}]),
        update(text="hi", chat={"id": -5, "type": "supergroup"}),
        update(contact={"phone_number": "77000000004"}),
        update(contact={"phone_number": "77000000004", "user_id": 6}),
        update(web_app_data={"data": "{oops", "button_text": "x"}),
        update(web_app_data={"data": "[1]", "button_text": "x"}),
        update(web_app_data={"data": '"\\ud800"'}),
        update(web_app_data="x"),
    ],
)
def test_an_update_that_is_no_answer_is_skipped_so_that_it_blocks_no_chat(unwanted: object) -> None:
    assert read(telegram, unwanted) == []


def test_half_a_character_in_the_data_of_a_mini_app_loses_no_answer() -> None:
    (found,) = read(telegram, update(web_app_data={"data": '{"region":"KZ-62","note":"\\ud83d"}', "button_text": "x"}))

    assert found.fields["data"] == {"region": "KZ-62", "note": "\ufffd"}


def test_a_mini_app_of_telegram_gives_its_answers_and_who_is_signed_for() -> None:
    case = named("telegram/ok_10_initdata_replay_is_duplicate")
    answers = {"submission_id": "s-1", "form_id": "deeds", "phone": "8 700 000 00 04", "telegram_user_id": 1}
    delivery = msgspec.structs.replace(case.delivery, body=json.dumps(answers).encode())

    (found,) = telegram_miniapp.read(delivery, case.account)

    assert (found.submission_id, found.form, found.submitted_at) == ("s-1", "deeds", 1759999970000)
    assert found.fields == {
        "telegram_user_id": 42,
        "name": "Әсел Үлгі",
        "start_param": "camp24_ig",
        "form_id": "deeds",
        "phone": "+77000000004",
    }
    assert not found.phone_verified


@pytest.mark.parametrize("key", ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"])
def test_an_idempotency_key_names_the_submission_of_a_mini_app(key: str) -> None:
    case = named("telegram/ok_10_initdata_replay_is_duplicate")
    delivery = msgspec.structs.replace(case.delivery, headers={**case.delivery.headers, "idempotency-key": key})

    (found,) = telegram_miniapp.read(delivery, case.account)

    assert found.submission_id == "8e03978e-40d5-43dd-bc93-6894a57f9324"


def test_the_answers_of_a_mini_app_of_vk_do_not_say_who_gave_them() -> None:
    case = named("vk/ok_10_miniapp_with_vk_ts")
    answers = {"vk_user_id": "1", "language": "ru", "region": "KZ-62"}
    delivery = msgspec.structs.replace(case.delivery, body=json.dumps(answers).encode())

    (found,) = vk_miniapp.read(delivery, case.account)

    assert found.fields == {"vk_user_id": "494075", "language": "kk", "region": "KZ-62"}


def test_a_launch_that_names_no_submission_is_one_submission() -> None:
    case = named("vk/ok_10_miniapp_with_vk_ts")

    (found,) = vk_miniapp.read(case.delivery, case.account)

    assert (found.submission_id, found.form) == ("494075_1759999940", "mini_app")


def test_each_kind_of_typeform_answer_is_read_as_what_was_answered() -> None:
    answers = [
        {"type": "phone_number", "phone_number": "8 700 000 00 06", "field": {"ref": "01F", "type": "phone_number"}},
        {"type": "boolean", "boolean": True, "field": {"ref": "01G", "type": "legal"}},
        {"type": "choices", "choices": {"labels": ["Ерікті"], "other": "Дәрігер"}, "field": {"ref": "how"}},
        {"type": "choice", "choice": {"other": "Алыс"}, "field": {"ref": "where"}},
        {"type": "number", "number": 3, "field": {"id": "hours"}},
    ]
    response = {"form_id": "f", "token": "t", "answers": answers, "hidden": {"utm_source": "ig"}}

    (found,) = read(typeform, {"event_type": "form_response", "form_response": response})

    assert found.fields == {
        "form_id": "f",
        "phone": "+77000000006",
        "consent": True,
        "how": ["Ерікті", "Дәрігер"],
        "where": "Алыс",
        "hours": 3,
        "utm_source": "ig",
    }


def test_questions_of_tally_with_one_label_do_not_overwrite_each_other() -> None:
    fields = [
        {"key": "q1", "label": "phone", "type": "INPUT_TEXT", "value": "кейін"},
        {"key": "q2", "label": "Телефон", "type": "INPUT_PHONE_NUMBER", "value": "8 700 000 00 07"},
        {"key": "q3", "label": "Аты", "type": "INPUT_TEXT", "value": "Самал"},
        {"key": "q4", "label": "Аты", "type": "INPUT_TEXT", "value": "Дана"},
    ]
    data = {"submissionId": "s", "formId": "f", "fields": fields}

    (found,) = read(tally, {"eventType": "FORM_RESPONSE", "data": data})

    assert found.fields == {
        "form_id": "f",
        "phone": "+77000000007",
        "q1": "кейін",
        "Аты": ["Самал", "Дана"],
        "q3": "Самал",
        "q4": "Дана",
    }


def typeform_response(*answers: Mapping[str, object], **members: object) -> dict[str, object]:
    response = {"form_id": "f", "token": "t", "answers": list(answers), **members}
    return {"event_type": "form_response", "form_response": response}


TYPED = [
    {"type": "text", "text": "жоқ", "field": {"id": "T1", "type": "short_text", "ref": "phone"}},
    {"type": "phone_number", "phone_number": "+77000000006", "field": {"id": "T2", "type": "phone_number", "ref": "x"}},
    {"type": "email", "email": "a@example.kz", "field": {"id": "T3", "type": "email", "ref": "phone"}},
    {"type": "text", "text": "иә", "field": {"id": "T4", "type": "short_text", "ref": "email"}},
]


@given(st.permutations(TYPED))
def test_a_typed_question_of_typeform_goes_before_a_text_with_its_name_in_any_order(
    answers: list[dict[str, object]],
) -> None:
    (found,) = read(typeform, typeform_response(*answers))

    assert found.fields == {
        "form_id": "f",
        "phone": "+77000000006",
        "email": "a@example.kz",
        "T1": "жоқ",
        "T4": "иә",
    }


def test_what_typeform_computes_is_read_and_takes_no_answer_s_place() -> None:
    variables = [
        {"key": "total_hours", "type": "number", "number": 4},
        {"key": "level", "type": "text", "text": "жоғары"},
        {"key": "name", "type": "text", "text": "басқа"},
    ]
    name = {"type": "text", "text": "Жанар", "field": {"id": "n", "ref": "name"}}

    (found,) = read(typeform, typeform_response(name, variables=variables, calculated={"score": 9}))

    assert found.fields == {"form_id": "f", "name": "Жанар", "total_hours": 4, "level": "жоғары", "score": 9}
    assert found.provider_fields == {"form_id", "name"}
    assert found.context == {"form_id", "total_hours", "level", "score"}


@pytest.mark.parametrize(
    ("paid", "currency", "expected"),
    [
        ({"amount": "100", "success": True}, "EUR", {"currency": "EUR", "value": 10_000}),
        ({"amount": "5000.00", "success": True}, "KZT", {"currency": "KZT", "value": 5000}),
        ({"amount": 9.5}, "usd", {"currency": "USD", "value": 950}),
        ({"amount": "9", "currency": "USD"}, "EUR", {"currency": "USD", "value": 900}),
        ({"amount": "100"}, "JPY", {"currency": "JPY", "value": 100}),
        ({"amount": "5000.50"}, "KZT", {"currency": "KZT", "amount": "5000.50"}),
        ({"amount": "1,000"}, "USD", {"currency": "USD", "amount": "1,000"}),
        ({"amount": "$9"}, None, {"currency": None, "amount": "$9"}),
        ({"amount": "9"}, "XXX", {"currency": "XXX", "amount": "9"}),
        ({"amount": "9", "success": "true"}, "KZT", {"currency": "KZT", "value": 9}),
        *(
            ({"amount": "9", "success": unclear}, "KZT", {"amount": "9", "success": unclear})
            for unclear in (False, "false", "False", 0, "", None, "pending")
        ),
    ],
)
def test_a_payment_of_typeform_has_the_currency_of_its_question(
    paid: dict[str, object], currency: str | None, expected: dict[str, object]
) -> None:
    answer = {"type": "payment", "payment": paid, "field": {"id": "p", "type": "payment", "ref": "amount"}}
    properties = {} if currency is None else {"currency": currency}
    definition = {"fields": [{"id": "other"}, {"id": "p", "type": "payment", "properties": properties}]}

    (found,) = read(typeform, typeform_response(answer, definition=definition))

    assert found.fields["amount"] == expected


@pytest.mark.parametrize(
    "answer",
    [
        {"type": "text", "text": "Lorem ipsum dolor", "field": {"ref": "name"}},
        {"type": "email", "email": "an_account@example.com", "field": {"ref": "email"}},
    ],
)
def test_a_test_request_of_typeform_is_a_test(answer: dict[str, object]) -> None:
    (found,) = read(typeform, typeform_response(answer))

    assert found.is_test


PAID: list[dict[str, object]] = [
    {"key": "q_p_price", "label": "Payment (price)", "type": "PAYMENT", "value": 9},
    {"key": "q_p_currency", "label": "Payment (currency)", "type": "PAYMENT", "value": "USD"},
    {"key": "q_r_price", "label": "Көмек (price)", "type": "PAYMENT", "value": 5000},
    {"key": "q_r_currency", "label": "Көмек (currency)", "type": "PAYMENT", "value": "KZT"},
    {"key": "q_p_name", "label": "Payment (name)", "type": "PAYMENT", "value": "Самал"},
]


def tally_response(fields: object, **data: object) -> dict[str, object]:
    return {"eventType": "FORM_RESPONSE", "data": {"submissionId": "s", "formId": "f", "fields": fields, **data}}


@given(st.permutations(PAID))
def test_a_payment_of_tally_has_the_currency_of_the_field_beside_it_in_any_order(fields: list[object]) -> None:
    (found,) = read(tally, tally_response(fields))

    assert found.fields["Payment (price)"] == {"currency": "USD", "value": 900}
    assert found.fields["Көмек (price)"] == {"currency": "KZT", "value": 5000}
    assert found.fields["Payment (name)"] == "Самал"


def test_a_payment_of_tally_whose_currency_is_not_told_is_no_amount_and_one_that_was_not_made_is_none() -> None:
    unknown, unpaid = PAID[0], {**PAID[0], "key": "q_u_price", "label": "Басқа (price)", "value": None}
    free = {**PAID[2], "value": 0}

    (found,) = read(tally, tally_response([unknown, unpaid, free, PAID[3]]))

    assert found.fields["Payment (price)"] == {"currency": None, "amount": 9}
    assert found.fields["Басқа (price)"] is None
    assert found.fields["Көмек (price)"] is None


def test_a_matrix_of_tally_is_read_by_the_texts_of_its_rows_and_columns() -> None:
    matrix = {
        "key": "m",
        "label": "Баға",
        "type": "MATRIX",
        "value": {"r1": ["c3", "c1"], "r2": "c2", "r9": ["c9"]},
        "rows": [{"id": "r1", "text": "Сапа"}, {"id": "r2", "text": "Жылдамдық"}],
        "columns": [{"id": "c1", "text": "Нашар"}, {"id": "c2", "text": "Орташа"}, {"id": "c3", "text": "Жақсы"}],
    }

    (found,) = read(tally, tally_response([matrix]))

    assert found.fields["Баға"] == {"Сапа": ["Жақсы", "Нашар"], "Жылдамдық": "Орташа", "r9": ["c9"]}


ASKED = [
    {"key": "q1", "label": "phone", "type": "INPUT_TEXT", "value": "кейін"},
    {"key": "q2", "label": "Телефон", "type": "INPUT_PHONE_NUMBER", "value": None},
    {"key": "q3", "label": "Телефон", "type": "INPUT_PHONE_NUMBER", "value": "8 700 000 00 07"},
    {"key": "q4", "label": "phone", "type": "HIDDEN_FIELDS", "value": "+77011234567"},
]


@given(st.permutations(ASKED))
def test_an_empty_or_hidden_answer_of_tally_never_beats_one_in_any_order(fields: list[object]) -> None:
    (found,) = read(tally, tally_response(fields))

    assert {name: found.fields[name] for name in ("phone", "q1", "q4")} == {
        "phone": "+77000000007",
        "q1": "кейін",
        "q4": "+77011234567",
    }
    assert "q4" not in found.provider_fields


@given(st.lists(st.sampled_from([None, "", "Астана", ["Тараз"], ["Тараз", "Астана"]]), min_size=2, max_size=4))
def test_each_question_of_a_label_is_under_its_key_and_what_any_is_answered_under_the_label(values: list[Any]) -> None:
    fields = [{"key": f"q{number}", "label": "Облыс", "value": value} for number, value in enumerate(values)]

    (found,) = read(tally, tally_response(fields))

    assert [found.fields[f"q{number}"] for number in range(len(values))] == values
    assert set(each_answer(found.fields["Облыс"])) == set(each_answer(values))


def test_matrices_of_tally_with_one_label_are_one_with_the_rows_of_both() -> None:
    columns = [{"id": "c1", "text": "Бар"}, {"id": "c2", "text": "Жоқ"}]
    rows = [{"id": "r1", "text": "Су"}, {"id": "r2", "text": "Жол"}]
    both = [
        {"key": key, "label": "Баға", "type": "MATRIX", "value": value, "rows": rows, "columns": columns}
        for key, value in (("m1", {"r1": ["c1"]}), ("m2", {"r1": ["c2"], "r2": ["c2"]}))
    ]

    (found,) = read(tally, tally_response(both))

    assert found.fields["Баға"] == {"Су": ["Бар", ["Жоқ"]], "Жол": ["Жоқ"]}


def test_payments_of_tally_with_one_label_are_two_amounts() -> None:
    dearer = {**PAID[0], "key": "q_s_price", "value": 10}

    (found,) = read(tally, tally_response([*PAID[:2], dearer]))

    assert len(found.fields["Payment (price)"]) == 2


@given(st.text(alphabet="\n\t \u00a0\u2003", max_size=4), st.text(alphabet="\n\t \u00a0\u2003", max_size=4))
def test_a_label_of_tally_has_no_white_space_around_it(before: str, after: str) -> None:
    (found,) = read(tally, tally_response([{"key": "q", "label": f"{before}Облыс{after}", "value": "KZ-62"}]))

    assert found.fields["Облыс"] == "KZ-62"


def test_a_response_of_tally_is_known_by_its_response_id_where_it_has_no_submission_id() -> None:
    data = {"responseId": "r1", "formId": "f", "fields": []}

    (found,) = read(tally, {"eventType": "FORM_RESPONSE", "data": data})
    (both,) = read(tally, tally_response([], responseId="r1"))

    assert (found.submission_id, both.submission_id) == ("r1", "s")
    with pytest.raises(Malformed):
        read(tally, {"eventType": "FORM_RESPONSE", "data": {"formId": "f"}})


def test_what_google_s_button_sends_is_a_test_without_its_mark_too() -> None:
    (found,) = read(google_ads, {"lead_id": "TeSter-123-ABC"})

    assert found.is_test


@given(st.permutations([("PHONE_NUMBER", ""), ("PHONE_NUMBER", "+77000000011"), ("FULL_NAME", "Гүлнар")]))
def test_a_column_of_google_that_is_empty_never_beats_one_that_is_not(columns: list[tuple[str, str]]) -> None:
    body = {"lead_id": "1", "user_column_data": [{"column_id": n, "string_value": v} for n, v in columns]}

    (found,) = read(google_ads, body)

    assert (found.fields["phone"], found.fields["name"]) == ("+77000000011", "Гүлнар")


def test_two_different_answers_under_one_name_both_stand() -> None:
    columns = [{"column_id": "region", "string_value": region} for region in ("KZ-10", "KZ-11", "KZ-10")]

    (found,) = read(google_ads, {"lead_id": "1", "user_column_data": columns})

    assert found.fields["answers.region"] == ["KZ-10", "KZ-11"]


@pytest.mark.parametrize(("user_id", "user"), [(8825000, "vk 8825000"), (0, None), (None, None)])
def test_whoever_vk_does_not_know_is_no_user(user_id: int | None, user: str | None) -> None:
    body = body_of("vk/ok_02_lead_forms_new")
    body["object"]["user_id"] = user_id

    (found,) = read(vk, body)

    assert found.user == user


@pytest.mark.parametrize("number", ["+888 0123 4567", "88801234567"])
def test_a_number_that_was_bought_for_telegram_is_no_verified_phone(number: str) -> None:
    (found,) = read(telegram, update(contact={"phone_number": number, "user_id": 5}))

    assert (found.phone_verified, found.user) == (False, "telegram 5")


def test_hidden_fields_of_typeform_take_no_answer_s_place_and_are_not_the_provider_s() -> None:
    body = body_of("typeform/ok_01_form_response")
    body["form_response"]["hidden"] = {"region": "KZ-10", "utm": "ig"}

    (found,) = read(typeform, body)

    assert (found.fields["region"], found.fields["utm"]) == ("Ұлытау облысы", "ig")
    assert found.provider_fields == {"form_id", "name", "email", "phone", "region", "consent"}


def test_hidden_fields_of_tally_take_no_question_s_name_and_are_not_the_provider_s() -> None:
    fields = [
        {"key": "h1", "label": "Облыс", "type": "HIDDEN_FIELDS", "value": "KZ-10"},
        {"key": "h2", "label": "utm", "type": "HIDDEN_FIELDS", "value": "ig"},
        {"key": "q1", "label": "Облыс", "type": "INPUT_TEXT", "value": "KZ-62"},
        {"key": "c1", "label": "Ұпай", "type": "CALCULATED_FIELDS", "value": 20},
        {"key": "q2", "label": "Телефон", "type": "INPUT_PHONE_NUMBER", "value": "8 700 000 00 07"},
    ]
    data = {"submissionId": "s", "formId": "f", "fields": fields}

    (found,) = read(tally, {"eventType": "FORM_RESPONSE", "data": data})

    assert (found.fields["Облыс"], found.fields["h1"], found.fields["Ұпай"]) == ("KZ-62", "KZ-10", 20)
    assert found.provider_fields == {"form_id", "phone", "Облыс"}


def test_of_a_mini_app_of_telegram_the_name_is_the_provider_s_where_the_body_gives_none() -> None:
    case = named("telegram/ok_08_initdata_aiogram_vector")

    (profile,) = telegram_miniapp.read(case.delivery, case.account)
    (given,) = telegram_miniapp.read(
        msgspec.structs.replace(case.delivery, body=b'{"name":"A","telegram_user_id":7}'), case.account
    )

    assert profile.provider_fields == {"telegram_user_id", "name"}
    assert given.fields["telegram_user_id"] == 42
    assert given.provider_fields == {"telegram_user_id"}


def test_of_a_flow_the_phone_is_the_provider_s_and_the_name_where_the_reply_gives_none() -> None:
    profile, given = read(whatsapp, flow(flow_reply("wamid.A", region="KZ-62"), flow_reply("wamid.B", name="Дана")))

    assert profile.provider_fields == {"phone", "name"}
    assert given.fields["name"] == "Дана"
    assert given.provider_fields == {"phone"}


def test_a_phone_that_is_none_is_kept_as_it_was_written() -> None:
    column = {"column_id": "PHONE_NUMBER", "string_value": "жоқ"}

    (found,) = read(google_ads, {"lead_id": "1", "user_column_data": [column]})

    assert found.fields == {"is_test": False, "phone": "жоқ"}


def test_a_text_too_long_for_a_phone_is_not_searched_for_one() -> None:
    answer = "сәлем " * 20 + "+7 700 000 00 04"

    (found,) = read(
        google_ads, {"lead_id": "1", "user_column_data": [{"column_id": "PHONE_NUMBER", "string_value": answer}]}
    )

    assert found.fields["phone"] == answer


@pytest.mark.parametrize("is_test", [True, 1, "true", "True", "yes", {}, []])
def test_what_google_may_mean_as_a_test_is_one(is_test: object) -> None:
    (found,) = read(google_ads, {"lead_id": "1", "is_test": is_test})

    assert (found.is_test, found.fields["is_test"]) == (True, True)


@pytest.mark.parametrize("told", [{}, *({"is_test": mark} for mark in (False, 0, "false", "False", "", None))])
def test_what_google_does_not_mean_as_a_test_is_none(told: dict[str, object]) -> None:
    (found,) = read(google_ads, {"lead_id": "1", **told})

    assert (found.is_test, found.fields["is_test"]) == (False, False)


def test_null_in_place_of_an_answer_spoils_no_other() -> None:
    column = {"column_id": "CITY", "string_value": "Тараз"}
    lead = {"lead_id": 1, "answers": [None, {"key": "age", "answer": "7"}]}
    field = {"key": "q", "label": "Облыс", "value": "Тараз", "options": [None]}

    (of_google,) = read(google_ads, {"lead_id": "1", "user_column_data": [None, column]})
    (of_vk,) = read(vk, {"type": "lead_forms_new", "group_id": 1, "object": lead})
    (of_tally,) = read(tally, tally_response([None, field]))
    of_meta = meta.submission(LEAD, {"id": "7", "field_data": [None, {"name": "city", "values": ["Тараз"]}]})

    assert (of_google.fields["city"], of_vk.fields["age"]) == ("Тараз", "7")
    assert (of_tally.fields["Облыс"], of_meta.fields["city"]) == ("Тараз", "Тараз")


@pytest.mark.parametrize("nothing", [{}, [], None, "", 1])
def test_options_that_are_none_leave_the_answers_of_tally_as_they_came(nothing: object) -> None:
    field = {"key": "q", "label": "Облыс", "value": ["o1"], "options": nothing}

    (found,) = read(tally, tally_response([field]))

    assert found.fields["Облыс"] == ["o1"]


def test_a_form_that_is_named_with_nothing_is_not_named() -> None:
    (of_standard,) = read(standard, {"type": "deed", "data": {"form_id": ""}}, webhook_id="m1")
    (of_google,) = read(google_ads, {"lead_id": "1", "form_id": ""})

    assert (of_standard.form, of_google.form) == ("deed", "")
    assert mini_apps.form({"form_id": ""}) == mini_apps.form({}) == "mini_app"


def test_a_standard_webhook_is_of_the_form_it_names_else_of_its_type() -> None:
    named_form = read(standard, {"type": "a.b", "data": {"form_id": "f"}}, webhook_id="m1")
    named_type = read(standard, {"type": "a.b", "data": {}}, webhook_id="m2")
    unnamed = read(standard, {"x": 1}, webhook_id="m3")

    assert [found.form for (found,) in (named_form, named_type, unnamed)] == ["f", "a.b", ""]


@pytest.mark.parametrize(
    ("webhook_id", "data"),
    [("msg_1", {"response_id": "1"}), ("gform_2", {"response_id": "1"}), ("msg_1", {})],
)
def test_a_google_form_whose_id_is_not_that_of_its_response_is_refused(webhook_id: str, data: object) -> None:
    with pytest.raises(Malformed):
        read(google_forms, {"data": data}, webhook_id=webhook_id)
