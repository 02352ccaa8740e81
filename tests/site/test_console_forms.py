"""Forms and what they could not record, in the console: mapped, checked and replayed on the whole system."""

import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from infra.local import send_form
from tests.local.system import LocalSystem
from tests.site.conftest import Keep

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = "/v1/forms/standard/local/deeds"
PATIENCE_MS = 30_000
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

MAPPED = {
    "campaign": "2026",
    "state": "live",
    "defaults": {"participant_type": "citizen"},
    "fallback": {"place": {"region": "KZ-75"}},
    "questions": {"Телефон": "phone", "Не істедіңіз?": "kind", "Қанша адам?": "people"},
}
BLOOD = {"Телефон": "+7 701 000 00 01", "Не істедіңіз?": "Қан тапсырдым", "Қанша адам?": "3"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """One system for all tests of this file."""
    started = LocalSystem(tmp_path_factory.mktemp("console") / "data")
    started.start()
    yield started
    started.abandon()


@pytest.fixture
def console(system: LocalSystem, page: Page) -> Page:
    """A page for the console of a campaign with a form of which nothing is parked."""
    for entry in parked(system):
        assert system.ask("DELETE", f"/v1/parked/{entry['provider']}/{entry['id']}").status == 204
    assert system.ask("PUT", FORM, MAPPED).status in (200, 201)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return page


@pytest.fixture
def people(system: LocalSystem) -> Callable[[int], None]:
    """Wait until the totals have so many people more than now."""
    before = system.totals()["people"]
    return lambda more: system.wait_for("people", before + more)


def deliver(system: LocalSystem, answers: dict[str, Any], form: str = "deeds") -> None:
    """Let a partner's site send an answer of a form."""
    run = system.run
    sent = {
        "type": "participation.submitted",
        "timestamp": "2026-06-01T06:00:00Z",
        "data": {"form_id": form, **answers},
    }
    body = json.dumps(sent).encode()
    signed = send_form._signed(f"test-{secrets.token_hex(8)}", body, run["hooks"]["standard"]["whsec"])
    url = f"http://localhost:{system.port}/v1/hooks/standard"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **signed})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def parked(system: LocalSystem) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = system.ask("GET", "/v1/parked").json["parked"]
    return found


def sign_in(page: Page, system: LocalSystem, lang: str = "en", token: str | None = None) -> None:
    page.goto(f"http://localhost:{system.port}/console?lang={lang}#forms")
    page.locator("#token").fill(token or system.run["token"])
    page.keyboard.press("Enter")
    expect(page.locator(".tab.forms .card").first).to_be_visible(timeout=PATIENCE_MS)


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong."""
    if not page.evaluate("!!globalThis.axe"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)")
    return [f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}" for fault in found]


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def choose(place: Locator, label: str, value: str) -> None:
    place.get_by_label(label).first.select_option(value)


def confirm(page: Page) -> None:
    """Press the button that does it, by the keyboard: a choice that is open takes Enter for itself."""
    dialog(page).locator("button[type=submit]").focus()
    page.keyboard.press("Enter")


def open_first(page: Page) -> None:
    """Open the only entry of the only reason, by keys alone."""
    expect(page.locator(".forms ol .pick").first).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".forms .list .when").first).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(page.locator(".entry")).to_be_visible(timeout=PATIENCE_MS)


def test_an_answer_that_does_not_map_is_mapped_checked_and_replayed_by_keys(
    system: LocalSystem, console: Page, people: Callable[[int], None]
) -> None:
    page = console
    deliver(system, BLOOD)
    sign_in(page, system)
    expect(page.locator(".pick").first).to_contain_text("what the answer means is unknown (kind of deed)")
    assert violations(page) == []
    open_first(page)
    expect(page.locator(".outcome")).to_contain_text("It would be parked again", timeout=PATIENCE_MS)
    expect(page.locator(".culprit")).to_contain_text("Қан тапсырдым")
    assert violations(page) == []

    page.keyboard.press("m")
    expect(dialog(page)).to_be_visible(timeout=PATIENCE_MS)
    expect(dialog(page).get_by_label("Asks for")).to_have_value("kind")
    dialog(page).get_by_label("Means").select_option(label="Donation")
    expect(dialog(page).locator(".mapping")).to_contain_text("not mapped")
    expect(dialog(page).locator(".mapping dd").last).to_have_text("Donation")
    assert violations(page) == []
    confirm(page)

    expect(page.locator(".outcome.recorded")).to_contain_text("It would be recorded", timeout=PATIENCE_MS)
    expect(page.locator(".outcome.recorded")).to_contain_text("Donation · Almaty · 3 people")
    assert system.ask("GET", FORM).json["answers"] == {"kind": {"Қан тапсырдым": "donation"}}

    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="What became of it: recorded.")).to_be_visible(timeout=PATIENCE_MS)
    assert parked(system) == []
    people(3)


def test_what_is_parked_later_comes_by_itself(system: LocalSystem, console: Page) -> None:
    sign_in(console, system)
    waits = console.get_by_text("what the answer means is unknown (kind of deed)")
    expect(console.locator(".tab.forms h2")).to_have_count(2, timeout=PATIENCE_MS)
    expect(waits).to_have_count(0)

    deliver(system, BLOOD)

    expect(waits).to_be_visible(timeout=PATIENCE_MS)


def test_all_of_a_reason_are_replayed_and_each_says_what_became_of_it(
    system: LocalSystem, console: Page, people: Callable[[int], None]
) -> None:
    page = console
    for number in range(1, 5):
        deliver(
            system,
            {
                **BLOOD,
                "Телефон": f"+7 701 000 00 0{number}",
                "Не істедіңіз?": "Қан тапсырдым" if number < 4 else "Билмеймін",
            },
        )
    sign_in(page, system)
    expect(page.locator(".pick .count").first).to_have_text("4 answers")
    system.ask("PUT", FORM, {**MAPPED, "answers": {"kind": {"Қан тапсырдым": "donation"}}})
    page.wait_for_timeout(7_000)

    page.locator(".pick").first.click()
    page.keyboard.press("Shift+R")
    page.keyboard.press("Enter")

    toast = page.locator(".toast", has_text="Replayed")
    expect(toast).to_contain_text("recorded: 3", timeout=PATIENCE_MS)
    expect(toast).to_contain_text("still cannot be recorded: 1")
    expect(page.locator(".list .what", has_text="recorded")).to_have_count(4)
    assert [entry["about"] for entry in parked(system)] == [["kind"]]
    people(9)


def test_one_answer_is_corrected_and_another_discarded(
    system: LocalSystem, console: Page, people: Callable[[int], None]
) -> None:
    page = console
    deliver(system, {**BLOOD, "Қанша адам?": "көп"})
    sign_in(page, system)
    open_first(page)

    page.keyboard.press("e")
    expect(dialog(page)).to_be_visible(timeout=PATIENCE_MS)
    choose(dialog(page), "Asks for", "people")
    dialog(page).locator("input[type=number]").fill("0")
    page.keyboard.press("Enter")
    # The API says what is wrong with it, and the dialog stays.
    expect(dialog(page).locator(".fault")).to_contain_text("people", timeout=PATIENCE_MS)
    dialog(page).get_by_text("Correct one more").click()
    dialog(page).locator("input[type=number]").first.fill("40")
    choose(dialog(page).locator(".pair").last, "Asks for", "kind")
    dialog(page).locator(".pair").last.get_by_label("In its place").select_option(label="Good deed")
    dialog(page).locator("button[type=submit]").click()
    expect(page.locator(".toast", has_text="recorded")).to_be_visible(timeout=PATIENCE_MS)
    people(40)

    deliver(system, {**BLOOD, "Не істедіңіз?": "asdf"})
    page.keyboard.press("b")
    page.keyboard.press("g")
    open_first(page)
    page.keyboard.press("x")
    expect(dialog(page)).to_contain_text("This cannot be undone.")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="discarded")).to_be_visible(timeout=PATIENCE_MS)
    assert parked(system) == []


def test_a_refused_mapping_names_the_field_and_changes_nothing(system: LocalSystem, console: Page) -> None:
    page = console
    deliver(system, BLOOD)
    sign_in(page, system)
    open_first(page)
    before = system.ask("GET", FORM).json

    page.keyboard.press("m")
    choose(dialog(page), "Asks for", "country")
    dialog(page).get_by_label("Means").fill("Қазақстан Республикасының бәрі")
    page.keyboard.press("Enter")

    expect(dialog(page).locator(".fault")).to_contain_text("answers/country/Қан тапсырдым", timeout=PATIENCE_MS)
    expect(dialog(page).locator("button[type=submit]")).to_have_text("Send again")
    assert system.ask("GET", FORM).json == before
    assert violations(page) == []


def test_a_question_is_mapped_and_taken_back_unless_somebody_has_changed_the_form_since(
    system: LocalSystem, console: Page
) -> None:
    page = console
    deliver(system, {**BLOOD, "Облыс": "Атырау облысы", "Не істедіңіз?": "?"})
    sign_in(page, system)
    open_first(page)
    expect(page.locator(".entry tr", has_text="Облыс")).to_contain_text("not mapped", timeout=PATIENCE_MS)
    before = system.ask("GET", FORM).json

    page.keyboard.press("q")
    expect(dialog(page).get_by_label("Question")).to_have_value("Облыс", timeout=PATIENCE_MS)
    choose(dialog(page), "Asks for", "region")
    confirm(page)
    expect(page.locator(".entry tr", has_text="Облыс")).to_contain_text("region", timeout=PATIENCE_MS)
    assert system.ask("GET", FORM).json["questions"]["Облыс"] == "region"
    page.keyboard.press("u")
    expect(page.locator(".toast", has_text="maps as before")).to_be_visible(timeout=PATIENCE_MS)
    assert system.ask("GET", FORM).json == before

    page.keyboard.press("q")
    choose(dialog(page), "Asks for", "region")
    confirm(page)
    expect(dialog(page)).to_have_count(0, timeout=PATIENCE_MS)
    changed = {**MAPPED, "review": True}
    system.ask("PUT", FORM, changed)
    page.keyboard.press("u")
    expect(page.locator(".toast", has_text="changed the form since")).to_be_visible(timeout=PATIENCE_MS)
    assert system.ask("GET", FORM).json["review"] is True


def test_what_was_settled_elsewhere_is_gone_and_said_so(system: LocalSystem, console: Page) -> None:
    page = console
    deliver(system, BLOOD)
    sign_in(page, system)
    page.locator(".pick").first.click()
    (entry,) = parked(system)
    assert system.ask("DELETE", f"/v1/parked/{entry['provider']}/{entry['id']}").status == 204

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("not here any more", timeout=PATIENCE_MS)
    expect(page.locator(".list .what")).to_have_text("not here any more")


def test_a_form_is_tried_out_with_a_pasted_sample(system: LocalSystem, console: Page) -> None:
    page = console
    sign_in(page, system)
    page.locator(".pick", has_text="deeds").click()

    page.locator("textarea").fill("{")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".check")).to_have_text("This is no JSON.")
    page.locator("textarea").fill(json.dumps({"type": "x", "data": {"form_id": "deeds", **BLOOD, "kind": "good_deed"}}))
    page.get_by_role("button", name="Check").click()

    expect(page.locator(".outcome")).to_contain_text("what the answer means is unknown", timeout=PATIENCE_MS)
    assert violations(page) == []


def test_nobody_who_may_not_administer_sees_the_tab(system: LocalSystem, console: Page) -> None:
    page = console
    token = system.ask("POST", "/v1/tokens", {"label": "duty", "scopes": ["moderate"], "campaign": "2026"}).json[
        "token"
    ]
    page.goto(f"http://localhost:{system.port}/console?lang=en#forms")
    page.locator("#token").fill(token)
    page.keyboard.press("Enter")

    expect(page.locator("#tabs a").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#tabs a[href='#forms']")).to_have_count(0)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_tab_is_clean_in_three_languages_on_a_desk_and_on_a_phone(
    system: LocalSystem, console: Page, keep: Keep, lang: str
) -> None:
    page = console
    deliver(system, BLOOD)
    deliver(system, {**BLOOD, "Қанша адам?": "көп", "Не істедіңіз?": "donation"})
    deliver(system, BLOOD, form="unknown")
    sign_in(page, system, lang)
    for size, name in ((DESKTOP, "desk"), (PHONE, "phone")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        keep(page, f"console-forms-list-{lang}-{name}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".pick").nth(1).click()
        keep(page, f"console-forms-group-{lang}-{name}")
        assert violations(page) == []
        page.keyboard.press("Enter")
        keep(page, f"console-forms-ask-{lang}-{name}")
        page.keyboard.press("Enter")
        expect(page.locator(".outcome")).to_be_visible(timeout=PATIENCE_MS)
        keep(page, f"console-forms-entry-{lang}-{name}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("m")
        expect(dialog(page)).to_be_visible(timeout=PATIENCE_MS)
        keep(page, f"console-forms-map-{lang}-{name}")
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        page.keyboard.press("b")
        page.locator(".pick", has_text="deeds").last.click()
        keep(page, f"console-forms-form-{lang}-{name}")
        assert violations(page) == []
        page.keyboard.press("b")
        expect(page.locator(".pick").first).to_be_visible()
