"""A Graph API on this machine: it is out of order at first, and then gives the leads that it was told of."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class GraphApiStub:
    """Leads by their ids, and how often it was asked for any."""

    def __init__(self, leads: Mapping[str, Mapping[str, Any]]) -> None:
        self._leads = leads
        self._asked = 0

    def answer(self, lead_id: str) -> tuple[int, Mapping[str, Any]]:
        """Return status and body for a lead; at the very first time, that something is out of order."""
        self._asked += 1
        if self._asked == 1:
            return 503, {"error": {"code": 2, "message": "Service temporarily unavailable", "is_transient": True}}
        if lead_id not in self._leads:
            return 400, {"error": {"code": 100, "message": "Unsupported get request"}}
        return 200, {"id": lead_id, **self._leads[lead_id]}


@contextmanager
def serving(leads: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Serve leads until the end of the block; give the address."""
    graph = GraphApiStub(leads)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = graph.answer(urlsplit(self.path).path.rsplit("/", 1)[-1])
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
