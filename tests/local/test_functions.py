import sys
from types import ModuleType
from typing import Any

import boto3
import pytest

from chalicelib.aws import clients
from infra.local import functions, message_types


@pytest.mark.parametrize(
    ("engine", "asked"),
    [("dynamodb-local", ["TransactWriteItems", "ListTables"]), ("dynoxide", ["TransactWriteItems"])],
)
def test_a_transaction_is_answered_when_the_engine_has_written_it(
    monkeypatch: pytest.MonkeyPatch, engine: str, asked: list[str]
) -> None:
    client: Any = boto3.client("dynamodb")
    requests: list[str] = []

    def answer(model: Any, **_: object) -> tuple[object, dict[str, object]]:
        requests.append(model.name)
        return type("Answer", (), {"status_code": 200}), {}

    client.meta.events.register("before-call.dynamodb", answer)
    monkeypatch.setenv("ENGINE", engine)
    monkeypatch.setattr(clients, "dynamodb", lambda: client)
    monkeypatch.setattr(message_types, "prepare", lambda _: None)
    monkeypatch.setitem(sys.modules, "app", ModuleType("app"))

    functions.load()
    client.transact_write_items(TransactItems=[{"Put": {"TableName": "events", "Item": {}}}])

    assert requests == asked
