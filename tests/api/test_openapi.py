import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from app import app
from chalicelib.api import openapi
from chalicelib.api.forms import SampleRequest
from chalicelib.api.idempotency import read_key
from chalicelib.api.openapi_documents import DOCUMENTS
from chalicelib.api.problems import STATUSES, Problem
from chalicelib.api.routes import Operation, operation_of
from chalicelib.domain.vocabulary import KINDS
from infra.local.document_server import document_route
from tests.api.conftest import Client
from tests.api.contract import Json, read_contract

EXAMPLES: Json = msgspec.json.decode(Path(openapi.__file__).with_name("examples.json").read_bytes())
EXAMPLES_IN_PATHS = {"campaign": "2026", "place": "KZ-75", "date": "2026-06-01", "metric": "people", "language": "kk"}
FILES = {document.path for document in DOCUMENTS}


@pytest.fixture(scope="module")
def contract() -> Json:
    return read_contract()


def operations(contract: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def declared() -> list[Operation]:
    views = (entry.view_function for entries in app.routes.values() for entry in entries.values())
    return [operation for view in views if (operation := operation_of(view)) is not None]


def test_the_contract_is_published_to_everybody(visitor: Client, contract: Json) -> None:
    reply = visitor("GET", "/openapi.json")

    assert (reply.status, reply.json) == (200, contract)
    assert reply.headers["access-control-allow-origin"] == "*"


def test_every_route_is_in_the_contract(contract: Json) -> None:
    routes = {(path, method.lower()) for path, entries in app.routes.items() for method in entries} - {
        (path, "head") for path in app.routes
    }
    files = {(document.path, "get") for document in DOCUMENTS}

    assert {(path, method) for path, method, _ in operations(contract)} == routes | files


def test_every_document_that_is_published_is_in_the_contract(contract: Json) -> None:
    told = {re.sub(r"{\w+}", "{}", path) for path in contract["paths"]}
    published = ("live.json", "page.json", "places.json", "recent.json", "organisations.json", "totals.csv", "days.csv")

    assert {f"/v1/campaigns/{{}}/{name}" for name in published} <= told
    assert {"/v1/campaigns.json", "/v1/campaigns/{}/timeline/{}.json", "/v1/campaigns/{}/badge/{}.{}.svg"} <= told
    for document in DOCUMENTS:
        path = re.sub(r"{(\w+)}", lambda match: EXAMPLES_IN_PATHS[match[1]], document.path)
        assert document_route(path) is not None, path


def test_a_document_is_asked_for_again_by_its_tag(contract: Json) -> None:
    live = contract["paths"]["/v1/campaigns/{campaign}/live.json"]["get"]

    assert [p["name"] for p in live["parameters"]] == ["campaign", "If-None-Match"]
    assert {"ETag", "Cache-Control"} <= live["responses"]["200"]["headers"].keys()
    assert live["responses"]["304"]["headers"].keys() == live["responses"]["200"]["headers"].keys()


def test_operations_have_names_of_their_own(contract: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(contract)]

    assert len(set(names)) == len(names)


def test_what_a_path_holds_is_a_parameter(contract: Json) -> None:
    for path, _, operation in operations(contract):
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}

        assert named == set(re.findall(r"{(\w+)}", path))


def test_every_reference_leads_to_a_schema(contract: Json) -> None:
    components = {f"#/components/{of}/{name}" for of, named in contract["components"].items() for name in named}

    assert set(_references(contract)) <= components


def test_a_schema_is_called_by_one_clean_name_which_no_other_one_has(contract: Json) -> None:
    schemas = contract["components"]["schemas"]

    assert [name for name in schemas if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []
    assert [schema["title"] for schema in schemas.values()] == list(schemas)


def test_generators_of_clients_read_all_that_is_said(contract: Json) -> None:
    patterns = [found["pattern"] for found in _objects(contract) if isinstance(found.get("pattern"), str)]

    assert patterns
    assert [pattern for pattern in patterns if '"' in pattern or "(?" in pattern.replace("(?:", "")] == []
    assert [found for found in _objects(contract) if "default" in found and "responses" not in found] == []


@pytest.mark.parametrize("key", ["a", "Z" * 128, '"a b"', r'"a \" b"', "a b", '"', '"a', "", "ы", "a" * 129])
def test_the_pattern_of_a_key_says_what_a_key_is(contract: Json, key: str) -> None:
    operation = contract["paths"]["/v1/campaigns/{campaign}/participations"]["post"]
    (pattern,) = [p["schema"]["pattern"] for p in operation["parameters"] if p["name"] == "Idempotency-Key"]

    with suppress(Problem):
        assert read_key(key)
        assert re.search(pattern, key)
        return
    assert not re.search(pattern, key)


def test_what_is_taken_has_an_example_that_is_taken(contract: Json) -> None:
    taken = {operation.takes for operation in declared() if operation.takes is not None}

    for shape in taken:
        msgspec.convert(EXAMPLES[shape.__name__], shape)


def test_each_example_is_of_a_schema_and_stands_in_the_contract(contract: Json) -> None:
    told = [found["example"] for found in _objects(contract) if "example" in found and "schema" in found]

    assert EXAMPLES.keys() <= contract["components"]["schemas"].keys()
    assert [name for name, example in EXAMPLES.items() if example not in told] == []


def test_an_operation_is_described_and_of_a_group_that_is_described(contract: Json) -> None:
    groups = {tag["name"] for tag in contract["tags"] if tag["description"]}

    for path, _, operation in operations(contract):
        assert set(operation["tags"]) <= groups, path
        assert operation["description"], path


def test_the_contract_says_where_it_holds() -> None:
    assert openapi.document(app.routes)["servers"] == [{"url": "/"}]
    assert openapi.document(app.routes, "https://www.example.kz")["servers"] == [{"url": "https://www.example.kz"}]


def test_whoever_shall_wait_is_told_how_long(contract: Json) -> None:
    for path, _, operation in operations(contract):
        for status in {"429", "503"} & operation["responses"].keys():
            assert "Retry-After" in operation["responses"][status]["headers"], path


def test_an_operation_says_which_scope_it_needs_and_how_it_refuses(contract: Json) -> None:
    for path, method, operation in operations(contract):
        if path in FILES:
            continue
        declared = operation_of(app.routes[path][method.upper()].view_function)
        assert declared is not None
        scope = declared.scope

        assert ({"token": []} in operation.get("security", [])) == (scope is not None)
        assert scope in (None, "any") or f"`{scope}`" in operation["description"]
        assert ({"401", "503"} <= set(operation["responses"])) == (scope is not None), path
        assert "403" in operation["responses"] or scope in (None, "any"), path
        takes_something = declared.takes is not None or bool(declared.media_types_of_others)
        assert ({"413", "415"} <= set(operation["responses"])) == takes_something, path
        assert "422" in operation["responses"] or declared.takes in (None, SampleRequest), path
        assert {"429", "500"} <= set(operation["responses"])
        assert operation["description"].startswith(declared.description or "For ")


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
    assert operation["responses"]["200"]["headers"].keys() >= {"ETag", "Holds-From"}
    assert [p["name"] for p in operation["parameters"] if p["required"]] == ["campaign", "If-Match"]


def test_what_a_patch_leaves_out_of_names_stays_and_what_has_no_default_is_never_null(contract: Json) -> None:
    schemas = contract["components"]["schemas"]
    patch = schemas["CampaignPatch"]["properties"]

    assert (patch["names"], schemas["NamesPatch"]["required"]) == ({"$ref": "#/components/schemas/NamesPatch"}, [])
    assert patch["state"] == schemas["CampaignRequest"]["properties"]["state"]
    assert {"type": "null"} in patch["opens"]["anyOf"]


def test_a_place_in_a_list_is_told_as_it_is_written(contract: Json) -> None:
    after, _ = contract["components"]["schemas"]["DecisionsRequest"]["properties"]["after"]["anyOf"]
    listed = contract["paths"]["/v1/campaigns/{campaign}/acts"]["get"]["parameters"]

    assert after["pattern"] == next(one["schema"]["pattern"] for one in listed if one["name"] == "cursor")


def test_what_is_asked_in_a_query_is_told_as_in_json(contract: Json) -> None:
    members = contract["components"]["schemas"]["ActFilterRequest"]["properties"]
    asked = contract["paths"]["/v1/campaigns/{campaign}/acts"]["get"]["parameters"]
    told = {one["name"]: one["schema"] for one in asked if one["name"] in members and "enum" not in one["schema"]}

    assert len(told) == 11
    for name, shape in told.items():
        assert shape == next(iter(members[name].get("anyOf", [])), shape), name


def test_what_questions_and_answers_are_of_is_told(contract: Json) -> None:
    form = contract["components"]["schemas"]["FormRequest"]["properties"]
    asked, _ = form["questions"]["additionalProperties"]["anyOf"]

    assert re.search(asked["pattern"], "occurred_at")
    assert not re.search(asked["pattern"], "occurred")
    assert {"consent", *form["required"]["items"]["enum"]} == set(form["answers"]["propertyNames"]["enum"])


def test_the_trail_of_what_is_of_no_campaign_has_its_path(contract: Json) -> None:
    owner, *_ = contract["paths"]["/v1/campaigns/{campaign}/trail"]["get"]["parameters"]

    assert re.search(owner["schema"]["pattern"], "*")
    assert re.search(owner["schema"]["pattern"], "2026")


def test_whoever_asks_by_the_wrong_method_is_told_of_the_right_ones(contract: Json) -> None:
    assert "Allow" in contract["paths"]["/v1/hooks/{provider}"]["get"]["responses"]["405"]["headers"]


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
    assert published["properties"]["people"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 10**9,
        "description": "1 unless given.",
    }


def test_every_problem_that_a_route_can_answer_is_named(contract: Json) -> None:
    told = "".join(
        response["description"]
        for _, _, operation in operations(contract)
        for response in operation["responses"].values()
    )

    # What no route answers by itself: it is told before or around them.
    elsewhere = {"method-not-allowed"}
    assert {name for name in STATUSES if f"`/problems/{name}`" not in told} <= elsewhere


def _objects(part: object) -> Iterator[Json]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _objects(value)
    if isinstance(part, list):
        for value in part:
            yield from _objects(value)


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    if isinstance(part, list):
        for value in part:
            yield from _references(value)
