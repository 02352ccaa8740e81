"""The tables and the bucket of a test worker: what is in them, and how they are emptied for the next test."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from chalicelib.aws import clients
from infra.local import resources
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
    """Tables and a bucket for all tests of a worker: to make them takes many times as long as to empty them.

    What is written there is noted as it is written, so that nothing has to be looked for.
    """

    def __init__(self, make_tables: Callable[[], Tables]) -> None:
        self._tables = make_tables()
        self._keys = {self._tables[logical_id]: names for logical_id, names in KEYS.items()}
        self._items: dict[bytes, tuple[str, Item]] = {}
        self._documents: set[str] = set()
        for client in (self._tables.clients.dynamodb, clients.dynamodb(), clients.s3()):
            client.meta.events.register("provide-client-params", self._note)

    def emptied(self) -> Tables:
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
        self._items.clear()
        self._documents.clear()
        os.environ.update(resources.function_environment(TEMPLATE, self._tables.names))
        return self._tables

    def _note(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        match model.name:
            case "PutObject":
                self._documents.add(params["Key"])
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


def scanned(tables: Tables) -> dict[str, list[Item]]:
    """Return all items of all tables, in an order that nothing but their content decides."""
    return {logical_id: sorted(items(tables, logical_id), key=_content) for logical_id in KEYS}


def items(tables: Tables, logical_id: str) -> Iterator[Item]:
    """Yield all items of a table."""
    pages = tables.clients.dynamodb.get_paginator("scan").paginate(TableName=tables[logical_id], ConsistentRead=True)
    for page in pages:
        yield from page["Items"]


def documents(tables: Tables) -> set[str]:
    """Return the paths of all documents in the bucket."""
    pages = tables.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=tables["DocumentsBucket"])
    return {document["Key"] for page in pages for document in page.get("Contents", [])}


def _content(item: Item) -> bytes:
    return msgspec.json.encode(item, order="deterministic")
