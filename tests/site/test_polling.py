"""How documents are fetched: rarely, together, and for ever."""

import pytest
from playwright.sync_api import Page

from tests.site.pages import COUNTER, animations, events, hide, open_page, part, pass_time, shows, wait_until
from tests.site.stage import BASE, Stage, place, release

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def state(page: Page) -> str | None:
    """Return what a counter says of its number's age."""
    return page.get_attribute("good-deeds-counter", "data-state")


def test_two_hundred_elements_make_one_request_a_poll(page: Page, stage: Stage) -> None:
    stage.live(41, next=10)
    open_page(page, stage, COUNTER * 200)
    shows(page, "41")

    for _ in range(3):
        polls = stage.polls()
        pass_time(page, 12)
        assert stage.polls() - polls in (1, 2)

    assert page.evaluate("[...document.querySelectorAll('good-deeds-counter')].length") == 200


@pytest.mark.parametrize("seconds", [20, 600])
def test_the_interval_is_the_one_that_documents_ask_for(page: Page, stage: Stage, seconds: int) -> None:
    stage.live(41, next=seconds)
    open_page(page, stage)
    shows(page, "41")

    pass_time(page, 5 * seconds)

    assert 4 <= stage.polls() - 1 <= 6


def test_a_poll_costs_no_preflight_and_carries_no_cookies(page: Page, stage: Stage, other_stage: Stage) -> None:
    other_stage.live(41)
    stage.policy = stage.policy.replace("connect-src 'self'", f"connect-src 'self' {other_stage.url}")
    page.context.add_cookies([{"name": "visitor", "value": "1", "url": other_stage.url}])

    open_page(page, stage, f'<good-deeds-counter campaign="2026" src="{other_stage.url}/"></good-deeds-counter>')

    shows(page, "41")
    method, path, headers = other_stage.requests[0]
    assert (method, path) == ("GET", f"{BASE}live.json")
    assert not {"Cookie", "If-None-Match"} & set(headers)


def test_a_hidden_page_asks_for_nothing(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    hide(page, is_hidden=True)
    polls = stage.polls()

    pass_time(page, 60)

    assert stage.polls() == polls


def test_what_happened_meanwhile_is_there_at_once_and_without_a_show(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    hide(page, is_hidden=True)
    pass_time(page, 60)
    stage.live(900)

    hide(page, is_hidden=False)

    shows(page, "900")
    assert animations(page) == 0
    assert events(page, "update")[-1]["backlog"] is True
    assert "offline" not in [event["state"] for event in events(page, "state")]
    assert state(page) == "fresh"


def test_a_number_that_is_being_fetched_again_is_not_called_old(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    hide(page, is_hidden=True)
    pass_time(page, 200)
    stage.answers.clear()

    hide(page, is_hidden=False)
    pass_time(page, 3, is_patient=False)
    said = state(page), part(page, "age")
    stage.answers.set()

    assert said == ("fresh", "")


def test_the_age_of_a_number_is_said_and_the_number_stays(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    assert part(page, "age") == ""

    stage.is_down = True
    pass_time(page, 45)
    assert (state(page), part(page, "value")) == ("stale", "41")
    assert part(page, "age").endswith("\u00a0s ago")
    pass_time(page, 90)

    assert (state(page), part(page, "value")) == ("offline", "41")
    assert part(page, "age") == "offline · 2\u00a0min ago"


def test_a_number_is_not_old_before_it_was_to_be_asked_for(page: Page, stage: Stage) -> None:
    stage.live(41, next=600)
    open_page(page, stage)
    shows(page, "41")

    said = set()
    for _ in range(24):
        pass_time(page, 60)
        said.add((state(page), part(page, "age")))
    assert said == {("fresh", "")}

    stage.is_down = True
    seen = []
    for _ in range(50):
        pass_time(page, 30)
        seen.append(state(page))
    assert list(dict.fromkeys(seen)) == ["fresh", "stale", "offline"]


def test_an_outage_ends_by_itself(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    stage.is_down = True
    pass_time(page, 130)
    stage.is_down = False
    stage.live(45)

    pass_time(page, 75)

    shows(page, "45")
    assert (state(page), part(page, "age")) == ("fresh", "")


def test_failures_are_asked_again_ever_more_rarely_but_for_ever(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    stage.failing = 503
    before = stage.polls()

    pass_time(page, 60)
    first_minute = stage.polls() - before
    pass_time(page, 300)
    later = stage.polls() - before - first_minute

    assert 3 <= first_minute <= 6
    assert 4 <= later <= 7
    assert events(page, "error")[-1]["message"].endswith("live.json: 503")


def test_a_server_that_asks_to_be_left_alone_is_left_alone(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    stage.failing, stage.retry_after = 429, "120"
    pass_time(page, 3)
    asked = stage.polls()
    stage.failing = None

    hide(page, is_hidden=True)
    hide(page, is_hidden=False)
    page.evaluate("document.querySelector('good-deeds-counter').refresh()")
    pass_time(page, 115)
    assert stage.polls() == asked
    pass_time(page, 70)

    assert stage.polls() > asked


def test_a_document_of_another_version_is_no_number(page: Page, stage: Stage) -> None:
    stage.live(41, v=2)
    open_page(page, stage)

    wait_until(page, "() => events.some(({ name }) => name === 'error')")

    assert part(page, "value") == "—"


def test_updates_can_be_paused_and_resumed_by_keyboard(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")
    # What is beside a number comes after it.
    wait_until(page, "() => document.querySelector('good-deeds-counter').shadowRoot.querySelector('button')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.ariaLabel") == "Pause"

    page.keyboard.press("Enter")
    stage.live(42)
    pass_time(page, 30)
    assert (state(page), part(page, "value")) == ("paused", "41")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.ariaLabel") == "Resume"
    page.keyboard.press("Enter")

    shows(page, "42")
    assert animations(page) == 0


def test_an_element_that_left_the_page_asks_for_nothing(page: Page, stage: Stage) -> None:
    stage.live(41)
    open_page(page, stage)
    shows(page, "41")

    page.evaluate("document.querySelector('good-deeds-counter').remove()")
    polls = stage.polls()
    pass_time(page, 30)

    assert stage.polls() == polls


def test_an_element_without_a_campaign_says_so(page: Page, stage: Stage) -> None:
    open_page(page, stage, "<good-deeds-counter></good-deeds-counter>")

    wait_until(page, "() => events.some(({ name }) => name === 'error')")

    assert events(page, "error")[0]["message"] == "no campaign"
    assert not [path for _, path, _ in stage.requests if path.startswith("/v1/")]


def test_the_number_is_right_to_the_unit_after_a_thousand_changes(page: Page, stage: Stage) -> None:
    stage.live(0)
    open_page(page, stage)
    shows(page, "0")
    deeds = 0

    for step in range(1, 1001):
        deeds += -2 if step % 10 == 0 else 1
        stage.live(deeds)
        if step % 50 == 0:
            pass_time(page, 3)
            shows(page, f"{deeds:,}")

    assert part(page, "value") == "700"


def test_a_pinned_release_loads_only_what_it_was_built_of(page: Page, stage: Stage) -> None:
    stage.live(41)
    pinned = release()
    folder = f"/widget/{pinned['release']}"
    links = "".join(
        f'<link rel="modulepreload" href="{folder}/{name}" integrity="{pinned["integrity"][name]}"'
        ' crossorigin="anonymous">'
        for name in ("en.js", "page-controls.js")
    )
    script = (
        f'<script type="module" src="{folder}/counter.js" integrity="{pinned["integrity"]["counter.js"]}"'
        ' crossorigin="anonymous"></script>'
    )
    stage.pages["/pinned"] = f"<!doctype html><title>Partner</title>{links}{script}{COUNTER}"
    stage.pages["/tampered"] = stage.pages["/pinned"].replace(pinned["integrity"]["counter.js"], "sha384-" + "A" * 64)

    page.goto(f"{stage.url}/pinned")
    shows(page, "41")
    page.goto(f"{stage.url}/tampered")
    page.wait_for_load_state("networkidle")

    assert page.evaluate("!customElements.get('good-deeds-counter')")


def test_a_place_is_read_from_its_own_document(page: Page, stage: Stage) -> None:
    stage.put("places.json", places={"KZ-75": place(12)})

    open_page(page, stage, '<good-deeds-counter campaign="2026" place="KZ-75"></good-deeds-counter>')

    shows(page, "12")
    assert stage.polls("live.json") == 0
