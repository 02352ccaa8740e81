"""Documents only move forward, however many publishers store them."""

import itertools
import threading
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import msgspec
import pytest
from botocore.exceptions import ClientError
from hypothesis import strategies as st

from chalicelib.aws import clients
from chalicelib.publishing.document_store import (
    CACHED,
    CACHED_FOR_EVER,
    MAX_RACES,
    DocumentContended,
    DocumentStore,
    Published,
)
from chalicelib.publishing.documents import Document, DocumentPosition
from tests.conftest import Tables
from tests.laws import few_and_many
from tests.publishing.in_memory_s3 import InMemoryS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Put = tuple[int, int, int]
"""A publisher's number, and the epoch and rev of what it stores."""

series = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2), st.integers(0, 6)), min_size=1, max_size=12)
paths = (f"v1/campaigns/c{number}/live.json" for number in itertools.count(1))


class Bucket(msgspec.Struct, frozen=True):
    """One bucket, and the client that it is reached by."""

    s3: "S3Client"
    name: str


@pytest.fixture(scope="module", params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    if request.param == "memory":
        return Bucket(InMemoryS3().client, "documents")
    tables: Tables = request.getfixturevalue("make_tables")()
    return Bucket(clients.s3(), tables["DocumentsBucket"])


@pytest.fixture(scope="module")
def new_documents(bucket: Bucket) -> Callable[[], DocumentStore]:
    """Make the documents of one bucket as another process knows them."""
    return lambda: DocumentStore(bucket.s3, bucket.name)


def document(path: str, rev: int, epoch: int = 1, text: str = "") -> Document:
    body = text or f'{{"epoch":{epoch},"rev":{rev}}}'
    return Document(path, DocumentPosition(epoch, rev), "application/json; charset=utf-8", body.encode())


def advance(documents: DocumentStore, expected: Document) -> bool:
    return documents.advance(expected.path, expected.position, lambda _: expected)


def stored_body(documents: DocumentStore, path: str) -> bytes | None:
    current = documents.current(path)
    return current.body if current else None


def test_a_document_is_served_with_the_headers_of_the_contract(
    bucket: Bucket, new_documents: Callable[[], DocumentStore]
) -> None:
    path = next(paths)

    advance(new_documents(), document(path, 12_345))

    found = bucket.s3.get_object(Bucket=bucket.name, Key=path)
    assert found["CacheControl"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
    assert found["ContentType"] == "application/json; charset=utf-8"
    assert found["Metadata"] == {"etag": "1.12345", "epoch": "1", "rev": "12345", "read-at": "0"}


def test_a_document_that_is_confirmed_has_another_tag(
    bucket: Bucket, new_documents: Callable[[], DocumentStore]
) -> None:
    path, documents = next(paths), new_documents()
    advance(documents, document(path, 7, text='{"as_of":"2026-06-01T04:00:00.000Z"}'))

    documents.confirm(path, 1_780_286_460_000)

    metadata = bucket.s3.get_object(Bucket=bucket.name, Key=path)["Metadata"]
    assert metadata == {"etag": "1.7.1780286460000", "epoch": "1", "rev": "7", "read-at": "1780286460000"}


@few_and_many(20, 150, puts=series)
def test_in_whatever_order_documents_come_none_falls_back(
    new_documents: Callable[[], DocumentStore], puts: list[Put]
) -> None:
    publishers, reader, path = [new_documents() for _ in range(3)], new_documents(), next(paths)
    furthest = DocumentPosition(0, 0)

    for publisher, epoch, rev in puts:
        advance(publishers[publisher], document(path, rev, epoch))

        furthest = max(furthest, DocumentPosition(epoch, rev))
        current = reader.current(path)
        assert current is not None
        assert current.position == furthest
        assert current.body == document(path, furthest.rev, furthest.epoch).body


def test_the_same_rev_is_stored_once(new_documents: Callable[[], DocumentStore]) -> None:
    path = next(paths)

    assert advance(new_documents(), document(path, 5, text="one"))
    assert not advance(new_documents(), document(path, 5, text="other"))
    assert stored_body(new_documents(), path) == b"one"


def test_the_same_bytes_are_stored_once(new_documents: Callable[[], DocumentStore]) -> None:
    path = next(paths)

    assert advance(new_documents(), document(path, 5, text="same"))
    assert not advance(new_documents(), document(path, 6, text="same"))


@pytest.mark.parametrize("first", [None, 1], ids=["nothing stands", "something stands"])
@pytest.mark.parametrize(("mine", "theirs", "last"), [(5, 6, 6), (6, 5, 6), (5, 5, 5)])
def test_a_put_between_the_read_and_the_put_is_noticed(
    new_documents: Callable[[], DocumentStore], first: int | None, mine: int, theirs: int, last: int
) -> None:
    one, other, path = new_documents(), new_documents(), next(paths)
    if first is not None:
        advance(other, document(path, first))

    replaced: list[bytes | None] = []

    def make(current: bytes | None) -> Document:
        replaced.append(current)
        advance(other, document(path, theirs))
        return document(path, mine)

    one.advance(path, DocumentPosition(1, mine), make)

    current = new_documents().current(path)
    assert current is not None
    assert current.position == DocumentPosition(1, last)
    assert replaced[0] == (None if first is None else document(path, first).body)
    assert replaced[1:] == ([document(path, theirs).body] if mine > theirs else [])


def test_what_many_publishers_store_at_once_ends_with_the_furthest(new_documents: Callable[[], DocumentStore]) -> None:
    path, ended = next(paths), threading.Event()
    seen: list[int] = []

    def watch() -> None:
        reader = new_documents()
        while not ended.is_set():
            current = reader.current(path)
            seen.append(current.position.rev if current else -1)

    def publish(first: int) -> None:
        documents = new_documents()
        for rev in range(first, 60, 3):
            advance(documents, document(path, rev))

    watcher = threading.Thread(target=watch)
    publishers = [threading.Thread(target=publish, args=(first,)) for first in range(3)]
    for thread in (watcher, *publishers):
        thread.start()
    for thread in publishers:
        thread.join()
    ended.set()
    watcher.join()

    assert seen == sorted(seen)
    assert stored_body(new_documents(), path) == document(path, 59).body


def test_what_is_remembered_of_a_document_saves_reading_it(tables: Tables) -> None:
    documents, path = DocumentStore(clients.s3(), tables["DocumentsBucket"]), next(paths)
    calls: list[str] = []
    clients.s3().meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name), unique_id="calls")

    for rev in (1, 2, 2, 3):
        advance(documents, document(path, rev))
    clients.s3().meta.events.unregister("before-call.s3", unique_id="calls")

    assert calls == ["GetObject", "PutObject", "PutObject", "PutObject"]


def test_a_put_that_meets_one_under_way_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    s3, path = InMemoryS3(), next(paths)
    put = s3.put_object
    under_way = [ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")]

    def meeting_one(**given: Any) -> dict[str, Any]:
        if under_way:
            raise under_way.pop()
        return put(**given)

    monkeypatch.setattr(s3, "put_object", meeting_one)

    assert advance(s3.documents, document(path, 1, text="one"))
    assert stored_body(s3.documents, path) == b"one"


def test_who_loses_every_race_for_a_document_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    s3, path = InMemoryS3(), next(paths)
    advance(s3.documents, document(path, 1))
    lost: list[str] = []

    def losing(*, Key: str, **_: Any) -> Any:  # noqa: N803
        lost.append(Key)
        raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")

    monkeypatch.setattr(s3, "put_object", losing)

    with pytest.raises(DocumentContended, match=path):
        advance(s3.documents, document(path, 2))
    with pytest.raises(DocumentContended, match=path):
        s3.documents.close(path)

    assert lost == [path] * 2 * MAX_RACES


def test_what_s3_refuses_for_another_reason_is_no_lost_race(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = InMemoryS3()
    monkeypatch.setattr(s3, "put_object", Mock(side_effect=ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")))

    with pytest.raises(ClientError, match="SlowDown"):
        advance(s3.documents, document(next(paths), 1))


def test_documents_in_memory_are_those_that_were_used_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.publishing.document_store.MAX_KNOWN", 2)
    s3, (a, b, c) = InMemoryS3(), islice(paths, 3)
    documents, read = s3.documents, s3.get_object
    for path, rev in ((a, 1), (b, 1), (a, 2), (c, 1)):
        advance(documents, document(path, rev))
    reads: list[str] = []

    def noted(*, Key: str, **given: Any) -> dict[str, Any]:  # noqa: N803
        reads.append(Key)
        return read(Key=Key, **given)

    monkeypatch.setattr(s3, "get_object", noted)

    known = [documents.known(path) for path in (a, c, b)]

    assert [one and one.body for one in known] == [document(path, rev).body for path, rev in ((a, 2), (c, 1), (b, 1))]
    assert reads == [b]


def test_who_meets_another_publisher_trusts_nothing_it_remembers(new_documents: Callable[[], DocumentStore]) -> None:
    one, other, counter, badge = new_documents(), new_documents(), next(paths), next(paths)
    advance(one, document(counter, 1))
    advance(one, document(badge, 1, text="one deed"))
    advance(other, document(counter, 2))
    advance(other, document(badge, 2, text="two deeds"))

    advance(one, document(counter, 3))
    advance(one, document(badge, 3, text="one deed"))

    assert stored_body(new_documents(), badge) == b"one deed"


def test_a_closed_document_is_the_same_and_cached_for_ever(new_documents: Callable[[], DocumentStore]) -> None:
    documents, path = new_documents(), next(paths)
    advance(documents, document(path, 5))

    closings = [documents.close(path), documents.close(path)]

    current = new_documents().current(path)
    assert current is not None
    assert (current.position, current.body) == (DocumentPosition(1, 5), document(path, 5).body)
    assert current.content_type == "application/json; charset=utf-8"
    assert current.immutable
    assert closings == [False, True]


OURS = {"etag": "1.9", "epoch": "1", "rev": "9", "read-at": "0"}


@pytest.mark.parametrize(
    "put",
    [{}, {"CacheControl": CACHED}, {"Metadata": OURS}, {"CacheControl": CACHED, "Metadata": {**OURS, "rev": "nine"}}],
    ids=["nothing of ours", "no metadata", "no caching", "a rev that is none"],
)
@pytest.mark.parametrize("body", [b'{"broken', b"whole"])
def test_what_no_store_put_is_no_document_and_is_replaced(
    bucket: Bucket, new_documents: Callable[[], DocumentStore], put: Any, body: bytes
) -> None:
    path, replaced = next(paths), []
    bucket.s3.put_object(
        Bucket=bucket.name, Key=path, Body=body, **{"ContentType": "text/plain", "Metadata": {}, **put}
    )
    documents, expected = new_documents(), document(path, 5, text="whole")

    def make(current: bytes | None) -> Document:
        replaced.append(current)
        return expected

    assert documents.known(path) is documents.current(path) is None
    assert not documents.close(path)
    assert documents.advance(path, expected.position, make)

    current = new_documents().current(path)
    assert current is not None
    assert (current.position, current.body, replaced) == (expected.position, b"whole", [None])


def test_a_document_that_is_not_there_is_not_closed(new_documents: Callable[[], DocumentStore]) -> None:
    path = next(paths)

    assert not new_documents().close(path)
    assert new_documents().current(path) is None


def test_what_comes_late_is_stored_although_the_document_is_closed(new_documents: Callable[[], DocumentStore]) -> None:
    documents, path = new_documents(), next(paths)
    advance(documents, document(path, 5))
    documents.close(path)

    late = msgspec.structs.replace(document(path, 6), immutable=True)
    assert advance(documents, late)

    current = new_documents().current(path)
    assert current is not None
    assert (current.position.rev, current.immutable) == (6, True)


def test_the_two_ways_of_caching_are_those_of_the_contract() -> None:
    assert CACHED == "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
    assert CACHED_FOR_EVER == "public, max-age=31536000, immutable"


def test_how_far_a_counter_is_can_be_asked(new_documents: Callable[[], DocumentStore]) -> None:
    documents, campaign = new_documents(), next(paths).split("/")[2]
    body = '{"v":1,"campaign":"2026","epoch":1,"rev":7,"as_of":"2026-06-01T06:00:03.120Z","next":5,"state":"live"}'
    advance(documents, document(f"v1/campaigns/{campaign}/live.json", 7, text=body))

    assert documents.published(campaign) == Published("2026-06-01T06:00:03.120Z", 1, 7)
    assert documents.published("2027") is None
