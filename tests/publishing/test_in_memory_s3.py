"""The twin in memory answers as S3 does to what documents are stored and read by."""

import itertools
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws import clients
from tests.conftest import Tables
from tests.publishing.in_memory_s3 import InMemoryS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

keys = (f"key {number}" for number in itertools.count(1))


class Bucket:
    """A bucket behind one of both."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self.client = client
        self.name = name

    def put(self, key: str, body: bytes, **members: Any) -> str:
        return self.client.put_object(Bucket=self.name, Key=key, Body=body, **members)["ETag"]

    def get(self, key: str) -> dict[str, Any]:
        answer = self.client.get_object(Bucket=self.name, Key=key)
        members = ("ETag", "ContentType", "CacheControl", "Metadata")
        return {name: cast("dict[str, Any]", answer).get(name) for name in members} | {"Body": answer["Body"].read()}

    def refusal(self, key: str, **condition: Any) -> str:
        with pytest.raises(self.client.exceptions.ClientError) as refused:
            self.put(key, b"refused", **condition)
        return str(refused.value.response["Error"]["Code"])


@pytest.fixture(scope="module", params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    if request.param == "memory":
        return Bucket(InMemoryS3().client, "documents")
    tables: Tables = request.getfixturevalue("make_tables")()
    return Bucket(clients.s3(), tables["DocumentsBucket"])


def test_an_object_is_read_as_it_was_put(bucket: Bucket) -> None:
    key, headers = next(keys), {"ContentType": "text/csv", "CacheControl": "max-age=1", "Metadata": {"rev": "1"}}

    tag = bucket.put(key, b"content", **headers)

    assert bucket.get(key) == {"ETag": tag, "Body": b"content", **headers}


def test_a_tag_is_of_the_bytes_alone(bucket: Bucket) -> None:
    tags = [bucket.put(next(keys), body, Metadata={"rev": body.decode()}) for body in (b"1", b"2", b"1")]

    assert tags == ['"c4ca4238a0b923820dcc509a6f75849b"', '"c81e728d9d4c2f636f067f89cc14862c"', tags[0]]


def test_what_is_not_there_is_no_such_key(bucket: Bucket) -> None:
    with pytest.raises(bucket.client.exceptions.NoSuchKey) as missing:
        bucket.get(next(keys))

    assert isinstance(missing.value, ClientError)
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"


def test_only_the_first_is_put_where_nothing_may_be(bucket: Bucket) -> None:
    key = next(keys)
    bucket.put(key, b"first", IfNoneMatch="*")

    assert bucket.refusal(key, IfNoneMatch="*") == "PreconditionFailed"
    assert bucket.get(key)["Body"] == b"first"


def test_only_the_object_of_a_tag_is_replaced(bucket: Bucket) -> None:
    key = next(keys)
    first = bucket.put(key, b"first")
    second = bucket.put(key, b"second", IfMatch=first)

    assert bucket.refusal(key, IfMatch=first) == "PreconditionFailed"
    assert bucket.get(key)["ETag"] == second


def test_nothing_replaces_what_is_gone(bucket: Bucket) -> None:
    key = next(keys)
    tag = bucket.put(key, b"first")
    bucket.client.delete_object(Bucket=bucket.name, Key=key)

    assert bucket.refusal(key, IfMatch=tag) == "NoSuchKey"
