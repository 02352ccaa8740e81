"""Events as items of the log and as CloudEvents, and old ones read as new."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from chalicelib.domain.decider import INITIAL, Carry, advance
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.eventlog.cloudevents import to_cloudevent
from chalicelib.eventlog.codec import Undecodable, decode, decode_carry, decode_data, encode
from chalicelib.eventlog.upcasters import UnknownSchema, Upcasters
from tests.histories import histories


@given(events=histories())
def test_decoding_an_encoded_event_gives_it_back(events: list[RecordedEvent]) -> None:
    carries: dict[str, Carry] = {}
    for event in events:
        carry = carries[event.stream] = advance(carries.get(event.stream, INITIAL.carry), event)

        item = encode(event, carry)

        assert decode(item) == event
        assert decode_carry(item) == carry


@given(events=histories(most=10))
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
        ({"data": {"S": '{"schema":2}'}}, "UnknownSchema"),
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
        "data": {"S": '{"schema":1}'},
        "carry": {"S": "{}"},
    }

    with pytest.raises(Undecodable, match=f"^({reason}) in "):
        decode({**item, **changed})


def hours_were_minutes(data: dict[str, Any]) -> dict[str, Any]:
    """Lift schema 1, whose acts counted minutes, to schema 2."""
    act = {**data["act"], "hours": data["act"].pop("minutes", 0) // 60}
    return {**data, "act": act}


def organisations_were_nested(data: dict[str, Any]) -> dict[str, Any]:
    """Lift schema 2, whose organisations were objects, to schema 3."""
    named = data["act"].get("organisation")
    return {**data, "act": {**data["act"], "organisation": named and named["name"]}}


UPCASTERS = Upcasters({"ParticipationRecorded": (hours_were_minutes, organisations_were_nested)})
ACT = {"kind": "class_hour", "participant_type": "school", "place": "KZ-75", "source": "api"}
REST = {"status": "counted", "submission": "s", "fingerprint": "f"}


@pytest.mark.parametrize(
    ("schema", "act"),
    [
        (1, {**ACT, "minutes": 120, "organisation": {"name": "School № 5"}}),
        (2, {**ACT, "hours": 2, "organisation": {"name": "School № 5"}}),
        (3, {**ACT, "hours": 2, "organisation": "School № 5"}),
    ],
)
def test_an_old_event_is_read_as_if_it_were_written_today(schema: int, act: dict[str, Any]) -> None:
    data = msgspec.json.encode({"schema": schema, "act": act, **REST}).decode()

    event = decode_data("ParticipationRecorded", data, UPCASTERS)

    assert isinstance(event, ParticipationRecorded)
    assert (event.act.hours, event.act.organisation) == (2, "School № 5")


def test_an_event_of_a_later_schema_is_refused() -> None:
    data = msgspec.json.encode({"schema": 4, "act": ACT, **REST}).decode()

    with pytest.raises(UnknownSchema):
        decode_data("ParticipationRecorded", data, UPCASTERS)


@given(events=histories(most=10))
def test_an_event_is_exported_as_a_cloudevent(events: list[RecordedEvent]) -> None:
    for event in events:
        exported = to_cloudevent(event)

        assert exported["specversion"] == "1.0"
        assert exported["id"] == event.event_id
        assert exported["type"] == f"kz.qaiyrym.{type(event.event).__name__}.v1"
        assert (exported["source"], exported["subject"]) == ("/v1/campaigns/2026", event.stream)
        assert exported["time"].endswith("+00:00")
        assert msgspec.convert(exported["data"], type(event.event)) == event.event
