"""The browser writes every number as Python does."""

from typing import Any

import pytest
from playwright.sync_api import Page

from chalicelib.domain.vocabulary import LANGUAGES
from tests.fixtures.numbers import cases
from tests.site.stage import Stage

pytestmark = pytest.mark.browser

CALLS = {
    "number": "numbers.number(c.value, words)",
    "compact": "numbers.compact(c.value, words)",
    "metric": "numbers.format(c.metric, c.value, words, c.short)",
    "percent": "numbers.percent(c.value, c.target, words)",
    "label": "words.label(c.metric, c.value)",
}


def open_blank(page: Page, stage: Stage) -> None:
    """Open a page that loads nothing by itself."""
    stage.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page.goto(f"{stage.url}/blank")


@pytest.mark.parametrize("function", CALLS)
def test_every_fixture_is_written_as_it_stands(page: Page, stage: Stage, function: str) -> None:
    open_blank(page, stage)
    expected = [case[language] for language in LANGUAGES for case in cases(function)]

    written: list[Any] = page.evaluate(
        """async ([languages, cases]) => {
          const numbers = await import("/widget/numbers.js");
          const modules = await Promise.all(languages.map((language) => import(`/widget/${language}.js`)));
          return modules.flatMap(({ words }) => cases.map((c) => CALL));
        }""".replace("CALL", CALLS[function]),
        [list(LANGUAGES), cases(function)],
    )

    assert written == expected


@pytest.mark.parametrize(
    ("value", "currency", "kk", "en"),
    [
        (5000, "KZT", "5\u00a0000\u00a0₸", "₸5,000"),
        (123456, "USD", "1\u00a0234,56\u00a0$", "$1,234.56"),
        (123400, "EUR", "1\u00a0234\u00a0€", "€1,234"),
        (5, "GBP", "0,05\u00a0GBP", "GBP\u00a00.05"),
        (5000, "JPY", "5\u00a0000\u00a0JPY", "JPY\u00a05,000"),
        (5000, "ISK", "5\u00a0000\u00a0ISK", "ISK\u00a05,000"),
        (5001, "KWD", "5,001\u00a0KWD", "KWD\u00a05.001"),
    ],
)
def test_an_amount_is_told_in_its_own_currency(
    page: Page, stage: Stage, value: int, currency: str, kk: str, en: str
) -> None:
    open_blank(page, stage)

    written = page.evaluate(
        """async ([value, currency]) => {
          const { money } = await import("/widget/money.js");
          const modules = await Promise.all(["kk", "en"].map((language) => import(`/widget/${language}.js`)));
          return modules.map(({ words }) => money(value, currency, words));
        }""",
        [value, currency],
    )

    assert written == [kk, en]
