"""What an event changes: signed acts that count, how many acts wait, and what the act is that it is about.

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
from chalicelib.projections.packed import packed_act


class SignedAct(msgspec.Struct, frozen=True, gc=False):
    """An act that is added to the totals at a time (epoch ms), or taken back from them, and what that adds.

    `measures` are acts, people, minutes and tenge, packed; `foreign` is an amount in another currency. They are
    negative if the act is taken back.
    """

    act: Act
    at: int
    measures: int
    foreign: Money | None = None

    def amount_in(self, currency: str) -> int:
        """Return its amount in another currency, 0 where it is in none or in one more."""
        return self.foreign.value if self.foreign is not None and self.foreign.currency == currency else 0


class Delta(msgspec.Struct, frozen=True, gc=False):
    """What an event changes, and the act that it is about.

    The acts `counted` change the totals; `waiting` is by how many the acts in review change, `joined` by how many the
    participants of type `joined_as`. `act` is as it is after the event, None where that is about none: it was recorded
    at a version of the stream (`participation`) and a time (`at`, epoch ms), and `receipt` is empty where it was
    recorded without.
    """

    counted: tuple[SignedAct, ...] = ()
    waiting: int = 0
    joined: int = 0
    joined_as: ParticipantType | None = None
    receipt: str = ""
    participation: int = 0
    at: int = 0
    status: Status = "counted"
    act: Act | None = None


def delta(recorded: RecordedEvent) -> Delta:
    """Return what an event changes."""
    event, at = recorded.event, recorded.recorded_at
    # Nearly all events are of this type, and a batch has a thousand: written out, it takes half the time.
    if isinstance(event, ParticipationRecorded):
        act, receipt, version = event.act, event.receipt, recorded.version
        if event.status == "counted":
            joined = 1 if event.first else 0
            return Delta((signed(1, act, at),), 0, joined, act.participant_type, receipt, version, at, "counted", act)
        return Delta((), 1, 0, None, receipt, version, at, event.status, act)
    if isinstance(event, ParticipantErased):
        return Delta()
    return Delta(*_changes(event, at), event.receipt, event.participation, event.at, *status_after(event))


def _changes(event: LaterEvent, at: int) -> tuple[tuple[SignedAct, ...], int, int, ParticipantType | None]:
    """Return the first members of the delta of an event about an act that was recorded before."""
    match event:
        case ParticipationApproved(act=act):
            return (signed(1, act, at),), -1, int(event.first), act.participant_type
        case ParticipationWithdrawn(status="counted", act=act):
            return (signed(-1, act, at),), 0, -int(event.last), event.counted_as
        case ParticipationRejected() | ParticipationWithdrawn():
            return (), -1, 0, None
        case ParticipationCorrected(status="counted"):
            return (signed(-1, event.before, at), signed(1, event.after, at)), 0, 0, None
        case ParticipationCorrected() | ParticipationEndorsed():
            return (), 0, 0, None
        case _:
            assert_never(event)


def signed(sign: int, act: Act, at: int) -> SignedAct:
    """Return an act as it is added (`sign` 1) or taken back (-1) at a time (epoch ms)."""
    amount = act.confirmed or act.pledged
    if amount is None:
        return SignedAct(act, at, sign * packed_act(act.people, act.minutes, 0))
    if amount.currency == TENGE:
        return SignedAct(act, at, sign * packed_act(act.people, act.minutes, amount.value))
    foreign = Money(amount.currency, sign * amount.value)
    return SignedAct(act, at, sign * packed_act(act.people, act.minutes, 0), foreign)


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
