"""The HTTP API as commands ask it: where it is, with which token, and what it refuses.

Which API: that of `--stage`, else `QAIYRYM_URL`, else the local system, by the `run.json` of its data directory. Which
token: `QAIYRYM_TOKEN`, else the local system's own, else what is typed in and not shown.
"""

import json
import os
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import typer

from ops.console import note
from ops.errors import CannotRun

MAX_TRIES = 5
MAX_PAUSE_SECONDS = 60
"""How long is waited before a request is sent again: the longest `Retry-After` that the API gives."""

_TIMEOUT_SECONDS = 40
"""Longer than API Gateway waits for a function."""

_USUAL_PAUSE_SECONDS = 2
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_STAGES = Path(__file__).parent.parent / "infra" / "stages"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Params = Mapping[str, str | int | bool | None]


class RefusedByApi(Exception):
    """The API does not do what it is asked; `problem` is its document of RFC 9457, empty where it gave none."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        said = problem.get("detail") or problem.get("title") or "there is no answer of the API: is the address right?"
        fields = (f"  {one['pointer'].removeprefix('#')[1:] or 'all'}: {one['detail']}" for one in self.errors)
        super().__init__("\n".join((f"{status}: {said}", *fields)))

    @property
    def name(self) -> str:
        """The problem's name, `campaign-frozen` say, empty where the answer has none."""
        return str(self.problem.get("type", "")).removeprefix("/problems/")

    @property
    def errors(self) -> list[Mapping[str, str]]:
        """Each field that is wrong: `pointer`, `code` and `detail`."""
        return list(self.problem.get("errors", ()))


class Answer(msgspec.Struct, frozen=True):
    """An answer that is none of a refusal: `body` as JSON says it, text of what is no JSON, None where it is empty."""

    status: int
    headers: Mapping[str, str]
    body: Any


class ApiClient:
    """Asks the API with a token.

    What is answered 429 or 503 is sent again when the answer says so. All methods raise `Refused` for what the API does
    not do, and `CannotRun` where nothing answers.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Language": "en",
            "User-Agent": "qaiyrym-ops",
        }
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT_SECONDS, verify=_authorities())

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        answers: Collection[int] = (),
    ) -> Answer:
        """Return the answer to a request; `path` is percent-encoded, `body` goes as JSON.

        `params` that are None are left out. `answers` are statuses that are no refusals though they are 400 or above.
        """
        given = {name: _query_text(value) for name, value in (params or {}).items() if value is not None}
        request = self._http.build_request(
            method, f"{self.url}{path}", json=body, params=given or None, headers=dict(headers or {})
        )
        for is_last in (*[False] * (MAX_TRIES - 1), True):
            response = self._send(request)
            if is_last or response.status_code not in _BUSY or response.status_code in answers:
                break
            _pause(response)
        if response.is_success or response.status_code in answers:
            return Answer(response.status_code, response.headers, _content(response))
        raise RefusedByApi(response.status_code, _problem(response))

    def get(self, path: str, params: Params | None = None) -> Any:
        """Return what is there."""
        return self.ask("GET", path, params=params).body

    def post(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Any:
        """Return the answer to what is sent."""
        return self.ask("POST", path, body, headers=headers).body

    def put(self, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Any:
        """Return what has been put there."""
        return self.ask("PUT", path, body, headers=headers).body

    def patch(self, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Any:
        """Return what it is once it is changed."""
        return self.ask("PATCH", path, body, headers=headers).body

    def delete(self, path: str) -> Any:
        """Return the answer to what is deleted."""
        return self.ask("DELETE", path).body

    def pages(self, path: str, params: Params | None = None, *, cursor: str = "cursor") -> Iterator[Any]:
        """Yield the pages of a list, whose `next` is given as `cursor` for the page after it."""
        given = dict(params or {})
        while True:
            page = self.get(path, given)
            yield page
            if page.get("next") is None:
                return
            given[cursor] = page["next"]

    def entries(self, path: str, member: str, params: Params | None = None) -> Iterator[Any]:
        """Yield the entries of a list, page by page; `member` is what a page has them in."""
        for page in self.pages(path, params):
            yield from page[member]

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except KeyboardInterrupt:
            if request.method != "GET":
                note("ended while the API was at it, which goes on: look what was done, before you do it again")
            raise
        except httpx.TransportError as fault:
            done = "" if request.method == "GET" else " Whether it was done is not known: look, before you do it again."
            reason = str(fault) or type(fault).__name__
            raise CannotRun(f"{self.url} does not answer ({reason}): is it running?{done}") from None


def api_path(*parts: str) -> str:
    """Return the path of something in the API by its parts, `("campaigns", "2026")` say, percent-encoded.

    Raises:
        CannotRun: a part is empty, or would lead elsewhere.
    """
    for part in parts:
        if part in ("", ".", ".."):
            raise CannotRun(f"nothing has the id {part!r}")
    return "/".join(("/v1", *(quote(part, safe="") for part in parts)))


def connect_api(stage: str | None) -> ApiClient:
    """Return the API of a stage, or where there is none the one that the environment names, or the local system's.

    Raises:
        CannotRun: there is none, or no token for it.
    """
    if stage is not None:
        return ApiClient(_url_of(stage), _token())
    url = os.environ.get("QAIYRYM_URL")
    if url:
        return ApiClient(_checked(url), _token())
    run = _local_run()
    return ApiClient(run["url"], _token(run["token"]))


def _token(local: str | None = None) -> str:
    token = (os.environ.get("QAIYRYM_TOKEN") or local or _typed_in()).strip()
    if not token.startswith("qy_") or not token.isascii() or not token.isprintable():
        raise CannotRun("QAIYRYM_TOKEN is no token: one begins with qy_")
    return token


def _typed_in() -> str:
    if not sys.stdin.isatty():
        raise CannotRun("QAIYRYM_TOKEN is not set, and there is nobody to ask")
    return str(typer.prompt("Token", hide_input=True, err=True))


def _checked(url: str) -> str:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise CannotRun("QAIYRYM_URL is no address such as https://example.kz") from None
    if not address.host or address.userinfo or address.query or address.fragment:
        raise CannotRun("QAIYRYM_URL is no address such as https://example.kz")
    if address.scheme != "https" and (address.scheme != "http" or address.host not in _THIS_MACHINE):
        raise CannotRun("QAIYRYM_URL has to begin with https://: a token goes in the clear to this machine alone")
    return url


def _local_run() -> Mapping[str, str]:
    file = Path(os.environ.get("DATA_DIR") or ".local") / "run.json"
    try:
        run: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRun(
            f"there is no {file}: start the local system (make run), or set QAIYRYM_URL and QAIYRYM_TOKEN, "
            "or give --stage"
        ) from None
    except (OSError, ValueError) as fault:
        raise CannotRun(f"{file} cannot be read: {fault}") from None
    return run


def _url_of(stage: str) -> str:
    """Return the address of an installation, as its stack tells it."""
    import boto3
    from botocore.exceptions import ClientError

    path = _STAGES / f"{stage}.json"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in _STAGES.glob("*.json")))
        raise CannotRun(f"there is no stage {stage}, only: {known}")
    region = json.loads(path.read_bytes())["region"]
    try:
        (stack,) = boto3.client("cloudformation", region_name=region).describe_stacks(StackName=f"qaiyrym-{stage}")[
            "Stacks"
        ]
    except ClientError as fault:
        if fault.response["Error"]["Code"] == "ValidationError":
            raise CannotRun(f"stage {stage} is not deployed in {region}") from None
        raise
    return next(output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "SiteUrl")


def _pause(response: httpx.Response) -> None:
    retry_after = response.headers.get("Retry-After", "")
    seconds = min(int(retry_after), MAX_PAUSE_SECONDS) if retry_after.isdecimal() else _USUAL_PAUSE_SECONDS
    note(f"waits {seconds} seconds: the API is busy ({response.status_code})")
    time.sleep(seconds)


def _content(response: httpx.Response) -> Any:
    if not response.content:
        return None
    return response.json() if "json" in response.headers.get("Content-Type", "") else response.text


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    if "json" not in response.headers.get("Content-Type", ""):
        return {}
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


@cache
def _authorities() -> SSLContext:
    # To read them takes a tenth of a second.
    return httpx.create_ssl_context()


def _query_text(value: str | int | bool) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
