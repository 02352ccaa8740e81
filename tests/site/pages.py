"""Pages of partners: elements, and a record of the events that leave them."""

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
# Not by fetch, which some pages replace.
_ROUND_TRIP = """() => new Promise((resolve) => {
  const request = new XMLHttpRequest();
  request.onloadend = resolve;
  request.open("GET", "/widget/numbers.js");
  request.send();
})"""
COUNTER = '<good-deeds-counter campaign="2026" lang="en"></good-deeds-counter>'


def open_page(page: Page, stage: Stage, body: str = COUNTER, module: str = "counter", path: str = "/partner") -> None:
    """Open a partner's page with some elements; its clock stands still unless it is moved."""
    script = f'<script type="module" src="/widget/{module}.js"></script>'
    stage.pages[path] = (
        f'<!doctype html><html lang="kk"><head><meta charset="utf-8"><title>Partner</title>'
        f"{script}</head><body><main>{body}</main></body></html>"
    )
    page.add_init_script(_RECORDER + _HIDING)
    page.clock.install(time="2026-06-01T06:00:00Z")
    page.goto(stage.url + path)
    page.wait_for_function(f"() => !!customElements.get('good-deeds-{module}')")


def shows(page: Page, text: str, part: str = "value", element: str = "good-deeds-counter") -> None:
    """Wait until a part of an element shows a text."""
    page.wait_for_function(
        "([element, part, text]) => document.querySelector(element)?.shadowRoot"
        "?.querySelector(`[part=${part}]`)?.textContent === text",
        arg=[element, part, text],
        timeout=5000,
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


def pass_time(page: Page, seconds: float) -> None:
    """Let time pass: timers fire, and answers that are under way arrive."""
    for _ in range(max(1, round(seconds))):
        page.clock.run_for(1000)
        page.evaluate(_ROUND_TRIP)


def hide(page: Page, *, is_hidden: bool) -> None:
    """Hide the page as another tab would, or show it again."""
    page.evaluate(
        "isHidden => { globalThis.isHidden = isHidden; document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )


def animations(page: Page, element: str = "good-deeds-counter") -> int:
    """Return how many animations run in an element."""
    count: int = page.evaluate(
        f"document.querySelector('{element}').shadowRoot.getAnimations().filter((a) => !a.transitionProperty).length"
    )
    return count
