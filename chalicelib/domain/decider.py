"""The rules of a participant's stream: `decide` says what follows from a command, `evolve` what an event changes.

Both are pure and total. `carry` is stored beside every event, so that the newest event alone is enough to decide
on the next participation; what is known of single participations is folded from the events that were read.
"""

from collections.abc import Mapping
from typing import Literal, TypedDict, assert_never

import msgspec

from chalicelib.domain.campaign import review_reasons
from chalicelib.domain.commands import (
    ApproveParticipation,
    Command,
    CorrectParticipation,
    EraseParticipant,
    RecordParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType, Status

CARRIED_SUBMISSIONS = 32
"""How many of the newest submissions a carry names; older ones are looked for in the stream."""

RefusalCode = Literal[
    "campaign_frozen",
    "campaign_ended",
    "submission_differs",
    "participation_unknown",
    "participation_not_in_review",
    "participation_not_standing",
    "correction_changes_nothing",
]


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing follows from a command; `status` is what the participation is now, where that is the reason."""

    code: RefusalCode
    status: Status | None = None


class Carry(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of the state that travels with every event.

    `counted` participations of `submissions` ever recorded; `recent` maps the newest submissions to their versions.
    """

    counted: int = 0
    counted_as: ParticipantType | None = None
    submissions: int = 0
    recent: dict[str, int] = {}
    erased: bool = False


class Participation(msgspec.Struct, frozen=True):
    """What is known of one recorded act."""

    act: Act
    status: Status
    recorded_at: int
    submission: str
    fingerprint: str


class State(msgspec.Struct, frozen=True):
    """A stream up to `version`; `participations` holds those whose events were read, by version."""

    version: int = 0
    carry: Carry = Carry()
    participations: Mapping[int, Participation] = {}

    def submitted(self, submission: str) -> int | None:
        """Return the version at which a submission was recorded, as far as this state knows."""
        if submission in self.carry.recent:
            return self.carry.recent[submission]
        return next((v for v, known in self.participations.items() if known.submission == submission), None)


INITIAL = State()


def decide(command: Command, state: State) -> tuple[Event, ...] | Refusal:
    """Return the events that follow from a command: none where what it asks for is so already."""
    match command:
        case RecordParticipation():
            return _record(command, state)
        case ApproveParticipation():
            return _approve(command, state)
        case RejectParticipation():
            return _reject(command, state)
        case WithdrawParticipation():
            return _withdraw(command, state)
        case CorrectParticipation():
            return _correct(command, state)
        case EraseParticipant():
            return () if state.carry.erased else (ParticipantErased(),)
        case _:
            assert_never(command)


def evolve(state: State, recorded: RecordedEvent) -> State:
    """Return the state after one more event of the stream."""
    return State(
        version=recorded.version,
        carry=advance(state.carry, recorded),
        participations=track(state.participations, recorded),
    )


def advance(carry: Carry, recorded: RecordedEvent) -> Carry:
    """Return the carry after an event."""
    event = recorded.event
    match event:
        case ParticipationRecorded():
            recent = {**carry.recent, event.submission: recorded.version}
            while len(recent) > CARRIED_SUBMISSIONS:
                del recent[next(iter(recent))]
            carry = msgspec.structs.replace(carry, submissions=carry.submissions + 1, recent=recent)
            return _count(carry, event.act.participant_type) if event.status == "counted" else carry
        case ParticipationApproved():
            return _count(carry, event.act.participant_type)
        case ParticipationWithdrawn(status="counted"):
            return _uncount(carry)
        case ParticipationWithdrawn() | ParticipationRejected() | ParticipationCorrected():
            return carry
        case ParticipantErased():
            return msgspec.structs.replace(carry, erased=True)
        case _:
            assert_never(event)


def track(known: Mapping[int, Participation], recorded: RecordedEvent) -> Mapping[int, Participation]:
    """Return what is known after an event; one about a participation whose record was not read is skipped."""
    event = recorded.event
    match event:
        case ParticipationRecorded():
            participation = Participation(
                act=event.act,
                status=event.status,
                recorded_at=recorded.recorded_at,
                submission=event.submission,
                fingerprint=event.fingerprint,
            )
            return {**known, recorded.version: participation}
        case ParticipationApproved():
            return _changed(known, event.participation, status="counted")
        case ParticipationRejected():
            return _changed(known, event.participation, status="rejected")
        case ParticipationWithdrawn():
            return _changed(known, event.participation, status="withdrawn")
        case ParticipationCorrected():
            return _changed(known, event.participation, act=event.after)
        case ParticipantErased():
            return known
        case _:
            assert_never(event)


def _record(command: RecordParticipation, state: State) -> tuple[Event, ...] | Refusal:
    version = state.submitted(command.submission)
    if version is not None:
        return _repeat(command, state.participations.get(version))
    if not command.campaign.accepts:
        return Refusal("campaign_ended" if command.campaign.state == "ended" else "campaign_frozen")
    reasons = review_reasons(command.act, command.campaign.limits, signed=command.signed)
    return (
        ParticipationRecorded(
            act=command.act,
            status="in_review" if reasons else "counted",
            submission=command.submission,
            fingerprint=command.fingerprint,
            occurred_at=command.occurred_at,
            review_reasons=reasons,
            first=not reasons and state.carry.counted == 0,
        ),
    )


def _repeat(command: RecordParticipation, known: Participation | None) -> tuple[Event, ...] | Refusal:
    if known is not None and known.fingerprint != command.fingerprint:
        return Refusal("submission_differs", known.status)
    return ()


def _approve(command: ApproveParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _in_review(state, command.participation)
    if isinstance(known, Refusal):
        return known
    return (ParticipationApproved(**_about(command, known), act=known.act, first=state.carry.counted == 0),)


def _reject(command: RejectParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _in_review(state, command.participation)
    if isinstance(known, Refusal):
        return known
    return (ParticipationRejected(**_about(command, known), act=known.act),)


def _withdraw(command: WithdrawParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _current(state, command.participation)
    if isinstance(known, Refusal):
        return known
    counted = known.status == "counted"
    return (
        ParticipationWithdrawn(
            **_about(command, known),
            act=known.act,
            status="counted" if counted else "in_review",
            counted_as=state.carry.counted_as if counted else None,
            last=counted and state.carry.counted == 1,
        ),
    )


def _correct(command: CorrectParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _current(state, command.participation)
    if isinstance(known, Refusal):
        return known
    after = command.changes.applied_to(known.act)
    if after == known.act:
        return Refusal("correction_changes_nothing", known.status)
    return (
        ParticipationCorrected(
            **_about(command, known),
            before=known.act,
            after=after,
            status="counted" if known.status == "counted" else "in_review",
        ),
    )


class _About(TypedDict):
    """What every event of a moderator says: which participation it is about, why, and who decided."""

    participation: int
    at: int
    reason: str
    by: str


def _about(
    command: ApproveParticipation | RejectParticipation | WithdrawParticipation | CorrectParticipation,
    known: Participation,
) -> _About:
    return {
        "participation": command.participation,
        "at": known.recorded_at,
        "reason": command.reason,
        "by": command.by,
    }


def _in_review(state: State, version: int) -> Participation | Refusal:
    known = state.participations.get(version)
    if known is None:
        return Refusal("participation_unknown")
    return known if known.status == "in_review" else Refusal("participation_not_in_review", known.status)


def _current(state: State, version: int) -> Participation | Refusal:
    known = state.participations.get(version)
    if known is None:
        return Refusal("participation_unknown")
    if known.status in ("counted", "in_review"):
        return known
    return Refusal("participation_not_standing", known.status)


def _count(carry: Carry, participant_type: ParticipantType) -> Carry:
    counted_as = carry.counted_as if carry.counted else participant_type
    return msgspec.structs.replace(carry, counted=carry.counted + 1, counted_as=counted_as)


def _uncount(carry: Carry) -> Carry:
    counted_as = carry.counted_as if carry.counted > 1 else None
    return msgspec.structs.replace(carry, counted=carry.counted - 1, counted_as=counted_as)


def _changed(known: Mapping[int, Participation], version: int, **changes: Act | Status) -> Mapping[int, Participation]:
    if version not in known:
        return known
    return {**known, version: msgspec.structs.replace(known[version], **changes)}
