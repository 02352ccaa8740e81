"""Who takes part is known by what their deliveries say of them, and by whom it is vouched for."""

import json
from typing import Any

import msgspec
import pytest

from chalicelib.webhooks.delivery import Delivery
from tests.webhooks.conftest import MakeSystem
from tests.webhooks.deliveries import named
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, VK_MINI_APP, opened_by, opened_in_vk_by
from tests.webhooks.system import System, account_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
ASKED = {name: name for name in ("name", "phone", "email", "region")}
PHONE = "+77000000002"
"""The phone that WhatsApp vouches for."""


@pytest.fixture
def system(make_system: MakeSystem) -> System:
    """The system that takes deliveries of several providers, with an open campaign and a form for each."""
    cases = {"typeform": TYPEFORM, "whatsapp": WHATSAPP, "telegram": TELEGRAM_MINI_APP, "vk": VK_MINI_APP}
    system = make_system({name: {"ours": case.account.secrets} for name, case in cases.items()}, TYPEFORM.now)
    system.open_campaign()
    system.register("typeform", "ours", consent={"text": "Келісемін", "version": "2026-1"})
    system.register(*account_of(WHATSAPP), questions=ASKED)
    system.register("telegram", "ours", questions=ASKED)
    system.register("vk", "ours", questions=ASKED)
    return system


def answered(number: int, **answers: str) -> bytes:
    """Return the body of a Typeform delivery of its own with these answers."""
    questions = [{"type": "text", "text": answer, "field": {"ref": name}} for name, answer in answers.items()]
    return typeform(token=f"token-{number}", answers=questions)


def flow(number: int, **answers: str) -> bytes:
    """Return the body of a WhatsApp delivery of its own with these answers."""
    body = json.loads(WHATSAPP.delivery.body)
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    message["id"] = f"wamid.{number}"
    message["interactive"]["nfm_reply"]["response_json"] = json.dumps(answers)
    return json.dumps(body).encode()


def the_contact(system: System) -> dict[str, object]:
    (contact,) = system.contacts()
    return {name: contact[name] for name in ("name", "phone", "email", "user", "verified") if contact.get(name)}


def test_what_nobody_vouches_for_fills_in_what_is_missing_and_overwrites_nothing(system: System) -> None:
    system.post(TYPEFORM, answered(1, name="Жанар", phone=PHONE))
    system.post(TYPEFORM, answered(2, name="Ерлан", phone=PHONE, email="first@example.kz"))
    system.post(TYPEFORM, answered(3, name="Дана", phone=PHONE, email="second@example.kz"))

    assert the_contact(system) == {"name": "Жанар", "phone": PHONE, "email": "first@example.kz"}
    assert len(system.acts()) == 3


def test_what_the_provider_vouches_for_replaces_what_there_was_and_is_replaced_by_no_other(system: System) -> None:
    system.post(TYPEFORM, answered(1, name="Жанар", phone=PHONE, email="first@example.kz"))
    system.post(WHATSAPP, flow(2, full_name="Ерлан", email="second@example.kz"))
    system.post(TYPEFORM, answered(3, name="Дана", phone=PHONE, email="third@example.kz"))

    assert the_contact(system) == {"name": "Ерлан", "phone": PHONE, "email": "second@example.kz", "verified": True}
    assert [act["act"].get("verified", False) for act in acts_in_order(system)] == [False, True, False]


def test_a_contact_is_verified_too_where_the_provider_vouches_for_what_was_known(system: System) -> None:
    system.post(TYPEFORM, answered(1, name="Ерлан", phone=PHONE))
    system.post(WHATSAPP, flow(2, full_name="Ерлан"))

    assert the_contact(system) == {"name": "Ерлан", "phone": PHONE, "verified": True}


def acts_in_order(system: System) -> list[dict[str, Any]]:
    items = sorted(system.items("EventsTable"), key=lambda item: int(item["version"]))
    return [msgspec.json.decode(item["data"]) for item in items]


@pytest.mark.parametrize(
    ("path", "deliveries", "user"),
    [
        (
            TELEGRAM_MINI_APP.path_hint,
            [opened_by(5, "1", region="KZ-10"), opened_by(5, "2", region="KZ-11")],
            "telegram 5",
        ),
        (
            VK_MINI_APP.path_hint,
            [opened_in_vk_by(5, "1", region="KZ-10"), opened_in_vk_by(5, "2", region="KZ-11")],
            "vk 5",
        ),
    ],
)
def test_a_user_who_is_signed_in_is_one_participant_without_any_contact_details(
    system: System, path: str, deliveries: list[Delivery], user: str
) -> None:
    statuses = [system.send(path, delivery).status for delivery in deliveries]

    assert statuses == [200, 200]
    assert len(system.acts()) == 2
    assert len({item["stream"] for item in system.items("EventsTable")}) == 1
    assert the_contact(system) == {"user": user, "verified": True}
    assert all(act["act"]["verified"] for act in system.acts())


USER_ID = "KZ.13491208655302741918"


def by_user_id(number: int, user_id: str = USER_ID, **answers: str) -> bytes:
    """Return the body of a WhatsApp delivery of a sender who hides the phone."""
    body = json.loads(flow(number, **answers))
    value = body["entry"][0]["changes"][0]["value"]
    (message,) = value["messages"]
    del message["from"]
    message["from_user_id"] = user_id
    value["contacts"] = [{"profile": {"name": "Ерлан", "username": "erlan_kz"}, "user_id": user_id}]
    return json.dumps(body).encode()


def test_a_sender_of_whatsapp_without_a_phone_is_one_participant_however_often_a_flow_is_completed(
    system: System,
) -> None:
    for number in range(3):
        system.post(WHATSAPP, by_user_id(number, region="KZ-62"))
    system.post(WHATSAPP, by_user_id(9, "KZ.77011234567", region="KZ-62"))

    assert len(system.acts()) == 4
    assert len({item["stream"] for item in system.items("EventsTable")}) == 2
    assert {contact["user"] for contact in system.contacts()} == {f"whatsapp {USER_ID}", "whatsapp KZ.77011234567"}
    assert not any(contact.get("phone") for contact in system.contacts())
    assert all(act["act"]["verified"] for act in system.acts())


def test_who_fills_in_lead_forms_of_vk_without_a_phone_is_one_participant_and_whom_vk_does_not_know_each_time_another(
    make_system: MakeSystem,
) -> None:
    case = named("vk/ok_02_lead_forms_new")
    system = make_system({"vk": {"ours": case.account.secrets}}, case.now)
    system.open_campaign()
    system.register(*account_of(case))
    body = json.loads(case.delivery.body)
    body["object"]["answers"] = [{"key": "first_name", "answer": "Дана"}]

    for number, user_id in enumerate((8825000, 8825000, 0, 0)):
        body["object"] |= {"lead_id": number, "user_id": user_id}
        system.post(case, json.dumps(body).encode())

    assert len(system.acts()) == 4
    assert len({item["stream"] for item in system.items("EventsTable")}) == 3
    assert the_contact(system)["user"] == "vk 8825000"


def test_a_sender_of_whatsapp_without_a_phone_is_found_and_erased(system: System) -> None:
    system.post(WHATSAPP, by_user_id(1, region="KZ-62"))

    system.erase(type="citizen", user=f"whatsapp {USER_ID}")

    assert system.contacts() == []


def test_a_phone_typed_by_a_sender_without_one_is_not_vouched_for(system: System) -> None:
    system.register(*account_of(WHATSAPP), questions={**ASKED, "answers.phone": "phone"})
    system.post(WHATSAPP, by_user_id(1, region="KZ-62", phone="8 701 123 45 67"))

    (contact,) = system.contacts()
    assert (contact["phone"], contact.get("verified", False)) == ("+77011234567", False)


@pytest.mark.parametrize("form", ["contact", "*"])
def test_whoever_shares_a_number_that_telegram_sold_is_counted_without_a_phone(form: str, system: System) -> None:
    contact = named("telegram/ok_04_duplicate_update_id")
    system.register("telegram", "ours", form, questions={"phone": "phone"})
    update = json.loads(contact.delivery.body)
    update["message"]["contact"]["phone_number"] = "+888 0123 4567"

    assert system.outcomes(contact, json.dumps(update).encode()) == ["recorded"]
    told = the_contact(system)
    assert ("phone" in told, told["user"], told["verified"]) == (
        False,
        f"telegram {update['message']['from']['id']}",
        True,
    )


def test_two_users_are_two_participants_and_the_same_number_at_two_providers_too(system: System) -> None:
    system.send(TELEGRAM_MINI_APP.path_hint, opened_by(5, "1", region="KZ-10"))
    system.send(TELEGRAM_MINI_APP.path_hint, opened_by(6, "1", region="KZ-10"))
    system.send(VK_MINI_APP.path_hint, opened_in_vk_by(5, "1", region="KZ-10"))

    assert len({item["stream"] for item in system.items("EventsTable")}) == 3
    assert {contact["user"] for contact in system.contacts()} == {"telegram 5", "telegram 6", "vk 5"}


@pytest.mark.parametrize(
    ("answers", "known_by"),
    [
        ({"phone": "8 701 123 45 67", "email": "a@example.kz"}, "phone"),
        ({"email": "A@example.kz"}, "email"),
        ({"region": "KZ-10"}, "user"),
    ],
)
def test_a_phone_goes_before_an_email_and_both_go_before_the_user(
    system: System, answers: dict[str, str], known_by: str
) -> None:
    system.send(TELEGRAM_MINI_APP.path_hint, opened_by(5, "1", **answers))

    (contact,) = system.contacts()
    assert (contact["known_by"], contact["user"]) == (known_by, "telegram 5")
    assert contact.get("verified", False) is (known_by == "user")


def test_one_person_counts_once_whichever_channel_their_phone_comes_by(system: System) -> None:
    system.post(TYPEFORM, answered(1, phone="8 (700) 000-00-02"))
    system.post(WHATSAPP, flow(2, region="KZ-10"))
    system.send(TELEGRAM_MINI_APP.path_hint, opened_by(5, "1", phone="+7 700 000 00 02"))

    assert len({item["stream"] for item in system.items("EventsTable")}) == 1
    assert [act.get("first", False) for act in acts_in_order(system)] == [True, False, False]


def test_notes_and_consents_stand_by_the_act_that_they_came_with(system: System) -> None:
    system.post(TYPEFORM, answered(1, phone=PHONE, note="Бірінші", consent="иә"))
    system.post(TYPEFORM, answered(2, phone=PHONE))
    system.post(TYPEFORM, answered(3, phone=PHONE, note="Үшінші"))

    notes = [(item["part"], item.get("note"), item.get("consent_text")) for item in system.notes()]
    assert notes == [("act 0000001", "Бірінші", "Келісемін"), ("act 0000003", "Үшінші", None)]
    assert {item["source"] for item in system.notes()} == {"typeform"}
    assert "note" not in the_contact(system)


def test_nothing_but_keys_stands_in_the_log_and_its_receipts(system: System) -> None:
    system.post(TYPEFORM, answered(1, name="Жанар", phone=PHONE, email="first@example.kz", note="Құпия"))

    told = str([system.items("EventsTable"), system.items("ReceiptsTable")])
    assert [word for word in ("Жанар", "7000000002", "first@example.kz", "Құпия") if word in told] == []
