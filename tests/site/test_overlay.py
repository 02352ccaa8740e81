"""The overlay on air: only what is true, nothing that fails, and by itself back again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.site.conftest import Keep
from tests.site.pages import (
    FIRST_DAY,
    animations,
    hide,
    part,
    pass_time,
    shows,
    take_over,
    wait_until,
    wait_until_spoken,
)
from tests.site.stage import Document, Stage, act, milestone, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROADCAST: ViewportSize = {"width": 1920, "height": 1080}
GOALS = [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]


def air(page: Page, stage: Stage, query: str = "", time: str = FIRST_DAY) -> None:
    """Put the overlay on air."""
    take_over(page, time)
    page.goto(f"{stage.url}/overlay/2026?{query}")
    wait_until_spoken(page, "#counter > *")


def box(page: Page, selector: str) -> dict[str, float]:
    """Return where an element is drawn."""
    found: Any = page.locator(selector).bounding_box()
    return dict(found)


def test_the_picture_is_transparent_but_for_the_plate(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(72_418, goals=GOALS)

    air(page, stage, "lang=kk")

    shows(page, "72\u00a0418")
    transparent = "rgba(0, 0, 0, 0)"
    for tag in ("html", "body"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{tag}')).backgroundColor") == transparent
    keep(page, "overlay")


@pytest.mark.parametrize(
    "align", ["bottom-left", "bottom", "bottom-right", "left", "center", "right", "top-left", "top", "top-right"]
)
def test_the_plate_stays_within_the_safe_area(page: Page, stage: Stage, align: str) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(72_418, goals=GOALS)

    air(page, stage, f"align={align}&size=150&ticker=1")

    shows(page, "72\u00a0418")
    plate = box(page, "#plate")
    assert plate["x"] >= 96 - 1
    assert plate["y"] >= 54 - 1
    assert plate["x"] + plate["width"] <= 1920 - 96 + 1
    assert plate["y"] + plate["height"] <= 1080 - 54 + 1


def test_every_letter_on_air_is_of_the_one_font_whatever_a_machine_has(page: Page, stage: Stage) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(1_234_567_890, goals=GOALS)
    air(page, stage, "lang=kk&metric=amount")
    wait_until(page, "() => document.fonts.check('16px Inter') && document.querySelector('.plate.ready')")

    cyrillic, latin = "Ә Ғ Қ Ң Ө Ұ Ү Һ І Ё ә ғ қ ң ө ұ ү һ і ё", "Ä Ğ İ Ñ Ö Ş Ū Ü ä ğ ı ñ ö ş ū ü"
    written = f"{cyrillic} {latin} 0123456789 ₸ $ € ₽ № « » − – — … · %"
    page.evaluate("text => (document.getElementById('caption').textContent = text)", written)

    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    caption = session.send("DOM.querySelector", {"nodeId": root, "selector": "#caption"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": caption})["fonts"]
    session.detach()
    assert [(font["familyName"], font["isCustomFont"]) for font in fonts] == [("Inter Variable", True)]


def test_nothing_is_on_air_before_there_is_a_number(page: Page, stage: Stage) -> None:
    air(page, stage)
    pass_time(page, 150)
    expect(page.locator("#plate")).to_have_css("opacity", "0")

    stage.live(72_418)
    pass_time(page, 80)

    expect(page.locator("#plate")).to_have_css("opacity", "1")
    shows(page, "72\u00a0418")


def test_an_outage_keeps_the_number_and_ends_by_itself(page: Page, stage: Stage) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(72_418)
    air(page, stage, "lang=ru")
    shows(page, "72\u00a0418")

    stage.is_down = True
    pass_time(page, 130)
    assert (part(page, "value"), part(page, "age")) == ("72\u00a0418", "нет связи · 2\u00a0мин назад")
    stage.is_down = False
    stage.live(72_500)
    pass_time(page, 80)

    shows(page, "72\u00a0500")
    assert part(page, "age") == ""


@pytest.mark.parametrize(("stale", "opacity"), [("mark", "1"), ("dim", "0.55"), ("hide", "0"), ("off", "1")])
def test_what_an_outage_looks_like_can_be_chosen(page: Page, stage: Stage, stale: str, opacity: str) -> None:
    stage.live(72_418)
    air(page, stage, f"stale={stale}")
    shows(page, "72\u00a0418")

    stage.is_down = True
    pass_time(page, 130)

    expect(page.locator("#plate")).to_have_css("opacity", opacity)
    expect(page.locator("good-deeds-counter [part=age]")).to_be_visible(visible=stale != "off")


def test_a_source_that_comes_back_into_the_picture_shows_the_newest_number_at_rest(page: Page, stage: Stage) -> None:
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    air(page, stage)
    shows(page, "99")
    hide(page, is_hidden=True)
    stage.live(500, milestones=[milestone(100, is_reached=True)])

    hide(page, is_hidden=False)

    shows(page, "500")
    assert animations(page) == 0
    expect(page.locator("#celebration")).to_be_hidden()


def test_a_milestone_is_celebrated_and_over_after_some_seconds(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    air(page, stage, "lang=kk")
    shows(page, "99")

    stage.live(101, milestones=[milestone(100, is_reached=True)])
    pass_time(page, 3)

    expect(page.locator("#celebrated")).to_have_text("100 қайырымды іс!")
    pass_time(page, 2)
    keep(page, "overlay-milestone")
    pass_time(page, 8)
    expect(page.locator("#celebration")).to_be_hidden()


def test_a_milestone_of_a_test_is_marked_though_it_covers_the_plate(page: Page, stage: Stage) -> None:
    stage.live(99, state="test", milestones=[milestone(100, is_reached=False)])
    air(page, stage, "lang=ru&align=center")
    shows(page, "99")

    stage.live(101, state="test", milestones=[milestone(100, is_reached=True)])
    pass_time(page, 3)

    expect(page.locator("#celebrated-state")).to_have_text("тест")
    expect(page.locator("#plate")).to_have_css("opacity", "0")


def test_milestones_can_be_left_uncelebrated(page: Page, stage: Stage) -> None:
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    air(page, stage, "milestones=0")
    shows(page, "99")

    stage.live(101, milestones=[milestone(100, is_reached=True)])
    pass_time(page, 3)

    shows(page, "101")
    expect(page.locator("#celebration")).to_be_hidden()


def test_metrics_and_languages_take_turns(page: Page, stage: Stage) -> None:
    stage.live(1000)
    air(page, stage, "metrics=good_deeds,people&lang=kk,en&rotate=5")
    shows(page, "1\u00a0000")
    shown = []

    for _ in range(5):
        wait_until(page, "() => Number(getComputedStyle(document.querySelector('.number')).opacity) > 0.9")
        shown.append((part(page, "value"), part(page, "label")))
        pass_time(page, 5)
        wait_until(
            page,
            "text => document.querySelector('good-deeds-counter').shadowRoot"
            ".querySelector('[part=label]').textContent !== text",
            shown[-1][1],
        )

    assert shown == [
        ("1\u00a0000", "қайырымды іс"),
        ("1,000", "good deeds"),
        ("1\u00a0003", "адам"),
        ("1,003", "people"),
        ("1\u00a0000", "қайырымды іс"),
    ]


def minute(at: str, acts: int) -> Document:
    return {"at": at, "participations": acts, "people": acts * 2, "hours": 0, "amount": {"KZT": 0}}


def test_what_came_today_since_a_time_can_be_shown(page: Page, stage: Stage) -> None:
    stage.live(1000)
    minutes = [minute("09:59", 100), minute("10:00", 5), minute("10:30", -1)]
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=minutes)

    air(page, stage, "since=10:00&metric=people&lang=en")

    shows(page, "8", element="good-deeds-since")
    expect(page.locator("#caption")).to_have_text("Marathon of Good Deeds · today since 10:00")


def test_what_came_since_an_evening_goes_on_past_midnight(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    evening = [minute("19:59", 100), minute("20:00", 5), minute("23:59", 2)]
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=evening)
    air(page, stage, "since=20:00&lang=ru", time="2026-06-01T18:59:50Z")
    shows(page, "7", element="good-deeds-since")
    # The usual measure of an overlay is none of a timeline: its own first one is shown.
    assert part(page, "label", "good-deeds-since") == "вкладов"
    expect(page.locator("#caption")).to_have_text("Марафон добрых дел · сегодня с 20:00")
    keep(page, "overlay-since")
    seen = set()

    for _ in range(6):
        pass_time(page, 5)
        seen.add(part(page, "value", "good-deeds-since"))
    stage.put("timeline/2026-06-02.json", date="2026-06-02", minutes=[minute("00:00", 3)])
    pass_time(page, 61)

    shows(page, "10", element="good-deeds-since")
    assert seen == {"7"}
    expect(page.locator("#caption")).to_have_text("Марафон добрых дел · с 20:00")


def test_what_came_since_a_date_and_in_a_last_while_can_be_shown(page: Page, stage: Stage) -> None:
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=[minute("10:59", 4), minute("11:10", 5)])
    stage.put("timeline/2026-05-31.json", date="2026-05-31", minutes=[minute("12:00", 70)])
    air(page, stage, "since=2026-05-30&lang=kk", time="2026-06-01T07:00:00Z")
    shows(page, "79", element="good-deeds-since")
    expect(page.locator("#caption")).to_have_text("Қайырымды істер марафоны · 30 мамырдан бері")

    page.goto(f"{stage.url}/overlay/2026?since=60m&lang=kk")
    shows(page, "5", element="good-deeds-since")
    expect(page.locator("#caption")).to_have_text("Қайырымды істер марафоны · соңғы 60 минутта")
    pass_time(page, 11 * 60)

    shows(page, "0", element="good-deeds-since")
    assert part(page, "note", "good-deeds-since") == ""


@pytest.mark.parametrize(
    ("query", "shown"),
    [("since=10:00&metric=volunteers", "participations"), ("place=KZ-75&metrics=participants,people", "people")],
)
def test_a_measure_that_there_is_not_is_left_out(page: Page, stage: Stage, query: str, shown: str) -> None:
    stage.put("timeline/2026-06-01.json", date="2026-06-01", minutes=[minute("10:00", 5)])
    stage.put("places.json", places={"KZ-75": place(12)})

    air(page, stage, query)

    wait_until(page, "() => document.querySelector('.plate.ready')")
    assert page.get_attribute("#counter > *", "metric") == shown


def test_numbers_can_be_held_back_as_the_picture_is(page: Page, stage: Stage) -> None:
    stage.live(1, next=2)
    air(page, stage, "delay=20")
    shows(page, "1")

    stage.live(2, next=2)
    pass_time(page, 15)
    assert part(page, "value") == "1"
    pass_time(page, 15)

    shows(page, "2")


def test_the_poll_interval_can_be_chosen(page: Page, stage: Stage) -> None:
    stage.live(1, next=1)
    air(page, stage, "poll=20&milestones=0")
    shows(page, "1")
    before = stage.polls()

    pass_time(page, 60)

    assert 2 <= stage.polls() - before <= 4


def test_a_place_is_named_on_the_plate(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-10": place(7)})

    air(page, stage, "place=KZ-10&lang=ru&goal=50&milestones=0")

    shows(page, "7")
    expect(page.locator("#caption")).to_have_text("область Абай")
    assert part(page, "target") == "14\u00a0% · цель 50"


def test_the_goal_can_be_left_out(page: Page, stage: Stage) -> None:
    stage.live(72_418, goals=GOALS)

    air(page, stage, "goal=0")

    shows(page, "72\u00a0418")
    expect(page.locator("good-deeds-counter [part=goal]")).to_be_hidden()


@pytest.mark.parametrize(
    ("query", "state", "mark"),
    [
        ("lang=kk", "test", "сынақ"),
        ("lang=ru", "frozen", "приём приостановлен"),
        ("lang=en", "ended", "finished"),
        ("lang=en&test=1", "live", "test"),
        ("lang=en", "live", ""),
    ],
)
def test_what_is_not_live_cannot_be_aired_unmarked(page: Page, stage: Stage, query: str, state: str, mark: str) -> None:
    stage.live(72_418, state=state)

    air(page, stage, query)

    shows(page, mark, "mark")
    expect(page.locator("good-deeds-counter [part=mark]")).to_be_visible(visible=bool(mark))


def is_announced(page: Page) -> bool:
    """Whether an alert is on air."""
    found: bool = page.evaluate("document.getElementById('alert').classList.contains('on')")
    return found


def test_a_new_act_is_announced_for_some_seconds(page: Page, stage: Stage) -> None:
    stage.live(1)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=en")
    pass_time(page, 3)
    assert not is_announced(page)

    stage.put("recent.json", acts=[act(12, organisation="School No 12"), act(1)])
    pass_time(page, 3)

    assert is_announced(page)
    expect(page.locator("#alert")).to_have_text("Volunteering12 peopleAlmaty · School No 12")
    pass_time(page, 7)
    assert not is_announced(page)


def test_an_alert_ends_before_the_picture_speaks_another_language(page: Page, stage: Stage) -> None:
    stage.live(1)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=kk,ru&rotate=5")
    pass_time(page, 3)
    stage.put("recent.json", acts=[act(12), act(1)])
    pass_time(page, 2)
    assert is_announced(page)

    pass_time(page, 3)
    assert is_announced(page)
    assert page.evaluate("document.documentElement.lang") == "kk"
    pass_time(page, 4)

    assert not is_announced(page)
    wait_until(page, "() => document.documentElement.lang === 'ru'")


def test_the_strip_is_read_through_a_celebration(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size({"width": 640, "height": 360})
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    stage.put("recent.json", acts=[act(3), act(2), act(1)])
    air(page, stage, "ticker=1&lang=en")
    shows(page, "99")

    stage.live(101, milestones=[milestone(100, is_reached=True)])
    pass_time(page, 3)
    expect(page.locator("#celebration")).to_be_visible()

    uppermost = """() => {
      const { left, top, width, height } = document.getElementById("strip").getBoundingClientRect();
      return [0.1, 0.5, 0.9].map((part) => document.elementFromPoint(left + width * part, top + height / 2).localName);
    }"""
    assert page.evaluate(uppermost) == ["good-deeds-ticker"] * 3
    keep(page, "strip-celebration")


# Which of the round pieces that are drawn leave the safe area, at any part of their way.
STRAYING = """() => [0, 0.25, 0.5, 0.75, 1].flatMap((part) =>
  [...document.querySelectorAll(".rays, .spark")].filter((piece) => {
    for (const animation of piece.getAnimations()) {
      const { delay, duration } = animation.effect.getTiming();
      animation.currentTime = delay + duration * part;
    }
    const { left, top, right, bottom } = piece.getBoundingClientRect();
    const [x, y, radius] = [(left + right) / 2, (top + bottom) / 2, piece.offsetWidth / 2];
    const room = (at, length) => Math.min(at - radius, length - at - radius) - length / 20;
    return room(x, innerWidth) < -1 || room(y, innerHeight) < -1;
  }).map((piece) => `${piece.className} ${part}`))"""


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("picture", [{"width": 640, "height": 360}, BROADCAST], ids=["360p", "1080p"])
def test_rays_and_sparks_of_a_celebration_stay_within_the_safe_area(
    page: Page, stage: Stage, picture: ViewportSize, size: int
) -> None:
    page.set_viewport_size(picture)
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    air(page, stage, f"lang=en&size={size}")
    shows(page, "99")

    stage.live(101, milestones=[milestone(100, is_reached=True)])
    pass_time(page, 3)
    expect(page.locator("#celebration")).to_be_visible()

    assert page.locator(".spark").count() > 0
    assert page.evaluate(STRAYING) == []


def test_many_acts_are_gathered_and_come_after_a_milestone(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    waiting = [milestone(100, is_reached=False), milestone(50, is_reached=False, metric="people")]
    stage.live(90, milestones=waiting)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=ru&delay=0")
    shows(page, "90")

    reached = [milestone(100, is_reached=True), milestone(50, is_reached=True, metric="people")]
    stage.live(101, milestones=reached)
    pass_time(page, 3)
    crowd = [act(number, organisation=f"№ {number} мектеп" if number % 2 else None) for number in range(9, 1, -1)]
    stage.put("recent.json", acts=[*crowd, act(1)])
    stage.live(115, milestones=reached)
    pass_time(page, 3)

    assert not is_announced(page)
    expect(page.locator("#celebration")).to_be_visible()
    seen = []
    for _ in range(14):
        pass_time(page, 1)
        shown = page.evaluate("document.getElementById('celebration').hidden ? '' : celebrated.textContent")
        assert not (shown and is_announced(page))
        seen.append(shown)
    assert [text for text in dict.fromkeys(seen) if text] == ["100 добрых дел!", "50 добрых дел!"]
    for _ in range(20):
        pass_time(page, 0.5)
        if is_announced(page):
            break
    expect(page.locator("#alert-much")).to_have_text("+25")
    expect(page.locator("#alert-what")).to_have_text("вкладов за минуту")
    expect(page.locator("#alert-who")).to_have_text("№ 9 мектеп · № 7 мектеп · № 5 мектеп")
    keep(page, "overlay-gathered")

    stage.put("recent.json", acts=[act(number) for number in range(9, 0, -1)])
    pass_time(page, 3)
    expect(page.locator("#alert-who")).to_have_text("")


def test_after_an_outage_an_alert_claims_no_minute_that_it_does_not_know(page: Page, stage: Stage) -> None:
    stage.live(90)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=en")
    pass_time(page, 3)

    stage.is_down = True
    pass_time(page, 100)
    stage.is_down = False
    stage.live(490)
    stage.put("recent.json", acts=[act(3), act(2), act(1)])
    for _ in range(80):
        pass_time(page, 1)
        if is_announced(page):
            break

    expect(page.locator("#alert-much")).to_have_text("+2")


def test_a_region_celebrates_its_own_round_numbers_and_announces_its_own_acts(page: Page, stage: Stage) -> None:
    stage.live(99, milestones=[milestone(100, is_reached=False)])
    stage.put("places.json", places={"KZ-10": place(980)})
    stage.put("recent.json", acts=[])
    air(page, stage, "place=KZ-10&lang=ru&alerts=1")
    shows(page, "980")

    stage.live(101, milestones=[milestone(100, is_reached=True)])
    stage.put("recent.json", acts=[act(5)])
    pass_time(page, 5)
    expect(page.locator("#celebration")).to_be_hidden()
    assert not is_announced(page)
    stage.put("places.json", places={"KZ-10": place(1003)})
    pass_time(page, 3)
    stage.put("recent.json", acts=[act(6, place="KZ-10"), act(5)])
    pass_time(page, 3)

    expect(page.locator("#celebrated")).to_have_text("область Абай: 1\u00a0000 добрых дел")
    assert not is_announced(page)
    pass_time(page, 7)
    assert is_announced(page)


def test_a_page_that_is_hidden_in_the_middle_of_an_alert_comes_back_without_it(page: Page, stage: Stage) -> None:
    stage.live(1)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=en")
    pass_time(page, 3)
    stage.put("recent.json", acts=[act(12), act(1)])
    pass_time(page, 3)
    assert is_announced(page)

    hide(page, is_hidden=True)
    assert not is_announced(page)
    stage.put("recent.json", acts=[act(13), act(12), act(1)])
    hide(page, is_hidden=False)
    pass_time(page, 10)

    assert not is_announced(page)


def test_the_strip_shows_the_latest_acts(page: Page, stage: Stage, keep: Keep) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(72_418, goals=GOALS)
    stage.put("recent.json", acts=[act(number) for number in range(9, 0, -1)])

    air(page, stage, "ticker=1&lang=kk")

    expect(page.locator(".strip good-deeds-ticker li")).to_have_count(3)
    shows(page, "72\u00a0418")
    plate, strip = box(page, "#plate"), box(page, "#strip")
    assert plate["y"] + plate["height"] <= strip["y"]
    keep(page, "overlay-ticker")


def test_an_act_that_is_taken_down_is_gone_from_its_alert_at_once_and_announces_no_other(
    page: Page, stage: Stage
) -> None:
    stage.live(72_418, goals=GOALS)
    stage.put("recent.json", acts=[act(1)])
    air(page, stage, "alerts=1&lang=en")
    pass_time(page, 3)
    stage.put("recent.json", acts=[act(2, organisation="Hostile Name"), act(1)])
    pass_time(page, 3)
    assert is_announced(page)
    expect(page.locator("#alert")).to_contain_text("Hostile Name")

    for left in ([act(1)], [act(2), act(1)], []):
        stage.put("recent.json", acts=left)
        pass_time(page, 3)
        assert not is_announced(page)
        expect(page.locator("#alert")).not_to_contain_text("Hostile Name")


def test_what_makes_no_sense_is_left_at_its_default(page: Page, stage: Stage) -> None:
    stage.live(72_418, goals=GOALS)

    air(page, stage, "metric=kindness&lang=xx&theme=%22&align=up&size=9000&rotate=x&since=25:00&font=%22;}&place=../..")

    shows(page, "72\u00a0418")
    data = page.evaluate("({ ...document.body.dataset, lang: document.documentElement.lang })")
    usual = {"scene": "lower-third", "theme": "night", "align": "bottom-left", "stale": "mark", "lang": "kk"}
    assert data == usual


@pytest.mark.parametrize(
    ("scene", "seconds", "element", "text"),
    [
        ("updates", 6, "[part=value]", r"74,9[67]\d"),
        ("milestone", 10, "#celebrated", r"75,000 good deeds!"),
        ("correction", 10, "[part=note]", r"corrected: −\d\d"),
        ("stale", 140, "[part=age]", r"offline · 2\u00a0min ago"),
    ],
)
def test_a_rehearsal_plays_without_a_server(
    page: Page, stage: Stage, scene: str, seconds: int, element: str, text: str
) -> None:
    air(page, stage, f"preview={scene}&lang=en")

    pass_time(page, seconds)

    expect(page.locator(element)).to_have_text(re.compile(text))
    expect(page.locator("#preview")).to_be_visible()
    assert not [path for _, path, _ in stage.requests if path.startswith("/v1/")]


@pytest.mark.parametrize("theme", ["night", "sky", "light", "plain"])
def test_every_theme_looks_like_itself(page: Page, stage: Stage, keep: Keep, theme: str) -> None:
    page.set_viewport_size(BROADCAST)
    stage.live(72_418, goals=GOALS)

    air(page, stage, f"theme={theme}&lang=ru")

    shows(page, "72\u00a0418")
    keep(page, f"overlay-{theme}")
    assert page.evaluate("document.body.dataset.theme") == theme
