"""What each event changes, said once for each."""

from typing import Any

import msgspec
import pytest

from chalicelib.domain.decider import INITIAL
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationEndorsed,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import ParticipantType, Status
from chalicelib.eventlog.codec import Undecodable, encode
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import change_of, decode_change, status_after
from chalicelib.projections.sums import Cells
from chalicelib.projections.totals import TOTALS
from tests.every_case import every
from tests.histories import histories, stream_record
from tests.laws import few_and_many

Expected = tuple[Act | None, Act | None, int, int, ParticipantType | None]
"""The act added, the one taken back, and by how many those who wait and those who take part change, and as what."""

ACT = Act("donation", "business", "KZ-75", "api", people=7, minutes=90, pledged=Money("KZT", 5_000))
AFTER = Act("donation", "business", "KZ-10", "api", people=3, minutes=30, pledged=Money("KZT", 1_000))

RECORDED = ParticipationRecorded(ACT, "counted", "r", "f", first=True)
WAITING = ParticipationRecorded(ACT, "in_review", "r", "f")
ENDORSED = ParticipationEndorsed("r", 1, 500, ACT, "ok", "t", ("people", "two_moderators"))
APPROVED = ParticipationApproved("r", 1, 500, ACT, "ok", "t", first=True)
REJECTED = ParticipationRejected("r", 1, 500, ACT, "no", "t")
CORRECTED = ParticipationCorrected("r", 1, 500, ACT, AFTER, "counted", "slip", "t")
CORRECTED_WAITING = ParticipationCorrected("r", 1, 500, ACT, AFTER, "in_review", "slip", "t")
WITHDRAWN = ParticipationWithdrawn("r", 1, 500, ACT, "counted", "asked", "t", counted_as="school", last=True)
WITHDRAWN_WAITING = ParticipationWithdrawn("r", 1, 500, ACT, "in_review", "asked", "t")
ERASED = ParticipantErased()

NOW = 1_780_286_400_000
NOTHING: Expected = (None, None, 0, 0, None)


def recorded(event: Event) -> RecordedEvent:
    return RecordedEvent("2026/p", 4, "e", NOW, event)


EVERY_EVENT: tuple[Event, ...] = (
    RECORDED,
    WAITING,
    ENDORSED,
    APPROVED,
    REJECTED,
    CORRECTED,
    CORRECTED_WAITING,
    WITHDRAWN,
    WITHDRAWN_WAITING,
    ERASED,
)


@every(event=EVERY_EVENT)
def test_an_item_of_the_log_is_its_event_at_the_place_at_which_it_was_delivered(event: Event) -> None:
    item, record = encode(recorded(event), INITIAL.carry), {"eventID": "7"}

    found = decode_change(item, 7, record)

    assert (found.stream, found.version, found.recorded_at, found.event) == ("2026/p", 4, NOW, event)
    assert (found.sequence, found.record, found.image) == (7, record, item)
    assert found == change_of(recorded(event), 7, record, item)


def test_an_event_of_a_recount_was_delivered_as_nothing() -> None:
    found = change_of(recorded(RECORDED))

    assert (found.campaign, found.sequence, found.record, found.image) == ("2026", 0, {}, {})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"data": {"S": "{}"}}, "ValidationError"),
        ({"data": {"S": '{"schema":0}'}}, "UnknownSchema"),
        ({"data": None}, "TypeError"),
        ({"recorded_at": {"N": "one"}}, "ValueError"),
        ({"type": {}}, "KeyError"),
    ],
)
def test_an_item_that_is_no_event_is_refused_with_its_place_and_nothing_of_its_data(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Undecodable, match=f"^{reason} in 2026/p version 4$"):
        decode_change({**encode(recorded(RECORDED), INITIAL.carry), **changed}, 7, {})


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (RECORDED, (ACT, None, 0, 1, "business")),
        (WAITING, (None, None, 1, 0, None)),
        (ENDORSED, NOTHING),
        (APPROVED, (ACT, None, -1, 1, "business")),
        (REJECTED, (None, None, -1, 0, None)),
        (CORRECTED, (AFTER, ACT, 0, 0, None)),
        (CORRECTED_WAITING, NOTHING),
        (WITHDRAWN, (None, ACT, 0, -1, "school")),
        (msgspec.structs.replace(WITHDRAWN, last=False), (None, ACT, 0, 0, "school")),
        (WITHDRAWN_WAITING, (None, None, -1, 0, None)),
        (ERASED, NOTHING),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_event_adds_an_act_takes_one_back_and_changes_how_many_wait_and_take_part(
    event: Event, expected: Expected
) -> None:
    found = change_of(recorded(event))

    assert (found.added, found.taken_back, found.waiting, found.joined, found.joined_as) == expected


def test_an_act_of_one_who_counts_already_makes_no_participant() -> None:
    again = ParticipationRecorded(ACT, "counted", "r", "f")

    assert change_of(recorded(again)).joined == 0


def totals_after(*events: Event) -> Cells:
    return TOTALS.fold(TOTALS.zero(), CampaignChanges([change_of(recorded(event)) for event in events]))


def test_the_totals_of_one_act_are_in_the_cells_of_all_kind_type_source_and_nowhere_else() -> None:
    measures = {"participations": 1, "people": 7, "minutes": 90, "KZT": 5_000}
    joined = {**measures, "participants": 1}

    assert totals_after(RECORDED) == {
        "all": joined,
        "kind donation": measures,
        "type business": joined,
        "source api": measures,
    }


def test_acts_are_summed_by_kind_type_and_source_whatever_their_places() -> None:
    others = [
        Act("donation", "citizen", "KZ-10", "api"),
        Act("donation", "business", "DE", "meta"),
        Act("good_deed", "citizen", "DE", "meta"),
    ]
    found = totals_after(RECORDED, *(ParticipationRecorded(act, "counted", "r", "f") for act in others))

    assert {cell: measures["participations"] for cell, measures in found.items()} == {
        "all": 4,
        "kind donation": 3,
        "kind good_deed": 1,
        "type business": 2,
        "type citizen": 2,
        "source api": 2,
        "source meta": 2,
    }


def test_what_waits_is_counted_as_waiting_alone() -> None:
    assert totals_after(WAITING) == {"in_review": {"participations": 1}}


@pytest.mark.parametrize("events", [(WAITING, REJECTED), (WAITING, WITHDRAWN_WAITING)])
def test_what_waited_leaves_nothing_when_it_is_refused_or_taken_back(events: tuple[Event, ...]) -> None:
    assert totals_after(*events) == {}


def test_an_approval_moves_an_act_from_waiting_to_counted() -> None:
    assert totals_after(WAITING, APPROVED) == totals_after(RECORDED)


def test_a_correction_leaves_what_the_corrected_act_alone_would_have() -> None:
    alone = ParticipationRecorded(AFTER, "counted", "r", "f", first=True)

    assert totals_after(RECORDED, CORRECTED) == totals_after(alone)


def test_a_withdrawal_leaves_nothing() -> None:
    as_business = ParticipationWithdrawn("r", 1, 500, ACT, "counted", "asked", "t", counted_as="business", last=True)

    assert totals_after(RECORDED, as_business) == {}


def test_an_erasure_changes_no_sum() -> None:
    for projection in PROJECTIONS:
        for belonging in projection.by_key(CampaignChanges([change_of(recorded(ERASED))])).values():
            assert projection.fold(projection.zero(), belonging) == projection.zero()


@pytest.mark.parametrize(
    ("event", "status", "act"),
    [
        (RECORDED, "counted", ACT),
        (WAITING, "in_review", ACT),
        (APPROVED, "counted", ACT),
        (REJECTED, "rejected", ACT),
        (CORRECTED, "counted", AFTER),
        (CORRECTED_WAITING, "in_review", AFTER),
        (WITHDRAWN, "withdrawn", ACT),
    ],
)
def test_an_event_tells_what_its_act_is_after_it(event: Event, status: Status, act: Act) -> None:
    assert not isinstance(event, ParticipantErased)
    assert status_after(event) == (status, act)


def test_an_amount_in_another_currency_is_no_tenge() -> None:
    dollars = msgspec.structs.replace(ACT, pledged=Money("USD", 7))
    withdrawn = ParticipationWithdrawn("r", 1, 500, dollars, "counted", "asked", "t")

    assert totals_after(withdrawn)["all"] == {"participations": -1, "people": -7, "minutes": -90}
    (of_dollars,) = CampaignChanges([change_of(recorded(withdrawn))]).by_currency.values()
    assert TOTALS.fold(TOTALS.zero(), of_dollars)["all"] == {"USD": -7}


def test_what_was_paid_counts_and_not_what_was_promised() -> None:
    paid = msgspec.structs.replace(ACT, confirmed=Money("KZT", 4_000))

    assert totals_after(msgspec.structs.replace(RECORDED, act=paid))["all"]["KZT"] == 4_000


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (RECORDED, ("r", 4, NOW, "counted", ACT)),
        (WAITING, ("r", 4, NOW, "in_review", ACT)),
        (ENDORSED, ("r", 1, 500, "in_review", ACT)),
        (APPROVED, ("r", 1, 500, "counted", ACT)),
        (REJECTED, ("r", 1, 500, "rejected", ACT)),
        (CORRECTED, ("r", 1, 500, "counted", AFTER)),
        (WITHDRAWN_WAITING, ("r", 1, 500, "withdrawn", ACT)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_event_is_about_the_act_that_it_names(event: Event, expected: tuple[object, ...]) -> None:
    found = change_of(recorded(event))

    assert (found.receipt, found.participation, found.at, found.status, found.act) == expected


def test_an_erasure_is_about_no_act() -> None:
    found = change_of(recorded(ERASED))

    assert (found.act, found.receipt, found.participation, found.at) == (None, "", 0, 0)


@few_and_many(25, 200, events=histories())
def test_an_item_of_the_log_makes_the_change_that_its_event_makes(events: list[RecordedEvent]) -> None:
    for number, event in enumerate(events):
        record = stream_record(event, number)
        image = record["dynamodb"]["NewImage"]

        assert decode_change(image, number, record) == change_of(event, number, record, image)
