import time
from threading import Event

import msgspec
import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.api import health
from chalicelib.api.responses import moment
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.milestones import NONE_REACHED
from chalicelib.publishing import documents
from chalicelib.publishing.standstill import MAX_SILENCE_MS, MAX_UNSHOWN_MS, Report
from tests.api.conftest import Client
from tests.api.outages import FAULTS, outage

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z."""


@pytest.fixture
def services(tables: object) -> bootstrap.Services:
    """Services whose clock stands still."""
    app.services = bootstrap.bootstrap(lambda: NOW)
    return app.services


def publish(services: bootstrap.Services, campaign: Campaign, applied: int, at: int) -> None:
    document = documents.live(documents.header(campaign, applied, at), campaign, {}, NONE_REACHED)
    services.documents.advance(document.path, document.position, lambda _: document)


def test_a_system_that_shows_everything_is_well(visitor: Client, services: bootstrap.Services) -> None:
    services.reports.put(Report(NOW - 20_000))

    reply = visitor("GET", "/health")

    assert (reply.status, reply.json) == (
        200,
        {"status": "ok", "totals": [], "unshown_seconds": 0, "set_aside": 0, "checked_at": moment(NOW - 20_000)},
    )
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["access-control-allow-origin"] == "*"


def test_health_tells_how_old_the_totals_are(visitor: Client, services: bootstrap.Services, campaign: Campaign) -> None:
    services.reports.put(Report(NOW))
    publish(services, campaign, applied=12, at=NOW - 61_000)

    assert visitor("GET", "/health").json["totals"] == [
        {"campaign": "2026", "as_of": moment(NOW - 61_000), "age_seconds": 61, "rev": 12}
    ]


def test_a_system_that_was_never_swept_is_not_well(
    visitor: Client, services: bootstrap.Services, campaign: Campaign
) -> None:
    publish(services, campaign, applied=12, at=NOW)

    reply = visitor("GET", "/health")

    assert (reply.status, reply.headers["retry-after"]) == (503, "2")
    assert {**reply.json, "totals": len(reply.json["totals"])} == {
        "status": "degraded",
        "totals": 1,
        "unshown_seconds": None,
        "set_aside": None,
        "checked_at": None,
    }


@pytest.mark.parametrize(
    ("report", "status", "unshown_seconds"),
    [
        (Report(NOW - 150_000), 200, 0),
        (Report(NOW - 150_001), 503, 0),
        (Report(NOW, unshown_since=NOW - 30_000), 200, 30),
        (Report(NOW, unshown_since=NOW - 30_001), 503, 30),
        # What was on its way when the sweep looked grows no older by that: it is shown since.
        (Report(NOW - 59_000, unshown_since=NOW - 60_000), 200, 1),
        (Report(NOW - 10_000, unshown_since=NOW - 45_000), 503, 35),
        (Report(NOW, late_ms=30_000), 200, 30),
        (Report(NOW, late_ms=30_001), 503, 30),
        (Report(NOW, unshown_since=NOW - 3_000, late_ms=70_000), 503, 70),
        # Clocks differ.
        (Report(NOW + 900, unshown_since=NOW + 900), 200, 0),
    ],
    ids=str,
)
def test_what_stands_still_is_never_well(
    visitor: Client, services: bootstrap.Services, report: Report, status: int, unshown_seconds: int
) -> None:
    services.reports.put(report)

    reply = visitor("GET", "/health")

    assert (reply.status, reply.json["status"]) == (status, "ok" if status == 200 else "degraded")
    assert (reply.json["unshown_seconds"], reply.json["checked_at"]) == (unshown_seconds, moment(report.checked_at))


def test_the_limits_are_those_that_are_promised() -> None:
    assert (MAX_UNSHOWN_MS, MAX_SILENCE_MS) == (30_000, 150_000)


def test_what_is_set_aside_is_told_and_does_no_harm(visitor: Client, services: bootstrap.Services) -> None:
    services.reports.put(Report(NOW, set_aside=3))

    reply = visitor("GET", "/health")

    assert (reply.status, reply.json["set_aside"]) == (200, 3)


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_a_system_whose_stores_do_not_answer_is_not_well(
    visitor: Client,
    services: bootstrap.Services,
    campaign: Campaign,
    service: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services.reports.put(Report(NOW))
    monkeypatch.setattr(time, "sleep", lambda _: None)

    with outage(FAULTS["no answer in time"], service=service):
        reply = visitor("GET", "/health")

    assert reply.status == 503
    assert reply.json == {
        "status": "degraded",
        "totals": [],
        "unshown_seconds": None,
        "set_aside": None,
        "checked_at": None,
    }


@pytest.mark.parametrize("missing", ["registry_table", "documents_bucket", "operations_table"])
def test_a_system_without_one_of_its_stores_is_not_well(
    visitor: Client, services: bootstrap.Services, campaign: Campaign, missing: str
) -> None:
    services.reports.put(Report(NOW))
    services.settings = msgspec.structs.replace(services.settings, **{missing: "missing"})
    for made in ("registry", "documents", "reports"):
        vars(services).pop(made, None)

    reply = visitor("GET", "/health")

    assert (reply.status, reply.json["status"]) == (503, "degraded")


def test_who_asks_for_health_does_not_wait_for_a_store_that_is_slow(
    visitor: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Event()
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(services.reports, "read", lambda: answered.wait(30))

    reply = visitor("GET", "/health")
    answered.set()

    assert (reply.status, reply.json["status"]) == (503, "degraded")
