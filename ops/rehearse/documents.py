"""The public documents of a campaign, read as viewers read them: without a token."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx

from ops.rehearse.latency import Sighting
from ops.rehearse.ledger import plain
from ops.rehearse.verdict import Difference, Documents
from ops.rehearse.words import ATTACK

POLL_SECONDS = 0.25
_BOARDS_EVERY = 8
"""The documents with names are looked at every so many polls."""

_TIMEOUT_SECONDS = 10.0
_KAZAKHSTAN = timezone(timedelta(hours=5))


class Viewer:
    """Reads the documents of a campaign, and keeps what it has seen of the counter and of names that are no names."""

    def __init__(self, url: str, campaign: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT_SECONDS, transport=transport)
        self._path = f"/v1/campaigns/{campaign}"
        self.sightings: list[Sighting] = []
        self.epochs: set[int] = set()
        self.shown = 0
        self.shown_before: int | None = None
        """What was on air at the first look, before anything was sent."""

        self.attacks_seen: dict[str, Difference] = {}

    async def close(self) -> None:
        """Give all connections back."""
        await self._http.aclose()

    async def watch(self) -> None:
        """Look at the counter again and again, and now and then at the names, until cancelled."""
        polls = 0
        while True:
            began = time.monotonic()
            await self._look(with_names=polls % _BOARDS_EVERY == 0)
            polls += 1
            await asyncio.sleep(max(0.0, POLL_SECONDS - (time.monotonic() - began)))

    async def read_all(self, since: float) -> Documents | None:
        """Return all documents, with the timelines of each day since a time (epoch seconds); None where one is missing.

        A day in which nothing changed has no timeline.
        """
        names = ("live", "page", "places", "recent", "organisations")
        found = [await self._json(f"{name}.json") for name in names]
        text = await self._text("totals.csv")
        if text is None or any(one is None for one in found):
            return None
        days = {day: await self._json(f"timeline/{day}.json") for day in _days(since)}
        live, page, places, recent, organisations = (one or {} for one in found)
        timelines = {day: timeline for day, timeline in days.items() if timeline is not None}
        return Documents(live, page, places, recent, organisations, text, timelines)

    async def _look(self, *, with_names: bool) -> None:
        live = await self._json("live.json")
        if live is not None:
            self.shown = live["totals"]["participations"] + live["in_review"]
            self.shown_before = self.shown if self.shown_before is None else self.shown_before
            self.epochs.add(live["epoch"])
            self.sightings.append(Sighting(time.time(), self.shown))
        if not with_names:
            return
        for name, rows, member in (
            ("recent.json", "acts", "organisation"),
            ("organisations.json", "organisations", "name"),
        ):
            for row in (await self._json(name) or {}).get(rows, ()):
                self._note(name, row[member])

    def _note(self, document: str, name: str | None) -> None:
        if name and plain(name).startswith(plain(ATTACK.format(""))):
            self.attacks_seen.setdefault(document, Difference(document, "name", name, "not shown", "shown"))

    async def _json(self, name: str) -> Mapping[str, Any] | None:
        response = await self._get(name)
        return None if response is None else response.json()

    async def _text(self, name: str) -> str | None:
        response = await self._get(name)
        return None if response is None else response.content.decode()

    async def _get(self, name: str) -> httpx.Response | None:
        try:
            response = await self._http.get(f"{self._path}/{name}")
        except httpx.TransportError:
            return None
        return response if response.is_success else None


def _days(since: float) -> list[str]:
    """Return the days of Kazakhstan from a time to now."""
    first, last = (datetime.fromtimestamp(at, UTC).astimezone(_KAZAKHSTAN).date() for at in (since, time.time()))
    return [date.fromordinal(day).isoformat() for day in range(first.toordinal(), last.toordinal() + 1)]
