from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib import bootstrap
from tests.api.conftest import NAMES, Client, participation


def request(**members: Any) -> dict[str, Any]:
    return {"names": NAMES, "state": "live", **members}


def test_a_campaign_is_created_then_changed(api: Client) -> None:
    created = api("PUT", "/v1/campaigns/2030", request())
    changed = api("PUT", "/v1/campaigns/2030", request(state="frozen"))

    assert (created.status, created.json["state"]) == (201, "live")
    assert (changed.status, changed.json["state"]) == (200, "frozen")
    assert created.json["limits"] == {"people": 1_000, "hours": 10_000, "amount": {"KZT": 10_000_000}}


def test_the_first_target_of_a_goal_stays_known(api: Client) -> None:
    api("PUT", "/v1/campaigns/2030", request(goals=[{"metric": "people", "target": 5}]))

    changed = api("PUT", "/v1/campaigns/2030", request(goals=[{"metric": "people", "target": 9}]))

    assert changed.json["goals"] == [{"metric": "people", "target": 9, "original": 5}]


def test_everybody_may_read_the_campaigns_and_nobody_their_limits(api: Client) -> None:
    api("PUT", "/v1/campaigns/2030", request(opens="2030-06-01T09:00:00+05:00", limits={"people": 7}))

    reply = api.as_token(None)("GET", "/v1/campaigns")

    assert reply.status == 200
    assert [campaign["id"] for campaign in reply.json["campaigns"]] == ["2026", "2030"]
    assert reply.json["campaigns"][1] == {
        "id": "2030",
        "names": NAMES,
        "state": "live",
        "opens": "2030-06-01T09:00:00+05:00",
        "closes": None,
        "goals": [],
        "milestones": [],
        "links": [],
    }
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"].startswith("public")


def test_a_frozen_campaign_refuses_at_once(api: Client) -> None:
    api("PUT", "/v1/campaigns/2026", request(state="frozen"))

    reply = api("POST", "/v1/campaigns/2026/participations", participation(), idempotency_key="k")

    assert (reply.status, reply.json["type"]) == (409, "/problems/campaign-frozen")


def test_of_changes_at_the_same_moment_each_is_made_or_refused(api: Client, services: bootstrap.Services) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: api("PUT", "/v1/campaigns/2026", request()), range(16)))

    made = [reply for reply in replies if reply.status == 200]
    refused = [reply for reply in replies if reply.status == 409]
    assert len(made) + len(refused) == 16
    assert {reply.json["type"] for reply in refused} <= {"/problems/campaign-changed"}
    assert [campaign.changes for campaign in services.registry.campaigns()] == [len(made)]
