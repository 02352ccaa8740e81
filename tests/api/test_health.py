import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign
from chalicelib.publishing import documents
from tests.api.conftest import Client


def publish(services: bootstrap.Services, campaign: Campaign, applied: int, at: int) -> None:
    document = documents.live(documents.header(campaign, applied, at), campaign, {}, None)
    services.documents.advance(document.path, document.position, lambda _: document)


def test_a_system_without_totals_is_well(api: Client) -> None:
    reply = api.as_token(None)("GET", "/health")

    assert (reply.status, reply.json) == (200, {"status": "ok", "totals": []})
    assert reply.headers["cache-control"] == "no-store"


def test_health_tells_how_old_the_totals_are(api: Client, services: bootstrap.Services, campaign: Campaign) -> None:
    publish(services, campaign, applied=12, at=now_ms() - 60_000)

    (totals,) = api("GET", "/health").json["totals"]

    assert (totals["campaign"], totals["rev"]) == ("2026", 12)
    assert 60 <= totals["age_seconds"] < 120
    assert totals["as_of"].endswith("Z")


@pytest.mark.parametrize("missing", ["registry_table", "documents_bucket"])
def test_stores_that_do_not_answer_are_told_with_status_200(
    api: Client, services: bootstrap.Services, missing: str
) -> None:
    services.settings = msgspec.structs.replace(services.settings, **{missing: "missing"})
    for made in ("registry", "documents"):
        vars(services).pop(made, None)

    reply = api("GET", "/health")

    assert (reply.status, reply.json) == (200, {"status": "degraded", "totals": []})
