"""What stands in the end when publishers overtake each other."""

from collections.abc import Callable

import msgspec
import pytest

from chalicelib.domain.campaign import Milestone
from chalicelib.domain.participation import Act
from chalicelib.publishing.document_store import DocumentStore, Make
from chalicelib.publishing.documents import Document, DocumentPosition
from chalicelib.publishing.pace import EVERY_MS
from tests.publishing.campaigns import TITLE, campaign, recorded
from tests.publishing.stage import Stage, acts, withdrawal


class Staggered(DocumentStore):
    """Documents of a publisher that is overtaken once: `meanwhile` runs before it stores a document of some name."""

    def __init__(self, stage: Stage, name: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(stage.s3.client, "documents")
        self._name = name
        self._meanwhile: Callable[[], None] | None = meanwhile

    def advance(self, document_path: str, position: DocumentPosition, make: Make) -> bool:
        def overtaken(current: bytes | None) -> Document:
            document = make(current)
            if document_path.endswith(self._name) and self._meanwhile is not None:
                meanwhile, self._meanwhile = self._meanwhile, None
                meanwhile()
            return document

        return super().advance(document_path, position, overtaken)


def test_two_publishers_agree_on_when_a_milestone_was_reached(stage: Stage) -> None:
    stage.set_up(campaign(milestones=(Milestone("m1", "good_deeds", 1, TITLE),)))
    first, second = acts(2)
    records = stage.project([first])

    def overtake() -> None:
        stage.now += 5_000
        stage.publisher().publish(records)

    slow = stage.publisher(Staggered(stage, "live.json", overtake))
    slow.publish(records)
    stamped = stage.read("live.json")["milestones"][0]["reached_at"]
    slow.publish(stage.project([second]))

    assert stamped == "2026-06-01T04:00:00.000Z"
    assert stage.read("live.json")["milestones"][0]["reached_at"] == stamped


def test_a_publisher_that_was_overtaken_leaves_what_is_newer(stage: Stage) -> None:
    stage.set_up(campaign())
    records = stage.project(acts(1))

    def overtake() -> None:
        stage.publisher().publish(stage.project(acts(1, first=2)))

    stage.publisher(Staggered(stage, "live.json", overtake)).publish(records)

    assert stage.read("live.json")["totals"]["participations"] == 2
    assert "<title>2 " in stage.body("badge/participations.en.svg")


@pytest.mark.parametrize("name", ["badge/participations.en.svg", "totals.csv"])
def test_a_number_that_went_there_and_back_meanwhile_is_shown_as_it_is_now(stage: Stage, name: str) -> None:
    fast = stage.publisher()
    fast.publish([stage.set_up(campaign()), *stage.project(acts(1))])
    second, third = acts(2, first=2)
    records = stage.project([second])

    def overtake() -> None:
        stage.now += EVERY_MS
        fast.publish(stage.project([withdrawal(second, 3)]))

    stage.publisher(Staggered(stage, name, overtake)).publish(records)
    shown = {"badge/participations.en.svg": "<title>1 ", "totals.csv": "good_deed,KZ-75,Алматы,Алматы,Almaty,1,1,0,0"}
    assert shown[name] in stage.body(name)

    stage.now += EVERY_MS
    fast.publish(stage.project([msgspec.structs.replace(third, version=4)]))
    assert "<title>2 " in stage.body("badge/participations.en.svg")


def test_a_change_of_the_campaign_and_an_act_at_once_are_both_shown(stage: Stage) -> None:
    acting = stage.publisher()
    acting.publish([stage.set_up(campaign())])
    records = stage.project(acts(1))

    def freeze() -> None:
        stage.publisher().publish([stage.set_up(campaign(state="frozen"))])

    stage.publisher(Staggered(stage, "live.json", freeze)).publish(records)
    acting.publish(stage.project(acts(1, first=2)))

    live = stage.read("live.json")
    assert (live["state"], live["totals"]["participations"], live["rev"]) == ("frozen", 2, 3)


def test_a_board_that_was_read_before_a_name_was_hidden_is_too_late(stage: Stage) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.prepare(stage.campaigns["2026"])
    school = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)
    publisher.publish(stage.project([recorded(school)]))
    stage.rename(n1="Hostile Name")

    def hide() -> None:
        publisher.publish([stage.rename(n1=None)])

    stage.sweeper(Staggered(stage, "organisations/KZ-75.json", hide)).sweep()

    assert stage.read("organisations/KZ-75.json")["organisations"] == []
