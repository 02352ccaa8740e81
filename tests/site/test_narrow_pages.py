"""On the narrowest phones nothing leaves the page, in whatever state the campaign is."""

import pytest
from playwright.sync_api import Page

from tests.site.conftest import Keep
from tests.site.pages import pass_time
from tests.site.stage import BASE, Stage
from tests.site.test_pages import fill, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (320, 375)
LANGUAGES = ("kk", "ru", "en")
STATES = ("live", "frozen", "ended", "test")
# The lines of all texts that are seen, those in elements too, that begin or end beyond the page.
CLIPPED = """() => {
  const clipped = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const { left, right, width } of range.getClientRects()) {
        if (width && (left < -1 || right > document.documentElement.clientWidth + 1))
          clipped.push(`${node.data}: ${Math.round(left)}-${Math.round(right)}`);
      }
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(".skip, .sr")) return;
    if (!node.checkVisibility({ visibilityProperty: true })) return;
    const { overflowX, textOverflow } = getComputedStyle(node);
    // What is beyond is reached by scrolling, or told to be there.
    if (/auto|scroll/.test(overflowX) || textOverflow === "ellipsis") return;
    (node.shadowRoot ?? node).childNodes.forEach(visit);
  };
  visit(document.body);
  return clipped;
}"""


def clipped(page: Page) -> list[str]:
    """Return the texts that leave the page."""
    found: list[str] = page.evaluate(CLIPPED)
    return found


@pytest.mark.parametrize("path", ["/", "/r/KZ-75"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_leaves_a_narrow_page(page: Page, stage: Stage, keep: Keep, path: str, lang: str) -> None:
    found: dict[str, list[str]] = {}
    name = "launch" if path == "/" else "region"

    def look(state: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 640})
            if seen := clipped(page):
                found[f"{state} {width}"] = seen
            keep(page, f"narrow-{name}-{lang}-{state}-{width}")

    stage.put("organisations/KZ-75.json", state="live", organisations=[])
    stage.pages[f"{BASE}totals.csv"] = "kind,place\r\n"
    fill(stage)
    visit(page, stage, f"{path}?lang={lang}")
    for state in STATES:
        fill(stage, state=state)
        pass_time(page, 16)
        assert page.get_attribute("#pulse", "data-state") == state
        look(state)
    stage.is_still = True
    for state, is_down in (("stale", False), ("old", False), ("offline", True)):
        stage.is_down = is_down
        pass_time(page, 130)
        assert page.get_attribute("#pulse", "data-state") == state
        look(state)

    assert found == {}, found
