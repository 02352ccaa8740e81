"""What the console says of forms covers what the API can say, in every language."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from chalicelib.domain.vocabulary import LANGUAGES, NamesOnAir
from chalicelib.intake.answers import ASKED_FIELDS
from chalicelib.intake.form import FormState
from chalicelib.webhooks.checking import CheckOutcome
from chalicelib.webhooks.dispatcher import Outcome
from chalicelib.webhooks.parking import ReasonCode
from tests.site.stage import SITE

WORDS = (SITE / "console-forms-words.js").read_text(encoding="utf-8")


def said(language: str, table: str) -> set[str]:
    """Return the names that a table of a language has words for."""
    of_language = WORDS[WORDS.index(f"\n  {language}: {{") :]
    found = re.search(rf"\n    {table}: \{{(.*?)\}},?\n", of_language, re.DOTALL)
    assert found is not None, table
    return set(re.findall(r"(\w+): [\"(]", found[1]))


def flat(shape: Any) -> Iterator[str]:
    for value in get_args(shape):
        yield from (value,) if isinstance(value, str) else flat(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("reasons", set(flat(ReasonCode))),
        ("fields", {*ASKED_FIELDS, "consent"}),
        ("outcomes", {*flat(Outcome), "unsealable", "gone"}),
        ("would", set(flat(CheckOutcome))),
        ("formStates", set(flat(FormState))),
        ("namesOnAir", set(flat(NamesOnAir))),
    ],
)
def test_there_is_a_word_for_each(language: str, table: str, names: set[str]) -> None:
    assert said(language, table) == names


def test_each_reason_comes_with_what_to_do() -> None:
    listed = re.search(r"const DO = \{(.*?)\};", WORDS, re.DOTALL)
    assert listed is not None

    assert set(re.findall(r"\w+", " ".join(re.findall(r'"([^"]*)"', listed[1])))) == set(flat(ReasonCode))
