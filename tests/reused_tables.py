"""The tables, bucket and queues of a test worker, emptied for each test."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.aws import clients
from infra.local import resources

if TYPE_CHECKING:
    from tests.conftest import Tables

Item = dict[str, Any]

MAX_DELETED_AT_ONCE = 25
"""Requests of one BatchWriteItem."""

TEMPLATE = resources.read_template()
KEYS: Mapping[str, list[str]] = {
    logical_id: [part["AttributeName"] for part in resource["Properties"]["KeySchema"]]
    for logical_id, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::DynamoDB::Table"
}
"""The names of the attributes that make the key of each table, by its logical id."""


class ReusedTables:
    """Tables, a bucket and queues for all tests of a worker: to make them takes many times as long as to empty them.

    What is written there is noted as it is written, so that nothing has to be looked for. What their streams hold of
    earlier tests stays, and so do the tokens of transactions: the event ids that are appended are each test's own.
    """

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables
        self._keys = {self._tables[logical_id]: names for logical_id, names in KEYS.items()}
        self._items: dict[bytes, tuple[str, Item]] = {}
        self._documents: set[str] = set()
        self._queues: set[str] = set()
        self._noted: list[Any] = []

    def emptied(self) -> "Tables":
        """Return them with nothing in them, named in the environment as the functions know them."""
        written = list(self._items.values())
        for start in range(0, len(written), MAX_DELETED_AT_ONCE):
            requests: dict[str, Any] = {}
            for table, key in written[start : start + MAX_DELETED_AT_ONCE]:
                requests.setdefault(table, []).append({"DeleteRequest": {"Key": key}})
            self._tables.clients.dynamodb.batch_write_item(RequestItems=requests)
        if self._documents:
            named: Any = {"Objects": [{"Key": path} for path in self._documents]}
            self._tables.clients.s3.delete_objects(Bucket=self._tables["DocumentsBucket"], Delete=named)
        for queue in self._queues:
            self._tables.clients.sqs.purge_queue(QueueUrl=queue)
        self._items.clear()
        self._documents.clear()
        self._queues.clear()
        self._listen()
        os.environ.update(resources.function_environment(TEMPLATE, self._tables.names))
        return self._tables

    def _listen(self) -> None:
        """Note what is written through the clients that there are now."""
        made = self._tables.clients
        for client in (made.dynamodb, made.s3, made.sqs, clients.dynamodb(), clients.s3(), clients.sqs()):
            if client not in self._noted:
                client.meta.events.register("provide-client-params", self._note)
                self._noted.append(client)

    def _note(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        match model.name:
            case "PutObject" if params["Bucket"] == self._tables["DocumentsBucket"]:
                self._documents.add(params["Key"])
            case "SendMessage" | "SendMessageBatch" if params["QueueUrl"] in self._tables.names.values():
                self._queues.add(params["QueueUrl"])
            case "PutItem" | "UpdateItem":
                self._note_item(params["TableName"], params)
            case "BatchWriteItem":
                for table, requests in params["RequestItems"].items():
                    for request in requests:
                        self._note_item(table, request.get("PutRequest", {}))
            case "TransactWriteItems":
                for entry in params["TransactItems"]:
                    for write in entry.values():
                        self._note_item(write["TableName"], write)

    def _note_item(self, table: str, write: Mapping[str, Any]) -> None:
        item = write.get("Item") or write.get("Key")
        if item is not None and table in self._keys:
            key = {name: item[name] for name in self._keys[table]}
            self._items[msgspec.json.encode([table, key], order="deterministic")] = (table, key)
