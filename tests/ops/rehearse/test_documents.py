"""What the rehearsal reads of a campaign, and where it looks for names of an attack."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from ops.rehearse.badges import badge_names
from ops.rehearse.documents import Viewer
from ops.rehearse.verdict import BOARD_PLACES, Documents, WrongFigure
from ops.rehearse.words import ATTACK
from tests.loops import run
from tests.ops.rehearse.ledgers import CAMPAIGN, NOW

PAGES = (
    *("live.json", "page.json", "places.json", "recent.json", "organisations.json"),
    *(f"organisations/{place}.json" for place in BOARD_PLACES),
)
BADGES = tuple(name for _, name in badge_names())
TABLES = ("totals.csv", "totals-excel.csv", "days.csv")
EVERYTHING = (*PAGES, *TABLES, *BADGES, "campaigns.json", "days/2026-06-01.csv")


class Published:
    """A site whose documents say what they are called, but for those that say something else, or are missing."""

    def __init__(self, instead: Mapping[str, Any] | None = None, missing: str = "") -> None:
        self._instead = instead or {}
        self._missing = missing

    def viewer(self) -> Viewer:
        return Viewer("http://qaiyrym.example", CAMPAIGN, httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/v1/").removeprefix(f"campaigns/{CAMPAIGN}/")
        if name == self._missing or name.startswith("timeline/"):
            return httpx.Response(404)
        return httpx.Response(200, text=json.dumps(self._instead.get(name, {"is": name})))


def read(published: Published, monkeypatch: pytest.MonkeyPatch) -> Documents | list[WrongFigure]:
    monkeypatch.setattr("ops.rehearse.documents.time.time", lambda: NOW)

    async def all_of_it() -> Documents | list[WrongFigure]:
        viewer = published.viewer()
        try:
            return await viewer.read_all(NOW)
        finally:
            await viewer.close()

    return run(all_of_it())


def test_every_document_is_read_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(Published(), monkeypatch)

    assert isinstance(found, Documents)
    told = {**found.pages(), "campaigns.json": found.campaigns}
    told |= {name: json.loads(text) for name, text in found.badges.items()}
    tables = (found.csv, found.spreadsheet, found.days, *found.hours.values())
    told |= {name: json.loads(text) for name, text in zip((*TABLES, "days/2026-06-01.csv"), tables, strict=True)}
    assert told == {name: {"is": name} for name in EVERYTHING}


@pytest.mark.parametrize("name", [*PAGES[:7], "organisations/abroad.json", *TABLES, BADGES[-1], "campaigns.json"])
def test_a_document_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = read(Published(missing=name), monkeypatch)

    assert found == [WrongFigure(name, "all", "the document", "there", "missing")]


def watched(published: Published) -> list[WrongFigure]:
    async def until_it_has_looked() -> list[WrongFigure]:
        viewer = published.viewer()
        watching = asyncio.create_task(viewer.watch())
        while not viewer.sightings:
            await asyncio.sleep(0)
        for _ in range(200):
            await asyncio.sleep(0)
        watching.cancel()
        await viewer.close()
        return list(viewer.attacks_seen.values())

    return run(until_it_has_looked())


LIVE = {"totals": {"participations": 1}, "in_review": 0, "epoch": 1}


@pytest.mark.parametrize(
    ("name", "rows", "member"),
    [
        ("recent.json", "acts", "organisation"),
        ("page.json", "acts", "organisation"),
        ("organisations.json", "organisations", "name"),
        ("organisations/KZ-75.json", "organisations", "name"),
    ],
)
def test_a_name_of_the_attack_is_seen_wherever_it_is_on_air(name: str, rows: str, member: str) -> None:
    attack = ATTACK.format(7).upper()

    seen = watched(Published({"live.json": LIVE, name: {rows: [{member: None}, {member: "№ 1"}, {member: attack}]}}))

    assert seen == [WrongFigure(name, "name", attack, "not shown", "shown")]


def test_other_names_are_no_attack() -> None:
    assert watched(Published({"live.json": LIVE, "page.json": {"acts": [{"organisation": "№ 1 мектеп"}]}})) == []
