"""A day's timeline may be cached for ever once nothing that was recorded on it can still come."""

from chalicelib.publishing.document_store import CACHED, CACHED_FOR_EVER
from tests.histories import FIRST_MOMENT
from tests.publishing.campaigns import campaign
from tests.publishing.stage import Stage, acts

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
MIDNIGHT = FIRST_MOMENT + 15 * HOUR_MS


def test_a_day_is_cached_for_ever_once_nothing_recorded_on_it_can_still_come(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    name = "timeline/2026-06-01.json"
    minutes = stage.read(name)["minutes"]
    sweeper = stage.sweeper()

    stage.now = MIDNIGHT + 25 * HOUR_MS - 1
    sweeper.sweep()
    assert stage.cached(name) == CACHED

    stage.now += 1
    sweeper.sweep()
    assert stage.cached(name) == CACHED_FOR_EVER
    assert stage.read(name)["minutes"] == minutes


def test_days_are_closed_after_days_on_which_nothing_happened(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project([*acts(1), *acts(1, first=2, at=FIRST_MOMENT + DAY_MS)]))
    stage.now += 5 * DAY_MS
    stage.publisher().publish(stage.project(acts(1, first=3, at=stage.now)))

    stage.sweeper().sweep()

    assert stage.cached("timeline/2026-06-01.json") == CACHED_FOR_EVER
    assert stage.cached("timeline/2026-06-02.json") == CACHED_FOR_EVER
    assert stage.cached("timeline/2026-06-06.json") == CACHED


def test_a_day_whose_last_publication_was_lost_is_whole_when_it_is_closed(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    stage.project(acts(1, first=2))
    stage.now += 5 * DAY_MS

    stage.sweeper().sweep()

    assert stage.read("timeline/2026-06-01.json")["minutes"][0]["participations"] == 2
    assert stage.cached("timeline/2026-06-01.json") == CACHED_FOR_EVER


def test_a_closed_day_is_looked_for_once_a_day(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    stage.now += 5 * DAY_MS
    sweeper = stage.sweeper()
    sweeper.sweep()
    body = stage.body("timeline/2026-06-01.json")

    stage.set_up(campaign(state="frozen"))
    sweeper.sweep()

    assert stage.body("timeline/2026-06-01.json") == body


def test_an_event_that_comes_after_all_is_shown_on_its_closed_day(stage: Stage) -> None:
    stage.set_up(campaign())
    publisher = stage.publisher()
    publisher.publish(stage.project(acts(1)))
    stage.now += 5 * DAY_MS
    stage.sweeper().sweep()

    publisher.publish(stage.project(acts(1, first=2)))

    assert stage.read("timeline/2026-06-01.json")["minutes"][0]["participations"] == 2
    assert stage.cached("timeline/2026-06-01.json") == stage.cached("days/2026-06-01.csv") == CACHED_FOR_EVER


def test_a_day_begins_at_midnight_in_kazakhstan(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project([*acts(1, at=MIDNIGHT - 1), *acts(1, first=2, at=MIDNIGHT)]))

    assert [minute["at"] for minute in stage.read("timeline/2026-06-01.json")["minutes"]] == ["23:59"]
    assert [minute["at"] for minute in stage.read("timeline/2026-06-02.json")["minutes"]] == ["00:00"]
