"""Launch page, embed page and builder, as a visitor meets them."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import KINDS
from chalicelib.publishing.number_formats import number
from tests.site.conftest import Keep
from tests.site.pages import COUNTER, open_page, pass_time, shows, take_over, wait_until
from tests.site.stage import BASE, Stage, act, milestone, place, release, totals

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"phone": (390, 844), "desktop": (1440, 900), "wall": (3840, 2160)}
REST = {"people": 1, "hours": 1, "amount": {"KZT": 0}}
IN_FULL_SWING = totals(
    72_418,
    participants=58_214,
    volunteers=41_877,
    hours=402_118,
    events_held=3_190,
    organisations=1_284,
    amount={"KZT": 1_284_530_000},
)
NAMES = {"kk": "Қайырымды істер марафоны", "ru": "Марафон добрых дел", "en": "Marathon of Good Deeds"}


LINK: dict[str, Any] = {
    "url": "https://example.kz/form",
    "title": {"kk": "Тіркелу", "ru": "Записаться", "en": "Sign up"},
}


def fill(stage: Stage, **live: Any) -> None:
    """Publish a marathon in full swing."""
    milestones = [milestone(50_000, is_reached=True), milestone(75_000, is_reached=False)]
    goals = [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]
    stage.live(72_418, **{"goals": goals, "milestones": milestones, "totals": IN_FULL_SWING} | live)
    codes = [*regions(), ABROAD]
    stage.put("places.json", places={code: place(number * 7919 % 6000 + 3) for number, code in enumerate(codes, 1)})
    kinds = dict(zip(range(9, 0, -1), KINDS * 2, strict=False))
    stage.put("recent.json", acts=[act(number, kind=kind, place=codes[-number]) for number, kind in kinds.items()])
    minutes = [
        {"at": f"{minute // 60:02}:{minute % 60:02}", "participations": 5 + minute % 37 * minute // 90, **REST}
        for minute in range(360, 660)
    ]
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=minutes)
    stage.campaign = {"names": NAMES, "links": [LINK]}
    stage.documents["/v1/campaigns.json"] = {"campaigns": [{"id": "2026"}]}


def visit(page: Page, stage: Stage, path: str) -> None:
    """Open one of our own pages on the first day of the marathon, for somebody who wants no motion."""
    page.emulate_media(reduced_motion="reduce")
    take_over(page)
    page.goto(stage.url + path)


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong."""
    if not page.evaluate("!!globalThis.axe"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate("testClock.release()")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)")
    page.evaluate("testClock.hold()")
    return [f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}" for fault in found]


@pytest.mark.parametrize("lang", NAMES)
def test_the_launch_page_speaks_three_languages(page: Page, stage: Stage, lang: str) -> None:
    fill(stage)

    visit(page, stage, f"/?lang={lang}")

    expect(page).to_have_title(NAMES[lang])
    assert page.evaluate("document.documentElement.lang") == lang
    shows(page, "72,418" if lang == "en" else "72\u00a0418")
    expect(page.locator("#links a")).to_have_text(LINK["title"][lang])
    assert violations(page) == []


def test_the_language_is_changed_by_a_click_and_kept(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/")
    expect(page).to_have_title(NAMES["kk"])

    page.get_by_role("button", name="English").click()
    expect(page).to_have_title(NAMES["en"])
    page.reload()

    expect(page).to_have_title(NAMES["en"])
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")


def test_a_browser_that_keeps_nothing_is_served_too(page: Page, stage: Stage) -> None:
    fill(stage)
    page.add_init_script(
        'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("", "SecurityError"); } });'
    )

    visit(page, stage, "/?lang=constructor")
    page.get_by_role("button", name="English").click()

    shows(page, "72,418")


@pytest.mark.parametrize("size", SIZES)
def test_the_launch_page_fits_its_screen(page: Page, stage: Stage, keep: Keep, size: str) -> None:
    fill(stage)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})

    visit(page, stage, "/?lang=kk")
    shows(page, "72\u00a0418")
    wait_until(page, "() => document.querySelector('good-deeds-map').dataset.state === 'fresh'")

    keep(page, f"launch-{size}")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("said", [{}, {"names": {}, "links": []}])
def test_the_launch_page_stands_where_nothing_is_known_of_the_campaign(
    page: Page, stage: Stage, said: dict[str, Any]
) -> None:
    fill(stage)
    stage.campaign = said

    visit(page, stage, "/?lang=ru")

    shows(page, "72\u00a0418")
    expect(page).to_have_title(NAMES["ru"])
    expect(page.locator("#links a")).to_have_count(0)


def test_the_launch_page_asks_for_one_document_and_now_and_then_for_the_day(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")
    wait_until(page, "() => document.querySelector('good-deeds-timeline').dataset.state === 'fresh'")

    pass_time(page, 600)

    asked = Counter(path for _, path, _ in stage.requests if path.startswith("/v1/"))
    assert asked.keys() == {f"{BASE}page.json", f"{BASE}timeline/2026-06-01.json"}
    # `next` is 2 here, and a request comes up to a fifth sooner or later.
    assert 250 <= asked[f"{BASE}page.json"] <= 375
    assert 2 <= asked[f"{BASE}timeline/2026-06-01.json"] <= 3
    assert page.evaluate("document.querySelector('good-deeds-timeline').dataset.state") == "fresh"


def test_everything_on_the_launch_page_follows_its_document(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")
    wait_until(page, "() => document.querySelector('good-deeds-board').dataset.state === 'fresh'")

    goal = {"metric": "people", "target": 100_000, "original": 100_000}
    stage.live(99_999, totals=IN_FULL_SWING | {"people": 88_888}, goals=[goal])
    stage.put("places.json", places={"KZ-75": place(4_321)})
    stage.put("recent.json", acts=[act(77)])
    stage.campaign = {"names": NAMES | {"en": "Another name"}, "links": [LINK, LINK | {"url": "https://example.kz/b"}]}
    pass_time(page, 3)

    shows(page, "88,888")
    expect(page).to_have_title("Another name")
    expect(page.locator("#links a")).to_have_count(2)
    expect(page.locator("good-deeds-ticker li")).to_have_count(1)
    expect(page.locator("good-deeds-map .KZ-75")).to_contain_text("4,321")
    expect(page.locator("good-deeds-board [part='row KZ-75']")).to_contain_text("4,321")


def test_the_launch_page_is_on_air_however_rarely_it_shall_ask(page: Page, stage: Stage) -> None:
    fill(stage)
    stage.campaign["next"] = 300
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")

    pass_time(page, 220)

    expect(page.locator("#state")).to_have_text("Live")
    expect(page.locator("#age")).to_have_text("updated 3 min ago")


def test_links_that_stay_are_left_alone(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    page.get_by_role("link", name="Sign up").focus()

    fill(stage)
    pass_time(page, 5)

    assert page.evaluate("document.activeElement.textContent") == "Sign up"


def test_a_test_campaign_cannot_be_mistaken_for_the_real_one(page: Page, stage: Stage) -> None:
    fill(stage, state="test")

    visit(page, stage, "/?lang=en")

    expect(page.locator("#test")).to_have_text("Test mode: these numbers are not real")
    expect(page.locator("#test")).to_be_visible()


def test_links_lead_nowhere_but_to_the_web(page: Page, stage: Stage) -> None:
    fill(stage)
    script = {"url": "javascript:alert(1)", "title": {"kk": "x", "ru": "x", "en": "x"}}
    stage.campaign = {"links": [script, LINK]}

    visit(page, stage, "/?lang=en")

    expect(page.locator("#links a")).to_have_count(1)


def test_a_milestone_is_celebrated(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")

    people = milestone(9_000, is_reached=False, metric="people")
    fill(stage, milestones=[milestone(50_000, is_reached=True), milestone(75_000, is_reached=True), people])
    pass_time(page, 3)

    expect(page.locator("#celebrated")).to_have_text("75000 good deeds!")
    marks = ["50K good deeds, reached", "75K good deeds, reached", "100K good deeds"]
    expect(page.locator("#milestones li")).to_have_text(marks)
    expect(page.locator("#course .also")).to_have_text("9000 good deeds! · 9,000 people")
    assert violations(page) == []
    pass_time(page, 10)
    expect(page.locator("#celebration")).to_be_hidden()


def test_a_celebration_ends_when_it_is_closed(page: Page, stage: Stage, keep: Keep) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")
    fill(stage, milestones=[milestone(75_000, is_reached=True)])
    pass_time(page, 3)
    expect(page.locator("#celebrated")).to_have_text("75000 good deeds!")
    keep(page, "launch-celebration")

    page.get_by_role("button", name="Close").click()

    expect(page.locator("#celebration")).to_be_hidden()


def test_labels_of_milestones_close_together_never_collide(page: Page, stage: Stage) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    close = [milestone(at, is_reached=at < 72_418) for at in range(68_000, 78_000, 1_100)]
    fill(stage, milestones=close)

    visit(page, stage, "/?lang=kk")
    shows(page, "72\u00a0418")

    labels = page.evaluate(
        """[...document.querySelectorAll("#milestones li > span:not(.sr)")].map((label) => {
          const { left, right } = label.getBoundingClientRect();
          return { text: label.textContent, left, right };
        })"""
    )
    course = page.locator("#course").evaluate("course => course.getBoundingClientRect().left")
    assert "73\u00a0500" in {label["text"] for label in labels}, "the next one is always told"
    assert all(course - 1 <= label["left"] and label["right"] <= 320 for label in labels)
    assert all(one["right"] < other["left"] for one, other in pairwise(labels))
    expect(page.locator("#course .next")).to_have_text("Келесі меже: 73\u00a0500, 1\u00a0082 қалды")


def test_no_name_on_the_map_is_clipped_on_a_phone(page: Page, stage: Stage) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    fill(stage)
    visit(page, stage, "/?lang=kk")
    shows(page, "72\u00a0418")

    for name in ("Қазақша", "Русский", "English"):
        page.get_by_role("button", name=name).click()
        lang = page.get_by_role("button", name=name).get_attribute("lang")
        wait_until(page, "lang => document.querySelector('good-deeds-map').shadowRoot.firstChild.lang === lang", lang)
        clipped = page.evaluate(
            """[...document.querySelector("good-deeds-map").shadowRoot.querySelectorAll("li")].filter((tile) => {
              const room = tile.getBoundingClientRect();
              return [...tile.querySelectorAll("[part]")].some((text) => {
                const range = document.createRange();
                range.selectNodeContents(text);
                return range.getBoundingClientRect().right > room.right;
              });
            }).map((tile) => tile.textContent)"""
        )
        assert clipped == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("lang", NAMES)
def test_a_campaign_in_which_nothing_has_happened_yet_invites(page: Page, stage: Stage, keep: Keep, lang: str) -> None:
    nothing = dict.fromkeys(totals(0), 0) | {"amount": {"KZT": 0}}
    places = {code: dict.fromkeys(place(0), 0) | {"amount": {"KZT": 0}} for code in [*regions(), ABROAD]}
    fill(stage, totals=nothing)
    stage.put("places.json", places=places)
    stage.put("recent.json", acts=[])
    del stage.documents["timeline/2026-06-01.json"]

    visit(page, stage, f"/?lang={lang}")
    wait_until(page, "() => document.body.dataset.told === 'empty'")

    seen = page.inner_text("main") + "".join(page.locator("good-deeds-map [part=number]").all_text_contents())
    assert re.findall(r"\b0\b|^—$", seen, re.MULTILINE) == []
    expect(page.locator("#links a")).to_have_text(LINK["title"][lang])
    keep(page, f"launch-empty-{lang}")
    assert violations(page) == []


def test_a_campaign_that_is_over_thanks_and_takes_nobody_in(page: Page, stage: Stage) -> None:
    fill(stage, state="ended")

    visit(page, stage, "/?lang=en")

    expect(page.locator("#state")).to_have_text("Marathon finished")
    expect(page.locator("#invite")).to_have_text("The marathon is finished. Thank you, everybody who took part!")
    expect(page.locator(".join-now")).to_be_hidden()
    expect(page.locator("#links")).to_be_hidden()


def test_the_whole_page_can_be_paused(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    shows(page, "72,418")

    page.get_by_role("button", name="Pause").click()
    fill(stage)
    stage.live(99_999)
    pass_time(page, 60)
    expect(page.locator("#pulse")).to_have_text("Paused")
    shows(page, "72,418")
    page.get_by_role("button", name="Resume").click()

    shows(page, "99,999")


def test_the_age_of_the_numbers_is_always_said(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/?lang=en")
    expect(page.locator("#age")).to_have_text("updated just now")
    stage.is_down = True

    pass_time(page, 130)

    expect(page.locator("#state")).to_have_text("Offline")
    expect(page.locator("#age")).to_have_text("updated 2 min ago")


@pytest.mark.parametrize("theme", ["night", "light", "sky"])
def test_the_embedded_page_shows_what_its_address_says(page: Page, stage: Stage, keep: Keep, theme: str) -> None:
    fill(stage)
    page.set_viewport_size({"width": 640, "height": 360})

    people = stage.documents["places.json"]["places"]["KZ-75"]["people"]

    visit(page, stage, f"/embed/2026?lang=ru&place=KZ-75&metric=people&goal=10000&theme={theme}")

    shows(page, number(people, "ru"))
    expect(page.locator("#place")).to_have_text("Алматы")
    keep(page, f"embed-{theme}")
    assert violations(page) == []


@pytest.mark.parametrize("element", ["board", "map", "ticker", "timeline", "counter"])
def test_elements_on_a_plain_page_are_accessible(page: Page, stage: Stage, element: str) -> None:
    fill(stage)

    open_page(page, stage, f'<h1>Partner</h1><good-deeds-{element} campaign="2026"></good-deeds-{element}>', element)
    wait_until(page, f"() => document.querySelector('good-deeds-{element}').dataset.state === 'fresh'")

    assert violations(page) == []


def test_the_builder_makes_a_snippet_that_works_elsewhere(
    page: Page, stage: Stage, other_stage: Stage, keep: Keep
) -> None:
    fill(stage)
    visit(page, stage, "/widget/builder?lang=en")
    page.locator("[name=place]").select_option("KZ-75")
    page.locator("[name=metric]").select_option("people")
    people = number(stage.documents["places.json"]["places"]["KZ-75"]["people"], "en")
    shows(page, people)
    keep(page, "builder")
    assert violations(page) == []
    snippet = page.locator("#snippet").text_content()

    policy = f"default-src 'none'; script-src {stage.url}; connect-src {stage.url}"
    other_stage.policy = policy
    other_stage.pages["/"] = f"<!doctype html><title>Partner</title>{snippet}"
    page.goto(other_stage.url)

    shows(page, people)


def test_a_pinned_snippet_names_the_proof_of_every_script(page: Page, stage: Stage, other_stage: Stage) -> None:
    fill(stage)
    stage.documents["/widget/release.json"] = release()
    visit(page, stage, "/widget/builder?lang=en")

    page.get_by_label("Pinned version (SRI)").check()
    snippet = page.locator("#snippet").text_content() or ""
    other_stage.policy = f"default-src 'none'; script-src {stage.url}; connect-src {stage.url}"
    other_stage.pages["/"] = f"<!doctype html><title>Partner</title>{snippet}"
    page.goto(other_stage.url)

    shows(page, "72,418")
    loaded = {path for _, path, _ in stage.requests if path.startswith(f"/widget/{release()['release']}/")}
    assert len(loaded) == snippet.count("integrity=") == 8


def test_the_builder_makes_everything_that_can_be_shown(page: Page, stage: Stage) -> None:
    fill(stage)
    visit(page, stage, "/widget/builder?lang=en")

    for thing, contains in {
        "board": "<good-deeds-board",
        "map": "<good-deeds-map",
        "ticker": "<good-deeds-ticker",
        "embed": "/embed/2026?lang=en&amp;metric=good_deeds",
        "badge": "/v1/campaigns/2026/badge/good_deeds.en.svg",
        "overlay": "/overlay/2026?lang=en&metric=good_deeds",
        "timeline": "<good-deeds-timeline",
    }.items():
        page.locator("[name=thing]").select_option(thing)

        expect(page.locator("#snippet")).to_contain_text(contains)
        assert violations(page) == []


def furniture(page: Page) -> list[list[str]]:
    """Return what stands beside the numbers of each element of a page: its caption, and a pause."""
    found: list[list[str]] = page.evaluate(
        """[...document.querySelectorAll("main > *")].flatMap(({ shadowRoot }) => shadowRoot ?? []).map((root) =>
          ["caption", "pause"].map((part) => root.querySelector(`[part=${part}]`)?.textContent ?? ""))"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_partner_s_page_has_one_pause_and_captions_that_lead_back(
    page: Page, stage: Stage, other_stage: Stage, keep: Keep, scheme: Literal["light", "dark"]
) -> None:
    fill(stage)
    home = "Spring of Good Deeds"
    stage.documents["/v1/campaigns.json"] = {"campaigns": [{"id": "2025"}, {"id": "2026", "names": {"en": home}}]}
    names = ("counter", "board", "map", "ticker", "timeline")
    scripts = "".join(f'<script type="module" src="{stage.url}/widget/{name}.js"></script>' for name in names)
    elements = "".join(f'<good-deeds-{name} campaign="2026"></good-deeds-{name}>' for name in names)
    paper = {"light": "#fff", "dark": "#121212"}[scheme]
    style = f"<style>:root {{ color-scheme: {scheme}; background: {paper}; }}</style>"
    small = '<good-deeds-counter campaign="2026" view="text"></good-deeds-counter>'
    other_stage.policy = (
        f"default-src 'none'; script-src 'self' {stage.url}; connect-src {stage.url}; style-src 'unsafe-inline'"
    )
    body = f"<main><h1>Partner</h1>{small}{elements}</main>"
    other_stage.pages["/"] = f'<!doctype html><html lang="en"><title>Partner</title>{style}{scripts}{body}'
    take_over(page)
    page.goto(other_stage.url)
    wait_until(
        page, "() => [...document.querySelectorAll('main > :not(h1)')].every((element) => element.dataset.state)"
    )
    wait_until(
        page,
        "name => document.querySelector('good-deeds-timeline').shadowRoot.querySelector('a')?.textContent === name",
        home,
    )

    assert sum(path == "/v1/campaigns.json" for _, path, _ in stage.requests) == 1
    assert furniture(page) == [
        ["", ""],
        [home, "❚❚"],
        [f"Regions · {home}", ""],
        [f"Regions, good deeds · {home}", ""],
        [f"Latest deeds · {home}", ""],
        [f"Contributions · {home}", ""],
    ]
    assert page.locator("good-deeds-map a").get_attribute("href") == f"{stage.url}/?lang=en"
    keep(page, f"partner-{scheme}")
    assert violations(page) == []

    page.get_by_role("button", name="Pause").click()

    states = "[...document.querySelectorAll('main > :not(h1)')].map((element) => element.dataset.state)"
    assert page.evaluate(states) == ["paused"] * 6
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_small_counters_of_a_page_that_keeps_still_have_no_button(page: Page, stage: Stage) -> None:
    fill(stage)
    still = "".join(COUNTER.replace("lang", f'view="{view}" motion="none" lang') for view in ("compact", "text"))

    open_page(page, stage, still)
    shows(page, "72.4K")

    assert furniture(page) == [["", ""], ["", ""]]


def test_many_counters_keep_a_page_accessible(page: Page, stage: Stage) -> None:
    fill(stage)
    views = "".join(COUNTER.replace("lang", f'view="{view}" lang') for view in ("full", "compact", "bar", "text"))

    open_page(page, stage, f"<h1>Partner</h1>{views}")

    shows(page, "72,418")
    assert violations(page) == []
