from collections.abc import Callable

import pytest

from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"
REVIEW = "/v1/campaigns/2026/review"
REASON = {"reason": "checked by phone"}


@pytest.fixture
def counted(api: Client) -> str:
    return str(api("POST", ACTS, participation(), idempotency_key="counted").json["id"])


@pytest.fixture
def waiting(api: Client) -> str:
    return str(api("POST", ACTS, participation(people=5_000), idempotency_key="waiting").json["id"])


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


@pytest.mark.parametrize("decision", ["withdrawal", "correction", "approval", "rejection"])
def test_a_decision_needs_a_reason(api: Client, counted: str, decision: str) -> None:
    reply = api("POST", f"/v1/participations/{counted}/{decision}", {})

    assert reply.status == 422
    assert [error["pointer"] for error in reply.json["errors"]] == ["#/reason"]


@pytest.mark.parametrize("decision", ["withdrawal", "correction", "approval", "rejection"])
def test_a_participation_that_is_not_there_is_not_moderated(api: Client, decision: str) -> None:
    assert api("POST", f"/v1/participations/nobody/{decision}", REASON).status == 404


def test_the_oldest_that_wait_come_first_page_by_page(api: Client, project: Callable[[], None]) -> None:
    sent = [api("POST", ACTS, participation(people=2_000 + n), idempotency_key=str(n)).json["id"] for n in range(5)]
    api("POST", ACTS, participation(), idempotency_key="counted")
    project()

    pages, cursor = [], ""
    while cursor is not None:
        page = api("GET", f"{REVIEW}?limit=2{cursor and f'&cursor={cursor}'}").json
        pages.append([entry["id"] for entry in page["participations"]])
        cursor = page["next"]

    assert pages == [sent[0:2], sent[2:4], sent[4:5]]


def test_what_waits_is_told_as_any_participation(api: Client, waiting: str, project: Callable[[], None]) -> None:
    project()

    assert api("GET", REVIEW).json == {
        "participations": [api("GET", f"/v1/participations/{waiting}").json],
        "next": None,
    }


def test_what_was_decided_no_longer_waits(api: Client, waiting: str, project: Callable[[], None]) -> None:
    project()
    api("POST", f"/v1/participations/{waiting}/approval", REASON)
    project()

    assert api("GET", REVIEW).json == {"participations": [], "next": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "many", "", "٣", "9" * 500])
def test_a_limit_is_a_whole_number_up_to_a_hundred(api: Client, limit: str) -> None:
    assert api("GET", f"{REVIEW}?limit={limit}").json["type"] == "/problems/limit-invalid"


@pytest.mark.parametrize("cursor", ["", "x", "1.", "1.x", "x.{id}", "-1.{id}", "1.{id}x", "9999999999999999.{id}"])
def test_a_cursor_is_one_that_was_answered(api: Client, waiting: str, cursor: str) -> None:
    reply = api("GET", f"{REVIEW}?cursor={cursor.format(id=waiting)}")

    assert (reply.status, reply.json["type"]) == (400, "/problems/cursor-invalid")


def test_a_cursor_of_another_campaign_is_refused(api: Client, waiting: str) -> None:
    api("PUT", "/v1/campaigns/2030", {"names": {"kk": "а", "ru": "б", "en": "c"}, "state": "live"})

    assert api("GET", f"/v1/campaigns/2030/review?cursor=1.{waiting}").json["type"] == "/problems/cursor-invalid"
