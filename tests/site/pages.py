"""Pages in the hands of tests: their time, their visibility, and a record of the events that leave elements."""

from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.site.stage import Stage

_RECORDER = """
globalThis.events = [];
for (const name of ["update", "milestone", "correction", "state", "error"]) {
  document.addEventListener(`gooddeeds:${name}`, ({ detail }) => {
    const { value, previous, id, state, message, backlog } = detail;
    events.push({ name, value, previous, id, state, message, backlog });
  });
}
"""
_HIDING = """
Object.defineProperty(document, "hidden", { get: () => globalThis.isHidden ?? false, configurable: true });
"""
_CLOCK = Path(__file__).with_name("clock.js").read_text(encoding="utf-8").rstrip().removesuffix(";")
# Real time, whatever the page is told.
_WAIT = """async (argument) => {
  const holds = CONDITION;
  const deadline = performance.now() + 10_000;
  while (!holds(argument)) {
    if (performance.now() > deadline) throw new Error(`never true: ${holds} of ${argument}`);
    await new Promise(requestAnimationFrame);
  }
}"""
COUNTER = '<good-deeds-counter campaign="2026" lang="en"></good-deeds-counter>'
FIRST_DAY = "2026-06-01T06:00:00Z"


def take_over(page: Page, time: str = FIRST_DAY, wrong_by: int = 0) -> None:
    """Open every page from now on at a time that stands still, visible as it is told, and with a record of events.

    By the server's clock it is `wrong_by` seconds later than by the page's own.
    """
    page.add_init_script(f"({_CLOCK})({_milliseconds(time)}, {wrong_by * 1000});{_HIDING}{_RECORDER}")


def open_page(
    page: Page,
    stage: Stage,
    body: str = COUNTER,
    module: str = "counter",
    path: str = "/partner",
    time: str = FIRST_DAY,
    wrong_by: int = 0,
) -> None:
    """Open a partner's page with some elements, and wait until they speak; its time stands still."""
    script = f'<script type="module" src="/widget/{module}.js"></script>'
    stage.pages[path] = (
        f'<!doctype html><html lang="kk"><head><meta charset="utf-8"><title>Partner</title>'
        f"{script}</head><body><main>{body}</main></body></html>"
    )
    take_over(page, time, wrong_by)
    page.goto(stage.url + path)
    wait_until_spoken(page, f"good-deeds-{module}")


def wait_until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until a function of the page holds; without Playwright's own machinery, which is heavy on every new page."""
    page.evaluate(_WAIT.replace("CONDITION", condition), argument)


def wait_until_spoken(page: Page, element: str) -> None:
    """Wait until an element has its language, from which on it asks for its document."""
    wait_until(page, "name => document.querySelector(name)?.shadowRoot?.firstChild.lang", element)


def shows(page: Page, text: str, part: str = "value", element: str = "good-deeds-counter") -> None:
    """Wait until a part of an element shows a text."""
    wait_until(
        page,
        "([element, part, text]) => document.querySelector(element)?.shadowRoot"
        "?.querySelector(`[part=${part}]`)?.textContent === text",
        [element, part, text],
    )


def part(page: Page, name: str, element: str = "good-deeds-counter") -> str:
    """Return what a part of an element shows."""
    text: str = page.evaluate(
        "([element, name]) => document.querySelector(element).shadowRoot.querySelector(`[part=${name}]`).textContent",
        [element, name],
    )
    return text


def plain(page: Page, element: str = "good-deeds-counter") -> str:
    """Return what a screen reader reads of a counter."""
    text: str = page.evaluate(f"document.querySelector('{element}').shadowRoot.querySelector('.sr').textContent")
    return text


def status(page: Page) -> str:
    """Return what a counter last announced."""
    text: str = page.evaluate(
        "document.querySelector('good-deeds-counter').shadowRoot.querySelector('[role=status]').textContent"
    )
    return text


def events(page: Page, name: str) -> list[dict[str, Any]]:
    """Return the events of a name that have left the elements."""
    found: list[dict[str, Any]] = page.evaluate("name => events.filter((event) => event.name === name)", name)
    return found


def pass_time(page: Page, seconds: float, *, is_patient: bool = True) -> None:
    """Let time pass; it waits for every answer that is under way, unless it `is_patient` no longer."""
    page.evaluate(
        "([milliseconds, isPatient]) => testClock.pass(milliseconds, isPatient)", [seconds * 1000, is_patient]
    )


def jump_to(page: Page, time: str) -> None:
    """Go on at another time, as a machine that has slept."""
    page.evaluate("time => testClock.jump(time)", _milliseconds(time))


def hide(page: Page, *, is_hidden: bool) -> None:
    """Hide the page as another tab would, or show it again."""
    page.evaluate(
        "isHidden => { globalThis.isHidden = isHidden; document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )


def animations(page: Page, element: str = "good-deeds-counter") -> int:
    """Return how many parts of an element move."""
    count: int = page.evaluate(
        f"document.querySelector('{element}').shadowRoot.getAnimations()."
        "filter((a) => !a.transitionProperty && !a.effect.pseudoElement).length"
    )
    return count


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)
