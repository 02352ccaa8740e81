"""What was taken back or corrected, added up."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.api import act_changes
from tests.api.conftest import Client, participation

Project = Callable[[], None]

ACTS = "/v1/campaigns/2026/participations"
CHANGES = "/v1/campaigns/2026/acts/changes"
REASON = {"reason": "checked by phone"}


def record(api: Client, key: str, **members: Any) -> str:
    phone = f"8 701 123 45 {int(key):02d}"
    sent = participation(participant={"type": "citizen", "phone": phone}, **members)
    reply = api("POST", ACTS, sent, idempotency_key=key)
    assert reply.status == 201, reply.json
    return str(reply.json["id"])


def decide(api: Client, act: str, decision: str, **members: Any) -> None:
    reply = api("POST", f"/v1/participations/{act}/{decision}", {**REASON, **members})
    assert reply.status == 200, reply.json


def changed(change: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of a change that are not zero."""
    return {name: number for name, number in change.items() if number and number != {"KZT": 0}}


def test_a_corrected_act_is_one_with_all_that_its_corrections_changed(api: Client, project: Project) -> None:
    act = record(api, "1", people=40)
    record(api, "2")
    decide(api, act, "correction", people=4)
    decide(api, act, "correction", people=5, hours=1.5)
    project()

    found = api("GET", CHANGES).json

    assert (found["acts"], found["corrected"]["acts"]) == (2, 1)
    assert changed(found["corrected"]["change"]) == {"people": -35, "hours": 1.5}
    assert found["withdrawn"] == {"acts": 0, "change": found["withdrawn"]["change"]}
    assert changed(found["withdrawn"]["change"]) == {}


def test_of_two_acts_of_one_participant_only_the_corrected_one_is_told(api: Client, project: Project) -> None:
    first, second = (api("POST", ACTS, participation(), idempotency_key=key).json["id"] for key in "12")
    decide(api, first, "correction", people=2)
    decide(api, second, "correction", people=10)
    project()

    found = api("GET", CHANGES).json

    assert found["corrected"]["acts"] == 2
    assert changed(found["corrected"]["change"]) == {"people": 10}


def test_what_was_withdrawn_is_taken_back_as_far_as_it_counted(api: Client, project: Project) -> None:
    counted = record(api, "1", people=40, amount={"currency": "KZT", "value": 700})
    waiting = record(api, "2", people=5_000)
    for act in (counted, waiting):
        decide(api, act, "withdrawal")
    project()

    withdrawn = api("GET", CHANGES).json["withdrawn"]

    assert withdrawn["acts"] == 2
    assert changed(withdrawn["change"]) == {
        "participants": -1,
        "participations": -1,
        "people": -40,
        "amount": {"KZT": -700},
        "good_deeds": -1,
        "in_review": -1,
    }


def test_what_was_corrected_and_taken_back_is_both(api: Client, project: Project) -> None:
    act = record(api, "1", people=40)
    decide(api, act, "correction", people=4)
    decide(api, act, "withdrawal")
    project()

    found = api("GET", CHANGES).json

    assert (found["corrected"]["acts"], found["withdrawn"]["acts"]) == (1, 1)
    assert (found["corrected"]["change"]["people"], found["withdrawn"]["change"]["people"]) == (-36, -4)


def test_what_was_taken_back_as_it_was_recorded_is_not_looked_up(
    api: Client, project: Project, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = record(api, "1", people=40)
    decide(api, act, "withdrawal")
    project()
    monkeypatch.setattr(services.log, "stream", None)

    assert api("GET", CHANGES).json["withdrawn"]["acts"] == 1


def test_what_was_corrected_before_it_counted_changed_no_total(api: Client, project: Project) -> None:
    waiting, rejected = record(api, "1", people=5_000), record(api, "2", people=5_000)
    decide(api, waiting, "correction", people=4_000)
    decide(api, rejected, "rejection")
    project()

    found = api("GET", CHANGES).json

    assert (found["corrected"]["acts"], found["rejected"]) == (0, 1)


def test_a_long_list_is_added_up_page_by_page(api: Client, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_changes, "MAX_EXAMINED", 2)
    acts = [record(api, str(number)) for number in range(1, 6)]
    for act in acts:
        decide(api, act, "withdrawal")
    project()

    pages: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        pages.append(api("GET", f"{CHANGES}{cursor}").json)
        cursor = f"?cursor={pages[-1]['next']}" if pages[-1]["next"] else None

    assert [page["acts"] for page in pages] == [2, 2, 1]
    assert sum(page["withdrawn"]["acts"] for page in pages) == 5


def test_a_request_without_time_still_goes_on(api: Client, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_changes, "SECONDS", 0)
    for number in range(1, 3):
        record(api, str(number))
    project()

    found = api("GET", CHANGES).json

    assert found["acts"] == 1
    assert found["next"] is not None


def test_a_cursor_that_is_none_is_refused(api: Client) -> None:
    assert api("GET", f"{CHANGES}?cursor=nowhere").json["type"].endswith("cursor-invalid")
