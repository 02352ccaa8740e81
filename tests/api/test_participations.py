import re
from collections.abc import Callable

import pytest

from chalicelib import bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import CampaignState
from tests.api.conftest import NAMES, Client, participation

ACTS = "/v1/campaigns/2026/participations"


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


@pytest.mark.parametrize("state", ["frozen", "ended"])
@pytest.mark.parametrize("participant", [{"type": "citizen", "phone": "87011234567"}, {"type": "citizen"}])
def test_a_repeat_in_a_closed_campaign_is_answered_as_the_first(
    api: Client, services: bootstrap.Services, state: CampaignState, participant: dict[str, str]
) -> None:
    first = api("POST", ACTS, participation(participant=participant), idempotency_key="k")
    services.registry.put_campaign(Campaign(id="2026", names=NAMES, state=state))

    repeat = api("POST", ACTS, participation(participant=participant), idempotency_key="k")
    another = api("POST", ACTS, participation(participant=participant), idempotency_key="l")

    assert (repeat.status, repeat.json["id"]) == (200, first.json["id"])
    assert another.status == 409


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


@pytest.mark.parametrize("public_id", ["x", "%00", "..", "я", "a" * 3000, "%ff", "A" * 48])
def test_an_id_that_is_none_is_not_found(api: Client, public_id: str) -> None:
    assert api("GET", f"/v1/participations/{public_id}").status == 404


def test_an_altered_id_is_not_found(api: Client) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    altered = ("B" if public_id[0] != "B" else "C") + public_id[1:]

    assert api("GET", f"/v1/participations/{altered}").status == 404


@pytest.mark.parametrize("campaign_id", ["1999", "UPPER", "%20", "..", "a" * 3000, "я", "2026%0A", "2026%2F"])
def test_a_campaign_that_is_not_there_is_not_found(api: Client, campaign_id: str) -> None:
    reply = api("POST", f"/v1/campaigns/{campaign_id}/participations", participation(), idempotency_key="k")

    assert (reply.status, reply.json["type"]) == (404, "/problems/campaign-not-found")
