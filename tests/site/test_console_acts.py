"""Acts in the console: decided on alone and by thousands, by moderators of everything and of one region."""

import pytest
from playwright.sync_api import Route, expect

from tests.site.console import PATIENCE_MS, Console, Duty, act, act_of
from tests.site.test_names_on_air import seconds_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLOOD = 300
PATIENCE_SECONDS = 60.0
ABOVE = {"people": 1_500}
"""More than an act may have before a moderator has seen it."""


def in_review(duty: Duty) -> int:
    return len(duty.ask("GET", "/review?limit=100")["participations"])


def decide(duty: Duty, token: str, act_id: str, decision: str, reason: str) -> int:
    """Decide past the console; return the status of the answer."""
    path = f"/v1/participations/{act_id}/{decision}"
    return duty.system.ask("POST", path, {"reason": reason}, Authorization=f"Bearer {token}").status


def counted(duty: Duty, count: int) -> None:
    """Wait until so many acts wait."""
    seconds_until(lambda: duty.ask("GET", "/status")["in_review"] == count, PATIENCE_SECONDS)


def test_a_flood_is_rejected_as_one(console: Console, duty: Duty) -> None:
    duty.record((act(number, **ABOVE) for number in range(FLOOD)), duty.token("a leaked token", "record"))
    duty.record([act(FLOOD + 1, people=2)])
    counted(duty, FLOOD)
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.has_rows(1)
    expect(console.rows).to_contain_text(f"Acts: {FLOOD}", timeout=PATIENCE_MS)
    expect(console.rows).to_contain_text("many people")
    console.keys = 0

    console.press("r")
    expect(console.dialog).to_contain_text(f"Found: {FLOOD}. To be decided: {FLOOD}.", timeout=PATIENCE_MS)
    expect(console.dialog).to_contain_text("In review−300")
    expect(console.dialog).to_contain_text("This cannot be undone.")
    assert in_review(duty) == 100
    console.press("Enter")

    console.says(f"Decided: {FLOOD}.")
    assert console.keys == 2
    console.has_rows(0)
    counted(duty, 0)
    assert duty.ask("GET", "/live.json")["totals"]["participations"] == 1


def test_a_decision_that_is_cut_short_goes_on_where_it_was(console: Console, duty: Duty) -> None:
    duty.record(act(number, **ABOVE) for number in range(3))
    counted(duty, 3)
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.has_rows(1)
    console.press("r")
    expect(console.dialog).to_contain_text("Found: 3.", timeout=PATIENCE_MS)
    console.page.route("**/rejections", lambda route: route.abort())

    console.press("Enter")
    expect(console.dialog.get_by_role("alert")).to_contain_text("nobody knows", timeout=PATIENCE_MS)
    assert in_review(duty) == 3
    console.page.unroute("**/rejections")
    console.dialog.get_by_role("button", name="Send again").click()

    console.says("Decided: 3.")
    counted(duty, 0)


def test_what_is_counted_or_sent_stays_open_whatever_is_pressed_and_says_when_enter_decides(
    console: Console, duty: Duty
) -> None:
    duty.record(act(number, **ABOVE) for number in range(3))
    counted(duty, 3)
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.has_rows(1)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    console.page.route("**/rejections", hold)
    told = console.dialog.locator(".progress")

    console.press("r")
    expect(told).to_contain_text("Until that is done Enter does nothing.")
    expect(told).to_be_focused()
    console.press("Enter", "Escape", "Escape", "Escape")
    expect(console.dialog).to_have_count(1)
    held.pop().continue_()
    expect(told).to_have_text("Ready. Enter: Reject.", timeout=PATIENCE_MS)

    console.press("Enter")
    expect(told).to_be_focused()
    console.press("Escape", "Escape", "Escape")
    expect(console.dialog).to_have_count(1)
    assert in_review(duty) == 3
    held.pop().continue_()
    console.says("Decided: 3.")
    expect(console.dialog).to_have_count(0)
    console.page.unroute("**/rejections")


def test_marked_acts_are_approved_together(console: Console, duty: Duty) -> None:
    duty.record(act(number, **ABOVE) for number in range(3))
    counted(duty, 3)
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.has_rows(1)
    console.press("l")
    console.has_rows(3)

    console.press("x", "j", "x", "a")
    expect(console.dialog).to_contain_text("Found: 2. To be decided: 2.", timeout=PATIENCE_MS)
    expect(console.dialog).to_contain_text("People+3,000")
    console.press("Enter")

    console.says("Decided: 2.")
    console.has_rows(1)
    counted(duty, 1)


def test_the_second_of_two_moderators_is_told_what_the_first_decided(
    console: Console, other_console: Console, duty: Duty
) -> None:
    duty.record([act(1, **ABOVE)])
    counted(duty, 1)
    for one, label in ((console, "Айгерім"), (other_console, "Тимур")):
        one.sign_in(duty.token(label, "moderate"), "acts")
        one.has_rows(1)
        one.press("l")
        expect(one.rows).to_contain_text("Good deed", timeout=PATIENCE_MS)
    other_console.press("a")
    expect(other_console.dialog).to_contain_text("Found: 1.", timeout=PATIENCE_MS)

    console.press("r")
    expect(console.dialog).to_contain_text("Found: 1.", timeout=PATIENCE_MS)
    console.press("Enter")
    console.says("The act is now rejected.")
    other_console.press("Enter")

    told = other_console.dialog.get_by_role("alert")
    expect(told).to_contain_text("Decided before you: rejected", timeout=PATIENCE_MS)
    expect(told).to_contain_text("Айгерім: “Fake”")
    expect(other_console.dialog.get_by_role("button", name="Send again")).to_have_count(0)
    other_console.press("Escape")
    other_console.has_rows(0)


def test_a_regional_team_sees_and_decides_on_what_is_its_own(console: Console, duty: Duty) -> None:
    astana, almaty = {"region": "KZ-71"}, {"region": "KZ-75"}
    duty.record([act(number, place=astana, **ABOVE) for number in range(2)])
    others = duty.record([act(number, place=almaty, **ABOVE) for number in range(2, 5)])
    counted(duty, 5)
    token = duty.token("Astana's team", "moderate", region="KZ-71")
    console.sign_in(token, "acts")
    console.has_rows(1)
    expect(console.rows).to_contain_text("Acts: 2")
    console.press("/")
    expect(console.page.get_by_label("Region", exact=True)).to_have_count(0)
    console.page.locator("summary").click()
    console.page.evaluate("document.activeElement.blur()")

    console.press("Shift+R")
    expect(console.dialog).to_contain_text("Found: 2.", timeout=PATIENCE_MS)
    console.press("Enter")
    console.says("Decided: 2.")

    counted(duty, 3)
    assert decide(duty, token, others[0], "rejection", "not ours") == 403
    assert in_review(duty) == 3
    console.page.locator("nav a[href='#trail']").click()
    expect(console.rows.filter(has_text="Acts rejected")).to_contain_text("Astana's team", timeout=PATIENCE_MS)
    expect(console.rows.filter(has_text="Act rejected")).to_contain_text("not done (403)")


def test_what_a_filter_finds_is_withdrawn_once_it_was_counted(console: Console, duty: Duty) -> None:
    duty.record([act_of("Арман мектебі", 1, people=7), act_of("Мейірім мектебі", 2, people=9)])
    seconds_until(lambda: len(duty.ask("GET", "/acts")["acts"]) == 2, PATIENCE_SECONDS)
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.page.get_by_role("button", name="All acts").click()
    console.has_rows(2)

    console.press("/")
    console.page.get_by_label("Organisation begins with").fill("арман")
    console.press("Enter")
    console.has_rows(1)
    console.page.evaluate("document.activeElement.blur()")
    console.press("Shift+W")
    expect(console.dialog).to_contain_text("People−7", timeout=PATIENCE_MS)
    console.press("Enter")
    console.says("Decided: 1.")

    seconds_until(lambda: duty.ask("GET", "/live.json")["totals"]["people"] == 9, PATIENCE_SECONDS)


def test_an_act_tells_what_happened_to_it_and_is_hidden_and_shown_again(console: Console, duty: Duty) -> None:
    (one,) = duty.record([act_of("Арман мектебі", 1, **ABOVE)])
    counted(duty, 1)
    moderator = duty.token("Тимур", "moderate")
    assert decide(duty, moderator, one, "approval", "known") == 200
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.page.get_by_role("button", name="All acts").click()
    console.has_rows(1)

    console.press("Enter")
    expect(console.dialog.locator(".history")).to_contain_text("Recorded", timeout=PATIENCE_MS)
    expect(console.dialog.locator(".history")).to_contain_text("Тимур: known", timeout=PATIENCE_MS)
    console.press("Escape", "h")
    expect(console.dialog).to_contain_text("It counts on")
    console.press("Enter")
    console.says("The act is hidden.")
    assert duty.ask("GET", f"/acts/{one}/visibility")["state"] == "hidden"

    console.press("u")
    console.says("The act is shown again.")
    assert duty.ask("GET", f"/acts/{one}/visibility")["state"] == "shown"


def test_whatever_people_wrote_is_text(console: Console, duty: Duty) -> None:
    markup, reason = "<b onclick=x>Арман</b> мектебі", "<u onclick=x>Рас емес</u> екен"
    (one,) = duty.record([act_of(markup, 1, **ABOVE)])
    counted(duty, 1)
    moderator = duty.token("<i>Тимур</i>", "moderate")
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.press("l")
    console.has_rows(1)
    expect(console.rows).to_contain_text(markup, timeout=PATIENCE_MS)

    assert decide(duty, moderator, one, "rejection", reason) == 200
    console.page.get_by_role("button", name="All acts").click()
    expect(console.rows).to_contain_text("rejected", timeout=PATIENCE_MS)
    console.page.get_by_role("button", name="Open").click()
    expect(console.dialog).to_contain_text(f"<i>Тимур</i>: {reason}", timeout=PATIENCE_MS)
    console.press("Escape")
    console.page.locator("nav a[href='#trail']").click()
    expect(console.rows.filter(has_text=reason)).to_contain_text("<i>Тимур</i>", timeout=PATIENCE_MS)

    assert console.page.locator("main i, [onclick]").count() == 0


def test_the_key_that_hides_an_act_offers_to_show_one_that_is_hidden(console: Console, duty: Duty) -> None:
    (act_id,) = duty.record([act(1)])
    counted(duty, 0)
    duty.ask("PUT", f"/acts/{act_id}/visibility", {"state": "hidden", "reason": "балағат"})
    console.sign_in(duty.token("Айгерім", "moderate"), "acts")
    console.press("l", "l")
    console.has_rows(1)

    console.press("h")
    expect(console.dialog).to_contain_text("Show the act again?", timeout=PATIENCE_MS)
    console.press("Enter")

    console.says("The act is shown again.")
    assert duty.ask("GET", f"/acts/{act_id}/visibility")["state"] == "shown"
