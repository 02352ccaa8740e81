"""The smoke test against the application itself: what it does, and what it leaves when all is well or not."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.webhooks.accounts import EnvironmentAccounts
from infra import smoke
from infra.site_client import Reply
from infra.smoke import SmokeClients, SmokeError, SmokeTest
from tests.api.conftest import project  # noqa: F401  a fixture
from tests.api.storage import items
from tests.conftest import Tables

pytestmark = pytest.mark.slow


class ParameterStore:
    """Secrets of hooks, which the application knows at once."""

    def __init__(self, services: Services) -> None:
        self.stored: dict[str, str] = {}
        self._services = services

    def put_parameter(self, *, Name: str, Value: str, Type: str) -> None:  # noqa: N803
        assert Type == "SecureString"
        self.stored[Name] = Value
        self._tell()

    def delete_parameter(self, *, Name: str) -> None:  # noqa: N803
        del self.stored[Name]
        self._tell()

    def _tell(self) -> None:
        accounts: dict[str, dict[str, Any]] = {}
        for name, value in self.stored.items():
            *_, provider, account = name.split("/")
            accounts.setdefault(provider, {})[account] = json.loads(value)
        self._services.accounts = EnvironmentAccounts(json.dumps(accounts))


class Site:
    """The application; its streams are delivered when somebody looks. `broken` are paths that are answered 500."""

    def __init__(self, tables: Tables, deliver: Callable[[], None], broken: str = "") -> None:
        self._tables = tables
        self._deliver = deliver
        self._broken = broken

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        if self._broken and self._broken in path:
            return Reply(500, {}, b"out of order")
        self._deliver()
        with Client(app) as client:
            answer = client.http.request(method, path, headers=dict(headers), body=body)
        return Reply(answer.status_code, {}, answer.body)

    def view(self, path: str) -> Reply:
        self._deliver()
        for campaign in bootstrap().registry.campaigns():
            bootstrap().publisher.publish_all(campaign, [])
        bucket = self._tables["DocumentsBucket"]
        return Reply(200, {}, self._tables.clients.s3.get_object(Bucket=bucket, Key=path[1:])["Body"].read())


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "CACHE_SECONDS", 0)
    monkeypatch.setattr(smoke, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(smoke, "KNOWN_SECONDS", 0.1)
    monkeypatch.setattr(smoke, "SHOWN_SECONDS", 0.1)


@pytest.fixture
def services(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(32)).decode())
    app.services = bootstrap()
    return app.services


@pytest.fixture
def parameters(services: Services) -> ParameterStore:
    return ParameterStore(services)


@pytest.fixture
def run(tables: Tables, parameters: ParameterStore, project: Callable[[], None]) -> Callable[..., Iterator[str]]:  # noqa: F811
    ssm: Any = parameters
    clients = SmokeClients(tables.clients.dynamodb, tables.clients.s3, ssm)
    return lambda broken="": SmokeTest("test", Site(tables, project, broken), clients, tables.names).run()


def test_an_act_by_each_way_is_seen_withdrawn_and_seen_gone(
    run: Callable[..., Iterator[str]], parameters: ParameterStore, tables: Tables
) -> None:
    told = list(run())

    assert told[1:7] == [
        "recorded with a token, repeated without counting again, recorded in a batch",
        "delivered by standard, tally, google-ads",
        "parked where no form was registered, replayed with one",
        "the counter shows 6",
        "withdrawn, the counter shows 0",
        "who took part is erased",
    ]
    expect_nothing_left(parameters, tables)
    assert list(items(tables, "ContactsTable")) == []


def test_what_does_not_work_is_said(run: Callable[..., Iterator[str]]) -> None:
    with pytest.raises(SmokeError, match=r"the hook of google-ads takes what is signed for it, but 500 out of order"):
        list(run("/hooks/google-ads"))


@pytest.mark.parametrize("broken", ["/participations/batch", "/hooks/tally", "/parked/replay", "/withdrawals"])
def test_nothing_is_left_that_shows_whatever_is_broken(
    broken: str, run: Callable[..., Iterator[str]], parameters: ParameterStore, tables: Tables
) -> None:
    with pytest.raises(SmokeError):
        list(run(broken))

    expect_nothing_left(parameters, tables)


def expect_nothing_left(parameters: ParameterStore, tables: Tables) -> None:
    (token,) = items(tables, "RegistryTable")
    assert token["kind"] == {"S": "token"}
    assert json.loads(token["data"]["S"])["revoked_at"]
    assert parameters.stored == {}
    assert [list(items(tables, table)) for table in ("StateTable", "ParkedTable")] == [[], []]
    bucket = tables.clients.s3.list_objects_v2(Bucket=tables["DocumentsBucket"], Prefix="v1/campaigns/")
    assert bucket["KeyCount"] == 0
