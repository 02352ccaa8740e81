"""The published contract: OpenAPI 3.1, made of the routes' operations and of the types that validate."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response, RouteEntry

from chalicelib.api.bodies import JSON
from chalicelib.api.calls import Call
from chalicelib.api.messages import messages, without_values
from chalicelib.api.openapi_schemas import Json, JsonValue, components, schema_of
from chalicelib.api.problems import STATUSES, ProblemDocument, ProblemName
from chalicelib.api.routes import WHY, Body, Operation, Parameter, Routes, operation_of
from chalicelib.intake.requests import CampaignId

if TYPE_CHECKING:
    from chalicelib.api.openapi_documents import PublishedDocument

RouteTable = Mapping[str, Mapping[str, RouteEntry]]
View = Callable[..., Response]
Refs = Mapping[type[msgspec.Struct], Json]

VERSION = "1.0.0"

TAGS: Mapping[str, str] = {
    "Recording": "Sending participations, and seeing what became of one's own.",
    "Documents": "What viewers read: files, without a token, for scripts of every page.",
    "Moderation": "Acts, names and what waits: seeing them, and deciding on them.",
    "People": "Erasing people, and telling them what is held of them.",
    "Administration": "Campaigns, tokens, forms, and deliveries that could not be read.",
    "Deliveries": "What providers of forms deliver.",
    "Site": "Pages, scripts, and what crawlers and other sites ask for.",
    "System": "How the system is, and this contract.",
}
_TAG_OF: Mapping[str, str] = {
    **dict.fromkeys(("participations", "own_acts", "batch", "submissions"), "Recording"),
    **dict.fromkeys(("moderation", "acts", "act_changes", "act_visibility", "breakdown", "decisions"), "Moderation"),
    **dict.fromkeys(("history", "names", "status", "trail"), "Moderation"),
    "personal_data": "People",
    **dict.fromkeys(("campaigns", "tokens", "forms", "parked"), "Administration"),
    "hooks": "Deliveries",
    **dict.fromkeys(("site", "pages", "problem_pages", "oembed", "qr"), "Site"),
    **dict.fromkeys(("health", "openapi"), "System"),
}
"""By the module that has a route, which group it is of."""

HEADERS: Mapping[str, Json] = {
    "X-Request-Id": {"description": "What the request is called in the logs.", "schema": {"type": "string"}},
    "Retry-After": {"description": "When to send it again, in seconds.", "schema": {"type": "integer"}},
    "Allow": {"description": "By which methods it is asked, with commas between them.", "schema": {"type": "string"}},
    "ETag": {"description": "What the content is, for `If-None-Match`.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long it may be kept, and by whom.", "schema": {"type": "string"}},
    "RateLimit-Policy": {
        "description": 'How much the token may ask: `"token";q=12000;w=300` is 12,000 requests in 300 seconds '
        "(draft-ietf-httpapi-ratelimit-headers). Only where somebody counts.",
        "schema": {"type": "string"},
    },
    "Sandbox": {
        "description": "`true` in every answer to a token of the sandbox.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}

_SHAPES_IN_PATHS: Mapping[str, object] = {"campaign": CampaignId}
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what is known already: 304 where it is so still.",
    "schema": {"type": "string"},
}
_CREATES = ("PUT", "/v1/campaigns/{campaign}")
"""What finds a campaign, or makes it."""
_ALWAYS_FOUND = ("/r/{place}",)
"""Paths that have a page whatever stands in them."""
_OF_TOKENS: tuple[ProblemName, ...] = (
    "token-missing",
    "token-invalid",
)
_OF_SCOPES: tuple[ProblemName, ...] = (
    "scope-missing",
    "campaign-forbidden",
    "region-forbidden",
    "sandbox-forbidden",
)
_OF_BODIES: tuple[ProblemName, ...] = ("json-malformed", "body-too-large", "media-type-unsupported")
_OF_STORES: tuple[ProblemName, ...] = ("busy", "storage-unavailable")
_PROBLEM = "application/problem+json"

routes = Routes(__name__)


@routes.on(
    "GET",
    "/openapi.json",
    Operation(
        summary="This contract.",
        cache="public, max-age=300",
        any_origin=True,
        gives={200: JSON},
    ),
)
def contract(call: Call) -> Response:
    """Send the contract."""
    return Response(_text(call.services.settings.public_url or "/"), {"Content-Type": JSON})


def document(table: RouteTable, server: str = "/") -> Json:
    """Return the contract of the routes that have an operation, and of the documents, as `server` answers them."""
    from chalicelib.api.openapi_conditions import CONDITIONS
    from chalicelib.api.openapi_documents import DOCUMENTS

    operations = list(_operations(table))
    shapes: list[type[msgspec.Struct]] = [ProblemDocument]
    shapes += [shape for _, _, _, operation in operations for shape in _shapes(operation)]
    shapes += [one.gives for one in DOCUMENTS if not isinstance(one.gives, str)]
    ref_of, schemas = components(shapes, CONDITIONS)
    paths: dict[str, dict[str, Json]] = {}
    for path, method, view, operation in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, view, operation, ref_of)
    for published in DOCUMENTS:
        paths[published.path] = {"get": _document_operation(published, ref_of)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Qaiyrym",
            "version": VERSION,
            "description": "Records participations in the Marathon of Good Deeds. "
            "Errors are problems of RFC 9457, in Kazakh, Russian or English by Accept-Language.",
            "contact": {"name": "Who runs this installation"},
            "license": {"name": "Apache License 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": name, "description": says} for name, says in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": dict(HEADERS),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token qy_<id>_<secret> with scopes."},
                "miniApp": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "Launch parameters of a Mini App, by its own scheme.",
                },
            },
        },
    }


@cache
def _text(server: str) -> str:
    return msgspec.json.encode(document(routes.current_app.routes, server)).decode()


@cache
def _examples() -> Json:
    """Return examples of bodies by the names of their types."""
    found: Json = msgspec.json.decode(Path(__file__).with_name("examples.json").read_bytes())
    return found


def _operations(table: RouteTable) -> Iterator[tuple[str, str, View, Operation]]:
    for path, entries in table.items():
        for method, entry in entries.items():
            operation = operation_of(entry.view_function)
            if operation is not None and method != "HEAD":
                yield path, method, entry.view_function, operation


def _shapes(operation: Operation) -> Iterator[type[msgspec.Struct]]:
    given = (body for body in operation.gives.values() if isinstance(body, type))
    yield from given if operation.takes is None else (operation.takes, *given)


def _operation(path: str, method: str, view: View, operation: Operation, ref_of: Refs) -> Json:
    described: dict[str, JsonValue] = {
        "operationId": view.__name__,
        "summary": operation.summary,
        "description": _description(operation),
        "tags": [_TAG_OF[view.__module__.rpartition(".")[2]]],
        "parameters": list(_parameters(path, operation)),
        "responses": {
            **{str(status): _given(status, body, operation, ref_of) for status, body in operation.gives.items()},
            **_problems(_refused(path, method, operation), ref_of[ProblemDocument]),
        },
    }
    if operation.scope is not None:
        described["security"] = [{"token": []}]
    if any(one.name == "Authorization" for one in operation.parameters):
        described["security"] = [{"miniApp": []}]
    if operation.takes is not None:
        content = {media_type: _content(operation.takes, ref_of) for media_type in operation.media_types}
        described["requestBody"] = {"required": not operation.is_body_optional, "content": content}
    elif operation.media_types_of_others:
        described["requestBody"] = {"required": False, "content": _of_any_shape(*operation.media_types_of_others)}
    return described


def _parameters(path: str, operation: Operation) -> Iterator[Json]:
    declared = [one for one in operation.parameters if one.name != "Authorization"]
    described = {one.name for one in declared if one.place == "path"}
    yield from (_path_parameter(name) for name in re.findall(r"{(\w+)}", path) if name not in described)
    yield from map(_parameter, declared)
    if 304 in operation.gives:
        yield _IF_NONE_MATCH


def _description(operation: Operation) -> str:
    said = [operation.description] if operation.description else []
    if operation.scope == "any":
        said.append("For every valid token.")
    elif operation.scope is not None:
        said.append(f"For tokens with the scope `{operation.scope}`.")
    else:
        said.append("For everybody, without a token of ours.")
    if operation.of_acts:
        said.append("Tokens of one region, and of the sandbox, are kept to their acts.")
    if operation.trail is not None:
        said.append(f"The trail tells of it as `{operation.trail}`.")
    return " ".join(said)


def _document_operation(published: "PublishedDocument", ref_of: Refs) -> Json:
    from chalicelib.api.openapi_documents import PLACEHOLDERS, TAG

    gives = published.gives
    headers = _headers("ETag", "Cache-Control")
    content: Json = {gives: {"schema": {"type": "string"}}} if isinstance(gives, str) else _contents(gives, ref_of)
    return {
        "operationId": published.name,
        "summary": published.summary,
        "description": "A file for everybody, for scripts of every page. Ask again with the `ETag` that it had as "
        "`If-None-Match`, after the seconds that a document names as `next`.",
        "tags": [TAG],
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": schema_of(PLACEHOLDERS[name])}
                for name in re.findall(r"{(\w+)}", published.path)
            ),
            _IF_NONE_MATCH,
        ],
        "responses": {
            "200": {"description": "OK", "headers": headers, "content": content},
            "304": {"description": "Not Modified", "headers": headers},
            "404": {
                "description": "There is no such file.",
                # A problem from one machine, S3's own answer behind the CDN.
                "content": {_PROBLEM: {"schema": ref_of[ProblemDocument]}, "application/xml": {"schema": {}}},
            },
            **_problems(["storage-unavailable"], ref_of[ProblemDocument]),
        },
    }


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema_of(_SHAPES_IN_PATHS.get(name, str))}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema_of(parameter.shape),
    }


def _given(status: int, body: Body, operation: Operation, ref_of: Refs) -> Json:
    usual = ["X-Request-Id", "Cache-Control"]
    if 304 in operation.gives:
        usual.append("ETag")
    if operation.scope is not None:
        usual += ["RateLimit-Policy"] + (["Sandbox"] if operation.of_acts else [])
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        usual.append("Retry-After")
    told: Json = {name: {"description": says, "schema": {"type": "string"}} for name, says in operation.tells.items()}
    described: Json = {"description": HTTPStatus(status).phrase, "headers": {**_headers(*usual), **told}}
    return described if body is None else {**described, "content": _contents(body, ref_of)}


def _contents(body: type[msgspec.Struct] | str | tuple[str, ...], ref_of: Refs) -> Json:
    if isinstance(body, type):
        return {JSON: _content(body, ref_of)}
    return _of_any_shape(*([body] if isinstance(body, str) else body))


def _of_any_shape(*media_types: str) -> Json:
    return {media_type: {"schema": {}} for media_type in media_types}


def _content(shape: type[msgspec.Struct], ref_of: Refs) -> Json:
    example = _examples().get(shape.__name__)
    return {"schema": ref_of[shape]} | ({} if example is None else {"example": example})


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _refused(path: str, method: str, operation: Operation) -> Iterator[ProblemName]:
    yield from operation.refuses
    if operation.scope is not None:
        yield from _OF_TOKENS
        yield from _OF_STORES
    if operation.scope not in (None, "any"):
        yield from _OF_SCOPES
    if operation.takes is not None:
        yield from _OF_BODIES
    if WHY in operation.parameters or _is_strict(operation.takes):
        yield "fields-invalid"
    if "{participation}" in path:
        yield "participation-not-found"
    elif "{" in path and operation.scope is None and path not in _ALWAYS_FOUND:
        yield "not-found"
    elif "{campaign}" in path and (method, path) != _CREATES:
        yield "campaign-not-found"
    yield "too-many-requests"
    yield "internal-error"


def _is_strict(shape: type[msgspec.Struct] | None) -> bool:
    """Whether a body may be refused for its fields: of one that takes any, what it makes of them is told."""
    return shape is not None and shape.__struct_config__.forbid_unknown_fields


def _problems(names: Iterable[ProblemName], schema: Json) -> Json:
    by_status: dict[int, list[ProblemName]] = {}
    for name in names:
        by_status.setdefault(STATUSES[name], []).append(name)
    return {str(status): _refusal(status, sorted(set(found)), schema) for status, found in sorted(by_status.items())}


def _refusal(status: int, names: list[ProblemName], schema: Json) -> Json:
    again = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    usual = ["X-Request-Id"]
    if status in again:
        usual.append("Retry-After")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        usual.append("Allow")
    return {
        "description": "; ".join(map(_described, names)),
        "headers": _headers(*usual),
        "content": {_PROBLEM: {"schema": schema, "example": _example_of(names[0])}},
    }


def _example_of(name: ProblemName) -> Json:
    texts = messages().problems[name]
    detail = without_values(texts.detail["en"])
    return {"type": f"/problems/{name}", "title": texts.title["en"], "status": STATUSES[name], "detail": detail}


def _described(name: ProblemName) -> str:
    return f"`/problems/{name}`: {messages().problems[name].title['en']}"
