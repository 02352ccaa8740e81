"""What the people on duty of a campaign have to know, in one answer that parts of it may be missing from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec
from chalice.app import Response
from msgspec import UNSET, UnsetType

from chalicelib.api.calls import Call
from chalicelib.api.responses import MomentText, moment
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.api.status_parts import Count, Parts, StatusPart, find_parts
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import CampaignState, Visibility

if TYPE_CHECKING:
    from chalicelib.publishing.rate import MinuteCount
    from chalicelib.webhooks.parking import Tally

WarningCode = Literal[
    "unanswered",
    "nobody_looks",
    "not_shown",
    "set_aside",
    "frozen",
    "names_all_hidden",
    "parked",
    "parked_unassigned",
    "names_wait",
    "review_waits",
    "form_gaps",
]

routes = Routes(__name__)


class MinuteRate(msgspec.Struct, frozen=True):
    """How many acts came to count in the minute that begins `at` a time; what was taken back counts against them."""

    at: MomentText
    participations: int


class Rate(msgspec.Struct, frozen=True):
    """How many acts come to count: in the last whole minute, and in each of the last 15, of which one is not over."""

    per_minute: int
    minutes: list[MinuteRate]


class ParkedCount(msgspec.Struct, frozen=True):
    """How much is parked of a campaign, when the oldest of that came, and how much of no campaign yet (`unassigned`).

    Where there is `more`, not all was looked at.
    """

    count: int
    more: bool
    oldest: MomentText | None
    unassigned: int


class StatusWarning(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has to be looked at: an `alarm` where the system does not do what it should, a `notice` where people wait.

    `count` is how much of it there is at least, `seconds` for how long it is so, `part` what nobody knows.
    """

    code: WarningCode
    level: Literal["alarm", "notice"]
    count: int | UnsetType = UNSET
    seconds: int | UnsetType = UNSET
    part: StatusPart | UnsetType = UNSET


class CampaignStatus(msgspec.Struct, frozen=True):
    """How a campaign is, the alarms before the notices.

    `as_of` is when the totals on screen were read; `unshown_seconds`, `set_aside` and `checked_at` are of the whole
    system, as `/health` tells them. What nobody knows at the moment is null, and a warning tells so; null is also what
    the token is not for. Where there are more than were counted, `more` is true beside the number.
    """

    campaign: str
    state: CampaignState
    checked_at: MomentText | None
    as_of: MomentText | None
    unshown_seconds: int | None
    set_aside: int | None
    rate: Rate | None
    in_review: int | None
    in_review_more: bool
    names_waiting: int | None
    names_waiting_more: bool
    all_names: Visibility | None
    parked: ParkedCount | None
    warnings: list[StatusWarning]


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/status",
    Operation(
        summary="Tell what the people on duty have to know: what is late, what waits, what is parked, how fast it "
        "comes in.",
        description="It is answered although parts of the system are not. A token of one region is told what waits in "
        "it, and nothing of names, forms and what is parked.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        gives={200: CampaignStatus},
    ),
)
def show_status(call: Call, campaign: str) -> Response:
    """Tell how a campaign is."""
    known = call.campaign(campaign)
    parts = find_parts(call.services, known, call.token)
    return json_response(_status(parts.campaign or known, parts, call.services.now()))


def _status(campaign: Campaign, parts: Parts, now: int) -> CampaignStatus:
    report, waiting, names = parts.report, parts.in_review, parts.names_waiting
    return CampaignStatus(
        campaign=campaign.id,
        state=campaign.state,
        checked_at=None if report is None else moment(report.checked_at),
        as_of=parts.as_of,
        unshown_seconds=None if report is None else report.oldest_ms // 1000,
        set_aside=None if report is None else report.set_aside,
        rate=None if parts.rate is None else _rate(parts.rate),
        in_review=None if waiting is None else waiting.number,
        in_review_more=waiting is not None and waiting.more,
        names_waiting=None if names is None else names.number,
        names_waiting_more=names is not None and names.more,
        all_names=parts.all_names,
        parked=None if parts.parked is None else _parked(parts.parked),
        warnings=[*_alarms(parts, now), *_notices(campaign, parts)],
    )


def _rate(minutes: "list[MinuteCount]") -> Rate:
    told = [MinuteRate(moment(one.at), one.participations) for one in minutes]
    return Rate(told[-2].participations, told)


def _parked(tally: "Tally") -> ParkedCount:
    oldest = None if tally.oldest is None else moment(tally.oldest)
    return ParkedCount(tally.count, tally.more, oldest, tally.unassigned)


def _alarms(parts: Parts, now: int) -> Iterator[StatusWarning]:
    from chalicelib.publishing.standstill import MAX_SILENCE_MS, MAX_UNSHOWN_MS

    for part in parts.unanswered:
        yield StatusWarning("unanswered", "alarm", part=part)
    report = parts.report
    if report is None:
        if "report" not in parts.unanswered:
            yield StatusWarning("nobody_looks", "alarm")
        return
    if (silent := now - report.checked_at) > MAX_SILENCE_MS:
        yield StatusWarning("nobody_looks", "alarm", seconds=silent // 1000)
    if (unshown := report.oldest_ms) > MAX_UNSHOWN_MS:
        yield StatusWarning("not_shown", "alarm", seconds=unshown // 1000)
    if report.set_aside:
        yield StatusWarning("set_aside", "alarm", count=report.set_aside)


def _notices(campaign: Campaign, parts: Parts) -> Iterator[StatusWarning]:
    if campaign.state == "frozen":
        yield StatusWarning("frozen", "notice")
    if parts.all_names == "hidden":
        yield StatusWarning("names_all_hidden", "notice")
    parked = parts.parked
    counts: tuple[tuple[WarningCode, int], ...] = (
        ("parked", 0 if parked is None else parked.count),
        ("parked_unassigned", 0 if parked is None else parked.unassigned),
        ("names_wait", _number(parts.names_waiting)),
        ("review_waits", _number(parts.in_review)),
        ("form_gaps", parts.forms or 0),
    )
    for code, count in counts:
        if count:
            yield StatusWarning(code, "notice", count=count)


def _number(count: Count | None) -> int:
    return 0 if count is None else count.number
