"""Whether the system lives, and how old its totals are."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from chalice.app import Response

from chalicelib import logs
from chalicelib.api.calls import Call
from chalicelib.api.problems import RETRY_AFTER_SECONDS
from chalicelib.api.responses import MomentText, moment
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.bootstrap import Services

PATIENCE_SECONDS = 2.0
"""Who asks for health wants to know soon: stores that take longer count as not answering."""

_Found = TypeVar("_Found")

routes = Routes(__name__)


class TotalsAge(msgspec.Struct, frozen=True):
    """How far the totals of a campaign are, and how old: a document is as old as the last act that changed it."""

    campaign: str
    as_of: MomentText
    age_seconds: int
    rev: int


class Health(msgspec.Struct, frozen=True):
    """How the system is.

    `degraded` where the stores do not answer, or what is shown stands still: `unshown_seconds` is how old the oldest
    event is that is not shown, 0 where all are, and null where nobody knows. `set_aside` counts the events that no read
    model could take. `checked_at` is when the sweep of each minute found that.
    """

    status: Literal["ok", "degraded"]
    totals: list[TotalsAge] = []
    unshown_seconds: int | None = None
    set_aside: int | None = None
    checked_at: MomentText | None = None


@routes.on(
    "GET",
    "/health",
    Operation(
        summary="Tell whether the stores answer, whether all is shown, and the age of each campaign's totals.",
        description="503 where it is degraded. Totals stay on air all the same.",
        cache=NO_STORE,
        any_origin=True,
        gives={200: Health, 503: Health},
    ),
)
def health(call: Call) -> Response:
    """Tell how the system is."""
    try:
        found = _within(PATIENCE_SECONDS, lambda: _health(call.services))
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is that something is wrong
        logs.write("health_degraded", error=logs.describe(error))
        found = Health("degraded")
    if found.status == "ok":
        return json_response(found)
    return json_response(found, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _health(services: "Services") -> Health:
    now, totals, report = services.now(), _totals(services), services.reports.read()
    if report is None:
        return Health("degraded", totals)
    return Health(
        "degraded" if report.stands_still(now) else "ok",
        totals,
        report.oldest_ms // 1000,
        report.set_aside,
        moment(report.checked_at),
    )


def _totals(services: "Services") -> list[TotalsAge]:
    now = services.now()
    ages = []
    for campaign in services.registry.campaigns():
        published = services.documents.published(campaign.id)
        if published is not None:
            age = max(0, now - published.as_of_ms) // 1000
            ages.append(TotalsAge(campaign.id, published.as_of, age, published.rev))
    return ages


def _within(seconds: float, find: Callable[[], _Found]) -> _Found:
    return _finders().submit(find).result(timeout=seconds)


@cache
def _finders() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")
