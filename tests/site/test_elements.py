"""Board, map, ticker and timeline show the same numbers as the counter, each in its way."""

import json
import re

import pytest
from playwright.sync_api import Page

from chalicelib.domain.places import ABROAD, regions
from tests.site.pages import animations, events, jump_to, open_page, part, pass_time, wait_until
from tests.site.stage import SITE, Stage, act, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOARD = '<good-deeds-board campaign="2026" lang="en"></good-deeds-board>'
MAP = '<good-deeds-map campaign="2026" lang="en"></good-deeds-map>'
TICKER = '<good-deeds-ticker campaign="2026" lang="en" limit="3"></good-deeds-ticker>'


def timeline(**attributes: str) -> str:
    """Return the timeline of the first of June."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<good-deeds-timeline campaign="2026" lang="en" date="2026-06-01"{written}></good-deeds-timeline>'


def rows(page: Page) -> list[list[str]]:
    """Return the cells of a board's rows."""
    cells: list[list[str]] = page.evaluate(
        "[...document.querySelector('good-deeds-board').shadowRoot.querySelectorAll('tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return cells


def until(page: Page, element: str, condition: str) -> None:
    """Wait until something holds inside an element."""
    wait_until(page, f"() => document.querySelector('good-deeds-{element}').shadowRoot.{condition}")


def test_every_place_has_a_tile_of_its_own() -> None:
    text = (SITE / "tiles.js").read_text(encoding="utf-8")

    tiles = re.findall(r"(KZ-\d\d|abroad)\|(\d)\|(\d)\|", text)

    assert {code for code, _, _ in tiles} == {*regions(), ABROAD}
    assert len({(column, row) for _, column, row in tiles}) == len(tiles)


def test_the_board_lists_every_place_from_the_most_to_the_least(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(12), "KZ-10": place(30), "abroad": place(20)})

    open_page(page, stage, BOARD, module="board")
    until(page, "board", "querySelector('tbody td')?.textContent === '30'")

    assert len(rows(page)) == 21
    assert rows(page)[:4] == [
        ["Abai Region", "30", "33", "34", "₸30,000"],
        ["Abroad", "20", "23", "24", "₸20,000"],
        ["Almaty", "12", "15", "16", "₸12,000"],
        ["Akmola Region", "0", "0", "0", "₸0"],
    ]


def test_the_board_is_sorted_by_the_column_that_is_clicked(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(12) | {"hours": 999}, "KZ-10": place(30)})
    open_page(page, stage, BOARD, module="board")

    page.get_by_role("button", name="Hours").click()
    until(page, "board", "querySelector('tbody th').textContent === 'Almaty'")
    assert page.get_by_role("columnheader", name="Hours").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Hours").press("Enter")
    until(page, "board", "querySelector('tbody tr:last-child th').textContent === 'Almaty'")
    page.get_by_role("button", name="Region").click()
    until(page, "board", "querySelector('tbody th').textContent === 'Abai Region'")

    assert [row[0] for row in rows(page)] == sorted(row[0] for row in rows(page))
    assert page.get_by_role("columnheader", name="Region").get_attribute("aria-sort") == "ascending"


def test_a_tile_lights_up_when_its_region_has_acted(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(12), "KZ-10": place(30)})
    open_page(page, stage, MAP, module="map")
    tile = page.locator("good-deeds-map .KZ-75 [part=number]")
    until(page, "map", "querySelector('.KZ-75 [part=number]').textContent === '12'")
    assert animations(page, "good-deeds-map") == 0

    stage.put("places.json", places={"KZ-75": place(13), "KZ-10": place(29)})
    pass_time(page, 3)

    assert tile.text_content() == "13"
    lit = "[...document.querySelector('good-deeds-map').shadowRoot.querySelectorAll('li')]" + (
        ".filter((tile) => tile.getAnimations().length).map((tile) => tile.className)"
    )
    assert page.evaluate(lit) == ["KZ-75 s5"]


def test_a_tile_is_read_with_its_full_name_and_number(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-27": place(12_345)})
    open_page(page, stage, MAP.replace("en", "ru"), module="map")

    told = "Западно-Казахстанская область: 12\u00a0345 добрых дел"
    until(page, "map", f"querySelector('.KZ-27 .sr').textContent === '{told}'")


def test_a_region_is_the_brighter_the_higher_it_stands(page: Page, stage: Stage) -> None:
    order = sorted(regions())
    stage.put("places.json", places={code: place(20 - rank) for rank, code in enumerate(order[:19])})

    open_page(page, stage, MAP, module="map")
    until(page, "map", "querySelector('.s5')")

    shades = page.evaluate(
        "[...document.querySelector('good-deeds-map').shadowRoot.querySelectorAll('li')].map((tile) => tile.className)"
    )
    assert sorted(shades) == sorted(
        [f"{code} s{5 - rank // 4}" for rank, code in enumerate(order[:19])]
        + [
            f"{order[19]} s0",
            "abroad s0",
        ]
    )


def test_a_map_per_head_puts_small_regions_beside_large_ones(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(2_161), "KZ-62": place(443), "abroad": place(9_000)})

    open_page(page, stage, MAP.replace(" lang", ' by="head" lang'), module="map")
    until(page, "map", "querySelector('.KZ-62 [part=number]').textContent === '200'")

    told = "[...document.querySelector('good-deeds-map').shadowRoot.querySelectorAll('[part=number]')]" + (
        ".map((number) => number.textContent).filter(Boolean).sort()"
    )
    assert page.evaluate(told) == ["0"] * 18 + ["200", "99.9"]
    assert part(page, "legend", "good-deeds-map").startswith("Per 100,000 inhabitants (population: 2023)")


def test_the_ticker_tells_what_where_and_how_much(page: Page, stage: Stage) -> None:
    stage.put(
        "recent.json",
        acts=[
            act(4, kind="donation", amount={"currency": "KZT", "value": 5000}, organisation="№ 12 <b>school</b>"),
            act(3, kind="donation", amount={"currency": "USD", "value": 5050}, place="DE"),
            act(2, hours=6),
            act(1),
        ],
    )

    open_page(page, stage, TICKER, module="ticker")
    until(page, "ticker", "querySelector('li')")

    acts = page.evaluate(
        "[...document.querySelector('good-deeds-ticker').shadowRoot.querySelectorAll('li')]"
        ".map((item) => [...item.children].map((child) => child.textContent))"
    )
    assert acts == [
        ["11:00", "Donation", "₸5,000", "Almaty · № 12 <b>school</b>"],
        ["11:00", "Donation", "$50.50", "Abroad"],
        ["11:00", "Volunteering", "6 hours", "Almaty"],
    ]


def test_the_ticker_is_no_wider_than_its_page(page: Page, stage: Stage) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    named = "Республиканская специализированная школа-интернат-колледж олимпийского резерва"
    acts = [act(n, organisation=named, place="KZ-59", kind="online_training") for n in (3, 2, 1)]
    stage.put("recent.json", acts=acts)

    open_page(page, stage, '<good-deeds-ticker campaign="2026" lang="ru" limit="3"></good-deeds-ticker>', "ticker")
    wait_until(page, "() => document.querySelector('good-deeds-ticker').shadowRoot.querySelectorAll('li').length === 3")

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_new_act_comes_in_and_the_others_stay(page: Page, stage: Stage) -> None:
    stage.put("recent.json", acts=[act(1)])
    open_page(page, stage, TICKER, module="ticker")
    until(page, "ticker", "querySelector('li')")

    stage.put("recent.json", acts=[act(2), act(1)])
    pass_time(page, 3)

    assert animations(page, "good-deeds-ticker") == 1


def test_the_timeline_adds_minutes_up_to_bars_and_tells_them_in_a_table(page: Page, stage: Stage) -> None:
    minutes = [
        {"at": "09:03", "participations": 5, "people": 1, "hours": 0, "amount": {"KZT": 1000}},
        {"at": "09:04", "participations": 2, "people": 1, "hours": 0, "amount": {"KZT": 0}},
        {"at": "20:59", "participations": -3, "people": -1, "hours": 0, "amount": {"KZT": 0}},
    ]
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=minutes)

    open_page(page, stage, timeline(), module="timeline", time="2026-06-03T06:00:00Z")
    until(page, "timeline", "querySelector('rect')")
    page.locator("good-deeds-timeline summary").click()

    told = "[...document.querySelector('good-deeds-timeline').shadowRoot.querySelectorAll('tr')]" + (
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert page.evaluate(told) == [["Time", "contributions"], ["09:00", "7"], ["20:50", "−3"]]
    drawn = page.evaluate(
        "[...document.querySelector('good-deeds-timeline').shadowRoot.querySelectorAll('rect')]"
        ".map((bar) => +bar.getAttribute('height')).filter((height) => height)"
    )
    assert drawn == [7, 3]
    told = (
        "name => [...document.querySelector('good-deeds-timeline').shadowRoot.querySelector(`[part=${name}]`).children]"
        + (".map((mark) => mark.textContent)")
    )
    assert page.evaluate(told, "scale") == ["−5", "0", "5", "10"]
    assert page.evaluate(told, "axis") == ["09:00", "12:00", "15:00", "18:00"]


def test_the_timeline_can_tell_another_measure(page: Page, stage: Stage) -> None:
    minutes = [{"at": "09:03", "participations": 5, "people": 1, "hours": 0, "amount": {"KZT": 1000}}]
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=minutes)

    open_page(page, stage, timeline(metric="amount"), module="timeline")
    until(page, "timeline", "querySelector('rect')")

    assert "₸1,000" in part(page, "table", "good-deeds-timeline")


def test_the_timeline_is_asked_for_rarely_and_is_old_only_once_it_was_not_answered(page: Page, stage: Stage) -> None:
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=[])
    open_page(page, stage, timeline(), module="timeline")
    until(page, "timeline", "host.dataset.state === 'fresh'")

    pass_time(page, 1_440)
    assert 3 <= stage.polls("timeline/2026-06-01.json") - 1 <= 6
    assert part(page, "age", "good-deeds-timeline") == ""

    stage.is_down = True
    pass_time(page, 720)
    assert part(page, "age", "good-deeds-timeline") != ""


def test_the_timeline_of_today_begins_anew_at_midnight(page: Page, stage: Stage) -> None:
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=[])
    open_page(page, stage, '<good-deeds-timeline campaign="2026"></good-deeds-timeline>', module="timeline")
    until(page, "timeline", "host.dataset.state === 'fresh'")
    assert stage.polls("timeline/2026-06-01.json") >= 1

    jump_to(page, "2026-06-01T19:00:02Z")
    pass_time(page, 3)

    assert stage.polls("timeline/2026-06-02.json") >= 1


def test_a_day_without_acts_is_not_an_outage(page: Page, stage: Stage) -> None:
    open_page(page, stage, timeline(), module="timeline")

    pass_time(page, 60)

    assert part(page, "age", "good-deeds-timeline") == ""
    assert part(page, "none", "good-deeds-timeline") == "No deeds on this day yet"


@pytest.mark.parametrize("date", ["2026-02-30", "2026-6-1", "yesterday"])
def test_a_day_that_is_not_on_the_calendar_is_none(page: Page, stage: Stage, date: str) -> None:
    body = f'<good-deeds-timeline campaign="2026" lang="ru" date="{date}"></good-deeds-timeline>'
    open_page(page, stage, body, module="timeline")

    pass_time(page, 60)

    assert part(page, "none", "good-deeds-timeline") == "Такого дня нет"
    assert f"no day {date}" in [event["message"] for event in events(page, "error")]


def test_elements_survive_documents_of_another_shape(page: Page, stage: Stage) -> None:
    for name in ("places.json", "recent.json", "timeline/2026-06-01.json"):
        stage.put(name)
    body = f"{BOARD}{MAP}{TICKER}{timeline()}"

    for module in ("board", "map", "ticker", "timeline"):
        open_page(page, stage, body, module=module, path=f"/{module}")
        until(page, module, "host.dataset.state === 'fresh'")

    assert json.dumps(page.evaluate("events.filter(({ name }) => name === 'error')")) == "[]"
