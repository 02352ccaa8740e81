"""Each rule of bad input with its answer: status, type, pointer, and what it says in the three languages."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app import app
from chalicelib.bootstrap import bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
from chalicelib.domain.vocabulary import LANGUAGES, CampaignState, Language
from infra.local.gateway import Gateway
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.storage import scanned
from tests.conftest import Tables
from tests.reused_tables import ReusedTables


class Request(msgspec.Struct, frozen=True):
    """What is sent: a JSON body, the text of one, or one of so many bytes."""

    method: str
    path: str
    headers: Mapping[str, str | None] = {}
    body: Any = None
    text: str | None = None
    bytes_long: int | None = None


class BadInput(msgspec.Struct, frozen=True):
    """A request, and the only fault that is found in it."""

    name: str
    request: Request
    status: int
    type: str
    says: Mapping[Language, str]
    pointer: str | None = None


Send = Callable[[Request, Language], Reply]

CASES = msgspec.json.decode(Path(__file__).with_name("bad_input.json").read_bytes(), type=list[BadInput])


@pytest.fixture(scope="module")
def tables(reused_tables: ReusedTables) -> Tables:
    """Tables for all of this module: bad input changes nothing, as its last test shows."""
    return reused_tables.emptied()


@pytest.fixture(scope="module")
def send(tables: Tables, gateway: Gateway) -> Send:
    """Send requests to a campaign with one act that counts, one that was withdrawn, and tokens that may less."""
    app.services = bootstrap()
    registry = app.services.registry
    closed: tuple[CampaignState, ...] = ("frozen", "ended")
    for state in closed:
        registry.put_campaign(Campaign(id=state, names=NAMES, state=state))
    registry.put_campaign(Campaign(id="2026", names=NAMES, state="live"))
    api = Client(gateway, registry.issue_token(SCOPES, ALL_CAMPAIGNS))
    acts = "/v1/campaigns/2026/participations"
    counted = api("POST", acts, participation(), idempotency_key="used").json["id"]
    withdrawn = api("POST", acts, participation(), idempotency_key="other").json["id"]
    api("POST", f"/v1/participations/{withdrawn}/withdrawal", {"reason": "asked to"})
    reader, elsewhere = registry.issue_token(("read",), ALL_CAMPAIGNS), registry.issue_token(SCOPES, "2030")
    tokens = {"reader": f"Bearer {reader}", "elsewhere": f"Bearer {elsewhere}"}

    def sent(request: Request, language: Language) -> Reply:
        headers = {name: tokens.get(str(value), value) for name, value in request.headers.items()}
        text = b" " * request.bytes_long if request.bytes_long else (request.text or "").encode()
        path = request.path.format(counted=counted, withdrawn=withdrawn)
        return api(request.method, path, request.body, body=text or None, accept_language=language, **headers)

    return sent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_told_what_is_wrong(case: BadInput, send: Send) -> None:
    for language in LANGUAGES:
        reply = send(case.request, language)

        assert (reply.status, reply.headers["content-type"]) == (case.status, "application/problem+json")
        assert (reply.headers["content-language"], reply.headers["vary"]) == (language, "Accept-Language")
        problem = reply.json
        assert (problem["type"], problem["status"]) == (f"/problems/{case.type}", case.status)
        if case.pointer is None:
            assert problem["detail"] == case.says[language]
        else:
            assert [(e["pointer"], e["detail"]) for e in problem["errors"]] == [(case.pointer, case.says[language])]


def test_bad_input_changes_nothing(tables: Tables, send: Send) -> None:
    before = scanned(tables)

    for case in CASES:
        send(case.request, "en")

    assert scanned(tables) == before
