"""What moderators decide on many acts at once: withdraw, approve or reject those of some ids or of a filter."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response
from msgspec import UNSET, UnsetType

from chalicelib.api.act_filters import act_filter
from chalicelib.api.acts import read_place
from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.problems import PROBLEM_OF, Problem, ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import ApproveParticipation, Moderation, RejectParticipation, WithdrawParticipation
from chalicelib.domain.decider import KnownAct, State
from chalicelib.domain.events import ParticipationEndorsed
from chalicelib.domain.folding import clean
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.trail_actions import TrailAction
from chalicelib.domain.vocabulary import Status
from chalicelib.intake.act_requests import ACT_RULES, ActFilterRequest, DecisionsRequest
from chalicelib.intake.faults import Fault, Invalid, read
from chalicelib.participations.keys import is_receipt_id

if TYPE_CHECKING:
    from chalicelib.domain.events import RecordedEvent
    from chalicelib.participations.bulk import BulkOutcome
    from chalicelib.projections.acts import StoredAct

MAX_BYTES = 64 * 1024

SELECTION_SECONDS = 8.0
DECISION_SECONDS = 20.0
"""From the beginning of a request: until then acts are looked for, and decided on. API Gateway waits for 29."""

MAX_SELECTED = 20_000
"""Acts that a filter finds for one request."""

_AT_ONCE = 400
"""Acts that are decided on before the next ones are begun: a request that ends early ends between them."""

CLOCKS_DIFFER_BY = timedelta(minutes=1)

MAX_REFUSALS = 100
"""Refusals that are told one by one."""

_BEGINNING = f"{10**13 - 1}.{'A' * 22}"
"""A place before all acts, of which the newest come first."""

routes = Routes(__name__)

DecisionCommand = type[WithdrawParticipation] | type[ApproveParticipation] | type[RejectParticipation]


class TotalsChange(msgspec.Struct, frozen=True):
    """By how much each number changes: what is taken away is negative."""

    participants: int
    participations: int
    people: int
    hours: float
    amount: dict[str, int]
    volunteers: int
    good_deeds: int
    events_held: int
    organisations: int
    in_review: int


class RefusedAct(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act that was not decided on: `problem` is what a decision on it alone is answered."""

    id: str
    problem: ProblemName
    participation_status: Status | UnsetType = UNSET


class DecisionsResponse(msgspec.Struct, frozen=True):
    """On how many of the acts that were `found` was decided, or would be, and what that changes the totals by.

    Of those `decided`, `endorsed` wait for a second moderator. `already` were so before, `refused` were not decided on,
    the first of them told in `refusals`. Of ids, `left` are those for which there was no time, of a filter `next` is
    where to go on. `filter` is what a dry run has found them by.
    """

    dry_run: bool
    found: int
    decided: int
    endorsed: int
    already: int
    refused: int
    refusals: list[RefusedAct]
    change: TotalsChange
    filter: ActFilterRequest | None
    left: list[str]
    next: str | None


class _Decision(msgspec.Struct, frozen=True):
    """A kind of decision: which acts of a filter it is for, and what they are after it."""

    make: DecisionCommand
    on: frozenset[Status]
    becomes: Status


class _Selection(msgspec.Struct, frozen=True):
    """Acts to decide on, of a filter with the place to go on from; under ids that are `unknown` there is nothing."""

    acts: Sequence[KnownAct]
    unknown: Sequence[str]
    following: str | None = None


_WITHDRAWAL = _Decision(WithdrawParticipation, frozenset({"counted", "in_review"}), "withdrawn")
_APPROVAL = _Decision(ApproveParticipation, frozenset({"in_review"}), "counted")
_REJECTION = _Decision(RejectParticipation, frozenset({"in_review"}), "rejected")


def _operation(trail: TrailAction, summary: str) -> Operation:
    return Operation(
        summary=summary,
        trail=trail,
        description="A dry run tells how many acts there are, what it changes, and the filter to send with `expected`. "
        "Done again, nothing more is done.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        takes=DecisionsRequest,
        max_bytes=MAX_BYTES,
        gives={200: DecisionsResponse},
        refuses=("cursor-invalid", "more-acts-than-expected"),
    )


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/acts/withdrawals",
    _operation("acts_withdrawn", "Take many acts back, counted or in review."),
)
def withdraw_many(call: Call, campaign: str) -> Response | Intent:
    """Withdraw many acts."""
    return _decide(call, call.campaign(campaign), _WITHDRAWAL)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/acts/approvals",
    _operation("acts_approved", "Let many acts in review count."),
)
def approve_many(call: Call, campaign: str) -> Response | Intent:
    """Approve many acts."""
    return _decide(call, call.campaign(campaign), _APPROVAL)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/acts/rejections",
    _operation("acts_rejected", "Refuse many acts in review."),
)
def reject_many(call: Call, campaign: str) -> Response | Intent:
    """Reject many acts."""
    return _decide(call, call.campaign(campaign), _REJECTION)


def _decide(call: Call, campaign: Campaign, decision: _Decision) -> Response | Intent:
    began = call.services.monotonic()
    request = read(DecisionsRequest, call.json(), ACT_RULES)
    bounded = _bounded(request.filter, call.services.now())
    if bounded is None:
        selection = _of_ids(call, campaign, request.ids or ())
    else:
        selection = _of_filter(call, campaign, decision, request, bounded, began + SELECTION_SECONDS)

    def decided() -> Response:
        outcomes = _carried_out(call, decision, request, selection, began + DECISION_SECONDS)
        return json_response(_answer(decision, request, selection, outcomes, bounded))

    if request.dry_run:
        return decided()
    reason, count = clean(request.reason), len(selection.acts)
    return Intent(campaign=campaign.id, target=campaign.id, count=count, reason=reason, carry_out=decided)


def _bounded(given: ActFilterRequest | None, now: int) -> ActFilterRequest | None:
    """Return a filter with an end, so that what is recorded from now on is not found by it."""
    if given is None:
        return None
    current = datetime.fromtimestamp(now / 1000, UTC)
    if given.until is None:
        return msgspec.structs.replace(given, until=current)
    if given.until > current + CLOCKS_DIFFER_BY:
        raise Invalid((Fault("#/filter/until", "until_ahead"),))
    return given


def _of_ids(call: Call, campaign: Campaign, ids: Sequence[str]) -> _Selection:
    distinct = list(dict.fromkeys(ids))
    possible = [one for one in distinct if is_receipt_id(one)]
    rows = call.services.act_reader.of_ids(campaign.id, campaign.generation, possible)
    acts = _known(call, campaign, possible, {row.id: row for row in rows})
    return _Selection(acts, _others(distinct, acts))


def _of_filter(
    call: Call,
    campaign: Campaign,
    decision: _Decision,
    request: DecisionsRequest,
    bounded: ActFilterRequest,
    until: float,
) -> _Selection:
    after = read_place(request.after)
    criteria = act_filter(call, campaign, bounded, "#/filter")
    if len(decision.on) == 1:
        criteria = msgspec.structs.replace(criteria, status=criteria.status or next(iter(decision.on)))
    page = call.services.act_reader.page(
        campaign.id,
        campaign.generation,
        criteria,
        after,
        MAX_SELECTED,
        goes_on=lambda _: call.services.monotonic() < until,
    )
    found = {act.id: act for act in page.acts if act.status in decision.on}
    if not request.dry_run and len(found) > (request.expected or 0):
        raise Problem("more-acts-than-expected", {"expected": request.expected, "found": len(found)})
    acts = _known(call, campaign, [one for one in found if is_receipt_id(one)], found)
    return _Selection(acts, _others(list(found), acts), page.following)


def _others(ids: Sequence[str], acts: Sequence[KnownAct]) -> list[str]:
    known = {act.receipt.id for act in acts}
    return [one for one in ids if one not in known]


def _known(call: Call, campaign: Campaign, ids: Sequence[str], rows: "Mapping[str, StoredAct]") -> list[KnownAct]:
    """Return the acts of a campaign by their receipts, in the order of their ids."""
    receipts = {receipt.id: receipt for receipt in call.services.log.receipts(ids)}
    found = (receipt for receipt in map(receipts.get, ids) if receipt is not None)
    return [_known_act(receipt, rows.get(receipt.id)) for receipt in found if receipt.campaign == campaign.id]


def _known_act(receipt: Receipt, row: "StoredAct | None") -> KnownAct:
    """Return an act with its content, unless its row is old, or does not tell who was the first of two moderators."""
    if row is None or row.version != receipt.newest or "two_moderators" in row.review_reasons:
        return KnownAct(receipt)
    return KnownAct(receipt, row.act, row.review_reasons)


def _carried_out(
    call: Call, decision: _Decision, request: DecisionsRequest, selection: _Selection, deadline: float
) -> "dict[str, BulkOutcome]":
    """Decide on what is selected, in its order, until there is no time left."""

    def command(receipt: str) -> Moderation:
        return decision.make(receipt, reason, call.token.id, call.token.region)

    reason = clean(request.reason)
    outcomes: dict[str, BulkOutcome] = {}
    states: dict[str, State] = {}
    bulk = call.services.bulk_moderation
    for start in range(0, len(selection.acts), _AT_ONCE):
        if call.services.monotonic() >= deadline:
            break
        some = selection.acts[start : start + _AT_ONCE]
        outcomes |= bulk.decide(some, command, deadline, dry_run=request.dry_run, states=states)
    return outcomes


def _answer(
    decision: _Decision,
    request: DecisionsRequest,
    selection: _Selection,
    outcomes: "Mapping[str, BulkOutcome]",
    bounded: ActFilterRequest | None,
) -> DecisionsResponse:
    done = [outcome.recorded for outcome in outcomes.values() if outcome.recorded is not None]
    refusals = [RefusedAct(one, "participation-not-found") for one in selection.unknown]
    already = 0
    for outcome in outcomes.values():
        if outcome.refusal is not None and outcome.refusal.status == decision.becomes:
            already += 1
        elif outcome.recorded is None:
            refusals.append(_refused(outcome))
    left = [act.receipt.id for act in selection.acts if act.receipt.id not in outcomes]
    return DecisionsResponse(
        dry_run=request.dry_run,
        found=len(selection.acts) + len(selection.unknown),
        decided=len(done),
        endorsed=sum(isinstance(recorded.event, ParticipationEndorsed) for recorded in done),
        already=already,
        refused=len(refusals),
        refusals=refusals[:MAX_REFUSALS],
        change=totals_change(done),
        filter=bounded if request.dry_run else None,
        left=[] if request.ids is None else left,
        next=None if request.ids is not None else _following(request, selection, left),
    )


def totals_change(events: "Sequence[RecordedEvent]") -> TotalsChange:
    """Return what events change the totals of their campaign by."""
    from chalicelib.publishing.effect import effect

    found = effect(events)
    numbers = {**msgspec.structs.asdict(found.totals), "hours": found.hours, "in_review": found.in_review}
    return TotalsChange(**numbers)


def _following(request: DecisionsRequest, selection: _Selection, left: Sequence[str]) -> str | None:
    """Return the place behind which a filter has to go on, None where all that it finds was decided on."""
    from chalicelib.projections.acts import moment_of

    if not left:
        return selection.following
    ids = [act.receipt.id for act in selection.acts]
    first = ids.index(left[0])
    if first == 0:
        return request.after or _BEGINNING
    receipt = selection.acts[first - 1].receipt
    return moment_of(str(receipt.recorded_at), receipt.id)


def _refused(outcome: "BulkOutcome") -> RefusedAct:
    if outcome.refusal is None:
        return RefusedAct(outcome.receipt, "busy")
    return RefusedAct(outcome.receipt, PROBLEM_OF[outcome.refusal.code], outcome.refusal.status or UNSET)
