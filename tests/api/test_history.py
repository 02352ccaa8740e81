"""What happened to an act."""

from collections.abc import Callable
from typing import Any

from chalicelib.bootstrap import Services
from tests.api.conftest import Client, participation
from tests.api.names_table import hide_all_names
from tests.conftest import Tables

ACTS = "/v1/campaigns/2026/participations"
FUND = {"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"}


def history(api: Client, act: str) -> list[dict[str, Any]]:
    answer = api("GET", f"/v1/participations/{act}/history").json
    assert answer["id"] == act
    entries: list[dict[str, Any]] = answer["history"]
    assert all(entry.pop("at").endswith("Z") for entry in entries)
    return entries


def test_each_decision_on_an_act_is_told_with_its_reason_and_who_decided(api: Client) -> None:
    act = api("POST", ACTS, participation(participant=FUND, people=5_000), idempotency_key="k").json["id"]
    by = str(api.token).split("_")[1]
    api("POST", ACTS, participation(participant=FUND), idempotency_key="another act")
    api("POST", f"/v1/participations/{act}/correction", {"reason": "a slip", "people": 4_000, "organisation": None})
    api("POST", f"/v1/participations/{act}/approval", {"reason": "called them"})
    api("POST", f"/v1/participations/{act}/withdrawal", {"reason": "asked to"})

    entries = history(api, act)

    name = entries[1]["before"].pop("name")
    assert name
    assert entries == [
        {"what": "recorded", "status": "in_review", "review_reasons": ["people"]},
        {
            "what": "corrected",
            "status": "in_review",
            "reason": "a slip",
            "by": by,
            "by_label": None,
            "review_reasons": ["people"],
            "before": {"people": 5_000, "organisation": "Үміт қоры"},
            "after": {"people": 4_000, "organisation": None, "name": None},
        },
        {"what": "approved", "status": "counted", "reason": "called them", "by": by, "by_label": None},
        {"what": "withdrawn", "status": "withdrawn", "reason": "asked to", "by": by, "by_label": None},
    ]


def test_a_hidden_name_is_in_no_history(api: Client, tables: Tables) -> None:
    act = api("POST", ACTS, participation(participant=FUND), idempotency_key="k").json["id"]
    api("POST", f"/v1/participations/{act}/correction", {"reason": "a slip", "organisation": "Жылу қоры"})
    told = history(api, act)[1]

    hide_all_names(tables)

    corrected = history(api, act)[1]
    assert (told["before"]["organisation"], told["after"]["organisation"]) == ("Үміт қоры", "Жылу қоры")
    assert (corrected["before"]["organisation"], corrected["after"]["organisation"]) == (None, None)
    assert corrected["before"]["name"] != corrected["after"]["name"]


def test_an_erasure_of_the_participant_is_no_part_of_an_act_s_history(api: Client) -> None:
    act = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    api("POST", "/v1/campaigns/2026/erasures", {"participant": {"phone": "87011234567"}})

    assert [entry["what"] for entry in history(api, act)] == ["recorded"]


def test_only_those_who_may_decide_are_told(api: Client, issue: Callable[..., str], services: Services) -> None:
    act = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
    reader, elsewhere = api.as_token(issue("read")), api.as_token(issue("moderate", campaign="2030"))
    other_region = api.as_token(services.registry.issue_token(("moderate",), "2026", region="KZ-71"))

    replies = [who("GET", f"/v1/participations/{act}/history") for who in (reader, elsewhere, other_region)]

    assert [reply.status for reply in replies] == [403, 403, 403]
    assert api("GET", f"/v1/participations/{'A' * 22}/history").status == 404
