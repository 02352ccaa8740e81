"""`page.json`: the launch page's one document, which never says anything else than the others do."""

from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.aws.items import Item
from chalicelib.domain.campaign import Link, Milestone
from chalicelib.domain.participation import Act
from chalicelib.domain.places import ABROAD, regions
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.rows import Index
from chalicelib.publishing.documents import PAGE_ACTS
from chalicelib.publishing.pace import EVERY_MS
from chalicelib.publishing.publisher import MAX_READS
from tests.histories import random_history
from tests.publishing.campaigns import NAMES, TITLE, campaign, recorded
from tests.publishing.stage import GOOD_DEED, Stage, acts, withdrawal
from tests.publishing.test_overtaken import Staggered

SCHOOL = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)
HEAD = ("v", "campaign", "epoch", "rev", "next")


class LaggingPlaces:
    """Reads of states of which the first `count` of places are of an earlier time."""

    def __init__(self, stage: Stage, count: int) -> None:
        self._earlier = dict(stage.states.items)
        self._states = stage.states
        self._read = stage.states.read
        self.left = count

    def __call__(self, projection: Any, campaign_id: str, generation: int, prefix: str = "") -> Any:
        if projection is not PLACES or not self.left:
            return self._read(projection, campaign_id, generation, prefix)
        self.left -= 1
        current, self._states.items = self._states.items, self._earlier
        found = list(self._read(projection, campaign_id, generation, prefix))
        self._states.items = current
        return iter(found)


def assert_says_what_the_others_say(stage: Stage) -> None:
    page, live, places, recent = (stage.read(f"{name}.json") for name in ("page", "live", "places", "recent"))
    for other in (live, places, recent):
        assert {name: page[name] for name in HEAD} == {name: other[name] for name in HEAD}
    assert {name: page[name] for name in live if name != "as_of"} == {n: live[n] for n in live if n != "as_of"}
    assert page["places"] == places["places"]
    assert page["acts"] == recent["acts"][:PAGE_ACTS]


@pytest.mark.parametrize("seed", range(20))
def test_after_any_history_it_says_what_the_other_documents_of_its_revision_say(stage: Stage, seed: int) -> None:
    random = Random(seed)
    events = random_history(random, random.randint(1, 60))
    milestones = (Milestone("m1", "participations", random.randint(1, 20), TITLE),)
    made = msgspec.structs.replace(campaign(milestones=milestones), min_cell=random.randint(0, 3))
    stage.names.texts |= {f"n{number}": f"Name {number}" for number in range(9)}
    publisher = stage.publisher()
    publisher.publish([stage.set_up(made)])
    assert_says_what_the_others_say(stage)

    while events:
        cut = random.randint(1, 20)
        batch, events = events[:cut], events[cut:]
        stage.now += random.randint(0, EVERY_MS)
        publisher.publish([*stage.project(batch), *([stage.change_shown()] if random.random() < 0.3 else [])])
        assert_says_what_the_others_say(stage)


def test_it_has_the_name_of_the_campaign_and_by_which_pages_people_take_part(stage: Stage) -> None:
    links = (Link("https://example.kz/form", TITLE),)
    stage.publisher().publish([stage.set_up(msgspec.structs.replace(campaign(), links=links))])

    page = stage.read("page.json")
    assert (page["names"], page["links"]) == (NAMES, [{"url": "https://example.kz/form", "title": TITLE}])


def test_it_is_served_and_cached_as_the_counters_document_is(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(2)))

    page, live = (stage.s3.get_object(Key=f"v1/campaigns/2026/{name}.json") for name in ("page", "live"))

    assert page["Metadata"] == live["Metadata"]
    assert page["Metadata"]["etag"] == "1.2"
    assert (page["CacheControl"], page["ContentType"]) == (live["CacheControl"], live["ContentType"])


def test_a_milestone_is_noted_once_and_shown_as_on_the_counter(stage: Stage) -> None:
    stage.set_up(campaign(milestones=(Milestone("m1", "good_deeds", 2, TITLE),)))
    events = acts(2)
    stage.publisher().publish(stage.project(events))
    assert stage.reached.readings == 1
    stage.now += 60_000

    stage.publisher().publish(stage.project([withdrawal(events[1], 3)]))

    (shown,) = stage.read("page.json")["milestones"]
    assert shown["reached_at"] == "2026-06-01T04:00:00.000Z"
    assert stage.read("live.json")["milestones"] == [shown]


def test_it_is_made_though_the_counters_document_is_as_far_already(stage: Stage) -> None:
    stage.set_up(campaign(milestones=(Milestone("m1", "good_deeds", 1, TITLE),)))
    stage.publisher().publish(stage.project(acts(1)))
    page = stage.body("page.json")
    stage.s3.delete_object(Key="v1/campaigns/2026/page.json")

    stage.sweeper().sweep()

    assert stage.body("page.json") == page


def test_sums_that_the_projector_is_still_writing_are_read_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    lagging = LaggingPlaces(stage, MAX_READS - 1)
    records = stage.project(acts(1, first=2))

    monkeypatch.setattr(stage.states, "read", lagging)
    publisher.publish(records)

    assert lagging.left == 0
    assert stage.read("page.json")["rev"] == 2
    assert_says_what_the_others_say(stage)


def test_sums_that_never_agree_are_shown_at_the_revision_that_all_have_got_to(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    monkeypatch.setattr(stage.states, "read", LaggingPlaces(stage, 1_000))
    shown = []
    for version in (2, 3):
        stage.now += 1
        publisher.publish(stage.project(acts(1, first=version)))
        page = stage.read("page.json")
        shown.append((page["rev"], page["totals"]["participations"], page["places"]["KZ-75"]["participations"]))

    monkeypatch.undo()
    stage.sweeper().sweep()

    assert shown == [(1, 2, 1), (1, 3, 1)]
    assert stage.read("page.json")["rev"] == 3
    assert_says_what_the_others_say(stage)


def test_a_name_that_was_read_before_it_was_hidden_is_too_late(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Hostile Name"
    publisher = stage.publisher()
    publisher.publish(stage.project([recorded(SCHOOL)]))
    assert "Hostile Name" in stage.body("page.json")
    records = stage.project([recorded(GOOD_DEED, stream="2026/p2")])

    def hide() -> None:
        publisher.publish([stage.rename(n1=None)])

    stage.publisher(Staggered(stage, "page.json", hide)).publish(records)

    assert "Hostile Name" not in stage.body("page.json")
    assert stage.read("page.json")["totals"]["participations"] == 2


def test_when_to_ask_again_is_raised_in_every_document_at_once_and_given_back(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Мектеп"
    publisher = stage.publisher()
    publisher.prepare(stage.campaigns["2026"])
    publisher.publish(stage.project([recorded(SCHOOL)]))
    names = ("live", "page", "places", "recent", "timeline/2026-06-01", "organisations")
    boards = (f"organisations/{place}" for place in (*regions(), ABROAD))
    documents = [f"{name}.json" for name in (*names, *boards)]

    def told() -> set[int]:
        return {stage.read(name)["next"] for name in documents}

    assert told() == {6}

    stage.now += 1
    publisher.publish([stage.set_up(msgspec.structs.replace(campaign(), poll_seconds=45))])
    assert told() == {45}

    stage.now += 1
    publisher.publish([stage.set_up(campaign())])
    assert told() == {6}


def test_a_campaign_that_changes_otherwise_has_no_board_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.prepare(stage.campaigns["2026"])
    publisher.publish(stage.project([recorded(SCHOOL)]))

    asked: list[Index] = []

    def query(index: Index, **_: object) -> list[Item]:
        asked.append(index)
        return []

    monkeypatch.setattr(stage.rows, "query", query)
    publisher.publish([stage.set_up(msgspec.structs.replace(campaign(), min_cell=7))])

    assert asked == []


def test_a_stage_says_how_often_is_usual(stage: Stage) -> None:
    stage.set_up(campaign())

    stage.publisher(poll_seconds=2).publish(stage.project(acts(1)))

    assert (stage.read("live.json")["next"], stage.read("page.json")["next"]) == (2, 2)
