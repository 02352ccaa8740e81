"""Acts that count and are hidden from view."""

from collections.abc import Callable

import pytest

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from tests.api.conftest import NAMES, Client, participation

REASON = {"reason": "an insult"}


@pytest.fixture
def act(api: Client) -> str:
    return str(api("POST", "/v1/campaigns/2026/participations", participation(), idempotency_key="1").json["id"])


def path(act: str, campaign: str = "2026") -> str:
    return f"/v1/campaigns/{campaign}/acts/{act}/visibility"


def test_an_act_is_shown_until_it_is_hidden_and_counts_all_the_same(api: Client, act: str) -> None:
    assert api("GET", path(act)).json == {"id": act, "state": "shown", "decision": None}

    hidden = api("PUT", path(act), {"state": "hidden", **REASON})

    assert (hidden.status, hidden.json["state"], hidden.json["decision"]["reason"]) == (200, "hidden", "an insult")
    assert api("PUT", path(act), {"state": "hidden", "reason": "again"}).json == hidden.json
    assert api("GET", path(act)).json == hidden.json
    assert api("GET", f"/v1/participations/{act}").json["status"] == "counted"
    assert api("PUT", path(act), {"state": "shown", "reason": "a mistake"}).json["state"] == "shown"


def test_an_act_of_another_campaign_is_not_found(api: Client, services: Services, act: str) -> None:
    services.registry.put_campaign(Campaign(id="2027", names=NAMES, state="live"))

    assert api("GET", path(act, "2027")).status == 404
    assert api("PUT", path(act, "2027"), {"state": "hidden", **REASON}).status == 404
    assert api("GET", path("A" * 22)).status == 404


def test_a_decision_says_what_and_why(api: Client, act: str) -> None:
    reply = api("PUT", path(act), {"state": "waiting"})

    assert (reply.status, {error["pointer"] for error in reply.json["errors"]}) == (422, {"#/state", "#/reason"})


def test_acts_are_hidden_by_moderators_of_their_campaign_and_region(
    api: Client, services: Services, issue: Callable[..., str], act: str
) -> None:
    there, elsewhere = (
        services.registry.issue_token(("moderate",), "2026", region=region) for region in ("KZ-75", "KZ-10")
    )

    for token in (issue("record", "read"), issue("moderate", campaign="2027"), elsewhere):
        assert api.as_token(token)("PUT", path(act), {"state": "hidden", **REASON}).status == 403
    assert api("GET", path(act)).json["state"] == "shown"
    assert api.as_token(there)("PUT", path(act), {"state": "hidden", **REASON}).status == 200
