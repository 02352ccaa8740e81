"""The published contract: OpenAPI 3.1, made of the routes' operations and of the types that validate."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from chalice.app import Response, RouteEntry

from chalicelib.api.calls import Call
from chalicelib.api.messages import messages
from chalicelib.api.problems import STATUSES, ProblemDocument, ProblemName
from chalicelib.api.routes import WHY, Body, Operation, Parameter, Routes, operation_of
from chalicelib.intake.requests import CampaignId

RouteTable = Mapping[str, Mapping[str, RouteEntry]]
Json = dict[str, Any]

VERSION = "1.0.0"

_SHAPES_IN_PATHS: Mapping[str, Json] = {"campaign": msgspec.json.schema(CampaignId)}
_OF_TOKENS: tuple[ProblemName, ...] = (
    "token-missing",
    "token-invalid",
    "scope-missing",
    "campaign-forbidden",
    "region-forbidden",
    "sandbox-forbidden",
)
_OF_BODIES: tuple[ProblemName, ...] = ("json-malformed", "body-too-large", "media-type-unsupported", "fields-invalid")
_OF_STORES: tuple[ProblemName, ...] = ("busy", "storage-unavailable")

routes = Routes(__name__)


@routes.on(
    "GET",
    "/openapi.json",
    Operation(
        summary="This contract.",
        cache="public, max-age=300",
        any_origin=True,
        gives={200: "application/json"},
    ),
)
def contract(_call: Call) -> Response:
    """Send the contract."""
    return Response(_text(), {"Content-Type": "application/json"})


def document(table: RouteTable) -> Json:
    """Return the contract of the routes that have an operation."""
    operations = list(_operations(table))
    shapes = [ProblemDocument, *(shape for _, _, _, operation in operations for shape in _shapes(operation))]
    refs, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    ref_of = dict(zip(shapes, refs, strict=True))
    paths: dict[str, Json] = {}
    for path, method, name, operation in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, name, operation, ref_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Qaiyrym",
            "version": VERSION,
            "description": "Records participations in the Marathon of Good Deeds. "
            "Errors are problems of RFC 9457, in Kazakh, Russian or English by Accept-Language.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token qy_<id>_<secret> with scopes."}
            },
        },
    }


@cache
def _text() -> str:
    return msgspec.json.encode(document(routes.current_app.routes)).decode()


def _operations(table: RouteTable) -> Iterator[tuple[str, str, str, Operation]]:
    for path, entries in table.items():
        for method, entry in entries.items():
            operation = operation_of(entry.view_function)
            if operation is not None and method != "HEAD":
                yield path, method, entry.view_function.__name__, operation


def _shapes(operation: Operation) -> Iterator[type[msgspec.Struct]]:
    given = (body for body in operation.gives.values() if isinstance(body, type))
    yield from given if operation.takes is None else (operation.takes, *given)


def _operation(path: str, method: str, name: str, operation: Operation, ref_of: Mapping[Any, Json]) -> Json:
    described: Json = {
        "operationId": name,
        "summary": operation.summary,
        "parameters": [
            *map(_path_parameter, re.findall(r"{(\w+)}", path)),
            *map(_parameter, operation.parameters),
        ],
        "responses": {
            **{str(status): _given(status, body, operation, ref_of) for status, body in operation.gives.items()},
            **_problems(_refused(path, method, operation), ref_of[ProblemDocument]),
        },
    }
    if operation.description is not None:
        described["description"] = operation.description
    if operation.scope is not None:
        described["security"] = [{"token": [] if operation.scope == "any" else [operation.scope]}]
    if operation.takes is not None:
        content = {media_type: {"schema": ref_of[operation.takes]} for media_type in operation.media_types}
        described["requestBody"] = {"required": not operation.is_body_optional, "content": content}
    return described


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": _SHAPES_IN_PATHS.get(name, {"type": "string"})}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.shape,
    }


def _given(status: int, body: Body, operation: Operation, ref_of: Mapping[Any, Json]) -> Json:
    described: Json = {"description": HTTPStatus(status).phrase}
    if operation.tells:
        described["headers"] = {
            name: {"description": says, "schema": {"type": "string"}} for name, says in operation.tells.items()
        }
    if isinstance(body, str):
        described["content"] = {body: {"schema": {}}}
    elif body is not None:
        described["content"] = {"application/json": {"schema": ref_of[body]}}
    return described


def _refused(path: str, method: str, operation: Operation) -> Iterator[ProblemName]:
    yield from operation.refuses
    if operation.scope is not None:
        yield from _OF_TOKENS
        yield from _OF_STORES
    if operation.takes is not None:
        yield from _OF_BODIES
    elif WHY in operation.parameters:
        yield "fields-invalid"
    if "{participation}" in path:
        yield "participation-not-found"
    elif "{" in path and operation.scope is None:
        yield "not-found"
    elif "{campaign}" in path and method != "PUT":
        yield "campaign-not-found"
    yield "too-many-requests"
    yield "internal-error"


def _problems(names: Iterator[ProblemName], schema: Json) -> Json:
    by_status: dict[int, list[ProblemName]] = {}
    for name in names:
        by_status.setdefault(STATUSES[name], []).append(name)
    content = {"application/problem+json": {"schema": schema}}
    return {
        str(status): {"description": "; ".join(_described(name) for name in sorted(found)), "content": content}
        for status, found in sorted(by_status.items())
    }


def _described(name: ProblemName) -> str:
    return f"`/problems/{name}`: {messages().problems[name].title['en']}"
