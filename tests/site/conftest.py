"""Pages in a real Chromium, on a stage that tests command."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.site.stage import Stage

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Animations of styles keep their own time.
SETTLED_MS = 1500
SCREENSHOTS = Path(__file__).parent.parent.parent / "build" / "screenshots"

Keep = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names."""
    executable = shutil.which(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if executable is None:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A server of the site's own files; nothing is published yet."""
    served = Stage()
    yield served
    served.stop()


@pytest.fixture
def other_stage() -> Iterator[Stage]:
    """A second server, of another origin."""
    served = Stage()
    yield served
    served.stop()


@pytest.fixture
def page(browser: Browser, stage: Stage, other_stage: Stage) -> Iterator[Page]:
    """A page that may break no policy and throw no error; closed before the stages are, it misses nothing of theirs."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="kk-KZ")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: _note_violation(message, faults))
    yield opened
    context.close()
    assert faults == []


def _note_violation(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error" and "Security Policy" in message.text:
        faults.append(message.text)


@pytest.fixture
def keep() -> Keep:
    """Keep what a page looks like, for people to look at."""

    def shoot(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", omit_background=True)

    return shoot
