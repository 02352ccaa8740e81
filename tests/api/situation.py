"""A campaign in which each route has something to do, and what each is sent there."""

import itertools
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec
import pytest

from app import app
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedSubmission
from infra.local.gateway import Gateway
from tests.api.conftest import NAMES, Client, Reply, participation
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

QUERIES: Mapping[Route, str] = {
    ("GET", "/v1/campaigns/{campaign}/acts"): "?notes=true",
    ("GET", "/v1/campaigns/{campaign}/review"): "?notes=true",
}
"""What routes are asked besides, so that they do all that they do."""

IF_MATCH: Mapping[Route, str] = {("PATCH", "/v1/campaigns/{campaign}"): "*"}
"""What routes that change one state into another are told of it."""


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

    def ask(
        self,
        route: Route,
        client: Client | None = None,
        *,
        named: Mapping[str, str] = {},
        query: str | None = None,
        body: object = None,
        headers: Mapping[str, str | None] = {},
    ) -> Reply:
        """Send a request to a route that has something to do there, as who may do everything unless told otherwise.

        What else is told stands in place of the usual; a body is JSON unless it is bytes.
        """
        api = client or self.api
        method, path = route
        delivered = {"/v1/hooks/{provider}": HOOK, "/v1/submissions/{provider}": MINI_APP}.get(path)
        if delivered is not None and method == "POST":
            sent = body if isinstance(body, bytes) else delivered.delivery.body
            target = delivered.path_hint if not named else self._filled(path, named)
            return api(method, target, body=sent, **{**delivered.delivery.headers, **headers})
        if body is None:
            body = BODIES.get(route, b"")
        text = body if isinstance(body, bytes) else self._filled(msgspec.json.encode(body).decode(), {}).encode()
        usual = {"content_type": "application/json", "idempotency_key": "k", "if_match": IF_MATCH.get(route)}
        target = self._filled(path, named) + (QUERIES.get(route, "") if query is None else query)
        return api(method, target, body=text, **{**usual, **headers})

    def _filled(self, text: str, named: Mapping[str, str]) -> str:
        for name, value in {**self._named, "{provider}": "typeform", **named}.items():
            text = text.replace(name, value)
        return text


@contextmanager
def made_situation(tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    """Make such a campaign in tables that are emptied."""
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
        yield Situation(tables.emptied(), gateway)
