"""Whoever is asked for, by any detail: all that is held of them is told, and all of it is erased."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.domain.identity import Contact
from chalicelib.eventlog.log import ExpectedVersionConflict
from chalicelib.eventlog.transactions import Congested
from chalicelib.intake.participation_requests import Sender, read_person
from chalicelib.participations.appending import Busy
from chalicelib.participations.contacts import StoredContact
from chalicelib.participations.data_subjects import Erased, Held
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, PERSON, PHONE, Subject, draft

EMAIL = "aigerim@example.kz"
CONSENT = {"text": "Келісемін", "version": "2026-1"}
WHOLE: dict[str, Any] = {**PERSON, "email": EMAIL}
FIRM_BY_NAME: dict[str, Any] = {
    "participant": {"type": "business", "organisation": FIRM["organisation"]},
    "place": {"region": "KZ-75"},
}
FIRM_BY_BIN: dict[str, Any] = {"participant": {"type": "business", "bin": FIRM["bin"]}}
TRADER: dict[str, Any] = {"type": "business", "organisation": "ИП Иванова", "phone": PHONE}


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def held(subject: Subject, **person: Any) -> list[Held]:
    sought = read_person({"participant": {"type": "citizen", **person}})
    return subject.services.personal_data.held("2026", sought)[0]


def types(subject: Subject) -> list[str]:
    return sorted(event["type"]["S"] for event in subject.events())


def assert_nothing_left(subject: Subject, *texts: str) -> None:
    everything = subject.everything()
    for text in texts:
        assert text not in everything
    assert subject.items("ContactsTable") == []


@pytest.mark.parametrize("detail", [{"phone": PHONE}, {"email": EMAIL}], ids=["known by", "given besides"])
def test_a_person_is_erased_by_any_detail_that_they_gave(subject: Subject, detail: dict[str, str]) -> None:
    subject.record("1", draft(WHOLE, note="Кешке", consent=CONSENT))

    assert subject.erase(**detail) == Erased(participants=1, contact_persons=0, names=0, parked=0)

    assert_nothing_left(subject, "Айгерім", "7011234567", EMAIL, "Кешке", "Келісемін")
    assert types(subject) == ["ParticipantErased", "ParticipationRecorded"]


def test_a_person_is_erased_as_a_provider_s_user(subject: Subject) -> None:
    sender = Sender(source="telegram", form="telegram/1/2", user="telegram 77")
    subject.record("1", draft(WHOLE, sender))

    assert subject.erase(user="telegram 77").participants == 1
    assert_nothing_left(subject, "telegram 77", EMAIL)


def test_a_detail_that_two_people_gave_erases_both(subject: Subject) -> None:
    subject.record("1", draft({"type": "citizen", "phone": PHONE, "email": EMAIL}))
    subject.record("2", draft({"type": "citizen", "phone": "+77079999999", "email": EMAIL}))
    subject.record("3", draft({"type": "citizen", "email": EMAIL}))

    assert subject.erase(email=EMAIL).participants == 3
    assert_nothing_left(subject, EMAIL, "7079999999")


def test_who_is_not_asked_for_stays(subject: Subject) -> None:
    subject.record("1", draft(WHOLE))
    subject.record("2", draft({"type": "citizen", "phone": "+77079999999", "name": "Other"}))

    subject.erase(phone=PHONE)

    (contact,) = subject.contacts()
    assert contact["name"]["S"] == "Other"


def test_erasing_twice_or_somebody_unknown_changes_nothing_more(subject: Subject) -> None:
    subject.record("1")
    subject.erase(phone=PHONE)
    before = subject.everything()

    assert subject.erase(phone=PHONE) == subject.erase(phone="+77770000000") == Erased(0, 0, 0, 0)
    assert subject.everything() == before


def test_an_erased_person_leaves_anonymous_facts_and_comes_back_as_another(subject: Subject) -> None:
    first = subject.record("1").receipt
    subject.erase(phone=PHONE)

    again = subject.record("2").receipt

    assert again.stream != first.stream
    assert types(subject) == ["ParticipantErased", "ParticipationRecorded", "ParticipationRecorded"]


def test_a_submission_repeated_after_an_erasure_changes_nothing(subject: Subject) -> None:
    subject.record("1", draft(WHOLE, note="Кешке"))
    subject.erase(phone=PHONE)
    before = subject.everything()

    assert subject.record("1", draft(WHOLE, note="Кешке")).repeated
    assert subject.everything() == before


@pytest.mark.parametrize("step", ["forget_acts", "append", "erase"])
def test_an_erasure_cut_short_is_completed_by_asking_again(
    subject: Subject, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject.record("1", draft(TRADER, note="Кешке"))
    owner = {
        "forget_acts": subject.services.contacts,
        "append": subject.services.log,
        "erase": subject.services.names,
    }

    def cut_short(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(owner[step], step, cut_short)
        with pytest.raises(TimeoutError):
            subject.erase(phone=PHONE)

    subject.erase(phone=PHONE)

    assert_nothing_left(subject, "Иванова", "7011234567", "Кешке")
    assert types(subject).count("ParticipantErased") == 1


def test_a_contact_goes_only_together_with_the_event_that_tells_it(subject: Subject) -> None:
    subject.record("1")

    def refused(entry: Any, also: Any = ()) -> None:
        raise ExpectedVersionConflict(None, None, {0: {}})

    subject.services.log.append = refused  # type: ignore[method-assign]
    subject.erase(phone=PHONE)

    assert len(subject.contacts()) == 1
    assert types(subject) == ["ParticipationRecorded"]


def test_a_contact_person_is_erased_and_the_organisation_stays(subject: Subject) -> None:
    firm = {**FIRM, "name": "Айгерім Үлгі", "phone": PHONE, "email": EMAIL}
    first = subject.record("1", draft(firm, note="Кешке", consent=CONSENT)).receipt

    assert subject.erase(phone=PHONE) == Erased(participants=0, contact_persons=1, names=0, parked=0)

    everything = subject.everything()
    for text in ("Айгерім", "7011234567", EMAIL, "Кешке", "Келісемін"):
        assert text not in everything
    assert subject.record("2", draft(FIRM)).receipt.stream == first.stream
    assert subject.erase(email=EMAIL) == Erased(0, 0, 0, 0)
    assert types(subject) == ["ParticipationRecorded", "ParticipationRecorded"]


@pytest.mark.parametrize("sought", [FIRM_BY_NAME, FIRM_BY_BIN], ids=["by name", "by number"])
def test_an_organisation_is_found_after_its_contact_person_was_erased(subject: Subject, sought: dict[str, Any]) -> None:
    subject.record("1", draft({**FIRM, "phone": PHONE}))
    subject.erase(phone=PHONE)

    (one,), _ = subject.services.personal_data.held("2026", read_person(sought))

    assert one.contact.given == Contact(organisation=FIRM["organisation"], bin=FIRM["bin"])


def test_the_consents_of_an_organisation_are_withdrawn_by_its_name(subject: Subject) -> None:
    subject.record("1", draft({**FIRM, "phone": PHONE}, consent=CONSENT))

    assert subject.services.personal_data.withdraw_consent("2026", read_person(FIRM_BY_NAME), "api") == 1


def test_a_contact_person_cannot_be_erased_while_the_tables_take_no_more(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject.record("1", draft({**FIRM, "phone": PHONE}))

    def congested(*_: object, **__: object) -> None:
        raise Congested

    with monkeypatch.context() as patched:
        patched.setattr(subject.services.transactions, "write", congested)
        with pytest.raises(Busy):
            subject.erase(phone=PHONE)

    assert subject.erase(phone=PHONE).contact_persons == 1


def in_the_middle_of_an_erasure(subject: Subject, act: Callable[[], object]) -> None:
    """Do something once, when an erasure has read what it erases and written nothing of it."""
    contacts = subject.services.contacts
    forget_acts = contacts.forget_acts

    def forget_and_act(contact: StoredContact) -> None:
        contacts.forget_acts = forget_acts  # type: ignore[method-assign]
        forget_acts(contact)
        act()

    contacts.forget_acts = forget_and_act  # type: ignore[method-assign]


def test_who_adds_to_what_is_known_in_the_middle_is_erased_with_it(subject: Subject) -> None:
    subject.record("1")
    in_the_middle_of_an_erasure(subject, lambda: subject.record("2", draft(WHOLE, note="late")))

    assert subject.erase(phone=PHONE).participants == 1

    assert_nothing_left(subject, EMAIL, "late")
    assert types(subject) == ["ParticipantErased", "ParticipationRecorded", "ParticipationRecorded"]


def test_who_is_erased_by_another_in_the_middle_and_comes_back_is_another_and_stays(subject: Subject) -> None:
    first = subject.record("1").receipt

    def erase_and_record() -> None:
        subject.erase(phone=PHONE)
        subject.record("2")

    in_the_middle_of_an_erasure(subject, erase_and_record)
    subject.erase(phone=PHONE)

    (contact,) = subject.contacts()
    assert f"2026/{contact['participant']['S']}" != first.stream
    assert types(subject) == ["ParticipantErased", "ParticipationRecorded", "ParticipationRecorded"]


def test_a_name_that_is_written_again_in_the_middle_goes_too(subject: Subject) -> None:
    trader = {**TRADER, "bin": "900101300126"}
    subject.record("1", draft(trader))
    names = subject.services.names
    erase = names.erase

    def erase_and_record(campaign: str, ids: Any) -> None:
        names.erase = erase  # type: ignore[method-assign]
        erase(campaign, ids)
        subject.record("2", draft({**trader, "organisation": "ИП Иванова А."}))
        subject.record("3", draft(trader))

    names.erase = erase_and_record  # type: ignore[method-assign]
    assert subject.erase(phone=PHONE).names == 2

    assert_nothing_left(subject, "Иванова")


def test_a_contact_person_who_is_added_to_meanwhile_is_erased_too(subject: Subject) -> None:
    subject.record("1", draft({**FIRM, "phone": PHONE}))
    in_the_middle_of_an_erasure(subject, lambda: subject.record("2", draft({**FIRM, "email": EMAIL}, note="late")))

    subject.erase(phone=PHONE)

    assert EMAIL not in subject.everything()
    assert "late" not in subject.everything()
    assert subject.erase(email=EMAIL) == Erased(0, 0, 0, 0)


@pytest.mark.parametrize(
    "sought",
    [
        {"participant": {"type": "business", "bin": "900101300126"}},
        {"participant": {"type": "citizen", "phone": PHONE}},
    ],
    ids=["by number", "by phone"],
)
def test_a_sole_trader_is_erased_with_the_name(subject: Subject, sought: dict[str, Any]) -> None:
    trader = {**TRADER, "bin": "900101300126"}
    subject.record("1", draft(trader))
    subject.record("2", draft({**trader, "organisation": "ИП Иванова А."}))
    changes = subject.services.names.status("2026").changes

    erased = subject.services.personal_data.erase("2026", read_person(sought))

    assert erased == Erased(participants=1, contact_persons=0, names=2, parked=0)
    assert_nothing_left(subject, "Иванова")
    assert subject.services.names.status("2026").changes == changes + 1


def test_a_sole_trader_who_comes_back_is_named_again(subject: Subject) -> None:
    subject.record("1", draft(TRADER))
    subject.erase(phone=PHONE)

    receipt = subject.record("2", draft(TRADER)).receipt

    assert subject.services.participations.find(receipt).organisation == "ИП Иванова"


def test_an_organisation_that_is_asked_for_itself_is_erased_whole(subject: Subject) -> None:
    subject.record("1", draft({**FIRM, "phone": PHONE}))

    erased = subject.services.personal_data.erase(
        "2026", read_person({"participant": {"type": "business", "bin": FIRM["bin"]}})
    )

    assert erased.participants == 1
    assert subject.items("ContactsTable") == []


def test_all_that_is_held_of_a_person_is_told(subject: Subject) -> None:
    subject.record("1", draft(WHOLE, note="Кешке"))
    subject.record("2", draft(WHOLE, consent=CONSENT))

    (one,) = held(subject, email=EMAIL)

    assert (one.contact.given.name, one.contact.given.phone, one.contact.given.email) == ("Айгерім Үлгі", PHONE, EMAIL)
    assert [(note.version, note.note, note.consent and note.consent.text) for note in one.notes] == [
        (1, "Кешке", None),
        (2, None, "Келісемін"),
    ]
    assert [event.version for event in one.acts] == [1, 2]
    assert held(subject, phone="+77770000000") == []


def test_a_consent_is_withdrawn_with_its_time_and_channel_and_stays_so(subject: Subject) -> None:
    subject.record("1", draft(WHOLE, note="Кешке", consent=CONSENT))
    subject.record("2", draft(WHOLE, consent=CONSENT))
    person = read_person({"participant": {"type": "citizen", "email": EMAIL}})
    subject.now += 1_000

    assert subject.services.personal_data.withdraw_consent("2026", person, "api t1") == 2
    subject.now += 1_000
    assert subject.services.personal_data.withdraw_consent("2026", person, "phone") == 0

    (one,) = held(subject, phone=PHONE)
    assert {(note.withdrawn_at, note.withdrawn_by) for note in one.notes} == {(subject.now - 1_000, "api t1")}


def test_a_consent_given_again_stands(subject: Subject) -> None:
    person = read_person({"participant": {"type": "citizen", "phone": PHONE}})
    subject.record("1", draft(WHOLE, consent=CONSENT))
    subject.services.personal_data.withdraw_consent("2026", person, "api t1")

    subject.record("2", draft(WHOLE, consent=CONSENT))

    (one,) = held(subject, phone=PHONE)
    assert [note.withdrawn_at is None for note in one.notes] == [False, True]


def test_everybody_of_a_campaign_is_erased_after_a_rehearsal_and_nobody_of_another(subject: Subject) -> None:
    subject.record("1", draft(WHOLE, note="Кешке", consent=CONSENT))
    subject.record("2", draft(FIRM))
    subject.record("3", draft({**PERSON, "phone": "+77079999999"}))
    subject.record("4", draft(), campaign=msgspec.structs.replace(CAMPAIGN, id="2027"))

    assert subject.services.personal_data.erase_all("2026") == 3
    assert subject.services.personal_data.erase_all("2026") == 0

    assert {item["campaign"]["S"] for item in subject.items("ContactsTable")} == {"2027"}
    assert types(subject).count("ParticipantErased") == 3
