"""What is above the higher limits of a campaign, over HTTP."""

from collections.abc import Callable

from chalicelib.bootstrap import Services
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"
REVIEW = "/v1/campaigns/2026/review"
REASON = {"reason": "checked by phone"}


def test_what_is_above_the_higher_limits_counts_by_the_approvals_of_two_moderators(
    api: Client, services: Services, project: Callable[[], None]
) -> None:
    another = api.as_token(services.registry.issue_token(("moderate",), "2026"))
    recorded = api("POST", ACTS, participation(people=50_000), idempotency_key="huge").json
    approval = f"/v1/participations/{recorded['id']}/approval"

    first = api("POST", approval, REASON)
    project()
    (listed,) = api("GET", REVIEW).json["participations"]
    again = api("POST", approval, REASON)
    second = another("POST", approval, REASON)

    assert (first.status, first.json["status"], first.json["approvals_missing"]) == (200, "in_review", 1)
    assert (listed["id"], listed["approvals_missing"]) == (recorded["id"], 1)
    assert (again.status, again.json["type"]) == (409, "/problems/second-moderator-wanted")
    assert again.json["participation_status"] == "in_review"
    assert (second.status, second.json["status"], second.json["approvals_missing"]) == (200, "counted", 0)


def test_one_moderator_is_enough_for_what_is_not_above_the_higher_limits(api: Client) -> None:
    recorded = api("POST", ACTS, participation(people=5_000), idempotency_key="large").json

    assert api("GET", f"/v1/participations/{recorded['id']}").json["approvals_missing"] == 1
    approved = api("POST", f"/v1/participations/{recorded['id']}/approval", REASON).json
    assert (approved["status"], approved["approvals_missing"]) == ("counted", 0)


def test_what_counts_is_raised_above_the_higher_limits_by_nobody_alone(api: Client) -> None:
    counted = api("POST", ACTS, participation(), idempotency_key="counted").json["id"]
    before = api("GET", f"/v1/participations/{counted}").json

    refused = api("POST", f"/v1/participations/{counted}/correction", {**REASON, "people": 50_000})

    assert (refused.status, refused.json["type"]) == (409, "/problems/correction-above-limits")
    assert api("GET", f"/v1/participations/{counted}").json == before
