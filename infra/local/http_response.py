"""HTTP answers, whoever gave them."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.api.messages import negotiate
from chalicelib.api.problems import Problem, problem_response


class HttpResponse(msgspec.Struct, frozen=True):
    """Status, headers (a list of values is sent as that many headers) and body of one answer."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: bytes = b""


def refusal(problem: Problem, headers: Mapping[str, str]) -> HttpResponse:
    """Return the answer that tells a problem in the language that the request's headers ask for."""
    response = problem_response(problem, negotiate(headers.get("accept-language")))
    return HttpResponse(response.status_code, response.headers, str(response.body).encode())


def from_api_gateway(response: Mapping[str, Any]) -> HttpResponse:
    """Return what API Gateway sends for a function's answer to its event."""
    body = response.get("body") or b""
    if response.get("isBase64Encoded"):
        body = b64decode(body)
    elif isinstance(body, str):
        body = body.encode()
    headers = {**response["headers"], **response["multiValueHeaders"]}
    if body and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = "application/json"
    return HttpResponse(response["statusCode"], headers, body)
