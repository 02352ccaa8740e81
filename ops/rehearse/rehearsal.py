"""A whole rehearsal: set up, sent, moderated, waited for, and recounted."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, Literal

import msgspec

from ops.rehearse.accounts import RehearsalAccount
from ops.rehearse.acts import LIMITS, Participant, PlannedAct, SentAct
from ops.rehearse.bad import BadRequests
from ops.rehearse.documents import Viewer
from ops.rehearse.latency import Percentiles, percentiles
from ops.rehearse.ledger import Ledger
from ops.rehearse.moderators import Moderators
from ops.rehearse.performance import CONNECTIONS, Performance, stopped_by
from ops.rehearse.plan import Item, planned
from ops.rehearse.sending import ActSender
from ops.rehearse.stage import Scene
from ops.rehearse.verdict import Documents, WrongFigure, differences, totals
from ops.rehearse.view import View

Verdict = Literal["exact", "different", "inexact"]

SETTLING_SECONDS = 90.0
"""How long documents may differ in the same way before that is what they say: CSV and boards follow within a minute."""

_RECOUNT_SECONDS = 3.0
_NAMES_SHOWN = 0.75
"""When, of the whole time, moderators first look at the names that wait."""

SAMPLE = PlannedAct(
    number=0,
    key="bad-request",
    channel="api",
    participant=Participant("nobody", "citizen", "KZ-75", "Үлгі Үлгі", phone="+77000000000", user=1),
    act=SentAct("good_deed", "KZ-75"),
)
"""What bad requests are made of."""


class RehearsalSize(msgspec.Struct, frozen=True):
    """What to rehearse."""

    campaign: str
    participations: int
    seconds: float
    seed: int


class RehearsalOutcome(msgspec.Struct, frozen=True):
    """What came of a rehearsal: `exact` where every document says what the ledger says.

    `unknown` counts what was never acknowledged, by what it was: with any of that nothing exact can be said.
    """

    campaign: str
    seed: int
    verdict: Verdict
    accepted: int
    repeated: int
    refused: int
    decided: int
    statuses: Mapping[str, int]
    sent_by: Mapping[str, int]
    totals: Mapping[str, Any]
    unknown: Mapping[str, int]
    differences: Sequence[WrongFigure]
    latency: Percentiles | None
    seconds: float
    seconds_behind: float
    asked_to_wait: int
    epochs: Sequence[int]

    @property
    def exit_code(self) -> int:
        """0 where it is exact, 1 where something differs, 3 where nothing exact can be said."""
        return {"exact": 0, "different": 1, "inexact": 3}[self.verdict]


async def rehearse(
    scene: Scene, size: RehearsalSize, known: Mapping[str, RehearsalAccount], shown: View | None
) -> tuple[RehearsalOutcome, Ledger]:
    """Send all that is wanted, and recount what is shown of it. A first Ctrl-C ends the sending alone."""
    sender, viewer = ActSender(scene.url, CONNECTIONS), Viewer(scene.url, scene.campaign)
    items = planned(scene.campaign, size.seed, size.participations, size.seconds, scene.channels)
    moderators = Moderators(scene, sender, Ledger(LIMITS), min(20.0, size.seconds / 4))
    performance = _performance(scene, moderators, known, sender, size.seed)
    beside = [viewer.watch()] if shown is None else [viewer.watch(), shown.keep(performance, viewer)]
    tasks = [asyncio.create_task(work) for work in beside]
    try:
        with stopped_by(signal.SIGINT) as stopped:
            found = await _perform(performance, moderators, items, size.seconds, stopped)
        seconds = time.time() - performance.began
        if shown is not None:
            shown.phase = "recounts what is shown"
        found += await settled(performance.ledger, viewer, performance.began)
        found += [*performance.surprises.values(), *viewer.attacks_seen.values()]
        return _outcome(size, performance, moderators, viewer, sender, _Rest(found, seconds)), performance.ledger
    finally:
        await end(tasks)
        await sender.close()
        await viewer.close()


async def settled(ledger: Ledger, viewer: Viewer, since: float) -> list[WrongFigure]:
    """Return how documents differ from the ledger, once they do not or differ in the same way for long enough."""
    before, changed_at = list[WrongFigure](), time.monotonic()
    while True:
        documents = await viewer.read_all(since)
        found = differences(ledger, documents) if isinstance(documents, Documents) else documents
        if found != before:
            before, changed_at = found, time.monotonic()
        if not found or time.monotonic() - changed_at > SETTLING_SECONDS:
            return found
        await asyncio.sleep(_RECOUNT_SECONDS)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """End what goes on beside; what it has failed of is raised."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def _perform(
    performance: Performance, moderators: Moderators, items: Sequence[Item], seconds: float, stopped: asyncio.Event
) -> list[WrongFigure]:
    """Send everything, with the moderators at it; return where what is there to be decided on is not what was sent."""
    showing = asyncio.create_task(_show_names(moderators, seconds * _NAMES_SHOWN, stopped))
    await performance.run(items, stopped)
    await performance.finish()
    await showing
    return [*await moderators.end_attack(), *await moderators.approve_checked()]


async def _show_names(moderators: Moderators, after: float, stopped: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopped.wait(), after)
    await moderators.show_names()


def _performance(
    scene: Scene, moderators: Moderators, known: Mapping[str, RehearsalAccount], sender: ActSender, seed: int
) -> Performance:
    draw = Random(f"{scene.campaign} {seed} bad")  # noqa: S311
    bad = BadRequests(scene.campaign, scene.sender.text, scene.hooks, known.get("meta"), SAMPLE, draw)
    return Performance(scene, sender, moderators, bad, draw)


def _outcome(
    size: RehearsalSize,
    performance: Performance,
    moderators: Moderators,
    viewer: Viewer,
    sender: ActSender,
    rest: "_Rest",
) -> RehearsalOutcome:
    ledger = performance.ledger
    verdict: Verdict = "inexact" if ledger.unknown else "different" if rest.found else "exact"
    return RehearsalOutcome(
        campaign=size.campaign,
        seed=size.seed,
        verdict=verdict,
        differences=rest.found,
        unknown=Counter(ledger.unknown.values()),
        accepted=performance.accepted,
        repeated=performance.repeated,
        refused=performance.refused,
        decided=moderators.decided,
        statuses={status: count for status, count in ledger.statuses.items() if count},
        sent_by=dict(sorted(performance.sent_by.items())),
        totals=totals(ledger),
        latency=percentiles(ledger.steps, viewer.sightings),
        seconds=round(rest.seconds, 1),
        seconds_behind=round(performance.behind, 1),
        asked_to_wait=sender.busy,
        epochs=sorted(viewer.epochs),
    )


class _Rest(msgspec.Struct, frozen=True):
    found: Sequence[WrongFigure]
    seconds: float
