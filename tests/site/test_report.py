"""The page of a report in a browser: for everybody, on a phone, and on paper."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page

from chalicelib.domain.vocabulary import LANGUAGES, Language
from ops.report.page import page as report_page
from tests.ops.test_report import report_of
from tests.site.conftest import Keep

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_for_everybody_on_any_screen(page: Page, keep: Keep, tmp_path: Path, language: Language) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_page(report_of(days=31), language), encoding="utf-8")
    page.goto(file.as_uri())
    page.evaluate(AXE_SCRIPT)

    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)")
    keep(page, f"report-{language}")
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found] == []

    page.set_viewport_size({"width": 390, "height": 844})
    keep(page, f"report-{language}-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_report_is_printed_on_a4(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_page(report_of(days=31), "kk"), encoding="utf-8")
    page.goto(file.as_uri())

    printed = page.pdf(prefer_css_page_size=True)

    boxes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    # A4 in points.
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert 3 <= len(boxes) <= 8
