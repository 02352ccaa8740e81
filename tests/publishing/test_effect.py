"""What events change the totals by."""

from hypothesis import strategies as st

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.totals import ALL, TOTALS
from chalicelib.publishing import figures
from chalicelib.publishing.effect import effect
from tests.histories import histories
from tests.laws import few_and_many


def folded(events: list[RecordedEvent]) -> Cells:
    cells: Cells = {}
    for change in map(change_of, events):
        for belonging in TOTALS.by_key(CampaignChanges([change])).values():
            cells = merge(cells, TOTALS.fold({}, belonging))
    return cells


@few_and_many(25, 150, events=histories(), cut=st.integers(0, 40))
def test_the_totals_of_a_history_change_by_what_its_end_is_told_to(events: list[RecordedEvent], cut: int) -> None:
    before, after, changed = folded(events[:cut]), folded(events), effect(events[cut:])

    first, second = figures.totals(before), figures.totals(after)
    for name in (
        "participants",
        "participations",
        "people",
        "volunteers",
        "good_deeds",
        "events_held",
        "organisations",
    ):
        assert getattr(first, name) + getattr(changed.totals, name) == getattr(second, name)
    for currency in {*first.amount, *second.amount, *changed.totals.amount}:
        change = changed.totals.amount.get(currency, 0)
        assert first.amount.get(currency, 0) + change == second.amount.get(currency, 0)
    assert figures.in_review(before) + changed.in_review == figures.in_review(after)
    minutes = [figures.figures(cells.get(ALL, {})).minutes for cells in (before, after)]
    assert changed.hours == (minutes[1] - minutes[0]) / 60
