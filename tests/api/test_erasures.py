import pytest

from chalicelib import bootstrap
from chalicelib.aws import clients
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"
ERASURES = "/v1/campaigns/2026/erasures"
PERSON = {"participant": {"type": "citizen", "phone": "+7 (701) 123-45-67"}}


def contacts(services: bootstrap.Services) -> int:
    return clients.dynamodb().scan(TableName=services.settings.contacts_table, ConsistentRead=True)["Count"]


def test_a_person_is_erased_and_what_they_did_stands(api: Client, services: bootstrap.Services) -> None:
    public_id = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    assert contacts(services) == 1

    reply = api("POST", ERASURES, PERSON)

    assert (reply.status, reply.body) == (204, b"")
    assert contacts(services) == 0
    assert api("GET", f"/v1/participations/{public_id}").json["status"] == "counted"


@pytest.mark.parametrize("times", [1, 2])
def test_erasing_nobody_is_answered_alike(api: Client, times: int) -> None:
    assert [api("POST", ERASURES, PERSON).status for _ in range(times)] == [204] * times


def test_the_same_phone_is_a_new_participant_afterwards(api: Client, services: bootstrap.Services) -> None:
    api("POST", ACTS, participation(), idempotency_key="k")
    api("POST", ERASURES, PERSON)

    again = api("POST", ACTS, participation(), idempotency_key="k")

    assert (again.status, again.json["repeated"]) == (201, False)
    assert contacts(services) == 1
