"""What is stored of a participant, and what a later submission changes of it."""

from typing import Any

import msgspec
import pytest

from chalicelib.domain.identity import Consent
from chalicelib.intake.participation_requests import Sender
from chalicelib.participations.contacts import ActNote
from chalicelib.participations.retention import AFTER_CAMPAIGN_SECONDS
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, NOW, PERSON, PHONE, Subject, draft

CONSENT = {"text": "Келісемін", "version": "2026-1"}
WHATSAPP = Sender(source="whatsapp", form="whatsapp/1/2", vouched_phone=PHONE)


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def only_contact(subject: Subject) -> dict[str, Any]:
    (contact,) = subject.contacts()
    return {name: next(iter(value.values())) for name, value in contact.items() if "NULL" not in value}


def beside(subject: Subject) -> list[dict[str, Any]]:
    """Return what stands beside acts: notes and consents."""
    found = [item for item in subject.items("ContactsTable") if item["part"]["S"].startswith("act ")]
    return sorted(
        ({name: next(iter(value.values())) for name, value in item.items() if "NULL" not in value} for item in found),
        key=lambda item: item["part"],
    )


def test_a_contact_holds_what_was_given(subject: Subject) -> None:
    subject.record("1", draft({**PERSON, "email": "A@Example.com"}))

    contact = only_contact(subject)
    assert {name: contact[name] for name in ("name", "phone", "email", "known_by", "participant_type", "place")} == {
        "name": "Айгерім Үлгі",
        "phone": PHONE,
        "email": "a@example.com",
        "known_by": "phone",
        "participant_type": "citizen",
        "place": "KZ-75",
    }
    assert "verified" not in contact


def test_what_is_missing_is_filled_in(subject: Subject) -> None:
    subject.record("1", draft({"type": "citizen", "phone": PHONE}))
    subject.record("2", draft({"type": "citizen", "phone": PHONE, "name": "Айгерім"}))
    subject.record("3", draft({"type": "citizen", "phone": PHONE, "email": "a@example.com"}))

    contact = only_contact(subject)
    assert (contact["name"], contact["email"]) == ("Айгерім", "a@example.com")


def test_what_a_source_does_not_vouch_for_overwrites_nothing(subject: Subject) -> None:
    subject.record("1", draft({**PERSON, "email": "a@example.com"}))
    before = only_contact(subject)

    subject.record("2", draft({**PERSON, "name": "Somebody Else", "email": "other@example.com"}))

    assert only_contact(subject) == before


def test_what_a_source_vouches_for_replaces_what_there_was(subject: Subject) -> None:
    subject.record("1", draft({"type": "citizen", "phone": PHONE, "name": "Somebody", "email": "other@example.com"}))
    subject.record("2", draft({**PERSON, "email": "a@example.com"}, WHATSAPP))

    contact = only_contact(subject)
    assert (contact["name"], contact["email"], contact["verified"]) == (PERSON["name"], "a@example.com", True)


def test_of_an_organisation_that_anybody_may_name_nothing_is_vouched_for(subject: Subject) -> None:
    subject.record("1", draft({**FIRM, "phone": "+77079999999"}))
    before = only_contact(subject)

    subject.record("2", draft({**FIRM, "phone": PHONE}, WHATSAPP))

    assert only_contact(subject) == before


def test_a_contact_is_vouched_for_where_nothing_else_of_it_is_new(subject: Subject) -> None:
    subject.record("1", draft(PERSON))
    subject.record("2", draft(PERSON, WHATSAPP))

    assert only_contact(subject)["verified"]


def test_a_replaced_detail_leads_to_nobody_any_more(subject: Subject) -> None:
    subject.record("1", draft({**PERSON, "email": "other@example.com"}))
    subject.record("2", draft({**PERSON, "email": "a@example.com"}, WHATSAPP))

    assert subject.erase(email="other@example.com").participants == 0
    assert subject.erase(email="a@example.com").participants == 1


def test_notes_and_consents_stand_per_act(subject: Subject) -> None:
    subject.record("1", draft(note="Таңертең", consent=CONSENT))
    subject.record("2")
    subject.record("3", draft(note="Кешке"))
    subject.record("4", draft(consent={**CONSENT, "version": "2026-2"}))

    assert [(item["part"], item.get("note"), item.get("consent_version")) for item in beside(subject)] == [
        ("act 0000001", "Таңертең", "2026-1"),
        ("act 0000003", "Кешке", None),
        ("act 0000004", None, "2026-2"),
    ]
    assert {item["source"] for item in beside(subject)} == {"api"}
    assert {int(item["at"]) for item in beside(subject)} == {NOW}


def test_contacts_and_all_beside_them_go_at_one_time(subject: Subject) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, closes="2026-12-31T23:59:59+05:00")
    closes = 1_798_743_599
    subject.record("1", draft({**PERSON, "email": "a@example.kz"}, note="Кешке"), campaign=campaign)

    items = subject.items("ContactsTable")
    assert len(items) == 3
    assert {int(item["expires_at"]["N"]) for item in items} == {closes + AFTER_CAMPAIGN_SECONDS}


def test_a_contact_of_a_campaign_without_an_end_goes_some_time_after_its_last_act(subject: Subject) -> None:
    subject.record("1", draft({**PERSON, "email": "a@example.kz"}))
    subject.now += 20 * 24 * 3_600_000
    subject.record("2")
    first = {int(item["expires_at"]["N"]) for item in subject.items("ContactsTable")}
    subject.now += 20 * 24 * 3_600_000
    subject.record("3")

    assert first == {NOW // 1000 + AFTER_CAMPAIGN_SECONDS}
    assert {int(item["expires_at"]["N"]) for item in subject.items("ContactsTable")} == {
        subject.now // 1000 + AFTER_CAMPAIGN_SECONDS
    }


def test_an_upsert_that_comes_late_after_an_erasure_brings_nothing_back(subject: Subject) -> None:
    subject.record("1")
    log = subject.services.log
    append = log.append

    def erased_first(entry: Any, also: Any = ()) -> None:
        if entry.recorded.version == 2:
            log.append = append  # type: ignore[method-assign]
            subject.erase(phone=PHONE)
        append(entry, also)

    log.append = erased_first  # type: ignore[method-assign]
    late = subject.record("2", draft({**PERSON, "email": "late@example.kz"}, note="late"))

    (contact,) = subject.contacts()
    assert f"2026/{contact['participant']['S']}" == late.receipt.stream
    assert late.receipt.version == 1
    subject.erase(phone=PHONE)
    assert subject.items("ContactsTable") == []


def test_what_expiry_left_of_one_participant_is_told_of_no_other(subject: Subject) -> None:
    for number in range(6):
        subject.record(f"a{number}", draft({**PERSON, "phone": f"+7701000000{number}"}, consent=CONSENT))
        subject.record(f"b{number}", draft({**PERSON, "phone": f"+7702000000{number}"}))
    agreed = {item["key"]["S"] for item in subject.items("ContactsTable") if item["part"]["S"] != "contact"}
    for key in agreed:
        subject.tables.clients.dynamodb.delete_item(
            TableName=subject.tables["ContactsTable"], Key={"key": {"S": key}, "part": {"S": "contact"}}
        )

    found = list(subject.services.contacts.of_campaign("2026"))

    assert [notes for _, notes in found] == [[]] * 6


def test_contacts_of_a_campaign_come_each_with_what_was_said_beside_their_acts(subject: Subject) -> None:
    other = {**PERSON, "phone": "+77020000000"}
    subject.record("1", draft(note="Кешке"))
    subject.record("2", draft(other, consent=CONSENT))
    subject.record("3", draft(other, note="Таңертең"))
    subject.record("4", draft(note="next year"), campaign=msgspec.structs.replace(CAMPAIGN, id="2027"))

    found = {contact.given.phone: notes for contact, notes in subject.services.contacts.of_campaign("2026")}

    assert found == {
        PHONE: [ActNote(1, NOW, "api", "Кешке")],
        other["phone"]: [ActNote(1, NOW, "api", None, Consent(**CONSENT)), ActNote(2, NOW, "api", "Таңертең")],
    }


def test_a_consent_that_is_erased_while_it_is_withdrawn_is_not_brought_back(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject.record("1", draft(consent=CONSENT))
    contacts = subject.services.contacts
    ((contact, notes),) = contacts.of_campaign("2026")
    contacts.forget_acts(contact)
    monkeypatch.setattr(contacts, "notes", lambda _: notes)

    contacts.withdraw_consents(contact, NOW, "api")

    assert beside(subject) == []
