"""What moderators see: every act, the newest first, and what waits for them, the oldest first."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib import logs
from chalicelib.api import responses
from chalicelib.api.act_filters import FILTERS, NOTES, act_filter, query_filter, read_flag
from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.paging import LIMIT, cursor, read_limit
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.participation import hours_of
from chalicelib.intake.act_requests import PLACE_IN_LIST, REASONS, ActFilterRequest

if TYPE_CHECKING:
    from chalicelib.projections.acts import StoredAct
    from chalicelib.projections.review_groups import ReviewGroup

_PLACE = re.compile(PLACE_IN_LIST)
CURSOR = cursor(_PLACE)

_OF_WHAT_WAITS = tuple(one for one in FILTERS if one.name != "status")

MAX_GROUPED = 10_000
"""Acts that are grouped by one request."""

GROUPING_SECONDS = 15.0
MAX_GROUPS = 200

routes = Routes(__name__)


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/acts",
    Operation(
        summary="List the acts of a campaign, the newest first.",
        description="Filters apply while acts are read: a page may be short, or empty, and still have a next one.",
        scope="moderate",
        trail="notes_read",
        cache=NO_STORE,
        of_acts=True,
        parameters=(*FILTERS, NOTES, LIMIT, CURSOR),
        gives={200: responses.ActPage},
        refuses=("limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def list_acts(call: Call, campaign: str) -> Response | Intent:
    """List a page of acts."""
    return _noted(call, campaign, lambda: json_response(responses.ActPage(*_page(call, campaign, query_filter))))


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/review",
    Operation(
        summary="List what waits for a moderator, the oldest first.",
        description="Filters apply while acts are read: a page may be short, or empty, and still have a next one.",
        scope="moderate",
        trail="notes_read",
        cache=NO_STORE,
        of_acts=True,
        parameters=(*_OF_WHAT_WAITS, NOTES, LIMIT, CURSOR),
        gives={200: responses.ReviewPage},
        refuses=("limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def review(call: Call, campaign: str) -> Response | Intent:
    """List a page of what waits."""
    return _noted(
        call, campaign, lambda: json_response(responses.ReviewPage(*_page(call, campaign, _waiting, descending=False)))
    )


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/review/groups",
    Operation(
        summary="List what waits for a moderator by what arrived together, the largest groups first.",
        description=f"The {MAX_GROUPS} largest groups among the next {MAX_GROUPED:,} acts that wait, the oldest first.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        parameters=(*_OF_WHAT_WAITS, CURSOR),
        gives={200: responses.ReviewGroups},
        refuses=("cursor-invalid", "fields-invalid"),
    ),
)
def review_groups(call: Call, campaign: str) -> Response:
    """List groups of what waits."""
    from chalicelib.projections.review_groups import group

    current, place, asked = call.campaign(campaign), read_place(call.query("cursor")), _waiting(call)
    criteria = act_filter(call, current, asked)
    reader, until = call.services.act_reader, call.services.monotonic() + GROUPING_SECONDS
    page = reader.page(
        current.id,
        current.generation,
        criteria,
        place,
        MAX_GROUPED,
        descending=False,
        goes_on=lambda examined: examined < MAX_GROUPED and call.services.monotonic() < until,
    )
    largest = group(page.acts)[:MAX_GROUPS]
    told = [_told_group(one, asked) for one in largest]
    return json_response(responses.ReviewGroups(len(page.acts), told, page.following))


def read_place(text: str | None) -> str | None:
    """Return the place in a list of acts that a cursor names: `<epoch ms>.<id>`.

    Raises:
        Problem: it names none.
    """
    if text is None or _PLACE.fullmatch(text):
        return text
    raise Problem("cursor-invalid")


def _noted(call: Call, campaign: str, listed: Callable[[], Response]) -> Response | Intent:
    """Return a list, that of acts with their notes as what is about to be told: notes are personal data."""
    if not read_flag(call, "notes"):
        return listed()
    current = call.campaign(campaign)
    return Intent(campaign=current.id, target=current.id, carry_out=listed)


def _page(
    call: Call, campaign: str, asked: Callable[[Call], ActFilterRequest], *, descending: bool = True
) -> tuple[list[responses.ActResponse], str | None]:
    """Return the acts of a page, and the place to go on from."""
    current = call.campaign(campaign)
    limit, place = read_limit(call.query("limit")), read_place(call.query("cursor"))
    criteria = act_filter(call, current, asked(call))
    page = call.services.act_reader.page(current.id, current.generation, criteria, place, limit, descending=descending)
    return _told(call, current, page.acts), page.following


def _waiting(call: Call) -> ActFilterRequest:
    return msgspec.structs.replace(query_filter(call), status="in_review")


def _told_group(group: "ReviewGroup", asked: ActFilterRequest) -> responses.ReviewGroupResponse:
    """Return a group with the filter that finds it, and nothing else, among what was asked for."""
    of_it = msgspec.structs.replace(
        asked,
        source=group.source,
        form=group.form,
        token=group.token,
        since=datetime.fromtimestamp(group.first / 1000, UTC),
        until=datetime.fromtimestamp((group.last + 1) / 1000, UTC),
        reasons=",".join(reason for reason in REASONS if reason in group.reasons),
    )
    return responses.ReviewGroupResponse(
        acts=group.acts,
        people=group.people,
        hours=hours_of(group.minutes),
        amount=group.amounts,
        filter=of_it,
    )


def _told(call: Call, campaign: Campaign, acts: "Sequence[StoredAct]") -> list[responses.ActResponse]:
    names = call.services.names.texts(campaign.id, {act.act.name for act in acts if act.act.name is not None})
    told = [responses.act_response(act, names.get(act.act.name or "")) for act in acts]
    return _with_notes(call, told) if read_flag(call, "notes") else told


def _with_notes(call: Call, acts: Sequence[responses.ActResponse]) -> list[responses.ActResponse]:
    """Return acts with their notes, which are personal data: the log tells who read how many."""
    notes = call.services.act_notes.read(act.id for act in acts)
    logs.write("notes_read", token=call.token.id, acts=len(acts), notes=len(notes))
    return [msgspec.structs.replace(act, note=notes.get(act.id)) for act in acts]
