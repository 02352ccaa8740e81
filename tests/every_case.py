"""One test of many cases, where a test for each would cost more than what it looks at."""

import inspect
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest

Test = Callable[..., None]


def every(**cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Make one test of all combinations of `cases`, by argument; what is not there comes from pytest, once for all.

    All that fail are told, each with its case.
    """
    combinations = [dict(zip(cases, values, strict=True)) for values in product(*cases.values())]

    def tested(test: Test) -> Test:
        def test_of_all(**given_by_pytest: Any) -> None:
            failures = [failure for case in combinations if (failure := _failure(test, given_by_pytest, case))]
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(combinations)} cases", failures)

        own = inspect.signature(test).parameters.values()
        asked = [parameter for parameter in own if parameter.name not in cases]
        test_of_all.__name__, test_of_all.__doc__, test_of_all.__module__ = test.__name__, test.__doc__, test.__module__
        test_of_all.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
        return test_of_all

    return tested


def _failure(test: Test, given_by_pytest: dict[str, Any], case: dict[str, Any]) -> BaseException | None:
    try:
        test(**given_by_pytest, **case)
    except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - whatever it is
        failure.add_note(", ".join(f"{name} = {value!r:.200}" for name, value in case.items()))
        return failure
    return None
