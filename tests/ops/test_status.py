"""`status`: what needs somebody, in words; 1 where something does not work."""

from typing import Any, get_args

import pytest

from chalicelib.api.status import WarningCode
from ops import status
from tests.ops.conftest import PHONES, Operator

WELL = {"status": "ok", "totals": [], "unshown_seconds": 0, "set_aside": 0, "checked_at": "2026-06-01T12:00:00Z"}


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system in which all is well, as nothing sweeps here."""
    look = status._look

    def healthy(*given: Any) -> tuple[Any, list[Any]]:
        return WELL, [{**one, "warnings": status_notices(one)} for one in look(*given)[1]]

    monkeypatch.setattr(status, "_look", healthy)


def status_notices(told: dict[str, Any]) -> list[Any]:
    return [one for one in told["warnings"] if one["level"] == "notice"]


def test_what_waits_is_told_with_the_command_that_helps(operator: Operator, health: None) -> None:
    operator.installation.record(PHONES[0], people=5_000)
    operator.project()
    operator.park("1")

    rows = operator.shows("status", "2026")

    assert ["acts that wait", "1"] in rows
    assert ["notice", "1 acts wait (review groups)"] in rows
    assert ["notice", "1 deliveries of no campaign are parked: no form is registered for them (parked list)"] in rows


def test_a_system_that_nobody_looks_after_ends_with_one(operator: Operator) -> None:
    code, out, _ = operator.run("status")

    assert code == 1
    assert "Campaign 2026, live" in out
    assert "nobody knows what is late" in out


def test_machines_are_told_all_of_it(operator: Operator, health: None) -> None:
    told = operator.answer("status", "2026")

    assert told["health"] == WELL
    assert [one["campaign"] for one in told["campaigns"]] == ["2026"]


def test_every_warning_has_its_words() -> None:
    assert set(status.WORDS) == set(get_args(WarningCode))
    assert status.words({"code": "not_shown", "level": "alarm", "seconds": 90}) == (
        "acts are not shown for 90 seconds (runbook, Standstill)"
    )
    assert status.words({"code": "unheard_of", "level": "alarm"}) == "unheard_of"


def test_watching_goes_on_where_nothing_answers(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAIYRYM_URL", "http://127.0.0.1:9")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("ops.status.time.sleep", pause)

    code, _, err = operator.run("status", "2026", "--watch")

    assert code in (1, 130)
    assert err.count("does not answer") == 2
