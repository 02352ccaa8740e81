"""A token's own participations, as it lists and follows them."""

import re
from collections.abc import Callable

import pytest

from chalicelib import bootstrap
from chalicelib.api.submissions import UNSETTLED_MS
from chalicelib.publishing.standstill import Report
from tests.api.conftest import Client, Reply, participation

CAMPAIGN = "/v1/campaigns/2026"
ACTS = f"{CAMPAIGN}/participations"
SUBMISSIONS = f"{CAMPAIGN}/submissions"

Project = Callable[[], None]


@pytest.fixture
def partner(api: Client, issue: Callable[..., str]) -> Client:
    return api.as_token(issue("record", campaign="2026"))


def record(client: Client, key: str, **members: object) -> str:
    reply = client("POST", ACTS, participation(**members), idempotency_key=key)
    assert reply.status == 201
    return str(reply.json["id"])


def ids(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.json
    return [act["id"] for act in reply.json["submissions"]]


def test_a_token_lists_its_own_and_nothing_of_others(api: Client, partner: Client, project: Project) -> None:
    own = [record(partner, "a"), record(partner, "b", people=5_000)]
    record(api, "a")
    api("POST", f"/v1/participations/{own[0]}/withdrawal", {"reason": "asked to"})
    project()

    reply = partner("GET", SUBMISSIONS)

    assert ids(reply) == own
    assert [act["status"] for act in reply.json["submissions"]] == ["withdrawn", "in_review"]
    assert b"87011234567" not in reply.body
    assert reply.json["more"] is False


def test_what_is_more_than_a_page_follows_each_once(partner: Client, project: Project) -> None:
    own = [record(partner, str(number)) for number in range(5)]
    project()

    found: list[str] = []
    reply = partner("GET", f"{SUBMISSIONS}?limit=2")
    found += ids(reply)
    while reply.json["more"]:
        reply = partner("GET", f"{SUBMISSIONS}?limit=2&after={reply.json['next']}")
        found += ids(reply)

    assert found == own


def test_what_is_more_than_a_page_is_found_by_following_links(partner: Client, project: Project) -> None:
    own = [record(partner, str(number)) for number in range(5)]
    project()

    found, pages, query = list[str](), 0, "?limit=2"
    while query:
        reply = partner("GET", f"{SUBMISSIONS}{query}")
        found, pages = found + ids(reply), pages + 1
        link = re.fullmatch(r'<http://[^/]+(/[^?>]+)(\?[^>]+)>; rel="next"', reply.headers.get("link", ""))
        assert (link is not None) is reply.json["more"]
        query = "" if link is None or link[1] != SUBMISSIONS else link[2]

    assert (found, pages) == (own, 3)


def test_who_follows_misses_nothing_that_is_listed_late(
    partner: Client, project: Project, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = record(partner, "late")
    newer = record(partner, "newer")
    monkeypatch.setattr(services.rows, "query", without(services, late))
    project()
    first = partner("GET", SUBMISSIONS)
    monkeypatch.undo()

    second = partner("GET", f"{SUBMISSIONS}?after={first.json['next']}")

    assert ids(first) == [newer]
    assert ids(second) == [late, newer]


def without(services: bootstrap.Services, act_id: str) -> Callable[..., object]:
    """Return the query of rows without one that is not there yet."""
    query = services.rows.query
    return lambda *args, **named: (item for item in query(*args, **named) if act_id not in item["id"]["S"])


def test_what_is_settled_is_not_listed_again(partner: Client, project: Project, services: bootstrap.Services) -> None:
    record(partner, "old")
    project()
    services.reports.put(Report(services.now() + UNSETTLED_MS + 1_000))

    first = partner("GET", SUBMISSIONS)
    second = partner("GET", f"{SUBMISSIONS}?after={first.json['next']}")
    third = partner("GET", f"{SUBMISSIONS}?after={second.json['next']}")

    assert (len(ids(first)), ids(second), ids(third)) == (1, [], [])


def test_who_follows_misses_nothing_while_the_projector_stands_still(
    partner: Client, project: Project, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = record(partner, "first")
    project()
    late, now = record(partner, "late"), services.now()
    # A minute later, and what came since is still not projected.
    services.reports.put(Report(now + 60_000, unshown_since=now))
    monkeypatch.setattr(services, "now", lambda: now + 60_000)
    before = partner("GET", SUBMISSIONS)
    monkeypatch.undo()
    project()

    after = partner("GET", f"{SUBMISSIONS}?after={before.json['next']}")

    assert (ids(before), ids(after)[-1]) == ([first], late)


def test_who_has_read_many_pages_begins_again_at_what_may_be_added_to(
    partner: Client, project: Project, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = record(partner, "late")
    newer = [record(partner, str(number)) for number in range(3)]
    services.reports.put(Report(services.now()))
    monkeypatch.setattr(services.rows, "query", without(services, late))
    project()
    reply = partner("GET", f"{SUBMISSIONS}?limit=1")
    while reply.json["more"]:
        # Meanwhile all of it is settled.
        services.reports.put(Report(services.now() + 3_600_000))
        reply = partner("GET", f"{SUBMISSIONS}?limit=1&after={reply.json['next']}")
    monkeypatch.undo()

    assert ids(partner("GET", f"{SUBMISSIONS}?after={reply.json['next']}")) == [late, *newer]


def test_a_token_of_one_region_lists_what_is_there_by_now(
    api: Client, services: bootstrap.Services, project: Project
) -> None:
    regional = api.as_token(services.registry.issue_token(("record",), "2026", region="KZ-75"))
    moved, stays = record(regional, "a"), record(regional, "b")
    api("POST", f"/v1/participations/{moved}/correction", {"reason": "a slip", "place": {"region": "KZ-71"}})
    project()

    assert ids(regional("GET", SUBMISSIONS)) == [stays]


@pytest.mark.parametrize(
    "after", ["x", "1780000000000", "1780000000000.x", "-780000000000.", f"{'1' * 3000}.", "1780000000000.~x"]
)
def test_what_no_answer_told_is_no_place(partner: Client, after: str) -> None:
    reply = partner("GET", f"{SUBMISSIONS}?after={after}")

    assert (reply.status, reply.json["type"]) == (400, "/problems/cursor-invalid")
    assert "cursor" not in reply.json["title"] + reply.json["detail"]


def test_a_page_has_a_hundred_at_most(partner: Client) -> None:
    assert partner("GET", f"{SUBMISSIONS}?limit=101").json["type"] == "/problems/limit-invalid"
