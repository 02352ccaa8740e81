"""Sums that are packed are those of each number by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.participation import NUMBER_LIMIT
from chalicelib.projections.packed import packed_act, unpacked

numbers = st.integers(1 - NUMBER_LIMIT, NUMBER_LIMIT - 1)
acts = st.lists(st.tuples(st.sampled_from([1, -1]), numbers, numbers, numbers), max_size=30)


@given(acts)
def test_the_sum_of_acts_added_and_taken_back_is_that_of_each_measure(drawn: list[tuple[int, int, int, int]]) -> None:
    total = sum(sign * packed_act(people, minutes, tenge) for sign, people, minutes, tenge in drawn)

    assert unpacked(total) == [
        sum(sign for sign, *_ in drawn),
        sum(sign * people for sign, people, _, _ in drawn),
        sum(sign * minutes for sign, _, minutes, _ in drawn),
        sum(sign * tenge for sign, _, _, tenge in drawn),
    ]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_hundred_thousand_of_the_largest_acts_keep_to_their_places(sign: int) -> None:
    largest, count = NUMBER_LIMIT - 1, 100_000

    total = sign * count * packed_act(largest, largest, largest)

    assert unpacked(total) == [sign * count, *[sign * count * largest] * 3]
