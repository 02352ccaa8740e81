"""Who signs in at the console, what they find there, and what becomes of their token."""

import re

import pytest
from playwright.sync_api import expect

from tests.site.console import PATIENCE_MS, Console, Duty, act_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OURS = {"now", "acts", "names", "trail"}


@pytest.mark.parametrize(
    ("scopes", "more", "tabs"),
    [
        (("moderate",), {}, ["now", "acts", "names", "trail"]),
        (("moderate", "admin"), {}, ["now", "acts", "names", "trail"]),
        (("admin",), {}, ["now"]),
        (("moderate",), {"region": "KZ-71"}, ["now", "acts", "trail"]),
    ],
)
def test_a_token_finds_the_tabs_that_it_has_a_right_to(
    console: Console, duty: Duty, scopes: tuple[str, ...], more: dict[str, str], tabs: list[str]
) -> None:
    console.sign_in(duty.token("on duty", *scopes, **more))

    assert [tab for tab in console.tabs() if tab in OURS] == tabs


def test_steering_is_for_admins_and_all_names_for_moderators_of_the_whole_campaign(
    console: Console, duty: Duty
) -> None:
    console.sign_in(duty.token("moderator", "moderate"))
    expect(console.page.get_by_role("button", name="Hide all names")).to_be_visible(timeout=PATIENCE_MS)
    expect(console.page.get_by_role("button", name="Freeze")).to_have_count(0)
    console.page.get_by_role("button", name="Sign out").click()

    console.sign_in(duty.token("Astana", "moderate", region="KZ-71"))
    expect(console.page.locator(".note")).to_contain_text("Astana", timeout=PATIENCE_MS)
    expect(console.page.locator(".figures")).to_have_count(2)
    expect(console.page.locator(".controls-list")).to_have_count(0)


def test_who_may_do_nothing_here_is_told_so(console: Console, duty: Duty) -> None:
    console.open()
    console.page.locator("#token").fill(duty.token("a partner", "record"))
    console.press("Enter")

    expect(console.page.get_by_role("alert")).to_contain_text("moderate or admin", timeout=PATIENCE_MS)
    assert console.page.evaluate("sessionStorage.length") == 0


def test_a_wrong_token_is_refused_in_the_language_of_the_page(console: Console) -> None:
    console.open(lang="ru")
    console.page.locator("#token").fill("qy_0_wrong")
    console.press("Enter")

    expect(console.page.get_by_role("alert")).to_contain_text("Этот токен неизвестен", timeout=PATIENCE_MS)
    assert console.page.evaluate("sessionStorage.length") == 0


def test_what_cannot_be_a_token_is_told_so_and_not_sent(console: Console) -> None:
    console.open()
    console.page.locator("#token").fill("qy_токен")
    console.press("Enter")

    expect(console.page.get_by_role("alert")).to_contain_text("This is no token")


def test_a_reload_while_the_api_is_busy_waits_for_it_and_stays_signed_in(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("on duty", "moderate"))
    busy = '{"type": "/problems/unavailable", "title": "Busy", "detail": "Later, please."}'
    console.page.route(
        "**/tokens/self", lambda route: route.fulfill(status=503, content_type="application/problem+json", body=busy)
    )

    console.page.reload()
    expect(console.page.locator("#since")).to_contain_text("Later, please.", timeout=PATIENCE_MS)
    expect(console.page.locator("#since")).to_contain_text("asking again in")
    assert console.page.evaluate("sessionStorage.length") == 1
    console.page.unroute("**/tokens/self")

    expect(console.page.locator("nav a").first).to_be_visible(timeout=PATIENCE_MS)


def test_a_sandbox_token_is_told_why_it_sees_nothing(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("trying out", "moderate", sandbox=True))

    expect(console.page.locator(".alarms")).to_contain_text("in state «test» alone", timeout=PATIENCE_MS)


def test_the_token_is_kept_for_the_session_and_stands_nowhere_else(console: Console, duty: Duty) -> None:
    token, page = duty.token("on duty", "moderate", "admin"), console.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))

    console.sign_in(token)
    for tab in console.tabs():
        page.locator(f"nav a[href='#{tab}']").click()
        page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("nav")).to_be_visible(timeout=PATIENCE_MS)

    assert token not in page.url + page.evaluate("document.cookie + JSON.stringify(localStorage) + document.referrer")
    assert token not in page.content()
    assert not [one for one in asked if token in one]
    assert page.context.cookies() == []
    assert page.evaluate("JSON.stringify(sessionStorage)") == f'{{"token":"{token}"}}'


def test_signing_out_forgets(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("on duty", "moderate"), "acts")

    console.page.get_by_role("button", name="Sign out").click()

    expect(console.page.locator("#token")).to_be_focused()
    assert console.page.evaluate("sessionStorage.length") == 0
    expect(console.page.locator("nav a:visible")).to_have_count(0)
    console.page.reload()
    expect(console.page.locator("#token")).to_be_visible()


def test_a_token_that_is_revoked_is_signed_out(console: Console, duty: Duty) -> None:
    token = duty.token("on duty", "moderate")
    console.sign_in(token)

    assert duty.system.ask("DELETE", f"/v1/tokens/{token.split('_')[1]}").status == 204

    expect(console.page.locator(".sign-in")).to_contain_text("valid no longer", timeout=PATIENCE_MS)
    assert console.page.evaluate("sessionStorage.length") == 0


def test_decisions_that_were_not_sent_wait_for_who_signs_in_again_and_are_not_left_unasked(
    console: Console, duty: Duty
) -> None:
    duty.record([act_of("Мейірім мектебі", 1)], duty.token("a form", "record", names="after_approval"))
    token, page = duty.token("on duty", "moderate"), console.page
    console.sign_in(token, "names")
    console.has_rows(1)
    page.route("**/name-decisions", lambda route: route.abort())
    console.press("h")
    expect(page.locator(".card.failed")).to_be_visible(timeout=PATIENCE_MS)

    page.get_by_role("button", name="Sign out").click()
    expect(console.dialog).to_contain_text("Decisions that were not sent: 1.")
    console.press("Escape")
    assert duty.system.ask("DELETE", f"/v1/tokens/{token.split('_')[1]}").status == 204
    expect(page.locator(".sign-in")).to_contain_text("Decisions that were not sent: 1.", timeout=PATIENCE_MS)
    page.unroute("**/name-decisions")
    page.locator("#token").fill(duty.token("on duty again", "moderate"))
    console.press("Enter")
    page.locator("nav a[href='#names']").click(timeout=PATIENCE_MS)
    console.press("r")

    expect(page.locator(".card.failed")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Hidden: 1", timeout=PATIENCE_MS)


def test_the_language_is_changed_where_one_is_and_kept(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("on duty", "moderate"), "trail")

    console.page.get_by_role("button", name="Қазақша").click()

    expect(console.page).to_have_title("Кезекші пульті")
    expect(console.page.locator(".tab.trail")).to_be_attached()
    assert console.page.evaluate("document.documentElement.lang") == "kk"
    expect(console.page.get_by_role("button", name="Қазақша")).to_be_focused()
    console.page.goto(re.sub(r"lang=en", "", console.page.url))
    expect(console.page).to_have_title("Кезекші пульті")


def test_every_language_says_all_that_another_says(console: Console) -> None:
    console.open()

    said = console.page.evaluate("""async () => {
      const { KIND_NAMES, LANGUAGES, ...tables } = await import("/widget/console-words.js");
      const names = (value) => typeof value !== "object" || Array.isArray(value) ? typeof value
        : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, names(inner)]));
      return Object.values(tables).map((table) => Object.keys(LANGUAGES).map((lang) => names(table[lang])));
    }""")

    assert len(said) >= 5
    for kk, ru, en in said:
        assert kk == ru == en


def test_keys_are_told_and_can_be_turned_off(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("on duty", "moderate"))

    console.press("?")
    expect(console.dialog).to_contain_text("Undo what was done last")
    console.dialog.get_by_label("Single-key commands are on").uncheck()
    console.press("Escape", "2")

    expect(console.page.locator(".tab.now")).to_be_attached()
    console.page.get_by_role("button", name="Keys").click()
    console.dialog.get_by_label("Single-key commands are on").check()
    console.press("Escape", "2")
    expect(console.page.locator(".tab.acts")).to_be_attached()


def test_keys_are_found_by_their_place_whatever_alphabet_they_write(console: Console, duty: Duty) -> None:
    console.sign_in(duty.token("on duty", "moderate", "admin"))
    expect(console.page.get_by_role("button", name="Freeze")).to_be_visible(timeout=PATIENCE_MS)

    console.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'а', code: 'KeyF', bubbles: true }))"
    )

    expect(console.dialog).to_contain_text("Freeze the campaign?")
