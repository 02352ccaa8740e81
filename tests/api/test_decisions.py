"""What moderators decide on many acts at once."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.api import decisions
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from tests.api.conftest import NAMES, Client, participation
from tests.api.storage import scanned
from tests.conftest import Tables

ACTS = "/v1/campaigns/2026/participations"
WITHDRAWALS, APPROVALS, REJECTIONS = (
    f"/v1/campaigns/2026/acts/{kind}" for kind in ("withdrawals", "approvals", "rejections")
)
PATHS = (WITHDRAWALS, APPROVALS, REJECTIONS)
REASON = {"reason": "a flood"}
FLOOD = {"status": "counted", "place": "KZ-75"}
NOTHING = {
    "participants": 0,
    "participations": 0,
    "people": 0,
    "hours": 0,
    "amount": {"KZT": 0},
    "volunteers": 0,
    "good_deeds": 0,
    "events_held": 0,
    "organisations": 0,
    "in_review": 0,
}


def phone(number: int) -> dict[str, Any]:
    return {"type": "citizen", "phone": f"+7701123{number:04}"}


@pytest.fixture
def record(api: Client, project: Callable[[], None]) -> Callable[..., list[str]]:
    """Record some acts, each of a person of its own unless said otherwise; return their ids."""

    def recorded(count: int, key: str = "act", **members: Any) -> list[str]:
        entries = [
            {**participation(participant=phone(number), hours=0.5), **members, "idempotency_key": f"{key}-{number}"}
            for number in range(count)
        ]
        results = api("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]
        project()
        return [result["participation"]["id"] for result in results]

    return recorded


def statuses(api: Client, ids: list[str]) -> list[str]:
    return [api("GET", f"/v1/participations/{one}").json["status"] for one in ids]


def test_acts_of_some_ids_are_withdrawn_and_done_again_nothing_more_is(
    api: Client, record: Callable[..., list[str]]
) -> None:
    ids = record(3)

    first = api("POST", WITHDRAWALS, {**REASON, "ids": ids[:2]})
    again = api("POST", WITHDRAWALS, {**REASON, "ids": ids})

    assert (first.status, first.json["found"], first.json["decided"], first.json["already"]) == (200, 2, 2, 0)
    assert first.json["change"] == {
        **NOTHING,
        "participants": -2,
        "participations": -2,
        "people": -2,
        "hours": -1,
        "good_deeds": -2,
    }
    assert (again.json["decided"], again.json["already"], again.json["refused"]) == (1, 2, 0)
    assert statuses(api, ids) == ["withdrawn"] * 3


def test_a_dry_run_tells_what_a_run_does_and_changes_nothing(
    api: Client, record: Callable[..., list[str]], tables: Tables
) -> None:
    record(5)
    record(1, "elsewhere", place={"region": "KZ-71"})
    before = scanned(tables)

    dry = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json

    assert scanned(tables) == before
    run = api("POST", WITHDRAWALS, {**REASON, "filter": dry["filter"], "expected": dry["found"]}).json
    assert (dry["found"], dry["decided"], dry["next"]) == (5, 5, None)
    assert run == {**dry, "dry_run": False, "filter": None}


def test_what_a_filter_found_is_decided_on_once(
    api: Client, record: Callable[..., list[str]], project: Callable[[], None]
) -> None:
    ids = record(5)
    dry = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json
    asked = {**REASON, "filter": dry["filter"], "expected": dry["found"]}

    first = api("POST", WITHDRAWALS, asked).json
    unprojected = api("POST", WITHDRAWALS, asked).json
    project()
    projected = api("POST", WITHDRAWALS, asked).json

    assert (first["decided"], first["already"]) == (5, 0)
    assert (unprojected["decided"], unprojected["already"], unprojected["change"]) == (0, 5, NOTHING)
    assert (projected["found"], projected["decided"], projected["already"]) == (0, 0, 0)
    assert statuses(api, ids) == ["withdrawn"] * 5


def test_what_is_recorded_after_a_dry_run_is_not_touched(
    api: Client, record: Callable[..., list[str]], services: Services
) -> None:
    record(2)
    dry = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json
    late = record(1, "late")

    run = api("POST", WITHDRAWALS, {**REASON, "filter": dry["filter"], "expected": 2}).json

    assert run["decided"] == 2
    assert statuses(api, late) == ["counted"]


def test_more_than_were_seen_are_not_decided_on(api: Client, record: Callable[..., list[str]], tables: Tables) -> None:
    record(3)
    dry = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json
    before = scanned(tables)

    reply = api("POST", WITHDRAWALS, {**REASON, "filter": dry["filter"], "expected": 2})

    assert (reply.status, reply.json["type"]) == (409, "/problems/more-acts-than-expected")
    assert scanned(tables) == before


@pytest.mark.parametrize(("path", "status", "counting"), [(APPROVALS, "counted", 1), (REJECTIONS, "rejected", 0)])
def test_what_waits_is_approved_or_rejected_and_nothing_else(
    api: Client, record: Callable[..., list[str]], path: str, status: str, counting: int
) -> None:
    counted = record(1, "counted", participant=phone(99))
    waiting = record(3, people=2_000)

    dry = api("POST", path, {**REASON, "filter": {"source": "api"}, "dry_run": True}).json
    run = api("POST", path, {**REASON, "filter": dry["filter"], "expected": dry["found"]}).json

    assert (run["found"], run["decided"], run["endorsed"]) == (3, 3, 0)
    assert run["change"]["in_review"] == -3
    assert (run["change"]["participants"], run["change"]["people"]) == (3 * counting, 6_000 * counting)
    assert statuses(api, [*waiting, *counted]) == [status] * 3 + ["counted"]


def test_what_two_moderators_have_to_approve_waits_for_the_second(
    api: Client, record: Callable[..., list[str]], issue: Callable[..., str], project: Callable[[], None]
) -> None:
    ids = record(2, people=50_000)
    other = api.as_token(issue())

    first = api("POST", APPROVALS, {**REASON, "ids": ids}).json
    project()
    same, second = (who("POST", APPROVALS, {**REASON, "ids": ids}).json for who in (api, other))

    assert (first["decided"], first["endorsed"], first["change"]) == (2, 2, NOTHING)
    assert {one["problem"] for one in same["refusals"]} == {"second-moderator-wanted"}
    assert (second["decided"], second["endorsed"], second["change"]["people"]) == (2, 0, 100_000)


def test_ids_under_which_there_is_nothing_are_told_and_spoil_nothing(
    api: Client, record: Callable[..., list[str]], services: Services
) -> None:
    (act,) = record(1)
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    elsewhere = api("POST", "/v1/campaigns/2030/participations", participation(), idempotency_key="e").json["id"]

    answer = api("POST", WITHDRAWALS, {**REASON, "ids": ["nobody", "x" * 5_000, "A" * 22, elsewhere, act, act]}).json

    assert (answer["found"], answer["decided"], answer["refused"]) == (5, 1, 4)
    assert answer["refusals"] == [
        {"id": one, "problem": "participation-not-found"} for one in ("nobody", "x" * 5_000, "A" * 22, elsewhere)
    ]
    assert statuses(api, [elsewhere, act]) == ["counted", "withdrawn"]


def test_an_act_that_was_never_in_review_is_not_approved_with_others(
    api: Client, record: Callable[..., list[str]]
) -> None:
    (counted,), (waiting,) = record(1, "counted"), record(1, "waiting", participant=phone(7), people=2_000)

    answer = api("POST", REJECTIONS, {**REASON, "ids": [counted, waiting]}).json

    assert answer["refusals"] == [
        {"id": counted, "problem": "participation-not-in-review", "participation_status": "counted"}
    ]
    assert (answer["decided"], statuses(api, [counted, waiting])) == (1, ["counted", "rejected"])


def test_what_there_was_no_time_for_is_gone_on_with(
    api: Client, record: Callable[..., list[str]], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(10)
    dry = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json
    asked = {**REASON, "filter": dry["filter"], "expected": 10}
    monkeypatch.setattr(decisions, "_AT_ONCE", 4)
    clock = services.monotonic
    passed = [0.0]
    decide = services.bulk_moderation.decide

    def slow(*given: Any, **options: Any) -> Any:
        passed[0] += decisions.DECISION_SECONDS
        return decide(given[0], given[1], float("inf"), **options)

    services.monotonic = lambda: clock() + passed[0]
    monkeypatch.setattr(services.bulk_moderation, "decide", slow)

    answers = [api("POST", WITHDRAWALS, asked).json]
    while answers[-1]["next"] is not None:
        answers.append(api("POST", WITHDRAWALS, {**asked, "after": answers[-1]["next"]}).json)

    assert [answer["decided"] for answer in answers] == [4, 4, 2]
    assert [answer["already"] for answer in answers] == [0, 0, 0]


def test_a_search_that_takes_too_long_is_gone_on_with(
    api: Client, record: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(5)
    monkeypatch.setattr(decisions, "MAX_SELECTED", 2)

    answers: list[Any] = []
    after = None
    while not answers or after is not None:
        asked = {**REASON, "filter": FLOOD, "dry_run": True, **({"after": after} if after else {})}
        answers.append(api("POST", WITHDRAWALS, asked).json)
        after = answers[-1]["next"]

    assert [answer["found"] for answer in answers] == [2, 2, 1]


def test_ids_for_which_there_was_no_time_are_told(
    api: Client, record: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = record(2)
    monkeypatch.setattr(decisions, "DECISION_SECONDS", 0.0)

    answer = api("POST", WITHDRAWALS, {**REASON, "ids": ids}).json

    assert (answer["decided"], answer["left"], answer["next"]) == (0, ids, None)


def test_a_filter_for_which_there_was_no_time_begins_anew(
    api: Client, record: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(2)
    with monkeypatch.context() as patch:
        patch.setattr(decisions, "DECISION_SECONDS", 0.0)
        late = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True}).json

    again = api("POST", WITHDRAWALS, {**REASON, "filter": FLOOD, "dry_run": True, "after": late["next"]}).json

    assert (late["decided"], again["decided"]) == (0, 2)


def test_all_acts_of_a_participant_go_by_one_of_them(api: Client, record: Callable[..., list[str]]) -> None:
    ids = record(6, participant=phone(1))
    others = record(2, "other", participant=phone(2))
    sought = {"participant_of": ids[3]}

    dry = api("POST", WITHDRAWALS, {**REASON, "filter": sought, "dry_run": True}).json
    run = api("POST", WITHDRAWALS, {**REASON, "filter": dry["filter"], "expected": 6}).json

    assert (dry["change"]["participants"], run["change"]["participants"]) == (-1, -1)
    assert statuses(api, [*ids, *others]) == ["withdrawn"] * 6 + ["counted"] * 2


def test_a_moderator_of_a_region_decides_on_its_acts_alone(
    api: Client, record: Callable[..., list[str]], services: Services
) -> None:
    here, (there,) = record(2), record(1, "there", participant=phone(50), place={"region": "KZ-71"})
    regional = api.as_token(services.registry.issue_token(("moderate",), "2026", region="KZ-71"))

    found = regional("POST", WITHDRAWALS, {**REASON, "filter": {}, "dry_run": True}).json["found"]
    elsewhere = regional("POST", WITHDRAWALS, {**REASON, "filter": {"place": "KZ-75"}, "dry_run": True})
    answer = regional("POST", WITHDRAWALS, {**REASON, "ids": [*here, there]}).json

    assert (found, elsewhere.status) == (1, 403)
    assert (answer["decided"], {one["id"] for one in answer["refusals"]}) == (1, set(here))
    assert statuses(api, [*here, there]) == ["counted", "counted", "withdrawn"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/reason"]),
        (REASON, ["#"]),
        ({**REASON, "ids": [], "filter": {}}, ["#"]),
        ({**REASON, "ids": "all"}, ["#/ids"]),
        ({**REASON, "ids": [1]}, ["#/ids"]),
        ({**REASON, "ids": ["x"] * 501}, ["#/ids"]),
        ({**REASON, "filter": {"colour": "red"}, "dry_run": True}, ["#/filter/colour"]),
        ({**REASON, "filter": {"status": "gone"}, "dry_run": True}, ["#/filter/status"]),
        ({**REASON, "filter": {"reasons": 5}, "dry_run": True}, ["#/filter/reasons"]),
        ({**REASON, "filter": {"reasons": "people,gone"}, "dry_run": True}, ["#/filter/reasons"]),
        ({**REASON, "filter": {"participant_of": "x"}, "dry_run": True}, ["#/filter/participant_of"]),
        ({**REASON, "filter": {}}, ["#/filter/until", "#/expected"]),
        ({**REASON, "filter": {"until": "2099-01-01T00:00:00Z"}, "expected": 1}, ["#/filter/until"]),
        ({**REASON, "filter": {}, "dry_run": "yes"}, ["#/dry_run"]),
        ({**REASON, "filter": {}, "dry_run": True, "expected": -1}, ["#/expected"]),
        ({"reason": "call +7 701 123 45 67", "ids": []}, ["#/reason"]),
    ],
)
def test_what_cannot_be_meant_is_named(api: Client, body: dict[str, Any], pointers: list[str]) -> None:
    for path in PATHS:
        reply = api("POST", path, body)

        assert (reply.status, [error["pointer"] for error in reply.json["errors"]]) == (422, pointers)


def test_a_place_to_go_on_from_is_one_that_was_answered(api: Client) -> None:
    reply = api("POST", WITHDRAWALS, {**REASON, "filter": {}, "dry_run": True, "after": "somewhere"})

    assert (reply.status, reply.json["type"]) == (400, "/problems/cursor-invalid")
