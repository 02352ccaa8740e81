"""What an event changes: an act that counts from now on, one that does so no more, how many wait, what its act is.

Every event is a sum of signed acts, so totals are sums too: in any order, over any slices, with the same result.
"""

from collections.abc import Mapping
from typing import Any, assert_never

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.events import (
    Event,
    LaterEvent,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationEndorsed,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType, Status
from chalicelib.eventlog.codec import DECODING_FAULTS, decode_data, undecodable

StreamRecord = Mapping[str, Any]
"""A record of a DynamoDB stream, as Lambda hands it over."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event at its place in the log, with what it changes and the act that it is about.

    `sequence` is its place in its shard, `record` what it was delivered as, `image` the item of the log in that; all
    are missing in a recount. `act` is as it is after the event, None where that is about none: it was recorded at a
    version of the stream (`participation`) and a time (`at`, epoch ms), and `receipt` is empty where it was recorded
    without. The act `added` counts from now on, the one `taken_back` no more; `joined` is by how many the participants
    of type `joined_as` change, `waiting` by how many the acts in review.
    """

    stream: str
    version: int
    recorded_at: int
    event: Event
    sequence: int
    record: StreamRecord
    image: Item
    receipt: str = ""
    participation: int = 0
    at: int = 0
    status: Status = "counted"
    act: Act | None = None
    added: Act | None = None
    joined_as: ParticipantType | None = None
    joined: int = 0
    waiting: int = 0
    taken_back: Act | None = None

    @property
    def campaign(self) -> str:
        """The campaign that the stream belongs to."""
        return self.stream.partition("/")[0]


_NO_RECORD: StreamRecord = {}
_NO_IMAGE: Item = {}


def change_of(
    recorded: RecordedEvent, sequence: int = 0, record: StreamRecord = _NO_RECORD, image: Item = _NO_IMAGE
) -> Change:
    """Return an event with what it changes."""
    event = recorded.event
    place = recorded.stream, recorded.version, recorded.recorded_at, event, sequence, record, image
    if isinstance(event, ParticipantErased):
        return Change(*place)
    if not isinstance(event, ParticipationRecorded):
        later = event.receipt, event.participation, event.at, *status_after(event)
        return Change(*place, *later, *_counted(event))
    about = event.receipt, recorded.version, recorded.recorded_at, event.status, event.act
    if event.status == "in_review":
        return Change(*place, *about, waiting=1)
    return Change(*place, *about, event.act, event.act.participant_type, int(event.first))


def decode_change(image: Item, sequence: int, record: StreamRecord) -> Change:
    """Return the event of an item of the log with what it changes.

    Raises:
        Undecodable: the item lacks a part, names no campaign, or its data does not fit its type.
    """
    try:
        event = decode_data(image["type"]["S"], image["data"]["S"])
        stream, version, at = image["stream"]["S"], int(image["version"]["N"]), int(image["recorded_at"]["N"])
        # No table takes a key that is empty.
        if not stream or stream[0] == "/":
            raise ValueError
        if not isinstance(event, ParticipationRecorded) or event.status != "counted" or "event_id" not in image:
            return change_of(RecordedEvent(stream, version, image["event_id"]["S"], at, event), sequence, record, image)
        # Nearly all events are such, and a batch has a thousand: written out, one takes half the time.
        act, receipt, joined = event.act, event.receipt, 1 if event.first else 0
        kind = act.participant_type
        return Change(
            stream, version, at, event, sequence, record, image, receipt, version, at, "counted", act, act, kind, joined
        )
    except DECODING_FAULTS as fault:
        raise undecodable(image, fault) from fault


def _counted(event: LaterEvent) -> tuple[Act | None, ParticipantType | None, int, int, Act | None]:
    """Return what an event about an act that was recorded before adds, whom that lets join, and what it takes back."""
    match event:
        case ParticipationApproved(act=act):
            return act, act.participant_type, int(event.first), -1, None
        case ParticipationWithdrawn(status="counted", act=act):
            return None, event.counted_as, -int(event.last), 0, act
        case ParticipationRejected() | ParticipationWithdrawn():
            return None, None, 0, -1, None
        case ParticipationCorrected(status="counted"):
            return event.after, None, 0, 0, event.before
        case ParticipationCorrected() | ParticipationEndorsed():
            return None, None, 0, 0, None
        case _:
            assert_never(event)


def status_after(event: ParticipationRecorded | LaterEvent) -> tuple[Status, Act]:
    """Return what the act is after an event about it."""
    match event:
        case ParticipationRecorded():
            return event.status, event.act
        case ParticipationEndorsed():
            return "in_review", event.act
        case ParticipationApproved():
            return "counted", event.act
        case ParticipationRejected():
            return "rejected", event.act
        case ParticipationWithdrawn():
            return "withdrawn", event.act
        case ParticipationCorrected():
            return event.status, event.after
        case _:
            assert_never(event)
