from typing import Any

import msgspec
import pytest
from botocore.awsrequest import AWSPreparedRequest

from chalicelib import bootstrap
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import Limits
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, METRICS, CampaignState
from chalicelib.projections.state_store import StateKey, StoredState
from chalicelib.projections.sums import Cells
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.days import today
from chalicelib.publishing.public_campaign import PublicCampaign
from tests.api.conftest import NAMES, Client, participation
from tests.api.outages import loses_the_answer, outage
from tests.api.storage import documents, scanned
from tests.conftest import Tables


def request(**members: Any) -> dict[str, Any]:
    return {"names": NAMES, "state": "live", **members}


def test_a_campaign_has_all_its_documents_from_the_moment_it_exists(
    api: Client, services: bootstrap.Services, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[set[str]] = []
    replace = services.registry.replace_campaign

    def noted_replace(current: Campaign | None, campaign: Campaign) -> Campaign:
        there.append(documents(tables))
        return replace(current, campaign)

    now = now_ms()
    monkeypatch.setattr(services, "now", lambda: now)
    monkeypatch.setattr(services.registry, "replace_campaign", noted_replace)

    created = api("PUT", "/v1/campaigns/2030", request())

    assert (created.status, created.json["state"]) == (201, "live")
    assert created.json["limits"] == msgspec.to_builtins(Limits())
    assert created.json["min_cell"] == 0
    (before,) = there
    assert {path.removeprefix("v1/campaigns/2030/") for path in before} == {
        *("live.json", "page.json", "places.json", "recent.json", "organisations.json"),
        *("totals.csv", "totals-excel.csv", "days.csv", f"days/{today(now).isoformat()}.csv"),
        *(f"organisations/{place}.json" for place in (*regions(), ABROAD)),
        *(f"badge/{metric}.{language}.svg" for metric in METRICS for language in LANGUAGES),
        f"timeline/{today(now).isoformat()}.json",
    }


def test_a_new_campaign_whose_answer_is_lost_is_no_conflict(
    api: Client, services: bootstrap.Services, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.publisher, "prepare", lambda _: None)
    puts: list[AWSPreparedRequest] = []

    def loses_the_first_answer(put: AWSPreparedRequest) -> None:
        if tables["RegistryTable"] in str(put.body):
            puts.append(put)
            if len(puts) == 1:
                loses_the_answer(put)

    with outage(loses_the_first_answer, service="dynamodb", operation="PutItem"):
        reply = api("PUT", "/v1/campaigns/2030", request(state="test"))

    assert len(puts) == 2
    assert (reply.status, reply.json["state"]) == (201, "test")
    assert [campaign.changes for campaign in services.registry.campaigns()] == [0, 0]


def test_a_campaign_that_is_refused_leaves_nothing(api: Client, tables: Tables) -> None:
    before = scanned(tables)

    reply = api("PUT", "/v1/campaigns/2030", request(goals=[{"metric": "people", "target": 0}]))

    assert reply.status == 422
    assert documents(tables) == set()
    assert scanned(tables) == before


def test_everybody_may_read_the_campaigns_and_nobody_their_limits(api: Client, services: bootstrap.Services) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="test"))
    api("PUT", "/v1/campaigns/2030", request(opens="2030-06-01T09:00:00+05:00", limits={"people": 7}), if_match="*")

    reply = api.as_token(None)("GET", "/v1/campaigns")

    assert reply.status == 200
    assert [campaign["id"] for campaign in reply.json["campaigns"]] == ["2026", "2030"]
    told = reply.json["campaigns"][1]
    assert told.keys() == {field.name for field in msgspec.structs.fields(PublicCampaign)}
    assert (told["names"], told["state"], told["opens"]) == (NAMES, "live", "2030-06-01T09:00:00+05:00")
    assert "limits" not in told
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"].startswith("public")


def test_a_frozen_campaign_refuses_at_once(api: Client) -> None:
    api("PATCH", "/v1/campaigns/2026", {"state": "frozen"}, if_match="*")

    reply = api("POST", "/v1/campaigns/2026/participations", participation(), idempotency_key="k")

    assert (reply.status, reply.json["type"]) == (409, "/problems/campaign-frozen")


@pytest.mark.parametrize(
    ("current", "requested"), [("test", "live"), ("test", "frozen"), ("live", "test"), ("ended", "test")]
)
def test_acts_never_change_from_rehearsed_to_live_or_back(
    api: Client, services: bootstrap.Services, current: CampaignState, requested: str
) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state=current))
    change = {"state": requested}
    assert api("PATCH", "/v1/campaigns/2030", change, if_match="*").status == 200
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state=current))
    put_totals(services, "2030")

    replies = [
        api("PATCH", "/v1/campaigns/2030", change, if_match="*"),
        api("PUT", "/v1/campaigns/2030", request(state=requested), if_match="*"),
    ]

    assert [(reply.status, reply.json["type"]) for reply in replies] == [(409, "/problems/campaign-has-acts")] * 2
    assert [c.state for c in services.registry.campaigns() if c.id == "2030"] == [current]
    assert api("PATCH", "/v1/campaigns/2030", {"state": current}, if_match="*").status == 200


def put_totals(services: bootstrap.Services, campaign: str) -> None:
    """Store the totals of one event."""
    stored = StoredState[Cells]({}, applied=1, revision=1)
    services.states.put(TOTALS, StateKey(campaign, "totals", "all", 0), stored)
