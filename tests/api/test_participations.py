import re
from collections.abc import Callable

import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.aws import clients
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import CampaignState
from tests.api.conftest import NAMES, Client, other_spellings, participation
from tests.api.storage import scanned
from tests.conftest import Tables
from tests.recording import recorded_calls

ACTS = "/v1/campaigns/2026/participations"

PARTICIPANTS = {
    "a person": {"type": "citizen", "phone": "87011234567"},
    "nobody": {"type": "citizen"},
    "an organisation": {"type": "business", "bin": "990940003176", "organisation": "Көмек"},
}

each_participant = pytest.mark.parametrize("participant", PARTICIPANTS.values(), ids=PARTICIPANTS)


def test_a_participation_is_recorded(api: Client) -> None:
    reply = api("POST", ACTS, participation(), idempotency_key="k")

    assert reply.status == 201
    assert {**reply.json, "id": "", "recorded_at": ""} == {
        "id": "",
        "status": "counted",
        "recorded_at": "",
        "repeated": False,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reply.json["recorded_at"])
    assert reply.headers["location"] == f"/v1/participations/{reply.json['id']}"
    assert reply.headers["cache-control"] == "no-store"


def test_a_repeat_is_answered_as_the_first_and_changes_nothing(api: Client) -> None:
    first = api("POST", ACTS, participation(), idempotency_key="k")
    second = api("POST", ACTS, participation(), idempotency_key='"k"')

    assert second.status == 200
    assert second.json == {**first.json, "repeated": True}
    assert second.headers["location"] == first.headers["location"]


def test_a_repeat_after_a_withdrawal_tells_that_it_was_withdrawn(api: Client) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    api("POST", f"/v1/participations/{public_id}/withdrawal", {"reason": "asked to"})

    repeat = api("POST", ACTS, participation(), idempotency_key="k")

    assert (repeat.status, repeat.json["status"], repeat.json["repeated"]) == (200, "withdrawn", True)


@each_participant
def test_a_repeat_changes_nothing_at_all(api: Client, tables: Tables, participant: dict[str, str]) -> None:
    sent = participation(participant=participant, note="a note", consent={"text": "I agree", "version": "1"})
    first = api("POST", ACTS, sent, idempotency_key="k")
    before = scanned(tables)

    repeat = api("POST", ACTS, sent, idempotency_key="k")

    assert (repeat.status, repeat.json) == (200, {**first.json, "repeated": True})
    assert scanned(tables) == before


@pytest.mark.parametrize("state", ["frozen", "ended"])
@each_participant
def test_a_repeat_in_a_closed_campaign_is_answered_as_the_first(
    api: Client, services: bootstrap.Services, tables: Tables, state: CampaignState, participant: dict[str, str]
) -> None:
    first = api("POST", ACTS, participation(participant=participant), idempotency_key="k")
    services.registry.put_campaign(Campaign(id="2026", names=NAMES, state=state))
    before = scanned(tables)

    repeat = api("POST", ACTS, participation(participant=participant), idempotency_key="k")
    another = api("POST", ACTS, participation(participant=participant), idempotency_key="l")
    differing = api("POST", ACTS, participation(participant=participant, people=2), idempotency_key="k")

    assert (repeat.status, repeat.json) == (200, {**first.json, "repeated": True})
    assert (another.status, another.json["type"]) == (409, f"/problems/campaign-{state}")
    assert (differing.status, differing.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert scanned(tables) == before


@each_participant
def test_a_repeat_after_an_erasure_changes_nothing_and_brings_nothing_back(
    api: Client, tables: Tables, participant: dict[str, str]
) -> None:
    sent = participation(participant=participant, note="a note", consent={"text": "I agree", "version": "1"})
    first = api("POST", ACTS, sent, idempotency_key="k")
    api("POST", "/v1/campaigns/2026/erasures", {"participant": {"phone": "87011234567", "bin": "990940003176"}})
    before = scanned(tables)

    repeat = api("POST", ACTS, sent, idempotency_key="k")
    differing = api("POST", ACTS, {**sent, "people": 2}, idempotency_key="k")

    assert (repeat.status, repeat.json) == (200, {**first.json, "repeated": True})
    assert differing.status == 422
    assert scanned(tables) == before
    assert before["ContactsTable"] == []


def test_a_repeat_is_one_though_the_campaign_has_its_topic_no_more(api: Client, services: bootstrap.Services) -> None:
    body = participation(topic="ecology")
    first = api("POST", ACTS, body, idempotency_key="k")
    (campaign,) = services.registry.campaigns()
    services.registry.put_campaign(msgspec.structs.replace(campaign, topics=("chess",)))

    again, other = (api("POST", ACTS, body, idempotency_key=key) for key in ("k", "other"))

    assert (first.status, again.status, again.json["id"], again.json["repeated"]) == (201, 200, first.json["id"], True)
    assert (other.status, other.json["errors"][0]["pointer"]) == (422, "#/topic")


@pytest.mark.parametrize("first", PARTICIPANTS.values(), ids=PARTICIPANTS)
def test_a_key_is_for_one_content_whoever_is_in_it(api: Client, tables: Tables, first: dict[str, str]) -> None:
    api("POST", ACTS, participation(participant=first), idempotency_key="k")
    before = scanned(tables)
    others = [
        *(participant for participant in PARTICIPANTS.values() if participant != first),
        {"type": "citizen", "phone": "87770000001"},
        {"type": "citizen", "phone": "87770000001", "email": "other@example.kz"},
        {**first, "name": "Somebody Else"},
    ]

    replies = [api("POST", ACTS, participation(participant=other), idempotency_key="k") for other in others]

    assert {(reply.status, reply.json["type"]) for reply in replies} == {(422, "/problems/idempotency-key-reused")}
    assert scanned(tables) == before


def test_a_key_is_for_one_campaign(api: Client, services: bootstrap.Services, tables: Tables) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    api("POST", ACTS, participation(), idempotency_key="k")
    before = scanned(tables)

    reply = api("POST", "/v1/campaigns/2030/participations", participation(), idempotency_key="k")

    assert (reply.status, reply.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert scanned(tables) == before


@each_participant
def test_a_refused_request_leaves_everything_as_it_was(
    api: Client, services: bootstrap.Services, tables: Tables, participant: dict[str, str]
) -> None:
    """Of somebody who is known, too: nothing of what they give with it is taken."""
    api("POST", ACTS, participation(participant=participant), idempotency_key="k")
    services.registry.put_campaign(Campaign(id="frozen", names=NAMES, state="frozen"))
    more = {**participant, "name": "Айгүл Жаңа", "email": "new@example.kz"}
    sent = participation(participant=more, note="new", consent={"text": "I agree", "version": "1"})
    before = scanned(tables)

    replies = [
        api("POST", "/v1/campaigns/frozen/participations", sent, idempotency_key="new"),
        api("POST", ACTS, {**sent, "people": 0}, idempotency_key="new"),
        api("POST", ACTS, sent, idempotency_key="k"),
        api("POST", ACTS, sent, idempotency_key="a key with spaces"),
    ]

    assert [reply.status for reply in replies] == [409, 422, 422, 400]
    assert scanned(tables) == before


def test_the_same_key_of_another_token_is_another_submission(api: Client, issue: Callable[..., str]) -> None:
    first = api("POST", ACTS, participation(), idempotency_key="k")
    second = api.as_token(issue())("POST", ACTS, participation(people=2), idempotency_key="k")

    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_an_act_above_the_limits_is_in_review(api: Client) -> None:
    reply = api("POST", ACTS, participation(people=1_001), idempotency_key="k")

    assert (reply.status, reply.json["status"]) == (201, "in_review")


def test_a_participation_is_shown_without_anything_of_the_person(api: Client) -> None:
    public_id = api("POST", ACTS, participation(topic="neighbours", hours=2), idempotency_key="k").json["id"]

    shown = api("GET", f"/v1/participations/{public_id}")

    assert shown.status == 200
    assert {**shown.json, "recorded_at": ""} == {
        "id": public_id,
        "status": "counted",
        "recorded_at": "",
        "kind": "good_deed",
        "topic": "neighbours",
        "participant_type": "citizen",
        "organisation": None,
        "place": {"region": "KZ-75"},
        "people": 1,
        "hours": 2,
        "amount": None,
        "source": "api",
        "approvals_missing": 0,
    }


def test_a_participation_of_an_organisation_abroad_is_shown(api: Client) -> None:
    sent = participation(
        kind="donation",
        participant={"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"},
        place={"country": "DE"},
        amount={"currency": "EUR", "value": 100},
    )
    public_id = api("POST", ACTS, sent, idempotency_key="k").json["id"]

    shown = api("GET", f"/v1/participations/{public_id}").json

    assert (shown["place"], shown["organisation"]) == ({"country": "DE"}, "Үміт қоры")
    assert shown["amount"] == {"currency": "EUR", "value": 100}
    assert shown["status"] == "in_review"


def test_an_id_that_is_none_is_not_found(api: Client) -> None:
    for public_id in ("x", "%00", "..", "я", "a" * 3000, "%ff", "A" * 22, "A" * 48):
        assert api("GET", f"/v1/participations/{public_id}").status == 404


def test_an_id_is_written_in_one_way(api: Client) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    assert api("GET", f"/v1/participations/{public_id}").status == 200

    with recorded_calls(clients.dynamodb()) as calls:
        replies = [api("GET", f"/v1/participations/{other}") for other in other_spellings(public_id)]

    assert {(reply.status, reply.json["type"]) for reply in replies} == {(404, "/problems/participation-not-found")}
    # What can be no id is looked for nowhere.
    assert calls == []


def test_an_altered_id_is_not_found(api: Client) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    altered = ("B" if public_id[0] != "B" else "C") + public_id[1:]

    assert api("GET", f"/v1/participations/{altered}").status == 404


def test_a_campaign_that_is_not_there_is_not_found(api: Client) -> None:
    for campaign_id in ("1999", "UPPER", "%20", "..", "a" * 3000, "я", "2026%0A", "2026%2F"):
        reply = api("POST", f"/v1/campaigns/{campaign_id}/participations", participation(), idempotency_key="k")

        assert (reply.status, reply.json["type"]) == (404, "/problems/campaign-not-found")
