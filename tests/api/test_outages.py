"""Stores that do not answer: on every route, whatever the fault and however far the request had come, come again."""

import itertools
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping

import msgspec
import pytest
from botocore.awsrequest import AWSPreparedRequest

from app import app
from chalicelib.api import openapi
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedSubmission
from infra.local.gateway import Gateway
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.outages import FAULTS, Fault, loses_the_answer, outage, takes_nothing
from tests.api.storage import scanned
from tests.conftest import Tables
from tests.reused_tables import ReusedTables
from tests.webhooks.deliveries import named

Route = tuple[str, str]

HOOK = named("google_ads/ok_02_real_lead_unknown_fields")
MINI_APP = named("telegram/ok_10_initdata_replay_is_duplicate")
LEAD = named("meta/ok_02_leadgen_single")

PERSON = {"participant": {"phone": "87011234567"}}
FORM = {"campaign": "2026", "state": "live", "defaults": {"kind": "good_deed", "participant_type": "citizen"}}
MANY = {"reason": "a flood", "ids": ["{participation}"]}
HIDDEN = {"reason": "a slogan", "state": "hidden"}
SAMPLE = {
    "event_id": "1",
    "event_type": "form_response",
    "form_response": {"form_id": "f", "token": "1", "submitted_at": "2026-06-01T06:00:00Z", "answers": []},
}
ENTRY = {**participation(), "idempotency_key": "entry"}

BODIES: Mapping[Route, object] = {
    ("POST", "/v1/campaigns/{campaign}/participations"): participation(),
    ("POST", "/v1/campaigns/{campaign}/participations/batch"): {"participations": [ENTRY]},
    ("POST", "/v1/participations/{participation}/correction"): {"reason": "a slip", "people": 4_000},
    ("POST", "/v1/participations/{participation}/approval"): {"reason": "checked"},
    ("POST", "/v1/participations/{participation}/rejection"): {"reason": "checked"},
    ("POST", "/v1/participations/{participation}/withdrawal"): {"reason": "asked to"},
    ("POST", "/v1/campaigns/{campaign}/acts/withdrawals"): MANY,
    ("POST", "/v1/campaigns/{campaign}/acts/approvals"): MANY,
    ("POST", "/v1/campaigns/{campaign}/acts/rejections"): MANY,
    ("PUT", "/v1/campaigns/{campaign}/acts/{participation}/visibility"): HIDDEN,
    ("PUT", "/v1/campaigns/{campaign}/names"): HIDDEN,
    ("PUT", "/v1/campaigns/{campaign}/names/{name}"): HIDDEN,
    ("POST", "/v1/campaigns/{campaign}/name-decisions"): {
        "reason": "a slogan",
        "decisions": [{"id": "{name}", "state": "hidden"}],
    },
    ("POST", "/v1/campaigns/{campaign}/erasures"): PERSON,
    ("POST", "/v1/campaigns/{campaign}/subject-access"): PERSON,
    ("POST", "/v1/campaigns/{campaign}/consent-withdrawals"): PERSON,
    ("PUT", "/v1/campaigns/{campaign}"): {"names": NAMES, "state": "live"},
    ("PATCH", "/v1/campaigns/{campaign}"): {"links": []},
    ("POST", "/v1/tokens"): {"label": "a partner", "scopes": ["record"], "campaign": "2026"},
    ("PUT", "/v1/forms/{provider}/{account}/{form}"): FORM,
    ("POST", "/v1/forms/{provider}/{account}/{form}/check"): SAMPLE,
    ("POST", "/v1/parked/replay"): {"provider": "typeform"},
}
"""What routes that take a body are sent."""

IF_MATCH: Mapping[Route, str] = {("PATCH", "/v1/campaigns/{campaign}"): "*"}
"""What routes that change one state into another are told of it."""

WITHOUT_STORES = {
    ("GET", "/"),
    ("GET", "/overlay/{campaign}"),
    ("GET", "/embed/{campaign}"),
    ("GET", "/widget/builder"),
    ("GET", "/widget/release.json"),
    ("GET", "/widget/{name}"),
    ("GET", "/widget/{name}/{file}"),
    ("GET", "/oembed"),
    ("GET", "/openapi.json"),
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


class Situation:
    """A campaign in which each route has something to do."""

    def __init__(self, tables: Tables, gateway: Gateway) -> None:
        self.tables = tables
        registry = self.restarted().registry
        registry.put_campaign(Campaign(id="2026", names=NAMES, state="live"))
        for provider, account, form, state in (
            ("google-ads", "ours", "*", "live"),
            ("telegram", "ours", "*", "live"),
            ("typeform", "ours", "f", "test"),
        ):
            registry.put_form(read_form(provider, account, form, {**FORM, "state": state}))
        self.api = Client(gateway, registry.issue_token(SCOPES, ALL_CAMPAIGNS))
        self._named = {"{campaign}": "2026", "{account}": "ours", "{form}": "f"}
        self._keys = (f"act-{number}" for number in itertools.count())

    def renewed(self) -> "Situation":
        """Let an act of a person wait for review and a delivery of theirs be parked, whatever was asked before."""
        services = self.restarted()
        sole_trader = participation(
            participant={"type": "business", "phone": "87011234567", "organisation": "ИП Айгүл"},
            people=5_000,
            note="call in the evening",
            consent={"text": "I agree", "version": "1"},
        )
        sent = self.api("POST", "/v1/campaigns/2026/participations", sole_trader, idempotency_key=next(self._keys))
        submission = Submission("1", "ours", "f", {"phone": "87011234567"})
        services.parking.park(ReceivedSubmission("typeform", submission, HOOK.now * 1000, "{}"), Reason("form_in_test"))
        entry_id = services.keys.receipt("typeform", "typeform/ours/1")
        token = services.registry.issue_token(("record",), "2026")
        self._named |= {
            "{participation}": sent.json["id"],
            "{entry}": entry_id,
            "{token}": token.split("_")[1],
            "{name}": services.keys.name("2026", "ИП Айгүл"),
        }
        return self

    def restarted(self) -> Services:
        """Begin a process that knows nothing yet."""
        app.services = bootstrap(lambda: MINI_APP.now * 1000)
        return app.services

    def ask(self, route: Route) -> Reply:
        """Send a request to a route that has something to do there."""
        method, path = route
        if path == "/v1/hooks/{provider}":
            return self.api(method, HOOK.path_hint, body=HOOK.delivery.body, **HOOK.delivery.headers)
        if path == "/v1/submissions/{provider}":
            return self.api(method, MINI_APP.path_hint, body=MINI_APP.delivery.body, **MINI_APP.delivery.headers)
        body = msgspec.json.encode(BODIES[route]).decode() if route in BODIES else ""
        for name, value in self._named.items():
            path, body = path.replace(name, value), body.replace(name, value)
        path = path.replace("{provider}", "typeform")
        headers = {"content_type": "application/json", "idempotency_key": "k", "if_match": IF_MATCH.get(route)}
        return self.api(method, path, body=body.encode(), **headers)


@pytest.fixture(scope="module")
def made(reused_tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    accounts = {
        "google-ads": {"ours": HOOK.account.secrets},
        "telegram": {"ours": MINI_APP.account.secrets},
        "meta": {"ours": LEAD.account.secrets},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOOK_SECRETS", msgspec.json.encode(accounts).decode())
        patch.setenv("PARKING_KEY", b64encode(bytes(range(32))).decode())
        # The pauses between repeats are nobody's concern here.
        patch.setattr(time, "sleep", lambda _: None)
        yield Situation(reused_tables.emptied(), gateway)


@pytest.fixture
def situation(made: Situation) -> Situation:
    return made.renewed()


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


@each_route
def test_a_request_whose_stores_stop_answering_may_come_again_wherever_it_was(
    route: Route, situation: Situation
) -> None:
    for passed in itertools.count():
        situation.restarted()
        with outage(FAULTS["the endpoint is unreachable"], after=passed) as current:
            reply = situation.ask(route)
        if not current.was_met:
            break
        assert is_told_to_come_again(reply), f"{reply} after {passed} requests"

    assert reply.status < 300 or reply.status == DONE_ALREADY.get(route)
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

    with outage(loses_the_answer, service="dynamodb", operation="PutItem", count=1) as current:
        reply = situation.api("PATCH", "/v1/campaigns/2026", {"state": "test"}, if_match="*")

    assert current.requests == 2
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
    contract = openapi.document(app.routes)["paths"]

    told = [(method, path) for method, path in ROUTES if "503" in contract[path][method.lower()]["responses"]]

    # All hooks are told alike, their handshake too.
    assert set(told) == {*WITH_STORES, *TELL_BY_THEMSELVES, ("GET", "/v1/hooks/{provider}")}
