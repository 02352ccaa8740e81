"""No sum grows with what is sent: each currency but tenge has states of its own."""

from typing import Any

import msgspec
import pytest

from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.events import ParticipationCorrected, ParticipationRecorded, RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import COUNTRIES, regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES
from chalicelib.projections.engine import Engine, read_cells, read_merged
from chalicelib.projections.hours import HOURS
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import Projection, currency_of
from chalicelib.projections.state_store import encode_state, item_size
from chalicelib.projections.sums import merge
from chalicelib.projections.timeline import TIMELINE
from chalicelib.projections.totals import TOTALS
from tests.histories import FIRST_MOMENT, stream_records
from tests.projections.event_source_mapping import Clock
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.projections.test_exactly_once import apply

MAX_STATE_BYTES = 64_000


def recorded(number: int, act: Act, at: int = FIRST_MOMENT) -> RecordedEvent:
    event = ParticipationRecorded(act, "counted", f"r{number}", "f")
    return RecordedEvent(f"2026/p{number}", 1, f"e{number}", at, event)


def pledge(currency: str, value: int = 10**15, place: str = "KZ-75") -> Act:
    return Act("donation", "business", place, "api", pledged=Money(currency, value))


def store_after(events: list[RecordedEvent]) -> InMemoryStateStore:
    store = InMemoryStateStore()
    apply(Engine(store, Clock(FIRST_MOMENT)), "shard-1", stream_records(events))
    return store


def test_amounts_in_other_currencies_are_summed_apart_and_read_together() -> None:
    acts = [pledge("KZT", 5_000), pledge("USD", 7), pledge("USD", 8), pledge("EUR", 9)]
    store = store_after([recorded(number, act) for number, act in enumerate(acts)])

    assert [(key.key, stored.applied) for key, stored in store.read(TOTALS, "2026", FIRST_GENERATION)] == [
        ("EUR", 1),
        ("USD", 2),
        ("all", 4),
    ]
    totals, applied = read_merged(store, TOTALS, "2026", FIRST_GENERATION)
    assert applied == 4
    assert totals["all"] == {"participations": 4, "people": 4, "KZT": 5_000, "USD": 15, "EUR": 9}


@pytest.mark.parametrize(("currency", "left"), [("USD", {"USD": 9}), ("EUR", {"EUR": 9}), ("KZT", {"KZT": 9})])
def test_a_corrected_amount_stands_in_place_of_the_other_whatever_its_currency(
    currency: str, left: dict[str, int]
) -> None:
    before, after = pledge("USD", 7), pledge(currency, 9)
    correction = ParticipationCorrected("r1", 1, FIRST_MOMENT, before, after, "counted", "slip", "t")
    store = store_after([recorded(1, before), RecordedEvent("2026/p1", 2, "e2", FIRST_MOMENT, correction)])

    totals, applied = read_merged(store, TOTALS, "2026", FIRST_GENERATION)
    assert applied == 2
    assert totals["all"] == {"participations": 1, "people": 1, **left}
    usd = {key.key: stored.applied for key, stored in store.read(TOTALS, "2026", FIRST_GENERATION, "USD")}
    assert usd == {"USD": 2}


def test_a_currency_has_minutes_and_places_of_its_own_too() -> None:
    store = store_after([recorded(1, pledge("USD", 7))])

    assert [key.key for key, _ in store.read(TIMELINE, "2026", FIRST_GENERATION, "2026-06-01")] == [
        "2026-06-01T09 USD",
        "2026-06-01T09",
    ]
    cells, applied = read_cells(store, PLACES, "2026", FIRST_GENERATION)
    assert (cells, applied) == ({"KZ-75 donation": {"participations": 1, "people": 1, "USD": 7}}, 1)


def test_what_was_paid_is_summed_in_place_of_what_was_promised() -> None:
    act = msgspec.structs.replace(pledge("USD", 7), confirmed=Money("KZT", 3_000))
    totals, _ = read_merged(store_after([recorded(1, act)]), TOTALS, "2026", FIRST_GENERATION)

    assert totals["all"] == {"participations": 1, "people": 1, "KZT": 3_000}


def test_nothing_is_stored_of_what_is_none() -> None:
    state = {"all": {"people": 5, "participations": 1}}

    assert merge(state, {"all": {"participations": -1}}) == {"all": {"people": 5}}
    assert merge(state, {"all": {"participations": -1, "people": -5}}) == {}


@pytest.mark.parametrize(
    ("key", "currency"),
    [("all", None), ("USD", "USD"), ("2026-06-01T09", None), ("2026-06-01T09 USD", "USD")],
)
def test_a_state_s_key_tells_which_currency_it_holds_alone(key: str, currency: str | None) -> None:
    assert currency_of(key) == currency


def test_the_largest_states_that_there_can_be_are_small() -> None:
    places = [*regions(), *COUNTRIES]
    minutes = [FIRST_MOMENT + 60_000 * minute for minute in range(60)]
    whole = [
        Act(kind, participant_type, place, source, people=10**9, minutes=10**9, pledged=Money("KZT", 10**15))
        for kind in KINDS
        for participant_type, place, source in zip(
            PARTICIPANT_TYPES * len(places), places, SOURCES * len(places), strict=False
        )
    ]
    acts = [*whole, *(pledge(currency) for currency in CURRENCIES)]
    events = [recorded(number, act, minutes[number % 60]) for number, act in enumerate(acts)]
    store = store_after(events)

    every: tuple[Projection[Any], ...] = (TOTALS, PLACES, TIMELINE, HOURS)
    for projection in every:
        sizes = [
            item_size(encode_state(key, stored)) for key, stored in store.read(projection, "2026", FIRST_GENERATION)
        ]
        assert max(sizes) < MAX_STATE_BYTES
