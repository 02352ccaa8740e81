"""The log in segments, in memory: an order of its own that does not change when events are appended."""

from collections.abc import Iterator, Sequence
from zlib import crc32

from chalicelib.aws.items import Item
from chalicelib.eventlog.segments import Place, SegmentPage, place_of


class InMemoryLogSegments:
    """Items of the log, `page_items` of them on a page of a segment."""

    def __init__(self, page_items: int = 3) -> None:
        self.items: list[Item] = []
        self._page_items = page_items

    def pages(self, segment: int, segments: int, after: Place | None = None) -> Iterator[SegmentPage]:
        """Yield the pages of a segment of so many, from behind a place on."""
        while True:
            of_segment = sorted(
                (item for item in self.items if crc32(item["stream"]["S"].encode()) % segments == segment), key=_order
            )
            rest = [item for item in of_segment if after is None or _order(item) > _order(after)]
            page = rest[: self._page_items]
            end = place_of(page[-1]) if len(rest) > len(page) else None
            yield SegmentPage(page, end)
            if end is None:
                return
            after = end

    def items_at(self, places: Sequence[Place]) -> Iterator[Item]:
        """Yield the items at different places, as far as they are there."""
        orders = [_order(place) for place in places]
        assert len(set(orders)) == len(orders)
        return (item for item in self.items if _order(item) in orders)


def _order(place: Item) -> tuple[int, str, int]:
    stream = place["stream"]["S"]
    return crc32(stream.encode()), stream, int(place["version"]["N"])
