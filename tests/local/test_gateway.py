import json
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import cast

import pytest
from chalice.app import Chalice, Request, Response

from chalicelib.api.problems import Problem
from infra.local.gateway import NO_ROUTE, Gateway
from infra.local.http_response import HttpResponse

TOGETHER = 8


@pytest.fixture
def gateway() -> Gateway:
    app = Chalice(app_name="test")
    everybody = Barrier(TOGETHER)

    @app.route("/things/{name}", methods=["GET", "POST"], content_types=["application/json", "application/x-any"])
    def thing(name: str) -> dict[str, object]:
        request = cast("Request", app.current_request)
        query = request.query_params
        return {
            "name": name,
            "method": request.method,
            "body": b64encode(cast("bytes", request.raw_body)).decode(),
            "header": request.headers.get("x-signature"),
            "query": {key: query.getlist(key) for key in query} if query else None,
        }

    @app.route("/meeting/{name}")
    def meeting(name: str) -> str:
        everybody.wait()
        request = cast("Request", app.current_request)
        return (request.uri_params or {})["name"] + name

    @app.route("/cookies")
    def cookies() -> Response:
        return Response(b"\x00\xff", headers={"Set-Cookie": ["a", "b"], "Content-Type": "application/octet-stream"})

    return Gateway(app)


def told(answer: HttpResponse) -> dict[str, object]:
    assert answer.status == 200
    content: dict[str, object] = json.loads(answer.body)
    return content


@pytest.mark.parametrize("content_type", ["application/json", "application/x-any"])
def test_every_byte_of_a_body_arrives(gateway: Gateway, content_type: str) -> None:
    body = bytes(range(256))

    answer = gateway.answer("POST", "/things/x", {"content-type": content_type}, body)

    assert b64decode(str(told(answer)["body"])) == body


def test_path_parameters_are_decoded_once(gateway: Gateway) -> None:
    assert told(gateway.answer("GET", "/things/%D2%9A%2F%2541", {}, b""))["name"] == "Қ/%41"


def test_repeated_and_empty_query_parameters_arrive(gateway: Gateway) -> None:
    assert told(gateway.answer("GET", "/things/x?a=1&a=%D2%9A&b=", {}, b""))["query"] == {"a": ["1", "Қ"], "b": [""]}


def test_a_header_that_is_no_ascii_arrives(gateway: Gateway) -> None:
    assert told(gateway.answer("GET", "/things/x", {"x-signature": "\xd0\xb9"}, b""))["header"] == "\xd0\xb9"


def test_a_path_without_a_route_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(Problem, match="not-found"):
        gateway.answer("GET", "/nothing", {"authorization": "\xd0\xb9"}, b"")


@pytest.mark.parametrize("target", ["//[", "*", "/%", "//things/x", "/" + "a/" * 500])
def test_an_odd_target_is_no_fault_of_the_server(gateway: Gateway, target: str) -> None:
    with pytest.raises(Problem, match="not-found"):
        gateway.answer("GET", target, {}, b"")


def test_a_method_that_the_route_has_not_is_refused_with_those_it_has(gateway: Gateway) -> None:
    with pytest.raises(Problem) as refused:
        gateway.answer("DELETE", "/things/x", {}, b"")

    assert (refused.value.name, refused.value.headers["Allow"]) == ("method-not-allowed", "GET, OPTIONS, POST")


def test_binary_answers_and_repeated_headers_are_sent_as_given(gateway: Gateway) -> None:
    answer = gateway.answer("GET", "/cookies", {"accept": "application/octet-stream"}, b"")

    assert answer.body == b"\x00\xff"
    assert answer.headers["Set-Cookie"] == ["a", "b"]


def test_an_answer_without_a_content_type_is_json_as_with_api_gateway(gateway: Gateway) -> None:
    assert gateway.answer("GET", "/things/x", {}, b"").headers["Content-Type"] == "application/json"


def test_requests_at_the_same_time_do_not_see_each_other(gateway: Gateway) -> None:
    names = [f"n{number}" for number in range(TOGETHER)]

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(lambda name: gateway.answer("GET", f"/meeting/{name}", {}, b""), names))

    assert [answer.body.decode() for answer in answers] == [name * 2 for name in names]


def test_a_route_is_named_without_what_was_typed_into_it(gateway: Gateway) -> None:
    assert gateway.route("/things/77011234567") == "/things/{name}"
    assert gateway.route("/77011234567") == NO_ROUTE
