"""A stand-in for Meta's Graph API: a real HTTP server that behaves, and misbehaves, as it is told."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

TRICKLED_BYTES = 200


class Asked(msgspec.Struct, frozen=True):
    """One request that the stand-in received."""

    path: str
    query: Mapping[str, str]
    token: str


class FakeGraphApi:
    """Answers with what it is told for each lead, with a lead of hardly any answer where it is told nothing."""

    def __init__(self) -> None:
        self.url = ""
        self.reset()

    def reset(self) -> None:
        """Forget what it was told and asked."""
        self.leads: dict[str, object] = {}
        self.lists: dict[str, list[Any]] = {}
        """What each list holds, by `<id>/leads` and `<id>/leadgen_forms`."""
        self.at_once = 100
        """How many of a list are given at once."""
        self.faults: list[tuple[int, object]] = []
        """Statuses and bodies to answer with first, one for each request."""
        self.tokens: set[str] | None = None
        """The access tokens that are valid; None for all."""
        self.headers: dict[str, str] = {}
        self.trickle = threading.Event()
        """Whether to begin with many bytes, one at a time."""
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> tuple[int, object]:
        self.asked.append(asked)
        if self.faults:
            return self.faults.pop(0)
        if self.tokens is not None and asked.token not in self.tokens:
            return 401, {"error": {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}}
        if (name := asked.path.split("/", 2)[2]) in self.lists:
            return 200, self._listed(name, asked)
        lead = asked.path.rpartition("/")[2]
        return 200, self.leads.get(lead, {"id": lead, "field_data": [{"name": "full_name", "values": ["Айгерім"]}]})

    def _listed(self, name: str, asked: Asked) -> object:
        """Return a page of a list as the Graph API parts it; leads of the time that is asked for."""
        filters = msgspec.json.decode(asked.query.get("filtering", "[]"))
        since = max((one["value"] for one in filters if one["operator"] == "GREATER_THAN"), default=0)
        found = [item for item in self.lists[name] if seconds_of(item) > since]
        begin = int(asked.query.get("after", 0))
        end = begin + min(self.at_once, int(asked.query["limit"]))
        more = {"next": f"{self.url}/elsewhere"} if end < len(found) else {}
        return {"data": found[begin:end], "paging": {"cursors": {"before": str(begin), "after": str(end)}, **more}}


def seconds_of(item: Mapping[str, Any]) -> float:
    """Return when a lead was created; what has no time is always new."""
    created = item.get("created_time")
    return float("inf") if created is None else datetime.fromisoformat(created).timestamp()


@contextmanager
def graph_api() -> Iterator[FakeGraphApi]:
    """Run a stand-in on a free port while the block runs."""
    graph = FakeGraphApi()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, body = graph.answer(Asked(parts.path, query, token))
            self.send_response(status)
            for name, value in graph.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for _ in range(TRICKLED_BYTES if graph.trickle.is_set() else 0):
                if closing.wait(0.05):
                    break
                self.wfile.write(b" ")
                self.wfile.flush()
            self.wfile.write(body if isinstance(body, bytes) else msgspec.json.encode(body))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    graph.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield graph
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
