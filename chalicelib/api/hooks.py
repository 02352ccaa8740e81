"""What providers of forms deliver, and what Mini Apps submit."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib import logs
from chalicelib.api.calls import Call
from chalicelib.api.problems import Problem, ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes
from chalicelib.bootstrap import services
from chalicelib.webhooks.delivery import Delivery, DeliveryError
from chalicelib.webhooks.untrusted_json import MAX_BYTES

if TYPE_CHECKING:
    from chalicelib.webhooks.endpoints import Channel

# What knows all providers is loaded by the first delivery: a process that records for the API never needs it.
routes = Routes(__name__)

_PROBLEMS: Mapping[int, tuple[ProblemName, Mapping[str, object]]] = {
    400: ("delivery-malformed", {}),
    403: ("delivery-forbidden", {}),
    405: ("method-not-allowed", {"allowed": "POST"}),
    413: ("body-too-large", {"most": MAX_BYTES}),
    415: ("media-type-unsupported", {}),
}
_REFUSES: tuple[ProblemName, ...] = (
    *(name for name, _ in _PROBLEMS.values()),
    "not-found",
    "busy",
    "storage-unavailable",
)


def _operation(summary: str, gives: str, **rules: Any) -> Operation:
    return Operation(summary=summary, cache=NO_STORE, gives={200: gives}, refuses=_REFUSES, **rules)


@routes.on(
    "GET",
    "/v1/hooks/{provider}",
    _operation("Answer the handshake of a provider that asks whether this address is meant.", "text/plain"),
)
def shake_hands(_call: Call, provider: str) -> Response:
    """Answer a handshake."""
    from chalicelib.webhooks.endpoints import HOOK_CHANNELS

    return _received(HOOK_CHANNELS, provider)


@routes.on(
    "POST",
    "/v1/hooks/{provider}",
    _operation("Take a delivery of a provider; how each is authenticated and answered, its own protocol says.", "*/*"),
)
def take_delivery(_call: Call, provider: str) -> Response:
    """Take a delivery."""
    from chalicelib.webhooks.endpoints import HOOK_CHANNELS

    return _received(HOOK_CHANNELS, provider)


@routes.on(
    "POST",
    "/v1/submissions/{provider}",
    _operation(
        "Take what was filled in within a Mini App, with its launch parameters as the credential.",
        "application/json",
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
def take_submission(_call: Call, provider: str) -> Response:
    """Take a submission of a Mini App."""
    from chalicelib.webhooks.endpoints import MINI_APP_CHANNELS

    return _received(MINI_APP_CHANNELS, provider)


def _received(channels: "Mapping[str, Channel]", name: str) -> Response:
    from chalicelib.webhooks.receiving import receive

    channel = channels.get(name)
    if channel is None:
        raise Problem("not-found")
    ours = services()
    try:
        answer = receive(channel, _delivery(), ours.accounts, lambda: ours.keeper, ours.now())
    except DeliveryError as error:
        # Its text is one of ours and holds nothing of the delivery.
        logs.write(
            "delivery refused", level=logging.WARNING, channel=channel.name, status=error.status, reason=str(error)
        )
        problem, values = _PROBLEMS[error.status]
        headers = {"Allow": str(values["allowed"])} if "allowed" in values else {}
        raise Problem(problem, values, headers=headers) from None
    return Response(answer.body, {"Content-Type": answer.content_type}, answer.status)


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
