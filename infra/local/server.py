"""The HTTP process: `python -m infra.local.server FD`, where FD is the listening socket that it inherits."""

import http
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import boto3
from waitress.server import create_server

from chalicelib.api.problems import Problem
from chalicelib.logs import describe
from infra.local import functions, log_lines
from infra.local.document_server import DocumentServer, document_route
from infra.local.gateway import Gateway
from infra.local.http_response import HttpResponse, refusal

BODY_LIMIT = 10 * 1024 * 1024
# Up to here a body is read whole, so that the refusal reaches its sender.
_READ_LIMIT = 8 * BODY_LIMIT
_THREADS = 16
_FINISH_SECONDS = 25

_LOG = logging.getLogger("http")

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class WsgiApplication:
    """Documents and API behind one WSGI entry (PEP 3333)."""

    def __init__(self, gateway: Gateway, documents: DocumentServer) -> None:
        self._gateway = gateway
        self._documents = documents

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request and write its line in the log."""
        began, method, headers = time.monotonic(), environ["REQUEST_METHOD"], _headers(environ)
        try:
            answer = self._answer(method, headers, environ)
        except Problem as problem:
            answer = refusal(problem, headers)
        except Exception as fault:  # noqa: BLE001 - the server's own log of it would quote what was sent
            _LOG.error(describe(fault))
            answer = refusal(Problem("internal-error"), headers)
        # The route, not the path: in a path may stand what somebody typed.
        route = document_route(_path(environ)) or self._gateway.route(_path(environ))
        _LOG.info("%s %s %d in %.0f ms", method, route, answer.status, (time.monotonic() - began) * 1000)
        return _send(method, answer, start_response)

    def _answer(self, method: str, headers: Mapping[str, str], environ: Mapping[str, Any]) -> HttpResponse:
        document = self._documents.answer(method, _path(environ), headers)
        if document is not None:
            return document
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > BODY_LIMIT:
            raise Problem("body-too-large", {"max": BODY_LIMIT})
        return self._gateway.answer(method, _target(environ), headers, environ["wsgi.input"].read(length))


def main() -> None:
    """Serve until SIGTERM; then take no more requests, and end when those being answered have their answer."""
    log_lines.configure()
    app = functions.load().app
    application = WsgiApplication(Gateway(app), DocumentServer(boto3.client("s3"), os.environ["DOCUMENTS_BUCKET"]))
    server = create_server(
        application,
        sockets=[socket.socket(fileno=int(sys.argv[1]))],
        threads=_THREADS,
        max_request_body_size=_READ_LIMIT,
        ident=None,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.run()
    server.task_dispatcher.shutdown(timeout=_FINISH_SECONDS)


def _target(environ: Mapping[str, Any]) -> str:
    """Return path and query, percent-encoded as they were sent."""
    uri: str = environ["REQUEST_URI"]
    if uri.startswith("/"):
        return uri
    # The absolute form, as a proxy sends it.
    _, _, rest = uri.partition("://")
    return f"/{rest.partition('/')[2]}"


def _path(environ: Mapping[str, Any]) -> str:
    return _target(environ).partition("?")[0]


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers


def _send(method: str, answer: HttpResponse, start_response: StartResponse) -> Iterable[bytes]:
    headers: list[tuple[str, str]] = []
    for name, value in answer.headers.items():
        headers += [(name, item) for item in ([value] if isinstance(value, str) else value)]
    if answer.status not in (204, 304):
        headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} {_phrase(answer.status)}", headers)
    return [] if method == "HEAD" else [answer.body]


def _phrase(status: int) -> str:
    return http.HTTPStatus(status).phrase if status in set(http.HTTPStatus) else "Unknown"


if __name__ == "__main__":
    main()
