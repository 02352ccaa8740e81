import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.clock import now_ms
from infra.local import documents
from infra.local.lost_tables import take_over
from tests.conftest import Tables
from tests.e2e.whole import WholeSystem

pytestmark = pytest.mark.slow

GOOD_DEED = {
    "kind": "good_deed",
    "participant": {"type": "school", "name": "№ 1 мектеп", "email": "school@example.com"},
    "place": {"region": "KZ-75"},
}
DAY_MS = 24 * 3600 * 1000
TWO_WEEKS_AGO = now_ms() - 14 * DAY_MS


class Loss(msgspec.Struct, frozen=True):
    """Tables that lost what was recorded after the first act of today, and the documents before and after the start."""

    tables: Tables
    told: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def loss(make_tables: Callable[[], Tables]) -> Iterator[Loss]:
    patch = pytest.MonkeyPatch()
    # Few places have boards, of which each is read.
    patch.setattr(documents, "PLACES_SHOWN", ("KZ-75",))
    whole = make_tables()
    record(whole, lambda: TWO_WEEKS_AGO, "long ago")
    record(whole, now_ms, "first", "second", "third")
    left = make_tables()
    record(left, now_ms, "first")
    before = objects(whole)
    for name, document in before.items():
        put(left, name, document)
    yield Loss(left, start(left), pages(before), pages(objects(left)))
    patch.undo()


def record(tables: Tables, now: Callable[[], int], *keys: str) -> WholeSystem:
    system = WholeSystem(tables, now)
    campaign = system.services.registry.campaign("2026") or system.open("2026")
    for key in keys:
        system.record(campaign, key, GOOD_DEED)
    system.settle()
    return system


def start(tables: Tables) -> list[str]:
    """Compare as a start does; return what is told."""
    system = WholeSystem(tables)
    return list(take_over(system.services, tables.clients.s3, tables["DocumentsBucket"]))


def objects(tables: Tables) -> dict[str, Any]:
    s3, bucket = tables.clients.s3, tables["DocumentsBucket"]
    listed = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    # Of badges one stands for all.
    names = [name for name in listed if "/badge/" not in name or name.endswith("people.kk.svg")]
    found = {name: s3.get_object(Bucket=bucket, Key=name) for name in names}
    return {name: {**document, "Body": document["Body"].read()} for name, document in found.items()}


def put(tables: Tables, name: str, document: dict[str, Any]) -> None:
    members = {member: document[member] for member in ("Body", "ContentType", "CacheControl", "Metadata")}
    tables.clients.s3.put_object(Bucket=tables["DocumentsBucket"], Key=name, **members)


def pages(documents: dict[str, Any]) -> dict[str, Any]:
    """The JSON that viewers read of the campaign, by what stands behind it in its path."""
    start = "v1/campaigns/2026/"
    found = {name.removeprefix(start): each["Body"] for name, each in documents.items() if name.startswith(start)}
    return {name: json.loads(body) for name, body in found.items() if name.endswith(".json")}


class TestTablesThatAreBehindTheirDocuments:
    def test_are_told_with_both_numbers(self, loss: Loss) -> None:
        assert loss.told == [
            "the tables have lost part of campaign 2026: its documents are at revision 1.4, the tables at 1.1. "
            "Participations that were acknowledged in between are lost; the documents are made anew from what is left"
        ]

    def test_have_documents_that_every_open_page_follows(self, loss: Loss) -> None:
        assert loss.after.keys() == loss.before.keys()
        changed = {name for name, page in loss.after.items() if page != loss.before[name]}
        # A board that is as it was may stay as it is.
        assert loss.after.keys() - changed <= {name for name in loss.after if name.startswith("organisations")}
        for name in changed:
            before, after = loss.before[name], loss.after[name]
            assert (after["epoch"], after["rev"]) > (before["epoch"], before["rev"])

    def test_are_all_that_is_shown(self, loss: Loss) -> None:
        assert loss.after["live.json"]["totals"]["participations"] == 1
        assert len(loss.after["recent.json"]["acts"]) == 1
        # Of two weeks ago nothing is left.
        days = sorted(name for name in loss.after if name.startswith("timeline"))
        assert [len(loss.before[day]["minutes"]) > 0 for day in days] == [True, True]
        assert [len(loss.after[day]["minutes"]) > 0 for day in days] == [False, True]

    def test_are_told_once(self, loss: Loss) -> None:
        assert start(loss.tables) == []
        assert pages(objects(loss.tables)) == loss.after

    def test_go_on_with_the_next_act(self, loss: Loss) -> None:
        system = record(loss.tables, now_ms, "next")

        assert system.live("2026")["totals"]["participations"] == 2


def test_documents_of_a_build_that_is_lost_give_way(make_tables: Callable[[], Tables]) -> None:
    tables = make_tables()
    WholeSystem(tables).open("2026")
    live = objects(tables)["v1/campaigns/2026/live.json"]
    put(tables, "v1/campaigns/2026/live.json", {**live, "Metadata": {**live["Metadata"], "epoch": "2", "rev": "5"}})

    first, second = start(tables)

    assert "its documents are at revision 2.5, the tables at 1.0." in first
    assert second == "open pages of campaign 2026 show what is lost until they are loaded anew"
    assert objects(tables)["v1/campaigns/2026/live.json"]["Metadata"]["etag"] == "1.0"
    assert start(tables) == []


def test_documents_of_a_campaign_that_is_lost_are_deleted(make_tables: Callable[[], Tables]) -> None:
    tables = make_tables()
    position = {"epoch": "1", "rev": "7"}
    document = {"Body": b"{}", "ContentType": "application/json", "CacheControl": "", "Metadata": position}
    put(tables, "v1/campaigns/lost/live.json", document)

    (line,) = start(tables)

    assert line == (
        "campaign lost is lost: there are documents of it up to revision 1.7, and nothing in the tables; "
        "the documents are deleted"
    )
    assert objects(tables) == {}
