"""What a token has recorded: who sends acts sees which of them are there, and what became of each."""

import re
from urllib.parse import urlencode

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.paging import LIMIT, read_limit
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response

UNSETTLED_MS = 30_000
"""By how much clocks and indexes may be behind: nothing is passed over that is listed later."""

_MOMENT = "[0-9]{13}"
_PLACE = rf"{_MOMENT}\.([A-Za-z0-9_-]{{21}}[AQgw])?"
_AFTER = re.compile(rf"(?P<place>{_PLACE})(~(?P<settled>{_MOMENT}))?")

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
                shape={"type": "string", "pattern": rf"^{_PLACE}(~{_MOMENT})?$"},
            ),
            LIMIT,
        ),
        gives={200: SubmissionPage},
        tells={"Link": 'Where there are more: the next page, with `rel="next"` (RFC 8288).'},
        refuses=("limit-invalid", "cursor-invalid"),
    ),
)
def list_submissions(call: Call, campaign: str) -> Response:
    """List a page of what the token recorded."""
    from chalicelib.projections.act_reader import ActFilter

    current = call.campaign(campaign)
    limit, (after, settled_then) = read_limit(call.query("limit")), _place(call.query("after"))
    settled = _settled(call) if settled_then is None else settled_then
    own = ActFilter(token=call.token.id, place=call.token.region)
    page = call.services.act_reader.page(current.id, current.generation, own, after, limit, descending=False)
    names = call.services.names.texts(current.id, {act.act.name for act in page.acts if act.act.name is not None})
    told = [
        responses.participation_response(
            act.id, act.status, act.recorded_at, act.act, names.get(act.act.name or ""), act.approvals_missing
        )
        for act in page.acts
    ]
    following, more = _next(page.following, settled), page.following is not None
    headers = {"Link": _link(call, campaign, following, limit)} if more else {}
    return json_response(SubmissionPage(told, following, more), headers=headers)


def _link(call: Call, campaign: str, following: str, limit: int) -> str:
    """Return the link to the next page.

    Source: https://www.rfc-editor.org/rfc/rfc8288#section-3
    """
    query = urlencode({"after": following, "limit": limit})
    return f'<{call.origin}/v1/campaigns/{campaign}/submissions?{query}>; rel="next"'


def _settled(call: Call) -> int:
    """Return up to when (epoch ms) nothing is recorded that is still to be listed, as the newest sweep found it."""
    report = call.services.reports.read()
    if report is None:
        return 0
    return max(0, (report.unshown_since or report.checked_at) - UNSETTLED_MS)


def _next(following: str | None, settled: int) -> str:
    """Return where the next answer begins.

    What is listed may still be added to behind `settled`: who has read to the end begins there again, however many
    pages it took.
    """
    end = f"{settled:013d}."
    if following is None:
        return end
    return following if following <= end else f"{following}~{settled:013d}"


def _place(after: str | None) -> tuple[str | None, int | None]:
    """Return the place that an earlier answer told, and up to when all was listed when its pages began.

    Raises:
        Problem: no answer did.
    """
    if after is None:
        return None, None
    match = _AFTER.fullmatch(after)
    if match is None:
        raise Problem("cursor-invalid")
    return match["place"], None if match["settled"] is None else int(match["settled"])
