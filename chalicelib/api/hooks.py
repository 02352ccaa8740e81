"""What providers of forms deliver, and what Mini Apps submit."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib import logs
from chalicelib.api.calls import Call
from chalicelib.api.problems import PROBLEM_OF, Problem, ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes
from chalicelib.webhooks.delivery import Delivery, DeliveryError, Forbidden, Malformed, TooLarge, WrongMethod, WrongType

if TYPE_CHECKING:
    from chalicelib.webhooks.endpoints import Endpoint

# What knows all providers is loaded by the first delivery: a process that records for the API never needs it.
routes = Routes(__name__)

_REFUSES: tuple[ProblemName, ...] = ("not-found", "storage-unavailable")
_REFUSES_DELIVERIES: tuple[ProblemName, ...] = (
    *(PROBLEM_OF[error.__name__] for error in (Malformed, Forbidden, TooLarge, WrongType)),
    "busy",
)


def _delivery_operation(
    summary: str,
    gives: str,
    media_types: tuple[str, ...],
    *,
    any_origin: bool = False,
    parameters: tuple[Parameter, ...] = (),
) -> Operation:
    return Operation(
        summary=summary,
        cache=NO_STORE,
        media_types_of_others=media_types,
        gives={200: gives},
        refuses=(*_REFUSES, *_REFUSES_DELIVERIES),
        any_origin=any_origin,
        parameters=parameters,
    )


@routes.on(
    "GET",
    "/v1/hooks/{provider}",
    Operation(
        summary="Answer the handshake of a provider that asks whether this address is meant.",
        cache=NO_STORE,
        gives={200: "text/plain"},
        refuses=(*_REFUSES, *(PROBLEM_OF[error.__name__] for error in (Malformed, Forbidden, WrongMethod))),
    ),
)
def shake_hands(call: Call, provider: str) -> Response:
    """Answer a handshake."""
    from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS

    return _received(call, HOOK_ENDPOINTS, provider)


@routes.on(
    "POST",
    "/v1/hooks/{provider}",
    _delivery_operation(
        "Take a delivery of a provider; how each is authenticated and answered, its own protocol says.",
        "*/*",
        ("application/json",),
    ),
)
def take_delivery(call: Call, provider: str) -> Response:
    """Take a delivery."""
    from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS

    return _received(call, HOOK_ENDPOINTS, provider)


@routes.on(
    "POST",
    "/v1/submissions/{provider}",
    _delivery_operation(
        "Take what was filled in within a Mini App, with its launch parameters as the credential.",
        "application/json",
        ("application/json",),
        any_origin=True,
        parameters=(
            Parameter(
                name="Authorization",
                place="header",
                description="`tma` and Telegram's `initData`, or `Bearer` and VK's launch parameters.",
                shape={"type": "string"},
                required=True,
            ),
            Parameter(
                name="Idempotency-Key",
                place="header",
                description="The submission's own id, a UUID say; else `submission_id` of the body.",
                shape={"type": "string"},
            ),
        ),
    ),
)
def take_submission(call: Call, provider: str) -> Response:
    """Take a submission of a Mini App."""
    from chalicelib.webhooks.endpoints import MINI_APP_ENDPOINTS

    return _received(call, MINI_APP_ENDPOINTS, provider)


def _received(call: Call, endpoints: "Mapping[str, Endpoint]", name: str) -> Response:
    from chalicelib.webhooks.receiving import receive

    endpoint = endpoints.get(name)
    if endpoint is None:
        raise Problem("not-found")
    services = call.services
    try:
        response = receive(endpoint, _delivery(), services.accounts, lambda: services.dispatcher, services.now())
    except DeliveryError as error:
        # Its text is one of ours and holds nothing of the delivery.
        reason = f"{type(error).__name__}: {error}"
        logs.write("delivery_refused", level=logging.WARNING, endpoint=endpoint.name, reason=reason)
        raise
    return Response(response.body, {"Content-Type": response.content_type}, response.status)


def _delivery() -> Delivery:
    """Return the request as it came: the body as bytes, whichever way API Gateway handed it over."""
    request = routes.current_request
    body = request.raw_body
    return Delivery(
        # HEAD is a GET that is answered without its body (RFC 9110, section 9.3.2).
        method="GET" if request.method == "HEAD" else request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params or {}),
        body=body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body,
    )
