"""The counter shows exactly what is published, and says how old it is."""

import pytest
from playwright.sync_api import Page

from tests.site.pages import COUNTER, animations, events, open_page, part, pass_time, plain, shows, status, wait_until
from tests.site.stage import Stage, milestone, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def counter(**attributes: str) -> str:
    """Return a counter of the campaign."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<good-deeds-counter campaign="2026"{written}></good-deeds-counter>'


def wait_for_digits(page: Page) -> None:
    """Wait until the page has what makes digits move, which comes with the first change."""
    page.evaluate("import('/widget/digits.js')")


@pytest.mark.parametrize(
    ("lang", "number", "noun", "goal"),
    [
        ("kk", "12\u00a0345", "қайырымды іс", "12% · мақсат 100\u00a0000"),
        ("ru", "12\u00a0345", "добрых дел", "12\u00a0% · цель 100\u00a0000"),
        ("en", "12,345", "good deeds", "12% · goal 100,000"),
    ],
)
def test_the_number_its_noun_and_its_goal_are_told_in_three_languages(
    page: Page, stage: Stage, lang: str, number: str, noun: str, goal: str
) -> None:
    stage.live(12_345, goals=[{"metric": "good_deeds", "target": 100_000, "original": 100_000}])

    open_page(page, stage, counter(lang=lang))

    shows(page, number)
    assert (part(page, "label"), part(page, "target")) == (noun, goal)
    assert plain(page) == f"{number} {noun}. {goal}"
    assert page.evaluate("document.querySelector('good-deeds-counter').shadowRoot.firstChild.lang") == lang


def test_the_language_of_the_page_is_taken_where_none_is_asked_for(page: Page, stage: Stage) -> None:
    stage.live(12_345)

    open_page(page, stage, f'<section lang="ru-KZ">{counter()}</section>')

    shows(page, "добрых дел", "label")


@pytest.mark.parametrize(
    ("attributes", "value", "noun"),
    [
        ({"metric": "participants"}, "12,346", "participants"),
        ({"metric": "amount"}, "₸12,345,000", "donated"),
        ({"metric": "amount", "view": "compact"}, "₸12.3M", "donated"),
        ({"view": "compact"}, "12.3K", "good deeds"),
        ({"view": "text"}, "12,345", "good deeds"),
        ({"view": "bar", "goal": "20000"}, "12,345", "good deeds"),
        ({"place": "KZ-75"}, "1", "good deed"),
        ({"place": "KZ-10"}, "0", "good deeds"),
    ],
)
def test_metric_view_and_place_can_be_chosen(
    page: Page, stage: Stage, attributes: dict[str, str], value: str, noun: str
) -> None:
    stage.live(12_345)
    stage.put("places.json", places={"KZ-75": place(1)})

    open_page(page, stage, counter(lang="en", **attributes))

    shows(page, value)
    assert part(page, "label") == noun


def test_the_noun_of_thousands_in_russian_is_that_of_many(page: Page, stage: Stage) -> None:
    stage.live(12_301)

    open_page(page, stage, counter(lang="ru", view="compact"))

    shows(page, "12,3\u00a0тыс.")
    assert part(page, "label") == "добрых дел"
    assert plain(page) == "12\u00a0301 доброе дело. "


def test_nothing_is_shown_before_the_first_document(page: Page, stage: Stage) -> None:
    open_page(page, stage)

    pass_time(page, 3)

    assert part(page, "value") == "—"
    assert plain(page) == ""
    stage.live(7)
    pass_time(page, 15)
    shows(page, "7")


@pytest.mark.parametrize("broken", [None, "many", float("nan")])
def test_what_is_not_a_number_is_never_shown(page: Page, stage: Stage, broken: object) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")

    stage.live(0)
    stage.documents["live.json"]["totals"]["good_deeds"] = broken
    pass_time(page, 4)

    assert part(page, "value") == "41"
    assert events(page, "error")


@pytest.mark.parametrize("attributes", [{"metric": "kindness"}, {"metric": "participants", "place": "KZ-75"}])
def test_a_metric_that_is_not_there_is_an_error_and_no_number(
    page: Page, stage: Stage, attributes: dict[str, str]
) -> None:
    stage.live(41)
    stage.put("places.json", places={"KZ-75": place(1)})

    open_page(page, stage, counter(lang="en", **attributes))

    wait_until(page, "() => events.some(({ name }) => name === 'error')")
    assert part(page, "value") == "—"
    assert attributes["metric"] in events(page, "error")[0]["message"]


def test_an_update_is_an_event_with_both_numbers(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")

    stage.live(43)
    pass_time(page, 3)

    shows(page, "43")
    assert [(event["previous"], event["value"]) for event in events(page, "update")] == [(None, 41), (41, 43)]


def test_a_correction_is_shown_as_one(page: Page, stage: Stage) -> None:
    stage.live(1200)
    open_page(page, stage)
    shows(page, "1,200")

    stage.live(1163)
    pass_time(page, 3)

    shows(page, "1,163")
    assert part(page, "note") == "corrected: −37"
    assert [(event["previous"], event["value"]) for event in events(page, "correction")] == [(1200, 1163)]
    pass_time(page, 11)
    assert part(page, "note") == ""


def test_an_older_document_is_never_shown(page: Page, stage: Stage) -> None:
    stage.live(500, rev=90, epoch=2)
    open_page(page, stage)
    shows(page, "500")

    stage.live(499, rev=89, epoch=2)
    pass_time(page, 3)
    stage.live(900, rev=400, epoch=1)
    pass_time(page, 3)

    assert part(page, "value") == "500"


def test_a_lower_revision_is_shown_once_a_new_epoch_has_begun(page: Page, stage: Stage) -> None:
    stage.live(500, rev=90, epoch=2)
    open_page(page, stage)
    shows(page, "500")

    stage.live(501, rev=3, epoch=3)
    pass_time(page, 3)

    shows(page, "501")


def test_a_milestone_is_an_event_and_is_announced_at_once(page: Page, stage: Stage) -> None:
    stage.live(99, milestones=[milestone(100, is_reached=False), milestone(50, is_reached=True)])
    open_page(page, stage)
    shows(page, "99")

    stage.live(101, milestones=[milestone(100, is_reached=True), milestone(50, is_reached=True)])
    pass_time(page, 3)

    shows(page, "101")
    assert [event["id"] for event in events(page, "milestone")] == ["m100"]
    assert status(page) == "100 good deeds!"


def test_the_number_is_announced_once_a_minute(page: Page, stage: Stage) -> None:
    stage.live(1, next=10)
    open_page(page, stage)
    shows(page, "1")
    page.evaluate(
        """() => {
          globalThis.said = [];
          const status = document.querySelector("good-deeds-counter").shadowRoot.querySelector("[role=status]");
          new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
        }"""
    )

    for number in range(2, 13):
        stage.live(number, next=10)
        pass_time(page, 12)

    assert len(page.evaluate("said")) == 2


def test_silence_can_be_asked_for(page: Page, stage: Stage) -> None:
    stage.live(1)
    open_page(page, stage, counter(announce="off"))

    pass_time(page, 70)

    assert status(page) == ""


def test_the_test_state_is_marked(page: Page, stage: Stage) -> None:
    stage.live(1, state="test")
    open_page(page, stage)

    shows(page, "test", "mark")


def test_a_region_has_its_own_goal_and_none_of_the_campaign(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": {**place(50), "goals": {"good_deeds": 200}}, "KZ-10": place(1)})
    open_page(page, stage, counter(lang="en", place="KZ-75"))
    shows(page, "25% · goal 200", "target")

    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('place', 'KZ-10')")
    shows(page, "1")
    assert not page.locator("good-deeds-counter [part=goal]").is_visible()


def test_a_goal_of_its_own_or_none_can_be_asked_for(page: Page, stage: Stage) -> None:
    stage.live(50, goals=[{"metric": "good_deeds", "target": 100, "original": 100}])
    open_page(page, stage, counter(lang="en", goal="200"))
    shows(page, "25% · goal 200", "target")

    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('goal', 'none')")

    shows(page, "", "target")
    assert not page.locator("good-deeds-counter [part=goal]").is_visible()


def test_what_is_shown_follows_its_attributes(page: Page, stage: Stage) -> None:
    stage.live(50)
    open_page(page, stage)
    shows(page, "50")

    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('metric', 'people')")
    shows(page, "53")
    page.evaluate("document.querySelector('good-deeds-counter').setAttribute('place', 'KZ-75')")

    shows(page, "—")
    assert (part(page, "label"), plain(page)) == ("", "")


def test_only_the_digits_that_changed_move(page: Page, stage: Stage) -> None:
    stage.live(1199)
    open_page(page, stage, COUNTER)
    shows(page, "1,199")
    stage.live(1198)
    pass_time(page, 3)
    shows(page, "1,198")
    wait_for_digits(page)

    stage.live(1200)
    pass_time(page, 3)

    shows(page, "1,200")
    assert animations(page) == 3


@pytest.mark.parametrize(("before", "after"), [(1_715, 1_716), (1_199, 1_200), (1_200, 1_199), (1_000, 999)])
def test_at_no_moment_a_number_lacks_a_digit(page: Page, stage: Stage, before: int, after: int) -> None:
    stage.live(before - 1)
    open_page(page, stage, COUNTER)
    shows(page, f"{before - 1:,}")
    stage.live(before)
    pass_time(page, 3)
    shows(page, f"{before:,}")
    wait_for_digits(page)

    stage.live(after)
    pass_time(page, 3)
    shows(page, f"{after:,}")

    # How much ink each cell has, at some moments of the change.
    ink: list[list[float]] = page.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector("good-deeds-counter");
          const moving = shadowRoot.querySelector(".value").getAnimations({ subtree: true });
          moving.forEach((animation) => animation.pause());
          const opacity = (...of) => +getComputedStyle(...of).opacity;
          const inkOf = (cell) =>
            Math.max(opacity(cell.firstElementChild), cell.dataset.old ? opacity(cell, "::after") : 0);
          return [0, 100, 250, 400, 499].map((time) => {
            moving.forEach((animation) => (animation.currentTime = time));
            return [...shadowRoot.querySelector(".value").children].map(inkOf);
          });
        }"""
    )
    assert [cells for cells in ink if min(cells, default=1) < 0.4] == []


def test_in_a_line_of_text_a_mark_stands_apart(page: Page, stage: Stage) -> None:
    stage.live(6, state="test")
    open_page(page, stage, counter(view="text") + counter(view="compact"))
    shows(page, "6")
    wait_until(page, "() => document.querySelector('good-deeds-counter').shadowRoot.adoptedStyleSheets.length > 1")

    mark = """name => [...document.querySelectorAll("good-deeds-counter")].map(({ shadowRoot }) =>
      getComputedStyle(shadowRoot.querySelector("[part=mark]"), name).content)"""
    assert page.evaluate(mark, "::before") == ['" ("'] * 2
    assert page.evaluate(mark, "::after") == ['")"'] * 2
    assert page.evaluate("document.querySelector('good-deeds-counter').shadowRoot.textContent").count(" сынақ") == 1


@pytest.mark.parametrize(("motion", "moving"), [(None, 0), ("none", 0), ("full", 1)])
def test_who_asked_for_less_motion_sees_none(page: Page, stage: Stage, motion: str | None, moving: int) -> None:
    page.emulate_media(reduced_motion="reduce")
    stage.live(1)
    open_page(page, stage, counter(**({"motion": motion} if motion else {})))
    shows(page, "1")
    stage.live(3)
    pass_time(page, 3)
    shows(page, "3")
    wait_for_digits(page)

    stage.live(2)
    pass_time(page, 3)

    shows(page, "2")
    assert animations(page) == moving


def test_nothing_on_the_page_moves_when_the_number_comes(page: Page, stage: Stage) -> None:
    stage.live(12_345, goals=[{"metric": "good_deeds", "target": 100_000, "original": 100_000}])
    page.add_init_script(
        """globalThis.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
          .observe({ type: "layout-shift", buffered: true });"""
    )
    open_page(page, stage, f'<div id="room">{COUNTER}</div><p>What follows stays where it is.</p>')
    shows(page, "12,345")

    for number in (12_346, 12_399, 12_380):
        stage.live(number, goals=[{"metric": "good_deeds", "target": 100_000, "original": 100_000}])
        pass_time(page, 3)

    assert sum(page.evaluate("shifts")) < 0.1
