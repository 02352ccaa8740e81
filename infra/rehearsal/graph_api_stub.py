"""A Graph API on this machine: it is out of order at first, and then gives and lists the leads that it was told of."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class GraphApiStub:
    """Leads by their ids, those that it lists by form, and how often it was asked for any."""

    def __init__(
        self, leads: Mapping[str, Mapping[str, Any]], listed: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> None:
        self._leads = leads
        self._listed = listed
        self._asked = 0
        self._lists = 0

    def answer(self, path: str) -> tuple[int, Mapping[str, Any]]:
        """Return status and body for a lead or a list of them; at the very first time, that something is wrong."""
        self._asked += 1
        if self._asked == 1:
            return 503, {"error": {"code": 2, "message": "Service temporarily unavailable", "is_transient": True}}
        *_, before, last = path.split("/")
        if last == "leads":
            return 200, {"data": self._told(before)}
        if last not in self._leads:
            return 400, {"error": {"code": 100, "message": "Unsupported get request"}}
        return 200, {"id": last, **self._leads[last]}

    def _told(self, form: str) -> list[Mapping[str, Any]]:
        """Return the leads of a form, in the first list of all without the answers of the first."""
        listed = list(self._listed.get(form, ()))
        self._lists += 1
        if listed and self._lists == 1:
            listed[0] = {name: value for name, value in listed[0].items() if name != "field_data"}
        return listed


@contextmanager
def serving(leads: Mapping[str, Mapping[str, Any]], listed: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Serve leads, and lists of others by form, until the end of the block; give the address."""
    graph = GraphApiStub(leads, listed)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = graph.answer(urlsplit(self.path).path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
