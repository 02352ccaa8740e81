"""Each rule of bad input with its answer: status, type, pointer, and what it says in the three languages."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import LANGUAGES, CampaignState, Language
from tests.api.conftest import NAMES, Client, participation


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


CASES = msgspec.json.decode(Path(__file__).with_name("bad_input.json").read_bytes(), type=list[BadInput])


@pytest.fixture
def sent(api: Client, issue: Callable[..., str], services: bootstrap.Services) -> Callable[[Request, Language], Any]:
    """Send requests to a campaign with one act that counts, one that was withdrawn, and tokens that may less."""
    closed: tuple[CampaignState, ...] = ("frozen", "ended")
    for state in closed:
        services.registry.put_campaign(Campaign(id=state, names=NAMES, state=state))
    # With an end ahead, contacts expire after it and not some time after now.
    services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="live", closes="2099-01-01T00:00:00Z"))
    acts = "/v1/campaigns/2026/participations"
    counted = api("POST", acts, participation(), idempotency_key="used").json["id"]
    withdrawn = api("POST", acts, participation(), idempotency_key="other").json["id"]
    api("POST", f"/v1/participations/{withdrawn}/withdrawal", {"reason": "asked to"})
    tokens = {"reader": f"Bearer {issue('read')}", "elsewhere": f"Bearer {issue(campaign='2030')}"}

    def send(request: Request, language: Language) -> Any:
        headers = {name: tokens.get(str(value), value) for name, value in request.headers.items()}
        text = b" " * request.bytes_long if request.bytes_long else (request.text or "").encode()
        path = request.path.format(counted=counted, withdrawn=withdrawn)
        return api(request.method, path, request.body, body=text or None, accept_language=language, **headers)

    return send


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_told_what_is_wrong(case: BadInput, sent: Callable[[Request, Language], Any]) -> None:
    for language in LANGUAGES:
        reply = sent(case.request, language)

        assert (reply.status, reply.headers["content-type"]) == (case.status, "application/problem+json")
        assert (reply.headers["content-language"], reply.headers["vary"]) == (language, "Accept-Language")
        problem = reply.json
        assert (problem["type"], problem["status"]) == (f"/problems/{case.type}", case.status)
        if case.pointer is None:
            assert problem["detail"] == case.says[language]
        else:
            assert [(e["pointer"], e["detail"]) for e in problem["errors"]] == [(case.pointer, case.says[language])]


def test_bad_input_changes_nothing(sent: Callable[[Request, Language], Any], services: bootstrap.Services) -> None:
    before = _stored(services)

    for case in CASES:
        sent(case.request, "en")

    assert _stored(services) == before


def _stored(services: bootstrap.Services) -> list[Any]:
    from chalicelib.aws import clients

    names = services.settings
    tables = (names.events_table, names.contacts_table, names.registry_table)
    return [clients.dynamodb().scan(TableName=table, ConsistentRead=True)["Items"] for table in tables]
