"""The page of the data: readable without scripts, and with them it leads to the file of each day."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.site.stage import BASE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAYS = (
    "date,entry,participations,people,minutes,amount_KZT,final,file,as_of,epoch,rev\r\n"
    "2026-06-01,recorded,5,5,0,0,true,days/2026-06-01.csv,2026-06-02T20:00:00.000Z,1,6\r\n"
    "2026-06-01,withdrawn,-1,-1,0,0,true,days/2026-06-01.csv,2026-06-02T20:00:00.000Z,1,6\r\n"
    "2026-06-02,recorded,2,2,0,0,false,days/2026-06-02.csv,2026-06-02T20:00:00.000Z,1,2\r\n"
)


def test_each_day_is_a_link_newest_first_and_axe_finds_nothing(stage: Stage, tab: Page) -> None:
    stage.pages[f"{BASE}days.csv"] = DAYS

    tab.goto(f"{stage.url}/data")

    links = tab.locator("#days a")
    expect(links).to_have_text(["2026-06-02", "2026-06-01"])
    expect(links.last).to_have_attribute("href", f"{BASE}days/2026-06-01.csv")
    tab.evaluate(AXE_SCRIPT)
    assert tab.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)") == []


def test_before_there_is_a_list_of_days_the_page_says_where_it_will_be(stage: Stage, tab: Page) -> None:
    tab.goto(f"{stage.url}/data")

    expect(tab.get_by_role("link", name="days.csv")).to_have_attribute("href", f"{BASE}days.csv")
    expect(tab.locator("#days")).to_be_hidden()
