"""The whole log read in segments side by side, a chunk at a time, so that a reading can go on where it was killed.

A chunk is where it starts and where it ends, both noted before it is used: read again it holds the same items, and
those that were appended since. The log deletes nothing, and a scan has an order of its own that does not change.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.aws.batch_get import read_items
from chalicelib.aws.items import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE_ITEMS = 1_000
"""Items of a page at most, so that a request is answered in time by an engine that is busy."""

Place = Mapping[str, Mapping[str, str]]
"""The key of an item of the log."""


class SegmentPage(msgspec.Struct, frozen=True):
    """Some items of a segment, and the place behind which it goes on, None where it is read to its end."""

    items: Sequence[Item]
    end: Place | None


class LogSegments:
    """Reads segments of the log's table, and events by their places. Consistent."""

    def __init__(self, client: "DynamoDBClient", events: str) -> None:
        self._client = client
        self._events = events

    def pages(self, segment: int, segments: int, after: Place | None = None) -> Iterator[SegmentPage]:
        """Yield the pages of a segment of so many, from behind a place on. One request each."""
        request: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": after}
        while True:
            answer = self._client.scan(
                TableName=self._events,
                Segment=segment,
                TotalSegments=segments,
                Limit=PAGE_ITEMS,
                ConsistentRead=True,
                **request,
            )
            end: Any = answer.get("LastEvaluatedKey")
            yield SegmentPage(answer["Items"], end)
            if end is None:
                return
            request = {"ExclusiveStartKey": end}

    def items_at(self, places: Sequence[Place]) -> Iterator[Item]:
        """Yield the items at different places, as far as they are there, in any order. A request for each hundred."""
        return read_items(self._client, self._events, places)


def up_to(pages: Iterator[SegmentPage], end: Place | None) -> Iterator[Sequence[Item]]:
    """Yield the items of pages up to a place in them, that of their last item, or to their end."""
    for page in pages:
        places = [] if end is None else [place_of(item) for item in page.items]
        if end is not None and end in places:
            yield page.items[: places.index(end) + 1]
            return
        yield page.items


def place_of(item: Item) -> Place:
    """Return the place of an item."""
    return {"stream": item["stream"], "version": item["version"]}
