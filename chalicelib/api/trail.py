"""Who did what, when and why: read from the trail."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response
from msgspec import UNSET, UnsetType

from chalicelib.api.act_filters import milliseconds
from chalicelib.api.calls import Call
from chalicelib.api.paging import LIMIT, cursor, read_limit
from chalicelib.api.problems import Problem
from chalicelib.api.responses import AnyJson, MomentText, moment
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.api.token_labels import labels
from chalicelib.domain.tokens import ALL_CAMPAIGNS
from chalicelib.domain.trail_actions import TRAIL_ACTIONS
from chalicelib.intake.faults import Rules, read
from chalicelib.intake.requests import Line, Moment
from chalicelib.intake.token_requests import TokenCampaign
from chalicelib.intake.trail_requests import TrailRequest

if TYPE_CHECKING:
    from chalicelib.trail import EndedEntry, TrailFilter

_ENTRY = re.compile(r"[0-9]{13}\.[A-Za-z0-9_-]{12}")
_LIMITS = "limits"

routes = Routes(__name__)

_OWNER = Parameter(
    name="campaign",
    place="path",
    description="A campaign, or `*` for what is of none.",
    shape=TokenCampaign,
    required=True,
)
_FILTERS = (
    Parameter(name="from", place="query", description="Only what was done at this time or later.", shape=Moment),
    Parameter(name="until", place="query", description="Only what was done before this time.", shape=Moment),
    Parameter(name="by", place="query", description="Only what the token of this id did.", shape=Line),
    Parameter(
        name="action", place="query", description="Only what is this action.", shape={"enum": list(TRAIL_ACTIONS)}
    ),
)


class Doer(msgspec.Struct, frozen=True):
    """Who did it: a token by its id, with its label where it has one."""

    id: str
    label: str | None


class TrailEntryResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was done. `target` is the id of what it was done to, null where that is a person.

    Of many, `targets` are the ids of names, and `count` is how many there were. `changes` holds the members of a
    campaign that were changed, with what they were and what they became; limits, which admins alone are told, are null
    for others. `status` is the HTTP status that it was
    answered with; where it is null, it was begun and nobody knows whether it was done.
    """

    id: str
    at: MomentText
    by: Doer
    action: str
    target: str | None
    reason: str | None
    status: int | None
    targets: tuple[str, ...] | UnsetType = UNSET
    count: int | UnsetType = UNSET
    changes: dict[str, tuple[AnyJson, AnyJson]] | UnsetType = UNSET


class TrailPageResponse(msgspec.Struct, frozen=True):
    """What was done, the newest first; `next` is the cursor of the next page, if there is more."""

    entries: list[TrailEntryResponse]
    next: str | None


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/trail",
    Operation(
        summary="List who did what in a campaign, when and why, the newest first; `*` is what is of no campaign.",
        description="Filters apply while entries are read: a page may be short, or empty, and still have a next one. A "
        "token of one region is told what tokens of that region did, one of the sandbox what it did itself.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        parameters=(_OWNER, *_FILTERS, LIMIT, cursor(_ENTRY)),
        gives={200: TrailPageResponse},
        refuses=("limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def list_trail(call: Call, campaign: str) -> Response:
    """List a page of the trail."""
    # What is of no campaign only tokens of all campaigns are let in to.
    owner = campaign if campaign == ALL_CAMPAIGNS else call.campaign(campaign).id
    limit, cursor = read_limit(call.query("limit")), _read_cursor(call.query("cursor"))
    page = call.services.trail.page(owner, _trail_filter(call), cursor, limit)
    labelled = labels(call.services, (one.entry.by for one in page.entries))
    tells_limits = call.token.allows("admin", owner, call.services.now())
    told = [_response(one, labelled, tells_limits=tells_limits) for one in page.entries]
    return json_response(TrailPageResponse(told, page.following))


def _trail_filter(call: Call) -> "TrailFilter":
    from chalicelib.trail import FIRST_MS, LAST_MS, TrailFilter

    given = {one.name: text for one in _FILTERS if (text := call.query(one.name)) is not None}
    request = read(TrailRequest, given, Rules())
    since, until = milliseconds(request.since), milliseconds(request.until)
    if call.is_sandbox and request.by not in (None, call.token.id):
        raise Problem("sandbox-forbidden")
    return TrailFilter(
        since=FIRST_MS if since is None else since,
        until=LAST_MS if until is None else until,
        by=call.token.id if call.is_sandbox else request.by,
        action=request.action,
        region=call.token.region,
    )


def _read_cursor(text: str | None) -> str | None:
    if text is None or _ENTRY.fullmatch(text):
        return text
    raise Problem("cursor-invalid")


def _response(ended: "EndedEntry", labelled: Mapping[str, str | None], *, tells_limits: bool) -> TrailEntryResponse:
    entry = ended.entry
    changes = None if entry.changes is None else dict(entry.changes)
    if changes and _LIMITS in changes and not tells_limits:
        changes[_LIMITS] = (None, None)
    return TrailEntryResponse(
        id=entry.id,
        at=moment(entry.at),
        by=Doer(entry.by, labelled[entry.by]),
        action=entry.action,
        target=entry.target,
        reason=entry.reason,
        status=ended.status,
        targets=entry.targets or UNSET,
        count=UNSET if entry.count is None else entry.count,
        changes=UNSET if changes is None else changes,
    )
