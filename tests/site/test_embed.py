"""The embed page of whatever campaign its address names."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.pages import pass_time, shows, take_over, wait_until
from tests.site.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_campaign_that_is_not_there_is_told_until_it_is(page: Page, stage: Stage) -> None:
    take_over(page)
    page.goto(f"{stage.url}/embed/2026?lang=ru&place=")
    expect(page.locator("#place")).to_have_text("Такой кампании нет")
    expect(page.locator("good-deeds-counter")).to_be_hidden()

    stage.live(72_418)
    pass_time(page, 60)

    shows(page, "72\u00a0418")
    expect(page.locator("good-deeds-counter")).to_be_visible()
    expect(page.locator("#place")).to_be_hidden()


def test_a_campaign_that_may_not_be_asked_for_is_none(page: Page, stage: Stage) -> None:
    stage.failing = 403
    page.goto(f"{stage.url}/embed/2026?lang=kk")

    expect(page.locator("#place")).to_have_text("Мұндай науқан жоқ")
    expect(page.locator("good-deeds-counter")).to_be_hidden()


def test_a_campaign_is_called_by_its_own_name(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    names = {"kk": "Көктем марафоны", "ru": "Весенний марафон"}
    stage.documents["/v1/campaigns.json"] = {"campaigns": [{"id": "2025"}, {"id": "2026", "names": names}]}

    page.goto(f"{stage.url}/embed/2026?lang=ru")
    expect(page).to_have_title("Весенний марафон")
    expect(page.locator("#name")).to_have_text("Весенний марафон")

    page.goto(f"{stage.url}/embed/2026?lang=en")
    shows(page, "72,418")
    expect(page.locator("#name")).to_have_text("Marathon of Good Deeds")


def test_a_document_that_is_lost_for_a_moment_is_no_missing_campaign(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    take_over(page)
    page.goto(f"{stage.url}/embed/2026?lang=en")
    shows(page, "72,418")
    asked = stage.polls()

    del stage.documents["live.json"]
    pass_time(page, 10)

    assert stage.polls() > asked
    expect(page.locator("good-deeds-counter")).to_be_visible()
    expect(page.locator("#place")).to_be_hidden()


@pytest.mark.parametrize("is_late", [False, True])
def test_a_frame_is_as_high_as_what_it_shows(page: Page, stage: Stage, other_stage: Stage, is_late: bool) -> None:
    stage.live(72_418, goals=[{"metric": "good_deeds", "target": 100_000, "original": 100_000}])
    address = f"{stage.url}/widget/frame-height.js"
    script = "" if is_late else f'<script type="module" src="{address}"></script>'
    frame = f'<iframe src="{stage.url}/embed/2026?lang=kk&height=auto" width="500" height="360"></iframe>'
    other_stage.policy = f"default-src 'none'; script-src {stage.url}; frame-src {stage.url}"
    other_stage.pages["/"] = f"<!doctype html><title>Partner</title>{script}{frame}"
    page.goto(other_stage.url)
    if is_late:
        page.add_script_tag(url=address, type="module")

    wait_until(page, "() => document.querySelector('iframe').height !== '360'")
    embedded = page.frames[1]
    expect(embedded.locator("#place")).to_be_hidden()

    room = embedded.evaluate("[document.querySelector('main').offsetHeight, innerHeight]")
    assert room[0] == room[1] == int(page.get_attribute("iframe", "height") or 0)


def test_without_scripts_the_page_says_what_it_needs(browser: Browser, stage: Stage) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 640, "height": 360})
    page = context.new_page()

    page.goto(f"{stage.url}/embed/2026")

    expect(page.locator("noscript p")).to_be_in_viewport(ratio=1)
    context.close()
