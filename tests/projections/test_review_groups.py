"""What waits for a moderator by what arrived together."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.participation import Act, Money
from chalicelib.projections.act_reader import ActFilter
from chalicelib.projections.acts import StoredAct
from chalicelib.projections.review_groups import BREAK_MS, ReviewGroup, group

NOW = 1_780_286_400_000
ACT = Act("good_deed", "citizen", "KZ-75", "vk", form="vk/1/2", people=2, minutes=30)


def waiting(at: int, *reasons: Any, **act: Any) -> StoredAct:
    content = msgspec.structs.replace(ACT, **act)
    return StoredAct(f"r{at}", f"2026/p{at}", 1, "in_review", NOW + at, content, reasons or ("unsigned",))


def test_acts_of_one_way_and_reason_that_follow_each_other_are_a_group() -> None:
    acts = [waiting(n * (BREAK_MS - 1), pledged=Money("KZT", 5)) for n in range(3)]

    assert group(acts) == [
        ReviewGroup(
            source="vk",
            form="vk/1/2",
            token=None,
            reasons=frozenset({"unsigned"}),
            first=NOW,
            last=NOW + 2 * (BREAK_MS - 1),
            acts=3,
            people=6,
            minutes=90,
            amounts={"KZT": 15},
        )
    ]


def test_after_a_minute_without_any_another_group_begins() -> None:
    assert [one.acts for one in group([waiting(0), waiting(1), waiting(BREAK_MS + 1)])] == [2, 1]


def test_another_way_or_another_reason_is_another_group() -> None:
    acts = [
        waiting(0),
        waiting(1, form="vk/1/3"),
        waiting(2, source="api", form=None, token="t"),
        waiting(3, "people"),
        waiting(4, "people", "unsigned"),
        waiting(5),
    ]

    assert [one.acts for one in group(acts)] == [2, 1, 1, 1, 1]


def test_the_largest_come_first_and_of_equals_the_oldest() -> None:
    acts = [waiting(0, form="a"), waiting(1, form="b"), waiting(2, form="c"), waiting(3, form="c")]

    assert [one.form for one in group(acts)] == ["c", "a", "b"]


ways = st.sampled_from(["a", "b"])
reasons = st.sampled_from([("people",), ("unsigned",), ("people", "unsigned")])


@given(st.lists(st.tuples(st.integers(0, 600_000), ways, reasons), max_size=30, unique_by=lambda one: one[0]))
def test_each_act_is_in_just_one_group_and_found_by_what_that_is(drawn: list[tuple[int, str, Any]]) -> None:
    acts = [waiting(at, *why, form=form) for at, form, why in sorted(drawn)]

    found = [
        [act.id for act in acts if is_of(act, one) and one.first <= act.recorded_at <= one.last] for one in group(acts)
    ]

    assert [len(ids) for ids in found] == [one.acts for one in group(acts)]
    assert sorted(one for ids in found for one in ids) == sorted(act.id for act in acts)


def is_of(act: StoredAct, one: ReviewGroup) -> bool:
    return ActFilter(source=one.source, form=one.form, token=one.token, reasons=one.reasons).takes(act)
