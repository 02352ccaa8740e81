"""The rows of acts and organisations, as the events make them."""

from typing import Any

import msgspec

from chalicelib.domain.decider import Carry
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationEndorsed,
    ParticipationRecorded,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act
from chalicelib.eventlog.codec import decode_carry
from chalicelib.projections import acts, organisations
from chalicelib.projections.projector import newest, rows_by_event
from chalicelib.projections.rows import Index, Row, partitions, scope_of, scoped, spread
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.stream_records import decode_records
from tests.histories import FIRST_MOMENT, stream_records
from tests.projections.in_memory_row_store import InMemoryRowStore

ACT = Act("good_deed", "school", "KZ-75", "meta", form="meta/1/7", name="name-id", people=30)
RECORDED = ParticipationRecorded(ACT, "counted", "receipt", "f")
WAITING = ParticipationRecorded(ACT, "in_review", "receipt", "f", review_reasons=("people",))
APPROVED = ParticipationApproved("receipt", 1, FIRST_MOMENT, ACT, "ok", "t")
RECORDED_OTHER = ParticipationRecorded(
    msgspec.structs.replace(ACT, place="KZ-10", name="other-name"), "counted", "other", "f"
)
MOMENT = f"{FIRST_MOMENT:013d}.receipt"


def rows(*events: Event, stream: str = "2026/p1") -> dict[str, list[Row]]:
    """Return the newest rows by model after some events of one stream."""
    history = [
        RecordedEvent(stream, version, f"e{version}", FIRST_MOMENT + 60_000 * (version - 1), event)
        for version, event in enumerate(events, start=1)
    ]
    changes, _ = decode_records(stream_records(history))
    made, poison = rows_by_event(changes, generation=1)
    assert poison == []
    found = newest(made)
    return {model: [row for row in found if row.model == model] for model in (acts.MODEL, organisations.MODEL)}


def act_row(*events: Event) -> Row:
    (row,) = rows(*events)[acts.MODEL]
    return row


def organisation_row(*events: Event) -> Row:
    (row,) = rows(*events)[organisations.MODEL]
    return row


def text(row: Row, attribute: str) -> Any:
    return row.item.get(attribute, {}).get("S")


def test_an_act_is_what_its_newest_event_made_it() -> None:
    after = msgspec.structs.replace(ACT, people=3)
    corrected = ParticipationCorrected("receipt", 1, FIRST_MOMENT, ACT, after, "counted", "slip", "t")

    row = act_row(WAITING, APPROVED, corrected)

    assert row.version == 3
    assert acts.read(row.item) == acts.StoredAct(
        "receipt", "2026/p1", 3, "counted", FIRST_MOMENT, after, (), change=corrected
    )


def test_a_row_says_in_plain_text_of_which_act_it_is_and_what_became_of_it() -> None:
    row = act_row(WAITING)

    assert (text(row, "id"), text(row, "status")) == (acts.key("2026", 1, "receipt"), "in_review")


def test_what_waits_is_in_the_index_of_what_waits_by_the_time_of_its_record() -> None:
    row = act_row(WAITING)

    assert text(row, "waiting") in partitions("2026", 1)
    assert text(row, "moment") == MOMENT
    assert acts.read(row.item).review_reasons == ("people",)
    assert text(act_row(WAITING, APPROVED), "waiting") is None
    assert text(act_row(WAITING, APPROVED), "moment") == MOMENT


def test_an_act_is_found_by_time_and_by_name() -> None:
    row = act_row(RECORDED)

    assert text(row, "by_time") == scoped("2026", 1) + spread("receipt")
    assert text(row, "by_name") == scoped("2026", 1, "name-id") + spread("receipt")
    unnamed = ParticipationRecorded(msgspec.structs.replace(ACT, name=None), "counted", "receipt", "f")
    assert text(act_row(unnamed), "by_name") is None


def test_every_index_yields_the_rows_of_its_scope_alone() -> None:
    store = InMemoryRowStore()
    store.put([row for found in rows(WAITING).values() for row in found])
    store.put([row for found in rows(RECORDED_OTHER, stream="2026/p2").values() for row in found])

    def found(index: Index) -> list[str]:
        return [item["id"]["S"].rpartition("#")[2] for item in store.query(index, page=10)]

    assert found(acts.waiting("2026", 1)) == ["receipt"]
    assert found(acts.by_time("2026", 1)) == ["other", "receipt"]
    assert found(acts.by_name("2026", 1, "name-id")) == ["receipt"]
    assert found(organisations.board("2026", 1)) == ["p2"]
    assert found(organisations.of_region("2026", 1, "KZ-10")) == ["p2"]
    assert found(acts.waiting("2026", 2)) == found(acts.by_time("2026", 2)) == found(acts.by_name("2026", 2, "x")) == []


def test_a_row_tells_how_many_moderators_its_act_still_waits_for() -> None:
    two = msgspec.structs.replace(WAITING, review_reasons=("people", "two_moderators"))
    endorsed = ParticipationEndorsed("receipt", 1, FIRST_MOMENT, ACT, "ok", "t", two.review_reasons)

    assert acts.read(act_row(WAITING).item).approvals_missing == 1
    assert acts.read(act_row(two).item).approvals_missing == 2
    assert acts.read(act_row(two, endorsed).item).approvals_missing == 1
    assert acts.read(act_row(two, endorsed, APPROVED).item).approvals_missing == 0


def test_no_events_make_no_rows() -> None:
    assert rows_by_event([], generation=1) == ([], [])


def test_an_act_of_the_first_schema_is_named_by_its_stream_and_version() -> None:
    (row,) = rows(ParticipationRecorded(ACT, "counted", "", "f"))[acts.MODEL]

    assert acts.read(row.item).id == "p1.1"


def test_an_erasure_leaves_acts_and_organisation_as_they_are() -> None:
    assert rows(ParticipantErased()) == {acts.MODEL: [], organisations.MODEL: []}
    assert organisation_row(RECORDED, ParticipantErased()).version == 1
    around = rows(RECORDED, ParticipantErased(), RECORDED_OTHER)
    assert [(row.key, row.version) for row in around[acts.MODEL]] == [("2026#1#receipt", 1), ("2026#1#other", 3)]
    assert [(row.key, row.version) for row in around[organisations.MODEL]] == [("2026#1#p1", 3)]


def test_an_organisation_is_the_carry_of_its_newest_event() -> None:
    again = ParticipationRecorded(ACT, "counted", "other", "f")

    row = organisation_row(RECORDED, again)

    assert row.version == 2
    assert organisations.read(row.item) == organisations.StoredOrganisation(
        "p1", "000000000000060.p1", Carry(2, "school", 60, place="KZ-75", name="name-id")
    )


def test_an_organisation_stands_on_the_board_and_on_that_of_its_region() -> None:
    row = organisation_row(RECORDED)

    assert text(row, "board") == scoped("2026", 1) + spread("p1")
    assert text(row, "by_region") == scoped("2026", 1, "KZ-75") + spread("p1")


def test_organisations_of_all_countries_stand_on_the_board_of_abroad() -> None:
    abroad = ParticipationRecorded(msgspec.structs.replace(ACT, place="DE"), "counted", "receipt", "f")

    assert text(organisation_row(abroad), "by_region") == scoped("2026", 1, "abroad") + spread("p1")


def test_who_has_no_name_or_nothing_that_counts_is_on_no_board() -> None:
    nameless = ParticipationRecorded(msgspec.structs.replace(ACT, name=None), "counted", "receipt", "f")

    for row in (organisation_row(nameless), organisation_row(WAITING)):
        assert (text(row, "board"), text(row, "by_region"), text(row, "rank")) == (None, None, None)


def test_who_has_taken_back_all_that_counted_keeps_a_name_and_stands_on_no_board() -> None:
    withdrawn = ParticipationWithdrawn("receipt", 1, FIRST_MOMENT, ACT, "counted", "asked", "t", "school", last=True)

    row = organisation_row(RECORDED, withdrawn)

    assert decode_carry(row.item) == Carry(place="KZ-75", name="name-id")
    assert (text(row, "board"), text(row, "by_region"), text(row, "rank")) == (None, None, None)


def test_a_person_has_no_row_of_an_organisation() -> None:
    person = ParticipationRecorded(msgspec.structs.replace(ACT, participant_type="citizen"), "counted", "receipt", "f")

    assert rows(person)[organisations.MODEL] == []


def test_who_has_fewer_people_than_none_is_the_last_on_the_board() -> None:
    (record,) = stream_records([RecordedEvent("2026/p1", 1, "e1", FIRST_MOMENT, RECORDED)])
    record["dynamodb"]["NewImage"]["carry"] = {"S": '{"counted":1,"counted_as":"school","people":-3,"name":"name-id"}'}
    changes, _ = decode_records([record])

    (row,), _ = organisations.rows(changes, scope_of("2026", 1))

    assert text(row, "rank") == "000000000000000.p1"


def test_a_row_has_the_text_that_made_it_and_knows_its_event() -> None:
    changes, _ = decode_records(stream_records([RecordedEvent("2026/p1", 1, "e1", FIRST_MOMENT, RECORDED)]))

    made, _ = rows_by_event(changes, generation=1)

    (change,) = changes
    assert [(row.change, row.text) for row in made] == [
        (change, change.image["data"]["S"]),
        (change, change.image["carry"]["S"]),
    ]


def test_a_carry_that_is_none_is_set_aside_and_every_other_row_is_made() -> None:
    given = [msgspec.structs.replace(RECORDED, receipt=f"r{number}") for number in range(3)]
    records = stream_records(
        [RecordedEvent(f"2026/p{number}", 1, f"e{number}", FIRST_MOMENT, event) for number, event in enumerate(given)]
    )
    records[1]["dynamodb"]["NewImage"]["carry"] = {"S": "{"}
    changes, _ = decode_records(records)

    made, poison = rows_by_event(changes, generation=1)

    keys = {model: [row.key for row in made if row.model == model] for model in (acts.MODEL, organisations.MODEL)}
    assert keys[acts.MODEL] == ["2026#1#r0", "2026#1#r1", "2026#1#r2"]
    assert keys[organisations.MODEL] == ["2026#1#p0", "2026#1#p2"]
    assert poison == [Poison(records[1], "row: DecodeError")]


def test_an_act_and_an_organisation_that_share_a_key_are_two() -> None:
    alike = ParticipationRecorded(ACT, "counted", "p1", "f")

    found = rows(alike, alike)

    assert {model: [(row.key, row.version) for row in of_model] for model, of_model in found.items()} == {
        acts.MODEL: [("2026#1#p1", 2)],
        organisations.MODEL: [("2026#1#p1", 2)],
    }


def test_who_brought_more_people_comes_later_in_the_index() -> None:
    many = ParticipationRecorded(msgspec.structs.replace(ACT, people=1_000), "counted", "receipt", "f")

    assert text(organisation_row(many), "rank") > text(organisation_row(RECORDED), "rank")


def test_the_boards_of_two_regions_share_no_partition() -> None:
    boards = [organisations.of_region("2026", 1, place) for place in ("KZ-10", "KZ-75")]

    assert len({partition for board in boards for partition in board.partitions}) == 2 * len(partitions("2026", 1))
