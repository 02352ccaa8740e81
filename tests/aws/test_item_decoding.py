"""What is decoded quickly is what botocore makes of it, and what cannot be is left to botocore."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.aws import clients
from tests.conftest import Tables

TEXTS = {"quotes": {"S": '"B": "AAAA", "BS":'}, "letters": {"S": "қайырым \u2028 \U0001f31e"}, "empty": {"S": ""}}
PLAIN = {
    **TEXTS,
    "number": {"N": "-12345678901234567890.5"},
    "list": {"L": [{"S": "a"}, {"NULL": True}, {"BOOL": False}]},
    "map": {"M": {"inner": {"SS": ["a", "b"]}}},
}
BINARY = {"bytes": {"B": b"\x00\xff"}, "set": {"BS": [b"a", b"b"]}, "inner": {"M": {"bytes": {"B": b"c"}}}}


def filled(tables: Tables, item: dict[str, Any]) -> str:
    table = tables["EventsTable"]
    for version in (1, 2):
        key = {"stream": {"S": "2026/a"}, "version": {"N": str(version)}}
        tables.clients.dynamodb.put_item(TableName=table, Item={**key, **item})
    return table


def of_stream(client: Any, table: str) -> Any:
    names: Any = {
        "ExpressionAttributeNames": {"#s": "stream"},
        "ExpressionAttributeValues": {":stream": {"S": "2026/a"}},
    }
    return client.query(TableName=table, KeyConditionExpression="#s = :stream", **names)


def some(client: Any, table: str) -> Any:
    keys = [{"stream": {"S": "2026/a"}, "version": {"N": version}} for version in "123"]
    return client.batch_get_item(RequestItems={table: {"Keys": keys}})


def first(client: Any, table: str) -> Any:
    return client.scan(TableName=table, Limit=1, ReturnConsumedCapacity="TOTAL")


@pytest.mark.parametrize("ask", [of_stream, some, first])
@pytest.mark.parametrize("item", [PLAIN, BINARY], ids=["plain", "binary"])
def test_an_answer_is_the_same_as_botocores(
    tables: Tables, ask: Callable[[Any, str], Any], item: dict[str, Any]
) -> None:
    table = filled(tables, item)

    quick, slow = ask(clients.dynamodb(), table), ask(boto3.client("dynamodb"), table)

    assert without_request(quick) == without_request(slow)
    assert quick["ResponseMetadata"].keys() == slow["ResponseMetadata"].keys()


def test_items_without_bytes_are_left_to_no_other_parser(tables: Tables) -> None:
    table = filled(tables, PLAIN)

    with patch("chalicelib.aws.item_decoding.msgspec.json.decode", wraps=msgspec.json.decode) as decode:
        first(clients.dynamodb(), table)

    decode.assert_called_once()


def test_a_refusal_is_raised_as_it_is_by_botocore(tables: Tables) -> None:
    with pytest.raises(ClientError) as refused:
        clients.dynamodb().scan(TableName="nobody-made-it")
    with pytest.raises(ClientError) as expected:
        boto3.client("dynamodb").scan(TableName="nobody-made-it")

    assert refused.value.response["Error"] == expected.value.response["Error"]


def without_request(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
