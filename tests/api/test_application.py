"""Rules that hold for every route, whoever registered it."""

import logging
import re
from typing import Any

import msgspec
import pytest
from chalice.app import BadRequestError, Response

from app import app
from chalicelib.api.application import SECURITY_HEADERS, Application
from chalicelib.api.calls import Call
from chalicelib.api.routes import NO_STORE, Operation, Routes, operation_of
from chalicelib.bootstrap import bootstrap
from tests.api.conftest import Client, participation

SECRET = "Айгүл +77011234567"
routes = Routes(__name__)


@routes.on("GET", "/fails", Operation(summary="Fails.", cache=NO_STORE, gives={200: None}))
def fails(_call: Call) -> Response:
    raise ValueError(SECRET)


@routes.on("POST", "/without-token", Operation(summary="Asks for a token.", cache=NO_STORE, gives={200: None}))
def without_token(call: Call) -> Response:
    return Response(call.token.id)


@pytest.fixture(scope="module")
def application() -> Application:
    """An application with routes of its own, some of them registered past `Routes`."""
    application = Application(bootstrap())
    application.register_blueprint(routes)

    @application.route("/plain")
    def plain() -> dict[str, int]:
        return {"a": 1}

    @application.route("/breaks")
    def breaks() -> Response:
        raise ValueError(SECRET)

    @application.route("/refuses")
    def refuses() -> Response:
        raise BadRequestError(SECRET)

    @application.route("/takes", methods=["POST"], content_types=["text/csv"])
    def takes() -> str:
        return "taken"

    return application


class Context:
    aws_request_id = "11111111-2222-3333-4444-555555555555"


def ask(application: Application, method: str, route: str, **headers: str) -> dict[str, Any]:
    """Send an event as API Gateway does."""
    event = {
        "requestContext": {"httpMethod": method, "resourcePath": route},
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
    }
    return application(event, Context())


def problem(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    document = msgspec.json.decode(answer["body"])
    assert document["status"] == answer["statusCode"]
    return document["status"], document["type"]


@pytest.mark.parametrize("route", ["/plain", "/fails", "/breaks", "/nothing"])
def test_every_answer_has_security_headers_and_an_id(application: Application, route: str) -> None:
    headers = ask(application, "GET", route)["headers"]

    assert SECURITY_HEADERS.items() <= headers.items()
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-Id"] == Context.aws_request_id


@pytest.mark.parametrize("route", ["/fails", "/breaks", "/nothing"])
def test_a_problem_names_the_request_as_its_header_does(application: Application, route: str) -> None:
    answer = ask(application, "GET", route)

    assert msgspec.json.decode(answer["body"])["request_id"] == answer["headers"]["X-Request-Id"]


@pytest.mark.parametrize("route", ["/fails", "/breaks"])
def test_an_unexpected_error_is_a_problem_that_tells_nothing(
    application: Application, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(application, "GET", route)

    assert problem(answer) == (500, "/problems/internal-error")
    assert SECRET not in answer["body"]


def test_an_unexpected_error_is_logged_by_type_and_place_without_its_text(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    ask(application, "GET", "/fails")

    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert '"event":"request_failed"' in line
    assert '"problem":"internal-error"' in line
    assert "ValueError < test_application.py:" in line
    assert SECRET not in caplog.text


def test_a_method_that_a_route_does_not_have_is_a_problem_with_those_it_has(application: Application) -> None:
    answer = ask(application, "DELETE", "/plain")

    assert problem(answer) == (405, "/problems/method-not-allowed")
    assert answer["headers"]["Allow"] == "GET"


def test_a_content_type_that_a_route_does_not_take_is_a_problem(application: Application) -> None:
    assert problem(ask(application, "POST", "/takes", content_type="text/html")) == (
        415,
        "/problems/media-type-unsupported",
    )


def test_errors_of_chalice_never_leave_as_they_are(application: Application) -> None:
    assert problem(ask(application, "GET", "/refuses")) == (500, "/problems/internal-error")


def test_a_token_that_nobody_asked_for_is_our_mistake(application: Application) -> None:
    assert problem(ask(application, "POST", "/without-token")) == (500, "/problems/internal-error")


def test_problems_are_told_in_the_language_asked_for(application: Application) -> None:
    answer = ask(application, "DELETE", "/plain", accept_language="kk")

    assert answer["headers"]["Content-Language"] == "kk"
    assert msgspec.json.decode(answer["body"])["title"] == "Бұл әдіске рұқсат жоқ"


def test_what_can_be_read_answers_head_with_the_same_headers_and_no_body() -> None:
    get, head = ask(app, "GET", "/openapi.json"), ask(app, "HEAD", "/openapi.json")

    assert head == {**get, "body": ""}


def test_every_route_states_its_operation_and_takes_bodies_by_itself() -> None:
    for path, entries in app.routes.items():
        for entry in entries.values():
            assert operation_of(entry.view_function) is not None, path
            assert entry.content_types == []


def test_the_variable_parts_of_neighbouring_paths_have_one_name() -> None:
    """API Gateway refuses a resource with two children of different variable names."""
    names: dict[str, set[str]] = {}
    for path in app.routes:
        for part in re.finditer(r"{\w+}", path):
            names.setdefault(path[: part.start()], set()).add(part[0])

    assert {prefix: found for prefix, found in names.items() if len(found) > 1} == {}


def test_a_request_has_one_line_in_the_log(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    reply = api("POST", "/v1/campaigns/2026/participations", participation(), idempotency_key="k")

    (line,) = [record.getMessage() for record in caplog.records if record.name == "qaiyrym"]
    told = msgspec.json.decode(line)
    assert {**told, "ms": 0, "token": ""} == {
        "event": "request",
        "method": "POST",
        "route": "/v1/campaigns/{campaign}/participations",
        "status": 201,
        "ms": 0,
        "request": reply.headers["x-request-id"],
        "token": "",
    }


def test_nothing_that_a_person_sent_is_in_the_log(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "qaiyrym")
    person = {"type": "citizen", "name": "Айгүл", "phone": "8 701 123 45 67", "email": "aigul@example.kz"}
    acts = "/v1/campaigns/2026/participations"

    api("POST", acts, participation(participant=person, note="from Айгүл"), idempotency_key="aigul@example.kz")
    api("POST", acts, participation(participant=person, people=0, x="Айгүл"), idempotency_key="k")
    api("POST", acts, body='{"participant": "Айгүл"'.encode(), idempotency_key="k")
    api("POST", "/v1/campaigns/2026/erasures", {"participant": person})
    api("GET", "/v1/participations/87011234567?email=aigul@example.kz", accept_language="Айгүл")
    api("GET", "/v1/campaigns/87011234567/review")

    assert len(caplog.records) >= 6
    for detail in ("Айгүл", "7011234567", "701 123", "aigul"):
        assert detail not in "".join(record.getMessage() for record in caplog.records if record.name == "qaiyrym")
