"""What a token has recorded: who sends acts sees which of them are there, and what became of each."""

import re

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.paging import LIMIT, read_limit
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response

UNSETTLED_MS = 30_000
"""For how long what is recorded may be listed out of its order: nothing is passed over that is listed later."""

_PLACE = re.compile(r"[0-9]{13}\.([A-Za-z0-9_-]{21}[AQgw])?")

routes = Routes(__name__)


class SubmissionPage(msgspec.Struct, frozen=True):
    """Participations of the caller's token, the oldest first.

    `next` is what to give as `after` for those behind them, at once where there are `more`, later for what is recorded
    until then. The newest may come twice: each is known by its id.
    """

    submissions: list[responses.ParticipationResponse]
    next: str
    more: bool


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/submissions",
    Operation(
        summary="List what the caller's own token has recorded, the oldest first.",
        description="As the read models have it, seconds after it was recorded.",
        scope="record",
        of_acts=True,
        cache=NO_STORE,
        parameters=(
            Parameter(
                name="after",
                place="query",
                description="`next` of an earlier answer, for what is behind that.",
                shape={"type": "string"},
            ),
            LIMIT,
        ),
        gives={200: SubmissionPage},
        refuses=("limit-invalid", "cursor-invalid"),
    ),
)
def list_submissions(call: Call, campaign: str) -> Response:
    """List a page of what the token recorded."""
    from chalicelib.projections.act_reader import ActFilter

    current = call.campaign(campaign)
    limit, after = read_limit(call.query("limit")), _place(call.query("after"))
    settled = f"{call.services.now() - UNSETTLED_MS:013d}."
    own = ActFilter(token=call.token.id, place=call.token.region)
    page = call.services.act_reader.page(current.id, current.generation, own, after, limit, descending=False)
    names = call.services.names.texts(current.id, {act.act.name for act in page.acts if act.act.name is not None})
    told = [
        responses.participation_response(
            act.id, act.status, act.recorded_at, act.act, names.get(act.act.name or ""), act.approvals_missing
        )
        for act in page.acts
    ]
    # What is in the read models may still be added to before the newest of it: the next answer begins further back.
    return json_response(SubmissionPage(told, page.following or max(after or "", settled), page.following is not None))


def _place(after: str | None) -> str | None:
    """Return the place that an earlier answer told.

    Raises:
        Problem: no answer did.
    """
    if after is None or _PLACE.fullmatch(after):
        return after
    raise Problem("cursor-invalid")
