"""What is acknowledged and cannot be recorded yet: sealed, listed, and recorded once when it is replayed."""

import json
import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.participations.keys import Keys
from chalicelib.webhooks import replaying
from chalicelib.webhooks.delivery import Lead
from chalicelib.webhooks.dispatcher import Disposition
from chalicelib.webhooks.parking import RETENTION_SECONDS, ParkedEntry, Parking, Reason, Unsealable
from chalicelib.webhooks.received import ReceivedLead, ReceivedSubmission
from chalicelib.webhooks.replaying import Which
from tests.webhooks.conftest import MakeSystem, SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import ONE_OF_EACH, System, account_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
TALLY = named("tally/ok_01_form_response")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
OLD_KEY, NEW_KEY = bytes(range(32)), bytes(range(1, 33))
LEAD = ReceivedLead(Lead("233370042045345", "138124712925158", "1", None), "ours", 1_760_000_000_000)


@pytest.fixture
def system(make_system: MakeSystem) -> System:
    """The system that takes deliveries of Typeform and Tally, with an open campaign and no form."""
    secrets = {
        "typeform": {"ours": TYPEFORM.account.secrets},
        "tally": {"ours": TALLY.account.secrets},
        "whatsapp": {"ours": WHATSAPP.account.secrets},
    }
    system = make_system(secrets, TYPEFORM.now)
    system.open_campaign()
    return system


def flows(*replies: dict[str, object]) -> bytes:
    """Return the body of a WhatsApp delivery with these completed Flows."""
    body = json.loads(WHATSAPP.delivery.body)
    messages = body["entry"][0]["changes"][0]["value"]["messages"]
    sent = messages.pop()["interactive"]
    for number, reply in enumerate(replies):
        answered = {**sent, "nfm_reply": {**sent["nfm_reply"], "response_json": json.dumps(reply)}}
        messages.append(
            {"from": "77000000002", "id": f"wamid.{number}", "type": "interactive", "interactive": answered}
        )
    return json.dumps(body).encode()


def replay(system: System, entry: ParkedEntry) -> Disposition | None:
    return system.services.replayer.replay(entry.provider, entry.id)


def the_entry(system: System) -> ParkedEntry:
    ((entry, _),) = system.parked()
    return entry


def test_what_is_parked_is_opened_as_it_came(system: System) -> None:
    system.post(TYPEFORM)

    ((entry, content),) = system.parked()

    assert isinstance(content, ReceivedSubmission)
    assert content.body == TYPEFORM.delivery.body.decode()
    assert content.submission.fields == TYPEFORM.expected.fields
    assert (entry.provider, entry.account, entry.form) == ("typeform", "ours", "lT4Z3j")
    assert entry.received_at == TYPEFORM.now * 1000


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.name)
def test_what_any_provider_delivers_for_an_unknown_form_is_parked_as_it_came(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)

    outcomes = system.outcomes(case)

    assert outcomes == ["parked"]
    ((entry, content),) = system.parked()
    assert isinstance(content, ReceivedSubmission)
    assert (entry.provider, entry.account) == account_of(case)
    assert content.body == case.delivery.body.decode()
    assert content.submission.fields == case.expected.fields


def test_nothing_of_it_can_be_read_without_the_key(system: System) -> None:
    system.post(TYPEFORM)

    (item,) = system.parked_items()

    assert set(item) == {
        *("provider", "id", "revision", "reason", "about", "account", "form", "received_at", "expires_at"),
        *("details", "sealed"),
    }
    assert item["expires_at"] == TYPEFORM.now + RETENTION_SECONDS


def test_details_stand_there_as_keys_only(system: System) -> None:
    system.post(TYPEFORM)
    words = ("7000000006", "laura@example.com", "Жанар", "Үлгі")

    stored = system.items("ParkedTable")

    # The texts themselves, and the bytes that are sealed.
    read = " ".join(
        [str(stored), *(bytes(item["sealed"]).decode(errors="replace") for item in stored if "sealed" in item)]
    )
    assert [word for word in words if word in read] == []
    (entry,) = system.parked_items()
    leading = {item["provider"] for item in stored if "sealed" not in item}
    assert leading == {f"detail {key}" for key in entry["details"]}
    assert len(leading) == 2
    assert {item["expires_at"] for item in stored} == {entry["expires_at"]}


def test_keys_of_details_are_nobody_s_without_the_pepper(system: System) -> None:
    others = Keys(bytes(range(1, 33)))
    system.post(TYPEFORM)

    (entry,) = system.parked_items()

    assert system.services.keys.parked_detail("phone +77000000006") in entry["details"]
    assert others.parked_detail("phone +77000000006") not in entry["details"]


def test_a_delivery_repeated_parks_once(system: System) -> None:
    for _ in range(3):
        system.post(TYPEFORM)

    assert len(system.parked_items()) == 1


def test_what_others_submitted_in_the_same_delivery_is_stored_with_none_of_its_submissions(system: System) -> None:
    system.post(WHATSAPP, flows({"full_name": "Айгерім"}, {"full_name": "Ерлан"}))

    bodies = {content.submission.fields["name"]: content.body for content in system.submissions()}
    assert bodies == {"Айгерім": None, "Ерлан": None}


def test_an_older_key_opens_what_it_sealed_until_it_is_removed(system: System) -> None:
    table, keys = system.tables["ParkedTable"], system.services.keys
    Parking(table, lambda: [OLD_KEY], keys).park(LEAD, Reason("token_missing"))
    entry = next(Parking(table, lambda: [OLD_KEY], keys).entries())

    opened = Parking(table, lambda: [NEW_KEY, OLD_KEY], keys).open(entry.provider, entry.id)

    assert opened == (entry, LEAD)
    with pytest.raises(Unsealable):
        Parking(table, lambda: [NEW_KEY], keys).open(entry.provider, entry.id)


def test_what_nobody_can_open_any_more_stays_and_stops_no_other(system: System) -> None:
    table, keys = system.tables["ParkedTable"], system.services.keys
    Parking(table, lambda: [OLD_KEY], keys).park(LEAD, Reason("token_missing"))

    replayed = system.services.replayer.replay_all(Which("meta"))

    assert (replayed.unsealable, replayed.outcomes) == (1, {})
    assert len(system.parked_items()) == 1


def test_a_body_that_does_not_fit_is_left_out_and_all_that_was_read_of_it_kept(system: System) -> None:
    filler = b64encode(os.urandom(450_000)).decode()

    status = system.post(TYPEFORM, typeform(token="large", landing_page=filler))

    assert status == 200
    (content,) = system.submissions()
    assert content.body is None
    assert content.submission.fields == TYPEFORM.expected.fields


def too_large() -> bytes:
    """Return the body of a Typeform delivery with an answer that fits into no item."""
    return typeform(token="large", hidden={"filler": b64encode(os.urandom(450_000)).decode()})


def test_a_submission_that_does_not_fit_is_not_acknowledged(system: System) -> None:
    status = system.post(TYPEFORM, too_large())

    assert status == 413
    assert system.parked_items() == []


def test_a_submission_that_does_not_fit_leaves_nothing_behind(system: System) -> None:
    system.post(TYPEFORM, too_large())

    assert system.items("ParkedTable") == []


def test_a_replay_records_once_and_forgets(system: System) -> None:
    system.post(TYPEFORM)
    entry = the_entry(system)
    system.register("typeform", "ours")

    outcome = [replay(system, entry), replay(system, entry)]

    assert outcome == [Disposition("recorded"), None]
    assert system.parked() == []
    (recorded,) = system.acts()
    assert recorded["act"]["source"] == "typeform"


def test_three_replays_at_once_and_a_redelivery_count_once(system: System) -> None:
    system.post(TYPEFORM)
    entry = the_entry(system)
    system.register("typeform", "ours")
    assert system.services.replayer

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: replay(system, entry), range(3)))
    system.post(TYPEFORM)

    assert len(system.acts()) == 1
    assert system.parked() == []


def test_what_was_delivered_again_and_recorded_meanwhile_is_only_forgotten(system: System) -> None:
    system.post(TYPEFORM)
    entry = the_entry(system)
    system.register("typeform", "ours")
    system.post(TYPEFORM)

    outcome = replay(system, entry)

    assert outcome == Disposition("repeated")
    assert system.parked() == []
    assert len(system.acts()) == 1


def test_what_still_cannot_be_recorded_stays_with_its_new_reason(system: System) -> None:
    system.post(TYPEFORM)
    before = the_entry(system)
    system.register("typeform", "ours", defaults={"kind": "good_deed"})

    outcome = replay(system, before)

    assert outcome == Disposition("parked", Reason("invalid", ("#/participant/type required",)))
    after = the_entry(system)
    assert (after.id, after.received_at, after.campaign) == (before.id, before.received_at, "2026")
    assert after.reason == outcome.reason


def test_all_of_a_form_are_replayed_a_page_at_a_time(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    for number in range(5):
        system.post(TYPEFORM, typeform(token=f"token-{number}"))
    system.post(TYPEFORM, typeform(token="another", form_id="another"))
    system.register("typeform", "ours", "lT4Z3j")
    replayer, which = system.services.replayer, Which("typeform", "ours", "lT4Z3j")

    pages = [replayer.replay_all(which)]
    while pages[-1].next:
        pages.append(replayer.replay_all(which, pages[-1].next))

    assert [dict(page.outcomes) for page in pages] == [{"recorded": 2}, {"recorded": 2}, {"recorded": 1}]
    assert len(system.acts()) == 5
    assert the_entry(system).form == "another"


def test_what_a_form_was_tried_out_with_is_replayed_only_when_it_is_meant(system: System) -> None:
    system.register("typeform", "ours", state="test")
    system.post(TYPEFORM)
    system.register("typeform", "ours", state="live")
    replayer = system.services.replayer

    without = replayer.replay_all(Which("typeform"))
    meant = replayer.replay_all(Which("typeform", reason="form_in_test"))

    assert (dict(without.outcomes), dict(meant.outcomes)) == ({}, {"recorded": 1})


def test_entries_are_listed_by_provider_account_and_form(system: System) -> None:
    system.post(TYPEFORM)
    system.post(TYPEFORM, typeform(token="b", form_id="another"))
    system.send(TALLY.path_hint, TALLY.delivery)

    def listed(provider: str | None = None, account: str | None = None, form: str | None = None) -> list[str]:
        return sorted(entry.form for entry in system.services.parking.entries(provider, account, form))

    assert listed() == ["XxA4WO", "another", "lT4Z3j"]
    assert listed("typeform") == ["another", "lT4Z3j"]
    assert listed("typeform", "ours", "another") == ["another"]
    assert listed(form="XxA4WO") == ["XxA4WO"]
    assert listed("typeform", "theirs") == listed("myspace") == []


def test_a_list_goes_on_behind_any_entry(system: System) -> None:
    for number in range(3):
        system.post(TYPEFORM, typeform(token=f"token-{number}"))
    system.send(TALLY.path_hint, TALLY.delivery)
    parking = system.services.parking
    everything = list(parking.entries())

    for index, entry in enumerate(everything):
        assert list(parking.entries(after=f"{entry.provider}/{entry.id}")) == everything[index + 1 :]


def test_a_parked_lead_is_queued_again(system: System) -> None:
    system.services.parking.park(LEAD, Reason("token_missing"))

    outcome = replay(system, the_entry(system))

    assert outcome == Disposition("queued")
    assert system.queued() == [LEAD]
    assert system.parked() == []


def test_a_lead_that_is_parked_again_while_it_is_replayed_is_not_lost(system: System) -> None:
    parking = system.services.parking
    parking.park(LEAD, Reason("lead_refused", ("http 400",)))
    before = the_entry(system)

    parking.park(LEAD, Reason("lead_refused", ("http 403",)))
    removed = parking.remove(before)

    assert not removed
    assert the_entry(system).reason.about == ("http 403",)


def test_of_several_who_remove_an_entry_one_is_told_that_it_did(system: System) -> None:
    system.post(TYPEFORM)
    parking, entry = system.services.parking, the_entry(system)

    removed = [parking.remove(entry) for _ in range(3)]

    assert removed == [True, False, False]
    assert system.items("ParkedTable") == []


def test_a_form_without_a_name_is_parked_too(system: System) -> None:
    body = json.loads(TYPEFORM.delivery.body)
    del body["form_response"]["form_id"]

    system.post(TYPEFORM, json.dumps(body).encode())

    assert the_entry(system).form == ""
