"""The totals by kind, participant type and channel."""

from collections.abc import Callable
from typing import Any

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES
from tests.api.conftest import Client, participation

ACTS = "/v1/campaigns/2026/participations"
BREAKDOWN = "/v1/campaigns/2026/breakdown"
SCHOOL = {"type": "school", "name": "Дарын", "organisation": "Дарын мектебі"}

LATE_IN_MAY = 1_780_253_940_000
"""31 May 2026, 23:59 in Kazakhstan."""

NOTHING = {"participations": 0, "people": 0, "hours": 0, "amount": {"KZT": 0}}


def record(api: Client, key: str, **members: Any) -> str:
    reply = api("POST", ACTS, participation(**members), idempotency_key=key)
    assert reply.status == 201, reply.json
    return str(reply.json["id"])


def test_each_way_to_part_them_adds_up_to_the_same(api: Client, project: Callable[[], None]) -> None:
    record(api, "1", people=3, hours=1.5)
    record(api, "2", kind="donation", amount={"currency": "KZT", "value": 5_000})
    dollars = record(
        api, "3", kind="class_hour", participant=SCHOOL, people=25, amount={"currency": "USD", "value": 100}
    )
    api("POST", f"/v1/participations/{dollars}/approval", {"reason": "asked the school"})
    project()

    found = api("GET", BREAKDOWN).json

    for parts, names in (("kinds", KINDS), ("participant_types", PARTICIPANT_TYPES), ("sources", SOURCES)):
        shares = found[parts]
        assert tuple(shares) == names
        assert sum(share["participations"] for share in shares.values()) == 3
        assert sum(share["people"] for share in shares.values()) == 29
        assert sum(share["hours"] for share in shares.values()) == 1.5
        assert sum(share["amount"]["KZT"] for share in shares.values()) == 5_000
        assert sum(share["amount"].get("USD", 0) for share in shares.values()) == 100
    assert found["kinds"]["class_hour"]["people"] == 25
    participants = {name: share["participants"] for name, share in found["participant_types"].items()}
    assert {name: count for name, count in participants.items() if count} == {"citizen": 1, "school": 1}
    assert found["sources"]["meta"] == NOTHING


def test_what_waits_is_in_no_part(api: Client, project: Callable[[], None]) -> None:
    record(api, "1", people=5_000)
    project()

    found = api("GET", BREAKDOWN).json

    assert found["in_review"] == 1
    assert all(share == NOTHING for share in (*found["kinds"].values(), *found["sources"].values()))


def test_it_is_of_the_counter_s_epoch_and_rev(
    api: Client, services: Services, campaign: Campaign, project: Callable[[], None]
) -> None:
    record(api, "1")
    project()
    head = services.publisher.head(campaign)

    found = api("GET", BREAKDOWN).json

    assert (found["campaign"], found["epoch"], found["rev"]) == ("2026", head.epoch, head.rev)
    assert found["as_of"].endswith("Z")


def test_days_are_those_in_which_something_counted(
    api: Client, services: Services, project: Callable[[], None]
) -> None:
    clock = [LATE_IN_MAY]
    services.now = lambda: clock[-1]
    record(api, "1")
    clock.append(LATE_IN_MAY + 2 * 24 * 3_600_000)
    record(api, "2")
    project()

    assert api("GET", BREAKDOWN).json["days"] == ["2026-05-31", "2026-06-02"]


def test_a_campaign_without_acts_has_none(api: Client) -> None:
    found = api("GET", BREAKDOWN).json

    assert (found["in_review"], found["days"]) == (0, [])


def test_there_is_none_of_a_campaign_that_is_not_there(api: Client) -> None:
    assert api("GET", "/v1/campaigns/1999/breakdown").status == 404
