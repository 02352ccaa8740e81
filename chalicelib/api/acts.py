"""What moderators see: every act, the newest first, and what waits for them, the oldest first."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.act_filters import FILTERS, query_filter
from chalicelib.api.calls import Call
from chalicelib.api.paging import CURSOR, LIMIT, read_limit
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.campaign import Campaign

if TYPE_CHECKING:
    from chalicelib.projections.acts import StoredAct

# Of an act of the first schema the id is its participant's and its version.
_PLACE = re.compile(r"[0-9]{13}\.[A-Za-z0-9_-]{21}[AQgw](\.[1-9][0-9]{0,6})?")

routes = Routes(__name__)


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/acts",
    Operation(
        summary="List the acts of a campaign, the newest first.",
        description="Filters apply while acts are read: a page may be short, or empty, and still have a next one.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        parameters=(*FILTERS, LIMIT, CURSOR),
        gives={200: responses.ActPage},
        refuses=("limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def list_acts(call: Call, campaign: str) -> Response:
    """List a page of acts."""
    current = call.campaign(campaign)
    limit, cursor = read_limit(call.query("limit")), read_place(call.query("cursor"))
    wanted = query_filter(call, current)
    page = call.services.act_reader.page(current.id, current.generation, wanted, cursor, limit)
    return json_response(responses.ActPage(_told(call, current, page.acts), page.following))


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/review",
    Operation(
        summary="List what waits for a moderator, the oldest first.",
        description="Filters apply while acts are read: a page may be short, or empty, and still have a next one.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        parameters=(*(one for one in FILTERS if one.name != "status"), LIMIT, CURSOR),
        gives={200: responses.ReviewPage},
        refuses=("limit-invalid", "cursor-invalid", "fields-invalid"),
    ),
)
def review(call: Call, campaign: str) -> Response:
    """List a page of what waits."""
    current = call.campaign(campaign)
    limit, cursor = read_limit(call.query("limit")), read_place(call.query("cursor"))
    wanted = msgspec.structs.replace(query_filter(call, current), status="in_review")
    reader = call.services.act_reader
    page = reader.page(current.id, current.generation, wanted, cursor, limit, descending=False)
    return json_response(responses.ReviewPage(_told(call, current, page.acts), page.following))


def read_place(cursor: str | None) -> str | None:
    """Return the place in a list of acts that a cursor names: `<epoch ms>.<id>`.

    Raises:
        Problem: it names none.
    """
    if cursor is None or _PLACE.fullmatch(cursor):
        return cursor
    raise Problem("cursor-invalid")


def _told(call: Call, campaign: Campaign, acts: "Sequence[StoredAct]") -> list[responses.ActResponse]:
    names = call.services.names.texts(campaign.id, {act.act.name for act in acts if act.act.name is not None})
    return [responses.act_response(act, names.get(act.act.name or "")) for act in acts]
