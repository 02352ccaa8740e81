"""The pages on the whole system: what a person sees is what was recorded, whatever happens behind it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.local.system import LocalSystem
from tests.site.conftest import Keep
from tests.site.pages import plain

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDED, WITHDRAWN = 1_000, 37
HEADLINE = "good-deeds-counter#headline"
DOWN_SECONDS = 60
PATIENCE_MS = 90_000


def record_and_withdraw(system: LocalSystem) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda n: system.record(f"deed-{n}", f"+77011{n:06}"), range(RECORDED)))
    for reply in replies[:WITHDRAWN]:
        path = f"/v1/participations/{reply.json['id']}/withdrawal"
        assert system.ask("POST", path, {"reason": "sent by mistake"}).status == 200


def test_the_counter_is_right_to_the_unit_and_recovers_from_an_outage(
    system: LocalSystem, page: Page, keep: Keep
) -> None:
    page.goto(f"http://localhost:{system.port}/")
    record_and_withdraw(system)
    current = RECORDED - WITHDRAWN
    system.wait_for("good_deeds", current)

    headline = page.locator(f"{HEADLINE} [part=value]")
    expect(headline).to_have_text(str(current), timeout=PATIENCE_MS)
    keep(page, "whole-system")

    system.stop()
    deadline = time.monotonic() + DOWN_SECONDS
    while time.monotonic() < deadline:
        expect(headline).to_have_text(str(current))
        page.wait_for_timeout(5_000)
    assert page.locator(HEADLINE).get_attribute("data-state") == "stale"

    system.start()
    system.record("after", "+77019999999")
    expect(headline).to_have_text(str(current + 1), timeout=PATIENCE_MS)
    expect(page.locator(HEADLINE)).to_have_attribute("data-state", "fresh", timeout=PATIENCE_MS)
    assert plain(page, HEADLINE).startswith(str(current + 1))


def test_every_page_shows_the_recorded_number_in_every_language(system: LocalSystem, page: Page) -> None:
    system.record("first", "+77011234567")
    system.wait_for("good_deeds", 1)

    for path in ("/", "/overlay/2026", "/embed/2026", "/widget/builder"):
        for language in ("kk", "ru", "en"):
            page.goto(f"http://localhost:{system.port}{path}?lang={language}")
            expect(page.locator("good-deeds-counter [part=value]").first).to_have_text("1", timeout=PATIENCE_MS)
