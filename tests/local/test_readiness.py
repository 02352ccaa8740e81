from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import free_port
from infra.local.local_settings import LocalError
from infra.local.readiness import MAX_SECONDS, Readiness

COUNTER = "v1/campaigns/2026/live.json"


class Storage:
    """Holds the counter's document or does not."""

    def __init__(self, *, holds: bool) -> None:
        self.holds = holds

    def head_object(self, **_: str) -> None:
        if not self.holds:
            raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def api(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def readiness(storage: Storage, url: str, clock: Clock) -> Readiness:
    return Readiness(storage, "documents", COUNTER, url, clock)  # type: ignore[arg-type]


def test_a_system_is_ready_when_its_counter_can_be_read() -> None:
    with api(200) as url:
        assert readiness(Storage(holds=True), url, Clock()).reached()


def test_a_counter_that_is_not_there_is_named_when_it_takes_too_long() -> None:
    clock = Clock()
    waiting = readiness(Storage(holds=False), "http://127.0.0.1:9", clock)
    assert not waiting.reached()

    clock.now += MAX_SECONDS + 1

    with pytest.raises(LocalError, match=rf"^not ready after 120 s: the counter's document {COUNTER} is not there \("):
        waiting.reached()


def test_an_api_that_does_not_answer_is_named_when_it_takes_too_long() -> None:
    clock, url = Clock(), f"http://127.0.0.1:{free_port()}"
    waiting = readiness(Storage(holds=True), url, clock)
    assert not waiting.reached()

    clock.now += MAX_SECONDS + 1

    with pytest.raises(LocalError, match=rf"{url}/{COUNTER} does not answer \(.*refused"):
        waiting.reached()


def test_an_answer_that_is_no_document_is_none() -> None:
    with api(404) as url:
        assert not readiness(Storage(holds=True), url, Clock()).reached()
