"""Scenes of a broadcast, what a crew does with them at once, and the page from which it does so."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page, ViewportSize, expect

from tests.site.conftest import Keep
from tests.site.pages import pass_time, take_over, wait_until
from tests.site.stage import Stage, act, milestone, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROADCAST: ViewportSize = {"width": 1920, "height": 1080}
PHONE: ViewportSize = {"width": 390, "height": 844}


# How each text of the region's board stands out (WCAG 2), on its tile and on each colour of what is behind the card.
CONTRASTS = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((one, i) => one * a + below[i] * (1 - a));
  const light = (colour) => colour
    .map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const backdrop = getComputedStyle(document.querySelector(".card"), "::before").backgroundImage;
  // What is not opaque airs over a dark picture.
  const behind = backdrop === "none" ? [[0, 0, 0]] : backdrop.match(/rgb\\([^)]+\\)/g).map(channels);
  const { shadowRoot } = document.querySelector("on-air-region");
  return [...shadowRoot.querySelectorAll("h2, .rank, .value, .label, .next, .fact *")].flatMap((text) => {
    const tile = text.closest(".fact");
    const tint = tile ? channels(getComputedStyle(tile).backgroundColor) : [0, 0, 0, 0];
    const ink = channels(getComputedStyle(text).color);
    return behind.map((colour) => ratio(ink, over(tint, colour)));
  });
}"""


def air(page: Page, stage: Stage, query: str) -> None:
    """Put a scene on air, and wait for its number."""
    take_over(page)
    page.goto(f"{stage.url}/overlay/2026?{query}")
    wait_until(page, "() => document.querySelector('.on-air.ready')")


def tell(page: Page, state: str, scene: str = "all") -> None:
    """Press a button of the control page, as it is open in the same browser."""
    page.evaluate(
        "async ([scene, state]) => (await import('/widget/panic.js')).order('2026', scene, state)", [scene, state]
    )
    wait_until(
        page,
        "name => document.documentElement.className === name",
        {"hide": "panicked", "hold": "held", "go": ""}[state],
    )


def told(page: Page, element: str) -> str:
    """Return all that an element says."""
    text: str = page.evaluate(f"document.querySelector('{element}').shadowRoot.textContent")
    return text


def test_what_is_held_stays_whatever_is_published_and_through_a_new_page(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    air(page, stage, "scene=number&lang=en")
    pass_time(page, 3)

    tell(page, "hold")
    stage.live(80_000)
    pass_time(page, 10)
    assert "72,418" in told(page, "good-deeds-counter")
    asked = stage.polls()
    page.reload()
    wait_until(page, "() => document.querySelector('.on-air.ready')")
    pass_time(page, 200)
    assert "72,418" in told(page, "good-deeds-counter")
    assert "min ago" in told(page, "good-deeds-counter")
    assert stage.polls() == asked

    tell(page, "go")
    pass_time(page, 3)
    assert "80,000" in told(page, "good-deeds-counter")


def test_an_address_holds_what_its_scene_showed_last(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    air(page, stage, "scene=countdown&lang=en")
    pass_time(page, 3)
    stage.live(80_000)

    for _ in range(2):
        page.goto(f"{stage.url}/overlay/2026?scene=countdown&lang=en&panic=hold")
        wait_until(page, "() => document.querySelector('.on-air.ready')")
        pass_time(page, 10)
        assert "72,418" in told(page, "on-air-countdown")

    page.goto(f"{stage.url}/overlay/2026?scene=countdown&lang=en")
    wait_until(page, "() => document.querySelector('.on-air.ready')")
    assert "80,000" in told(page, "on-air-countdown")


def test_what_was_never_shown_is_not_held_but_nothing(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    take_over(page)

    page.goto(f"{stage.url}/overlay/2026?scene=number&panic=hold")
    wait_until(page, "() => document.querySelector('good-deeds-counter')")
    pass_time(page, 10)

    expect(page.locator("#card")).to_have_css("opacity", "0")
    assert stage.polls() == 0


@pytest.mark.parametrize("query", ["scene=number&panic=hide", "panic=hide&alerts=1"])
def test_what_is_hidden_is_transparent(page: Page, stage: Stage, query: str) -> None:
    stage.live(72_418)

    air(page, stage, query)

    assert page.evaluate("getComputedStyle(document.body).opacity") == "0"


def test_what_is_hidden_comes_back_without_what_piled_up(page: Page, stage: Stage) -> None:
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=en")
    pass_time(page, 3)

    tell(page, "hide", "lower-third")
    assert page.evaluate("getComputedStyle(document.body).opacity") == "0"
    stage.live(101, milestones=[milestone(100, is_reached=True)])
    stage.put("recent.json", acts=[act(2), act(1)])
    pass_time(page, 3)
    tell(page, "go", "lower-third")
    pass_time(page, 3)

    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"
    expect(page.locator("#celebration")).to_be_hidden()
    assert "101" in told(page, "good-deeds-counter")
    assert not page.evaluate("document.getElementById('alert').classList.contains('on')")


@pytest.mark.parametrize("how", ["taken down", "held"])
def test_a_name_is_off_air_at_once_when_it_is_taken_down_and_when_the_picture_is_held(
    page: Page, stage: Stage, how: str
) -> None:
    stage.live(72_418)
    stage.put("organisations.json", organisations=[{"name": "Hostile Name"}, {"name": "Steppe University"}])
    air(page, stage, "scene=thanks&lang=en")
    wait_until(page, "() => document.querySelector('on-air-thanks').shadowRoot.textContent.includes('Hostile Name')")

    if how == "held":
        tell(page, "hold")
    else:
        stage.put("organisations.json", organisations=[{"name": "Steppe University"}])
    pass_time(page, 3)

    assert "Hostile Name" not in told(page, "on-air-thanks")
    assert "Thank you!" in told(page, "on-air-thanks")


def test_an_act_that_is_taken_down_is_gone_from_the_crawl(page: Page, stage: Stage) -> None:
    stage.live(0, totals={"good_deeds": 1})
    stage.put("recent.json", acts=[act(2, organisation="Hostile Name")])
    air(page, stage, "scene=crawl&lang=en")
    # It comes after the numbers, each of which has to pass: a browser that is busy takes its time.
    page.evaluate("for (const passing of document.getAnimations()) passing.playbackRate = 20")
    wait_until(page, "() => document.querySelector('on-air-crawl').shadowRoot.textContent.includes('Hostile Name')")

    stage.put("recent.json", acts=[])
    pass_time(page, 3)

    assert "Hostile Name" not in told(page, "on-air-crawl")


def test_the_crawl_of_a_place_tells_its_own_numbers_and_acts(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    stage.put("places.json", places={"KZ-75": place(0) | {"good_deeds": 7}, "KZ-71": place(900)})
    stage.put("recent.json", acts=[act(2, place="KZ-71", organisation="Elsewhere")])
    air(page, stage, "scene=crawl&place=KZ-75&lang=en")
    seen = ""

    for _ in range(40):
        page.evaluate("for (const passing of document.getAnimations()) passing.playbackRate = 20")
        page.wait_for_timeout(50)
        seen += told(page, "on-air-crawl")

    assert "Almaty" in seen
    assert "7good deeds" in seen
    assert "72,418" not in seen
    assert "Elsewhere" not in seen


def test_regions_change_places_as_they_overtake_each_other(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(50), "KZ-71": place(40)})
    air(page, stage, "scene=regions&lang=en")
    assert "1Almaty502Astana40" in told(page, "on-air-leaders")

    stage.put("places.json", places={"KZ-75": place(50), "KZ-71": place(60)})
    pass_time(page, 3)

    assert "1Astana602Almaty50" in told(page, "on-air-leaders")


@pytest.mark.parametrize("theme", ["night", "sky", "light", "plain"])
def test_the_board_of_a_region_can_be_read_in_its_own_colours_in_every_theme(
    page: Page, stage: Stage, keep: Keep, theme: str
) -> None:
    page.set_viewport_size(BROADCAST)
    stage.put("places.json", places={"KZ-75": place(72_418)})

    air(page, stage, f"scene=region&place=KZ-75&lang=ru&theme={theme}")
    wait_until(page, "() => document.querySelector('on-air-region').shadowRoot.adoptedStyleSheets.length > 1")

    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) >= 11
    assert min(contrasts) >= 3
    drawn = "getComputedStyle(document.querySelector('on-air-region').shadowRoot.querySelector('.bar')).backgroundImage"
    assert page.evaluate(drawn).startswith("linear-gradient")
    keep(page, f"region-{theme}")


def test_of_a_campaign_that_is_over_nothing_is_still_to_come(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(1005, state="ended", milestones=[milestone(1000, is_reached=True), milestone(2000, is_reached=False)])
    stage.put("places.json", state="ended", places={"KZ-75": place(5)})

    air(page, stage, "scene=countdown&lang=en")
    assert told(page, "on-air-countdown").startswith("good deeds1,005")
    assert "to go" not in told(page, "on-air-countdown")
    assert "milestone" not in told(page, "on-air-countdown")
    keep(page, "countdown-ended")

    air(page, stage, "scene=region&place=KZ-75&lang=en")
    assert "milestone" not in told(page, "on-air-region")


def test_the_value_of_a_countdown_stands_where_its_bar_ends(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(190, milestones=[milestone(100, is_reached=True), milestone(200, is_reached=False)])
    air(page, stage, "scene=countdown&lang=en")
    keep(page, "countdown")
    root = "document.querySelector('on-air-countdown').shadowRoot"
    page.evaluate(f"{root}.getAnimations().forEach((animation) => animation.finish())")

    box = f"{root}.querySelector('{{}}').getBoundingClientRect().toJSON()"
    bar, now = page.evaluate(box.format(".bar")), page.evaluate(box.format(".now"))
    assert now["left"] < bar["right"] <= now["right"]


@pytest.mark.parametrize("query", ["", "scene=number", "scene=crawl", "scene=region&place=KZ-75", "scene=regions"])
def test_a_campaign_airs_by_its_own_name(page: Page, stage: Stage, query: str) -> None:
    stage.live(72_418)
    stage.put("places.json", places={"KZ-75": place(5)})
    names = {"kk": "Көктем", "ru": "Весна добра", "en": "Spring"}
    stage.documents["/v1/campaigns.json"] = {"campaigns": [{"id": "2025", "names": {}}, {"id": "2026", "names": names}]}

    air(page, stage, f"{query}&lang=ru")

    name = "(document.querySelector('.caption') ?? document.querySelector('on-air-crawl').shadowRoot).textContent"
    wait_until(page, f"() => {name}.includes('Весна добра')")
    assert "Марафон" not in page.evaluate(name)


def test_a_countdown_tells_that_a_milestone_is_reached_and_goes_on_to_the_next(page: Page, stage: Stage) -> None:
    stage.live(95, milestones=[milestone(100, is_reached=False), milestone(200, is_reached=False)])
    air(page, stage, "scene=countdown&lang=en")
    assert "100 good deeds5 to go" in told(page, "on-air-countdown")

    stage.live(110, milestones=[milestone(100, is_reached=True), milestone(200, is_reached=False)])
    pass_time(page, 3)
    assert "100 good deedsWe made it!" in told(page, "on-air-countdown")
    pass_time(page, 31)

    assert "200 good deeds90 to go" in told(page, "on-air-countdown")


def test_the_control_page_shows_all_scenes_and_commands_them(page: Page, stage: Stage) -> None:
    stage.live(72_418)
    page.set_viewport_size(BROADCAST)
    page.goto(f"{stage.url}/studio/2026?lang=en")
    expect(page.locator("article iframe")).to_have_count(7)

    page.locator("[name=preview]").select_option("frozen")
    page.locator("[name=place]").select_option("KZ-27")

    addresses = [field.input_value() for field in page.locator("article > .address input").all()]
    others = ("number", "crawl", "regions", "region", "countdown", "thanks")
    assert [address.partition("?")[2] for address in addresses] == [
        "place=KZ-27&lang=en&alerts=1",
        *(f"scene={name}&place=KZ-27&lang=en" for name in others),
    ]
    page.locator("#all [value=hide]").click()
    expect(page.frame_locator("article iframe").first.locator("html")).to_have_class("panicked")
    expect(page.locator("article [value=hide][aria-pressed=true]")).to_have_count(7)
    page.locator("#all [value=go]").click()
    expect(page.frame_locator("article iframe").first.locator("html")).not_to_have_class("panicked")


def test_the_control_page_of_no_campaign_says_so(page: Page, stage: Stage) -> None:
    stage.documents["/v1/campaigns.json"] = {"campaigns": [{"id": "2025"}]}
    page.goto(f"{stage.url}/studio/2026?lang=ru")

    expect(page.get_by_text("Такой кампании нет")).to_be_visible()
    expect(page.locator("main > :visible")).to_have_count(2)
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("There is no such campaign")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_control_page_can_be_read_by_everybody(page: Page, stage: Stage, keep: Keep) -> None:
    stage.live(72_418)
    page.set_viewport_size(PHONE)
    page.goto(f"{stage.url}/studio/2026?lang=ru")
    page.evaluate("document.querySelectorAll('details').forEach((more) => (more.open = true))")

    page.evaluate(AXE_SCRIPT)
    for lang in ("kk", "ru", "en"):
        page.locator(f"header [data-lang={lang}]").click()
        expect(page.locator("article")).to_have_count(7)
        found = page.evaluate("axe.run({ iframes: false }).then(({ violations }) => violations)")
        assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep(page, f"studio-{lang}")
