"""The run of each hour audits what is due, tells what has drifted, and lets no campaign keep another from it."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.domain.campaign import Campaign
from chalicelib.metrics import Metrics
from chalicelib.projections import acts
from chalicelib.projections.audit import Audit, audit
from chalicelib.projections.auditor import DAILY_HOUR, MAX_BEGIN_MS, MAX_TOLD, Auditor, Unaudited
from chalicelib.projections.rebuild import GenerationVoid, NotProjected
from chalicelib.projections.state_store import StateKey
from tests.histories import campaign
from tests.projections.event_source_mapping import Clock, slice_of
from tests.projections.rebuilding import CAMPAIGN, SHARD, Subject, alter
from tests.projections.test_exactly_once import example_event

ENDED = msgspec.structs.replace(campaign("2025"), state="ended")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOON = at("2026-06-01T12:00")


class Audits:
    """What an audit says of each campaign: how much has drifted, or a fault."""

    def __init__(self, *campaigns: Campaign, now: int = NOON, takes_ms: int = 0, **found: int | Exception) -> None:
        self.asked: list[str] = []
        self.clock = Clock(now)
        self._found = found
        self._takes_ms = takes_ms
        self.auditor = Auditor(self._audit, lambda: campaigns, Metrics(self.clock), self.clock)

    def _audit(self, of: Campaign) -> Audit:
        self.asked.append(of.id)
        self.clock.time += self._takes_ms
        found = self._found.get(f"of_{of.id}", 0)
        if isinstance(found, Exception):
            raise found
        return Audit(of.id, of.generation, events=7, unreadable=0, sums=(), rows=(), drifted=found)


def lines(caplog: pytest.LogCaptureFixture, event: str) -> list[Mapping[str, Any]]:
    found = ({**msgspec.json.decode(record.message), "level": record.levelno} for record in caplog.records)
    # What ran before in this process may have left the id of its request.
    return [{**line, "request": None} for line in found if line.get("event") == event]


def drift(caplog: pytest.LogCaptureFixture) -> list[int]:
    found = (msgspec.json.decode(record.message) for record in caplog.records)
    return [line["Drift"] for line in found if "Drift" in line]


def auditor_of(subject: Subject) -> Auditor:
    def compare(of: Campaign) -> Audit:
        return audit(subject.rebuild(), subject.rows, subject.log, of, subject.told.append)

    return Auditor(compare, lambda: [CAMPAIGN], Metrics(subject.clock), subject.clock)


@pytest.fixture(autouse=True)
def _every_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_read_models_that_are_those_of_the_log_are_told_with_a_drift_of_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1), example_event(2)]))

    auditor_of(subject).run()

    assert drift(caplog) == [0]
    (line,) = lines(caplog, "audited")
    assert (line["campaign"], line["events"]) == ("2026", 2)
    assert lines(caplog, "totals_drifted") == []


def test_what_has_drifted_is_counted_and_named_and_nothing_else_is_said_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(1), example_event(2)]))
    alter(subject.states, StateKey("2026", "totals", "all", slice_of(SHARD)))
    del subject.rows.rows[acts.MODEL, acts.key("2026", 1, "r1")]

    auditor_of(subject).run()

    assert drift(caplog) == [2]
    (line,) = lines(caplog, "totals_drifted")
    assert line == {
        "event": "totals_drifted",
        "request": None,
        "level": logging.ERROR,
        "campaign": "2026",
        "generation": 1,
        "events": 2,
        "unreadable": 0,
        "drifted": 2,
        "names": "totals:all, acts:2026#1#r1",
    }
    assert lines(caplog, "audited") == []


def test_of_much_that_has_drifted_a_line_names_some(caplog: pytest.LogCaptureFixture) -> None:
    subject = Subject()
    subject.deliver(subject.append([example_event(version) for version in range(1, MAX_TOLD + 10)]))
    subject.rows.rows.clear()

    auditor_of(subject).run()

    (line,) = lines(caplog, "totals_drifted")
    assert len(line["names"].split(", ")) == MAX_TOLD
    assert drift(caplog) == [line["drifted"]]
    assert line["drifted"] > MAX_TOLD


@pytest.mark.parametrize(
    ("changes", "is_audited"),
    [
        ({"state": "live"}, True),
        ({"state": "test"}, True),
        ({"state": "draft"}, False),
        ({"state": "frozen"}, False),
        ({"state": "ended"}, False),
        ({"opens": "2026-06-01T17:00:00+05:00"}, True),
        ({"opens": "2026-06-01T17:00:01+05:00"}, False),
        ({"closes": "2026-06-01T17:00:00+05:00"}, True),
        ({"closes": "2026-06-01T16:59:59+05:00"}, False),
    ],
)
def test_a_campaign_that_is_under_way_is_audited_each_hour(changes: Mapping[str, Any], *, is_audited: bool) -> None:
    audits = Audits(msgspec.structs.replace(CAMPAIGN, **changes))

    audits.auditor.run()

    assert audits.asked == (["2026"] if is_audited else [])


def test_a_campaign_that_is_not_is_audited_in_one_hour_of_the_day() -> None:
    hours = []
    for hour in range(24):
        audits = Audits(ENDED, now=at(f"2026-06-01T{hour:02d}:59:59"))
        audits.auditor.run()
        hours += [hour] * len(audits.asked)

    assert hours == [DAILY_HOUR]


def test_an_hour_in_which_nothing_is_due_is_an_hour_without_drift(caplog: pytest.LogCaptureFixture) -> None:
    Audits(ENDED).auditor.run()

    assert drift(caplog) == [0]


@pytest.mark.parametrize("fault", [GenerationVoid("too late"), NotProjected("2026"), TimeoutError(), KeyError("a")])
def test_one_campaign_that_cannot_be_audited_keeps_no_other_from_it(
    caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    audits = Audits(CAMPAIGN, campaign("2027"), of_2026=fault, of_2027=3)

    with pytest.raises(Unaudited, match=r"^2026$"):
        audits.auditor.run()

    assert audits.asked == ["2026", "2027"]
    assert [line["campaign"] for line in lines(caplog, "totals_drifted")] == ["2027"]
    assert drift(caplog) == [3]
    (line,) = lines(caplog, "audit_failed")
    assert (line["campaign"], line["level"]) == ("2026", logging.ERROR)
    assert line["error"].startswith(f"{type(fault).__name__} < ")


def test_where_one_could_not_be_audited_nobody_says_that_nothing_has_drifted(caplog: pytest.LogCaptureFixture) -> None:
    audits = Audits(CAMPAIGN, campaign("2027"), of_2026=TimeoutError())

    with pytest.raises(Unaudited):
        audits.auditor.run()

    assert drift(caplog) == []


def test_what_has_drifted_in_all_campaigns_is_one_number(caplog: pytest.LogCaptureFixture) -> None:
    Audits(CAMPAIGN, campaign("2027"), of_2026=2, of_2027=3).auditor.run()

    assert drift(caplog) == [5]


def test_a_run_that_lasts_too_long_begins_no_more_audits_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    late = at(f"2026-06-01T{DAILY_HOUR:02d}:00")
    audits = Audits(ENDED, CAMPAIGN, campaign("2027"), now=late, takes_ms=MAX_BEGIN_MS // 2 + 1)

    with pytest.raises(Unaudited, match=r"^2025$"):
        audits.auditor.run()

    # Those that are under way come first.
    assert audits.asked == ["2026", "2027"]
    (line,) = lines(caplog, "audit_failed")
    assert line["error"].startswith("AuditOutOfTime")
