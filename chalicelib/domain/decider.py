"""The rules of a participant's stream: `decide` says what follows from a command, `evolve` what an event changes.

Both are pure and total. `carry` is stored beside every event, so that the newest event alone is enough to decide on the
next act; an act that a command is about is known by its receipt and its newest event.
"""

from collections.abc import Mapping
from typing import Literal, TypedDict, assert_never

import msgspec

from chalicelib.domain.campaign import Closure
from chalicelib.domain.commands import (
    ApproveParticipation,
    Command,
    CorrectParticipation,
    EraseParticipant,
    Moderation,
    RecordParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.events import (
    CurrentStatus,
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
from chalicelib.domain.limits import (
    ReviewReason,
    Sum,
    act_reasons,
    approvals_missing,
    brings_more,
    moderator_reasons,
    participant_reasons,
    takes_two_moderators,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.vocabulary import ParticipantType, Status

RefusalCode = Literal[
    Closure,
    "submission_differs",
    "participation_unknown",
    "participation_not_in_review",
    "second_moderator_wanted",
    "participation_not_standing",
    "correction_changes_nothing",
    "correction_above_limits",
    "act_of_another_region",
    "act_of_another_token",
]


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing follows from a command; `status` is what the participation is now, where that is the reason."""

    code: RefusalCode
    status: Status | None = None


class Carry(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of the state that travels with every event: what the acts that count sum up to.

    `counted` acts with their `people`, `minutes` and `amounts` by currency; `counted_as`, `place` and `name` are those
    by which an organisation stands on the board.
    """

    counted: int = 0
    counted_as: ParticipantType | None = None
    people: int = 0
    minutes: int = 0
    amounts: dict[str, int] = {}
    place: str | None = None
    name: str | None = None
    erased: bool = False


class KnownAct(msgspec.Struct, frozen=True):
    """What is known of one recorded act; `act` is missing where only its receipt was read.

    `endorsed_by` approved it as the first of two moderators.
    """

    receipt: Receipt
    act: Act | None = None
    review_reasons: tuple[ReviewReason, ...] = ()
    endorsed_by: str | None = None

    @property
    def approvals_missing(self) -> int:
        """How many moderators have to approve it before it counts; none where it does not wait."""
        return approvals_missing(self.receipt.status, self.review_reasons, endorsed=self.endorsed_by is not None)


class State(msgspec.Struct, frozen=True):
    """A stream up to `version`; `acts` holds those that are known, by the id of their receipt."""

    version: int = 0
    carry: Carry = Carry()
    acts: Mapping[str, KnownAct] = {}


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
    known = known_act(state.acts, recorded)
    return State(
        version=recorded.version,
        carry=advance(state.carry, recorded.event),
        acts=state.acts if known is None else {**state.acts, known.receipt.id: known},
    )


def advance(carry: Carry, event: Event) -> Carry:
    """Return the carry after an event."""
    match event:
        case ParticipationRecorded(status="counted", act=act) | ParticipationApproved(act=act):
            return _counting(carry, act)
        case ParticipationWithdrawn(status="counted", act=act):
            return _no_longer_counting(carry, act)
        case ParticipationCorrected(status="counted"):
            taken_back = _summed(carry, -1, event.before)
            return _with_place_and_name(_summed(taken_back, 1, event.after), event.after, event.before.name)
        case (
            ParticipationRecorded()
            | ParticipationEndorsed()
            | ParticipationWithdrawn()
            | ParticipationRejected()
            | ParticipationCorrected()
        ):
            return carry
        case ParticipantErased():
            return msgspec.structs.replace(carry, erased=True)
        case _:
            assert_never(event)


def known_act(acts: Mapping[str, KnownAct], recorded: RecordedEvent) -> KnownAct | None:
    """Return the act that an event is about, after it; None where it is about none.

    An event tells all of an act but the fingerprint of its submission, which is in its first event and in its receipt.
    """
    event = recorded.event
    match event:
        case ParticipationRecorded():
            return KnownAct(
                Receipt(
                    id=event.receipt,
                    fingerprint=event.fingerprint,
                    stream=recorded.stream,
                    version=recorded.version,
                    recorded_at=recorded.recorded_at,
                    status=event.status,
                    newest=recorded.version,
                ),
                event.act,
                event.review_reasons,
            )
        case ParticipationEndorsed():
            changed = _changed(acts, recorded, event, "in_review", event.act)
            return msgspec.structs.replace(changed, review_reasons=event.review_reasons, endorsed_by=event.by)
        case ParticipationApproved():
            return _changed(acts, recorded, event, "counted", event.act)
        case ParticipationRejected():
            return _changed(acts, recorded, event, "rejected", event.act)
        case ParticipationWithdrawn():
            return _changed(acts, recorded, event, "withdrawn", event.act)
        case ParticipationCorrected():
            changed = _changed(acts, recorded, event, event.status, event.after)
            return msgspec.structs.replace(changed, review_reasons=event.review_reasons)
        case ParticipantErased():
            return None
        case _:
            assert_never(event)


def _record(command: RecordParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = state.acts.get(command.receipt)
    if known is not None:
        same = known.receipt.fingerprint == command.fingerprint
        return () if same else Refusal("submission_differs", known.receipt.status)
    closure = command.campaign.closure(command.at)
    if closure is not None:
        return Refusal(closure)
    reasons = _review_reasons(command, state.carry)
    return (
        ParticipationRecorded(
            act=command.act,
            status="in_review" if reasons else "counted",
            receipt=command.receipt,
            fingerprint=command.fingerprint,
            occurred_at=command.occurred_at,
            review_reasons=reasons,
            first=not reasons and state.carry.counted == 0,
        ),
    )


def _review_reasons(command: RecordParticipation, carry: Carry) -> tuple[ReviewReason, ...]:
    """Return why an act has to wait for a moderator: empty when it counts at once."""
    act, limits = command.act, command.campaign.limits
    counted = Sum(carry.counted, carry.people, carry.minutes, carry.amounts)
    unsigned: tuple[ReviewReason, ...] = () if command.signed else ("unsigned",)
    return (
        *act_reasons(act, limits),
        *participant_reasons(act, limits, counted),
        *command.above,
        *unsigned,
        *moderator_reasons(act, limits),
    )


def _after_correction(command: CorrectParticipation, known: "_ChangeableAct", after: Act) -> tuple[ReviewReason, ...]:
    """Return why an act in review goes on waiting: how many moderators it takes follows from what it is now."""
    if known.status == "counted":
        return ()
    others = tuple(reason for reason in known.review_reasons if reason != "two_moderators")
    return (*others, *moderator_reasons(after, command.limits))


def _approve(command: ApproveParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _in_review(state, command)
    if isinstance(known, Refusal):
        return known
    if "two_moderators" in known.review_reasons:
        if known.endorsed_by is None:
            endorsed = ParticipationEndorsed(
                **_about(command, known), act=known.act, review_reasons=known.review_reasons
            )
            return (endorsed,)
        if known.endorsed_by == command.by:
            return Refusal("second_moderator_wanted", "in_review")
    return (ParticipationApproved(**_about(command, known), act=known.act, first=state.carry.counted == 0),)


def _reject(command: RejectParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _in_review(state, command)
    if isinstance(known, Refusal):
        return known
    return (ParticipationRejected(**_about(command, known), act=known.act),)


def _withdraw(command: WithdrawParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _current(state, command)
    if isinstance(known, Refusal):
        return known
    counted = known.status == "counted"
    return (
        ParticipationWithdrawn(
            **_about(command, known),
            act=known.act,
            status=known.status,
            counted_as=state.carry.counted_as if counted else None,
            last=counted and state.carry.counted == 1,
        ),
    )


def _correct(command: CorrectParticipation, state: State) -> tuple[Event, ...] | Refusal:
    known = _current(state, command)
    if isinstance(known, Refusal):
        return known
    after = command.changes.applied_to(known.act)
    if not _is_allowed(command, after):
        return Refusal("act_of_another_region")
    if after == known.act:
        return Refusal("correction_changes_nothing", known.status)
    if known.status == "counted" and _is_above(command, state.carry, known.act, after):
        return Refusal("correction_above_limits", known.status)
    return (
        ParticipationCorrected(
            **_about(command, known),
            before=known.act,
            after=after,
            status=known.status,
            review_reasons=_after_correction(command, known, after),
        ),
    )


class _ChangeableAct(msgspec.Struct, frozen=True):
    """An act that can still be changed, with all that an event about it says."""

    receipt: Receipt
    act: Act
    status: CurrentStatus
    review_reasons: tuple[ReviewReason, ...]
    endorsed_by: str | None = None


class _About(TypedDict):
    """What every event of a moderator says: which act it is about, why, and who decided."""

    receipt: str
    participation: int
    at: int
    reason: str
    by: str


def _is_above(command: CorrectParticipation, carry: Carry, before: Act, after: Act) -> bool:
    """Whether a correction of an act that counts is for somebody else: a moderator, or two."""
    limits = command.limits
    if takes_two_moderators(before, after, limits):
        return True
    if not command.of_own or not brings_more(before, after):
        return False
    others = _summed(carry, -1, before)
    counted = Sum(others.counted - 1, others.people, others.minutes, others.amounts)
    return bool(act_reasons(after, limits) or participant_reasons(after, limits, counted))


def _about(command: Moderation, known: _ChangeableAct) -> _About:
    return {
        "receipt": command.receipt,
        "participation": known.receipt.version,
        "at": known.receipt.recorded_at,
        "reason": command.reason,
        "by": command.by,
    }


def _is_allowed(command: Moderation, act: Act) -> bool:
    return command.region is None or command.region == act.place


def _in_review(state: State, command: Moderation) -> _ChangeableAct | Refusal:
    known = state.acts.get(command.receipt)
    if known is None or known.act is None:
        return Refusal("participation_unknown")
    if not _is_allowed(command, known.act):
        return Refusal("act_of_another_region")
    if known.receipt.status != "in_review":
        return Refusal("participation_not_in_review", known.receipt.status)
    return _ChangeableAct(known.receipt, known.act, "in_review", known.review_reasons, known.endorsed_by)


def _current(state: State, command: WithdrawParticipation | CorrectParticipation) -> _ChangeableAct | Refusal:
    known = state.acts.get(command.receipt)
    if known is None or known.act is None:
        return Refusal("participation_unknown")
    if not _is_allowed(command, known.act):
        return Refusal("act_of_another_region")
    if command.of_own and known.act.token != command.by:
        return Refusal("act_of_another_token")
    status = known.receipt.status
    if status == "counted" or status == "in_review":
        return _ChangeableAct(known.receipt, known.act, status, known.review_reasons)
    return Refusal("participation_not_standing", status)


def _counting(carry: Carry, act: Act) -> Carry:
    counted_as = carry.counted_as if carry.counted else act.participant_type
    counting = msgspec.structs.replace(carry, counted=carry.counted + 1, counted_as=counted_as)
    return _with_place_and_name(_summed(counting, 1, act), act)


def _no_longer_counting(carry: Carry, act: Act) -> Carry:
    counted_as = carry.counted_as if carry.counted > 1 else None
    return _summed(msgspec.structs.replace(carry, counted=carry.counted - 1, counted_as=counted_as), -1, act)


def _summed(carry: Carry, sign: int, act: Act) -> Carry:
    amounts = carry.amounts
    if act.amount is not None:
        total = amounts.get(act.amount.currency, 0) + sign * act.amount.value
        amounts = {**amounts, act.amount.currency: total}
    return msgspec.structs.replace(
        carry,
        people=carry.people + sign * act.people,
        minutes=carry.minutes + sign * act.minutes,
        amounts={currency: total for currency, total in amounts.items() if total},
    )


def _with_place_and_name(carry: Carry, act: Act, taken_back: str | None = None) -> Carry:
    stays = None if carry.name == taken_back else carry.name
    return msgspec.structs.replace(carry, place=act.place, name=act.name or stays)


def _changed(
    acts: Mapping[str, KnownAct], recorded: RecordedEvent, event: LaterEvent, status: Status, act: Act
) -> KnownAct:
    known = acts.get(event.receipt)
    receipt = Receipt(
        id=event.receipt,
        fingerprint="" if known is None else known.receipt.fingerprint,
        stream=recorded.stream,
        version=event.participation,
        recorded_at=event.at,
        status=status,
        newest=recorded.version,
    )
    return KnownAct(receipt, act)
