from collections.abc import Callable

import pytest

from chalicelib.clock import now_ms
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"


def test_an_unknown_token_is_told_so(api: Client) -> None:
    reply = api.as_token("qy_0123456789ab_secret")("GET", "/v1/participations/x")

    assert (reply.status, reply.json["type"]) == (401, "/problems/token-invalid")
    assert reply.headers["www-authenticate"] == 'Bearer realm="qaiyrym", error="invalid_token"'


def test_a_missing_token_is_asked_for(api: Client) -> None:
    reply = api.as_token(None)("GET", "/v1/participations/x")

    assert (reply.status, reply.json["type"]) == (401, "/problems/token-missing")
    assert reply.headers["www-authenticate"] == 'Bearer realm="qaiyrym"'


@pytest.mark.parametrize(
    "authorization",
    ["Basic YTpi", "Bearer", "Bearer ", "qy_a_b", "Bearer qy_a_", "Bearer x_a_b", f"Bearer qy_{'a' * 5000}_b"],
)
def test_what_is_no_bearer_token_is_invalid(api: Client, authorization: str) -> None:
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


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("record", "POST", ACTS),
        ("record", "POST", f"{ACTS}/batch"),
        ("read", "GET", "/v1/participations/x"),
        ("moderate", "POST", "/v1/participations/x/withdrawal"),
        ("moderate", "POST", "/v1/participations/x/correction"),
        ("moderate", "POST", "/v1/participations/x/approval"),
        ("moderate", "POST", "/v1/participations/x/rejection"),
        ("moderate", "GET", "/v1/campaigns/2026/review"),
        ("erase", "POST", "/v1/campaigns/2026/erasures"),
        ("admin", "PUT", "/v1/campaigns/2026"),
    ],
)
def test_each_route_needs_its_scope_and_no_other(
    api: Client, issue: Callable[..., str], scope: str, method: str, path: str
) -> None:
    others = {"record", "read", "moderate", "erase", "admin"} - {scope}

    refused = api.as_token(issue(*others))(method, path, {})
    let_in = api.as_token(issue(scope))(method, path, {})

    assert (refused.status, refused.json["type"]) == (403, "/problems/scope-missing")
    assert refused.headers["www-authenticate"].endswith(f'error="insufficient_scope", scope="{scope}"')
    assert let_in.status not in (401, 403)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ACTS),
        ("POST", f"{ACTS}/batch"),
        ("GET", "/v1/participations/{id}"),
        ("POST", "/v1/participations/{id}/withdrawal"),
        ("POST", "/v1/participations/{id}/correction"),
        ("POST", "/v1/participations/{id}/approval"),
        ("POST", "/v1/participations/{id}/rejection"),
        ("GET", "/v1/campaigns/2026/review"),
        ("POST", "/v1/campaigns/2026/erasures"),
        ("PUT", "/v1/campaigns/2026"),
    ],
)
def test_a_token_for_another_campaign_is_refused(
    api: Client, issue: Callable[..., str], method: str, path: str
) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    elsewhere = api.as_token(issue(campaign="2030"))

    reply = elsewhere(method, path.format(id=public_id), {})

    assert (reply.status, reply.json["type"]) == (403, "/problems/campaign-forbidden")
    assert api("GET", f"/v1/participations/{public_id}").json["status"] == "counted"


def test_a_token_for_one_campaign_is_let_into_it(api: Client, issue: Callable[..., str]) -> None:
    here = api.as_token(issue(campaign="2026"))

    reply = here("POST", ACTS, participation(), idempotency_key="k")

    assert reply.status == 201
    assert here("GET", reply.headers["location"]).status == 200
