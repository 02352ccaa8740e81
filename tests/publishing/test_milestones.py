"""A milestone is reached once, and stays so: the document that is replaced hands it to the one that replaces it."""

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign import Milestone
from chalicelib.domain.vocabulary import METRICS, Metric
from chalicelib.projections.sums import Cells
from chalicelib.publishing import documents
from chalicelib.publishing.documents import header
from tests.publishing.campaigns import TITLE, campaign

Stamps = dict[str, str | None]


def milestone(at: int, metric: Metric = "participations", milestone_id: str = "m1") -> Milestone:
    return Milestone(milestone_id, metric, at, TITLE)


def publish(total: int, rev: int, milestones: Sequence[Milestone], current: bytes | None) -> bytes:
    """Publish at `rev` seconds after the epoch."""
    cells: Cells = {"all": {"participations": total, "KZT": total}} if total else {}
    on_air = campaign(milestones=tuple(milestones))
    return documents.live(header(on_air, rev, now=rev * 1000), on_air, cells, current).body


def stamps(body: bytes) -> Stamps:
    return {shown["id"]: shown["reached_at"] for shown in json.loads(body)["milestones"]}


@given(totals=st.lists(st.integers(0, 12), min_size=1))
def test_a_milestone_bears_the_moment_at_which_its_metric_was_first_there(totals: list[int]) -> None:
    body = None
    for rev, total in enumerate(totals):
        body = publish(total, rev, [milestone(5), milestone(10, milestone_id="m2")], body)

    assert body is not None
    expected = {
        name: next((f"1970-01-01T00:00:{rev:02d}.000Z" for rev, total in enumerate(totals) if total >= at), None)
        for name, at in (("m1", 5), ("m2", 10))
    }
    assert stamps(body) == expected


def test_a_milestone_stays_reached_when_the_total_falls() -> None:
    reached = publish(10, 1, [milestone(10)], None)

    fallen = publish(3, 2, [milestone(10)], reached)

    assert stamps(fallen) == {"m1": "1970-01-01T00:00:01.000Z"}


def test_a_milestone_of_tenge_counts_tenge() -> None:
    assert stamps(publish(10, 1, [milestone(10, "amount")], None)) == {"m1": "1970-01-01T00:00:01.000Z"}


def test_every_metric_can_have_a_milestone() -> None:
    milestones = [milestone(1, metric, metric) for metric in METRICS]

    assert stamps(publish(0, 1, milestones, None)) == dict.fromkeys(METRICS)


def test_a_milestone_with_a_better_title_is_the_same() -> None:
    reached = publish(10, 1, [milestone(10)], None)
    renamed = Milestone("m1", "participations", 10, {"kk": "Он", "ru": "Десять", "en": "Ten"})

    body = publish(10, 2, [renamed], reached)

    assert json.loads(body)["milestones"][0]["title"]["en"] == "Ten"
    assert stamps(body) == {"m1": "1970-01-01T00:00:01.000Z"}


def test_a_milestone_that_was_set_higher_is_still_to_be_reached() -> None:
    reached = publish(10, 1, [milestone(10)], None)

    assert stamps(publish(10, 2, [milestone(20)], reached)) == {"m1": None}
    assert stamps(publish(10, 2, [milestone(10, "volunteers")], reached)) == {"m1": None}


def test_a_milestone_that_was_set_lower_was_reached_before() -> None:
    reached = publish(10, 1, [milestone(10)], None)

    assert stamps(publish(10, 2, [milestone(7)], reached)) == {"m1": "1970-01-01T00:00:01.000Z"}
