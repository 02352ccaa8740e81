import pytest

from tests.api.conftest import Client, participation
from tests.api.names_table import hide_all_names
from tests.conftest import Tables

ACTS = "/v1/campaigns/2026/participations"
REASON = {"reason": "checked by phone"}
FUND = {"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"}


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
    assert told(reply.json) == api("GET", f"/v1/participations/{counted}").json


def test_a_correction_tells_what_was_before_it_and_what_is_after_it(api: Client, counted: str) -> None:
    correction = {**REASON, "people": 7, "place": {"country": "DE"}, "hours": 0}

    reply = api("POST", f"/v1/participations/{counted}/correction", correction)

    assert reply.json["before"] == {"people": 1, "place": {"region": "KZ-75"}}
    assert reply.json["after"] == {"people": 7, "place": {"country": "DE"}}


def test_a_correction_takes_a_name_a_topic_and_an_amount_away(api: Client) -> None:
    sent = participation(participant=FUND, topic="corporate_volunteering", amount={"currency": "KZT", "value": 500})
    act = api("POST", ACTS, sent, idempotency_key="named").json["id"]

    nothing = {"organisation": None, "topic": None, "amount": None}
    reply = api("POST", f"/v1/participations/{act}/correction", {**REASON, **nothing})

    answer = reply.json
    assert {name: answer[name] for name in nothing} == nothing
    assert answer["before"].pop("name")
    assert answer["before"] == {
        "organisation": "Үміт қоры",
        "topic": "corporate_volunteering",
        "amount": {"currency": "KZT", "value": 500},
    }
    assert answer["after"] == {**nothing, "name": None}
    again = api("POST", f"/v1/participations/{act}/correction", {**REASON, **nothing})
    assert (again.status, again.json["type"]) == (409, "/problems/correction-changes-nothing")


def test_a_hidden_name_is_not_told_by_a_correction(api: Client, tables: Tables) -> None:
    act = api("POST", ACTS, participation(participant=FUND), idempotency_key="named").json["id"]
    hide_all_names(tables)

    reply = api("POST", f"/v1/participations/{act}/correction", {**REASON, "organisation": None})

    assert reply.json["before"].keys() == {"name", "organisation"}
    assert reply.json["before"]["organisation"] is None
    assert "Үміт" not in reply.body.decode()


@pytest.mark.parametrize("member", ["kind", "place", "people", "hours"])
def test_what_every_act_has_cannot_be_taken_away(api: Client, counted: str, member: str) -> None:
    reply = api("POST", f"/v1/participations/{counted}/correction", {**REASON, member: None})

    assert (reply.status, [error["pointer"] for error in reply.json["errors"]]) == (422, [f"#/{member}"])


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


def told(answer: dict[str, object]) -> dict[str, object]:
    """Return what a correction answers, without what it changed."""
    return {name: value for name, value in answer.items() if name not in ("before", "after")}
