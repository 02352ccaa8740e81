"""The log in segments: an order of its own that appending does not change, and chunks that hold the same again."""

from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.aws.items import Item
from chalicelib.eventlog.segments import LogSegments, Place, place_of, up_to
from tests.conftest import Tables
from tests.reads import reads

SEGMENTS = 2


@pytest.fixture
def log(tables: Tables) -> LogSegments:
    return LogSegments(clients.dynamodb(), tables["EventsTable"])


def append(tables: Tables, first: int, count: int, size: int = 9_000) -> None:
    for number in range(first, first + count):
        item: Any = {
            "stream": {"S": f"2026/p{number % 97}"},
            "version": {"N": str(number)},
            "event_id": {"S": f"e{number}"},
            "data": {"S": "x" * size},
        }
        tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=item)


def names(items: list[Item]) -> list[str]:
    return [item["event_id"]["S"] for item in items]


def test_the_segments_hold_every_item_once(log: LogSegments, tables: Tables) -> None:
    append(tables, 0, 400)

    pages = [page for segment in range(SEGMENTS) for page in log.pages(segment, SEGMENTS)]

    assert sorted(names([item for page in pages for item in page.items])) == sorted(f"e{n}" for n in range(400))
    assert len(pages) > SEGMENTS
    assert [page.end is None for page in pages].count(True) == SEGMENTS


def test_a_part_that_is_read_again_holds_what_it_held_and_what_was_appended(log: LogSegments, tables: Tables) -> None:
    append(tables, 0, 400)
    (first, *rest) = log.pages(0, SEGMENTS)
    assert first.end == place_of(first.items[-1])
    second = rest[0]

    append(tables, 400, 150)

    def again(start: Place | None, end: Place | None) -> list[str]:
        return names([item for items in up_to(log.pages(0, SEGMENTS, start), end) for item in items])

    def old(found: list[str]) -> list[str]:
        return [name for name in found if int(name[1:]) < 400]

    assert len(again(None, first.end)) > len(first.items)
    assert old(again(None, first.end)) == names(list(first.items))
    assert old(again(first.end, second.end)) == names(list(second.items))


def test_events_are_read_by_their_places_as_far_as_they_are_there(log: LogSegments, tables: Tables) -> None:
    append(tables, 0, 3, size=1)
    places = [place_of({"stream": {"S": f"2026/p{number}"}, "version": {"N": str(number)}}) for number in (2, 1, 9)]

    with reads(clients.dynamodb()) as found:
        assert sorted(names(list(log.items_at(places)))) == ["e1", "e2"]
        list(log.pages(0, 1))

    assert found == [("BatchGetItem", True), ("Scan", True)]
