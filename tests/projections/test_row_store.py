"""The row store's contract, kept by DynamoDB and by the twin in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.aws.items import Item
from chalicelib.projections import acts, organisations
from chalicelib.projections.change import change_of
from chalicelib.projections.row_store import TOGETHER, DynamoDBRowStore
from chalicelib.projections.rows import SPREAD, Index, RefusedRow, Row, RowStore, partitions, scoped, spread
from chalicelib.projections.store_faults import MAX_ITEM_BYTES
from tests.conftest import Tables
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.test_recent import recorded
from tests.reads import reads

WAITING = Index("acts", "waiting", "moment", partitions("2026", 1))


class RowsTogether(DynamoDBRowStore):
    """A row store that puts all rows together."""

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        return self.put_together(rows)


@pytest.fixture(params=["dynamodb", "together", "memory"])
def store(request: pytest.FixtureRequest, tables: Tables) -> RowStore:
    if request.param == "memory":
        return InMemoryRowStore()
    names = {acts.MODEL: tables["ActsTable"], organisations.MODEL: tables["OrganisationsTable"]}
    made = RowsTogether if request.param == "together" else DynamoDBRowStore
    return made(clients.dynamodb(), names, segments=3)


def row(key: str, version: int = 1, place: str | None = None, text: str = "") -> Row:
    text = text or f"{key} {version}"
    item = {"id": {"S": key}, "version": {"N": str(version)}, "data": {"S": text}, "moment": {"S": place or key}}
    if place is not None:
        item["waiting"] = {"S": scoped("2026", 1) + spread(key)}
    return Row("acts", key, version, text, item, change_of(recorded(version)))


def _id(item: Item) -> str:
    return str(item["id"]["S"])


def places(store: RowStore, *, after: str | None = None, descending: bool = False, page: int = 100) -> list[str]:
    return [item["moment"]["S"] for item in store.query(WAITING, after=after, descending=descending, page=page)]


def test_rows_are_read_in_the_order_that_they_are_asked_for(store: RowStore) -> None:
    rows = [row(f"k{number:03d}") for number in range(250)]
    assert store.put(rows) == []

    keys = [one.key for one in reversed(rows)]
    assert store.read("acts", [*keys, "missing"]) == [one.item for one in reversed(rows)]
    assert store.read("acts", []) == store.read("organisations", keys) == []


@pytest.mark.parametrize("versions", [(1, 2, 3), (3, 2, 1), (2, 3, 2, 1, 3)])
def test_the_newest_version_of_a_row_wins_in_whatever_order_they_come(
    store: RowStore, versions: tuple[int, ...]
) -> None:
    for version in versions:
        store.put([row("k", version)])

    assert store.read("acts", ["k"]) == [row("k", 3).item]


def test_a_version_that_is_there_stays_as_it_is(store: RowStore) -> None:
    store.put([row("k", 2)])
    store.put([row("k", 2, text="another")])

    assert store.read("acts", ["k"]) == [row("k", 2).item]


def test_rows_beside_newer_ones_are_stored(store: RowStore) -> None:
    store.put([row("b", 2)])

    assert store.put([row("a"), row("b"), row("c", 3)]) == []

    assert store.read("acts", ["a", "b", "c"]) == [row("a").item, row("b", 2).item, row("c", 3).item]


def test_a_row_that_is_too_large_is_told_and_the_others_are_stored(store: RowStore) -> None:
    large = row("large", text="я" * (MAX_ITEM_BYTES // 2 + 1))

    refused = store.put([row("a"), large, row("b")])

    assert [one.row for one in refused] == [large]
    assert "bytes" in refused[0].reason
    assert store.read("acts", ["a", "large", "b"]) == [row("a").item, row("b").item]


def test_an_index_is_read_in_its_order_over_all_its_partitions(store: RowStore) -> None:
    names = [f"{number:03d}" for number in range(100)]
    assert len({spread(name) for name in names}) == SPREAD
    store.put([row(name, place=name) for name in names])

    assert places(store) == names
    assert places(store, descending=True) == names[::-1]
    assert places(store, after="040", page=3) == names[41:]
    assert places(store, after="040", descending=True, page=3) == names[39::-1]


def test_a_row_without_the_attribute_of_an_index_is_not_in_it(store: RowStore) -> None:
    store.put([row("a", place="a"), row("b", place="b"), row("c")])
    store.put([row("a", version=2)])

    assert places(store) == ["b"]


def test_another_scope_is_in_other_partitions(store: RowStore) -> None:
    store.put([row("a", place="a")])

    assert list(store.query(Index("acts", "waiting", "moment", partitions("2026", 2)), page=10)) == []
    assert list(store.query(Index("acts", "waiting", "moment", partitions("20", 1)), page=10)) == []


def test_all_rows_of_some_scopes_are_scanned_and_no_others(store: RowStore) -> None:
    expected = [row(scoped("2026", generation) + f"k{number}") for generation in (1, 2) for number in range(20)]
    others = [row(scoped(campaign, generation) + "k") for campaign, generation in (("2026", 11), ("12026", 1))]
    store.put([*expected, *others])

    for consistent in (True, False):
        pages = store.scan("acts", [scoped("2026", 1), scoped("2026", 2)], consistent=consistent)
        found = [item for page in pages for item in page]
        assert sorted(found, key=_id) == sorted((one.item for one in expected), key=_id)
    assert [item for page in store.scan("organisations", [scoped("2026", 1)]) for item in page] == []


def test_a_table_of_many_pages_is_scanned_to_its_end(store: RowStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.projections.row_store.PAGE_ITEMS", 2)
    rows = [row(scoped("2026", 1) + f"k{number:02d}") for number in range(20)]
    store.put(rows)

    pages = list(store.scan("acts", [scoped("2026", 1)]))

    assert sorted((item for page in pages for item in page), key=_id) == [one.item for one in rows]
    assert isinstance(store, InMemoryRowStore) or max(map(len, pages)) <= 2


def test_an_index_is_read_upwards_by_as_many_items_a_request_as_are_asked_for(tables: Tables) -> None:
    client = clients.dynamodb()
    store = DynamoDBRowStore(client, {acts.MODEL: tables["ActsTable"]})
    store.put([row(name, place=name) for name in ("a", "b", "c")])
    limits: list[int] = []

    def note(params: Mapping[str, Any], **_: object) -> None:
        limits.append(params["Limit"])

    client.meta.events.register("provide-client-params.dynamodb.Query", note)
    found = list(store.query(WAITING, page=3))
    client.meta.events.unregister("provide-client-params.dynamodb.Query", note)

    assert [_id(item) for item in found] == ["a", "b", "c"]
    assert set(limits) == {3}


def test_rows_are_read_consistently_and_scans_as_they_are_asked_to(tables: Tables) -> None:
    store = DynamoDBRowStore(clients.dynamodb(), {acts.MODEL: tables["ActsTable"]})

    with reads(clients.dynamodb()) as found:
        store.read("acts", ["k"])
        store.forget("2026", 1)
        for consistent in (True, False):
            list(store.scan("acts", [scoped("2026", 1)], consistent=consistent))
        list(store.scan("acts", [scoped("2026", 1)]))

    scans = [("Scan", consistent) for consistent in (True, True, False, True)]
    assert found == [("BatchGetItem", True), *scans]


def test_many_rows_are_put_by_transactions(tables: Tables) -> None:
    client = clients.dynamodb()
    store, written = DynamoDBRowStore(client, {acts.MODEL: tables["ActsTable"]}), list[int]()

    def note(params: Mapping[str, Any], **_: object) -> None:
        written.append(len(params["TransactItems"]))

    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", note)
    assert store.put_together([row(f"k{number}") for number in range(TOGETHER + 1)]) == []
    client.meta.events.unregister("provide-client-params.dynamodb.TransactWriteItems", note)

    assert sorted(written) == [1, TOGETHER]


def test_a_generation_is_forgotten_with_all_its_rows_and_no_others(store: RowStore) -> None:
    gone = [row(scoped("2026", 1) + f"k{number}") for number in range(40)]
    left = [
        row(scoped(campaign, generation) + "k") for campaign, generation in (("2026", 11), ("2026", 2), ("12026", 1))
    ]
    store.put([*gone, *left])

    store.forget("2026", 1)

    assert store.read("acts", [one.key for one in (*gone, *left)]) == [one.item for one in left]
