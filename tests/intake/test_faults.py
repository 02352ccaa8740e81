from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake import requests
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read

SHAPES = [shape for shape in vars(requests).values() if isinstance(shape, type) and issubclass(shape, msgspec.Struct)]


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("a", "#/a"),
        ("a/b", "#/a~1b"),
        ("a~b", "#/a~0b"),
        ("~1", "#/~01"),
        ("a b", "#/a%20b"),
        ("ы", "#/%D1%8B"),
        ("", "#/"),
    ],
)
def test_a_pointer_is_a_fragment_of_a_uri(name: str, pointer: str) -> None:
    assert child("#", name) == pointer


@given(st.text(), st.text())
def test_two_members_never_have_one_pointer(one: str, other: str) -> None:
    assert (child("#", one) == child("#", other)) == (one == other)


@pytest.mark.parametrize("target", [5, 5.0, float(10**15)])
def test_a_whole_number_is_one_however_it_is_written(target: float) -> None:
    goal = read(requests.GoalRequest, {"metric": "people", "target": target}, Rules())

    assert (goal.target, type(goal.target)) == (target, int)


@pytest.mark.parametrize("target", [5.5, "5", True, float(2**54), float("inf"), float("nan")])
def test_what_is_no_whole_number_is_not_taken_for_one(target: object) -> None:
    with pytest.raises(Invalid, match="#/target: target"):
        read(requests.GoalRequest, {"metric": "people", "target": target}, Rules())


@pytest.mark.parametrize("name", ["metric", "unknown"])
def test_a_member_that_is_nested_past_the_stack_is_a_fault(name: str) -> None:
    nested: object = []
    for _ in range(2000):
        nested = [nested]

    with pytest.raises(Invalid, match=f"#/{name}"):
        read(requests.GoalRequest, {"metric": "people", "target": 5, name: nested}, Rules())


def test_whole_numbers_are_found_within_lists_and_tables() -> None:
    sent = {
        "goals": [{"metric": "people", "target": 7.0}],
        "limits": {"amount": {"KZT": 9.0}, "hours": 3.0},
        "names": {"kk": "а", "ru": "б", "en": "c"},
        "state": "live",
    }

    campaign = read(requests.CampaignRequest, sent, Rules())

    assert (campaign.goals[0].target, campaign.limits.amount, campaign.limits.hours) == (7, {"KZT": 9}, 3)


def test_an_invalid_request_tells_places_and_codes_and_no_values() -> None:
    invalid = Invalid((Fault("#/a", "phone"), Fault("#/b", "choice", {"choices": "x"})))

    assert str(invalid) == "#/a: phone, #/b: choice"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_says_what_is_wrong_with_it(shape: type[msgspec.Struct]) -> None:
    for hint in get_type_hints(shape, include_extras=True).values():
        assert _says_what_is_wrong(hint)


def _says_what_is_wrong(hint: Any) -> bool:
    """Whether a type has a fault of its own, or is a choice, an object or a list of objects."""
    absent = (type(None), msgspec.UnsetType)
    parts = [part for part in get_args(hint) if part not in absent] if {*absent} & {*get_args(hint)} else [hint]
    return all(_is_choice_or_object(part) or _has_fault(part) for part in parts)


def _is_choice_or_object(hint: Any) -> bool:
    inner = get_args(hint)[0] if get_origin(hint) is not None and hasattr(hint, "__metadata__") else hint
    if get_origin(inner) is list:
        inner = get_args(inner)[0]
    return str(get_origin(inner)) == "typing.Literal" or (isinstance(inner, type) and issubclass(inner, msgspec.Struct))


def _has_fault(hint: Any) -> bool:
    return any("fault" in (meta.extra or {}) for meta in getattr(hint, "__metadata__", ()))
