"""What the contract says that members of a request depend on is what its rules say."""

from typing import Any

import jsonschema_rs
import msgspec
import pytest

from chalicelib.api.openapi_conditions import CONDITIONS
from chalicelib.intake.act_requests import ACT_RULES, DecisionsRequest
from chalicelib.intake.campaign_requests import read_campaign
from chalicelib.intake.faults import Invalid, read
from chalicelib.intake.participation_requests import RULES, read_person
from chalicelib.intake.requests import GoalRequest, ParticipantRequest, PersonRequest, PlaceRequest, SoughtRequest
from chalicelib.intake.token_requests import TokenRequest, read_token
from tests.api.contract import Json, read_contract
from tests.every_case import every

PHONE, ASTANA, UNTIL = "+77011234567", {"region": "KZ-71"}, {"until": "2026-06-01T06:00:00Z"}
NAMES = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}

WHICH: list[Json] = [
    {},
    {"ids": []},
    {"ids": None, "filter": None},
    {"filter": {}},
    {"filter": UNTIL},
    {"ids": None, "filter": UNTIL},
    {"ids": [], "filter": UNTIL},
]
HOW: list[Json] = [{}, {"dry_run": True}, {"dry_run": False}, {"expected": 1}, {"expected": None}]

SENT: dict[type[msgspec.Struct], list[Json]] = {
    PlaceRequest: [
        {},
        {"region": None},
        ASTANA,
        {"country": "DE"},
        {**ASTANA, "country": None},
        {**ASTANA, "country": "DE"},
        {"region": None, "country": "DE"},
        {"region": None, "country": None},
    ],
    ParticipantRequest: [
        {"type": "citizen"},
        {"type": "citizen", "bin": None},
        {"type": "citizen", "bin": "990240003451"},
        {"type": "ngo", "bin": "990240003451"},
    ],
    PersonRequest: [
        {"participant": participant, **place}
        for place in ({}, {"place": None}, {"place": ASTANA})
        for participant in (
            {},
            {"type": "citizen"},
            {"phone": None, "organisation": None},
            {"phone": PHONE},
            {"type": "citizen", "email": "aigul@example.kz"},
            {"user": "telegram 123"},
            {"organisation": "Үміт қоры"},
            {"organisation": "Үміт қоры", "phone": PHONE},
            {"type": "citizen", "organisation": "Үміт қоры"},
            {"type": "ngo", "bin": "990240003451"},
        )
    ],
    GoalRequest: [
        {"metric": "good_deeds", "target": 1},
        {"metric": "good_deeds", "target": 1, "region": "KZ-71"},
        {"metric": "amount", "target": 1},
        {"metric": "amount", "target": 1, "region": None},
        {"metric": "amount", "target": 1, "region": "KZ-71"},
        {"metric": "organisations", "target": 1, "region": "KZ-71"},
    ],
    TokenRequest: [
        {"label": "A partner", "campaign": "2026", "scopes": scopes, **kept}
        for scopes in (["record"], ["record", "admin"], ["erase"])
        for kept in ({}, {"region": None}, {"region": "KZ-71"}, {"sandbox": False}, {"sandbox": True})
    ],
    DecisionsRequest: [{"reason": "a flood", **which, **how} for which in WHICH for how in HOW],
}


def refuse(shape: type[msgspec.Struct], sent: Json) -> None:
    """Read a request as the API does.

    Raises:
        Invalid: naming every field that is wrong.
    """
    if shape is PersonRequest:
        read_person(sent)
    elif shape is TokenRequest:
        read_token(sent, 0)
    elif shape is GoalRequest:
        read_campaign("2026", {"names": NAMES, "state": "live", "goals": [sent]})
    else:
        read(shape, sent, ACT_RULES if shape is DecisionsRequest else RULES)


@pytest.fixture(scope="module")
def contract() -> Json:
    return read_contract()


@every(case=[(shape, sent) for shape, all_sent in SENT.items() for sent in all_sent])
def test_a_request_is_refused_that_the_contract_does_not_allow(contract: Json, case: tuple[Any, Json]) -> None:
    shape, sent = case
    told = {"$ref": f"#/components/schemas/{shape.__name__}", "components": contract["components"]}

    try:
        refuse(shape, sent)
    except Invalid:
        assert not jsonschema_rs.is_valid(told, sent), sent
    else:
        assert jsonschema_rs.is_valid(told, sent), sent


def test_every_condition_is_tried() -> None:
    # Whom somebody looks for stands in a request about them.
    assert CONDITIONS.keys() - {SoughtRequest} == SENT.keys()
