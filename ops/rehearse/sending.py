"""Requests that are sent until they are answered, as senders do who must not lose an act."""

import asyncio
import json
import time
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any

import httpx
import msgspec

from ops.rehearse.wire import Wire

PATIENCE_SECONDS = 600.0
"""How long one request is sent again and again before it is given up, and told as unknown: longer than the five minutes
in which a token, or an address, may have asked for too much."""

_TIMEOUT_SECONDS = 40.0
_IMPATIENT_SECONDS = 0.02
_FIRST_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.2, 10.0
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS})


class TimedAnswer(msgspec.Struct, frozen=True):
    """What a request was answered at last: `tries` before it included; times are epoch seconds of the sender."""

    status: int
    body: Any
    sent_at: float
    known_at: float
    tries: int

    @property
    def is_success(self) -> bool:
        """Whether it was done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class ActSender:
    """Sends with as many connections as it is given; `busy` counts answers that asked to come again."""

    def __init__(self, url: str, connections: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits = httpx.Limits(max_connections=connections + 8, max_keepalive_connections=connections)
        self._http = httpx.AsyncClient(base_url=url, limits=limits, timeout=_TIMEOUT_SECONDS, transport=transport)
        self.busy = 0

    async def close(self) -> None:
        """Give all connections back."""
        await self._http.aclose()

    async def send(self, make: Callable[[], Wire], *, also: Collection[int] = ()) -> TimedAnswer | None:
        """Send a request, made anew for each try, until it is answered; None where it never was.

        Statuses in `also` are answers, though they ask to come again.
        """
        began, tries, pause = time.time(), 0, _FIRST_PAUSE_SECONDS
        while True:
            tries += 1
            response = await self._try(make())
            if response is not None and (response.status_code in also or not _wants_again(response)):
                return TimedAnswer(response.status_code, _content(response), began, time.time(), tries)
            self.busy += response is not None
            if time.time() - began > PATIENCE_SECONDS:
                return None
            await asyncio.sleep(_retry_after(response) or pause)
            pause = min(pause * 2, _MAX_PAUSE_SECONDS)

    async def give_up(self, make: Callable[[], Wire]) -> None:
        """Send a request and hang up before it can be answered: whether it was done, the sender cannot know."""
        wire = make()
        try:
            await self._http.request(
                wire.method, wire.path, headers=dict(wire.headers), content=wire.body, timeout=_IMPATIENT_SECONDS
            )
        except httpx.TransportError:
            return

    async def _try(self, wire: Wire) -> httpx.Response | None:
        try:
            return await self._http.request(wire.method, wire.path, headers=dict(wire.headers), content=wire.body)
        except httpx.TransportError:
            return None


def _wants_again(response: httpx.Response) -> bool:
    return response.status_code in _AGAIN or response.is_server_error


def _retry_after(response: httpx.Response | None) -> float | None:
    retry_after = "" if response is None else response.headers.get("Retry-After", "")
    return float(retry_after) if retry_after.isdecimal() else None


def _content(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return response.text
