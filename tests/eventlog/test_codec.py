"""Events as items of the log and as CloudEvents, and old ones read as new."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from chalicelib.domain.decider import INITIAL, Carry, advance
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
from chalicelib.domain.participation import NUMBER_LIMIT, Act, Money
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.cloudevents import to_cloudevent
from chalicelib.eventlog.codec import (
    Undecodable,
    decode,
    decode_carry,
    decode_data,
    decode_receipt,
    encode,
    encode_receipt,
)
from chalicelib.eventlog.upcasters import UnknownSchema, Upcasters
from tests.histories import histories
from tests.laws import few_and_many


@few_and_many(25, 150, events=histories())
def test_decoding_an_encoded_event_gives_it_back(events: list[RecordedEvent]) -> None:
    carries: dict[str, Carry] = {}
    for event in events:
        carry = carries[event.stream] = advance(carries.get(event.stream, INITIAL.carry), event.event)

        item = encode(event, carry)

        assert decode(item) == event
        assert decode_carry(item) == carry


@few_and_many(25, 150, events=histories(max_size=10))
def test_an_item_has_the_attributes_of_the_contract_and_no_other(events: list[RecordedEvent]) -> None:
    for event in events:
        item = encode(event, INITIAL.carry)

        assert {name: next(iter(value)) for name, value in item.items()} == {
            "stream": "S",
            "version": "N",
            "event_id": "S",
            "type": "S",
            "recorded_at": "N",
            "data": "S",
            "carry": "S",
        }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"type": {"S": "SomethingElse"}}, "UnknownSchema|KeyError"),
        ({"data": {"S": "{}"}}, "ValidationError"),
        ({"data": {"S": '{"schema":3}'}}, "UnknownSchema"),
        ({"data": {"S": '{"schema":0}'}}, "UnknownSchema"),
        ({"data": {"S": '{"schema":2,"act":{}}'}}, "ValidationError"),
        ({"data": {"S": '{"schema":1,"act":{}}'}}, "ValidationError"),
        ({"version": {"N": "one"}}, "ValueError"),
        ({"stream": {}}, "KeyError"),
    ],
)
def test_what_is_no_event_is_refused_with_its_place_and_nothing_of_its_data(
    changed: dict[str, Any], reason: str
) -> None:
    item = {
        "stream": {"S": "2026/p"},
        "version": {"N": "3"},
        "event_id": {"S": "e"},
        "type": {"S": "ParticipationRecorded"},
        "recorded_at": {"N": "1"},
        "data": {"S": '{"schema":2}'},
        "carry": {"S": "{}"},
    }

    with pytest.raises(Undecodable, match=f"^({reason}) in "):
        decode({**item, **changed})


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ({}, r"\? version \?"),
        ({"stream": {}, "version": {"N": "3"}}, r"\? version 3"),
        ({"stream": {"S": "2026/p"}}, r"2026/p version \?"),
    ],
)
def test_what_has_no_place_is_refused_as_far_as_it_has_one(item: dict[str, Any], place: str) -> None:
    with pytest.raises(Undecodable, match=f"^KeyError in {place}$"):
        decode(item)


def hours_were_days(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lift schema 1, whose acts counted days, to schema 2."""
    act = {**data["act"], "hours": data["act"].pop("days", 0) * 24}
    return {**data, "act": act}


def minutes_were_hours(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lift schema 2, whose acts counted hours, to schema 3."""
    act = {**data["act"], "minutes": data["act"].pop("hours", 0) * 60}
    return {**data, "act": act}


UPCASTERS = Upcasters({"ParticipationRecorded": (hours_were_days, minutes_were_hours)})
ACT = {"kind": "class_hour", "participant_type": "school", "place": "KZ-75", "source": "api"}
REST = {"status": "counted", "receipt": "r", "fingerprint": "f"}


@pytest.mark.parametrize(
    ("schema", "act"), [(1, {**ACT, "days": 2}), (2, {**ACT, "hours": 48}), (3, {**ACT, "minutes": 2_880})]
)
def test_an_old_event_is_read_as_if_it_were_written_today(schema: int, act: dict[str, Any]) -> None:
    data = msgspec.json.encode({"schema": schema, "act": act, **REST}).decode()

    event = decode_data("ParticipationRecorded", data, UPCASTERS)

    assert isinstance(event, ParticipationRecorded)
    assert event.act.minutes == 2_880


def test_an_event_of_a_later_schema_is_refused() -> None:
    data = msgspec.json.encode({"schema": 4, "act": ACT, **REST}).decode()

    with pytest.raises(UnknownSchema):
        decode_data("ParticipationRecorded", data, UPCASTERS)


def test_a_schema_is_written_one_release_after_it_can_be_read() -> None:
    announced = Upcasters({"ParticipationRecorded": (hours_were_days,)}, announced=frozenset({"ParticipationRecorded"}))

    assert announced.written("ParticipationRecorded") == 1
    assert announced.newest("ParticipationRecorded") == 2
    assert Upcasters(announced.steps).written("ParticipationRecorded") == 2
    assert Upcasters().lift("ParticipationRecorded", announced.written("ParticipationRecorded"), REST) == REST


ORGANISATION_ACT = {
    "kind": "donation",
    "participant_type": "business",
    "place": "KZ-10",
    "source": "meta",
    "organisation": "ИП Иванова",
    "people": 3,
    "hours": 2,
    "amount": {"currency": "KZT", "value": 500},
}
LIFTED_ACT = Act(
    "donation", "business", "KZ-10", "meta", people=3, minutes=120, pledged=Money(currency="KZT", value=500)
)
MODERATED: dict[str, Any] = {"participation": 1, "at": 7, "reason": "checked", "by": "t"}


@pytest.mark.parametrize(
    ("event_type", "data", "event"),
    [
        (
            "ParticipationRecorded",
            {"act": ORGANISATION_ACT, "status": "counted", "submission": "s", "fingerprint": "f", "first": True},
            ParticipationRecorded(LIFTED_ACT, "counted", "", "f", first=True),
        ),
        (
            "ParticipationApproved",
            {"act": ORGANISATION_ACT, **MODERATED},
            ParticipationApproved("", act=LIFTED_ACT, **MODERATED),
        ),
        (
            "ParticipationRejected",
            {"act": ORGANISATION_ACT, **MODERATED},
            ParticipationRejected("", act=LIFTED_ACT, **MODERATED),
        ),
        (
            "ParticipationCorrected",
            {"before": ORGANISATION_ACT, "after": ORGANISATION_ACT, "status": "counted", **MODERATED},
            ParticipationCorrected("", before=LIFTED_ACT, after=LIFTED_ACT, status="counted", **MODERATED),
        ),
        (
            "ParticipationWithdrawn",
            {"act": ORGANISATION_ACT, "status": "counted", "counted_as": "business", **MODERATED},
            ParticipationWithdrawn("", act=LIFTED_ACT, status="counted", counted_as="business", **MODERATED),
        ),
        ("ParticipantErased", {}, ParticipantErased()),
    ],
)
def test_every_event_of_the_first_schema_is_read_without_the_names_that_it_held(
    event_type: str, data: dict[str, Any], event: Event
) -> None:
    stored = msgspec.json.encode({"schema": 1, **data}).decode()

    assert decode_data(event_type, stored) == event


def test_the_first_schema_s_carry_of_submissions_is_left_out() -> None:
    item = {"carry": {"S": '{"counted":2,"counted_as":"school","submissions":3,"recent":{"s1":1}}'}}

    assert decode_carry(item) == Carry(counted=2, counted_as="school")


def test_a_receipt_is_stored_as_it_is() -> None:
    receipt = Receipt("id", "f", "2026/p", 3, 1_790_000_000_000, "in_review", 5)

    assert decode_receipt(encode_receipt(receipt)) == receipt


@few_and_many(25, 150, events=histories(max_size=10))
def test_an_event_is_exported_as_a_cloudevent(events: list[RecordedEvent]) -> None:
    for event in events:
        exported = to_cloudevent(event)
        version = 1 if isinstance(event.event, ParticipantErased | ParticipationEndorsed) else 2

        assert exported["specversion"] == "1.0"
        assert exported["id"] == event.event_id
        assert exported["type"] == f"kz.qaiyrym.{type(event.event).__name__}.v{version}"
        assert (exported["source"], exported["subject"]) == ("/v1/campaigns/2026", event.stream)
        assert str(exported["time"]).endswith("+00:00")
        assert msgspec.convert(exported["data"], type(event.event)) == event.event


@pytest.mark.parametrize("number", [NUMBER_LIMIT, -NUMBER_LIMIT])
@pytest.mark.parametrize("name", ["people", "minutes", "pledged", "confirmed"])
def test_a_number_that_no_sum_holds_is_of_no_event(name: str, number: int) -> None:
    def item(value: int) -> dict[str, Any]:
        given: Any = Money("KZT", value) if name in ("pledged", "confirmed") else value
        act = msgspec.structs.replace(Act("class_hour", "school", "KZ-75", "api"), **{name: given})
        event = ParticipationRecorded(act, "counted", "r", "f")
        return encode(RecordedEvent("2026/p", 1, "e", 7, event), INITIAL.carry)

    with pytest.raises(Undecodable):
        decode(item(number))
    assert decode(item(number - 1 if number > 0 else number + 1)).version == 1
