"""The public documents of a campaign, read as viewers read them: without a token."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx

from ops.rehearse.badges import badge_names
from ops.rehearse.latency import Sighting
from ops.rehearse.ledger import plain
from ops.rehearse.verdict import BOARD_PLACES, Documents, WrongFigure
from ops.rehearse.words import ATTACK, ATTACK_REGION

POLL_SECONDS = 0.25
_BOARDS_EVERY = 8
"""The documents with names are looked at every so many polls."""

_TIMEOUT_SECONDS = 10.0
_CONNECTIONS = 8
_KAZAKHSTAN = timezone(timedelta(hours=5))


def _board(place: str) -> str:
    return f"organisations/{place}.json"


_WITH_NAMES = (
    ("recent.json", "acts", "organisation"),
    ("page.json", "acts", "organisation"),
    ("organisations.json", "organisations", "name"),
    (_board(ATTACK_REGION), "organisations", "name"),
)
"""Where names of an attack would be seen: the document, its rows, and what a row has the name in."""


class Viewer:
    """Reads the documents of a campaign, and keeps what it has seen of the counter and of names that are no names."""

    def __init__(self, url: str, campaign: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits, timeout = httpx.Limits(max_connections=_CONNECTIONS), httpx.Timeout(_TIMEOUT_SECONDS, pool=None)
        self._http = httpx.AsyncClient(base_url=url, limits=limits, timeout=timeout, transport=transport)
        self._campaign = campaign
        self._path = f"/v1/campaigns/{campaign}"
        self.sightings: list[Sighting] = []
        self.epochs: set[int] = set()
        self.shown = 0
        self.shown_before: int | None = None
        """What was on air at the first look, before anything was sent."""

        self.attacks_seen: dict[str, WrongFigure] = {}

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

    async def read_all(self, since: float) -> Documents | list[WrongFigure]:
        """Return all documents, with those of each day since a time (epoch seconds), or which are missing.

        A day in which nothing changed has none.
        """
        pages = (
            "live.json",
            "page.json",
            "places.json",
            "recent.json",
            "organisations.json",
            *map(_board, BOARD_PLACES),
        )
        pictures = [name for _, name in badge_names()]
        *found, listed = await asyncio.gather(*map(self._json, pages), self._campaigns())
        tables = ("totals.csv", "totals-excel.csv", "days.csv")
        csv, spreadsheet, listed_days, *badges = await asyncio.gather(*map(self._text, (*tables, *pictures)))
        days = {day: await self._json(f"timeline/{day}.json") for day in _days(since)}
        hours = {day: await self._text(f"days/{day}.csv") for day in _days(since)}
        names = (*pages, "campaigns.json", *tables, *pictures)
        answers = zip(names, (*found, listed, csv, spreadsheet, listed_days, *badges), strict=True)
        missing = [name for name, answer in answers if answer is None]
        if missing:
            return [WrongFigure(name, "all", "the document", "there", "missing") for name in missing]
        live, page, places, recent, organisations, *boards = (one or {} for one in found)
        return Documents(
            campaign=self._campaign,
            live=live,
            page=page,
            places=places,
            recent=recent,
            organisations=organisations,
            boards=dict(zip(BOARD_PLACES, boards, strict=True)),
            csv=csv or "",
            spreadsheet=spreadsheet or "",
            days=listed_days or "",
            hours={day: text for day, text in hours.items() if text is not None},
            badges={name: picture or "" for name, picture in zip(pictures, badges, strict=True)},
            timelines={day: timeline for day, timeline in days.items() if timeline is not None},
            campaigns=listed or {},
        )

    async def _look(self, *, with_names: bool) -> None:
        live = await self._json("live.json")
        if live is not None:
            self.shown = live["totals"]["participations"] + live["in_review"]
            self.shown_before = self.shown if self.shown_before is None else self.shown_before
            self.epochs.add(live["epoch"])
            self.sightings.append(Sighting(time.time(), self.shown))
        if not with_names:
            return
        pages = await asyncio.gather(*(self._json(name) for name, _, _ in _WITH_NAMES))
        for (name, rows, member), page in zip(_WITH_NAMES, pages, strict=True):
            for row in (page or {}).get(rows, ()):
                self._note(name, row[member])

    def _note(self, document: str, name: str | None) -> None:
        if name and plain(name).startswith(plain(ATTACK.format(""))):
            self.attacks_seen.setdefault(document, WrongFigure(document, "name", name, "not shown", "shown"))

    async def _campaigns(self) -> Mapping[str, Any] | None:
        response = await self._get("/v1/campaigns.json")
        return None if response is None else response.json()

    async def _json(self, name: str) -> Mapping[str, Any] | None:
        response = await self._get(f"{self._path}/{name}")
        return None if response is None else response.json()

    async def _text(self, name: str) -> str | None:
        response = await self._get(f"{self._path}/{name}")
        return None if response is None else response.content.decode()

    async def _get(self, path: str) -> httpx.Response | None:
        try:
            response = await self._http.get(path)
        except httpx.TransportError:
            return None
        return response if response.is_success else None


def _days(since: float) -> list[str]:
    """Return the days of Kazakhstan from a time to now."""
    first, last = (datetime.fromtimestamp(at, UTC).astimezone(_KAZAKHSTAN).date() for at in (since, time.time()))
    return [date.fromordinal(day).isoformat() for day in range(first.toordinal(), last.toordinal() + 1)]
