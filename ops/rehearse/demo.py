"""`demo`: the whole local system, started if none runs, and a gentle launch in it that goes on until Ctrl-C."""

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from typing import IO, Annotated

import httpx
import typer

from ops.api_client import connect_api
from ops.console import note
from ops.errors import CannotRun
from ops.rehearse.accounts import accounts
from ops.rehearse.acts import LIMITS
from ops.rehearse.bad import BadRequests
from ops.rehearse.documents import Viewer
from ops.rehearse.ledger import Ledger
from ops.rehearse.moderators import Moderators
from ops.rehearse.performance import Performance, stopped_by
from ops.rehearse.plan import endless
from ops.rehearse.rehearsal import SAMPLE, end
from ops.rehearse.sending import ActSender
from ops.rehearse.stage import Scene, clear, set_up
from ops.rehearse.view import View, view

CAMPAIGN = "demo"

_START_SECONDS = 150.0
_STOP_SECONDS = 60.0
_CONNECTIONS = 4
_NAMES_EVERY_SECONDS = 20.0
_REPOSITORY = Path(__file__).resolve().parents[2]

Rate = Annotated[float, typer.Option(min=0.1, max=20, help="How many acts a second, on average.")]


def run(*, rate: Rate = 1.5) -> None:
    """Show a launch as it lives: made-up people take part in campaign `demo`, in state `test`, until you press Ctrl-C.

    Example: `bin/qaiyrym demo --rate 5`

    Starts the local system where none runs (`PORT`, `DATA_DIR` as for `make run`), and stops it again at the end. What
    was sent stays in `DATA_DIR`, in a campaign of its own.
    """
    with _local_system() as is_started:
        api, known = connect_api(None), accounts(None)
        scene = set_up(api, CAMPAIGN, known, again=True)
        try:
            for taken in scene.taken_over:
                note(f"taken over: {taken}")
            note(_pages(scene.url, is_started=is_started))
            with view("a gentle launch, Ctrl-C ends it", quiet=False) as shown:
                asyncio.run(_perform(scene, rate, shown))
        finally:
            clear(api, scene)
    note("the demo is over; what was sent stays in its campaign")


async def _perform(scene: Scene, rate: float, shown: View | None) -> None:
    draw = SystemRandom()
    sender, viewer = ActSender(scene.url, _CONNECTIONS), Viewer(scene.url, scene.campaign)
    moderators = Moderators(scene, sender, Ledger(LIMITS), 20.0)
    bad = BadRequests(scene.campaign, scene.sender.text, scene.hooks, None, SAMPLE, draw)
    performance = Performance(scene, sender, moderators, bad, draw)
    beside = [viewer.watch(), _show_names(moderators)] + ([shown.keep(performance, viewer)] if shown else [])
    tasks = [asyncio.create_task(work) for work in beside]
    try:
        with stopped_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as stopped:
            items = endless(f"demo-{secrets.token_hex(4)}", rate, scene.channels, draw)
            await performance.run(items, stopped)
    finally:
        await performance.leave()
        await end(tasks)
        await sender.close()
        await viewer.close()


async def _show_names(moderators: Moderators) -> None:
    while True:
        await asyncio.sleep(_NAMES_EVERY_SECONDS)
        await moderators.show_names()


@contextmanager
def _local_system() -> Iterator[bool]:
    """Use the local system that runs, or start one and stop it in the end; yield whether it is one's own.

    Raises:
        CannotRun: it does not start.
    """
    file = _data_dir() / "run.json"
    if _answers(file):
        yield False
        return
    note("starts the local system ...")
    file.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as log, _started(log) as system:
        deadline = time.monotonic() + _START_SECONDS
        while not file.exists():
            if system.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise CannotRun(f"the local system does not start:\n{log.read().decode(errors='replace')[-2_000:]}")
            time.sleep(0.2)
        yield True


@contextmanager
def _started(log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the system apart from the terminal: a Ctrl-C is for the demo, which stops it in order."""
    system = subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=_REPOSITORY,
        env={**os.environ, "DEFAULT_CAMPAIGN": CAMPAIGN, "DATA_DIR": str(_data_dir().absolute())},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield system
    finally:
        note("stops the local system ...")
        system.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            system.wait(_STOP_SECONDS)


def _answers(file: Path) -> bool:
    """Whether the system that a `run.json` tells of is there."""
    try:
        return httpx.get(f"{json.loads(file.read_text(encoding='utf-8'))['url']}/health").is_success
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return False


def _pages(url: str, *, is_started: bool) -> str:
    """Return what there is to be looked at; the launch page is of the campaign that the system was started for."""
    pages = [
        *([("launch page", "/")] if is_started else []),
        ("overlay for OBS", f"/overlay/{CAMPAIGN}"),
        ("counter", f"/embed/{CAMPAIGN}"),
        ("totals", f"/v1/campaigns/{CAMPAIGN}/live.json"),
        ("console", "/console"),
    ]
    return "\n".join(("", *(f"  {name:<16} {url}{path}" for name, path in pages), ""))


def _data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ".local")
