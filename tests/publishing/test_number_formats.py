"""Numbers as they are read: fixed answers that the browser's twin answers too, and what holds for any number."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vocabulary import LANGUAGES, METRICS, Language
from chalicelib.publishing.number_formats import compact, format_metric, label, number, percent
from tests.fixtures.numbers import cases

UNITS: Mapping[str, int] = {
    **dict.fromkeys(("мың", "тыс.", "K"), 10**3),
    **dict.fromkeys(("млн", "M"), 10**6),
    **dict.fromkeys(("млрд", "B"), 10**9),
    **dict.fromkeys(("трлн", "T"), 10**12),
}
languages = st.sampled_from(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixture_is_written_as_it_stands(language: Language) -> None:
    for case in cases("number"):
        assert number(case["value"], language) == case[language]
    for case in cases("compact"):
        assert compact(case["value"], language) == case[language]
    for case in cases("metric"):
        assert format_metric(case["metric"], case["value"], language, short=case["short"]) == case[language]
    for case in cases("percent"):
        assert percent(case["value"], case["target"], language) == case[language]
    for case in cases("label"):
        assert label(case["metric"], case["value"], language) == case[language]


@given(st.integers(), languages)
def test_a_number_in_full_keeps_every_digit(value: int, language: Language) -> None:
    text = number(value, language)

    assert int(re.sub(r"[^\d−]", "", text).replace("−", "-")) == value


@given(st.integers(min_value=0, max_value=10**18), languages)
def test_a_short_number_never_says_more_than_there_is_nor_a_tenth_less(value: int, language: Language) -> None:
    text = compact(value, language)

    amount, unit = re.fullmatch(r"([\d.,\u00a0]+?)\u00a0?(\D*)", text).groups()  # type: ignore[union-attr]
    scale = UNITS.get(unit, 1)
    digits = amount.replace("\u00a0", "") if language != "en" else amount.replace(",", "")
    whole, _, tenth = digits.replace(",", ".").partition(".")
    said = int(whole) * scale + int(tenth or 0) * scale // 10
    assert said <= value < said * 1.1 + 1


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=1, max_value=10**12), languages)
def test_a_goal_is_at_100_percent_only_once_it_is_reached(value: int, target: int, language: Language) -> None:
    said = int(re.sub(r"\D", "", percent(value, target, language)))

    assert (said >= 100) == (value >= target)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_its_noun_for_any_number(language: Language) -> None:
    assert all(label(metric, value, language) for metric in METRICS for value in range(200))
