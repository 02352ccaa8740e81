"""Stores that do not answer: on every route, whatever the fault and however far the request had come, come again."""

import itertools
from collections.abc import Iterator, Mapping

import pytest
from botocore.awsrequest import AWSPreparedRequest

from app import app
from chalicelib.api.routes import operation_of
from chalicelib.domain.campaign import Campaign
from infra.local.gateway import Gateway
from tests.api.conftest import NAMES, Reply
from tests.api.contract import read_contract
from tests.api.outages import FAULTS, Fault, loses_the_answer, outage, takes_nothing
from tests.api.situation import LEAD, Route, Situation, made_situation
from tests.api.storage import scanned
from tests.reused_tables import ReusedTables

WITHOUT_STORES = {
    ("GET", "/"),
    ("GET", "/console"),
    ("GET", "/overlay/{campaign}"),
    ("GET", "/embed/{campaign}"),
    ("GET", "/studio/{campaign}"),
    ("GET", "/data"),
    ("GET", "/r"),
    ("GET", "/r/{place}"),
    ("GET", "/qr/{name}"),
    ("GET", "/sitemap.xml"),
    ("GET", "/robots.txt"),
    ("GET", "/site.webmanifest"),
    ("GET", "/favicon.ico"),
    ("GET", "/widget/builder"),
    ("GET", "/widget/release.json"),
    ("GET", "/widget/{name}"),
    ("GET", "/widget/{name}/{file}"),
    ("GET", "/oembed"),
    ("GET", "/openapi.json"),
    ("GET", "/problems"),
    ("GET", "/problems/{problem}"),
    ("GET", "/v1/hooks/{provider}"),
}
"""Routes that need no store: nothing is amiss with them."""

TELL_BY_THEMSELVES = {("GET", "/health"), ("GET", "/v1/campaigns/{campaign}/status")}
"""They say which stores do not answer, and are no problem to come again with."""

DONE_ALREADY: Mapping[Route, int] = {
    ("DELETE", "/v1/parked/{provider}/{entry}"): 404,
    ("POST", "/v1/participations/{participation}/approval"): 409,
    ("POST", "/v1/participations/{participation}/correction"): 409,
    ("POST", "/v1/participations/{participation}/rejection"): 409,
    ("POST", "/v1/participations/{participation}/withdrawal"): 409,
}
"""What who comes again is answered where all was done, and the fault came after it."""

ROUTES = sorted((method, path) for path, entries in app.routes.items() for method in entries if method != "HEAD")
WITH_STORES = [route for route in ROUTES if route not in WITHOUT_STORES | TELL_BY_THEMSELVES]

each_route = pytest.mark.parametrize("route", WITH_STORES, ids=" ".join)


@pytest.fixture(scope="module")
def made(reused_tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    with made_situation(reused_tables, gateway) as made:
        yield made


@pytest.fixture
def situation(made: Situation) -> Situation:
    return made.renewed()


def has_trail(route: Route) -> bool:
    method, path = route
    operation = operation_of(app.routes[path][method].view_function)
    return operation is not None and operation.trail is not None


def is_told_to_come_again(reply: Reply) -> bool:
    """Whether an answer says that the same request may come again, that of a batch for each of its entries."""
    if reply.status == 200:
        results = reply.json.get("results", [])
        return bool(results) and all(result["status"] == 503 for result in results)
    return (
        (reply.status, reply.headers["content-type"]) == (503, "application/problem+json")
        and reply.json["type"] in ("/problems/storage-unavailable", "/problems/busy")
        and reply.headers["retry-after"] == "2"
    )


@pytest.mark.slow
@each_route
def test_a_request_whose_stores_stop_answering_may_come_again_wherever_it_was(
    route: Route, situation: Situation
) -> None:
    done_without_an_end = 0
    for passed in itertools.count():
        situation.restarted()
        with outage(FAULTS["the endpoint is unreachable"], after=passed) as current:
            reply = situation.ask(route)
        is_done = reply.status < 300 or reply.status == DONE_ALREADY.get(route)
        if not current.was_met:
            break
        if is_done and has_trail(route):
            # The last request notes in the trail how it ended: what is done is answered, noted or not.
            done_without_an_end += 1
        else:
            assert is_told_to_come_again(reply), f"{reply} after {passed} requests"

    assert is_done
    assert done_without_an_end <= 1
    assert passed > 0


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_the_fault_of_a_connection_every_request_may_come_again(fault: Fault, situation: Situation) -> None:
    before = scanned(situation.tables)
    registry = situation.restarted().registry
    # Who asks, and of which campaign, is known: it is what comes after that meets the fault.
    registry.campaign("2026")
    registry.token(situation.api.token or "")

    with outage(fault):
        replies = {route: situation.ask(route) for route in WITH_STORES}

    assert {route: reply for route, reply in replies.items() if not is_told_to_come_again(reply)} == {}
    assert scanned(situation.tables) == before


def test_what_a_table_does_not_take_of_a_batch_makes_the_request_come_again(situation: Situation) -> None:
    with outage(takes_nothing, service="dynamodb", operation="BatchWriteItem"):
        reply = situation.ask(("POST", "/v1/campaigns/{campaign}/erasures"))

    assert is_told_to_come_again(reply)


def test_a_queue_that_does_not_answer_makes_the_delivery_come_again(situation: Situation) -> None:
    def deliver() -> Reply:
        return situation.api("POST", LEAD.path_hint, body=LEAD.delivery.body, **LEAD.delivery.headers)

    with outage(FAULTS["an internal error"], service="sqs"):
        assert is_told_to_come_again(deliver())

    assert deliver().status == 200


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_a_campaign_whose_documents_cannot_be_made_is_not_made(service: str, situation: Situation) -> None:
    situation.restarted().registry.token(situation.api.token or "")

    with outage(FAULTS["no answer in time"], service=service, after=5):
        reply = situation.api("PUT", "/v1/campaigns/2030", {"names": NAMES, "state": "live"})

    assert is_told_to_come_again(reply)
    assert situation.restarted().registry.campaign("2030") is None


def test_a_change_whose_answer_is_lost_is_no_conflict(situation: Situation) -> None:
    registry = situation.restarted().registry
    (before,) = registry.campaigns()

    changes: list[AWSPreparedRequest] = []

    def loses_the_first_answer(request: AWSPreparedRequest) -> None:
        if situation.tables["RegistryTable"] in str(request.body):
            changes.append(request)
            if len(changes) == 1:
                loses_the_answer(request)

    with outage(loses_the_first_answer, service="dynamodb", operation="PutItem"):
        reply = situation.api("PATCH", "/v1/campaigns/2026", {"state": "test"}, if_match="*")

    assert len(changes) == 2
    assert (reply.status, reply.json["state"]) == (200, "test")
    (after,) = registry.campaigns()
    assert (after.state, after.changes) == ("test", before.changes + 1)


def test_a_change_before_which_another_one_came_is_of_an_old_state(situation: Situation) -> None:
    registry = situation.restarted().registry
    (before,) = registry.campaigns()

    def somebody_else_is_quicker(request: AWSPreparedRequest) -> None:
        current.stop()
        registry.put_campaign(Campaign(id="2026", names=NAMES, state="live", closes="2099-01-01T00:00:00Z"))

    with outage(somebody_else_is_quicker, service="dynamodb", operation="PutItem") as current:
        tag = f'"2026.{before.changes}"'
        reply = situation.api("PATCH", "/v1/campaigns/2026", {"state": "frozen"}, if_match=tag)

    assert (reply.status, reply.json["type"]) == (412, "/problems/precondition-failed")
    (after,) = registry.campaigns()
    assert (after.closes, after.changes) == ("2099-01-01T00:00:00Z", before.changes + 1)


def test_routes_without_stores_miss_none(situation: Situation) -> None:
    with outage(FAULTS["the endpoint is unreachable"]) as current:
        statuses = [situation.ask(route).status for route in sorted(WITHOUT_STORES)]

    assert [status for status in statuses if status >= 500] == []
    assert current.requests == 0


def test_the_contract_says_of_which_routes_stores_may_not_answer() -> None:
    contract = read_contract()["paths"]

    told = [(method, path) for method, path in ROUTES if "503" in contract[path][method.lower()]["responses"]]

    # All hooks are told alike, their handshake too.
    assert set(told) == {*WITH_STORES, *TELL_BY_THEMSELVES, ("GET", "/v1/hooks/{provider}")}
