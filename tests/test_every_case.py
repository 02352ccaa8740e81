"""A test of every case notices each that fails."""

from typing import Any

import pytest

from tests.every_case import every


def test_every_combination_is_looked_at() -> None:
    seen: list[Any] = []

    @every(one=[1, 2], other="ab")
    def looked_at(one: int, other: str, given: str) -> None:
        seen.append((one, other, given))

    looked_at(given="by pytest")

    assert seen == [(1, "a", "by pytest"), (1, "b", "by pytest"), (2, "a", "by pytest"), (2, "b", "by pytest")]


def test_all_that_fail_are_told_with_their_cases() -> None:
    @every(number=range(4))
    def is_even(number: int) -> None:
        if number == 3:
            pytest.fail("odd")
        assert number % 2 == 0

    with pytest.raises(BaseExceptionGroup, match="2 of 4 cases") as raised:
        is_even()

    assert [failure.__notes__ for failure in raised.value.exceptions] == [["number = 1"], ["number = 3"]]
