"""The pages of regions, as a visitor meets them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.places import regions
from tests.site.conftest import Keep
from tests.site.stage import BASE, Stage
from tests.site.test_pages import SIZES, fill, violations, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTHING = {"participations": 0, "people": 0, "hours": 0, "amount": {"KZT": 0}}
NOTHING |= {"volunteers": 0, "good_deeds": 0, "events_held": 0}
CSV = (
    "kind,place,place_kk,place_ru,place_en,participations,people,hours,minutes,amount_KZT\r\n"
    "volunteering,KZ-75,Алматы,Алматы,Almaty,12,60,5,300,0\r\n"
    "good_deed,KZ-75,Алматы,Алматы,Almaty,40,40,5,300,0\r\n"
    "donation,KZ-75,Алматы,Алматы,Almaty,0,0,0,0,0\r\n"
    "donation,KZ-71,Астана,Астана,Astana,9,9,0,0,5\r\n"
)
SCHOOL, FIRM = "«Дарын» мектеп-лицейі", "ТОО «Берёзка»"


def organisation(name: str, people: int, participant_type: str) -> dict[str, Any]:
    return {"name": name, "people": people, "participant_type": participant_type, **NOTHING, "participations": 2}


def region(stage: Stage, *others: dict[str, Any]) -> None:
    """Publish a marathon in which Almaty has a goal and organisations."""
    fill(stage)
    places = stage.documents["places.json"]["places"]
    places["KZ-75"] |= {"good_deeds": 4_000, "goals": {"good_deeds": 5_000}}
    named = (organisation(SCHOOL, 900, "school"), organisation(FIRM, 40, "business"), *others)
    stage.put("organisations/KZ-75.json", state="live", organisations=named)
    stage.pages[f"{BASE}totals.csv"] = CSV


def names(page: Page) -> list[str]:
    return page.locator("#rows th span").all_text_contents()


@pytest.mark.parametrize(
    ("lang", "size", "title", "rank", "aim"),
    [
        ("kk", "phone", "Алматы · Қайырымды істер марафоны", "7-орын", "80% · мақсат 5\u00a0000"),
        ("ru", "desktop", "Алматы · Марафон добрых дел", "7-е место", "80\u00a0% · цель 5\u00a0000"),
        ("en", "phone", "Almaty · Marathon of Good Deeds", "7th", "80% · goal 5,000"),
    ],
)
def test_a_region_s_page_tells_how_it_stands(
    page: Page, stage: Stage, keep: Keep, lang: str, size: str, title: str, rank: str, aim: str
) -> None:
    region(stage)
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})

    visit(page, stage, f"/r/KZ-75?lang={lang}")

    expect(page.locator("#rank")).to_have_text(rank)
    expect(page).to_have_title(title)
    expect(page.locator("#headline [part=target]")).to_have_text(aim)
    # 4,000 of 2,161,695.
    expect(page.locator("#head")).to_have_text("185")
    expect(page.locator("#kinds b")).to_have_text([{"en": "4,000"}.get(lang, "4\u00a0000"), "12"])
    assert names(page) == [SCHOOL, FIRM]
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    keep(page, f"region-{lang}-{size}")


def test_what_is_looked_for_stands_in_the_address_and_a_name_that_is_hidden_vanishes(page: Page, stage: Stage) -> None:
    region(stage, organisation("Школа № 1", 5, "school"))
    visit(page, stage, "/r/KZ-75?lang=ru&q=школа")
    expect(page.locator("#found")).to_have_text("Найдено 1 из 3")
    assert page.get_by_role("searchbox").input_value() == "школа"

    page.get_by_role("searchbox").fill("ДАРЫН")
    page.get_by_role("button", name="Школы").click()

    assert names(page) == [SCHOOL]
    assert page.evaluate("new URL(location).searchParams.get('q')") == "ДАРЫН"
    link = page.get_by_role("link", name="Telegram").get_attribute("href") or ""
    assert "%2Fr%2FKZ-75%3Flang%3Dru%26q%3D" in link
    assert "type%3Dschool" in link

    stage.put("organisations/KZ-75.json", state="live", organisations=[organisation(FIRM, 40, "business")])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("#found")).to_contain_text("Такой организации не нашлось")
    assert SCHOOL not in (page.locator("body").text_content() or "")


def test_a_region_in_which_nothing_was_done_invites_and_a_test_is_marked(page: Page, stage: Stage) -> None:
    fill(stage, state="test")
    stage.put("places.json", places=dict.fromkeys([*regions(), "abroad"], NOTHING))
    stage.put("organisations/KZ-10.json", state="test", organisations=[])
    stage.put("recent.json", acts=[])
    stage.pages[f"{BASE}totals.csv"] = CSV

    visit(page, stage, "/r/KZ-10?lang=en")

    expect(page.locator("#kinds-none")).to_be_visible()
    expect(page.locator("#organisations-none")).to_be_visible()
    expect(page.locator("#test")).to_be_visible()
    expect(page.locator("#ranked")).to_be_hidden()
    assert violations(page) == []


def test_a_campaign_in_which_nothing_was_done_invites_before_it_compares(page: Page, stage: Stage, keep: Keep) -> None:
    fill(stage, totals=NOTHING | {"participants": 0, "organisations": 0})
    stage.put("places.json", places={})
    page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    visit(page, stage, "/r?lang=ru")

    expect(page.locator(".first p")).to_have_text("Первое доброе дело может стать вашим")
    expect(page.locator(".first .join-now")).to_be_visible()
    expect(page.locator("#places td").first).to_be_hidden()
    expect(page.locator("#places a:visible")).to_have_count(21)
    assert violations(page) == []
    keep(page, "regions-empty")

    region(stage)
    visit(page, stage, "/r?lang=ru")

    expect(page.locator("#places td").first).to_be_visible()
    expect(page.locator(".first")).to_be_hidden()


def test_regions_stand_side_by_side_and_lead_to_their_pages(page: Page, stage: Stage) -> None:
    region(stage)
    page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    visit(page, stage, "/r?lang=ru")
    rows = page.locator("#places-rows tr")
    expect(rows).to_have_count(21)
    expect(rows.first.locator("a")).to_have_text("Актюбинская область")

    page.get_by_role("button", name="На 100 000 жителей").click()

    expect(rows.first.locator("a")).to_have_text("Западно-Казахстанская область")
    assert rows.first.locator("a").get_attribute("href") == "/r/KZ-27?lang=ru"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []

    visit(page, stage, "/r/KZ-99?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such region")
    expect(page.locator("#places-rows tr")).to_have_count(21)

    visit(page, stage, "/r/KZ-75?lang=en&campaign=nowhere")
    expect(page.locator("#lead")).to_have_text("There is no such campaign")
    expect(page.locator("#region")).to_be_hidden()
