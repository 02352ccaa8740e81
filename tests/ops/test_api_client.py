"""The client of the API: which API it asks, with which token, what it repeats, and how it tells what is refused."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ops import api_client
from ops.__main__ import main
from ops.api_client import RefusedByApi, api_path, connect_api
from ops.errors import CannotRun

PROBLEM = {
    "type": "/problems/fields-invalid",
    "title": "Fields are wrong",
    "status": 422,
    "detail": "Errors found: 2.",
    "errors": [
        {"pointer": "#/goals/0/metric", "code": "choice", "detail": "Must be one of people."},
        {"pointer": "#", "code": "object", "detail": "Must be an object."},
    ],
}


class Stub:
    """An API that answers as it is told to, one answer after the other, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub.asked.append((self.command, self.path, dict(self.headers), body))
                status, headers, content = stub.answers.pop(0)
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def will(self, status: int, body: Any = None, **headers: str) -> None:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, given, b"" if body is None else json.dumps(body).encode()))


@pytest.fixture(scope="module")
def served() -> Iterator[Stub]:
    stub = Stub()
    thread = threading.Thread(target=stub.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield stub
    stub.server.shutdown()
    stub.server.server_close()


@pytest.fixture
def stub(served: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    served.answers.clear()
    served.asked.clear()
    monkeypatch.setenv("QAIYRYM_URL", served.url)
    monkeypatch.setenv("QAIYRYM_TOKEN", "qy_a_secret")
    return served


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited for."""
    waited: list[float] = []
    monkeypatch.setattr("ops.api_client.time.sleep", waited.append)
    return waited


def test_it_is_asked_in_english_with_the_token(stub: Stub) -> None:
    stub.will(200, {"a": 1})

    assert connect_api(None).post("/v1/x", {"b": 2}) == {"a": 1}

    ((method, path, headers, body),) = stub.asked
    assert (method, path, json.loads(body)) == ("POST", "/v1/x", {"b": 2})
    assert (headers["Authorization"], headers["Accept-Language"]) == ("Bearer qy_a_secret", "en")


def test_parameters_that_are_none_are_left_out(stub: Stub) -> None:
    stub.will(200, {})

    connect_api(None).get("/v1/x", {"a": None, "notes": True, "form": "tally/ours/*"})

    assert stub.asked[0][1] == "/v1/x?notes=true&form=tally%2Fours%2F%2A"


def test_a_list_is_read_page_by_page(stub: Stub) -> None:
    stub.will(200, {"acts": [1, 2], "next": "p2"})
    stub.will(200, {"acts": [], "next": "p3"})
    stub.will(200, {"acts": [3], "next": None})

    assert list(connect_api(None).entries("/v1/acts", "acts", {"limit": 2})) == [1, 2, 3]

    assert [path for _, path, _, _ in stub.asked] == [
        "/v1/acts?limit=2",
        "/v1/acts?limit=2&cursor=p2",
        "/v1/acts?limit=2&cursor=p3",
    ]


def test_what_is_busy_is_asked_again_when_it_says(stub: Stub, pauses: list[float]) -> None:
    stub.will(429, {"title": "Too many"}, Retry_After="60")
    stub.will(503, {"title": "Busy"})
    stub.will(503, {"title": "Busy"}, Retry_After="7200")
    stub.will(200, {"a": 1})

    assert connect_api(None).get("/v1/x") == {"a": 1}
    assert pauses == [60, 2, 60]


def test_what_stays_busy_is_told(stub: Stub, pauses: list[float]) -> None:
    for _ in range(api_client.MAX_TRIES):
        stub.will(503, {"detail": "The stores do not answer."})

    with pytest.raises(RefusedByApi, match="503: The stores do not answer"):
        connect_api(None).get("/v1/x")
    assert len(pauses) == api_client.MAX_TRIES - 1


def test_a_status_may_be_an_answer(stub: Stub, pauses: list[float]) -> None:
    stub.will(503, {"status": "degraded"})

    assert connect_api(None).ask("GET", "/health", answers=(503,)).body == {"status": "degraded"}
    assert pauses == []


def test_each_bad_field_is_named(stub: Stub) -> None:
    stub.will(422, PROBLEM, Content_Type="application/problem+json")

    with pytest.raises(RefusedByApi) as refused:
        connect_api(None).get("/v1/x")

    assert str(refused.value).splitlines() == [
        "422: Errors found: 2.",
        "  goals/0/metric: Must be one of people.",
        "  all: Must be an object.",
    ]
    assert (refused.value.status, refused.value.name) == (422, "fields-invalid")


@pytest.mark.parametrize("content_type", ["text/html", "application/json"])
def test_an_answer_of_somebody_else_is_told_apart(stub: Stub, content_type: str) -> None:
    stub.answers.append((403, {"Content-Type": content_type}, b"<html>no</html>"))

    with pytest.raises(RefusedByApi, match="403: there is no answer of the API: is the address right"):
        connect_api(None).get("/v1/x")


def test_what_has_no_body_is_none(stub: Stub) -> None:
    stub.will(204)

    assert connect_api(None).delete("/v1/x") is None


def test_nothing_that_answers_is_told_without_the_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QAIYRYM_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("QAIYRYM_TOKEN", "qy_a_secret")

    assert main(["campaign", "list"]) == 2

    said = capsys.readouterr().err
    assert said.startswith("http://127.0.0.1:9 does not answer (")
    assert "secret" not in said
    assert main(["campaign", "create", "x", "--name", "kk=A", "--name", "ru=B", "--name", "en=C"]) == 2
    assert "Whether it was done is not known" in capsys.readouterr().err


def test_where_nothing_is_said_it_is_the_local_system(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("QAIYRYM_URL")
    monkeypatch.delenv("QAIYRYM_TOKEN")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "run.json").write_text(json.dumps({"url": stub.url, "token": "qy_local_secret"}))
    stub.will(200, {})

    connect_api(None).get("/v1/x")

    assert stub.asked[0][2]["Authorization"] == "Bearer qy_local_secret"


def test_a_local_system_that_does_not_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("QAIYRYM_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    with pytest.raises(CannotRun, match=r"there is no .*run.json: start the local system"):
        connect_api(None)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://secret@example.kz", "no address"),
        ("example.kz", "no address"),
        ("https://example.kz?x=1", "no address"),
        ("http://example.kz", "https://"),
        ("ftp://example.kz", "https://"),
    ],
)
def test_an_address_that_would_tell_the_token_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, says: str) -> None:
    monkeypatch.setenv("QAIYRYM_URL", url)
    monkeypatch.setenv("QAIYRYM_TOKEN", "qy_a_secret")

    with pytest.raises(CannotRun, match=says) as refused:
        connect_api(None)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("token", ["secret", "qy_a_secret\nX", "qy_ключ"])
def test_what_is_no_token_is_told_without_it(stub: Stub, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("QAIYRYM_TOKEN", token)

    with pytest.raises(CannotRun, match=r"^QAIYRYM_TOKEN is no token: one begins with qy_$"):
        connect_api(None)


def test_a_token_is_not_asked_for_where_there_is_nobody(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QAIYRYM_TOKEN")

    with pytest.raises(CannotRun, match="QAIYRYM_TOKEN is not set"):
        connect_api(None)


def test_a_stage_is_found_by_its_stack(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    described: list[str] = []

    class CloudFormation:
        def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803
            described.append(StackName)
            return {"Stacks": [{"Outputs": [{"OutputKey": "SiteUrl", "OutputValue": stub.url}]}]}

    def client(service: str, *, region_name: str) -> CloudFormation:
        described.append(region_name)
        return CloudFormation()

    monkeypatch.setattr("boto3.client", client)
    monkeypatch.setenv("QAIYRYM_URL", "https://elsewhere.example")
    stub.will(200, {"a": 1})

    assert connect_api("prod").get("/v1/x") == {"a": 1}
    assert described == ["eu-central-1", "qaiyrym-prod"]


def test_a_stage_that_is_not_there_is_told() -> None:
    with pytest.raises(CannotRun, match="there is no stage trial, only: prod"):
        connect_api("trial")


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_a_path_leads_nowhere_else(part: str) -> None:
    with pytest.raises(CannotRun, match="nothing has the id"):
        api_path("tokens", part)


def test_a_path_is_encoded() -> None:
    assert api_path("forms", "tally", "a/b", "*") == "/v1/forms/tally/a%2Fb/%2A"
