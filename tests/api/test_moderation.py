import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.api import moderation
from chalicelib.aws.items import Item
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.projections.acts import moment
from chalicelib.projections.rows import Index
from tests.api.conftest import NAMES, Client, other_spellings, participation
from tests.api.storage import items
from tests.conftest import Tables

Queue = Callable[[int], list[str]]

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z."""

ACTS = "/v1/campaigns/2026/participations"
REVIEW = "/v1/campaigns/2026/review"
REASON = {"reason": "checked by phone"}


@pytest.fixture
def counted(api: Client) -> str:
    return str(api("POST", ACTS, participation(), idempotency_key="counted").json["id"])


@pytest.fixture
def waiting(api: Client) -> str:
    return str(api("POST", ACTS, participation(people=5_000), idempotency_key="waiting").json["id"])


@pytest.fixture
def queue(api: Client, services: Services, project: Callable[[], None]) -> Queue:
    """Record so many acts that wait, a second apart; return their ids in their order."""
    ticks = itertools.count(NOW, 1_000)
    services.now = lambda: next(ticks)

    def recorded(count: int) -> list[str]:
        entries = [participation(people=2_000 + n, idempotency_key=f"waiting-{n}") for n in range(count)]
        results = api("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]
        project()
        return [result["participation"]["id"] for result in results]

    return recorded


def test_a_withdrawn_participation_is_withdrawn(api: Client, counted: str) -> None:
    reply = api("POST", f"/v1/participations/{counted}/withdrawal", REASON)

    assert (reply.status, reply.json["status"], reply.json["id"]) == (200, "withdrawn", counted)
    assert api("GET", f"/v1/participations/{counted}").json == reply.json


def test_a_correction_replaces_what_it_names(api: Client, counted: str) -> None:
    correction = {**REASON, "people": 7, "place": {"country": "DE"}}

    reply = api("POST", f"/v1/participations/{counted}/correction", correction)

    assert (reply.status, reply.json["status"]) == (200, "counted")
    assert (reply.json["people"], reply.json["place"]) == (7, {"country": "DE"})
    assert api("GET", f"/v1/participations/{counted}").json == reply.json


def test_an_approved_participation_counts(api: Client, waiting: str) -> None:
    reply = api("POST", f"/v1/participations/{waiting}/approval", REASON)

    assert (reply.status, reply.json["status"]) == (200, "counted")


def test_a_rejected_participation_is_rejected(api: Client, waiting: str) -> None:
    reply = api("POST", f"/v1/participations/{waiting}/rejection", REASON)

    assert (reply.status, reply.json["status"]) == (200, "rejected")


@pytest.mark.parametrize("decision", ["approval", "rejection"])
def test_what_counts_is_neither_approved_nor_rejected(api: Client, counted: str, decision: str) -> None:
    reply = api("POST", f"/v1/participations/{counted}/{decision}", REASON)

    assert (reply.status, reply.json["participation_status"]) == (409, "counted")


@pytest.mark.parametrize(("first", "status"), [("rejection", "rejected"), ("withdrawal", "withdrawn")])
@pytest.mark.parametrize("decision", ["withdrawal", "correction"])
def test_what_no_longer_stands_is_not_changed(
    api: Client, waiting: str, first: str, status: str, decision: str
) -> None:
    api("POST", f"/v1/participations/{waiting}/{first}", REASON)

    reply = api(
        "POST",
        f"/v1/participations/{waiting}/{decision}",
        {**REASON, **({"people": 3} if decision == "correction" else {})},
    )

    assert (reply.status, reply.json["participation_status"]) == (409, status)


def test_a_decision_needs_a_reason(api: Client, counted: str) -> None:
    for decision in ("withdrawal", "correction", "approval", "rejection"):
        reply = api("POST", f"/v1/participations/{counted}/{decision}", {})

        assert reply.status == 422
        assert [error["pointer"] for error in reply.json["errors"]] == ["#/reason"]


def test_a_participation_that_is_not_there_is_not_moderated(api: Client) -> None:
    for decision in ("withdrawal", "correction", "approval", "rejection"):
        for nobody in ("nobody", "A" * 22):
            assert api("POST", f"/v1/participations/{nobody}/{decision}", REASON).status == 404


@pytest.mark.parametrize("size", [3, None])
def test_the_oldest_that_wait_come_first_page_by_page(
    api: Client, queue: Queue, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation, "DEFAULT_PAGE_SIZE", 3)
    sent = queue(8)
    api("POST", ACTS, participation(), idempotency_key="counted")

    pages = list(all_pages(api, size))

    assert [len(page) for page in pages] == [3, 3, 2]
    assert [entry["id"] for page in pages for entry in page] == sent


def test_acts_of_one_millisecond_are_told_once_each(api: Client, queue: Queue, services: Services) -> None:
    services.now = lambda: NOW
    sent = queue(7)

    told = [entry["id"] for page in all_pages(api, 2) for entry in page]

    assert told == sorted(sent)


def test_a_last_page_that_is_full_has_none_behind_it(api: Client, queue: Queue) -> None:
    queue(4)

    assert [len(page) for page in all_pages(api, 2)] == [2, 2]


def test_what_waits_is_told_as_any_participation(api: Client, waiting: str, project: Callable[[], None]) -> None:
    project()

    assert api("GET", REVIEW).json == {
        "participations": [api("GET", f"/v1/participations/{waiting}").json],
        "next": None,
    }


@pytest.mark.parametrize("decision", ["approval", "rejection", "withdrawal"])
def test_what_was_decided_no_longer_waits(
    api: Client, waiting: str, project: Callable[[], None], decision: str
) -> None:
    project()
    api("POST", f"/v1/participations/{waiting}/{decision}", REASON)
    project()

    assert api("GET", REVIEW).json == {"participations": [], "next": None}


def test_what_was_corrected_waits_where_it_was(api: Client, queue: Queue, project: Callable[[], None]) -> None:
    sent = queue(3)
    api("POST", f"/v1/participations/{sent[0]}/correction", {**REASON, "people": 9_000})
    project()

    (page,) = all_pages(api)

    assert [(entry["id"], entry["people"]) for entry in page] == [(sent[0], 9_000), (sent[1], 2_001), (sent[2], 2_002)]


def test_what_was_decided_in_the_meantime_is_left_out_and_the_pages_go_on(
    api: Client, queue: Queue, services: Services, project: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Indexes are eventual: for a while they show what waited before."""
    sent = queue(5)
    monkeypatch.setattr(services.rows, "query", outdated(services.rows.query))
    api("GET", REVIEW)
    api("POST", f"/v1/participations/{sent[1]}/approval", REASON)
    api("POST", f"/v1/participations/{sent[2]}/rejection", REASON)
    api("POST", f"/v1/participations/{sent[3]}/withdrawal", REASON)
    project()

    pages = list(all_pages(api, 2))

    assert [[entry["id"] for entry in page] for page in pages] == [[sent[0]], [], [sent[4]]]


def test_an_organisation_is_told_by_its_name_unless_that_is_hidden(
    api: Client, tables: Tables, project: Callable[[], None]
) -> None:
    organisation = {"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"}
    sent = api("POST", ACTS, participation(participant=organisation, people=5_000), idempotency_key="k").json["id"]
    project()
    before = api("GET", REVIEW).json["participations"], api("GET", f"/v1/participations/{sent}").json

    hide_all_names(tables)

    after = api("GET", REVIEW).json["participations"], api("GET", f"/v1/participations/{sent}").json
    assert before == ([{**after[1], "organisation": "Үміт қоры"}], {**after[1], "organisation": "Үміт қоры"})
    assert after == ([after[1]], {**after[1], "organisation": None})


def test_a_limit_is_a_whole_number_up_to_a_hundred(api: Client) -> None:
    for limit in ("0", "101", "-1", "1.5", "many", "", "٣", "9" * 500):
        assert api("GET", f"{REVIEW}?limit={limit}").json["type"] == "/problems/limit-invalid"


def test_a_cursor_is_one_that_was_answered(api: Client, waiting: str) -> None:
    malformed = [
        *("", "x", f"{NOW}", f"{NOW}.", f".{waiting}", f"{NOW}{waiting}"),
        *(f"{at}.{waiting}" for at in ("1", "x", "-780286400000", "17802864000000", "178028640000x", "٠" * 13)),
        *(f"{NOW}.{waiting}{more}" for more in ("x", "%0A")),
        *(f"{NOW}.{other}" for other in other_spellings(waiting)),
    ]

    replies = [api("GET", f"{REVIEW}?cursor={cursor}") for cursor in malformed]

    assert {(reply.status, reply.json["type"]) for reply in replies} == {(400, "/problems/cursor-invalid")}
    assert api("GET", f"{REVIEW}?cursor={NOW}.{waiting}").status == 200


def test_a_cursor_leads_to_nothing_of_another_campaign(
    api: Client, waiting: str, services: Services, project: Callable[[], None]
) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    elsewhere = participation(people=5_000)
    other = api("POST", "/v1/campaigns/2030/participations", elsewhere, idempotency_key="other").json["id"]
    project()

    page = api("GET", f"/v1/campaigns/2030/review?cursor=0000000000000.{waiting}").json

    assert [entry["id"] for entry in page["participations"]] == [other]


def all_pages(api: Client, size: int | None = None) -> Iterator[list[dict[str, Any]]]:
    """Yield the participations of each page of the review list."""
    parameters = {} if size is None else {"limit": str(size)}
    while True:
        page = api("GET", f"{REVIEW}?{urlencode(parameters)}").json
        yield page["participations"]
        if page["next"] is None:
            return
        parameters["cursor"] = page["next"]


def outdated(query: Callable[..., Iterable[Item]]) -> Callable[..., Iterator[Item]]:
    """Return a query that goes on finding what it found when it was asked first."""
    found: list[Item] = []

    def asked(index: Index, *, after: str | None = None, page: int) -> Iterator[Item]:
        found.extend([] if found else query(index, page=page))
        return (item for item in found if after is None or moment(item) > after)

    return asked


def hide_all_names(tables: Tables) -> None:
    for item in items(tables, "NamesTable"):
        hidden = {**item, "state": {"S": "hidden"}}
        tables.clients.dynamodb.put_item(TableName=tables["NamesTable"], Item=hidden)
