"""DynamoDB as it is on a bad day: a proxy before the engine that does what no local engine ever does.

It throttles, cancels transactions as in conflict with others, fails before or after the engine did its work, loses
answers, resets connections, answers late, and forgets the tokens of transactions.
"""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import urlsplit

Headers = Mapping[str, str]

SLOW_SECONDS = 0.02
ERROR_TYPE = "com.amazonaws.dynamodb.v20120810#"
FAULTS = ("throttled", "conflict", "failed before", "failed after", "reset", "lost", "slow", "no token")


class FaultProxy:
    """Passes requests on to an engine, `share` of them with a fault that `random` draws."""

    def __init__(self, engine_url: str, random: Random, share: float) -> None:
        self.random = random
        self.share = share
        self.met: Counter[str] = Counter()
        self._engine = urlsplit(engine_url)
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                proxy.handle(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Answer nothing any more."""
        self._server.shutdown()
        self._server.server_close()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request, with or without a fault."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        fault = self._drawn(operation)
        if fault == "throttled":
            _refuse(request, 400, "ProvisionedThroughputExceededException")
        elif fault == "conflict":
            _refuse(request, 400, "TransactionCanceledException", CancellationReasons=_conflict(body))
        elif fault == "failed before":
            _refuse(request, 500, "InternalServerError")
        elif fault == "reset":
            _hang_up(request)
        else:
            self._pass_on(request, body, fault)

    def _drawn(self, operation: str) -> str | None:
        with self._lock:
            if self.random.random() >= self.share:
                return None
            is_transaction = operation == "TransactWriteItems"
            fault = self.random.choice([f for f in FAULTS if is_transaction or f not in ("conflict", "no token")])
            self.met[fault] += 1
            return fault

    def _pass_on(self, request: BaseHTTPRequestHandler, body: bytes, fault: str | None) -> None:
        if fault == "no token":
            body = json.dumps({**json.loads(body), "ClientRequestToken": str(self.random.random())}).encode()
        status, headers, answer = self._asked(request, body)
        if fault == "failed after":
            _refuse(request, 500, "InternalServerError")
        elif fault == "lost":
            _hang_up(request)
        else:
            if fault == "slow":
                threading.Event().wait(SLOW_SECONDS)
            _answer(request, status, headers, answer)

    def _asked(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Headers, bytes]:
        connection = HTTPConnection(self._engine.hostname or "", self._engine.port, timeout=30)
        passed_on = {
            name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length")
        }
        connection.request("POST", "/", body, passed_on)
        found = connection.getresponse()
        answer = found.read()
        headers = {name: value for name, value in found.getheaders() if name.lower() in ("content-type", "x-amz-crc32")}
        connection.close()
        return found.status, headers, answer


def _refuse(request: BaseHTTPRequestHandler, status: int, code: str, **more: Any) -> None:
    body = json.dumps({"__type": ERROR_TYPE + code, "message": "a fault", **more}).encode()
    _answer(request, status, {"Content-Type": "application/x-amz-json-1.0"}, body)


def _conflict(body: bytes) -> list[dict[str, str]]:
    reasons = [{"Code": "None"} for _ in json.loads(body)["TransactItems"]]
    reasons[0] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    return reasons


def _answer(request: BaseHTTPRequestHandler, status: int, headers: Headers, body: bytes) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def _hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True
    request.connection.close()
