"""Pages in a real Chromium, on a stage that tests command, or on a whole system."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, sync_playwright

from tests.local.system import LocalSystem
from tests.site.console import Console, Duty
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
VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
# Animations of styles keep their own time.
SETTLED_MS = 1500
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A directory for what pages look like; none is kept without it."""

Keep = Callable[[Page, str], None]

_campaigns = itertools.count(1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that `CHROMIUM` names, or Debian's: the headless build is quicker than the one with windows."""
    candidates = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
    executable = next(filter(None, map(shutil.which, candidates)), None)
    if executable is None:
        pytest.skip(
            "no Chromium: install Debian's package chromium-headless-shell or chromium, or name one in CHROMIUM"
        )
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


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all pages of a worker: a new one takes longer to make than most tests do."""
    context = browser.new_context(viewport=VIEWPORT, locale="kk-KZ")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Page, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page that may break no policy and throw no error, in a tab that remembers nothing of earlier ones."""
    faults: list[str] = []
    with ExitStack() as undone:
        undone.enter_context(_listening(tab, faults))
        add_init_script = tab.add_init_script
        monkeypatch.setattr(tab, "add_init_script", lambda script: undone.enter_context(add_init_script(script)))
        yield tab
        _forget(tab)
    assert faults == []


@contextmanager
def _listening(tab: Page, faults: list[str]) -> Iterator[None]:
    def on_error(error: Error) -> None:
        faults.append(str(error))

    def on_message(message: ConsoleMessage) -> None:
        if message.type == "error" and "Security Policy" in message.text:
            faults.append(message.text)

    tab.on("pageerror", on_error)
    tab.on("console", on_message)
    yield
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("console", on_message)


def _forget(tab: Page) -> None:
    tab.evaluate("() => { try { sessionStorage.clear(); } catch { /* A blank page has none. */ } }")
    if tab.evaluate("'testClock' in globalThis"):
        # Its time stands still: emptied, it does nothing any more, and that is quicker than to leave it.
        tab.set_content("")
    else:
        tab.goto("about:blank")
    if tab.viewport_size != VIEWPORT:
        tab.set_viewport_size(VIEWPORT)
    tab.emulate_media(reduced_motion="null")
    tab.mouse.move(0, 0)
    tab.context.clear_cookies()
    session = tab.context.new_cdp_session(tab)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "local_storage"})
    session.detach()


@pytest.fixture(scope="module")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """One whole system for tests that have a campaign each: it is busy as long as it stands, whoever uses it."""
    started = LocalSystem(tmp_path_factory.mktemp("shared") / "data")
    started.start()
    yield started
    started.abandon()


@pytest.fixture
def duty(shared_system: LocalSystem) -> Duty:
    """A new campaign that is live."""
    begun = Duty(shared_system, f"duty-{next(_campaigns)}")
    begun.begin()
    return begun


@pytest.fixture
def console(page: Page, duty: Duty) -> Console:
    """A page for whoever is on duty in the campaign; nobody is signed in."""
    return Console(page, duty)


@pytest.fixture
def other_console(browser: Browser, duty: Duty) -> Iterator[Console]:
    """A page on a machine of its own, whose time a test may command."""
    context = browser.new_context(viewport=VIEWPORT, locale="kk-KZ")
    yield Console(context.new_page(), duty)
    context.close()


@pytest.fixture
def keep() -> Keep:
    """Keep what a page looks like, for people to look at, where `SCREENSHOTS` names a directory."""

    def shoot(page: Page, name: str) -> None:
        if not SCREENSHOTS:
            return
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", omit_background=True)

    return shoot
