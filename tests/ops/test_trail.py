"""`trail`: who did what, told by the API."""

from tests.ops.conftest import Operator


def test_what_an_operator_did_is_told_with_who_and_what(operator: Operator) -> None:
    operator.answer("campaign", "set", "2026", "--min-cell", "5", "--yes")

    (row,) = operator.shows("trail", "2026", "--action", "campaign_changed")[1:]

    assert row[1:4] == ["somebody on duty", "campaign_changed", "2026"]
    assert "min_cell: 0 → 5" in row
    assert operator.answer("trail", "2026", "--until", "2026-01-01T00:00:00Z") == []


def test_who_may_not_see_it_is_told(operator: Operator) -> None:
    operator.become("read")

    assert operator.says("trail", "2026", code=2).startswith("403: ")
