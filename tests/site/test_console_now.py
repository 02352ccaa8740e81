"""The console's first tab: what viewers see, what is wrong, and what steers the campaign."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.site.console import PATIENCE_MS, Console, Duty, act, act_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def state(duty: Duty) -> str:
    return str(duty.ask("GET", "")["state"])


def on_duty(console: Console, duty: Duty) -> None:
    """Sign in with a token that may do all."""
    console.sign_in(duty.token("Айгерім", "moderate", "admin"))
    expect(console.page.get_by_role("button", name="Freeze")).to_be_visible(timeout=PATIENCE_MS)


def test_a_campaign_is_frozen_by_two_keys_and_opened_by_one(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.press("f")
    expect(console.dialog).to_contain_text("nothing is recorded any more")
    console.press("Enter")
    console.says("The campaign is frozen.")
    assert state(duty) == "frozen"
    expect(console.page.locator(".alarms")).to_contain_text("nothing new is recorded", timeout=PATIENCE_MS)

    console.press("u")
    console.says("Back to the state before: Live.")
    assert state(duty) == "live"
    assert console.keys == 3


def test_freezing_and_hiding_by_two_does_it_once_and_other_keys_do_the_opposite(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    assert duty.system.ask("PATCH", duty.base, {"state": "frozen"}, If_Match="*").status == 200
    duty.ask("PUT", "/names", {"state": "hidden", "reason": "балағат"})
    alarms = console.page.locator(".alarms")
    expect(alarms).to_contain_text("All names are hidden.", timeout=PATIENCE_MS)
    expect(alarms).to_contain_text("nothing new is recorded", timeout=PATIENCE_MS)
    expect(console.page.get_by_role("button", name="Open")).to_be_visible(timeout=PATIENCE_MS)

    console.press("f")
    console.says("It was so already. The campaign is frozen.")
    console.press("0")
    console.says("It was so already. All names are hidden.")
    expect(console.dialog).to_have_count(0)
    assert (state(duty), duty.ask("GET", "/names")["all_names"]) == ("frozen", "hidden")

    console.press("o", "Enter")
    console.says("The campaign is open.")
    console.press("9", "Enter")
    console.says("Names are shown again.")
    assert (state(duty), duty.ask("GET", "/names")["all_names"]) == ("live", "shown")


def test_why_a_campaign_is_frozen_stands_in_the_trail(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.press("f")
    console.page.get_by_label("Reason (optional)").fill("жалған есептер")
    console.press("Enter")

    console.says("The campaign is frozen.")
    assert duty.ask("GET", "/trail")["entries"][0]["reason"] == "жалған есептер"
    console.page.locator("nav a[href='#trail']").click()
    expect(console.rows.first).to_contain_text("state: Live → Frozen", timeout=PATIENCE_MS)


def test_who_thinks_better_of_it_changes_nothing(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.press("f", "Escape")

    expect(console.dialog).to_have_count(0)
    assert state(duty) == "live"


def test_keys_that_come_right_after_escape_are_for_the_page(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("Дина", "moderate"))
    console.page.evaluate("document.activeElement.blur()")
    console.press("0")
    expect(console.dialog).to_contain_text("Hide all names?", timeout=PATIENCE_MS)

    sent: list[str] = []
    console.page.on("request", lambda request: sent.append(request.method))
    # Faster than the browser takes the focus from what is not shown any more.
    with console.page.expect_request(re.compile("/review/groups"), timeout=PATIENCE_MS):
        console.page.evaluate(
            """() => {
              document.querySelector("dialog[open]").close();
              const field = document.activeElement;
              field.form.requestSubmit();
              field.dispatchEvent(new KeyboardEvent("keydown", { key: "2", code: "Digit2", bubbles: true }));
            }"""
        )

    expect(console.page.locator(".tab.acts")).to_be_attached(timeout=PATIENCE_MS)
    assert {*sent} == {"GET"}


def test_an_undo_takes_nothing_back_that_somebody_else_has_changed_since(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    console.press("f", "Enter")
    console.says("The campaign is frozen.")

    assert duty.system.ask("PATCH", duty.base, {"state": "ended"}, If_Match="*").status == 200
    console.press("u")

    console.says("It has changed since you read it")
    assert state(duty) == "ended"


def test_what_somebody_else_changes_of_another_part_stays(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    console.press("f")

    assert duty.system.ask("PATCH", duty.base, {"poll_seconds": 77}, If_Match="*").status == 200
    console.press("Enter")

    console.says("The campaign is frozen.")
    campaign = duty.ask("GET", "")
    assert (campaign["state"], campaign["poll_seconds"]) == ("frozen", 77)


def test_viewers_are_told_how_often_to_ask(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.page.get_by_role("button", name="Change how often").click()
    console.dialog.get_by_label("Seconds").fill("30")
    console.press("Enter")
    console.says("Viewers ask every 30 s.")
    assert duty.ask("GET", "")["poll_seconds"] == 30

    console.press("u")
    console.says("Viewers ask as usual.")
    assert duty.ask("GET", "")["poll_seconds"] is None


def test_goals_and_milestones_are_changed_and_changed_back(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.page.get_by_role("button", name="Change goals").click()
    console.dialog.get_by_label("Number").fill("5000")
    console.dialog.get_by_role("button", name="Add a milestone").click()
    milestone = console.dialog.get_by_role("group", name="Milestone")
    milestone.get_by_label("Number").fill("100")
    for language, title in (("Kazakh", "Алғашқы жүз"), ("Russian", "Первая сотня"), ("English", "The first hundred")):
        milestone.get_by_label(language).fill(title)
    console.dialog.get_by_role("button", name="Save").click()
    console.says("Goals and milestones are saved.")

    campaign = duty.ask("GET", "")
    assert campaign["goals"] == [{"metric": "good_deeds", "target": 5_000, "original": 1_000}]
    assert [(one["at"], one["title"]["kk"]) for one in campaign["milestones"]] == [(100, "Алғашқы жүз")]
    console.press("u")
    console.says("Goals and milestones are as they were.")
    campaign = duty.ask("GET", "")
    assert (campaign["goals"][0]["target"], campaign["milestones"]) == (1_000, [])


def test_a_region_is_given_a_goal_of_its_own(console: Console, duty: Duty) -> None:
    on_duty(console, duty)

    console.page.get_by_role("button", name="Change goals").click()
    console.dialog.get_by_role("button", name="Add a goal").click()
    goal = console.dialog.get_by_role("group", name="Goal").last
    goal.get_by_label("Number").fill("700")
    goal.get_by_label("Goal of").select_option(label="Almaty")
    console.dialog.get_by_role("button", name="Save").click()
    console.says("Goals and milestones are saved.")

    assert duty.ask("GET", "")["goals"][1:] == [
        {"metric": "good_deeds", "target": 700, "original": 700, "region": "KZ-75"}
    ]
    expect(console.page.locator(".goals")).to_contain_text("Almaty – Good deeds: 700")


def test_goals_that_somebody_else_has_changed_are_told_and_the_next_try_is_on_them(
    console: Console, duty: Duty
) -> None:
    def changed_elsewhere(target: int) -> None:
        patch = {"goals": [{"metric": "good_deeds", "target": target}]}
        assert duty.system.ask("PATCH", duty.base, patch, If_Match="*").status == 200

    on_duty(console, duty)
    changed_elsewhere(2_000)
    console.page.get_by_role("button", name="Change goals").click()
    number = console.dialog.get_by_label("Number")
    expect(number).to_have_value("2000", timeout=PATIENCE_MS)

    changed_elsewhere(3_000)
    number.fill("5000")
    console.press("Enter")
    expect(console.dialog.get_by_role("alert")).to_contain_text("It is now: Goal – Good deeds: 3,000.")
    assert duty.ask("GET", "")["goals"][0]["target"] == 3_000
    console.dialog.get_by_role("button", name="Send again").click()

    console.says("Goals and milestones are saved.")
    assert duty.ask("GET", "")["goals"][0]["target"] == 5_000
    console.press("u")
    console.says("Goals and milestones are as they were.")
    assert duty.ask("GET", "")["goals"][0]["target"] == 3_000


def test_whoever_freezes_second_is_told_that_it_is_frozen(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    console.press("f")
    expect(console.dialog).to_be_visible()

    assert duty.system.ask("PATCH", duty.base, {"state": "ended"}, If_Match="*").status == 200
    console.press("Enter")

    expect(console.dialog.get_by_role("alert")).to_contain_text("the state is Ended now")
    assert state(duty) == "ended"


def test_goals_are_never_told_to_be_none_while_they_do_not_load(console: Console, duty: Duty) -> None:
    console.page.route("**/live.json", lambda route: route.abort())
    goals = console.page.locator(".goals")

    console.sign_in(duty.token("moderator", "moderate"))
    expect(goals).to_have_text("The goals do not load.", timeout=PATIENCE_MS)
    console.page.get_by_role("button", name="Sign out").click()
    console.sign_in(duty.token("admin", "moderate", "admin"))

    expect(goals).to_have_text("Goal Good deeds: 1,000", timeout=PATIENCE_MS)
    console.page.unroute("**/live.json")


def test_all_names_are_hidden_by_two_keys_and_shown_again_by_one(console: Console, duty: Duty) -> None:
    duty.record([act_of("Мейірім мектебі", 1)])
    on_duty(console, duty)

    console.press("0")
    expect(console.dialog).to_contain_text("no document has the name of any organisation")
    console.press("Enter")
    console.says("All names are hidden.")
    assert duty.ask("GET", "/names")["all_names"] == "hidden"
    expect(console.page.locator(".alarms")).to_contain_text("All names are hidden.", timeout=PATIENCE_MS)

    console.press("u")
    console.says("Names are shown again.")
    assert duty.ask("GET", "/names")["all_names"] == "shown"


def test_totals_are_told_by_the_api_while_the_documents_do_not_load(console: Console, duty: Duty) -> None:
    duty.record(
        [
            act(1, people=3),
            act_of("Мейірім мектебі", 2, kind="class_hour", people=20, hours=1.5),
            act(3, kind="volunteering", people=5, hours=2),
            act(4, kind="donation", amount={"currency": "KZT", "value": 5_000}),
        ]
    )
    figures = console.page.locator(".figures").first
    on_duty(console, duty)
    expect(figures).to_contain_text("Contributions4", timeout=PATIENCE_MS)
    of_document = figures.inner_text()

    console.page.route("**/live.json", lambda route: route.abort())

    expect(console.page.locator(".source")).to_contain_text("Numbers from the API", timeout=PATIENCE_MS)
    assert figures.inner_text() == of_document
    expect(console.page.locator("#state")).to_have_text("The API answers")
    console.page.unroute("**/live.json")
    expect(console.page.locator(".source")).to_contain_text("From the public document", timeout=PATIENCE_MS)


def test_an_api_that_does_not_answer_is_told_and_nothing_pretends_to_have_happened(
    console: Console, duty: Duty
) -> None:
    on_duty(console, duty)
    console.page.route("**/v1/**", lambda route: route.abort())

    console.press("f", "Enter")
    expect(console.dialog.get_by_role("alert")).to_contain_text("nobody knows whether it was done")
    expect(console.page.locator("#state")).to_have_text("The API does not answer")
    assert state(duty) == "live"
    console.page.unroute("**/v1/**")
    console.dialog.get_by_role("button", name="Send again").click()

    console.says("The campaign is frozen.")
    assert state(duty) == "frozen"
    expect(console.page.locator("#state")).to_have_text("The API answers")


def test_an_answer_that_does_not_come_is_told_while_it_is_waited_for(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    console.page.route("**/status", hold)

    expect(console.page.locator("#state")).to_have_text("Waiting for an answer of the API", timeout=PATIENCE_MS)
    expect(console.page.locator("#since")).to_have_text(re.compile(r"\d+ s"))
    held.pop().continue_()
    console.page.unroute("**/status")
    expect(console.page.locator("#state")).to_have_text("The API answers", timeout=PATIENCE_MS)


def test_it_asks_again_later_and_later_and_comes_back_by_itself(console: Console, duty: Duty) -> None:
    on_duty(console, duty)
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    console.page.route("**/status", refuse)
    expect(console.page.locator("#since")).to_contain_text("asking again in", timeout=PATIENCE_MS)
    expect(console.page.locator("#state")).to_have_text("The API does not answer")
    console.page.unroute("**/status")

    expect(console.page.locator("#state")).to_have_text("The API answers", timeout=PATIENCE_MS)
    assert 1 <= len(asked) <= 3


def test_nothing_is_asked_while_nobody_looks(other_console: Console, duty: Duty) -> None:
    console = other_console
    console.page.clock.install()
    on_duty(console, duty)
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))

    show = "isHidden => { Object.defineProperty(document, 'hidden', { get: () => isHidden, configurable: true });"
    show += " document.dispatchEvent(new Event('visibilitychange')); }"
    console.page.evaluate(show, True)
    console.page.wait_for_load_state("networkidle")
    asked.clear()
    console.page.clock.run_for(120_000)
    assert asked == []

    console.page.evaluate(show, False)
    console.page.wait_for_load_state("networkidle")
    assert {url.rpartition("/")[2] for url in asked} >= {"status", "live.json"}
