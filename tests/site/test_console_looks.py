"""How the console looks in each language, on a desk and on a phone, by day and by night; and what axe says of it."""

import pytest
from playwright.sync_api import expect

from tests.site.conftest import Keep
from tests.site.console import PATIENCE_MS, Console, Duty, act, act_of
from tests.site.test_names_on_air import seconds_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
PATIENCE_SECONDS = 60.0
REGIONS = ("KZ-75", "KZ-71", "KZ-79", "KZ-35", "KZ-63")


def in_full_swing(duty: Duty) -> str:
    """Let acts count and wait, names too; return a token that may do all."""
    partner = duty.token("Серіктес «Мейірім»", "record", names="after_approval")
    duty.record(act(number, place={"region": REGIONS[number % 5]}, people=2 + number) for number in range(12))
    schools = (
        act_of(f"№{number} мектеп-гимназия «Арман»", number, kind="class_hour", people=20) for number in range(6)
    )
    duty.record(schools, partner)
    duty.record((act(100 + number, people=1_500 + number) for number in range(5)), partner)
    seconds_until(lambda: duty.ask("GET", "/status")["in_review"] == 5, PATIENCE_SECONDS)
    token = duty.token("Айгерім, штаб", "moderate", "admin")
    duty.ask("PUT", "/names", {"state": "shown", "reason": "Тексерілді"}, token)
    return token


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_every_tab_fits_its_screen_and_axe_finds_nothing(
    console: Console, duty: Duty, keep: Keep, lang: str, size: str
) -> None:
    width, height = SIZES[size]
    token, page = in_full_swing(duty), console.page
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if lang == "ru" else "light")

    console.open(lang=lang)
    keep(page, f"console-sign-in-{lang}-{size}")
    assert console.violations() == []
    page.locator("#token").fill(token)
    console.press("Enter")
    expect(page.locator(".alarms .notice")).to_have_count(2, timeout=PATIENCE_MS)
    for tab in ("now", "acts", "names", "trail"):
        page.locator(f"nav a[href='#{tab}']").click()
        if tab != "now":
            expect(console.rows.first).to_be_visible(timeout=PATIENCE_MS)
        keep(page, f"console-{tab}-{lang}-{size}")
        assert console.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.emulate_media(color_scheme="null")


def test_what_is_asked_is_clean_too(console: Console, duty: Duty, keep: Keep) -> None:
    console.sign_in(in_full_swing(duty))
    expect(console.page.get_by_role("button", name="Freeze")).to_be_visible(timeout=PATIENCE_MS)
    console.page.get_by_role("button", name="Change goals").click()
    console.dialog.get_by_role("button", name="Add a milestone").click()
    keep(console.page, "console-goals")
    assert console.violations() == []

    for keys, name in ((("Escape", "f"), "freeze"), (("Escape", "?"), "keys"), (("Escape", "0"), "hide-all")):
        console.press(*keys)
        keep(console.page, f"console-{name}")
        assert console.violations() == []
    console.press("Escape", "2")
    console.has_rows(1)
    console.press("r")
    expect(console.dialog).to_contain_text("Found: 5.", timeout=PATIENCE_MS)
    keep(console.page, "console-reject")
    assert console.violations() == []
    console.press("Escape", "l")
    console.has_rows(5)
    console.press("Enter")
    expect(console.dialog).to_contain_text("Recorded", timeout=PATIENCE_MS)
    keep(console.page, "console-act")
    assert console.violations() == []
    console.press("Escape", "/")
    keep(console.page, "console-filter")
    assert console.violations() == []
