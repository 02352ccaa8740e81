"""The parts of a campaign's status, asked for together: each may fail, and all are waited for equally long."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from chalicelib import logs
from chalicelib.api.forms import listed
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import Token
from chalicelib.domain.vocabulary import Visibility

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.bootstrap import Services
    from chalicelib.publishing.rate import MinuteCount
    from chalicelib.publishing.standstill import Report
    from chalicelib.webhooks.parking import Tally

StatusPart = Literal[
    "campaign", "report", "as_of", "rate", "in_review", "names_waiting", "all_names", "parked", "forms"
]

PATIENCE_SECONDS = 3.0
"""How long all parts together are waited for."""

SUMS_MAX_AGE_SECONDS = 1.0
COUNTS_MAX_AGE_SECONDS = 5.0
"""For so long a process tells what it has read: however many ask, stores are asked so often."""

MAX_WAITING = 500
"""Acts of a region that are counted while they wait."""

GAPS_ARE_NEW_MS = 24 * 3600 * 1000
"""Of a form that had no gap for so long nothing is said."""


class Count(msgspec.Struct, frozen=True):
    """How many there are, or were found where there are `more`."""

    number: int
    more: bool = False


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a campaign: None where nobody knows, as of the `unanswered` parts, or where nobody asked.

    There is no `report` before the first sweep, and no `as_of` (RFC 3339) before the first document. `forms` counts
    those that had gaps of late.
    """

    campaign: Campaign | None = None
    report: "Report | None" = None
    as_of: str | None = None
    rate: "list[MinuteCount] | None" = None
    in_review: Count | None = None
    names_waiting: Count | None = None
    all_names: Visibility | None = None
    parked: "Tally | None" = None
    forms: int | None = None
    unanswered: tuple[StatusPart, ...] = ()


def find_parts(services: "Services", campaign: Campaign, token: Token) -> Parts:
    """Return what there is to know of a campaign for a token.

    One that is kept to single acts is told what waits in its region, and nothing of names, forms and what is parked.
    """
    asked = {part: _askers().submit(find) for part, find in _finders(services, campaign, token)}
    until = services.monotonic() + PATIENCE_SECONDS
    found: dict[str, object] = {}
    unanswered: list[StatusPart] = []
    for part, answer in asked.items():
        try:
            found[part] = answer.result(timeout=max(0.0, until - services.monotonic()))
        except Exception as error:  # noqa: BLE001  whatever it is, the other parts are told
            logs.write("status_unanswered", campaign=campaign.id, part=part, error=logs.describe(error))
            unanswered.append(part)
    return msgspec.structs.replace(Parts(unanswered=tuple(unanswered)), **found)


def _finders(
    services: "Services", campaign: Campaign, token: Token
) -> Iterator[tuple[StatusPart, Callable[[], object]]]:
    def remembered(
        part: StatusPart, seconds: float, find: Callable[[], object], of: str = ""
    ) -> tuple[StatusPart, Callable[[], object]]:
        key = ("status", part, campaign.id, campaign.generation, of)
        return part, lambda: services.short_memory.recall(key, seconds, find)

    yield "campaign", lambda: services.registry.current_campaign(campaign.id)
    yield remembered("report", SUMS_MAX_AGE_SECONDS, services.reports.read)
    yield remembered("as_of", SUMS_MAX_AGE_SECONDS, lambda: _as_of(services, campaign))
    yield remembered("rate", SUMS_MAX_AGE_SECONDS, lambda: _rate(services, campaign))
    yield remembered("all_names", SUMS_MAX_AGE_SECONDS, lambda: services.names.status(campaign.id).all_names)
    if (region := token.region) is not None:
        yield remembered("in_review", COUNTS_MAX_AGE_SECONDS, lambda: _in_review_of(services, campaign, region), region)
    else:
        yield remembered("in_review", SUMS_MAX_AGE_SECONDS, lambda: _in_review(services, campaign))
    if token.region is None and not token.sandbox:
        yield remembered("names_waiting", COUNTS_MAX_AGE_SECONDS, lambda: _names_waiting(services, campaign))
        yield remembered("parked", COUNTS_MAX_AGE_SECONDS, lambda: services.parking.tally(campaign.id))
        yield remembered("forms", COUNTS_MAX_AGE_SECONDS, lambda: _forms_with_gaps(services, campaign))


def _as_of(services: "Services", campaign: Campaign) -> str | None:
    published = services.documents.published(campaign.id)
    return None if published is None else published.as_of


def _rate(services: "Services", campaign: Campaign) -> "list[MinuteCount]":
    from chalicelib.publishing.rate import last_minutes

    return last_minutes(services.states, campaign, services.now())


def _in_review(services: "Services", campaign: Campaign) -> Count:
    from chalicelib.projections.engine import read_merged
    from chalicelib.projections.totals import TOTALS
    from chalicelib.publishing.figures import in_review

    cells, _ = read_merged(services.states, TOTALS, campaign.id, campaign.generation)
    return Count(in_review(cells))


def _in_review_of(services: "Services", campaign: Campaign, region: str) -> Count:
    from chalicelib.projections.act_reader import ActFilter

    criteria = ActFilter(status="in_review", place=region)
    page = services.act_reader.page(campaign.id, campaign.generation, criteria, None, MAX_WAITING, descending=False)
    return Count(len(page.acts), page.following is not None)


def _names_waiting(services: "Services", campaign: Campaign) -> Count:
    from chalicelib.participations.name_queue import MAX_COUNTED

    found = services.name_queue.count(campaign.id, "waiting")
    return Count(min(found, MAX_COUNTED), found > MAX_COUNTED)


def _forms_with_gaps(services: "Services", campaign: Campaign) -> int:
    since = services.now() - GAPS_ARE_NEW_MS
    gaps = [gap for gap in services.form_gaps.read() if gap.newest >= since]
    forms = (listed(form, gaps) for form in services.registry.forms() if form.campaign == campaign.id)
    return sum(bool(form.absent or form.left_out) for form in forms)


@cache
def _askers() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    # More than there are parts: those that wait for a store out of order keep none of the next request's waiting.
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="status")
