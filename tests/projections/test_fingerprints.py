"""Two sets have the same sums where they have the same items, in any order, and no others."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.items import Item
from chalicelib.projections.fingerprints import Fingerprints

items = st.builds(
    lambda key, text: {"id": {"S": key}, "data": {"S": text}},
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["", "x", "y"]),
)


@given(st.lists(items, max_size=6), st.lists(items, max_size=6), st.randoms())
def test_sets_differ_at_the_keys_at_which_they_have_other_items(
    one: list[Item], other: list[Item], random: Random
) -> None:
    sums = Fingerprints()

    sums.add(one)
    sums.take_away(random.sample(other, len(other)))

    for key in ("a", "b", "c"):
        here, there = (sorted(item["data"]["S"] for item in of if item["id"]["S"] == key) for of in (one, other))
        assert sums.differ_at(key) == (here != there)
    assert sums.differ == any(sums.differ_at(key) for key in ("a", "b", "c"))


def test_the_order_of_attributes_is_nothing_that_differs() -> None:
    sums = Fingerprints()

    sums.add([{"id": {"S": "a"}, "data": {"S": "x"}}])
    sums.take_away([{"data": {"S": "x"}, "id": {"S": "a"}}])

    assert not sums.differ


def test_what_is_in_one_attribute_and_not_in_another_differs() -> None:
    sums = Fingerprints()

    sums.add([{"id": {"S": "a"}, "one": {"S": "x"}}])
    sums.take_away([{"id": {"S": "a"}, "other": {"S": "x"}}])

    assert sums.differ_at("a")


def test_no_two_have_the_same_hashes() -> None:
    one, other = Fingerprints(), Fingerprints()
    for sums in (one, other):
        sums.add([{"id": {"S": "a"}}])

    assert one._sums != other._sums
