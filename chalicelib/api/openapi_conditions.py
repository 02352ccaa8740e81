"""What members of a request depend on, by the types of requests: in JSON Schema what the rules of `intake` say of them.

A condition by `if` or `not` leaves a schema an object to those who make clients of it, which `oneOf` does not.
"""

from collections.abc import Mapping

import msgspec

from chalicelib.api.openapi_schemas import Json
from chalicelib.domain.tokens import SCOPES_OVER_ACTS
from chalicelib.domain.vocabulary import PERSON, PLACE_METRICS
from chalicelib.intake.act_requests import DecisionsRequest
from chalicelib.intake.requests import (
    GoalRequest,
    ParticipantRequest,
    PersonRequest,
    PlaceRequest,
    SoughtRequest,
)
from chalicelib.intake.token_requests import TokenRequest


def _without(*names: str) -> Json:
    """Return the schema of an object that says nothing under some names."""
    return {"properties": {name: {"type": "null"} for name in names}}


def _with(name: str, shape: Json) -> Json:
    """Return the schema of an object that has a member of a shape."""
    return {"required": [name], "properties": {name: shape}}


_LINE: Json = {"type": "string"}
_OBJECT: Json = {"type": "object"}
_DETAILS = ("phone", "email", "user", "bin")
"""What leads to somebody by itself: the name of an organisation does with its place."""

CONDITIONS: Mapping[type[msgspec.Struct], Json] = {
    PlaceRequest: {
        "if": _with("region", _LINE),
        "then": _without("country"),
        "else": _with("country", _LINE),
    },
    ParticipantRequest: {
        "if": {"properties": {"type": {"const": PERSON}}},
        "then": _without("bin"),
    },
    SoughtRequest: {
        "if": _with("type", {"const": PERSON}),
        "then": {"not": _without(*_DETAILS)},
        "else": {"not": _without(*_DETAILS, "organisation")},
    },
    PersonRequest: {
        "if": {"properties": {"participant": _without(*_DETAILS)}},
        "then": _with("place", _OBJECT),
    },
    GoalRequest: {
        "if": _with("region", _LINE),
        "then": {"properties": {"metric": {"enum": list(PLACE_METRICS)}}},
    },
    TokenRequest: {
        "if": {"properties": {"region": {"type": "null"}, "sandbox": {"const": False}}},
        "else": {"properties": {"scopes": {"items": {"enum": list(SCOPES_OVER_ACTS)}}}},
    },
    DecisionsRequest: {
        "if": _with("ids", {"type": "array", "items": {}}),
        "then": _without("filter"),
        "else": {
            **_with("filter", _OBJECT),
            "if": _with("dry_run", {"const": True}),
            "else": {
                "required": ["expected"],
                "properties": {"expected": {"type": "integer"}, "filter": _with("until", _LINE)},
            },
        },
    },
}
"""By what a request has and has not, what it has to have besides."""
