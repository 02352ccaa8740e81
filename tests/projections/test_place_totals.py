"""Totals by place and kind: a list of numbers a place, in the order of kinds."""

from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.place_totals import PlaceSums, cells, merge

FIRST, SECOND, THIRD, *_ = KINDS


def test_the_numbers_of_a_place_are_added_one_by_one_and_no_place_of_zeros_stays() -> None:
    state = {"KZ-75": [1, 2], "KZ-10": [4], "abroad": [3, 0]}

    assert merge(state, {"KZ-75": [5, -1, 7], "abroad": [-3], "KZ-71": [0, 9], "KZ-39": [0]}) == {
        "KZ-10": [4],
        "KZ-75": [6, 1, 7],
        "KZ-71": [0, 9],
    }
    assert state == {"KZ-75": [1, 2], "KZ-10": [4], "abroad": [3, 0]}


def test_the_cells_of_a_place_are_those_of_the_kinds_that_have_something() -> None:
    assert cells("all", {"KZ-75": [1, 2, 0, 3, *[0] * 4, 0, -2, 0, 0], "abroad": [4, 4, 90, 0]}) == {
        f"KZ-75 {FIRST}": {"participations": 1, "people": 2, "KZT": 3},
        f"KZ-75 {THIRD}": {"people": -2},
        f"abroad {FIRST}": {"participations": 4, "people": 4, "minutes": 90},
    }


def test_a_state_of_a_currency_has_one_number_a_kind() -> None:
    assert cells("2026-06-01T09 USD", {"abroad": [5, 0, -7]}) == {
        f"abroad {FIRST}": {"USD": 5},
        f"abroad {THIRD}": {"USD": -7},
    }
    assert cells("USD", {"KZ-75": [0, 5]}) == {f"KZ-75 {SECOND}": {"USD": 5}}


def test_what_was_stored_when_there_were_fewer_kinds_is_what_a_recount_makes_of_it() -> None:
    before: PlaceSums = {"KZ-39": [1, 2, 30, 0], "KZ-75": [0, 0, 0, 0]}
    recounted: PlaceSums = {"KZ-39": [1, 2, 30, 0, 0, 0, 0, 0]}

    assert merge({}, before) == merge({}, recounted) == {"KZ-39": [1, 2, 30]}
    assert cells("all", {"KZ-39": [1, 2, 30]}) == {f"KZ-39 {FIRST}": {"participations": 1, "people": 2, "minutes": 30}}


def test_a_kind_that_only_a_newer_release_knows_is_told_by_its_number_and_stops_nothing() -> None:
    measures = [0] * len(KINDS) * 4 + [1, 2, 0, 3]

    assert cells("all", {"KZ-75": measures}) == {f"KZ-75 {len(KINDS)}": {"participations": 1, "people": 2, "KZT": 3}}
