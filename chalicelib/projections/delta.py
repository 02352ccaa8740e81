"""What an event changes: signed acts, those that count and those that wait.

Every event is a sum of signed acts, so totals are sums too: in any order, over any slices, with the same result.
"""

from typing import assert_never

import msgspec

from chalicelib.domain.events import (
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


class Delta(msgspec.Struct, frozen=True, gc=False):
    """Signed acts: `counted` change the totals, `waiting` what is in review.

    `joined` is by how many the participants of type `joined_as` change.
    """

    counted: tuple[tuple[int, Act], ...] = ()
    waiting: tuple[tuple[int, Act], ...] = ()
    joined: int = 0
    joined_as: ParticipantType | None = None


def delta(recorded: RecordedEvent) -> Delta:
    """Return what an event changes."""
    event = recorded.event
    match event:
        case ParticipationRecorded(status="counted", act=act):
            return Delta(((1, act),), joined=int(event.first), joined_as=act.participant_type)
        case ParticipationRecorded(act=act):
            return Delta(waiting=((1, act),))
        case ParticipationApproved(act=act):
            return Delta(((1, act),), ((-1, act),), joined=int(event.first), joined_as=act.participant_type)
        case ParticipationRejected(act=act):
            return Delta(waiting=((-1, act),))
        case ParticipationWithdrawn(status="counted", act=act):
            return Delta(((-1, act),), joined=-int(event.last), joined_as=event.counted_as)
        case ParticipationWithdrawn(act=act):
            return Delta(waiting=((-1, act),))
        case ParticipationCorrected(status="counted"):
            return Delta(((-1, event.before), (1, event.after)))
        case ParticipationCorrected():
            return Delta(waiting=((-1, event.before), (1, event.after)))
        case ParticipationEndorsed() | ParticipantErased():
            return Delta()
        case _:
            assert_never(event)


def subject(recorded: RecordedEvent) -> tuple[int, int]:
    """Return which act an event is about: when that was recorded (epoch ms), and at which version of the stream."""
    event = recorded.event
    if isinstance(event, (ParticipationRecorded, ParticipantErased)):
        return recorded.recorded_at, recorded.version
    return event.at, event.participation


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
