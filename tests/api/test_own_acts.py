"""What a partner does with the acts that its token recorded, and with no others."""

import pytest

from tests.api.conftest import Client, participation
from tests.api.test_tokens import ACTS, REASON, issued, problem


@pytest.fixture
def partner(api: Client) -> Client:
    return issued(api, scopes=["record"])


@pytest.fixture
def other(api: Client) -> Client:
    return issued(api, scopes=["record"])


def recorded_by(client: Client, key: str = "k", **content: object) -> str:
    reply = client("POST", ACTS, participation(**content), idempotency_key=key)
    assert reply.status == 201, reply.json
    identity: str = reply.json["id"]
    return identity


def test_what_a_partner_recorded_it_reads_corrects_and_withdraws(partner: Client) -> None:
    act = f"/v1/participations/{recorded_by(partner)}"

    corrected = partner("POST", f"{act}/correction", {**REASON, "people": 3})
    withdrawn = partner("POST", f"{act}/withdrawal", REASON)

    assert (corrected.status, corrected.json["people"]) == (200, 3)
    assert (withdrawn.status, withdrawn.json["status"]) == (200, "withdrawn")
    assert partner("GET", act).json["status"] == "withdrawn"
    history = partner("GET", f"{act}/history").json["history"]
    assert [entry["what"] for entry in history] == ["recorded", "corrected", "withdrawn"]


def test_of_what_others_recorded_a_partner_learns_nothing_and_changes_nothing(
    api: Client, partner: Client, other: Client
) -> None:
    for sender in (other, api):
        identity = recorded_by(sender)
        act = f"/v1/participations/{identity}"
        asked = [
            partner("GET", act),
            partner("GET", f"{act}/history"),
            partner("POST", f"{act}/withdrawal", REASON),
            partner("POST", f"{act}/correction", {**REASON, "people": 3}),
        ]

        assert {problem(reply) for reply in asked} == {(403, "sender-forbidden")}
        assert api("GET", act).json["status"] == "counted"


def test_a_partner_decides_on_nothing_that_waits(partner: Client) -> None:
    act = recorded_by(partner, people=5_000)

    asked = [partner("POST", f"/v1/participations/{act}/{decision}", REASON) for decision in ("approval", "rejection")]

    assert {problem(reply) for reply in asked} == {(403, "scope-missing")}


def test_a_partner_makes_no_act_larger_than_what_counts_without_a_moderator(partner: Client) -> None:
    act = recorded_by(partner)

    refused = partner("POST", f"/v1/participations/{act}/correction", {**REASON, "people": 1_001})

    assert problem(refused) == (409, "correction-above-limits")


@pytest.mark.parametrize(
    ("names", "organisation", "waiting"), [("shown", "Тілек", 0), ("after_approval", "Тілек", 1), ("never", None, 0)]
)
def test_of_a_name_that_a_partner_corrects_becomes_what_becomes_of_all_its_names(
    api: Client, names: str, organisation: str | None, waiting: int
) -> None:
    partner = issued(api, scopes=["record"], names=names)
    act = recorded_by(partner, participant={"type": "business", "phone": "+77010000021", "organisation": "Игілік"})
    before = len(api("GET", "/v1/campaigns/2026/names").json["names"])

    corrected = partner(
        "POST", f"/v1/participations/{act}/correction", {**REASON, "organisation": "Тілек", "people": 2}
    )

    assert corrected.status == 200
    assert partner("GET", f"/v1/participations/{act}").json["organisation"] == organisation
    assert len(api("GET", "/v1/campaigns/2026/names").json["names"]) - before == waiting
