"""What moderators do with names on air: see which wait, show and hide them, one by one, many at once, or all."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.paging import LIMIT, cursor, read_limit
from chalicelib.api.problems import DecidedNameDocument, Problem
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import NAME_STATES, NameState, Visibility
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.name_requests import (
    NameChange,
    NameDecisionRequest,
    NameDecisionsRequest,
    VisibilityRequest,
    read_name_change,
    read_name_changes,
    read_visibility,
)

if TYPE_CHECKING:
    from chalicelib.participations.names import Decided, StoredName

_PLACE = re.compile(r"[0-9]{13}\.[A-Za-z0-9_-]{16}")
"""A place in the queue: `<epoch ms>.<id>`."""

routes = Routes(__name__)

_STATE = Parameter(
    name="state",
    place="query",
    description="Only names of this state; those that wait where it is left out.",
    shape={"type": "string", "enum": list(NAME_STATES)},
)
_ORDERS = ("oldest", "newest")
_ORDER = Parameter(
    name="order",
    place="query",
    description="Which come first, those given first or last; the oldest where it is left out.",
    shape={"type": "string", "enum": list(_ORDERS)},
)


class DecisionResponse(msgspec.Struct, frozen=True):
    """Why a moderator decided as they did, and by which token."""

    reason: str
    by: str
    at: responses.MomentText


class NameResponse(msgspec.Struct, frozen=True):
    """A name and whether it is shown: `hidden` names are on no document, those `waiting` not yet."""

    id: str
    text: str
    state: NameState
    given_at: responses.MomentText
    decision: DecisionResponse | None


class NamesPageResponse(msgspec.Struct, frozen=True):
    """Names of a state in the order that was asked for; `next` is the cursor of the next page, if there is more.

    `all_names` says whether the campaign shows any names at all.
    """

    names: list[NameResponse]
    next: str | None
    all_names: Visibility


class NamesResponse(msgspec.Struct, frozen=True):
    """Names as they are now."""

    names: list[NameResponse]


class AllNamesResponse(msgspec.Struct, frozen=True):
    """Whether a campaign shows any names at all."""

    state: Visibility
    decision: DecisionResponse | None


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/names",
    Operation(
        summary="List the names that wait, or those of another state, the one given first or last before all others.",
        scope="moderate",
        cache=NO_STORE,
        parameters=(_STATE, _ORDER, LIMIT, cursor(_PLACE)),
        gives={200: NamesPageResponse},
        refuses=("state-invalid", "limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def list_names(call: Call, campaign: str) -> Response:
    """List a page of names."""
    current = call.campaign(campaign)
    state, limit, cursor = _state(call.query("state")), read_limit(call.query("limit")), call.query("cursor")
    after, descending = None if cursor is None else _read_cursor(cursor), _is_newest_first(call.query("order"))
    page = call.services.name_queue.page(current.id, state, after, limit, descending=descending)
    status = call.services.names.status(current.id)
    return json_response(NamesPageResponse(list(map(_response, page.names)), page.following, status.all_names))


@routes.on(
    "PUT",
    "/v1/campaigns/{campaign}/names",
    Operation(
        summary="Hide all names of a campaign at once, or show again those that may be shown.",
        scope="moderate",
        trail="all_names_decided",
        cache=NO_STORE,
        takes=VisibilityRequest,
        gives={200: AllNamesResponse},
    ),
)
def decide_on_all_names(call: Call, campaign: str) -> Intent:
    """Hide all names, or show them again."""
    current = call.campaign(campaign)
    requested = read_visibility(call.json())

    def decide() -> Response:
        status = call.services.names.decide_on_all(current.id, requested.state, decided(call, requested.reason))
        return json_response(AllNamesResponse(status.all_names, decision_response(status.decided)))

    return Intent(campaign=current.id, target=current.id, reason=requested.reason, carry_out=decide)


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/names/{name}",
    Operation(
        summary="Show a name, whatever its state is, and who decided on it.",
        scope="moderate",
        cache=NO_STORE,
        gives={200: NameResponse},
        refuses=("name-not-found",),
    ),
)
def show_name(call: Call, campaign: str, name: str) -> Response:
    """Show one name."""
    current = call.campaign(campaign)
    stored = call.services.names.read(current.id, [_known_id(name)]).get(name)
    if stored is None:
        raise Problem("name-not-found")
    return json_response(_response(stored))


@routes.on(
    "PUT",
    "/v1/campaigns/{campaign}/names/{name}",
    Operation(
        summary="Show or hide a name, or give it another text, for every act that names it.",
        scope="moderate",
        trail="name_decided",
        cache=NO_STORE,
        takes=NameDecisionRequest,
        gives={200: NameResponse},
        refuses=("name-not-found", "name-decided"),
    ),
)
def decide_on_name(call: Call, campaign: str, name: str) -> Intent:
    """Show or hide one name."""
    current = call.campaign(campaign)
    change, reason = read_name_change(_known_id(name), call.json())
    return Intent(
        campaign=current.id,
        target=name,
        reason=reason,
        carry_out=lambda: _decided_on_one(call, current, change, reason),
    )


def _decided_on_one(call: Call, current: Campaign, change: NameChange, reason: str) -> Response:
    from chalicelib.participations.names import DecidedOtherwise, TextsOfOthers, UnknownNames

    try:
        (stored,) = call.services.names.decide(current.id, [change], decided(call, reason))
    except UnknownNames:
        raise Problem("name-not-found") from None
    except TextsOfOthers:
        raise Invalid((Fault("#/text", "name_of_another"),)) from None
    except DecidedOtherwise as otherwise:
        raise _decided_before(otherwise.names) from None
    return json_response(_response(stored))


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/name-decisions",
    Operation(
        summary="Show or hide up to 100 names at once.",
        scope="moderate",
        trail="names_decided",
        cache=NO_STORE,
        takes=NameDecisionsRequest,
        gives={200: NamesResponse},
        refuses=("name-decided",),
    ),
)
def decide_on_names(call: Call, campaign: str) -> Intent:
    """Show or hide many names."""
    from chalicelib.participations.keys import is_name_id

    current = call.campaign(campaign)
    changes, reason = read_name_changes(call.json())
    return Intent(
        campaign=current.id,
        target=current.id,
        # What is no id may be anything.
        targets=tuple(change.id for change in changes if is_name_id(change.id)),
        count=len(changes),
        reason=reason,
        carry_out=lambda: _decided_on_many(call, current, changes, reason),
    )


def _decided_on_many(call: Call, current: Campaign, changes: Sequence[NameChange], reason: str) -> Response:
    from chalicelib.participations.names import DecidedOtherwise, TextsOfOthers, UnknownNames

    try:
        stored = call.services.names.decide(current.id, changes, decided(call, reason))
    except UnknownNames as unknown:
        raise Invalid(tuple(Fault(f"{place}/id", "name_unknown") for place in _places(changes, unknown.ids))) from None
    except TextsOfOthers as others:
        raise Invalid(
            tuple(Fault(f"{place}/text", "name_of_another") for place in _places(changes, others.ids))
        ) from None
    except DecidedOtherwise as otherwise:
        raise _decided_before(otherwise.names) from None
    return json_response(NamesResponse(list(map(_response, stored))))


def decided(call: Call, reason: str) -> "Decided":
    """Return what is kept of a decision that the caller takes."""
    from chalicelib.participations.names import Decided

    return Decided(reason, call.token.id, call.services.now())


def decision_response(decision: "Decided | None") -> DecisionResponse | None:
    """Return a decision as it is told."""
    if decision is None:
        return None
    return DecisionResponse(decision.reason, decision.by, responses.moment(decision.at))


def _decided_before(names: "Sequence[StoredName]") -> Problem:
    """Return the problem of whoever comes second, which says what holds and by whom."""
    told = [_decided_name(name) for name in names]
    decided = "; ".join(f"{name.id}: {name.state}{f' ({name.by})' if name.by else ''}" for name in told)
    return Problem("name-decided", {"decided": decided}, names=told)


def _decided_name(name: "StoredName") -> DecidedNameDocument:
    if name.decided is None:
        return DecidedNameDocument(name.id, name.state, None, None, None)
    by, reason, at = name.decided.by, name.decided.reason, responses.moment(name.decided.at)
    return DecidedNameDocument(name.id, name.state, by, reason, at)


def _places(changes: Sequence[NameChange], ids: frozenset[str]) -> list[str]:
    """Return pointers to the decisions on some names."""
    return [f"#/decisions/{index}" for index, change in enumerate(changes) if change.id in ids]


def _response(stored: "StoredName") -> NameResponse:
    given_at = responses.moment(stored.given_at)
    return NameResponse(stored.id, stored.text, stored.state, given_at, decision_response(stored.decided))


def _known_id(name: str) -> str:
    """Return what can be the id of a name.

    Raises:
        Problem: no name has it.
    """
    from chalicelib.participations.keys import is_name_id

    if not is_name_id(name):
        raise Problem("name-not-found")
    return name


def _state(text: str | None) -> NameState:
    state = next((state for state in NAME_STATES if state == (text or "waiting")), None)
    if state is None:
        raise Problem("state-invalid", {"choices": ", ".join(NAME_STATES)})
    return state


def _is_newest_first(text: str | None) -> bool:
    if text not in (None, *_ORDERS):
        raise Invalid((Fault("#/order", "choice", {"choices": ", ".join(_ORDERS)}),))
    return text == "newest"


def _read_cursor(text: str) -> str:
    """Return the place in the queue that a cursor names: `<epoch ms>.<id>`."""
    if _PLACE.fullmatch(text):
        return text
    raise Problem("cursor-invalid")
