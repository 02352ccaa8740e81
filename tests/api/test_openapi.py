from collections.abc import Iterator
from typing import Any

import pytest

from app import app
from chalicelib.api import openapi
from chalicelib.api.problems import STATUSES
from chalicelib.api.routes import operation_of
from chalicelib.domain.vocabulary import KINDS
from tests.api.conftest import Client

Json = dict[str, Any]


@pytest.fixture(scope="module")
def contract() -> Json:
    return openapi.document(app.routes)


def operations(contract: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_contract_is_published_to_everybody(visitor: Client, contract: Json) -> None:
    reply = visitor("GET", "/openapi.json")

    assert (reply.status, reply.json) == (200, contract)
    assert reply.headers["access-control-allow-origin"] == "*"


def test_every_route_is_in_the_contract(contract: Json) -> None:
    routes = {(path, method.lower()) for path, entries in app.routes.items() for method in entries} - {
        (path, "head") for path in app.routes
    }

    assert {(path, method) for path, method, _ in operations(contract)} == routes


def test_operations_have_names_of_their_own(contract: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(contract)]

    assert len(set(names)) == len(names)


def test_what_a_path_holds_is_a_parameter(contract: Json) -> None:
    for path, _, operation in operations(contract):
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}

        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_every_reference_leads_to_a_schema(contract: Json) -> None:
    schemas = {f"#/components/schemas/{name}" for name in contract["components"]["schemas"]}

    assert set(_references(contract)) <= schemas


def test_an_operation_says_which_scope_it_needs_and_how_it_refuses(contract: Json) -> None:
    for path, method, operation in operations(contract):
        declared = operation_of(app.routes[path][method.upper()].view_function)
        assert declared is not None
        scope = declared.scope

        assert operation.get("security") == (None if scope is None else [{"token": [] if scope == "any" else [scope]}])
        assert ({"401", "403", "503"} <= set(operation["responses"])) == (scope is not None), path
        assert ({"413", "415", "422"} <= set(operation["responses"])) == (declared.takes is not None), path
        assert "500" in operation["responses"]
        assert operation.get("description") == declared.description


@pytest.mark.parametrize(
    ("method", "path", "answers"),
    [
        ("delete", "/v1/parked/{provider}/{entry}", "204 401 403 404 409 422 429 500 503"),
        ("post", "/v1/campaigns/{campaign}/erasures", "200 204 400 401 403 404 413 415 422 429 500 503"),
        ("post", "/v1/campaigns/{campaign}/subject-access", "200 400 401 403 404 413 415 422 429 500 503"),
        ("post", "/v1/campaigns/{campaign}/consent-withdrawals", "200 204 400 401 403 404 413 415 422 429 500 503"),
        ("post", "/v1/campaigns/{campaign}/participations", "200 201 400 401 403 404 409 413 415 422 429 500 503"),
        ("get", "/v1/campaigns/{campaign}/review", "200 400 401 403 404 422 429 500 503"),
        ("get", "/v1/campaigns/{campaign}/acts", "200 400 401 403 404 422 429 500 503"),
        ("post", "/v1/campaigns/{campaign}/acts/withdrawals", "200 400 401 403 404 409 413 415 422 429 500 503"),
        ("put", "/v1/campaigns/{campaign}", "200 201 400 401 403 409 412 413 415 422 428 429 500 503"),
        ("patch", "/v1/campaigns/{campaign}", "200 400 401 403 404 409 412 413 415 422 428 429 500 503"),
        ("get", "/v1/campaigns/{campaign}", "200 401 403 404 429 500 503"),
        ("delete", "/v1/tokens/{token}", "204 401 403 404 422 429 500 503"),
        ("get", "/v1/campaigns", "200 429 500 503"),
        ("get", "/health", "200 429 500 503"),
    ],
)
def test_an_operation_is_told_with_all_its_answers(contract: Json, method: str, path: str, answers: str) -> None:
    assert sorted(contract["paths"][path][method]["responses"]) == answers.split()


@pytest.mark.parametrize(
    ("method", "path", "says"),
    [
        ("post", "/v1/campaigns/{campaign}/erasures", "204 for a token that may not know"),
        ("post", "/v1/campaigns/{campaign}/consent-withdrawals", "204 for a token that may not know"),
        ("get", "/health", "503 where it is degraded"),
    ],
)
def test_what_an_operation_s_answers_depend_on_is_described(contract: Json, method: str, path: str, says: str) -> None:
    assert contract["paths"][path][method]["description"].startswith(says)


def test_a_change_of_a_campaign_is_a_merge_patch_and_tells_its_tag(contract: Json) -> None:
    operation = contract["paths"]["/v1/campaigns/{campaign}"]["patch"]
    patch = contract["components"]["schemas"]["CampaignPatch"]

    assert list(operation["requestBody"]["content"]) == ["application/merge-patch+json", "application/json"]
    assert patch["required"] == []
    assert patch["properties"].keys() == contract["components"]["schemas"]["CampaignRequest"]["properties"].keys()
    assert operation["responses"]["200"]["headers"].keys() == {"ETag", "Holds-From"}
    assert [p["name"] for p in operation["parameters"] if p["required"]] == ["campaign", "If-Match"]


def test_a_record_needs_a_key(contract: Json) -> None:
    operation = contract["paths"]["/v1/campaigns/{campaign}/participations"]["post"]

    assert [p["name"] for p in operation["parameters"] if p["required"]] == ["campaign", "Idempotency-Key"]


def test_health_tells_in_one_shape_how_it_is(contract: Json) -> None:
    responses = contract["paths"]["/health"]["get"]["responses"]

    assert responses["503"]["content"] == responses["200"]["content"]


def test_the_types_that_validate_are_those_that_are_published(contract: Json) -> None:
    published = contract["components"]["schemas"]["ParticipationRequest"]

    assert published["required"] == ["kind", "participant", "place"]
    assert published["additionalProperties"] is False
    assert set(published["properties"]["kind"]["enum"]) == set(KINDS)
    assert published["properties"]["people"] == {"type": "integer", "minimum": 1, "maximum": 10**9, "default": 1}


def test_every_problem_that_a_route_can_answer_is_named(contract: Json) -> None:
    told = "".join(
        response["description"]
        for _, _, operation in operations(contract)
        for response in operation["responses"].values()
    )

    # What no route answers by itself: it is told before or around them.
    elsewhere = {"method-not-allowed"}
    assert {name for name in STATUSES if f"`/problems/{name}`" not in told} <= elsewhere


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    if isinstance(part, list):
        for value in part:
            yield from _references(value)
