"""Cells that are too small to be shown by their place."""

from hypothesis import strategies as st

from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.place_totals import cell
from chalicelib.projections.sums import Cells, Measures
from chalicelib.publishing.cells import OTHER, place_of, without_small_cells
from tests.laws import few_and_many

MEASURES = st.fixed_dictionaries(
    {"participations": st.integers(1, 12), "people": st.integers(1, 50), "KZT": st.integers(1, 10_000)}
)
CELLS = st.dictionaries(
    st.builds(cell, st.sampled_from([*regions(), ABROAD]), st.sampled_from(KINDS)), MEASURES, max_size=40
)


def sums(cells: Cells, kind: str) -> Measures:
    found = [measures for key, measures in cells.items() if key.endswith(f" {kind}")]
    return {name: sum(measures[name] for measures in found) for name in ("participations", "people", "KZT")}


def test_what_has_enough_acts_stays_where_it_is() -> None:
    cells: Cells = {
        "KZ-10 good_deed": {"participations": 5, "people": 9},
        "KZ-75 good_deed": {"participations": 4, "people": 4, "KZT": 1_000},
        "KZ-71 good_deed": {"participations": 1, "people": 1},
        "KZ-10 donation": {"participations": 1, "people": 1, "KZT": 7_000},
    }

    assert without_small_cells(cells, 5) == {
        "KZ-10 good_deed": {"participations": 5, "people": 9},
        "other good_deed": {"participations": 5, "people": 5, "KZT": 1_000},
        "other donation": {"participations": 1, "people": 1, "KZT": 7_000},
    }


@few_and_many(25, 150, cells=CELLS, min_cell=st.integers(0, 10))
def test_each_kind_adds_up_to_what_it_did_and_no_place_shows_a_small_cell(cells: Cells, min_cell: int) -> None:
    before = {key: dict(measures) for key, measures in cells.items()}

    shown = without_small_cells(cells, min_cell)

    assert cells == before
    assert all(sums(shown, kind) == sums(cells, kind) for kind in KINDS)
    at_places = {key: measures for key, measures in shown.items() if place_of(key) != OTHER}
    assert all(measures["participations"] >= min_cell and cells[key] == measures for key, measures in at_places.items())


@few_and_many(25, 150, cells=CELLS)
def test_where_the_campaign_asks_for_nothing_all_is_shown_by_its_place(cells: Cells) -> None:
    assert without_small_cells(cells, 0) == cells
