import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from chalicelib.api.messages import Texts, messages, negotiate
from chalicelib.api.problems import STATUSES, ProblemName
from chalicelib.domain.shown_text import Unsuitability
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.intake import act_requests, form_requests, name_requests, requests, token_requests

ROOT = Path(__file__).parents[2] / "chalicelib"
SOURCES = [*(ROOT / "intake").rglob("*.py"), *(ROOT / "api").rglob("*.py")]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ru", "ru"),
        ("kk-KZ", "kk"),
        ("KK", "kk"),
        ("kk-Cyrl-KZ, en;q=0.5", "kk"),
        ("de, ru;q=0.2, kk;q=0.7", "kk"),
        ("en;q=0.1, ru;q=0.9", "ru"),
        ("ru, kk", "ru"),
        ("kk, ru", "kk"),
        ("de", "en"),
        ("de, *;q=0.1", "en"),
        ("*", "en"),
        ("*;q=0.1, ru;q=0.1", "ru"),
        ("en;q=0, *", "kk"),
        ("en;q=0", "en"),
        ("ru ; q=0.5 , kk ; q=0.6", "kk"),
        ("ru;q=2, kk;q=0.1", "kk"),
        ("ru;q=bad, kk;q=0.1", "kk"),
        ("x" * 5000, "en"),
        (";;;,,,==", "en"),
    ],
)
def test_the_preferred_of_our_languages_is_chosen(header: str | None, language: Language) -> None:
    assert negotiate(header) == language


def test_every_problem_has_a_status_and_texts() -> None:
    assert set(messages().problems) == set(STATUSES) == set(get_args(ProblemName))


def test_every_fault_has_its_texts_and_every_text_its_fault() -> None:
    assert set(messages().faults) == set(_fault_codes())


def test_texts_are_in_all_languages_and_name_the_same_values() -> None:
    for texts in _all_texts():
        assert set(texts) == set(LANGUAGES)
        assert len({frozenset(_values(text)) for text in texts.values()}) == 1
        assert all(text and text == text.strip() for text in texts.values())


def _all_texts() -> Iterator[Texts]:
    yield from messages().faults.values()
    for problem in messages().problems.values():
        yield problem.title
        yield problem.detail


def _values(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name)


def _fault_codes() -> Iterator[str]:
    """Codes by the fields of requests, and those that the code names."""
    modules = (requests, form_requests, act_requests, token_requests, name_requests)
    for shape in (shape for module in modules for shape in vars(module).values()):
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
            for hint in get_type_hints(shape, include_extras=True).values():
                yield from _declared(hint)
    yield from get_args(Unsuitability)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Fault":
                yield from (a.value for a in node.args[1:2] if isinstance(a, ast.Constant))  # type: ignore[misc]


def _declared(hint: Any) -> Iterator[str]:
    for part in (hint, *get_args(hint)):
        metas = getattr(part, "__metadata__", ())
        yield from (meta.extra["fault"] for meta in metas if isinstance(meta, msgspec.Meta) and meta.extra)
