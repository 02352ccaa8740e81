"""What an event changes: signed acts that count, and how many acts wait.

Every event is a sum of signed acts, so totals are sums too: in any order, over any slices, with the same result.
"""

from typing import assert_never

import msgspec

from chalicelib.domain.currencies import TENGE
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
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import ParticipantType, Status


class SignedAct(msgspec.Struct, frozen=True, gc=False):
    """An act that is added to the totals at a time (epoch ms), or taken back from them, and what that adds.

    `measures` are acts, people, minutes and tenge, `foreign` an amount in another currency: negative if taken back.
    """

    act: Act
    at: int
    measures: tuple[int, int, int, int]
    foreign: Money | None = None


class Delta(msgspec.Struct, frozen=True, gc=False):
    """Signed acts: `counted` change the totals; `waiting` is by how many the acts in review change.

    `joined` is by how many the participants of type `joined_as` change.
    """

    counted: tuple[SignedAct, ...] = ()
    waiting: int = 0
    joined: int = 0
    joined_as: ParticipantType | None = None


class Subject(msgspec.Struct, frozen=True, gc=False):
    """The act that an event is about, as it is after the event.

    It was recorded at a version of the stream (`participation`) and a time (`at`, epoch ms); `receipt` is empty for one
    that was recorded without.
    """

    receipt: str
    participation: int
    at: int
    status: Status
    act: Act


def delta(recorded: RecordedEvent) -> Delta:
    """Return what an event changes."""
    event, at = recorded.event, recorded.recorded_at
    match event:
        case ParticipationRecorded():
            if event.status == "counted":
                return Delta((signed(1, event.act, at),), 0, int(event.first), event.act.participant_type)
            return Delta(waiting=1)
        case ParticipationApproved(act=act):
            return Delta((signed(1, act, at),), -1, int(event.first), act.participant_type)
        case ParticipationRejected():
            return Delta(waiting=-1)
        case ParticipationWithdrawn(status="counted", act=act):
            return Delta((signed(-1, act, at),), joined=-int(event.last), joined_as=event.counted_as)
        case ParticipationWithdrawn():
            return Delta(waiting=-1)
        case ParticipationCorrected(status="counted"):
            return Delta((signed(-1, event.before, at), signed(1, event.after, at)))
        case ParticipationCorrected() | ParticipationEndorsed() | ParticipantErased():
            return Delta()
        case _:
            assert_never(event)


def signed(sign: int, act: Act, at: int) -> SignedAct:
    """Return an act as it is added (`sign` 1) or taken back (-1) at a time (epoch ms)."""
    amount, tenge, foreign = act.confirmed or act.pledged, 0, None
    if amount is not None and amount.currency == TENGE:
        tenge = sign * amount.value
    elif amount is not None:
        foreign = Money(amount.currency, sign * amount.value)
    return SignedAct(act, at, (sign, sign * act.people, sign * act.minutes, tenge), foreign)


def subject(recorded: RecordedEvent) -> Subject | None:
    """Return which act an event is about, None where it is about none."""
    event = recorded.event
    match event:
        case ParticipationRecorded():
            return Subject(event.receipt, recorded.version, recorded.recorded_at, event.status, event.act)
        case ParticipantErased():
            return None
        case _:
            return Subject(event.receipt, event.participation, event.at, *status_after(event))


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
