"""Names on air: what waits, and what moderators decide about it."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.bootstrap import Services
from tests.api.conftest import Client, participation
from tests.api.storage import items
from tests.conftest import Tables

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z."""

ACTS = "/v1/campaigns/2026/participations"
NAMES = "/v1/campaigns/2026/names"
DECISIONS = "/v1/campaigns/2026/name-decisions"
REASON = {"reason": "an insult"}

Give = Callable[..., str]


@pytest.fixture
def give(api: Client, services: Services) -> Give:
    """Record an act of an organisation by a partner whose names wait; return the id of the name."""
    bearer = services.registry.issue_token(("record",), "2026", names="after_approval")
    partner = api.as_token(bearer)
    ticks = itertools.count(NOW, 1_000)
    services.now = lambda: next(ticks)

    def recorded(text: str = "Мейірім қоры", phone: str = "+77011234567") -> str:
        body = participation(participant={"type": "ngo", "organisation": text, "phone": phone})
        assert partner("POST", ACTS, body, idempotency_key=f"{text} {phone}".encode().hex()[:100]).status == 201
        return services.keys.name("2026", text)

    return recorded


def listed(api: Client, query: str = "") -> list[str]:
    return [name["text"] for name in api("GET", f"{NAMES}{query}").json["names"]]


def test_a_name_waits_though_its_act_counts(api: Client, give: Give) -> None:
    name_id = give()

    page = api("GET", NAMES).json

    assert page["names"][0].pop("given_at").startswith("2026-06-01T04:00:")
    assert page == {
        "names": [
            {
                "id": name_id,
                "text": "Мейірім қоры",
                "state": "waiting",
                "decision": None,
            }
        ],
        "next": None,
        "all_names": "shown",
    }


def test_a_name_of_a_partner_who_vouches_for_it_is_shown_at_once(api: Client) -> None:
    body = participation(participant={"type": "ngo", "organisation": "Мейірім қоры", "phone": "+77011234567"})
    api("POST", ACTS, body, idempotency_key="1")

    assert (listed(api), listed(api, "?state=shown")) == ([], ["Мейірім қоры"])


def test_one_decision_is_for_a_name_however_many_acts_it_has(api: Client, give: Give) -> None:
    name_id = give()
    give("МЕЙІРІМ  қоры", "+77011234568")

    reply = api("PUT", f"{NAMES}/{name_id}", {"state": "shown", "reason": "a foundation we know"})

    assert (reply.status, reply.json["state"], reply.json["decision"]["reason"]) == (
        200,
        "shown",
        "a foundation we know",
    )
    assert api("GET", f"{NAMES}/{name_id}").json == reply.json
    assert (listed(api), listed(api, "?state=shown"), listed(api, "?state=hidden")) == ([], ["Мейірім қоры"], [])


def test_the_same_decision_again_is_answered_as_the_first(api: Client, give: Give) -> None:
    name_id = give()
    first = api("PUT", f"{NAMES}/{name_id}", {"state": "hidden", **REASON})

    again = api("PUT", f"{NAMES}/{name_id}", {"state": "hidden", "reason": "another reason"})

    assert (again.status, again.json) == (200, first.json)


def test_whoever_comes_second_is_told_what_was_decided_and_by_whom(api: Client, give: Give) -> None:
    name_id, other = give(), give("Қор А", "+77011234568")
    first = api("PUT", f"{NAMES}/{name_id}", {"state": "hidden", "expected": "waiting", **REASON}).json["decision"]
    change = {"state": "shown", "expected": "waiting"}

    for method, path, body in (
        ("PUT", f"{NAMES}/{name_id}", {**change, **REASON}),
        ("POST", DECISIONS, {**REASON, "decisions": [{"id": one, **change} for one in (other, name_id)]}),
    ):
        reply = api(method, path, body)
        assert (reply.status, reply.json["type"]) == (409, "/problems/name-decided")
        assert reply.json["names"] == [{"id": name_id, "state": "hidden", **first}]
        assert f"{name_id}: hidden ({first['by']})" in reply.json["detail"]
    assert (listed(api), listed(api, "?state=hidden")) == (["Қор А"], ["Мейірім қоры"])


def test_a_hidden_name_is_told_to_moderators_of_names_alone(api: Client, give: Give, tables: Tables) -> None:
    name_id = give()
    api("PUT", f"{NAMES}/{name_id}", {"state": "hidden", **REASON})
    (receipt,) = [item["id"]["S"] for item in items(tables, "ReceiptsTable")]

    assert api("GET", f"/v1/participations/{receipt}").json["organisation"] is None
    assert listed(api, "?state=hidden") == ["Мейірім қоры"]


def test_a_text_is_corrected_and_read_like_every_text_that_is_shown(api: Client, give: Give) -> None:
    name_id = give("Мейірім  кор")

    reply = api("PUT", f"{NAMES}/{name_id}", {"state": "shown", "reason": "a slip", "text": "  Мейірім\u200b қоры "})
    assert (reply.status, reply.json["text"]) == (200, "Мейірім қоры")
    refused = api("PUT", f"{NAMES}/{name_id}", {"state": "shown", "reason": "a slip", "text": "t.me/evil_channel"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/text")
    assert api("GET", f"{NAMES}/{name_id}").json == reply.json


def test_a_hidden_name_is_not_shown_again_as_the_text_of_another(api: Client, give: Give) -> None:
    hidden, other = give("Мейірім қоры"), give("Қор А", "+77011234568")
    api("PUT", f"{NAMES}/{hidden}", {"state": "hidden", **REASON})
    change = {"state": "shown", "text": "«Мейірім» қоры"}

    for method, path, body, pointer in (
        ("PUT", f"{NAMES}/{other}", {**change, **REASON}, "#/text"),
        ("POST", DECISIONS, {**REASON, "decisions": [{"id": other, **change}]}, "#/decisions/0/text"),
    ):
        reply = api(method, path, body)
        assert (reply.status, reply.json["errors"][0]["pointer"]) == (422, pointer)
    assert listed(api) == ["Қор А"]


def test_many_names_are_decided_on_at_once(api: Client, give: Give) -> None:
    ids = [give(f"Қор {letter}") for letter in "АБВ"]
    decisions: list[dict[str, Any]] = [
        {"id": ids[0], "state": "shown"},
        {"id": ids[1], "state": "hidden"},
        {"id": ids[2], "state": "shown", "text": "Қор Г"},
    ]

    reply = api("POST", DECISIONS, {"reason": "looked through", "decisions": decisions})

    assert [(name["text"], name["state"]) for name in reply.json["names"]] == [
        ("Қор А", "shown"),
        ("Қор Б", "hidden"),
        ("Қор Г", "shown"),
    ]
    assert listed(api) == []


def test_of_many_decisions_none_holds_where_one_is_wrong(api: Client, give: Give) -> None:
    known, unknown = give(), "A" * 16
    decisions = [{"id": known, "state": "shown"}, {"id": unknown, "state": "shown"}]

    for refused, pointer in (
        (decisions, "#/decisions/1/id"),
        ([decisions[0], decisions[0]], "#/decisions/1/id"),
        ([{"id": known, "state": "waiting"}], "#/decisions/0/state"),
        ([{"id": "", "state": "shown"}], "#/decisions/0/id"),
        ([decisions[0]] * 101, "#/decisions"),
    ):
        reply = api("POST", DECISIONS, {"reason": "looked through", "decisions": refused})
        assert (reply.status, reply.json["errors"][0]["pointer"]) == (422, pointer)
    assert listed(api) == ["Мейірім қоры"]


def test_all_names_are_hidden_by_one_call_and_shown_again_by_another(api: Client, give: Give) -> None:
    give()

    hidden = api("PUT", NAMES, {"state": "hidden", **REASON})

    assert (hidden.status, hidden.json["state"], hidden.json["decision"]["reason"]) == (200, "hidden", "an insult")
    assert api("PUT", NAMES, {"state": "hidden", "reason": "again"}).json == hidden.json
    assert api("GET", NAMES).json["all_names"] == "hidden"
    assert api("PUT", NAMES, {"state": "shown", "reason": "it is over"}).json["state"] == "shown"
    assert api("GET", NAMES).json["all_names"] == "shown"
    assert listed(api) == ["Мейірім қоры"]


def test_the_queue_goes_on_where_a_page_ended(api: Client, give: Give) -> None:
    for letter in "АБВГД":
        give(f"Қор {letter}")

    first = api("GET", f"{NAMES}?limit=2").json
    second = api("GET", f"{NAMES}?limit=2&cursor={first['next']}").json
    third = api("GET", f"{NAMES}?limit=2&cursor={second['next']}").json

    found = [[name["text"] for name in page["names"]] for page in (first, second, third)]
    assert found == [["Қор А", "Қор Б"], ["Қор В", "Қор Г"], ["Қор Д"]]
    assert third["next"] is None


def test_the_queue_is_read_from_its_end_too(api: Client, give: Give) -> None:
    for letter in "АБВ":
        give(f"Қор {letter}")

    first = api("GET", f"{NAMES}?order=newest&limit=2").json
    second = api("GET", f"{NAMES}?order=newest&limit=2&cursor={first['next']}").json

    assert [[name["text"] for name in page["names"]] for page in (first, second)] == [["Қор В", "Қор Б"], ["Қор А"]]
    assert listed(api, "?order=oldest") == ["Қор А", "Қор Б", "Қор В"]
    assert api("GET", f"{NAMES}?order=any").json["errors"][0]["pointer"] == "#/order"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("state=gone", "state-invalid"),
        ("limit=101", "limit-invalid"),
        ("cursor=x", "cursor-invalid"),
        ("cursor=1780286400000.short", "cursor-invalid"),
        (f"cursor=178028640000.{'A' * 16}", "cursor-invalid"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(api: Client, query: str, problem: str) -> None:
    reply = api("GET", f"{NAMES}?{query}")

    assert (reply.status, reply.json["type"]) == (400, f"/problems/{problem}")


@pytest.mark.parametrize("name_id", ["A" * 16, "short", "A" * 17, "A" * 15 + "="])
def test_a_name_that_is_not_there_is_not_found(api: Client, name_id: str) -> None:
    assert api("GET", f"{NAMES}/{name_id}").status == 404
    assert api("PUT", f"{NAMES}/{name_id}", {"state": "shown", **REASON}).status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"state": "hidden"}, "#/reason"),
        ({**REASON}, "#/state"),
        ({"state": "waiting", **REASON}, "#/state"),
        ({"state": "hidden", "reason": "звоните 8 701 123 45 67"}, "#/reason"),
        ({"state": "hidden", **REASON, "more": 1}, "#/more"),
    ],
)
def test_a_decision_says_what_and_why(api: Client, give: Give, body: dict[str, Any], pointer: str) -> None:
    for path in (NAMES, f"{NAMES}/{give()}"):
        reply = api("PUT", path, body)
        assert (reply.status, reply.json["errors"][0]["pointer"]) == (422, pointer)
    assert listed(api) == ["Мейірім қоры"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", NAMES, None),
        ("PUT", NAMES, {"state": "hidden", **REASON}),
        ("GET", f"{NAMES}/{'A' * 16}", None),
        ("PUT", f"{NAMES}/{'A' * 16}", {"state": "hidden", **REASON}),
        ("POST", DECISIONS, {**REASON, "decisions": []}),
    ],
)
def test_names_are_for_moderators_of_the_campaign(
    api: Client, issue: Callable[..., str], method: str, path: str, body: object
) -> None:
    for token in (issue("record", "read"), issue("moderate", campaign="2027")):
        assert api.as_token(token)(method, path, body).status == 403
    assert api.as_token(None)(method, path, body).status == 401
