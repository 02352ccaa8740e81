"""The overlay on the worst day, looked at frame by frame: a whole system, and all that goes wrong in a broadcast.

Four acts a second, some of organisations; milestones close together; an act that is withdrawn, so that the number
falls; an outage; a rebuild, which makes a new epoch; an act that is hidden in the middle of its alert. The page looks
at each frame that it paints; where a directory is named, Chromium's screencast is kept there too.

A picture is free of faults where no two texts stand on each other, nothing leaves the safe area, nothing says nothing,
the number falls only where it says that it was corrected, each celebration and alert is as long on air as it should be,
every milestone that was reached on air is celebrated, and a name is gone as soon as the page on the API says.

Run: `python -m benchmarks.overlay_recording [MINUTES] [DIRECTORY]`; ten minutes, and no directory. A rebuild
takes about two minutes: in less than five it may come too late.
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import msgspec
from playwright.sync_api import CDPSession, Page, sync_playwright

from infra.local.local_settings import REPOSITORY
from tests.local.system import LocalSystem
from tests.site.console import GOALS, NAMES, Duty, act, act_of
from tests.site.test_screens import BOXES

MINUTES = 10.0
RATE = 4
PICTURE = {"width": 1920, "height": 1080}
OUTAGE_SECONDS = 60
HOSTILE = "«Жасырылатын ат» қоғамы"
GONE_SECONDS = 2.0
"""Within which what is hidden is gone from documents (docs/api.md); from the picture it is with the next poll."""
POLL_SECONDS = 2
ON_AIR_SECONDS = {"milestone": 8.0, "alert": 6.0}
LATE_SECONDS = 0.8
"""By how much something may be late in going off air, its fading included; stalls of a busy machine come on top."""
CHROMIUM = "/usr/bin/chromium"

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").rstrip().removesuffix(";")


class Seen(msgspec.Struct):
    """What happened to the broadcast, and what the page saw of it.

    In seconds since 1970, when an act was withdrawn, when a name was hidden, and when the documents named it no
    longer.
    """

    recording: dict[str, Any]
    reached: list[int] = []
    withdrawn_at: float = 0.0
    hidden_at: float = 0.0
    unnamed_at: float = 0.0
    epochs: tuple[int, int] = (0, 0)


def main() -> int:
    """Record, print what was found, and return 1 where there is a fault."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    frames = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as directory:
        system = LocalSystem(Path(directory) / "data")
        system.start()
        try:
            seen = record(system, minutes * 60, frames)
        finally:
            system.stop()
    found = list(faults(seen))
    recording = seen.recording
    print(
        f"{recording['frames']:,} frames, {len(recording['numbers']):,} numbers, {len(recording['told'])} things told"
    )
    print(f"epoch {seen.epochs[0]} to {seen.epochs[1]}")
    print(f"longest stall {max((one['lasted'] for one in recording['stalls']), default=0) / 1000:.1f} s")
    print("\n".join(found) or "no fault")
    return int(bool(found))


def record(system: LocalSystem, seconds: float, frames: Path | None) -> Seen:
    """Broadcast for some seconds, and return what was seen; what goes wrong goes wrong at its share of the time."""
    duty = Duty(system, "broadcast")
    at = [round(seconds * RATE * share) for share in (0.15, 0.152, 0.154, 0.3, 0.6, 0.85)]
    milestones = [
        {"id": f"m{number}", "metric": "good_deeds", "at": number, "title": _title(number)}
        for number in sorted({*at} - {0})
    ]
    body = {"names": NAMES, "state": "live", "goals": GOALS, "milestones": milestones}
    duty.ask("PUT", "", body)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport=PICTURE)  # type: ignore[arg-type]
        session = page.context.new_cdp_session(page)
        page.add_init_script(f"({_SCRIPT})({BOXES}, ['{HOSTILE}'])")
        with _Acts(duty) as acts:
            page.goto(
                f"http://localhost:{system.port}/overlay/broadcast?alerts=1&ticker=1&qr=1&lang=kk,ru&rotate=12&poll={POLL_SECONDS}"
            )
            if frames:
                _keep(session, frames)
            seen = Seen(recording={})
            _broadcast(page, session, acts, seen, seconds)
        seen.recording, seen.unnamed_at = page.evaluate("recording"), acts.unnamed_at
        session.send("Page.stopScreencast")
        chromium.close()
    return seen


def _broadcast(page: Page, session: CDPSession, acts: "_Acts", seen: Seen, seconds: float) -> None:
    """Let happen what happens in a broadcast, in its order."""
    began = time.time()

    def until(share: float) -> None:
        page.wait_for_timeout(max(0.0, began + seconds * share - time.time()) * 1000)

    until(0.2)
    seen.withdrawn_at = acts.withdraw_one(page)
    until(0.25)
    seen.hidden_at = acts.hide_one(page)
    until(0.35)
    _cut(session, is_cut=True)
    page.wait_for_timeout(min(OUTAGE_SECONDS, seconds * 0.1) * 1000)
    _cut(session, is_cut=False)
    until(0.55)
    before = acts.epoch()
    rebuild = subprocess.Popen(
        [sys.executable, "-m", "ops", "rebuild", acts.duty.campaign, "--yes", "--accept"],
        cwd=REPOSITORY,
        env=acts.environment,
        stdout=subprocess.DEVNULL,
    )
    until(1.0)
    milestones = acts.duty.ask("GET", "/live.json")["milestones"]
    seen.reached = [one["at"] for one in milestones if one["reached_at"]]
    # What was reached last is still to come.
    page.wait_for_timeout(30_000)
    if rebuild.poll() is None:
        rebuild.terminate()
    seen.epochs = (before, acts.epoch())


class _Acts:
    """Acts that come all the time, in a thread of their own, so many a second."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self._numbers = count(1)
        self._last: list[str] = []
        self.unnamed_at = 0.0
        self._is_over, self._is_still = Event(), Event()
        self._thread = Thread(target=self._send)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def environment(self) -> dict[str, str]:
        """What a command of operators needs to find the system."""
        return {**os.environ, **self.duty.system.environment}

    def epoch(self) -> int:
        """Return the epoch of what is published."""
        return int(self.duty.ask("GET", "/live.json")["epoch"])

    def withdraw_one(self, page: Page) -> float:
        """Let nothing come for some seconds, take an act back meanwhile, and return when: the number falls."""
        self._is_still.set()
        page.wait_for_timeout(6_000)
        act_id = self._last[-1]
        reply = self.duty.system.ask("POST", f"/v1/participations/{act_id}/withdrawal", {"reason": "Sent twice"})
        assert reply.status < 300, reply
        withdrawn_at = time.time()
        page.wait_for_timeout(6_000)
        self._is_still.clear()
        return withdrawn_at

    def hide_one(self, page: Page) -> float:
        """Let an organisation's act come, hide it in the middle of its alert, and return when that was answered."""
        self._is_still.set()
        page.wait_for_timeout(15_000)
        (act_id,) = self.duty.record([act_of(HOSTILE, next(self._numbers), kind="good_deed")])
        page.wait_for_function("name => document.getElementById('alert').textContent.includes(name)", arg=HOSTILE)
        page.wait_for_timeout(1_500)
        name = self.duty.ask("GET", "/names?state=shown")["names"]
        (name_id,) = [one["id"] for one in name if one["text"] == HOSTILE]
        body = {"state": "hidden", "reason": "Not for the air"}
        reply = self.duty.system.ask("PUT", f"/v1/campaigns/{self.duty.campaign}/names/{name_id}", body)
        assert reply.status < 300, (reply, act_id)
        hidden_at = time.time()
        while HOSTILE in str(self.duty.ask("GET", "/recent.json")):
            page.wait_for_timeout(50)
        self.unnamed_at = time.time()
        # What comes next may be the outage: during one the picture cannot know.
        page.wait_for_timeout(5_000)
        self._is_still.clear()
        return hidden_at

    def _send(self) -> None:
        due = time.monotonic()
        while not self._is_over.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + 1 / RATE, time.monotonic() - 1)
            if self._is_still.is_set():
                continue
            number = next(self._numbers)
            made = act_of(f"№ {number % 40} мектеп", number, people=20) if number % 5 == 0 else act(number)
            self._last = self.duty.record([made])


def _title(number: int) -> dict[str, str]:
    return {"kk": f"{number} қайырымды іс!", "ru": f"{number} добрых дел!", "en": f"{number} good deeds!"}


def _cut(session: CDPSession, *, is_cut: bool) -> None:
    """Cut the page off from its network, or connect it again."""
    session.send("Network.enable")
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", {"offline": is_cut, **limits})


def _keep(session: CDPSession, directory: Path) -> None:
    """Keep each frame of Chromium's screencast as a file that is called by its time."""
    directory.mkdir(parents=True, exist_ok=True)

    def on_frame(frame: dict[str, Any]) -> None:
        name = f"{frame['metadata']['timestamp']:.3f}.jpg"
        (directory / name).write_bytes(base64.b64decode(frame["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    session.on("Page.screencastFrame", on_frame)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 60, "maxWidth": 1280, "maxHeight": 720})


def faults(seen: Seen) -> Iterator[str]:
    """Yield what cannot be aired."""
    recording = seen.recording
    for what, found in recording["faults"].items():
        yield f"{found['frames']} frames: {what}"
    numbers = recording["numbers"]
    for before, after in pairwise(numbers):
        if after["number"] < before["number"] and not after["note"]:
            yield f"the number fell from {before['number']} to {after['number']}, and nothing said so"
    if not any(one["note"] for one in numbers):
        yield "no correction was told"
    yield from _queue_faults(seen)
    if (took := seen.unnamed_at - seen.hidden_at) > GONE_SECONDS:
        yield f"documents named who is hidden for {took:.1f} s"
    last_seen = recording["lastSeen"].get(HOSTILE, 0) / 1000
    expected = POLL_SECONDS * 1.2 + LATE_SECONDS + _stalled(recording, seen.unnamed_at, last_seen)
    if (took := last_seen - seen.unnamed_at) > expected:
        yield f"a name was on air for {took:.1f} s after documents named it no longer"
    if seen.epochs[0] == seen.epochs[1]:
        yield f"the epoch stayed {seen.epochs[0]}: the rebuild took too long"


def _stalled(recording: dict[str, Any], start: float, end: float) -> float:
    """Return for how many seconds nothing was painted between two moments: then timers do not fire either."""
    milliseconds = [one["lasted"] for one in recording["stalls"] if start <= one["at"] / 1000 < end + 1]
    return float(sum(milliseconds)) / 1000


def _queue_faults(seen: Seen) -> Iterator[str]:
    recording = seen.recording
    told = recording["told"]
    for one in told[:-1]:
        lasted, expected = (one["ended"] - one["began"]) / 1000, ON_AIR_SECONDS[one["kind"]]
        late = LATE_SECONDS + _stalled(recording, one["began"] / 1000, one["ended"] / 1000)
        is_taken_off = (
            HOSTILE in one["text"] or 0 < one["ended"] / 1000 - seen.withdrawn_at < GONE_SECONDS + POLL_SECONDS * 1.2
        )
        if not is_taken_off and abs(lasted - expected) > late:
            yield f"{one['kind']} was on air for {lasted:.1f} s: {one['text']}"
    milestones = [one["text"] for one in told if one["kind"] == "milestone"]
    if len(milestones) != len(set(milestones)):
        yield f"a milestone was celebrated twice: {milestones}"
    for at in seen.reached:
        if not any(text.startswith(f"{at} ") for text in milestones):
            yield f"a milestone was not celebrated: {at}"


if __name__ == "__main__":
    sys.exit(main())
