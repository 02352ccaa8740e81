"""The application: Chalice with the rules that hold for every route, whoever registered it."""

from collections.abc import Callable, Mapping

from chalice.app import Chalice, LambdaFunctionEvent, Request, Response

from chalicelib import logs
from chalicelib.api.calls import request_id
from chalicelib.api.messages import negotiate
from chalicelib.api.problems import PROBLEM_OF, Problem, problem_response
from chalicelib.aws import cold_start
from chalicelib.bootstrap import Services

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
}


class Application(Chalice):
    """Every answer has security headers, an id and a line in the log; every error is a problem of RFC 9457.

    `services` are what its handlers work with.
    """

    def __init__(self, services: Services) -> None:
        super().__init__("qaiyrym", configure_logs=False)
        self.api.binary_types += ["font/woff2", "image/vnd.microsoft.icon"]
        self.services = services
        self.register_middleware(self._finish, event_type="http")
        self.register_middleware(_correlate, event_type="pure_lambda")

    def _finish(self, request: Request, get_response: Callable[[Request], Response]) -> Response:
        began = self.services.monotonic()
        logs.correlate(request.lambda_context)
        response = _in_our_words(request, get_response(request))
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if (known_as := request_id(request)) is not None:
            response.headers["X-Request-Id"] = known_as
        if request.method == "HEAD":
            response.body = b"" if isinstance(response.body, bytes) else ""
        logs.write(
            "request",
            method=request.method,
            # The route, not the path: in a path may stand what somebody typed.
            route=request.path,
            status=response.status_code,
            ms=round((self.services.monotonic() - began) * 1000),
            token=request.context.get("authorizer", {}).get("principalId"),
        )
        cold_start.over()
        return response


def _correlate(event: LambdaFunctionEvent, get_response: Callable[[LambdaFunctionEvent], object]) -> object:
    logs.correlate(event.context)
    try:
        return get_response(event)
    finally:
        cold_start.over()


def _in_our_words(request: Request, response: Response) -> Response:
    """Return an error of Chalice's own as a problem, any other answer as it is."""
    body: object = response.body
    if not (isinstance(body, dict) and body.keys() == {"Code", "Message"}):
        return response
    name = PROBLEM_OF.get(body["Code"], "internal-error")
    return problem_response(
        Problem(name, {"allowed": response.headers.get("Allow")}),
        negotiate(request.headers.get("accept-language")),
        request_id(request),
    )
