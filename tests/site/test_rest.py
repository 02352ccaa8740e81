"""What stays as it is: nodes that say the same, what is read and selected, the picture while it loads."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site.pages import COUNTER, events, hide, open_page, part, pass_time, shows, wait_until
from tests.site.stage import Stage, place
from tests.site.test_elements import BOARD, MAP, TICKER, timeline
from tests.site.test_pages import fill, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DOCS = Path(__file__).parent.parent.parent / "docs"
WATCH = """() => {
  globalThis.touched = [];
  const seen = (records) => records.forEach(({ target, type }) => {
    const node = target.nodeType === Node.TEXT_NODE ? target.parentNode : target;
    if (node?.id !== "age") touched.push(`${type} ${node.localName ?? "shadow"} ${node.id ?? ""}`);
  });
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  const roots = [...document.querySelectorAll("*")].flatMap(({ shadowRoot }) => shadowRoot ?? []);
  [document, ...roots].forEach((root) => new MutationObserver(seen).observe(root, all));
}"""
SHIFTS = """
globalThis.shifts = [];
globalThis.largest = [];
const observe = (type, kept, read) =>
  new PerformanceObserver((list) => kept.push(...list.getEntries().map(read))).observe({ type, buffered: true });
observe("layout-shift", shifts, ({ value }) => value);
observe("largest-contentful-paint", largest, ({ element, url }) => url || element?.id || "");
"""
ALL_FRESH = "() => [...document.querySelectorAll('main > *')].every(({ dataset }) => dataset.state === 'fresh')"


def import_elements(page: Page) -> None:
    """Let a page have every element."""
    page.evaluate("Promise.all(['board', 'map', 'ticker', 'timeline'].map((name) => import(`/widget/${name}.js`)))")
    wait_until(
        page, "() => [...document.querySelectorAll('main > *')].every(({ dataset }) => dataset.state === 'fresh')"
    )


def touched(page: Page) -> list[str]:
    """Return what was touched since somebody watches."""
    found: list[str] = page.evaluate("touched")
    return found


def test_polls_that_say_the_same_touch_nothing(page: Page, stage: Stage) -> None:
    fill(stage)
    open_page(page, stage, f"{COUNTER}{BOARD}{MAP}{TICKER}{timeline()}")
    import_elements(page)
    pass_time(page, 65)
    page.evaluate(WATCH)

    pass_time(page, 180)

    assert touched(page) == []
    assert stage.polls() > 50


def test_the_launch_page_at_rest_tells_nothing_but_its_age(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")
    pass_time(page, 65)
    page.evaluate(WATCH)

    pass_time(page, 60)

    assert touched(page) == []


def test_what_did_not_change_stays_where_it_is_when_other_things_do(page: Page, stage: Stage) -> None:
    fill(stage)
    open_page(page, stage, f"{BOARD}{TICKER}", module="board")
    page.evaluate("import('/widget/ticker.js')")
    wait_until(
        page, "() => [...document.querySelectorAll('main > *')].every(({ dataset }) => dataset.state === 'fresh')"
    )
    page.evaluate(
        """() => {
          const root = (name) => document.querySelector(`good-deeds-${name}`).shadowRoot;
          globalThis.before = [...root("board").querySelectorAll("tr"), ...root("ticker").querySelectorAll("li")];
          root("board").querySelector("[name=hours]").focus();
        }"""
    )
    acts = stage.documents["recent.json"]["acts"]
    places = stage.documents["places.json"]["places"]

    stage.put("recent.json", acts=acts[1:])
    stage.put("places.json", places=places | {"KZ-75": place(3)})
    pass_time(page, 3)

    left = "before.filter((node) => node.isConnected).length"
    assert page.evaluate(left) == page.evaluate("before.length") - 1
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.name") == "hours"
    # What fell is said in the open.
    assert "Almaty −" in part(page, "note", "good-deeds-board")


@pytest.mark.parametrize("wrong_by", [40 * 86_400, -40 * 86_400, 3_600])
def test_a_wrong_clock_empties_nothing(page: Page, stage: Stage, wrong_by: int) -> None:
    fill(stage)
    body = f'{COUNTER}<good-deeds-timeline campaign="2026" lang="en"></good-deeds-timeline>'
    clocks = {40 * 86_400: "2026-04-22T06:00:00Z", -40 * 86_400: "2026-07-11T06:00:00Z", 3_600: "2026-06-01T05:00:00Z"}
    open_page(page, stage, body, time=clocks[wrong_by], wrong_by=wrong_by)
    page.evaluate("import('/widget/timeline.js')")

    pass_time(page, 5)
    wait_until(page, "() => document.querySelector('good-deeds-timeline').dataset.state === 'fresh'")
    pass_time(page, 3)

    assert (page.get_attribute("good-deeds-counter", "data-state"), part(page, "age")) == ("fresh", "")
    assert page.evaluate("document.querySelector('good-deeds-timeline').shadowRoot.querySelectorAll('rect').length") > 9


def test_a_publisher_that_stands_still_is_seen_though_it_is_answered(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    expect(page.locator("#state")).to_have_text("Live")
    pass_time(page, 600)
    expect(page.locator("#state")).to_have_text("Live")
    stage.is_still = True
    for name in ("live.json", "places.json", "recent.json"):
        stage.documents[name]["as_of"] = "2026-06-01T06:10:00.000Z"

    seen = []
    for _ in range(8):
        pass_time(page, 30)
        seen.append(page.text_content("#state"))

    assert list(dict.fromkeys(seen)) == ["Live", "Delayed", "Out of date"]
    expect(page.locator("#age")).to_have_text("updated 4 min ago")


def test_a_second_copy_of_the_scripts_does_no_harm(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)

    for name in ("counter", "board", "map", "ticker", "timeline", "since"):
        page.evaluate(
            "name => Promise.all([`/widget/`, `/widget/other/`].map((at) => import(`${at}${name}.js`)))", name
        )

    shows(page, "41")
    pass_time(page, 5)
    assert events(page, "error") == []


def test_who_wants_no_motion_has_none_in_any_element(page: Page, stage: Stage) -> None:
    fill(stage)
    page.emulate_media(reduced_motion="reduce")
    open_page(page, stage, f"{COUNTER}{BOARD}{MAP}")
    page.evaluate("Promise.all(['board', 'map'].map((name) => import(`/widget/${name}.js`)))")
    wait_until(
        page, "() => [...document.querySelectorAll('main > *')].every(({ dataset }) => dataset.state === 'fresh')"
    )

    moving = page.evaluate(
        """[...document.querySelectorAll("main > *")].flatMap(({ shadowRoot }) =>
          [...shadowRoot.querySelectorAll("*")].flatMap((node) => ["", "::before"]
            .map((of) => getComputedStyle(node, of || null).transitionDuration))).filter((time) => time !== "0s")"""
    )

    assert moving == []


def test_a_campaign_that_is_not_there_is_told(page: Page, stage: Stage) -> None:
    open_page(page, stage, COUNTER.replace("2026", "nowhere"))

    pass_time(page, 5)

    assert (page.get_attribute("good-deeds-counter", "data-state"), part(page, "age")) == (
        "unknown",
        "no such campaign",
    )


@pytest.mark.parametrize("width", [180, 320, 1280])
def test_a_long_number_keeps_to_its_line(page: Page, stage: Stage, width: int) -> None:
    stage.live(999_999_999_999_999)
    page.set_viewport_size({"width": width, "height": 600})
    open_page(page, stage, COUNTER)
    shows(page, "999,999,999,999,999")
    pass_time(page, 1)

    found: dict[str, Any] = page.evaluate(
        """() => {
          const host = document.querySelector("good-deeds-counter");
          const value = host.shadowRoot.querySelector("[part=value]");
          const range = document.createRange();
          range.selectNodeContents(value);
          return { lines: range.getClientRects().length, right: range.getBoundingClientRect().right,
            room: host.getBoundingClientRect().right, page: document.documentElement.scrollWidth };
        }"""
    )

    assert found["lines"] == 1
    assert found["right"] <= found["room"] + 1
    assert found["page"] <= width


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
@pytest.mark.parametrize("path", ["/?lang=ru", "/embed/2026?lang=ru"])
def test_nothing_shifts_while_a_page_loads(page: Page, stage: Stage, path: str, size: tuple[int, int]) -> None:
    fill(stage)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(SHIFTS)

    visit(page, stage, path)
    shows(page, "72\u00a0418")
    page.wait_for_timeout(300)

    assert sum(page.evaluate("shifts")) <= 0.02
    # What is painted largest is the number: in a shadow tree it has no name.
    assert page.evaluate("largest.at(-1)") == ""


@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_shifts_on_a_partner_s_page_that_keeps_the_room_that_the_docs_say(
    page: Page, stage: Stage, width: int
) -> None:
    fill(stage)
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    room = re.findall(r"```css\n(.+?)```", (DOCS / "widget.md").read_text(encoding="utf-8"), re.DOTALL)
    stage.policy += "; style-src-elem 'unsafe-inline'"
    elements = f"{COUNTER}{timeline()}{BOARD}{MAP}{TICKER}".replace(' limit="3"', "")

    open_page(page, stage, f"<style>{''.join(room)}</style>{elements}<p>And so on</p>")
    page.evaluate("Promise.all(['board', 'map', 'ticker', 'timeline'].map((name) => import(`/widget/${name}.js`)))")
    wait_until(
        page, "() => [...document.querySelectorAll('[campaign]')].every(({ dataset }) => dataset.state === 'fresh')"
    )
    page.wait_for_timeout(300)

    assert sum(page.evaluate("shifts")) <= 0.02


def test_the_language_stays_in_the_address(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?utm=tv#join")

    page.get_by_role("button", name="Русский").click()

    assert page.evaluate("location.search + location.hash") == "?utm=tv&lang=ru#join"
    wait_until(page, "() => document.querySelector('footer [href*=builder]').search === '?lang=ru'")
    page.evaluate("document.documentElement.lang = 'en'; document.querySelector('#map').removeAttribute('lang')")
    pass_time(page, 2)
    assert page.evaluate("document.querySelector('#map').shadowRoot.firstChild.lang") == "en"


def test_a_correction_of_what_was_shown_before_is_told_when_it_is_shown_again(page: Page, stage: Stage) -> None:
    stage.live(100)
    open_page(page, stage)
    shows(page, "100")
    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('metric', 'people')")
    shows(page, "103")
    stage.live(90)
    hide(page, is_hidden=False)
    pass_time(page, 3)
    assert part(page, "note") == "corrected: −10"

    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('metric', 'good_deeds')")

    shows(page, "90")
    assert part(page, "note") == "corrected: −10"
