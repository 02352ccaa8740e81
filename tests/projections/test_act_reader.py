"""Acts as moderators look for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from chalicelib.aws.items import Item
from chalicelib.domain.decider import Carry, known_act
from chalicelib.domain.events import ParticipantErased, ParticipationRecorded, ParticipationRejected, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.log import Entry
from chalicelib.projections import act_reader, acts
from chalicelib.projections.act_reader import ActFilter, ActReader, StoredActPage
from chalicelib.projections.acts import StoredAct
from chalicelib.projections.campaign_changes import by_campaign
from chalicelib.projections.rows import scope_of
from chalicelib.projections.stream_records import decode_records
from tests import histories
from tests.eventlog.in_memory_log import InMemoryEventLog
from tests.histories import FIRST_MOMENT, stream_records
from tests.laws import few_and_many
from tests.projections.in_memory_row_store import InMemoryRowStore

NAMES = {"name-of-a-fund": "«Үміт» қоры", "name-of-a-firm": "ТОО «Ромашка»", "name-of-a-school": "Мектеп № 7"}
ACT = Act("good_deed", "citizen", "KZ-75", "vk", people=5_000)


class Stage:
    """A log in memory, and the rows of what is in it."""

    def __init__(self, events: Iterable[RecordedEvent]) -> None:
        self.log = InMemoryEventLog()
        self.rows = InMemoryRowStore()
        self.reader = ActReader(self.rows, self.log, texts)
        self.events = list(events)
        for recorded in self.events:
            self.log.append(self._entry(recorded))
        self.project(self.events)

    def project(self, events: Sequence[RecordedEvent]) -> None:
        changes, _ = decode_records(stream_records(events))
        for campaign, of_campaign in by_campaign(changes).items():
            self.rows.put(acts.rows(of_campaign, scope_of(campaign, 1)))

    def stored(self) -> list[StoredAct]:
        """Return all acts, the newest first."""
        items = [row.item for row in self.rows.rows.values()]
        return [acts.read(item) for item in sorted(items, key=acts.moment, reverse=True)]

    def found(self, limit: int = 100, *, descending: bool = True, **criteria: Any) -> list[list[str]]:
        """Return the ids of each page of what is wanted."""
        pages, after = list[list[str]](), None
        while True:
            page = self.page(after, limit, descending=descending, **criteria)
            pages.append([act.id for act in page.acts])
            if page.following is None:
                return pages
            after = page.following

    def page(self, after: str | None, limit: int, *, descending: bool = True, **criteria: Any) -> StoredActPage:
        return self.reader.page("2026", 1, ActFilter(**criteria), after, limit, descending=descending)

    def _entry(self, recorded: RecordedEvent) -> Entry:
        event = recorded.event
        if isinstance(event, ParticipantErased):
            return Entry(recorded, Carry(erased=True))
        head: Receipt | None = self.log.receipt(event.receipt)
        known = known_act({}, recorded)
        return Entry(recorded, Carry(), None if known is None else known.receipt, None if head is None else head.newest)


def texts(campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
    assert campaign == "2026"
    return {name_id: NAMES[name_id] for name_id in ids if name_id != "name-of-a-school"}


def waiting(number: int, at: int = 0, stream: str = "", campaign: str = "2026", **act: Any) -> RecordedEvent:
    given_act = msgspec.structs.replace(ACT, **act)
    event = ParticipationRecorded(given_act, "in_review", f"r{number:02d}", "f", review_reasons=("people",))
    return RecordedEvent(f"{campaign}/{stream or number}", 1, f"e{number}", FIRST_MOMENT + (at or number), event)


def rejected(number: int) -> RecordedEvent:
    event = ParticipationRejected(f"r{number:02d}", 1, FIRST_MOMENT + number, ACT, "no", "t")
    return RecordedEvent(f"2026/{number}", 2, f"x{number}", FIRST_MOMENT + 1_000, event)


def test_the_newest_come_first_in_pages_without_a_gap() -> None:
    stage = Stage([waiting(number) for number in (4, 2, 5, 1, 3)])

    assert stage.found(limit=2) == [["r05", "r04"], ["r03", "r02"], ["r01"]]
    assert stage.found(limit=5) == [["r05", "r04", "r03", "r02", "r01"]]


def test_the_oldest_come_first_where_that_is_asked() -> None:
    stage = Stage([waiting(number) for number in (4, 2, 5, 1, 3)])

    assert stage.found(limit=2, descending=False) == [["r01", "r02"], ["r03", "r04"], ["r05"]]


def test_acts_of_one_millisecond_have_an_order_too() -> None:
    stage = Stage([waiting(number, at=7) for number in (3, 1, 2)])

    assert stage.found(limit=1) == [["r03"], ["r02"], ["r01"]]


def test_another_campaign_s_acts_are_not_there() -> None:
    assert Stage([waiting(1), waiting(2, campaign="2027")]).found() == [["r01"]]


def test_nothing_is_there() -> None:
    assert Stage([]).found() == [[]]


@pytest.mark.parametrize("descending", [True, False])
def test_an_act_is_within_a_time_from_its_first_millisecond_to_before_its_end(*, descending: bool) -> None:
    stage = Stage([waiting(number) for number in range(1, 9)])

    (found,) = stage.found(since=FIRST_MOMENT + 3, until=FIRST_MOMENT + 6, descending=descending)

    assert sorted(found) == ["r03", "r04", "r05"]


@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_a_time_end_with_it(*, descending: bool) -> None:
    stage = Stage([waiting(number) for number in range(1, 9)])

    pages = stage.found(1, since=FIRST_MOMENT + 3, until=FIRST_MOMENT + 6, descending=descending)

    expected = [["r03"], ["r04"], ["r05"]]
    assert pages == (expected[::-1] if descending else expected)


def test_a_time_is_kept_to_from_any_place() -> None:
    stage = Stage([waiting(number) for number in range(1, 9)])
    newest, oldest = (acts.moment_of(str(FIRST_MOMENT + number), f"r{number:02d}") for number in (8, 1))

    back = stage.page(newest, 100, until=FIRST_MOMENT + 4)
    forth = stage.page(oldest, 100, since=FIRST_MOMENT + 7, descending=False)

    assert [act.id for act in back.acts] == ["r03", "r02", "r01"]
    assert [act.id for act in forth.acts] == ["r07", "r08"]


def test_a_name_is_found_by_its_beginning_however_it_is_written() -> None:
    stage = Stage([waiting(1, name="name-of-a-fund"), waiting(2, name="name-of-a-firm"), waiting(3)])

    assert stage.found(organisation="тоо  «ромаш") == [["r02"]]
    assert stage.found(organisation="ромашка") == [[]]


def test_a_name_that_may_not_be_known_is_not_found() -> None:
    assert Stage([waiting(1, name="name-of-a-school")]).found(organisation="мектеп") == [[]]


def test_an_amount_above_another_is_one_of_the_same_currency() -> None:
    stage = Stage([waiting(n, pledged=Money(c, v)) for n, (c, v) in enumerate([("KZT", 10), ("KZT", 11), ("USD", 99)])])

    assert stage.found(above=Money("KZT", 10)) == [["r01"]]


def test_acts_of_one_participant_are_found_by_their_stream() -> None:
    events = [
        RecordedEvent("2026/p", n, f"e{n}", FIRST_MOMENT + n, ParticipationRecorded(ACT, "counted", f"r{n:02d}", "f"))
        for n in range(1, 6)
    ]
    stage = Stage([*events, waiting(9)])

    assert stage.found(2, stream="2026/p") == [["r05", "r04"], ["r03", "r02"], ["r01"]]
    assert stage.found(2, stream="2026/p", descending=False) == [["r01", "r02"], ["r03", "r04"], ["r05"]]
    assert stage.found(stream="2026/p", since=FIRST_MOMENT + 2, until=FIRST_MOMENT + 4) == [["r03", "r02"]]
    assert stage.found(stream="2026/p", status="in_review") == [[]]


class LateIndex(InMemoryRowStore):
    """A row store of which the indexes still show what was before."""

    before: InMemoryRowStore

    def query(self, *args: Any, **kwargs: Any) -> Iterator[Item]:
        return self.before.query(*args, **kwargs)


def test_what_an_index_still_shows_is_left_out() -> None:
    stage = Stage([waiting(number) for number in (1, 2, 3)])
    late = LateIndex()
    late.before = Stage(stage.events).rows
    stage.project([rejected(1), rejected(2)])
    late.rows = stage.rows.rows
    stage.reader = ActReader(late, stage.log, texts)

    assert stage.found(status="in_review", descending=False) == [["r03"]]
    assert stage.found(1, status="in_review", descending=False) == [["r03"]]


def test_what_a_page_costs_has_a_bound_though_nothing_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_reader, "MAX_EXAMINED", 3)
    stage = Stage([waiting(number) for number in range(1, 8)])

    assert stage.found(form="no/such/form") == [[], [], []]
    assert stage.found(2) == [["r07", "r06"], ["r05", "r04"], ["r03", "r02"], ["r01"]]


filters = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["counted", "in_review", "rejected", "withdrawn"]),
        "source": st.sampled_from(["api", "vk", "meta"]),
        "form": st.just("meta/1/7"),
        "place": st.sampled_from(histories.PLACES),
        "name": st.sampled_from(list(NAMES)),
        "organisation": st.sampled_from(["ТОО", "«үміт»", "у"]),
        "since": st.integers(0, 40).map(lambda n: FIRST_MOMENT + n * 45_000),
        "until": st.integers(0, 40).map(lambda n: FIRST_MOMENT + n * 45_000),
        "above": st.builds(Money, st.sampled_from(["KZT", "USD"]), st.integers(0, 20_000_000)),
        "reasons": st.frozensets(st.sampled_from(["people", "amount"])),
        "stream": st.integers(0, 4).map(lambda n: f"2026/p{n}"),
    },
)


def is_found(act: StoredAct, criteria: Mapping[str, Any]) -> bool:
    """Say the same as a filter in other words."""
    given_text = NAMES.get(act.act.name or "", "") if act.act.name != "name-of-a-school" else ""
    amount = act.act.amount or Money("", 0)
    told = {
        "status": act.status,
        "source": act.act.source,
        "form": act.act.form,
        "place": act.act.place,
        "name": act.act.name,
        "reasons": frozenset(act.review_reasons),
        "stream": act.stream,
        "organisation": next((o for o in ("ТОО", "«үміт»") if given_text.lower().startswith(o.lower())), None),
        "since": criteria.get("since") if act.recorded_at >= criteria.get("since", 0) else None,
        "until": criteria.get("until") if act.recorded_at < criteria.get("until", 10**15) else None,
        "above": criteria.get("above")
        if "above" in criteria
        and (amount.currency, True) == (criteria["above"].currency, amount.value > criteria["above"].value)
        else None,
    }
    return all(told[name] == value for name, value in criteria.items())


@few_and_many(25, 150, events=histories.histories(), criteria=filters, limit=st.integers(1, 10))
def test_a_filter_finds_all_that_is_what_it_says_and_nothing_else(
    events: list[RecordedEvent], criteria: dict[str, Any], limit: int
) -> None:
    stage = Stage(events)

    pages = stage.found(limit, **criteria)

    assert [one for page in pages for one in page] == [act.id for act in stage.stored() if is_found(act, criteria)]
