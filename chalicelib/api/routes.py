"""Routes that state what they need, take and give: enforced here on each call, published by `openapi`."""

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, cast

import msgspec
from chalice.app import Blueprint, CORSConfig, Response

from chalicelib.api.bodies import JSON, ONE_REQUEST
from chalicelib.api.calls import AnyScope, Call
from chalicelib.api.intents import Intent, carried_out
from chalicelib.api.messages import negotiate
from chalicelib.api.problems import ProblemName, problem_of, problem_response
from chalicelib.domain.tokens import Scope
from chalicelib.domain.trail_actions import TrailAction
from chalicelib.intake.requests import Display

if TYPE_CHECKING:
    from chalicelib.api.application import Application

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = Callable[..., Response | Intent]
"""Returns the answer; of a route with a `trail` what it is about to do, which is noted before it is done."""

NOTED_SCOPES: frozenset[Scope | AnyScope | None] = frozenset({"moderate", "admin", "erase", "access"})
"""Scopes of those whose changes stand in the trail: what partners record is told by the log."""

NO_STORE = "no-store"
PREFLIGHT_SECONDS = 24 * 3600

_OPERATION = "operation"


Body = type[msgspec.Struct] | str | tuple[str, ...] | None
"""What an answer holds: JSON of a type, something of a media type or of one of several, or nothing."""


class Parameter(msgspec.Struct, frozen=True):
    """What a route reads of a header, the query or its path; `shape` is the type that validates it, or JSON Schema.

    Of what stands in a path, only what is told otherwise than elsewhere needs one.
    """

    name: str
    place: Literal["header", "query", "path"]
    description: str
    shape: object
    required: bool = False


WHY = Parameter(
    name="reason",
    place="query",
    description="Why it is done: it stands in the trail.",
    shape=Display,
)
"""For what is done without a reason in its body."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What a route needs, takes and gives; `description` adds to the summary what that does not tell.

    A body is declared as one of `media_types`, and may be left out where `is_body_optional`; one of
    `media_types_of_others` is what somebody else says that it is. `gives` maps a status to
    the type of its JSON body, to a media type, or to None for no body, `tells` headers of these answers to what they
    say; `refuses` names the problems that do not follow from the rest. `any_origin` opens it to the scripts of every
    page. `of_acts` lets tokens of one region or of the sandbox in, which the handler keeps to their acts. Where `scope`
    is `any`, every valid token is let in; where a route is `of_own`, one that may only `record`, which the handler
    keeps to what it recorded. `trail` names what the route does to whoever reads the trail; every route with one of the
    `NOTED_SCOPES` has it whose method is not GET, but where it `only_tells`.
    """

    summary: str
    cache: str
    gives: Mapping[int, Body]
    description: str | None = None
    scope: Scope | AnyScope | None = None
    trail: TrailAction | None = None
    only_tells: bool = False
    of_acts: bool = False
    of_own: bool = False
    any_origin: bool = False
    takes: type[msgspec.Struct] | None = None
    media_types: tuple[str, ...] = (JSON,)
    media_types_of_others: tuple[str, ...] = ()
    max_bytes: int = ONE_REQUEST
    is_body_optional: bool = False
    parameters: tuple[Parameter, ...] = ()
    tells: Mapping[str, str] = {}
    refuses: tuple[ProblemName, ...] = ()


class Routes(Blueprint):
    """A blueprint whose routes each have their operation."""

    def on(self, method: Method, path: str, operation: Operation) -> Callable[[Handler], Handler]:
        """Register a handler: it is given its call and, by name, what the path holds.

        A route that is read answers HEAD too. What a handler raises becomes a problem.

        Raises:
            TypeError: it changes something that has to stand in the trail, and does not say what.
        """
        if method != "GET" and operation.scope in NOTED_SCOPES and operation.only_tells is bool(operation.trail):
            raise TypeError(f"{method} {path}: what it does has no name in the trail")

        def register(handler: Handler) -> Handler:
            @functools.wraps(handler)
            def view(**named: str) -> Response:
                return _answer(self._call(operation), operation, handler, named)

            vars(view)[_OPERATION] = operation
            methods = ["GET", "HEAD"] if method == "GET" else [method]
            # An empty list: what a body may be is checked by who reads it, after the caller is known.
            self.route(path, methods=methods, content_types=[], cors=_cors(method, operation))(view)
            return handler

        return register

    def _call(self, operation: Operation) -> Call:
        app = cast("Application", self.current_app)
        return Call(
            self.current_request,
            app.services,
            operation.scope,
            operation.max_bytes,
            operation.media_types,
            of_acts=operation.of_acts,
            of_own=operation.of_own,
        )


def _cors(method: Method, operation: Operation) -> CORSConfig | None:
    """Return what a preflight is answered; what only reads needs none."""
    if method == "GET" or not operation.any_origin:
        return None
    return CORSConfig(
        allow_headers=[parameter.name for parameter in operation.parameters if parameter.place == "header"],
        max_age=PREFLIGHT_SECONDS,
    )


def operation_of(view: Callable[..., object]) -> Operation | None:
    """Return the operation of a registered view, or None for one that was registered otherwise."""
    operation: Operation | None = vars(view).get(_OPERATION)
    return operation


def json_response(body: msgspec.Struct, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    text = msgspec.json.encode(body).decode()
    return Response(text, {"Content-Type": "application/json", **(headers or {})}, status)


def _answer(call: Call, operation: Operation, handler: Handler, named: Mapping[str, str]) -> Response:
    try:
        call.authorise(named.get("campaign"))
        response = _handled(call, operation, handler, named)
    except Exception as error:  # noqa: BLE001  whatever it is, the sender is told in one form
        response = problem_response(problem_of(error), negotiate(call.header("Accept-Language")), call.request_id)
    response.headers.setdefault("Cache-Control", operation.cache)
    if call.is_sandbox:
        # Who takes it for another by mistake would lose what they send.
        response.headers["Sandbox"] = "true"
    if (policy := call.rate_limit_policy) is not None:
        response.headers["RateLimit-Policy"] = policy
    if operation.any_origin:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _handled(call: Call, operation: Operation, handler: Handler, named: Mapping[str, str]) -> Response:
    if operation.trail is not None:
        reason = call.reason() if WHY in operation.parameters else None
        return carried_out(call, operation.trail, reason, lambda: handler(call, **named))
    response = handler(call, **named)
    if isinstance(response, Intent):
        raise TypeError("a route without a trail is about to do something")
    return response
