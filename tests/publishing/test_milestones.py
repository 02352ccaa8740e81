"""A milestone is reached once, and stays so: it is noted before a document shows it, whatever becomes of documents."""

import json
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign import Campaign, Milestone
from chalicelib.domain.milestones import MAX_NOTED, NONE_REACHED, Reached, ReachedMilestones
from chalicelib.domain.vocabulary import METRICS, Metric
from chalicelib.projections.sums import Cells
from chalicelib.publishing import documents
from chalicelib.publishing.documents import header
from chalicelib.publishing.figures import totals
from chalicelib.publishing.milestones import note
from chalicelib.publishing.publisher import Unpublished
from tests.publishing.campaigns import TITLE, campaign
from tests.publishing.stage import Stage, acts, withdrawal

Stamps = dict[str, str | None]

AT_FIRST = "2026-06-01T04:00:00.000Z"
"""When a stage begins."""


def milestone(at: int, metric: Metric = "participations", milestone_id: str = "m1") -> Milestone:
    return Milestone(milestone_id, metric, at, TITLE)


def second(number: int) -> str:
    return f"1970-01-01T00:00:{number:02d}.000Z"


class Counter:
    """The notes and the document of a campaign, published each second from the epoch on."""

    def __init__(self) -> None:
        self.reached = NONE_REACHED
        self.body: bytes | None = None
        self.since = 0
        self._rev = 0

    def publish(self, total: int, *milestones: Milestone) -> Stamps:
        """Publish a total of participations, and as many tenge; return when milestones are shown as reached."""
        cells: Cells = {"all": {"participations": total, "KZT": total}} if total else {}
        on_air = msgspec.structs.replace(campaign(milestones=milestones), since=self.since)
        head = header(on_air, self._rev, now=self._rev * 1000)
        self._rev += 1
        self.reached = note(self.reached, on_air, totals(cells), head.as_of, self.body)
        self.body = documents.live(head, on_air, cells, self.reached).body
        return {shown["id"]: shown["reached_at"] for shown in json.loads(self.body)["milestones"]}


@given(numbers=st.lists(st.integers(0, 12), min_size=1), lost=st.sets(st.integers(0, 20)), noted=st.booleans())
def test_a_milestone_bears_the_moment_at_which_its_metric_was_first_there(
    numbers: list[int], lost: set[int], *, noted: bool
) -> None:
    counter, stamps = Counter(), Stamps()
    for rev, total in enumerate(numbers):
        # Documents may go, or the notes: what is left of the two is enough.
        if rev in lost and noted:
            counter.body = None
        elif rev in lost:
            counter.reached = NONE_REACHED
        stamps = counter.publish(total, milestone(5), milestone(10, milestone_id="m2"))

    assert stamps == {
        name: next((second(rev) for rev, total in enumerate(numbers) if total >= at), None)
        for name, at in (("m1", 5), ("m2", 10))
    }


def test_a_milestone_stays_reached_when_the_total_falls() -> None:
    counter = Counter()
    counter.publish(10, milestone(10))

    assert counter.publish(3, milestone(10)) == {"m1": second(0)}


def test_a_milestone_of_tenge_counts_tenge() -> None:
    assert Counter().publish(10, milestone(10, "amount")) == {"m1": second(0)}


def test_every_metric_can_have_a_milestone() -> None:
    milestones = [milestone(1, metric, metric) for metric in METRICS]

    assert Counter().publish(0, *milestones) == dict.fromkeys(METRICS)


def test_a_milestone_with_a_better_title_is_the_same() -> None:
    counter = Counter()
    counter.publish(10, milestone(10))
    renamed = Milestone("m1", "participations", 10, {"kk": "Он", "ru": "Десять", "en": "Ten"})

    assert counter.publish(10, renamed) == {"m1": second(0)}
    assert counter.body is not None
    assert json.loads(counter.body)["milestones"][0]["title"]["en"] == "Ten"


@pytest.mark.parametrize("other", [milestone(20), milestone(10, "amount"), milestone(10, milestone_id="m2")])
def test_a_milestone_that_was_set_higher_or_for_something_else_is_still_to_be_reached(other: Milestone) -> None:
    counter = Counter()
    counter.publish(10, milestone(10))

    assert counter.publish(9, other) == {other.id: None}
    assert counter.publish(20, other) == {other.id: second(2)}


def test_a_milestone_that_was_set_lower_was_reached_before() -> None:
    counter = Counter()
    counter.publish(10, milestone(10))

    assert counter.publish(5, milestone(7)) == {"m1": second(0)}


@pytest.mark.parametrize("totals_when_live", [(0, 10, 10), (10, 0, 10)])
def test_what_was_reached_in_a_rehearsal_is_reached_again(totals_when_live: tuple[int, ...]) -> None:
    counter = Counter()
    counter.publish(10, milestone(10))
    counter.since = 1_000

    stamps = [counter.publish(total, milestone(10))["m1"] for total in totals_when_live]

    at = second(1 + totals_when_live.index(10))
    assert stamps[-1] == at
    assert [reached.reached_at for reached in counter.reached.noted] == [at]


@pytest.mark.parametrize("meanwhile", [(), (milestone(20),), (milestone(10, "amount"),)])
def test_a_milestone_that_is_set_again_as_it_was_was_reached_before(meanwhile: tuple[Milestone, ...]) -> None:
    counter = Counter()
    counter.publish(10, milestone(10))
    counter.publish(20, *meanwhile)

    assert counter.publish(20, milestone(10)) == {"m1": second(0)}


def test_only_so_many_milestones_are_noted_and_those_of_now_keep_their_moment() -> None:
    counter = Counter()
    first = counter.publish(10, milestone(10))
    counter.reached = counter.reached.with_more(Reached(str(n), "people", 1, second(1)) for n in range(MAX_NOTED))

    assert len(counter.reached.noted) == MAX_NOTED
    assert counter.publish(10, milestone(10)) == first
    assert len(counter.reached.noted) == MAX_NOTED


def with_milestone(at: int = 2, **others: int) -> Campaign:
    """Return a campaign with a milestone of good deeds."""
    return msgspec.structs.replace(campaign(milestones=(milestone(at, "good_deeds"),)), **others)


def shown(stage: Stage) -> str | None:
    found: str | None = stage.read("live.json")["milestones"][0]["reached_at"]
    return found


def reach(stage: Stage) -> None:
    """Publish two good deeds, and let a minute pass."""
    stage.set_up(with_milestone())
    stage.publisher().publish(stage.project(acts(2)))
    assert shown(stage) == AT_FIRST
    stage.now += 60_000


def delete_documents(stage: Stage) -> None:
    for name in stage.published():
        stage.s3.delete_object(Key=f"v1/campaigns/{name}")


def begin_a_generation(stage: Stage) -> None:
    """Let documents be made of states that hold nothing yet."""
    stage.set_up(msgspec.structs.replace(stage.campaigns["2026"], generation=2))


def delete_documents_and_begin_a_generation(stage: Stage) -> None:
    delete_documents(stage)
    begin_a_generation(stage)


def lose_the_notes(stage: Stage) -> None:
    stage.reached.noted.clear()


def put_back_older_notes(stage: Stage) -> None:
    stage.reached.noted["2026"] = ReachedMilestones((Reached("m0", "people", 1, AT_FIRST),))


@pytest.mark.parametrize(
    "happens",
    [
        delete_documents,
        begin_a_generation,
        delete_documents_and_begin_a_generation,
        lose_the_notes,
        put_back_older_notes,
    ],
)
def test_nothing_is_celebrated_twice(stage: Stage, happens: Callable[[Stage], None]) -> None:
    reach(stage)
    happens(stage)

    stage.publisher().publish([stage.set_up(stage.campaigns["2026"])])
    assert shown(stage) == AT_FIRST

    stage.publisher().publish(stage.project(acts(1, first=3)))
    assert shown(stage) == AT_FIRST


def test_a_launch_page_that_is_made_without_a_counter_celebrates_nothing_twice(stage: Stage) -> None:
    reach(stage)
    lose_the_notes(stage)

    records = stage.project(acts(1, first=3))
    stage.publisher().publish([record for record in records if "#places#" in str(record)])

    (milestone,) = stage.read("page.json")["milestones"]
    assert (stage.read("page.json")["rev"], milestone["reached_at"]) == (3, AT_FIRST)


def test_a_campaign_that_goes_live_has_reached_nothing(stage: Stage) -> None:
    reach(stage)
    live = msgspec.structs.replace(stage.campaigns["2026"], generation=2, since=stage.now)

    stage.publisher().publish([stage.set_up(live)])

    assert shown(stage) is None
    assert stage.reached.noted["2026"] == NONE_REACHED


def test_what_documents_show_as_reached_is_noted_by_the_first_publication(stage: Stage) -> None:
    reach(stage)
    lose_the_notes(stage)
    stage.publisher().publish(stage.project(acts(1, first=3)))

    delete_documents(stage)
    stage.publisher().publish(stage.project(acts(1, first=4)))

    assert shown(stage) == AT_FIRST


def test_of_two_publishers_at_once_the_first_to_note_a_milestone_says_when(stage: Stage) -> None:
    stage.set_up(with_milestone())
    records = stage.project(acts(2))

    def overtake() -> None:
        stage.now += 5_000
        stage.publisher().publish(records)

    stage.reached.meanwhile = overtake
    stage.publisher().publish(records)
    stage.publisher().publish(stage.project(acts(1, first=3)))

    assert shown(stage) == "2026-06-01T04:00:05.000Z"
    assert [reached.reached_at for reached in stage.reached.noted["2026"].noted] == ["2026-06-01T04:00:05.000Z"]


def test_a_milestone_noted_by_a_publisher_that_died_then_is_shown_with_its_moment(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.set_up(with_milestone())
    events = acts(2)
    records = stage.project(events)
    store = stage.documents()

    def die(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(store, "_replace", die)
    with pytest.raises(Unpublished):
        stage.publisher(store).publish(records)
    stage.now += 60_000
    stage.publisher().publish(stage.project([withdrawal(events[1], 3)]))

    assert stage.read("live.json")["totals"]["good_deeds"] == 1
    assert shown(stage) == AT_FIRST


def test_a_milestone_that_cannot_be_noted_is_not_shown_and_the_batch_comes_again(stage: Stage) -> None:
    stage.set_up(with_milestone())
    records = stage.project(acts(2))

    def fail() -> None:
        raise TimeoutError

    stage.reached.meanwhile = fail
    with pytest.raises(Unpublished, match="2026"):
        stage.publisher().publish(records)
    assert "2026/live.json" not in stage.published()

    stage.publisher().publish(records)
    assert shown(stage) == AT_FIRST


def test_a_publication_reads_the_notes_once_and_none_of_a_campaign_without_milestones(stage: Stage) -> None:
    stage.publisher().publish([stage.set_up(campaign()), *stage.project(acts(1))])
    assert stage.reached.readings == 0

    publisher = stage.publisher()
    for version in (2, 3, 4):
        publisher.publish([stage.set_up(with_milestone(at=3)), *stage.project(acts(1, first=version))])
    assert stage.reached.readings == 3
