from collections.abc import Callable, Mapping

import msgspec
import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.api.calls import AnyScope
from chalicelib.api.routes import operation_of
from chalicelib.clock import now_ms
from chalicelib.domain.tokens import SCOPES, Scope
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"

NEEDED: Mapping[tuple[str, str], Scope | AnyScope] = {
    ("POST", "/v1/campaigns/{campaign}/participations"): "record",
    ("POST", "/v1/campaigns/{campaign}/participations/batch"): "record",
    ("GET", "/v1/participations/{participation}"): "read",
    ("POST", "/v1/participations/{participation}/withdrawal"): "moderate",
    ("POST", "/v1/participations/{participation}/correction"): "moderate",
    ("POST", "/v1/participations/{participation}/approval"): "moderate",
    ("POST", "/v1/participations/{participation}/rejection"): "moderate",
    ("GET", "/v1/participations/{participation}/history"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/acts"): "moderate",
    ("POST", "/v1/campaigns/{campaign}/acts/withdrawals"): "moderate",
    ("POST", "/v1/campaigns/{campaign}/acts/approvals"): "moderate",
    ("POST", "/v1/campaigns/{campaign}/acts/rejections"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/acts/{participation}/visibility"): "moderate",
    ("PUT", "/v1/campaigns/{campaign}/acts/{participation}/visibility"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/names"): "moderate",
    ("PUT", "/v1/campaigns/{campaign}/names"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/names/{name}"): "moderate",
    ("PUT", "/v1/campaigns/{campaign}/names/{name}"): "moderate",
    ("POST", "/v1/campaigns/{campaign}/name-decisions"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/acts/changes"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/breakdown"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/review"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/review/groups"): "moderate",
    ("POST", "/v1/campaigns/{campaign}/erasures"): "erase",
    ("POST", "/v1/campaigns/{campaign}/consent-withdrawals"): "erase",
    ("POST", "/v1/campaigns/{campaign}/subject-access"): "access",
    ("GET", "/v1/campaigns/{campaign}/status"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/trail"): "moderate",
    ("GET", "/v1/campaigns/{campaign}/submissions"): "record",
    ("GET", "/v1/campaigns/{campaign}"): "admin",
    ("PUT", "/v1/campaigns/{campaign}"): "admin",
    ("PATCH", "/v1/campaigns/{campaign}"): "admin",
    ("POST", "/v1/tokens"): "admin",
    ("GET", "/v1/tokens"): "admin",
    ("GET", "/v1/tokens/self"): "any",
    ("DELETE", "/v1/tokens/{token}"): "admin",
    ("GET", "/v1/forms"): "admin",
    ("GET", "/v1/forms/{provider}/{account}/{form}"): "admin",
    ("PUT", "/v1/forms/{provider}/{account}/{form}"): "admin",
    ("POST", "/v1/forms/{provider}/{account}/{form}/check"): "admin",
    ("GET", "/v1/parked"): "admin",
    ("GET", "/v1/parked/{provider}/{entry}"): "admin",
    ("DELETE", "/v1/parked/{provider}/{entry}"): "admin",
    ("POST", "/v1/parked/{provider}/{entry}/replay"): "admin",
    ("POST", "/v1/parked/replay"): "admin",
}
OF_OWN = {
    ("GET", "/v1/participations/{participation}"),
    ("GET", "/v1/participations/{participation}/history"),
    ("POST", "/v1/participations/{participation}/withdrawal"),
    ("POST", "/v1/participations/{participation}/correction"),
}
"""What a token that may only record is let in to, of what it recorded itself."""
"""The scope of each route that needs one."""

NAMED = {
    "{campaign}": "2026",
    "{participation}": "x",
    "{name}": "x",
    "{provider}": "typeform",
    "{account}": "ours",
    "{form}": "f",
    "{entry}": "x",
    "{token}": "x",
}


def test_an_unknown_token_is_told_so(api: Client) -> None:
    reply = api.as_token("qy_0123456789ab_secret")("GET", "/v1/participations/x")

    assert (reply.status, reply.json["type"]) == (401, "/problems/token-invalid")
    assert reply.headers["www-authenticate"] == 'Bearer realm="qaiyrym", error="invalid_token"'


def test_a_missing_token_is_asked_for(api: Client) -> None:
    reply = api.as_token(None)("GET", "/v1/participations/x")

    assert (reply.status, reply.json["type"]) == (401, "/problems/token-missing")
    assert reply.headers["www-authenticate"] == 'Bearer realm="qaiyrym"'


def test_what_is_no_bearer_token_is_invalid(api: Client) -> None:
    malformed = [
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "qy_a_b",
        "Bearer qy_a_",
        "Bearer x_a_b",
        f"Bearer qy_{'a' * 5000}_b",
    ]

    for authorization in malformed:
        reply = api("GET", "/v1/participations/x", authorization=authorization)

        assert (reply.status, reply.json["type"]) == (401, "/problems/token-invalid")


def test_the_scheme_is_written_in_any_case(api: Client, issue: Callable[..., str]) -> None:
    assert api("GET", "/v1/participations/x", authorization=f"bEARER {issue()}").status == 404


def test_a_token_with_another_secret_is_invalid(api: Client, issue: Callable[..., str]) -> None:
    assert api.as_token(f"{issue()}x")("GET", "/v1/participations/x").status == 401


def test_an_expired_token_is_invalid(api: Client, issue: Callable[..., str]) -> None:
    expired = api.as_token(issue(expires_at=now_ms() - 1))
    current = api.as_token(issue(expires_at=now_ms() + 60_000))

    assert expired("GET", "/v1/participations/x").json["type"] == "/problems/token-invalid"
    assert current("GET", "/v1/participations/x").status == 404


def test_who_may_ask_what_is_written_down_for_every_route() -> None:
    declared = {
        (method, path): operation.scope
        for path, entries in app.routes.items()
        for method, entry in entries.items()
        if method != "HEAD" and (operation := operation_of(entry.view_function)) is not None
    }

    assert {route: scope for route, scope in declared.items() if scope is not None} == NEEDED


def test_who_only_records_is_let_in_to_its_own_acts_alone() -> None:
    declared = {
        (method, path)
        for path, entries in app.routes.items()
        for method, entry in entries.items()
        if method != "HEAD" and (operation := operation_of(entry.view_function)) is not None and operation.of_own
    }

    assert declared == OF_OWN


@pytest.mark.parametrize("scope", SCOPES)
def test_each_route_needs_its_scope_and_no_other(api: Client, issue: Callable[..., str], scope: Scope) -> None:
    with_it, all_others = api.as_token(issue(scope)), api.as_token(issue(*(set(SCOPES) - {scope})))
    # Whoever records is let in to what it recorded itself.
    none_of_own = api.as_token(issue(*(set(SCOPES) - {scope, "record"})))
    routes = [route for route, needed in NEEDED.items() if needed == scope]

    for method, route in routes:
        path = route
        for name, value in NAMED.items():
            path = path.replace(name, value)
        without = none_of_own if (method, route) in OF_OWN else all_others
        refused, let_in = without(method, path, {}), with_it(method, path, {})

        assert (refused.status, refused.json["type"]) == (403, "/problems/scope-missing")
        assert refused.headers["www-authenticate"].endswith(f'error="insufficient_scope", scope="{scope}"')
        assert let_in.status not in (401, 403), path


def test_a_token_for_another_campaign_is_refused(api: Client, issue: Callable[..., str]) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    elsewhere = api.as_token(issue(campaign="2030"))
    routes = [route for route in NEEDED if "{campaign}" in route[1] or "{participation}" in route[1]]

    for method, path in routes:
        reply = elsewhere(method, path.replace("{campaign}", "2026").replace("{participation}", public_id), {})

        assert (reply.status, reply.json["type"]) == (403, "/problems/campaign-forbidden"), path
    assert api("GET", f"/v1/participations/{public_id}").json["status"] == "counted"


def test_a_token_for_one_campaign_is_let_into_it(api: Client, issue: Callable[..., str]) -> None:
    here = api.as_token(issue(campaign="2026"))

    reply = here("POST", ACTS, participation(), idempotency_key="k")

    assert reply.status == 201
    assert here("GET", reply.headers["location"]).status == 200


def test_a_token_is_told_how_much_it_may_ask_where_somebody_counts(
    api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ratelimit-policy" not in api("GET", "/v1/tokens/self").headers

    monkeypatch.setattr(services, "settings", msgspec.structs.replace(services.settings, token_requests=12_000))

    assert api("GET", "/v1/tokens/self").headers["ratelimit-policy"] == '"token";q=12000;w=300'
    assert "ratelimit-policy" not in api.as_token(None)("GET", "/v1/tokens/self").headers
