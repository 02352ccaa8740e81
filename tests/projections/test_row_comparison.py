"""The rows of two generations are the same, or those are named that differ, while events come in."""

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from chalicelib.domain.generations import Generation
from chalicelib.projections import acts, organisations, row_comparison
from chalicelib.projections.row_comparison import MAX_NAMED, DifferentRow
from tests.histories import random_history
from tests.laws import few_and_many
from tests.projections.rebuilding import CAMPAIGN, Subject
from tests.projections.test_exactly_once import example_event
from tests.projections.traffic import Traffic


@pytest.fixture
def subject() -> Subject:
    """Two generations of three acts of an organisation."""
    return with_two(3)


def with_two(count: int) -> Subject:
    subject = Subject()
    subject.change("2026", lambda generations: generations.with_one(Generation(2)))
    subject.deliver(subject.append([example_event(version) for version in range(1, count + 1)]))
    return subject


def compared(subject: Subject) -> list[DifferentRow]:
    found = subject.rebuild().different_rows(CAMPAIGN, Generation(2))
    return sorted(found, key=lambda row: (row.model, row.key))


@few_and_many(8, 300, seed=st.integers(0, 2**32))
def test_generations_that_are_fed_with_the_same_events_do_not_differ_whatever_comes_in(seed: int) -> None:
    random = Random(seed)
    events = random_history(random, 60)
    subject = with_two(0)
    subject.deliver(subject.append(events[:25]))
    Traffic(subject, random, events[25:])

    assert compared(subject) == []


def test_a_row_that_is_missing_in_one_of_them_or_has_another_version_or_content_is_named(subject: Subject) -> None:
    rows = subject.rows.rows
    del rows[acts.MODEL, "2026#1#r1"]
    del rows[acts.MODEL, "2026#2#r2"]
    for model, key, name, value in (
        (acts.MODEL, "2026#2#r3", "status", {"S": "withdrawn"}),
        (organisations.MODEL, "2026#1#p1", "version", {"N": "2"}),
    ):
        item: dict[str, Any] = {**rows[model, key].item, name: value}
        rows[model, key] = msgspec.structs.replace(rows[model, key], item=item)

    assert compared(subject) == [
        DifferentRow("acts", "r1", shown=None, rebuilt=1),
        DifferentRow("acts", "r2", shown=2, rebuilt=None),
        DifferentRow("acts", "r3", shown=3, rebuilt=3),
        DifferentRow("organisations", "p1", shown=2, rebuilt=3),
    ]


def test_rows_that_differ_for_a_moment_are_read_again_all_of_them_at_once(subject: Subject) -> None:
    behind = {key: row for key, row in subject.rows.rows.items() if key[1].startswith("2026#2#r")}
    for key in behind:
        del subject.rows.rows[key]
    waited = []

    def catch_up() -> None:
        waited.append(subject.clock())
        if len(waited) == 3:
            subject.rows.rows.update(behind)

    subject.while_waiting = catch_up

    assert compared(subject) == []
    assert len(waited) == 3


def test_what_is_equal_is_read_once(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject.rows, "read", None)

    assert compared(subject) == []


def test_of_many_rows_that_differ_some_are_named_and_no_more_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_comparison, "TOGETHER", 50)
    subject = with_two(3 * MAX_NAMED)
    for model, key in list(subject.rows.rows):
        if key.startswith("2026#2#"):
            del subject.rows.rows[model, key]
    asked: list[int] = []
    read = subject.rows.read

    def counted(model: str, keys: Any) -> Any:
        asked.append(len(keys))
        return read(model, keys)

    monkeypatch.setattr(subject.rows, "read", counted)

    assert len(compared(subject)) == MAX_NAMED
    assert max(asked) <= 2 * 50
