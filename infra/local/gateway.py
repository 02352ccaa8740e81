"""API Gateway on one machine: HTTP requests become events for the Chalice application, without changing a byte."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LambdaEventConverter, LocalChalice, LocalGateway, RouteMatcher

from chalicelib.api.problems import Problem
from infra.local.http_response import HttpResponse, from_api_gateway

NO_ROUTE = "(no route)"


class Gateway:
    """The application behind Chalice's `LocalGateway`, usable from several threads at once."""

    def __init__(self, app: Chalice) -> None:
        # With it `current_request` is the thread's own.
        app.__class__ = type("ThreadSafeApp", (LocalChalice, app.__class__), {})
        self._app = app
        self._matcher = RouteMatcher(list(app.routes))
        self._gateway = LocalGateway(app, Config())
        self._gateway.event_converter = _EventConverter(self._matcher)

    def route(self, path: str) -> str:
        """Return the route that a path belongs to, or `NO_ROUTE`."""
        try:
            return str(self._matcher.match_route(path).route)
        except ValueError:
            return NO_ROUTE

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Return the application's answer; `target` is the path with the query, percent-encoded as it was sent.

        Raises:
            Problem: the application has no such route, or the route does not have the method.
        """
        route = self.route(target)
        if route == NO_ROUTE:
            raise Problem("not-found")
        methods = {*self._app.routes[route], "OPTIONS"}
        if method not in methods:
            allowed = ", ".join(sorted(methods))
            raise Problem("method-not-allowed", {"allowed": allowed})
        # Who says nothing of it takes anything (RFC 9110, section 12.5.1).
        sent = {"accept": "*/*", **headers}
        return from_api_gateway(self._gateway.handle_request(method, target, sent, body or None))


class _EventConverter(LambdaEventConverter):
    """Makes events as API Gateway does where Chalice's own differs: every body in base64, path parameters decoded."""

    def create_lambda_event(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        event: dict[str, Any] = super().create_lambda_event(method, path, headers)
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        if body is not None:
            event |= {"body": b64encode(body).decode(), "isBase64Encoded": True}
        return event
