"""Commands about providers: leads that no webhook brought, and secrets that cannot work."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.intake.form_requests import read_form
from tests.ops.conftest import Installation
from tests.webhooks.conftest import PARKING_KEY
from tests.webhooks.leads.graph_api import FakeGraphApi, graph_api

PAGE, FORM = "138124712925158", "172036835026334"
SECRETS = {"app_secret": ["a" * 32], "verify_token": ["v" * 8], "page_access_token": ["EAAtoken"]}


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraphApi]:
    with graph_api() as stand_in:
        monkeypatch.setenv("GRAPH_API_URL", stand_in.url)
        monkeypatch.setenv("PARKING_KEY", PARKING_KEY)
        configure(monkeypatch, {"meta": {"ours": SECRETS}})
        yield stand_in


def configure(monkeypatch: pytest.MonkeyPatch, secrets: dict[str, Any]) -> None:
    monkeypatch.setenv("HOOK_SECRETS", json.dumps(secrets))


def register(installation: Installation) -> None:
    fallback = {"kind": "good_deed", "participant_type": "citizen", "place": {"region": "KZ-75"}}
    request = {"campaign": "2026", "state": "live", "fallback": fallback}
    installation.services.registry.put_form(read_form("meta", PAGE, FORM, request))


def lead(lead_id: str, hours: int) -> dict[str, Any]:
    """Return a lead of so many hours ago."""
    created = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    answers = [{"name": "email", "values": [f"{lead_id}@example.kz"]}]
    return {"id": lead_id, "created_time": created, "form_id": FORM, "field_data": answers}


def test_leads_that_no_webhook_brought_are_recorded_once(installation: Installation, graph: FakeGraphApi) -> None:
    register(installation)
    graph.lists[f"{FORM}/leads"] = [lead("1", 1), lead("2", 2), lead("3", 48)]
    since = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="seconds")

    found = [
        installation.answer("leads", "reconcile"),
        installation.answer("leads", "reconcile", "--since", since),
        installation.answer("leads", "reconcile", "--since", since),
    ]

    assert [form["recorded"] for (form,) in found] == [2, 1, 0]
    assert found[0][0] | {"page": PAGE, "form": FORM, "leads": 2, "missed": 2, "fault": None} == found[0][0]


def test_a_form_that_cannot_be_read_is_told(installation: Installation, graph: FakeGraphApi) -> None:
    register(installation)
    graph.tokens = set()

    code, printed, _ = installation.run("leads", "reconcile")

    assert (code, "GraphRefusal" in printed) == (1, True)


@pytest.mark.parametrize("since", ["yesterday", "2026-06-01T09:00:00"])
def test_since_when_is_a_time_with_its_offset(installation: Installation, graph: FakeGraphApi, since: str) -> None:
    code, printed, err = installation.run("leads", "reconcile", "--since", since)

    assert (code, printed, since in err) == (2, "", True)
    assert graph.asked == []


@pytest.mark.parametrize("secret", ["PEPPER", "PARKING_KEY"])
def test_leads_are_not_recorded_without_what_keys_and_seals_them(
    secret: str, installation: Installation, graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(secret)

    code, _, err = installation.run("leads", "reconcile")

    assert (code, secret in err, graph.asked) == (2, True, [])


def test_secrets_that_cannot_work_are_told_and_never_shown(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, {"standard": {"site": {"whsec": ["whsec_no base64!"]}}, "tally": {"ours": {}}})

    code, printed, err = installation.run("secret", "check")
    found = installation.answer("secret", "check", code=1)

    assert (code, "no base64!" in printed + err) == (1, False)
    assert [(fault["provider"], fault["account"], fault["name"]) for fault in found] == [
        ("tally", "ours", "secret"),
        ("standard", "site", "whsec"),
    ]


@pytest.mark.parametrize("command", [("secret", "check"), ("leads", "reconcile")])
@pytest.mark.parametrize("secrets", [None, "", "{oops", '{"meta": {"ours": {"app_secret": "not a list"}}}'])
@pytest.mark.usefixtures("graph")
def test_without_secrets_that_can_be_read_nothing_is_called_right(
    secrets: str | None, command: tuple[str, ...], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_SECRETS") if secrets is None else monkeypatch.setenv("HOOK_SECRETS", secrets)

    code, printed, err = installation.run(*command)

    assert (code, printed, "HOOK_SECRETS" in err, "not a list" in err) == (2, "", True, False)


def test_a_page_without_a_token_and_an_unknown_provider_are_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {name: values for name, values in SECRETS.items() if name != "page_access_token"}
    configure(monkeypatch, {"meta": {"ours": page}, "google_ads": {"ours": {"google_key": ["k"]}}})

    found = installation.answer("secret", "check", code=1)

    assert [(fault["provider"], fault["name"]) for fault in found] == [
        ("meta", "page_access_token"),
        ("google_ads", "*"),
    ]


def test_of_secrets_that_can_work_nothing_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, {"meta": {"ours": SECRETS}})

    assert installation.run("secret", "check")[0] == 0
    assert installation.answer("secret", "check") == []
