"""The real application over real tables, asked in HTTP's terms."""

import string
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.api.problems import Problem
from chalicelib.domain.campaign import Campaign, Translations
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES, Scope
from chalicelib.token_uses import TokenUses
from infra.local.gateway import Gateway
from infra.local.http_response import refusal
from tests.conftest import Tables
from tests.log_stream import LogStream

NAMES: Translations = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}


class Reply(msgspec.Struct, frozen=True):
    """An answer: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Client:
    """Sends requests to the application, with a token and as JSON unless told otherwise."""

    def __init__(self, gateway: Gateway, token: str | None = None) -> None:
        self._gateway = gateway
        self.token = token

    def __call__(
        self, method: str, target: str, json: object = None, *, body: bytes | None = None, **headers: str | None
    ) -> Reply:
        sent: dict[str, str | None] = {"content-type": "application/json"} if json is not None or body else {}
        if self.token is not None:
            sent["authorization"] = f"Bearer {self.token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in sent.items() if value is not None}
        content = body if body is not None else b"" if json is None else msgspec.json.encode(json)
        try:
            answer = self._gateway.answer(method, target, given, content)
        except Problem as problem:
            answer = refusal(problem, given)
        received = {name.lower(): value for name, value in answer.headers.items() if isinstance(value, str)}
        return Reply(answer.status, received, answer.body)

    def as_token(self, token: str | None) -> "Client":
        return Client(self._gateway, token)


@pytest.fixture(autouse=True)
def uses_of_tokens(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The uses of tokens that would be noted, with their times: in the tests nothing goes on beside a request."""
    uses: list[tuple[str, int]] = []
    monkeypatch.setattr(TokenUses, "note", lambda _, token, now: uses.append((token.id, now)))
    return uses


@pytest.fixture
def services(tables: Tables) -> bootstrap.Services:
    app.services = bootstrap.bootstrap()
    return app.services


@pytest.fixture
def issue(services: bootstrap.Services) -> Callable[..., str]:
    """Issue a token: all scopes in all campaigns unless told otherwise."""

    def issued(*scopes: Scope, campaign: str = ALL_CAMPAIGNS, expires_at: int | None = None) -> str:
        return services.registry.issue_token(scopes or SCOPES, campaign, expires_at)

    return issued


@pytest.fixture
def campaign(services: bootstrap.Services) -> Campaign:
    return services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="live"))[0]


@pytest.fixture
def api(gateway: Gateway, campaign: Campaign, issue: Callable[..., str]) -> Client:
    """A client that may do everything in the open campaign `2026`."""
    return Client(gateway, issue())


@pytest.fixture
def visitor(gateway: Gateway) -> Client:
    """A client without a token, for what needs no tables."""
    return Client(gateway)


def participation(**members: object) -> dict[str, Any]:
    """Return a request that is recorded and counts, with some members replaced."""
    return {
        "kind": "good_deed",
        "participant": {"type": "citizen", "name": "Айгүл", "phone": "8 701 123 45 67"},
        "place": {"region": "KZ-75"},
        **members,
    }


def other_spellings(public_id: str) -> list[str]:
    """Return other texts for the 128 bits of an id in base64url, and such as a careless reader takes for it."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet.index(public_id[-1])
    same_bits = [public_id[:-1] + alphabet[last + more] for more in range(1, 16)]
    return [*same_bits, f"{public_id}=", f"{public_id}==", public_id.swapcase(), public_id[:-1], f"{public_id}A"]


@pytest.fixture
def project(tables: Tables, services: bootstrap.Services) -> Callable[[], None]:
    """Give the projector what was recorded since the last time, as the log's stream would."""
    return LogStream(tables, services).deliver
