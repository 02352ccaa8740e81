"""What is asked of many events: parts of them in their order, and sums that are worked out once."""

import gc
import weakref

from chalicelib.domain.events import Event, ParticipationRecorded, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.changes import CampaignChanges, Change, by_campaign, change_of
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


def sequences(changes: CampaignChanges) -> list[int]:
    return [one.sequence for one in changes]


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
    assert changes.by_place_and_kind == {("abroad", "donation"): [1, 7, 90, 5_000]}
    assert changes.counting.by_place_and_kind == changes.by_place_and_kind


def test_amounts_in_a_currency_are_summed_alone_and_by_whoever_has_some() -> None:
    dollars, euros = (
        ParticipationRecorded(Act("donation", "business", "DE", "api", pledged=Money(code, 5)), "counted", "r", "f")
        for code in ("USD", "EUR")
    )
    changes = CampaignChanges([change(1, dollars), change(2), change(3, euros), change(4, dollars)])

    assert {code: sequences(some) for code, some in changes.by_currency.items()} == {"USD": [1, 4], "EUR": [3]}
    assert changes.by_currency["USD"].measures == ("USD",)
    assert changes.by_currency["USD"].by_place_and_kind == {("abroad", "donation"): [10]}


def test_events_are_parted_by_campaign_in_their_order() -> None:
    changes = [change(1), change(2, campaign="2027"), change(3)]

    parts = by_campaign(changes)

    assert {campaign: sequences(some) for campaign, some in parts.items()} == {"2026": [1, 3], "2027": [2]}
    assert [some.campaign for some in parts.values()] == ["2026", "2027"]


def test_part_of_the_amounts_in_a_currency_is_of_that_currency() -> None:
    dollars = Act("donation", "business", "DE", "api", pledged=Money("USD", 5))
    changes = CampaignChanges([change(n, ParticipationRecorded(dollars, "counted", "r", "f")) for n in range(3)], "USD")

    part = changes.part(changes[1:])

    assert (part.measures, part.by_place_and_kind) == (("USD",), {("abroad", "donation"): [10]})
