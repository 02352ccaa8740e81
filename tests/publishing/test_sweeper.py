"""The sweep of each minute: what publications left behind is published, and what is not shown is told."""

import logging
import re
from collections import Counter
from typing import Any

import msgspec
import pytest

from chalicelib.domain.generations import UNCHANGED, Generation
from chalicelib.domain.participation import Act
from chalicelib.publishing.standstill import MAX_SILENCE_MS, MAX_UNSHOWN_MS, Report
from chalicelib.publishing.sweeper import SETTLINGS, Unswept
from tests.histories import FIRST_MOMENT
from tests.publishing.campaigns import campaign, recorded
from tests.publishing.stage import Stage, acts, metrics

SCHOOL = Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30)


def document(stage: Stage, name: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(stage.bodies()[f"v1/campaigns/2026/{name}"])
    return found


def test_a_lost_publication_is_made_up_for(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Мектеп"
    stage.project([recorded(SCHOOL)])

    stage.sweeper().sweep()

    assert stage.read("live.json")["totals"]["participations"] == 1
    assert stage.read("places.json")["places"]["KZ-75"]["people"] == 30
    assert len(stage.read("recent.json")["acts"]) == 1
    assert len(stage.read("timeline/2026-06-01.json")["minutes"]) == 1
    assert stage.read("organisations.json")["organisations"][0]["name"] == "Мектеп"
    assert stage.read("organisations/KZ-75.json")["organisations"][0]["name"] == "Мектеп"
    assert "<title>1 " in stage.body("badge/participations.en.svg")


def test_what_was_lost_just_before_midnight_is_made_up_for_after_it(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.project(acts(1))
    stage.now += 24 * 3_600_000

    stage.sweeper().sweep()

    assert len(stage.read("timeline/2026-06-01.json")["minutes"]) == 1


def test_what_is_published_already_is_left_as_it_is(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().prepare(stage.campaigns["2026"])
    stage.publisher().publish(stage.project([recorded(SCHOOL)]))
    stage.sweeper().sweep()
    before = stage.bodies()
    stage.now += 60_000

    stage.sweeper().sweep()

    as_of = re.compile(rb'"as_of":"[^"]*"')
    said = {key: as_of.sub(b"", body) for key, body in stage.bodies().items()}
    assert said == {key: as_of.sub(b"", body) for key, body in before.items()}


def test_what_is_looked_at_says_each_minute_that_it_still_is_all_there_is(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().prepare(stage.campaigns["2026"])
    stage.publisher().publish(stage.project([recorded(SCHOOL)]))
    sweeper = stage.sweeper()
    sweeper.sweep()
    made = document(stage, "live.json")
    stage.now += 60_000

    sweeper.sweep()

    for name in ("live.json", "page.json", "places.json", "recent.json", "timeline/2026-06-01.json"):
        confirmed = document(stage, name)
        assert (confirmed["as_of"], confirmed["rev"]) == ("2026-06-01T04:01:00.000Z", made["rev"]), name
    stage.publisher().publish(stage.project([recorded(SCHOOL, stream="2026/p2")]))
    assert document(stage, "live.json")["totals"]["participations"] == made["totals"]["participations"] + 1


def test_what_a_publisher_said_later_is_not_called_older(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().prepare(stage.campaigns["2026"])
    before = stage.bodies()

    stage.publisher().confirm(stage.campaigns["2026"], stage.now - 1)

    assert stage.bodies() == before


def test_a_board_that_the_index_showed_too_early_is_put_right(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts |= {"n1": "Мектеп", "n2": "Қор"}
    records = stage.project([recorded(SCHOOL)])
    late = dict(stage.rows.rows)
    stage.rows.rows.clear()
    stage.publisher().publish(records)
    assert stage.read("organisations.json")["organisations"] == []

    stage.rows.rows |= late
    stage.now += 1
    stage.sweeper().sweep()

    assert [one["name"] for one in stage.read("organisations.json")["organisations"]] == ["Мектеп"]


def test_boards_at_rest_are_not_read_for_ever(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.names.texts |= {"n1": "Мектеп", "n2": "Қор"}
    stage.project([recorded(SCHOOL)])
    sweeper = stage.sweeper()
    for _ in range(SETTLINGS):
        sweeper.sweep()
        stage.now += 60_000

    late = dict(stage.rows.rows)
    stage.rows.rows.clear()
    sweeper.sweep()
    assert [one["name"] for one in stage.read("organisations.json")["organisations"]] == ["Мектеп"]

    stage.rows.rows |= late
    stage.project([recorded(msgspec.structs.replace(SCHOOL, name="n2"), stream="2026/p2")])
    sweeper.sweep()
    assert [one["name"] for one in stage.read("organisations.json")["organisations"]] == ["Мектеп", "Қор"]


def test_a_board_is_read_until_a_reading_says_what_is_published(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.set_up(campaign())
    stage.names.texts["n1"] = "Мектеп"
    stage.project([recorded(SCHOOL)])
    sweeper = stage.sweeper()
    first, read = sweeper._boards._boards.first, Counter[str | None]()

    def counted(campaign_id: str, epoch: int, place: str | None, count: int) -> Any:
        read[place] += 1
        return first(campaign_id, epoch, place, count)

    monkeypatch.setattr(sweeper._boards._boards, "first", counted)
    sweeper.sweep()
    assert read == {None: 2, "KZ-75": 2}

    sweeper.sweep()
    assert read == {None: 3, "KZ-75": 3}


def test_the_first_hundred_are_on_the_board_and_five_hundred_on_that_of_their_region(stage: Stage) -> None:
    stage.set_up(campaign())
    schools = [msgspec.structs.replace(SCHOOL, name=f"n{number}", people=1_000 - number) for number in range(510)]
    stage.names.texts |= {f"n{number}": f"School {number}" for number in range(510)}
    stage.project([recorded(school, stream=f"2026/p{number}") for number, school in enumerate(schools)])

    stage.sweeper().sweep()

    board = [one["name"] for one in stage.read("organisations.json")["organisations"]]
    region = [one["name"] for one in stage.read("organisations/KZ-75.json")["organisations"]]
    assert board == [f"School {number}" for number in range(100)]
    assert region == [f"School {number}" for number in range(500)]


def test_one_campaign_that_cannot_be_swept_keeps_no_other_from_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("2026", "2027"):
        stage.set_up(campaign(name))
    stage.project([*acts(1), *acts(1, stream="2027/p1")])
    sweeper = stage.sweeper()
    publish_all = sweeper._publisher.publish_all

    def failing(of: object, days: object) -> None:
        if getattr(of, "id", "") == "2026":
            raise TimeoutError
        publish_all(of, days)  # type: ignore[arg-type]

    sweeper._publisher.publish_all = failing  # type: ignore[method-assign, assignment]
    stage.now += 40_000
    with caplog.at_level(logging.ERROR), pytest.raises(Unswept, match="2026"):
        sweeper.sweep()

    assert stage.read("live.json", "2027")["totals"]["participations"] == 1
    (line,) = (record for record in caplog.records if "sweep_failed" in record.message)
    assert (line.levelname, msgspec.json.decode(line.message)["campaign"]) == ("ERROR", "2026")
    (report,) = stage.reports
    assert report.unshown_since == FIRST_MOMENT
    assert report.stands_still(stage.now)


def test_a_campaign_that_cannot_be_swept_stands_still_though_its_counter_shows_all(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    sweeper = stage.sweeper()

    def failing(*_: object) -> None:
        raise ValueError

    sweeper._publisher.publish_all = failing  # type: ignore[method-assign, assignment]
    for _ in range(2):
        with pytest.raises(Unswept):
            sweeper.sweep()
        stage.now += 60_000

    assert [report.stands_still(stage.now) for report in stage.reports] == [False, True]
    assert stage.reports[-1].unshown_since == stage.now - 120_000


def test_what_is_shown_and_fed_no_longer_stands_still(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.set_up(campaign())
    stage.project(acts(1))
    stage.generations["2026"] = UNCHANGED.with_one(Generation(2)).without(1)
    sweeper = stage.sweeper()

    for _ in range(2):
        with caplog.at_level(logging.ERROR), pytest.raises(Unswept, match="2026"):
            sweeper.sweep()
        stage.now += 60_000

    assert stage.read("live.json")["totals"]["participations"] == 1
    assert stage.reports[-1].stands_still(stage.now)
    assert "NotFed" in caplog.text


def test_what_is_shown_and_fed_beside_another_is_well(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.generations["2026"] = UNCHANGED.with_one(Generation(2))

    stage.sweeper().sweep()

    assert stage.reports == [Report(stage.now)]


def test_when_all_is_shown_the_report_says_so(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    stage.now += 60_000

    with caplog.at_level(logging.INFO):
        stage.sweeper().sweep()

    assert stage.reports == [Report(stage.now)]
    assert (metrics(caplog, "Swept"), metrics(caplog, "Unshown")) == ([1], [0])
    # A number of each minute, or an alarm that compares them sees nothing.
    assert metrics(caplog, "Published")[-1] == 0
    assert metrics(caplog, "Accepted") == metrics(caplog, "SetAside") == [0]


def test_what_the_projector_leaves_waiting_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.set_up(campaign())
    stage.waiting = stage.now - 31_000
    stage.set_aside = 2

    with caplog.at_level(logging.INFO):
        stage.sweeper().sweep()

    assert stage.reports == [Report(stage.now, unshown_since=stage.now - 31_000, set_aside=2)]
    assert metrics(caplog, "Unshown") == [31_000]


def test_what_the_publisher_left_behind_for_long_is_told_though_the_sweep_published_it(stage: Stage) -> None:
    stage.set_up(campaign())
    stage.publisher().publish(stage.project(acts(1)))
    stage.project(acts(1, first=2, at=stage.now + 1_000))
    stage.now += 50_000

    stage.sweeper().sweep()
    stage.sweeper().sweep()

    assert [(report.unshown_since, report.late_ms) for report in stage.reports] == [(None, 49_000), (None, 0)]
    assert [report.stands_still(stage.now) for report in stage.reports] == [True, False]


@pytest.mark.parametrize(
    ("report", "stands"),
    [
        (Report(0), False),
        (Report(-MAX_SILENCE_MS), False),
        (Report(-MAX_SILENCE_MS - 1), True),
        (Report(0, unshown_since=-MAX_UNSHOWN_MS), False),
        (Report(0, unshown_since=-MAX_UNSHOWN_MS - 1), True),
        (Report(0, late_ms=MAX_UNSHOWN_MS), False),
        (Report(0, late_ms=MAX_UNSHOWN_MS + 1), True),
        (Report(0, unshown_since=5_000), False),
        (Report(-MAX_SILENCE_MS, unshown_since=-MAX_SILENCE_MS - 1_000), False),
        (Report(0, set_aside=7), False),
    ],
)
def test_a_standstill_is_silence_or_what_is_not_shown_for_long(report: Report, stands: bool) -> None:
    assert report.stands_still(0) == stands


def test_no_campaign_is_no_reason_not_to_report(stage: Stage) -> None:
    stage.sweeper().sweep()

    assert len(stage.reports) == 1
