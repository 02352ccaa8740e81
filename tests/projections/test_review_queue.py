"""What waits for a moderator, page by page."""

from collections.abc import Sequence

from chalicelib.domain.events import ParticipationRecorded, ParticipationRejected, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.projections import acts
from chalicelib.projections.review_queue import ReviewQueue
from chalicelib.projections.rows import Row
from chalicelib.projections.stream_records import decode_records
from tests.histories import FIRST_MOMENT, stream_records
from tests.projections.in_memory_row_store import InMemoryRowStore

ACT = Act("good_deed", "citizen", "KZ-75", "vk", people=5_000)


def rows(*events: RecordedEvent) -> list[Row]:
    changes, _ = decode_records(stream_records(events))
    return [row for change in changes if (row := acts.row(change, 1)) is not None]


def waiting(number: int, at: int = 0, campaign: str = "2026") -> RecordedEvent:
    event = ParticipationRecorded(ACT, "in_review", f"r{number:02d}", "f", review_reasons=("people",))
    return RecordedEvent(f"{campaign}/p{number}", 1, f"e{number}", FIRST_MOMENT + (at or number), event)


def rejected(number: int) -> RecordedEvent:
    event = ParticipationRejected(f"r{number:02d}", 1, FIRST_MOMENT + number, ACT, "no", "t")
    return RecordedEvent(f"2026/p{number}", 2, f"x{number}", FIRST_MOMENT + 1_000, event)


def store_of(events: Sequence[RecordedEvent]) -> InMemoryRowStore:
    store = InMemoryRowStore()
    store.put(rows(*events))
    return store


def pages(store: InMemoryRowStore, limit: int) -> list[list[str]]:
    queue, after, found = ReviewQueue(store), None, []
    while True:
        page = queue.page("2026", 1, after, limit)
        found.append([act.id for act in page.acts])
        if page.following is None:
            return found
        after = page.following


def test_what_waits_comes_oldest_first_in_pages_without_a_gap() -> None:
    store = store_of([waiting(number) for number in (4, 2, 5, 1, 3)])

    assert pages(store, limit=2) == [["r01", "r02"], ["r03", "r04"], ["r05"]]
    assert pages(store, limit=5) == [["r01", "r02", "r03", "r04", "r05"]]


def test_acts_of_one_millisecond_have_an_order_too() -> None:
    store = store_of([waiting(number, at=7) for number in (3, 1, 2)])

    assert pages(store, limit=1) == [["r01"], ["r02"], ["r03"]]


def test_another_campaign_s_acts_are_not_there() -> None:
    store = store_of([waiting(1), waiting(2, campaign="2027")])

    assert pages(store, limit=10) == [["r01"]]


def test_nothing_waits() -> None:
    page = ReviewQueue(InMemoryRowStore()).page("2026", 1, None, 10)

    assert (list(page.acts), page.following) == ([], None)


class LateIndex(InMemoryRowStore):
    """A row store of which the indexes still show what was before."""

    def query(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        return self.before.query(*args, **kwargs)  # type: ignore[arg-type]

    before: InMemoryRowStore


def test_what_is_decided_in_the_meantime_is_left_out_and_the_cursor_goes_on() -> None:
    events = [waiting(number) for number in (1, 2, 3)]
    store = LateIndex()
    store.before = store_of(events)
    store.put(rows(*events, rejected(1), rejected(2)))

    assert pages(store, limit=2) == [[], ["r03"]]
