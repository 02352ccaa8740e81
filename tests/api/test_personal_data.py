"""What is held of a person: told, erased, and their consent withdrawn."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.api.responses import moment
from chalicelib.domain.campaign import Campaign
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.retention import AFTER_CAMPAIGN_SECONDS
from chalicelib.participations.service import SubmittedParticipation
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedSubmission
from tests.api.conftest import NAMES, Client, participation
from tests.api.storage import scanned
from tests.conftest import Tables

ACTS = "/v1/campaigns/2026/participations"
ERASURES = "/v1/campaigns/2026/erasures"
SUBJECT_ACCESS = "/v1/campaigns/2026/subject-access"
CONSENT_WITHDRAWALS = "/v1/campaigns/2026/consent-withdrawals"

NOW = 1_780_286_400_000

PLACE = {"region": "KZ-75"}
PHONE, EMAIL, USER, BIN, NAME = "+77011234567", "aigul@example.kz", "telegram 12345", "990940003176", "Үміт қоры"
PERSON = {"participant": {"phone": "8 (701) 123-45-67"}}
NOTHING_ERASED = {"participants": 0, "contact_persons": 0, "names": 0, "parked": 0}

GIVEN: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "a phone": ({"type": "citizen", "phone": PHONE}, PERSON),
    "an e-mail address": ({"type": "citizen", "email": EMAIL}, {"participant": {"email": "Aigul@Example.KZ"}}),
    "an e-mail address given besides": (
        {"type": "citizen", "phone": PHONE, "email": EMAIL},
        {"participant": {"email": EMAIL}},
    ),
    "a phone besides a BIN, of an organisation that is one person": (
        {"type": "business", "bin": BIN, "organisation": "ИП Айгүл", "phone": PHONE},
        PERSON,
    ),
    "a BIN": ({"type": "ngo", "bin": BIN}, {"participant": {"bin": BIN}}),
    "a name and a place": (
        {"type": "ngo", "organisation": NAME},
        {"participant": {"type": "ngo", "organisation": "  үміт   ҚОРЫ "}, "place": PLACE},
    ),
    "a name and a place besides a BIN": (
        {"type": "ngo", "organisation": NAME, "bin": BIN},
        {"participant": {"type": "ngo", "organisation": NAME}, "place": PLACE},
    ),
    "one detail of several": (
        {"type": "citizen", "phone": PHONE},
        {"participant": {"phone": PHONE, "email": "nobody@example.kz", "user": USER}},
    ),
}


class Clock:
    """A clock that is set by hand."""

    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tables: Tables, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> bootstrap.Services:
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(32))).decode())
    app.services = bootstrap.bootstrap(lambda: clock.now)
    return app.services


@pytest.fixture
def parked(services: bootstrap.Services) -> Callable[..., None]:
    """Park a delivery with the phone in it."""

    def park(submission_id: str, campaign: str | None = None, user: str | None = None) -> None:
        fields = {"about": [{"me": f"call {PHONE}"}]} if user is None else {}
        submission = Submission(submission_id, "ours", "f", fields, user=user)
        received = ReceivedSubmission("typeform", submission, NOW, None)
        services.parking.park(received, Reason("form_unknown"), campaign)

    return park


@pytest.mark.parametrize(("participant", "sought"), GIVEN.values(), ids=GIVEN)
def test_a_participant_is_erased_by_any_detail_and_what_they_did_stands(
    api: Client, tables: Tables, participant: dict[str, str], sought: dict[str, Any]
) -> None:
    sent = participation(participant=participant, note="a note", consent={"text": "I agree", "version": "1"})
    public_id = api("POST", ACTS, sent, idempotency_key="k").json["id"]

    reply = api("POST", ERASURES, sought)

    assert (reply.status, reply.json["participants"]) == (200, 1)
    assert scanned(tables)["ContactsTable"] == []
    assert api("GET", f"/v1/participations/{public_id}").json["status"] == "counted"


def test_who_was_signed_in_at_a_provider_is_erased_by_that(
    api: Client, services: bootstrap.Services, campaign: Campaign, tables: Tables, parked: Callable[..., None]
) -> None:
    sender = Sender("telegram", user=USER)
    for number, participant in enumerate([{"type": "citizen"}, {"type": "citizen", "phone": PHONE}]):
        draft = read_participation(participation(participant=participant), sender, NOW)
        services.participations.record(campaign, SubmittedParticipation(str(number), b"", draft))
    parked("1", user=USER)

    reply = api("POST", ERASURES, {"participant": {"user": USER}})

    assert reply.json == {"participants": 2, "contact_persons": 0, "names": 0, "parked": 1}
    assert scanned(tables)["ContactsTable"] == []


def test_of_an_organisation_only_the_contact_person_is_erased(api: Client, tables: Tables) -> None:
    organisation = {"type": "ngo", "bin": BIN, "organisation": NAME, "name": "Айгүл", "phone": PHONE, "email": EMAIL}
    public_id = api("POST", ACTS, participation(participant=organisation), idempotency_key="k").json["id"]

    reply = api("POST", ERASURES, PERSON)

    assert reply.json == {**NOTHING_ERASED, "contact_persons": 1}
    assert api("GET", f"/v1/participations/{public_id}").json["organisation"] == NAME
    assert all(is_nowhere(detail, tables) for detail in ("Айгүл", PHONE, EMAIL))
    assert api("POST", ERASURES, PERSON).json == NOTHING_ERASED
    assert api("POST", ERASURES, {"participant": {"bin": BIN}}).json == {**NOTHING_ERASED, "participants": 1}


def test_the_name_of_an_organisation_that_is_one_person_is_erased_with_them(api: Client, tables: Tables) -> None:
    sole_trader = {"type": "business", "organisation": "ИП Айгүл", "phone": PHONE}
    public_id = api("POST", ACTS, participation(participant=sole_trader), idempotency_key="k").json["id"]
    assert not is_nowhere("Айгүл", tables)

    reply = api("POST", ERASURES, PERSON)

    assert reply.json == {**NOTHING_ERASED, "participants": 1, "names": 1}
    assert is_nowhere("Айгүл", tables)
    assert api("GET", f"/v1/participations/{public_id}").json["organisation"] is None


def test_what_waits_of_a_person_is_erased_with_them(
    api: Client, tables: Tables, parked: Callable[..., None], services: bootstrap.Services
) -> None:
    parked("of no campaign yet")
    parked("of this campaign", "2026")
    parked("of another campaign", "2030")

    reply = api("POST", ERASURES, PERSON)

    assert reply.json == {**NOTHING_ERASED, "parked": 2}
    assert [entry.campaign for entry in services.parking.entries()] == ["2030"]


def test_a_person_is_erased_from_the_campaign_that_is_asked_and_from_no_other(
    api: Client, services: bootstrap.Services
) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    for campaign in ("2026", "2030"):
        api("POST", f"/v1/campaigns/{campaign}/participations", participation(), idempotency_key=campaign)

    assert api("POST", ERASURES, PERSON).json["participants"] == 1
    assert api("POST", "/v1/campaigns/2030/erasures", PERSON).json["participants"] == 1


def test_who_is_erased_is_somebody_new_afterwards(api: Client, tables: Tables) -> None:
    api("POST", ACTS, participation(), idempotency_key="k")
    api("POST", ERASURES, PERSON)

    again = api("POST", ACTS, participation(), idempotency_key="another")

    assert (again.status, again.json["repeated"]) == (201, False)
    assert len({item["stream"]["S"] for item in scanned(tables)["EventsTable"]}) == 2
    assert api("POST", ERASURES, PERSON).json == {**NOTHING_ERASED, "participants": 1}


def test_whether_anybody_was_known_is_told_to_nobody_without_the_scope(
    api: Client, issue: Callable[..., str], tables: Tables
) -> None:
    eraser = api.as_token(issue("erase"))
    api("POST", ACTS, participation(), idempotency_key="k")

    replies = [eraser("POST", ERASURES, PERSON) for _ in range(2)]

    assert scanned(tables)["ContactsTable"] == []
    assert [(reply.status, reply.body) for reply in replies] == [(204, b"")] * 2
    headers = [{**reply.headers, "x-request-id": ""} for reply in replies]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("times", [1, 2])
def test_erasing_nobody_is_answered_as_any_erasure(api: Client, times: int) -> None:
    replies = [api("POST", ERASURES, PERSON) for _ in range(times)]

    assert [(reply.status, reply.json) for reply in replies] == [(200, NOTHING_ERASED)] * times


@pytest.mark.parametrize("path", [ERASURES, SUBJECT_ACCESS, CONSENT_WITHDRAWALS])
def test_who_is_sought_has_to_be_told(api: Client, path: str) -> None:
    for sought, pointer, code in (
        ({"participant": {}}, "#/participant", "nothing_identifies"),
        ({"participant": {"type": "citizen"}}, "#/participant", "nothing_identifies"),
        ({"participant": {"organisation": NAME}}, "#/place", "required"),
        ({"participant": {"phone": "call me"}}, "#/participant/phone", "phone"),
        ({"participant": {"user": "12345"}}, "#/participant/user", "user"),
        ({"participant": {"name": "Айгүл"}}, "#/participant/name", "unknown_field"),
    ):
        reply = api("POST", path, sought)

        assert reply.status == 422
        assert [(error["pointer"], error["code"]) for error in reply.json["errors"]] == [(pointer, code)]


def test_a_person_is_told_all_that_is_held_of_them(api: Client, parked: Callable[..., None]) -> None:
    person = {"type": "citizen", "name": "Айгүл", "phone": PHONE, "email": EMAIL}
    consent = {"text": "I agree", "version": "1"}
    api("POST", ACTS, participation(participant=person, note="after six", consent=consent), idempotency_key="1")
    api("POST", ACTS, participation(participant=person), idempotency_key="2")
    parked("1")

    reply = api("POST", SUBJECT_ACCESS, {"participant": {"email": EMAIL}})
    by_phone = api("POST", SUBJECT_ACCESS, PERSON)

    assert reply.status == 200
    (held,) = reply.json["participants"]
    (first, second) = held.pop("events")
    assert held == {
        "participant_type": "citizen",
        "place": "KZ-75",
        "given": {"name": "Айгүл", "phone": PHONE, "email": EMAIL},
        "expires_at": moment(NOW + AFTER_CAMPAIGN_SECONDS * 1000),
        "notes": [
            {
                "recorded_at": moment(NOW),
                "source": "api",
                "note": "after six",
                "consent_text": "I agree",
                "consent_version": "1",
            }
        ],
    }
    assert [event["type"] for event in (first, second)] == ["kz.qaiyrym.ParticipationRecorded.v2"] * 2
    assert first["data"]["act"]["kind"] == "good_deed"
    # The phone is what they are known by: what waits with it is theirs by whatever detail they are asked for.
    assert reply.json["parked"] == by_phone.json["parked"]
    (waiting,) = by_phone.json["parked"]
    assert by_phone.json["participants"][0]["given"] == held["given"]
    assert waiting["content"]["submission"]["fields"] == {"about": [{"me": f"call {PHONE}"}]}


def test_of_a_delivery_that_cannot_be_opened_any_more_only_that_is_told(
    api: Client, parked: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    parked("1")
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(1, 33))).decode())
    monkeypatch.setattr(app, "services", bootstrap.bootstrap(lambda: NOW))

    (waiting,) = api("POST", SUBJECT_ACCESS, PERSON).json["parked"]

    assert set(waiting) == {"provider", "id", "received_at"}


def test_of_nobody_nothing_is_held(api: Client) -> None:
    api("POST", ACTS, participation(), idempotency_key="k")
    api("POST", ERASURES, PERSON)

    reply = api("POST", SUBJECT_ACCESS, PERSON)

    assert (reply.status, reply.json) == (200, {"participants": [], "parked": []})


def test_what_is_held_is_told_to_nobody_without_the_scope(api: Client, issue: Callable[..., str]) -> None:
    others = api.as_token(issue("record", "read", "moderate", "erase", "admin"))

    reply = others("POST", SUBJECT_ACCESS, PERSON)

    assert (reply.status, reply.json["type"]) == (403, "/problems/scope-missing")


def test_a_withdrawn_consent_is_noted_with_its_time_and_its_channel(api: Client, clock: Clock) -> None:
    sent = participation(note="after six", consent={"text": "I agree", "version": "1"})
    api("POST", ACTS, sent, idempotency_key="1")
    api("POST", ACTS, participation(note="without consent"), idempotency_key="2")
    token_id = (api.token or "").split("_")[1]

    first = api("POST", CONSENT_WITHDRAWALS, PERSON)
    clock.now += 1_000
    again = api("POST", CONSENT_WITHDRAWALS, PERSON)

    assert [(reply.status, reply.json) for reply in (first, again)] == [(200, {"consents": 1}), (200, {"consents": 0})]
    (held,) = api("POST", SUBJECT_ACCESS, PERSON).json["participants"]
    with_consent, without = held["notes"]
    assert (with_consent["withdrawn_at"], with_consent["withdrawn_by"]) == (moment(NOW), f"api {token_id}")
    assert with_consent["consent_text"] == "I agree"
    assert "withdrawn_at" not in without


def test_whose_consent_was_withdrawn_is_told_to_nobody_without_the_scope(
    api: Client, issue: Callable[..., str]
) -> None:
    eraser = api.as_token(issue("erase"))
    api("POST", ACTS, participation(consent={"text": "I agree", "version": "1"}), idempotency_key="k")

    replies = [eraser("POST", CONSENT_WITHDRAWALS, PERSON) for _ in range(2)]

    assert [(reply.status, reply.body) for reply in replies] == [(204, b"")] * 2
    assert api("POST", CONSENT_WITHDRAWALS, PERSON).json == {"consents": 0}


def is_nowhere(text: str, tables: Tables) -> bool:
    """Whether a text is in no item of any table."""
    return text not in msgspec.json.encode(scanned(tables)).decode()
