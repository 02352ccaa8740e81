"""The totals at a time, from the log."""

from collections.abc import Sequence
from functools import reduce
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.api.responses import moment
from chalicelib.domain.events import RecordedEvent
from chalicelib.eventlog.codec import encode
from chalicelib.projections.change import change_of
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.figures import totals
from tests.histories import carries, in_campaign, random_history
from tests.ops.conftest import Installation

HISTORY = random_history(Random(1), 60)


@pytest.fixture
def recorded(installation: Installation) -> Installation:
    put(installation, HISTORY)
    put(installation, in_campaign(HISTORY, "2026-2"))
    return installation


def put(installation: Installation, events: Sequence[RecordedEvent]) -> None:
    tables = installation.tables
    for event, carry in zip(events, carries(events), strict=True):
        item: Any = encode(event, carry)
        tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=item)


def expected(events: Sequence[RecordedEvent]) -> Any:
    fold = LogFold()
    fold.add([change_of(event) for event in events])
    states = (state for _, state, _ in fold.states(TOTALS))
    return msgspec.to_builtins(totals(reduce(TOTALS.merge, states, TOTALS.zero())))


@pytest.mark.parametrize("count", [0, 1, 30, 60])
def test_they_are_of_all_that_was_recorded_up_to_then(recorded: Installation, count: int) -> None:
    # Up to the moment of the last of them, that included.
    at = HISTORY[count - 1].recorded_at if count else HISTORY[0].recorded_at - 1

    found = recorded.answer("totals", "2026", "--at", moment(at))

    assert found == {
        "campaign": "2026",
        "at": moment(at),
        "events": count,
        "unreadable": 0,
        "totals": expected(HISTORY[:count]),
    }


def test_what_was_recorded_in_rehearsals_is_left_out(recorded: Installation) -> None:
    recorded.services.registry.go_live("2026", 1, HISTORY[20].recorded_at)

    found = recorded.answer("totals", "2026", "--at", moment(HISTORY[39].recorded_at))

    assert (found["events"], found["totals"]) == (20, expected(HISTORY[20:40]))


def test_they_are_a_table_for_people(recorded: Installation) -> None:
    code, out, _ = recorded.run("totals", "2026", "--at", "2026-06-01T12:00:00+05:00")

    assert code == 0
    assert "2026 at 2026-06-01T07:00:00.000Z, from 60 events" in out
    assert f"{expected(HISTORY)['amount']['KZT']:,}" in out


def test_what_cannot_be_read_is_told(recorded: Installation) -> None:
    tables = recorded.tables
    item: Any = {**encode(HISTORY[0], carries(HISTORY)[0]), "data": {"S": '{"schema":99}'}}
    tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=item)

    found = recorded.answer("totals", "2026", "--at", "2026-06-02T00:00:00Z", code=2)

    assert (found["events"], found["unreadable"]) == (59, 1)


@pytest.mark.parametrize(("at", "events"), [("0001-01-01T00:00:00Z", 0), ("9999-12-31T23:59:59Z", 60)])
def test_any_time_of_utc_is_one(recorded: Installation, at: str, events: int) -> None:
    assert recorded.answer("totals", "2026", "--at", at)["events"] == events


@pytest.mark.parametrize(
    "at", ["noon", "2026-06-01T12:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+05:00", "0000-01-01T00:00Z"]
)
def test_a_time_is_one_with_its_offset(installation: Installation, at: str) -> None:
    code, out, err = installation.run("totals", "2026", "--at", at)

    assert (code, out) == (2, "")
    assert err.startswith(at)
