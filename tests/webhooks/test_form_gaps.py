"""What forms map and submissions do not have is counted by form, and what could not be used."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.bootstrap import Services
from chalicelib.intake.form import Filled
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.form_gaps import WRITES_PER_SECOND, FormGaps, Gap, GapCount
from tests.conftest import Tables
from tests.webhooks.conftest import Lose, SystemOf
from tests.webhooks.deliveries import named
from tests.webhooks.system import DEFAULTS, FALLBACK

TALLY = named("tally/ok_01_form_response")
NOW = TALLY.now * 1000
FORM = read_form(
    "tally", "ours", "f", {"campaign": "2026", "state": "live", "defaults": DEFAULTS, "fallback": FALLBACK}
)


def sent(submission: str, **fields: object) -> bytes:
    body = json.loads(TALLY.delivery.body)
    body["data"]["submissionId"] = submission
    for field in body["data"]["fields"]:
        field["value"] = fields.get(field["label"], field["value"])
    return json.dumps(body).encode()


def counts(services: Services) -> dict[tuple[str, str], int]:
    return {(counted.gap.kind, counted.gap.name): counted.count for counted in services.form_gaps.read()}


def test_each_recorded_submission_counts_what_it_does_not_have(system_of: SystemOf) -> None:
    system = system_of(TALLY)
    system.register("tally", "ours", questions={"облыс ": "region", "Сағат": "hours"})

    for submission in ("1", "2", "2"):
        system.post(TALLY, sent(submission))
    system.post(TALLY, sent("3", Email="samal@"))
    system.post(TALLY, sent("4", Облыс="?"))

    assert counts(system.services) == {("absent", "Сағат"): 3, ("left_out", "email"): 1}
    (one, *_) = system.services.form_gaps.read()
    assert (one.gap.provider, one.gap.account, one.gap.form, one.newest) == ("tally", "ours", "*", NOW)


def test_a_submission_with_all_that_its_form_maps_counts_nothing(system_of: SystemOf) -> None:
    system = system_of(TALLY)
    system.register("tally", "ours", questions={"Облыс": "region"})

    system.post(TALLY)

    assert counts(system.services) == {}


def test_a_submission_is_recorded_where_nothing_can_be_counted(system_of: SystemOf, lose: Lose) -> None:
    system = system_of(TALLY)
    system.register("tally", "ours", questions={"Сағат": "hours"})
    lose("OperationsTable")

    assert system.outcomes(TALLY) == ["recorded"]


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def made(tables: Tables, clock: Callable[[], float]) -> FormGaps:
    return FormGaps(tables.clients.dynamodb, tables["OperationsTable"], lambda: NOW, clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_of_a_flood_nothing_is_lost_and_few_writes_are_made(tables: Tables, clock: Clock) -> None:
    gaps = made(tables, clock)
    writes: list[Any] = []
    tables.clients.dynamodb.meta.events.register("before-call.dynamodb.UpdateItem", lambda **_: writes.append(1))

    for _ in range(100):
        gaps.note(FORM, Filled({}, absent=("Сағат",)))
    within = len(writes)
    clock.seconds = 1.0
    gaps.note(FORM, Filled({}, absent=("Сағат",)))

    assert within == WRITES_PER_SECOND
    assert list(gaps.read()) == [GapCount(Gap("tally", "ours", "f", "absent", "Сағат"), 101, NOW)]


def test_processes_count_together_and_forms_apart(tables: Tables, clock: Clock) -> None:
    other = read_form("tally", "ours", "*", {"campaign": "2026", "state": "live"})

    made(tables, clock).note(FORM, Filled({}, absent=("Ә" * 500, "Сағат"), left_out=("phone",)))
    made(tables, clock).note(FORM, Filled({}, absent=("Сағат",)))
    made(tables, clock).note(other, Filled({}, absent=("Сағат",)))
    made(tables, clock).note(other, Filled({}))

    found = {(one.gap.form, one.gap.kind, one.gap.name): one.count for one in made(tables, clock).read()}
    assert found == {
        ("f", "absent", "Ә" * 500): 1,
        ("f", "absent", "Сағат"): 2,
        ("f", "left_out", "phone"): 1,
        ("*", "absent", "Сағат"): 1,
    }
