"""A table of all statuses that the contract tells of a route or a document, with the request that is answered so."""

from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace

import msgspec
import pytest
from botocore.exceptions import EndpointConnectionError

from app import app
from chalicelib.api.calls import Call
from chalicelib.api.openapi_documents import DOCUMENTS, PublishedDocument
from chalicelib.api.problems import Problem
from chalicelib.api.responses import moment
from chalicelib.api.routes import WHY, Operation, operation_of
from chalicelib.api.site import release
from chalicelib.domain.tokens import Scope
from chalicelib.publishing.days import today
from chalicelib.publishing.standstill import Report
from infra.local.document_server import DocumentServer
from infra.local.documents import publish_anew
from infra.local.gateway import Gateway
from infra.local.http_response import HttpResponse, refusal
from tests.api.conftest import NAMES, Reply
from tests.api.contract import read_contract
from tests.api.outages import FAULTS, outage
from tests.api.situation import LEAD, Route, Situation, made_situation
from tests.log_stream import LogStream
from tests.reused_tables import ReusedTables

Ask = Callable[[Situation, Route], Reply]

pytestmark = pytest.mark.slow

CONTRACT = read_contract()
TOLD_BEFORE = {429}
"""API Gateway answers it before it asks a function: see the tests of what it is told (`infra/checks/test_api.py`)."""

FOUND = {
    "/r/{place}": {"{place}": "KZ-75"},
    "/problems/{problem}": {"{problem}": "busy"},
    "/qr/{name}": {"{name}": "home.svg"},
    "/widget/{name}": {"{name}": "counter.js"},
    "/widget/{name}/{file}": {"{name}": release().release, "{file}": "counter.js"},
}
"""What stands in the paths of files."""

UNKNOWN = {
    "{campaign}": "-unknown",
    "{participation}": "A" * 22,
    "{entry}": "A" * 22,
    "{token}": "0" * 12,
    "{form}": "unknown",
    "{provider}": "unknown",
    "{name}": "unknown",
    "{file}": "unknown",
    "{problem}": "unknown",
    "{place}": "unknown",
}
HANDSHAKE = (
    "/v1/hooks/meta?hub.mode=subscribe&hub.challenge=1158201444"
    f"&hub.verify_token={LEAD.account.secrets['verify_token'][0]}"
)
EMBED = "?url=http://localhost/embed/2026"


def routes() -> Iterator[tuple[Route, Operation]]:
    for path, entries in app.routes.items():
        for method, entry in entries.items():
            operation = operation_of(entry.view_function)
            if operation is not None and method != "HEAD":
                yield (method, path), operation


OPERATIONS = dict(routes())


def told(route: Route) -> set[int]:
    """Return the statuses that the contract tells of a route."""
    method, path = route
    return {int(status) for status in CONTRACT["paths"][path][method.lower()]["responses"]}


def usual(situation: Situation, route: Route, **headers: str | None) -> Reply:
    query = EMBED if route[1] == "/oembed" else None
    return situation.ask(route, named=FOUND.get(route[1], {}), query=query, headers=headers)


def healthy(situation: Situation, route: Route) -> Reply:
    app.services.reports.put(Report(app.services.now()))
    return usual(situation, route)


def twice(situation: Situation, route: Route) -> Reply:
    usual(situation, route)
    return usual(situation, route)


def without_token(situation: Situation, route: Route) -> Reply:
    return situation.ask(route, situation.api.as_token(None))


def without_scope(situation: Situation, route: Route) -> Reply:
    other: Scope = "read" if OPERATIONS[route].scope == "access" else "access"
    return situation.ask(route, situation.api.as_token(app.services.registry.issue_token((other,), "2026")))


def of_nothing(situation: Situation, route: Route) -> Reply:
    if route[1] == "/oembed":
        return situation.ask(route, query="?url=http://localhost/other")
    return situation.ask(route, named={name: value for name, value in UNKNOWN.items() if name in route[1]})


def malformed(situation: Situation, route: Route) -> Reply:
    return situation.ask(route, body=b"{")


def too_large(situation: Situation, route: Route) -> Reply:
    return situation.ask(route, body=b" " * 5_000_000)


def of_another_type(situation: Situation, route: Route) -> Reply:
    return situation.ask(route, body=b"{}", headers={"content_type": "text/plain"})


def with_unknown_fields(situation: Situation, route: Route) -> Reply:
    return situation.ask(route, body={"surprise": 1})


def query(text: str) -> Ask:
    return lambda situation, route: situation.ask(route, query=text)


def body(sent: object, **headers: str | None) -> Ask:
    return lambda situation, route: situation.ask(route, body=sent, headers=headers)


def failing(situation: Situation, route: Route) -> Reply:
    def fail(*_: object) -> None:
        raise ValueError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Call, "authorise", fail)
        return usual(situation, route)


def without_stores(situation: Situation, route: Route) -> Reply:
    situation.restarted()
    with outage(FAULTS["an internal error"]):
        return usual(situation, route)


def without_secrets(situation: Situation, route: Route) -> Reply:
    def fail(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://secrets.example")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.services, "accounts", SimpleNamespace(of=fail))
        return situation.api("GET", HANDSHAKE)


def known(situation: Situation, route: Route) -> Reply:
    return usual(situation, route, if_none_match=usual(situation, route).headers["etag"])


def in_a_frozen_campaign(situation: Situation, route: Route) -> Reply:
    registry = app.services.registry
    current = registry.current_campaign("2026")
    assert current is not None
    frozen, _ = registry.put_campaign(msgspec.structs.replace(current, state="frozen"))
    situation.restarted()
    try:
        return usual(situation, route, idempotency_key="frozen")
    finally:
        app.services.registry.put_campaign(msgspec.structs.replace(frozen, state="live"))
        situation.restarted()


def projected(ask: Ask) -> Ask:
    def asked(situation: Situation, route: Route) -> Reply:
        LogStream(situation.tables, app.services).deliver()
        return ask(situation, route)

    return asked


def under_another_key(situation: Situation, route: Route) -> Reply:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARKING_KEY", "A" * 43 + "=")
        situation.restarted()
        reply = usual(situation, route)
    situation.restarted()
    return reply


def overtaken(situation: Situation, route: Route) -> Reply:
    find = app.services.parking.find

    def found(provider: str, entry: str) -> object:
        before = find(provider, entry)
        situation.ask(("POST", "/v1/parked/{provider}/{entry}/replay"), body=b"")
        return before

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.services.parking, "find", found)
        return usual(situation, route)


def of_nobody(situation: Situation, route: Route) -> Reply:
    token = app.services.registry.issue_token(("erase",), "2026")
    return situation.ask(route, situation.api.as_token(token), body={"participant": {"phone": "87029999999"}})


def more_than_expected(situation: Situation, route: Route) -> Reply:
    LogStream(situation.tables, app.services).deliver()
    found = {"status": "in_review", "until": moment(app.services.now() + 1)}
    return situation.ask(route, body={"reason": "a flood", "filter": found, "expected": 0})


def decided_otherwise(sent: object) -> Ask:
    def asked(situation: Situation, route: Route) -> Reply:
        usual(situation, route)
        return situation.ask(route, body=sent)

    return asked


WAYS: Mapping[Route, Mapping[int, Ask]] = {
    ("POST", "/v1/campaigns/{campaign}/participations"): {
        200: twice,
        201: lambda situation, route: situation.ask(route, headers={"idempotency_key": "another"}),
        409: in_a_frozen_campaign,
    },
    ("POST", "/v1/participations/{participation}/withdrawal"): {409: twice},
    ("POST", "/v1/participations/{participation}/correction"): {409: twice},
    ("POST", "/v1/participations/{participation}/approval"): {409: twice},
    ("POST", "/v1/participations/{participation}/rejection"): {409: twice},
    ("POST", "/v1/campaigns/{campaign}/acts/withdrawals"): {409: more_than_expected},
    ("POST", "/v1/campaigns/{campaign}/acts/approvals"): {409: more_than_expected},
    ("POST", "/v1/campaigns/{campaign}/acts/rejections"): {409: more_than_expected},
    ("PUT", "/v1/campaigns/{campaign}/names/{name}"): {
        409: decided_otherwise({"reason": "a slogan", "state": "shown", "expected": "waiting"}),
    },
    ("POST", "/v1/campaigns/{campaign}/name-decisions"): {
        409: decided_otherwise(
            {"reason": "a slogan", "decisions": [{"id": "{name}", "state": "shown", "expected": "waiting"}]}
        ),
    },
    ("POST", "/v1/campaigns/{campaign}/erasures"): {204: of_nobody},
    ("POST", "/v1/campaigns/{campaign}/consent-withdrawals"): {204: of_nobody},
    ("PUT", "/v1/campaigns/{campaign}"): {
        201: lambda situation, route: situation.ask(route, named={"{campaign}": "new"}),
        409: projected(body({"names": NAMES, "state": "test"}, if_match="*")),
        412: body({"names": NAMES, "state": "frozen"}, if_match='"another"'),
        428: body({"names": NAMES, "state": "frozen"}),
    },
    ("PATCH", "/v1/campaigns/{campaign}"): {
        409: projected(body({"state": "test"})),
        412: body({"state": "frozen"}, if_match='"another"'),
        428: body({"state": "frozen"}, if_match=None),
    },
    ("POST", "/v1/tokens"): {201: usual},
    ("DELETE", "/v1/tokens/{token}"): {204: usual},
    ("PUT", "/v1/forms/{provider}/{account}/{form}"): {
        201: lambda situation, route: situation.ask(route, named={"{form}": "another"}),
    },
    ("GET", "/v1/parked/{provider}/{entry}"): {409: under_another_key},
    ("POST", "/v1/parked/{provider}/{entry}/replay"): {409: under_another_key},
    ("DELETE", "/v1/parked/{provider}/{entry}"): {204: usual, 409: overtaken},
    ("GET", "/v1/hooks/{provider}"): {
        200: lambda situation, route: situation.api("GET", HANDSHAKE),
        400: lambda situation, route: situation.api("GET", HANDSHAKE.replace("challenge=", "challenge=%3C")),
        503: without_secrets,
        403: lambda situation, route: situation.ask(route, named={"{provider}": "meta"}),
        405: lambda situation, route: situation.ask(route, named={"{provider}": "vk"}),
    },
    ("POST", "/v1/hooks/{provider}"): {
        403: lambda situation, route: situation.ask(route, named={"{provider}": "typeform"}),
        400: malformed,
        413: too_large,
        415: of_another_type,
    },
    ("POST", "/v1/submissions/{provider}"): {
        403: lambda situation, route: situation.ask(route, headers={"authorization": "tma nothing"}),
        400: malformed,
        413: too_large,
        415: of_another_type,
    },
    ("GET", "/health"): {200: healthy, 503: without_stores},
    ("GET", "/oembed"): {400: query("?format=yaml"), 501: query("?format=xml")},
}
"""What routes are asked to be answered so, beside what is alike for all."""


def with_queries(route: Route) -> dict[int, Ask]:
    """Return how a route that takes no body is told that its query is wrong."""
    operation, found = OPERATIONS[route], dict[int, Ask]()
    if WHY in operation.parameters:
        found[422] = query("?reason=https://evil.kz")
    if "cursor-invalid" in operation.refuses:
        found[400] = query("?after=." if route[1].endswith("/submissions") else "?cursor=.")
    if "fields-invalid" in operation.refuses:
        found[422] = query("?from=nothing&place=nowhere&order=nothing")
    return found


def ways(route: Route) -> dict[int, Ask]:
    """Return how each status of a route is got."""
    operation = OPERATIONS[route]
    found: dict[int, Ask] = {500: failing}
    if 304 in operation.gives:
        found[304] = known
    if operation.scope is not None:
        found |= {401: without_token, 503: without_stores}
    if operation.scope not in (None, "any"):
        found[403] = without_scope
    if operation.takes is not None:
        found |= {400: malformed, 413: too_large, 415: of_another_type}
        if 422 in told(route):
            found[422] = with_unknown_fields
    else:
        found |= with_queries(route)
    if "storage-unavailable" in operation.refuses:
        found[503] = without_stores
    if 404 in told(route):
        found[404] = of_nothing
    # What is done comes last: it leaves nothing to do.
    if 200 in operation.gives:
        found[200] = usual
    return {**found, **WAYS.get(route, {})}


@pytest.fixture(scope="module")
def made(reused_tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    with made_situation(reused_tables, gateway) as made:
        yield made


@pytest.mark.parametrize("route", OPERATIONS, ids=" ".join)
def test_each_status_that_the_contract_tells_of_a_route_is_answered_to_a_request(made: Situation, route: Route) -> None:
    made.renewed()
    got = {status: ask(made.renewed() if status in (204, 409) else made, route) for status, ask in ways(route).items()}

    assert {status: reply.status for status, reply in got.items()} == {status: status for status in got}
    assert got.keys() | TOLD_BEFORE == told(route)


class Viewer:
    """Who asks for documents where all are published, where none is yet, and where they cannot be read."""

    def __init__(self, situation: Situation) -> None:
        services, s3 = situation.restarted(), situation.tables.clients.s3
        for campaign in services.registry.campaigns():
            publish_anew(services, campaign)
        services.campaign_list.publish()
        s3.create_bucket(Bucket="empty", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.published = DocumentServer(s3, situation.tables["DocumentsBucket"])
        self.not_yet = DocumentServer(s3, "empty")
        self.unreadable = DocumentServer(s3, "no-such-bucket")
        day = today(services.now()).isoformat()
        self._named = {"campaign": "2026", "place": "KZ-75", "metric": "good_deeds", "language": "kk", "date": day}

    def ask(self, server: DocumentServer, document: PublishedDocument, **headers: str) -> HttpResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = server.answer("GET", document.path.format_map(self._named), given)
        except Problem as problem:
            return refusal(problem, given)
        assert answer is not None
        return answer


@pytest.fixture(scope="module")
def viewer(made: Situation) -> Viewer:
    return Viewer(made)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path)
def test_each_status_that_the_contract_tells_of_a_document_is_answered_to_a_viewer(
    viewer: Viewer, document: PublishedDocument
) -> None:
    newest = viewer.ask(viewer.published, document)
    etag = str(newest.headers["ETag"])

    got = {
        200: newest,
        304: viewer.ask(viewer.published, document, if_none_match=etag),
        404: viewer.ask(viewer.not_yet, document),
        503: viewer.ask(viewer.unreadable, document),
    }

    assert {status: answer.status for status, answer in got.items()} == {status: status for status in got}
    assert got.keys() == told(("GET", document.path))
