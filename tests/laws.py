"""Laws over drawn examples: a few of them in the fast tests, many in the slow ones."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Law = Callable[..., None]


def few_and_many(few: int, many: int, **drawn: SearchStrategy[Any]) -> Callable[[Law], Law]:
    """Make two tests of a law, with `few` examples and with `many`; what is not `drawn` comes from pytest."""

    def tested(law: Law) -> Law:
        def test(examples: int, **given_by_pytest: Any) -> None:
            # Of the law itself, whose source is the seed where examples are the same in every run.
            settings(max_examples=examples)(given(**drawn)(law))(**given_by_pytest)

        own = inspect.signature(law).parameters
        names = ["examples", *(name for name in own if name not in drawn)]
        asked = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
        test.__name__, test.__doc__, test.__module__ = law.__name__, law.__doc__, law.__module__
        test.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
        tests: Law = pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.slow)])(test)
        return tests

    return tested
