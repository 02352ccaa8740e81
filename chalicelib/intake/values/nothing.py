"""Answers by which people say that they have nothing to say."""

import re

from chalicelib.domain.folding import clean, fold_label
from chalicelib.intake.labels import folded

_WORDS = folded(
    *("нет", "нету", "не имею", "не имеется", "отсутствует", "не указано", "не указан", "нет данных", "н/д"),
    *("жоқ", "жок", "көрсетілмеген", "мәлімет жоқ", "no", "none", "nothing", "null", "n/a", "not available"),
)
_MARKS = re.compile(r"[-\u2010-\u2015\u2212_.,/\\*\u2026 ]+")


def says_nothing(text: str) -> bool:
    """Whether a text says that there is nothing: a dash, «нет», «жоқ», "n/a"."""
    return _MARKS.fullmatch(clean(text)) is not None or fold_label(text).strip(" .!") in _WORDS
