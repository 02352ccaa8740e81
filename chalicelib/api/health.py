"""Whether the system lives, and how old its totals are."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from chalice.app import Response

from chalicelib import logs
from chalicelib.api.calls import Call
from chalicelib.api.responses import MomentText
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
    """`degraded` where the stores do not answer: totals stay on air, nothing can be recorded."""

    status: Literal["ok", "degraded"]
    totals: list[TotalsAge]


@routes.on(
    "GET",
    "/health",
    Operation(
        summary="Tell whether the stores answer, and the age of each campaign's totals.",
        cache=NO_STORE,
        any_origin=True,
        gives={200: Health},
    ),
)
def health(call: Call) -> Response:
    """Tell how the system is."""
    try:
        return json_response(Health("ok", _within(PATIENCE_SECONDS, lambda: _totals(call.services))))
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is that something is wrong
        logs.write("health_degraded", error=logs.describe(error))
        return json_response(Health("degraded", []))


def _totals(services: "Services") -> list[TotalsAge]:
    now = services.now()
    ages = []
    for campaign in services.registry.campaigns():
        published = services.documents.published(campaign.id)
        if published is not None:
            as_of = round(datetime.fromisoformat(published.as_of).timestamp() * 1000)
            ages.append(TotalsAge(campaign.id, published.as_of, max(0, now - as_of) // 1000, published.rev))
    return ages


def _within(seconds: float, find: Callable[[], _Found]) -> _Found:
    return _finders().submit(find).result(timeout=seconds)


@cache
def _finders() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")
