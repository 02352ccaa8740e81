"""Names in the console: an attack handled by keys, from first sight to clean air."""

import time

import pytest
from playwright.sync_api import expect

from tests.site.console import PATIENCE_MS, Console, Duty, act_of
from tests.site.test_names_on_air import seconds_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ATTACK = 30
PATIENCE_SECONDS = 30.0
SECONDS = 20.0
"""From first sight to clean air."""


def hostile(number: int) -> str:
    return f"Зұлымдық № {number} мектебі"


def waits(duty: Duty) -> list[str]:
    return [name["text"] for name in duty.ask("GET", "/names?limit=100")["names"]]


def attack(duty: Duty, names: str, others: tuple[str, ...] = ()) -> None:
    """Give thirty hostile names, each with an act of its own, and some others among them."""
    texts = [hostile(number) for number in range(1, ATTACK + 1)]
    for number, text in enumerate(others):
        texts.insert(7 * (number + 1), text)
    token = duty.token("a form's partner", "record", names=names)
    duty.record([act_of(text, number) for number, text in enumerate(texts)], token)
    duty.system.ask("GET", f"{duty.base}/names")


def test_an_attack_by_names_that_wait_is_handled_by_a_key_for_each(console: Console, duty: Duty) -> None:
    honest = ("Мейірім мектебі", "Арман мектебі")
    attack(duty, "after_approval", honest)
    console.sign_in(duty.token("Айгерім", "moderate"))
    expect(console.page.locator("nav")).to_contain_text("Names32", timeout=PATIENCE_MS)

    began, console.keys = time.monotonic(), 0
    console.press("3")
    console.has_rows(ATTACK + len(honest))
    current = console.page.locator("li[aria-current] .name")
    for _ in range(ATTACK + len(honest)):
        console.press("s" if current.inner_text() in honest else "h")
    console.has_rows(0)
    expect(console.page.locator(".toolbar")).to_contain_text("Hidden: 30, shown: 2.", timeout=PATIENCE_MS)
    seconds_until(lambda: all(name in duty.documents() for name in honest), PATIENCE_SECONDS)

    assert time.monotonic() - began < SECONDS
    assert console.keys == 1 + ATTACK + len(honest)
    assert waits(duty) == []
    assert "Зұлымдық" not in duty.documents()


def test_an_attack_that_is_on_air_is_gone_by_four_keys(console: Console, duty: Duty) -> None:
    attack(duty, "shown")
    seconds_until(lambda: "Зұлымдық" in duty.documents(), PATIENCE_SECONDS)
    console.sign_in(duty.token("Айгерім", "moderate"))

    began, console.keys = time.monotonic(), 0
    console.press("3", "l")
    console.has_rows(ATTACK)
    console.press("Shift+H")
    expect(console.dialog).to_contain_text("30")
    console.press("Enter")
    console.has_rows(0)
    seconds_until(lambda: "Зұлымдық" not in duty.documents(), PATIENCE_SECONDS)

    assert time.monotonic() - began < SECONDS
    assert console.keys == 4
    assert duty.ask("GET", "/names?state=shown")["names"] == []


def test_the_newest_comes_first_and_what_comes_later_joins_without_moving_anybody(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1)], token)
    duty.record([act_of("Екінші мектеп", 2)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(2)
    assert console.rows.locator(".name").all_inner_texts() == ["Екінші мектеп", "Бірінші мектеп"]
    console.press("j")

    duty.record([act_of("Үшінші мектеп", 3)], token)
    console.has_rows(3)

    assert console.rows.first.locator(".name").inner_text() == "Үшінші мектеп"
    assert console.page.locator("li[aria-current] .name").inner_text() == "Бірінші мектеп"


def test_a_decision_that_is_not_sent_yet_is_taken_back_by_one_key(other_console: Console, duty: Duty) -> None:
    console = other_console
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1), act_of("Екінші мектеп", 2)], token)
    console.page.clock.install()
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(2)

    console.press("h", "u")
    console.has_rows(2)
    console.page.clock.run_for(5_000)

    assert len(waits(duty)) == 2


def test_decisions_that_could_not_be_sent_say_so_and_are_sent_again_by_one_key(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1), act_of("Екінші мектеп", 2)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(2)
    console.page.route("**/name-decisions", lambda route: route.abort())

    console.press("h", "s")
    failed = console.page.locator(".failed").first
    expect(failed).to_contain_text("nobody knows whether it was done", timeout=PATIENCE_MS)
    expect(failed).to_contain_text("Екінші мектеп")
    assert len(waits(duty)) == 2
    console.page.unroute("**/name-decisions")
    console.press("r")

    expect(console.page.locator(".toolbar")).to_contain_text("Hidden: 1, shown: 1.", timeout=PATIENCE_MS)
    expect(console.page.locator(".failed")).to_have_count(0)
    assert waits(duty) == []


def test_what_was_decided_is_found_again_and_decided_otherwise(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(1)
    console.page.get_by_label("Reason to hide").fill("Күмәнді атау")
    console.press("Enter", "h")
    expect(console.page.locator(".toolbar")).to_contain_text("Hidden: 1", timeout=PATIENCE_MS)

    console.page.get_by_role("button", name="Hidden", exact=True).click()
    console.has_rows(1)
    expect(console.rows).to_contain_text("Күмәнді атау")
    console.page.get_by_role("button", name="Show", exact=True).click()
    expect(console.page.locator(".toolbar")).to_contain_text("shown: 1", timeout=PATIENCE_MS)

    (name,) = duty.ask("GET", "/names?state=shown")["names"]
    assert (name["text"], name["decision"]["reason"]) == ("Бірінші мектеп", "Checked")


def test_a_decision_that_was_sent_is_taken_back_and_nothing_older_is(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="shown")
    duty.record([act_of("Бірінші мектеп", 1)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.press("0", "Enter")
    console.says("All names are hidden.")
    console.press("l")
    console.has_rows(1)

    console.press("h")
    expect(console.page.locator(".toolbar")).to_contain_text("Hidden: 1", timeout=PATIENCE_MS)
    console.press("u")
    console.says("Бірінші мектеп: shown.")
    assert [name["text"] for name in duty.ask("GET", "/names?state=shown")["names"]] == ["Бірінші мектеп"]
    console.press("u")
    console.says("What was done last cannot be taken back by this key.")

    assert duty.ask("GET", "/names")["all_names"] == "hidden"


def test_a_name_that_waited_cannot_wait_again_and_is_shown_by_one_key(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(1)
    console.press("h")
    expect(console.page.locator(".toolbar")).to_contain_text("Hidden: 1", timeout=PATIENCE_MS)

    console.press("u")
    console.says("cannot be set back to waiting, and is hidden: show it with s.")
    console.press("s")

    expect(console.page.locator(".toolbar")).to_contain_text("shown: 1", timeout=PATIENCE_MS)


def test_more_names_than_one_list_has_are_never_called_none(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of(f"№ {number} мектеп", number) for number in range(103)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(100)

    console.press("Shift+H")
    console.press("Enter")

    console.has_rows(3)
    console.says("Hidden from the list: 100.")
    console.says("Those that waited cannot be set back to waiting: 100.")
    expect(console.page.get_by_text("No name waits.")).to_be_hidden()


def test_all_that_were_hidden_on_air_are_shown_again_by_one_key(console: Console, duty: Duty) -> None:
    duty.record([act_of("Бірінші мектеп", 1), act_of("Екінші мектеп", 2)])
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.press("l")
    console.has_rows(2)
    console.press("Shift+H")
    console.press("Enter")
    console.says("Hidden from the list: 2.")

    console.press("u")

    console.says("Shown again: 2.")
    console.has_rows(2)


def test_whoever_comes_second_is_told_and_a_key_hits_no_other_name(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1), act_of("Екінші мектеп", 2)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(2)
    ids = {name["text"]: name["id"] for name in duty.ask("GET", "/names")["names"]}
    other = duty.token("Бауыржан", "moderate")
    current = console.page.locator("li[aria-current]")

    duty.ask("PUT", f"/names/{ids['Екінші мектеп']}", {"state": "hidden", "reason": "балағат"}, other)
    console.press("s")
    console.says("Екінші мектеп: Decided before you: hidden, by Бауыржан.")
    console.has_rows(1)
    duty.ask("PUT", f"/names/{ids['Бірінші мектеп']}", {"state": "hidden", "reason": "балағат"}, other)
    expect(current).to_contain_text("Decided meanwhile", timeout=PATIENCE_MS)
    console.press("s")
    console.says("Бірінші мектеп: Decided before you: hidden, by Бауыржан.")
    expect(current).to_contain_text("by Бауыржан: балағат")

    assert duty.ask("GET", "/names?state=shown")["names"] == []


@pytest.mark.parametrize(("names", "keys"), [("after_approval", ()), ("shown", ("l",))])
def test_every_list_follows_what_others_do(console: Console, duty: Duty, names: str, keys: tuple[str, ...]) -> None:
    token = duty.token("a form's partner", "record", names=names)
    duty.record([act_of("Бірінші мектеп", 1)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.press(*keys)
    console.has_rows(1)

    duty.record([act_of("Екінші мектеп", 2)], token)

    console.has_rows(2)


def test_the_acts_of_a_name_are_one_key_away(console: Console, duty: Duty) -> None:
    token = duty.token("a form's partner", "record", names="after_approval")
    duty.record([act_of("Бірінші мектеп", 1), act_of("Екінші мектеп", 2)], token)
    console.sign_in(duty.token("Айгерім", "moderate"), "names")
    console.has_rows(2)

    console.press("e")

    expect(console.page.locator(".tab.acts")).to_be_attached()
    console.has_rows(1)
    expect(console.rows).to_contain_text("Екінші мектеп")
