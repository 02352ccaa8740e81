"""What happened to an act, and what a correction changed in it."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Literal, cast

import msgspec
from chalice.app import Response
from msgspec import UNSET, UnsetType

from chalicelib.api.calls import Call
from chalicelib.api.responses import MomentText, ParticipationResponse, PlaceResponse, moment, place_response
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.api.token_labels import labels
from chalicelib.domain.events import ParticipantErased, ParticipationCorrected, ParticipationRecorded, RecordedEvent
from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.participation import Act, Money, hours_of
from chalicelib.domain.vocabulary import Kind, Status

What = Literal["recorded", "endorsed", "approved", "rejected", "corrected", "withdrawn"]

routes = Routes(__name__)


class ActParts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Parts of an act that differ from another state of it; what is the same is left out.

    `name` is the id of the organisation's name. `organisation` is null where there is none, or it is hidden or erased.
    """

    kind: Kind | UnsetType = UNSET
    topic: str | UnsetType | None = UNSET
    place: PlaceResponse | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    organisation: str | UnsetType | None = UNSET
    people: int | UnsetType = UNSET
    hours: float | UnsetType = UNSET
    amount: Money | UnsetType | None = UNSET


class CorrectionResponse(ParticipationResponse, frozen=True):
    """A participation after a correction, with what it said `before` and says `after` it, as far as that differs."""

    before: ActParts
    after: ActParts


class HistoryEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened to an act: why, by which token (its id and label), and what the act was from then on."""

    at: MomentText
    what: What
    status: Status
    reason: str | UnsetType = UNSET
    by: str | UnsetType = UNSET
    by_label: str | UnsetType | None = UNSET
    review_reasons: tuple[ReviewReason, ...] | UnsetType = UNSET
    before: ActParts | UnsetType = UNSET
    after: ActParts | UnsetType = UNSET


class History(msgspec.Struct, frozen=True):
    """All that happened to an act, in its order."""

    id: str
    history: list[HistoryEntry]


@routes.on(
    "GET",
    "/v1/participations/{participation}/history",
    Operation(
        summary="Tell what happened to a participation: who decided, why, and what a correction changed.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        of_own=True,
        gives={200: History},
        refuses=("region-forbidden", "sender-forbidden"),
    ),
)
def show_history(call: Call, participation: str) -> Response:
    """Tell what happened to one participation."""
    receipt = call.receipt(participation)
    act = call.services.participations.find(receipt).act
    call.demand_place(act.place)
    call.demand_own(act)
    later = call.services.log.stream(receipt.stream, after=receipt.version - 1)
    until_now = takewhile(lambda recorded: recorded.version <= receipt.newest, later)
    events = [recorded for recorded in until_now if _is_about(recorded, receipt.id)]
    corrections = [recorded.event for recorded in events if isinstance(recorded.event, ParticipationCorrected)]
    names = texts(call, receipt.campaign, *(act for one in corrections for act in (one.before, one.after)))
    entries = [_entry(recorded, names) for recorded in events]
    return json_response(History(receipt.id, _labelled(call, entries)))


def texts(call: Call, campaign: str, *acts: Act) -> Mapping[str, str]:
    """Return the texts of the names that some acts have, by their ids; those that are hidden are left out."""
    return call.services.names.texts(campaign, {act.name for act in acts if act.name is not None})


def changed_parts(before: Act, after: Act, names: Mapping[str, str]) -> tuple[ActParts, ActParts]:
    """Return what an act said before and after a change, as far as it differs; `names` has texts by their ids."""
    first, second = _parts(before, names), _parts(after, names)
    differing = {name for name in first if first[name] != second[name]}
    if "name" in differing:
        # Two that may not be told differ all the same.
        differing.add("organisation")
    told = ({name: parts[name] for name in differing} for parts in (first, second))
    return cast("tuple[ActParts, ActParts]", tuple(msgspec.convert(parts, ActParts) for parts in told))


def _parts(act: Act, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "kind": act.kind,
        "topic": act.topic,
        "place": place_response(act.place),
        "name": act.name,
        "organisation": None if act.name is None else names.get(act.name),
        "people": act.people,
        "hours": hours_of(act.minutes),
        "amount": act.amount,
    }


def _entry(recorded: RecordedEvent, names: Mapping[str, str]) -> HistoryEntry:
    from chalicelib.projections.change import status_after

    event = recorded.event
    if isinstance(event, ParticipantErased):
        raise TypeError(f"{recorded.event_id} is about no act")
    status, _ = status_after(event)
    entry = HistoryEntry(
        at=moment(recorded.recorded_at),
        what=cast("What", type(event).__name__.removeprefix("Participation").lower()),
        status=status,
        review_reasons=getattr(event, "review_reasons", ()) or UNSET,
    )
    if not isinstance(event, ParticipationRecorded):
        entry = msgspec.structs.replace(entry, reason=event.reason, by=event.by)
    if isinstance(event, ParticipationCorrected):
        before, after = changed_parts(event.before, event.after, names)
        entry = msgspec.structs.replace(entry, before=before, after=after)
    return entry


def _labelled(call: Call, entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    found = labels(call.services, (entry.by for entry in entries if isinstance(entry.by, str)))
    return [
        msgspec.structs.replace(entry, by_label=found[entry.by]) if isinstance(entry.by, str) else entry
        for entry in entries
    ]


def _is_about(recorded: RecordedEvent, receipt: str) -> bool:
    return not isinstance(recorded.event, ParticipantErased) and recorded.event.receipt == receipt
