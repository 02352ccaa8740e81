"""A flood that one filter takes back, on the whole system: totals right to the unit, and done again nothing more."""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from json import dumps, loads
from typing import Any

import pytest

from tests.local.system import LocalSystem

FLOOD = 5_000
GENUINE = 200
BATCH = 100
ACTS = "/v1/campaigns/2026/participations/batch"
WITHDRAWALS = "/v1/campaigns/2026/acts/withdrawals"


class Partner:
    """One that records by a token of its own."""

    def __init__(self, system: LocalSystem, label: str) -> None:
        requested = {"label": label, "scopes": ["record"], "campaign": "2026"}
        issued = system.ask("POST", "/v1/tokens", requested)
        assert issued.status == 201, issued
        self.id, self._token = issued.json["id"], issued.json["token"]
        self._connection = HTTPConnection("localhost", system.port, timeout=60)

    def record(self, count: int, act: Callable[[int], dict[str, Any]]) -> None:
        for start in range(0, count, BATCH):
            entries = [{**act(number), "idempotency_key": str(number)} for number in range(start, start + BATCH)]
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            self._connection.request("POST", ACTS, dumps({"participations": entries}), headers)
            results = loads(self._connection.getresponse().read())["results"]
            assert {result["status"] for result in results} == {201}


def genuine(number: int) -> dict[str, Any]:
    # Some of these people are in the flood as well: they go on counting.
    return {
        "kind": "volunteering",
        "participant": {"type": "citizen", "phone": f"+7701555{number:04}"},
        "place": {"region": "KZ-75"},
        "hours": 1.5,
    }


def flood(number: int) -> dict[str, Any]:
    return {
        "kind": "donation",
        "participant": {"type": "citizen", "phone": f"+7701555{number % 4_000:04}"},
        "place": {"region": "KZ-71"},
        "people": 1 + number % 3,
        "hours": 0.5,
        "amount": {"currency": "KZT", "value": 1_000 + number},
    }


@pytest.mark.slow
def test_a_flood_is_taken_back_by_one_filter(
    system: LocalSystem, record_testsuite_property: Callable[[str, object], None]
) -> None:
    Partner(system, "genuine").record(GENUINE, genuine)
    system.wait_for("participations", GENUINE)
    before = system.totals()
    partner = Partner(system, "flood")
    partner.record(FLOOD, flood)
    system.wait_for("participations", GENUINE + FLOOD)
    flooded = system.totals()

    began = time.monotonic()
    asked = {"reason": "a flood", "filter": {"token": partner.id}}
    (dry,) = decided(system, {**asked, "dry_run": True})
    counted = time.monotonic()
    answers = decided(system, {**asked, "filter": dry["filter"], "expected": dry["found"]})
    over = time.monotonic()
    record_testsuite_property(
        "seconds of a dry run and of a withdrawal", f"{counted - began:.1f}, {over - counted:.1f}"
    )

    assert (dry["found"], dry["decided"]) == (FLOOD, FLOOD)
    assert sum(answer["decided"] for answer in answers) == FLOOD
    system.wait_for("participations", GENUINE)
    assert system.totals() == before
    assert {
        name: flooded[name] + change for name, change in dry["change"].items() if isinstance(before.get(name), int)
    } == {name: value for name, value in before.items() if isinstance(value, int)}
    assert sum(answer["change"]["amount"]["KZT"] for answer in answers) == -flooded["amount"]["KZT"]
    again = decided(system, {**asked, "filter": dry["filter"], "expected": dry["found"]})
    assert [(answer["found"], answer["decided"]) for answer in again] == [(0, 0)]
    assert system.totals() == before


def decided(system: LocalSystem, asked: dict[str, Any]) -> list[Any]:
    """Send a request until all that it asks for is done; return the answers."""
    answers = [system.ask("POST", WITHDRAWALS, asked).json]
    while answers[-1]["next"] is not None:
        answers.append(system.ask("POST", WITHDRAWALS, {**asked, "after": answers[-1]["next"]}).json)
    return answers
