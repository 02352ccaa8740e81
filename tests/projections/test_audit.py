"""An audit finds what differs between the read models and the log, and nothing else, while events come in."""

from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.projections import acts
from chalicelib.projections.arrivals import MinuteOfArrivals
from chalicelib.projections.audit import MAX_NAMED, Audit, DriftedRow, audit
from chalicelib.projections.comparison import Difference
from chalicelib.projections.rebuild import GenerationVoid
from chalicelib.projections.state_store import StateKey
from tests.histories import random_history
from tests.projections.event_source_mapping import slice_of
from tests.projections.rebuilding import CAMPAIGN, SHARD, Subject, alter, now
from tests.projections.test_exactly_once import example_event


def subject_after(count: int) -> Subject:
    """Return what projected some acts of one participant."""
    subject = Subject()
    subject.deliver(subject.append([example_event(version) for version in range(1, count + 1)]))
    return subject


def audited(subject: Subject) -> Audit:
    return audit(subject.rebuild(), subject.rows, CAMPAIGN, subject.told.append)


@pytest.mark.parametrize("seed", range(20))
def test_read_models_of_every_event_have_not_drifted_however_many_come_in_meanwhile(seed: int) -> None:
    random = Random(seed)
    events = random_history(random, 50)
    subject = Subject()
    subject.deliver(subject.append(events[:25]))
    coming = iter(events[25:])

    def more() -> None:
        if random.random() < 0.2 and (event := next(coming, None)) is not None:
            subject.deliver(subject.append(now([event], subject.clock)))

    subject.while_waiting = more
    found = audited(subject)

    assert (found.sums, found.rows, found.drifted, found.unreadable) == ((), (), 0, 0)
    assert found.events >= 25


def test_states_that_lack_an_event_are_told_with_their_cells() -> None:
    subject = subject_after(2)
    subject.append([example_event(3)])

    found = audited(subject)

    assert [difference.projection for difference in found.sums] == ["totals", "places", "timeline", "recent"]
    assert ("all", "people", 2, 3) in list(found.sums[0].cells())
    assert found.sums[0].applied == (2, 3)


def test_a_state_altered_by_hand_is_told() -> None:
    subject = subject_after(2)
    alter(subject.states, StateKey("2026", "totals", "all", slice_of(SHARD)))

    (difference,) = audited(subject).sums

    assert list(difference.cells()) == [("all", "people", 1_000, 2)]


def test_a_state_that_is_no_sum_is_told_without_cells() -> None:
    states = MinuteOfArrivals(), MinuteOfArrivals(7, {"a form": [1, 1, 0, 0]})

    assert list(Difference("arrivals", "01", states, (0, 1)).cells()) == []


def test_a_row_that_is_missing_older_or_other_is_told() -> None:
    subject = subject_after(4)
    keys = [acts.key("2026", 1, f"r{number}") for number in range(1, 5)]
    rows = subject.rows.rows
    del rows[acts.MODEL, keys[0]]
    altered: dict[str, Any] = {**rows[acts.MODEL, keys[1]].item, "status": {"S": "withdrawn"}}
    rows[acts.MODEL, keys[1]] = msgspec.structs.replace(rows[acts.MODEL, keys[1]], item=altered)
    older: dict[str, Any] = {**rows[acts.MODEL, keys[2]].item, "version": {"N": "2"}}
    rows[acts.MODEL, keys[2]] = msgspec.structs.replace(rows[acts.MODEL, keys[2]], item=older)

    found = audited(subject)

    assert sorted(found.rows, key=lambda row: row.key) == [
        DriftedRow("acts", keys[0], expected=1, stored=None),
        DriftedRow("acts", keys[1], expected=2, stored=2),
        DriftedRow("acts", keys[2], expected=3, stored=2),
    ]
    assert (found.drifted, found.sums) == (3, ())


def test_a_row_of_a_newer_event_than_the_log_was_read_to_has_not_drifted() -> None:
    subject = subject_after(1)
    key = acts.key("2026", 1, "r1")
    newer: dict[str, Any] = {**subject.rows.rows[acts.MODEL, key].item, "version": {"N": "9"}}
    subject.rows.rows[acts.MODEL, key] = msgspec.structs.replace(subject.rows.rows[acts.MODEL, key], item=newer)

    assert audited(subject).drifted == 0


def test_of_many_rows_that_differ_some_are_named_and_all_counted() -> None:
    subject = subject_after(MAX_NAMED + 20)
    subject.rows.rows.clear()

    found = audited(subject)

    assert found.drifted > MAX_NAMED + 20
    assert len(found.rows) == MAX_NAMED


def test_nothing_is_left_of_an_audit_nor_of_one_that_was_ended_early() -> None:
    subject = subject_after(2)
    subject.rebuild().begin_scratch(CAMPAIGN)

    assert audited(subject).drifted == 0
    assert [generation.number for generation in subject.registered["2026"].registered] == [1]
    assert {item.partition("#")[0] for _, item in subject.states.items} == {"1"}


def test_an_event_that_comes_too_late_makes_an_audit_say_nothing() -> None:
    subject = subject_after(1)
    late = msgspec.structs.replace(example_event(2), recorded_at=subject.clock() - 1)
    deliveries = iter([[late]])

    def take(count: int) -> None:
        for events in deliveries:
            subject.deliver(subject.append(events))

    with pytest.raises(GenerationVoid):
        audit(subject.rebuild(), subject.rows, CAMPAIGN, take)
    assert subject.registered["2026"].registered[0].number == 1
    assert len(subject.registered["2026"].registered) == 1
