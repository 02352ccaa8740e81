"""A token of one region touches no other by any route: it changes nothing there, and is told nothing of it."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.api.routes import Operation, operation_of
from chalicelib.domain.tokens import SCOPES
from infra.local.gateway import Gateway
from tests.api.conftest import Client
from tests.api.situation import Route, Situation, made_situation
from tests.api.storage import scanned
from tests.reused_tables import ReusedTables

ELSEWHERE = "KZ-71"
"""Another region than that of the act which waits in the situation."""

WITH_TOKENS: dict[Route, Operation] = {
    (method, path): operation
    for path, entries in sorted(app.routes.items())
    for method, entry in sorted(entries.items())
    if method != "HEAD" and (operation := operation_of(entry.view_function)) is not None and operation.scope is not None
}
OF_ACTS = [route for route, operation in WITH_TOKENS.items() if operation.of_acts]


@pytest.fixture(scope="module")
def made(reused_tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    with made_situation(reused_tables, gateway) as made:
        yield made


@pytest.fixture
def situation(made: Situation) -> Situation:
    return made.renewed()


@pytest.fixture
def regional(situation: Situation) -> Client:
    """Whoever has a token of another region, with more scopes than such a token is ever given."""
    token = app.services.registry.issue_token(SCOPES, "*", region=ELSEWHERE)
    return situation.api.as_token(token)


def test_whatever_route_lets_it_in_nothing_is_changed_and_nothing_told_of_another_region(
    situation: Situation, regional: Client
) -> None:
    # What was recorded and what it says is in the read models, too.
    records = [
        {"eventName": "INSERT", "dynamodb": {"NewImage": item, "SequenceNumber": str(10**20 + number)}}
        for number, item in enumerate(scanned(situation.tables)["EventsTable"])
    ]
    app.services.projector.handle({"shardId": "shardId-1-a", "Records": records})
    before = scanned(situation.tables)

    for route in OF_ACTS:
        reply = situation.ask(route, regional)

        assert scanned(situation.tables) == before, route
        told = reply.body.decode()
        for of_another in ("KZ-75", "Айгүл", "call in the evening"):
            assert of_another not in told, route
        assert reply.status in (200, 403), route
        if "{participation}" in route[1]:
            assert reply.json["type"] == "/problems/region-forbidden", route


def test_no_other_route_lets_it_in(situation: Situation, regional: Client) -> None:
    before = scanned(situation.tables)

    for route in WITH_TOKENS.keys() - set(OF_ACTS):
        reply = situation.ask(route, regional)

        assert (reply.status, reply.json["type"]) == (403, "/problems/region-forbidden"), route
    assert scanned(situation.tables) == before
