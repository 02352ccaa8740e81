"""Whoever is erased is erased from what waits too, and no replay brings anything of them back."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.webhooks.delivery import Lead, Submission
from chalicelib.webhooks.parking import ParkedEntry, Reason
from chalicelib.webhooks.received import ReceivedLead, ReceivedSubmission
from tests.webhooks.conftest import MakeSystem
from tests.webhooks.deliveries import named
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, opened_by
from tests.webhooks.system import System

TYPEFORM = named("typeform/ok_01_form_response")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
META = named("meta/ok_08_leadgen_with_graph_fetch")
PAGE, LEAD = "138124712925158", "233370042045345"

PHONE, EMAIL, USER = "+77011234567", "aigerim@example.kz", "telegram 5"
BY_ANY_DETAIL = [{"phone": "8 (701) 123-45-67"}, {"email": "Aigerim@example.kz"}, {"user": USER}]


@pytest.fixture
def system(make_system: MakeSystem) -> System:
    """The system that takes deliveries of several providers, with two open campaigns and no form."""
    cases = {"typeform": TYPEFORM, "whatsapp": WHATSAPP, "telegram": TELEGRAM_MINI_APP, "meta": META}
    secrets = {
        name: {"ours": {"page_access_token": ["EAAtoken"], **case.account.secrets}} for name, case in cases.items()
    }
    system = make_system(secrets, TYPEFORM.now)
    system.open_campaign()
    system.open_campaign(campaign="2027")
    system.graph.leads.update(META.graph)
    return system


def submitted(
    number: int = 1, provider: str = "typeform", user: str | None = None, **fields: object
) -> ReceivedSubmission:
    """Return a submission with these fields, in a body of its own."""
    submission = Submission(f"id-{number}", "ours", "form", fields, user=user)
    return ReceivedSubmission(provider, submission, TYPEFORM.now * 1000, json.dumps(fields))


def park(system: System, *contents: ReceivedSubmission, campaign: str | None = None) -> None:
    for content in contents:
        system.services.parking.park(content, Reason("form_unknown"), campaign)


def left(system: System) -> list[str]:
    return sorted(content.origin.submission_id for _, content in system.parked())


def replay_everything(system: System) -> None:
    for entry, _ in system.parked():
        system.services.replayer.replay(entry.provider, entry.id)


@pytest.mark.parametrize("person", BY_ANY_DETAIL)
@pytest.mark.parametrize("campaign", ["2026", None])
def test_what_waits_of_a_person_is_erased_by_any_detail_of_theirs(
    campaign: str | None, person: dict[str, str], system: System
) -> None:
    theirs = submitted(1, user=USER, phone=PHONE, answers={"Пошта": [EMAIL]}, name="Айгерім")
    others = submitted(2, user="telegram 6", phone="+77021234567", email="other@example.kz")
    park(system, theirs, others, campaign=campaign)

    erased = system.erase(type="citizen", **person)

    assert erased.parked == 1
    assert left(system) == ["id-2"]


@pytest.mark.parametrize(
    "answer",
    [
        "8 (701) 123-45-67",
        "+7 701 123 45 67 Kaspi",
        "үй 8 7172 55-66-77, ұялы 87011234567",
        "8 7172 55-66-77 / 8 701 123 45 67",
        77011234567,
        ["жоқ", {"телефон": "+77011234567"}],
    ],
)
def test_a_phone_is_found_in_whichever_answer_and_way_it_is_written(answer: object, system: System) -> None:
    park(system, submitted(answers={"Қалай хабарласамыз?": answer}))

    assert system.erase(type="citizen", phone=PHONE).parked == 1
    assert system.items("ParkedTable") == []


def test_what_waits_for_another_campaign_stays(system: System) -> None:
    park(system, submitted(1, phone=PHONE), campaign="2027")
    park(system, submitted(2, phone=PHONE), campaign="2026")

    erased = system.erase(type="citizen", phone=PHONE)

    assert erased.parked == 1
    assert left(system) == ["id-1"]


def test_the_deliveries_of_all_providers_are_erased(system: System) -> None:
    system.post(TYPEFORM, TYPEFORM.delivery.body.replace(b"+77000000006", PHONE.encode()))
    system.post(WHATSAPP, WHATSAPP.delivery.body.replace(b"77000000002", PHONE.removeprefix("+").encode()))
    system.send(TELEGRAM_MINI_APP.path_hint, opened_by(5, "1", phone=PHONE))
    assert len(system.parked()) == 3

    erased = system.erase(type="citizen", phone=PHONE)

    assert erased.parked == 3
    assert system.items("ParkedTable") == []


def test_who_is_known_and_has_deliveries_waiting_is_erased_from_both(system: System) -> None:
    system.register("typeform", "ours")
    system.post(TYPEFORM)
    park(system, submitted(1, phone="+77000000006"), campaign="2026")

    erased = system.erase(type="citizen", phone="+77000000006")

    assert (erased.participants, erased.parked) == (1, 1)
    assert system.items("ContactsTable") == system.items("ParkedTable") == []


def test_what_would_bring_back_who_is_erased_by_another_detail_is_erased_too(system: System) -> None:
    system.register("typeform", "ours")
    system.post(TYPEFORM)
    park(system, submitted(1, phone="+77000000006"), campaign="2026")

    erased = system.erase(type="citizen", email="laura@example.com")

    assert (erased.participants, erased.parked) == (1, 1)
    assert system.items("ContactsTable") == system.items("ParkedTable") == []


def test_what_another_sent_who_gave_the_same_email_waits_on(system: System) -> None:
    system.register("typeform", "ours")
    system.post(TYPEFORM)
    park(system, submitted(1, phone=PHONE, email="laura@example.com"), campaign="2026")

    erased = system.erase(type="citizen", phone="+77000000006")

    assert (erased.participants, erased.parked) == (1, 0)


def test_a_replay_brings_nothing_of_an_erased_person_back(system: System) -> None:
    system.post(TYPEFORM)
    ((entry, _),) = system.parked()
    system.erase(type="citizen", phone="+77000000006")
    system.register("typeform", "ours")

    replay_everything(system)
    replayed = system.services.replayer.replay(entry.provider, entry.id)

    assert replayed is None
    assert system.acts() == system.items("ContactsTable") == system.items("ParkedTable") == []


def test_nothing_is_left_that_leads_to_what_was_erased_or_replayed(system: System) -> None:
    system.post(TYPEFORM)
    system.post(
        TYPEFORM, TYPEFORM.delivery.body.replace(b"a3a12ec6", b"another1").replace(b"+77000000006", PHONE.encode())
    )
    system.erase(type="citizen", phone=PHONE)
    system.register("typeform", "ours")

    replay_everything(system)

    assert len(system.acts()) == 1
    assert system.items("ParkedTable") == []


def test_another_who_gave_the_same_details_is_asked_for_in_vain_before_and_erased_after_parking(system: System) -> None:
    assert system.erase(type="citizen", phone=PHONE).parked == 0
    park(system, submitted(1, phone=PHONE))

    assert system.erase(type="citizen", phone=PHONE).parked == 1
    assert system.erase(type="citizen", phone=PHONE).parked == 0


@contextmanager
def before_the_first(system: System, operation: str, act: Callable[[], None], about: str = "") -> Iterator[None]:
    """Do something just before the first request of an operation to the parking about something, within the block."""
    events = clients.dynamodb().meta.events
    waiting = [act]

    def intervene(params: dict[str, Any], **_: object) -> None:
        if waiting and system.tables["ParkedTable"] in str(params) and about in str(params):
            waiting.pop()()

    events.register(f"provide-client-params.dynamodb.{operation}", intervene)
    yield
    events.unregister(f"provide-client-params.dynamodb.{operation}", intervene)
    assert waiting == []


def test_what_is_parked_anew_in_the_middle_of_an_erasure_is_erased_too(system: System) -> None:
    park(system, submitted(1, phone=PHONE))

    with before_the_first(system, "DeleteItem", lambda: park(system, submitted(1, phone=PHONE))):
        erased = system.erase(type="citizen", phone=PHONE)

    assert erased.parked == 1
    assert system.items("ParkedTable") == []


def test_what_is_removed_by_another_in_the_middle_of_an_erasure_stops_nothing(system: System) -> None:
    park(system, submitted(1, phone=PHONE), submitted(2, phone=PHONE))
    parking = system.services.parking
    first = next(parking.entries())

    def remove() -> None:
        parking.remove(first)

    with before_the_first(system, "DeleteItem", remove):
        system.erase(type="citizen", phone=PHONE)

    assert system.items("ParkedTable") == []


def test_what_is_parked_anew_while_it_is_removed_can_still_be_erased(system: System) -> None:
    park(system, submitted(1, phone=PHONE))
    (entry,) = system.services.parking.entries()

    with before_the_first(system, "DeleteItem", lambda: park(system, submitted(1, phone=PHONE)), about="detail "):
        assert system.services.parking.remove(entry)

    assert left(system) == ["id-1"]
    assert system.erase(type="citizen", phone=PHONE).parked == 1


def test_what_leads_to_an_entry_is_there_before_it(system: System) -> None:
    def fail() -> None:
        raise ConnectionError

    with before_the_first(system, "PutItem", fail), pytest.raises(ConnectionError):
        park(system, submitted(1, phone=PHONE))

    assert [item["id"].partition("/")[0] for item in system.items("ParkedTable")] == ["typeform"]
    assert system.parked_items() == []
    park(system, submitted(1, phone=PHONE))
    assert system.erase(type="citizen", phone=PHONE).parked == 1
    assert system.items("ParkedTable") == []


def parked_lead(system: System) -> ParkedEntry:
    """Return the entry of a lead of Айгерім's that the Graph API refused: nothing is known of her yet."""
    system.services.parking.park(
        ReceivedLead(Lead(LEAD, PAGE, "1", None), "ours", META.now * 1000), Reason("lead_refused")
    )
    ((entry, _),) = system.parked()
    return entry


def test_a_lead_can_be_erased_once_its_details_are_known(system: System) -> None:
    entry = parked_lead(system)
    assert entry.details == ()
    assert system.erase(type="citizen", phone="+77000000001").parked == 0

    system.services.replayer.replay(entry.provider, entry.id)
    system.work()
    ((fetched, _),) = system.parked()

    assert (fetched.id, fetched.reason.code) == (entry.id, "form_unknown")
    assert system.erase(type="citizen", phone="+77000000001").parked == 1
    (left,) = system.items("ParkedTable")
    assert (left["provider"], set(left)) == ("discarded", {"provider", "id", "revision", "expires_at"})


def test_a_lead_that_was_recorded_is_not_fetched_again_after_its_person_was_erased(system: System) -> None:
    system.register("meta", PAGE, questions={"city": "region"})
    system.post(META)
    system.work()
    system.erase(type="citizen", phone="+77000000001")

    entry = parked_lead(system)
    system.services.replayer.replay(entry.provider, entry.id)
    system.work()

    assert len(system.graph.asked) == 1
    assert len(system.acts()) == 1
    assert system.items("ContactsTable") == system.items("ParkedTable") == []


def test_what_is_held_of_a_person_names_what_waits_of_them_and_nothing_of_others(system: System) -> None:
    park(system, submitted(1, phone=PHONE, name="Айгерім"), submitted(2, phone="+77021234567"))

    (held,) = system.services.parking.held("2026", [f"phone {PHONE}"])

    content: Any = held["content"]
    assert held["provider"] == "typeform"
    assert content["submission"]["fields"] == {"phone": PHONE, "name": "Айгерім"}
