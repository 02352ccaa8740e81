"""What is asked of many events: parts of them in their order, and sums that are worked out once."""

import gc
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from chalicelib.domain.events import Event, ParticipationRecorded, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.campaign_changes import CampaignChanges, by_campaign
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change, change_of
from chalicelib.projections.packed import unpacked
from tests.histories import FIRST_MOMENT

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
FIRST_HOUR = FIRST_MOMENT // HOUR_MS

ACT = Act("donation", "business", "DE", "api", people=7, minutes=90, pledged=Money("KZT", 5_000))
RECORDED = ParticipationRecorded(ACT, "counted", "r", "f")
WAITING = ParticipationRecorded(ACT, "in_review", "r", "f")
WITHDRAWN = ParticipationWithdrawn("r", 1, FIRST_MOMENT, ACT, "counted", "asked", "t")


def change(sequence: int, event: Event = RECORDED, at: int = FIRST_MOMENT, campaign: str = "2026") -> Change:
    return change_of(RecordedEvent(f"{campaign}/p{sequence}", 1, f"e{sequence}", at, event), sequence)


def sequences(changes: Iterable[Change]) -> list[int]:
    return [one.sequence for one in changes]


def at_abroad(changes: CampaignChanges) -> Sequence[int]:
    """Return what is summed of donations abroad, where all is."""
    ((place, sums),) = changes.by_place.items()
    width = len(changes.measures)
    assert len(sums) == width * len(KINDS)
    (found,) = [sums[start : start + width] for start in range(0, len(sums), width) if any(sums[start : start + width])]
    assert (place, sums.index(found[0]) // width) == ("abroad", KINDS.index("donation"))
    return found


def test_events_of_an_hour_keep_their_order_however_their_minutes_lie() -> None:
    minutes = [59, 61, 5, 60, 59, 5]
    changes = CampaignChanges(
        [change(number, at=FIRST_MOMENT + minute * MINUTE_MS) for number, minute in enumerate(minutes)]
    )

    assert {hour: sequences(some) for hour, some in changes.by_hour().items()} == {
        FIRST_HOUR: [0, 2, 4, 5],
        FIRST_HOUR + 1: [1, 3],
    }


def test_events_of_one_hour_are_those_themselves() -> None:
    changes = CampaignChanges([change(1), change(2, at=FIRST_MOMENT + HOUR_MS - 1)])

    assert changes.by_hour() == {FIRST_HOUR: changes}
    assert changes.by_hour()[FIRST_HOUR] is changes


def test_a_part_that_is_all_is_those_themselves_with_what_is_worked_out() -> None:
    changes = CampaignChanges([change(1), change(2, at=FIRST_MOMENT + HOUR_MS)])

    assert changes.counting is changes.records is changes.part([*changes]) is changes
    assert changes.sums is changes.sums


def test_a_batch_is_freed_with_the_last_that_knows_it() -> None:
    changes = CampaignChanges([change(1), change(2)])
    for projection in PROJECTIONS:
        for part in projection.by_key(changes).values():
            projection.fold(projection.zero(), part)
    known = weakref.ref(changes)
    gc.disable()
    try:
        del changes, part
        assert known() is None
    finally:
        gc.enable()


def test_what_waits_does_not_count_and_is_in_no_sum() -> None:
    changes = CampaignChanges([change(1), change(2, WAITING), change(3, WITHDRAWN), change(4)])

    assert sequences(changes.counting) == [1, 3, 4]
    assert sequences(changes.counting.records) == [1, 4]
    assert changes.counting.records is changes.counting.records
    assert at_abroad(changes) == at_abroad(changes.counting) == [1, 7, 90, 5_000]


def test_what_counts_in_each_minute_has_the_sums_that_were_worked_out_for_all() -> None:
    later, latest = FIRST_MOMENT + MINUTE_MS, FIRST_MOMENT + 2 * MINUTE_MS
    changes = CampaignChanges(
        [change(1), change(2, WAITING, later), change(3, at=later), change(4, WAITING, latest), change(5, WITHDRAWN)]
    )

    minutes = {minute - FIRST_MOMENT // MINUTE_MS: part for minute, part in changes.counting.by_minute.items()}

    assert {minute: sequences(part) for minute, part in minutes.items()} == {0: [1, 5], 1: [3]}
    assert minutes[1].sums is changes.by_minute[later // MINUTE_MS].sums
    assert [unpacked(part.sums.total) for part in minutes.values()] == [[0, 0, 0, 0], [1, 7, 90, 5_000]]
    assert unpacked(changes.sums.total) == [1, 7, 90, 5_000]


def test_acts_are_summed_by_place_type_source_and_sender_over_all_minutes() -> None:
    form = replace(RECORDED, act=replace(ACT, form="vk/1/7"))
    token = replace(RECORDED, act=Act("good_deed", "citizen", "KZ-75", "meta", token="7f"))
    withdrawn = replace(WITHDRAWN, act=form.act)
    later = FIRST_MOMENT + MINUTE_MS
    given = [change(1, form), change(2, form), change(3, form), change(4, token), change(5, withdrawn)]
    parted = [*given, change(6, form, later), change(7, token, later), change(8, withdrawn, later)]

    def acts_of(changes: Sequence[Change]) -> list[Mapping[Any, int]]:
        """Return how many acts there are by each of what sums are by."""
        sums = CampaignChanges(changes).sums
        groups: list[Mapping[Any, int]] = [sums.by_place_and_kind, sums.by_type, sums.by_source, sums.by_sender]
        return [{key: unpacked(packed)[0] for key, packed in group.items()} for group in groups]

    def expected(donations: int, good_deeds: int) -> list[Mapping[Any, int]]:
        return [
            {("DE", "donation"): donations, ("KZ-75", "good_deed"): good_deeds},
            {"business": donations, "citizen": good_deeds},
            {"api": donations, "meta": good_deeds},
            {"vk/1/7": donations, "7f": good_deeds},
        ]

    assert acts_of(given) == expected(2, 1)
    assert acts_of(parted) == expected(2, 2)


def test_acts_of_all_countries_are_summed_as_those_of_abroad() -> None:
    there = replace(RECORDED, act=replace(ACT, place="US"))

    assert at_abroad(CampaignChanges([change(1), change(2, there), change(3)])) == [3, 21, 270, 15_000]


def test_of_nothing_there_is_no_minute_no_hour_and_no_sum() -> None:
    nothing = CampaignChanges([change(1, WAITING)]).counting

    assert (nothing.by_minute, nothing.by_hour(), nothing.sums.total, nothing.by_place) == ({}, {}, 0, {})


def test_amounts_in_a_currency_are_summed_alone_and_by_whoever_has_some() -> None:
    dollars, euros = (
        ParticipationRecorded(Act("donation", "business", "DE", "api", pledged=Money(code, 5)), "counted", "r", "f")
        for code in ("USD", "EUR")
    )
    changes = CampaignChanges([change(1, dollars), change(2), change(3, euros), change(4, dollars)])

    assert {code: sequences(some) for code, some in changes.by_currency.items()} == {"USD": [1, 4], "EUR": [3]}
    assert changes.by_currency["USD"].measures == ("USD",)
    assert at_abroad(changes.by_currency["USD"]) == [10]


def test_a_currency_is_known_in_whichever_minute_it_comes_and_where_it_is_taken_back_alone() -> None:
    dollars, euros = (Act("donation", "business", "DE", "api", pledged=Money(code, 5)) for code in ("USD", "EUR"))
    later = FIRST_MOMENT + MINUTE_MS
    given = [
        change(1),
        change(2, replace(WITHDRAWN, act=euros), later),
        change(3, replace(RECORDED, act=dollars), later),
    ]

    changes = CampaignChanges(given)

    assert [*changes.by_currency] == ["EUR", "USD"]
    assert [at_abroad(part) for part in changes.by_currency.values()] == [[-5], [5]]


def test_events_are_parted_by_campaign_in_their_order() -> None:
    changes = [change(1), change(2, campaign="2027"), change(3), change(4, campaign="2026-2"), change(5)]
    changes.append(change(6, campaign=""))

    parts = by_campaign(changes)

    assert {campaign: sequences(some) for campaign, some in parts.items()} == {
        "2026": [1, 3, 5],
        "2027": [2],
        "2026-2": [4],
        "": [6],
    }


def test_a_part_of_the_amounts_in_a_currency_is_of_that_currency() -> None:
    dollars = replace(RECORDED, act=Act("donation", "business", "DE", "api", pledged=Money("USD", 5)))
    withdrawn = replace(WITHDRAWN, act=dollars.act)
    recorded = [change(1, dollars), change(2, dollars), change(3, dollars, FIRST_MOMENT + HOUR_MS)]
    changes = CampaignChanges([*recorded, change(4, withdrawn), change(5, WAITING)], "USD")

    parts = {
        "some": changes.part(changes.in_order[1:3]),
        "counting": changes.counting,
        "records": changes.counting.records,
        **{f"hour {hour - FIRST_HOUR}": some for hour, some in changes.by_hour().items()},
    }

    assert {name: (part.measures, at_abroad(part)) for name, part in parts.items()} == {
        "some": (("USD",), [10]),
        "counting": (("USD",), [10]),
        "records": (("USD",), [15]),
        "hour 0": (("USD",), [5]),
        "hour 1": (("USD",), [5]),
    }
