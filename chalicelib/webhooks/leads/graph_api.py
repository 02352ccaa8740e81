"""Fetching leads from Meta's Graph API.

Errors as developers.facebook.com/docs/graph-api/guides/error-handling and /docs/graph-api/overview/rate-limiting
have them.
"""

from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlencode
from urllib.request import HTTPErrorProcessor, Request, build_opener  # noqa: TID251  this is what asks it

from chalicelib.webhooks.delivery import Account, Malformed
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.untrusted_json import JsonObject, as_object, objects_of, read_object, text

TIMEOUT_SECONDS = 5.0
_MAX_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024

_LATER = frozenset({408, 429})
# Unknown and service errors; limits of app, user, page and custom rules; from 80000 limits of business use cases.
_TRANSIENT_CODES = frozenset({1, 2, 4, 17, 32, 341, 613})
_BUSINESS_LIMITS = range(80000, 80100)


class Unavailable(Exception):
    """No usable answer this time; later there may be one."""


class NoToken(Exception):
    """The account has no access token or no app secret here."""


class GraphRefusal(Exception):
    """The Graph API will not give the lead; `codes` are the HTTP status and, where it names one, its own error code."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = codes


Listing = Callable[[Account], Iterator[JsonObject]]
"""What yields a list as an account may read it; raises `Unavailable`, `GraphRefusal` and `NoToken`."""


class _EveryAnswer(HTTPErrorProcessor):
    """Hands out every answer as it is: no exceptions for statuses, and no redirect that would carry the token along."""

    def http_response(self, _request: Request, response: HTTPResponse) -> HTTPResponse:
        """Return the answer."""
        return response

    def https_response(self, _request: Request, response: HTTPResponse) -> HTTPResponse:
        """Return the answer."""
        return response


class GraphApi:
    """The Graph API at one base URL; an answer may take `timeout` seconds of the given clock."""

    def __init__(self, url: str, monotonic: Callable[[], float], timeout: float = TIMEOUT_SECONDS) -> None:
        self._url = url.rstrip("/")
        self._monotonic = monotonic
        self._timeout = timeout
        self._opener = build_opener(_EveryAnswer)

    def lead(self, lead_id: str, account: Account) -> JsonObject:
        """Return what the Graph API tells of a lead, asked with the newest token and secret first, then the older.

        Raises:
            Unavailable, GraphRefusal, NoToken
        """
        return self._tried(account, lambda token, secret: meta.graph_request(lead_id, token, secret))[0]

    def leads(self, form_id: str, since: int) -> Listing:
        """Return what yields the leads of a form since a time (epoch seconds), in the Graph API's order."""
        return lambda account: self._listed(
            account, lambda after, token, secret: meta.leads_request(form_id, since, after, token, secret)
        )

    def forms(self, page_id: str) -> Listing:
        """Return what yields the forms of a page."""
        return lambda account: self._listed(
            account, lambda after, token, secret: meta.forms_request(page_id, after, token, secret)
        )

    def _listed(
        self, account: Account, request: Callable[[str | None, str, str], meta.GraphRequest]
    ) -> Iterator[JsonObject]:
        """Yield a list, page by page, with the first token and secret of an account that may read it.

        Raises:
            Unavailable, GraphRefusal, NoToken
        """
        page, token, secret = self._tried(account, lambda token, secret: request(None, token, secret))
        seen: set[str] = set()
        while True:
            yield from objects_of(page.get("data"))
            after = _next(page)
            if after is None or after in seen:
                return
            seen.add(after)
            page = self._fetch(request(after, token, secret))

    def _tried(self, account: Account, request: Callable[[str, str], meta.GraphRequest]) -> tuple[JsonObject, str, str]:
        """Return the first answer that is no refusal, and the token and the secret of the account that it is for."""
        refusal: GraphRefusal | None = None
        for token in account.secret("page_access_token"):
            for secret in account.secret("app_secret"):
                try:
                    return self._fetch(request(token, secret)), token, secret
                except GraphRefusal as error:
                    refusal = refusal or error
        raise refusal or NoToken

    def _fetch(self, asked: meta.GraphRequest) -> JsonObject:
        request = Request(f"{self._url}{asked.path}?{urlencode(asked.query)}", headers=dict(asked.headers))  # noqa: S310  the scheme is configured
        try:
            status, body = self._answer(request)
        except (OSError, HTTPException):
            # Its text may hold the address, and that a proof.
            raise Unavailable from None
        if status == 200:
            return _read(body)
        code, transient = _error(body)
        if status in _LATER or not 400 <= status < 500 or transient:
            raise Unavailable
        raise GraphRefusal(f"http {status}", *([] if code is None else [f"graph {code}"]))

    def _answer(self, request: Request) -> tuple[int, bytes]:
        deadline = self._monotonic() + self._timeout
        body = b""
        with self._opener.open(request, timeout=self._timeout) as response:
            while chunk := response.read1(_CHUNK_BYTES):
                body += chunk
                # The timeout is of one read each: a trickle would hold the worker for as long as it likes.
                if self._monotonic() > deadline or len(body) > _MAX_BYTES:
                    raise TimeoutError
            return response.status, body


def _read(body: bytes) -> JsonObject:
    try:
        return read_object(body)
    except Malformed:
        raise Unavailable from None


def _next(page: JsonObject) -> str | None:
    """Return the cursor behind a page of a list, None at its end (developers.facebook.com/docs/graph-api/results)."""
    paging = page.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    return text(cursors.get("after")) or None if isinstance(cursors, dict) else None


def _error(body: bytes) -> tuple[int | None, bool]:
    """Return the error's code, and whether it passes by itself."""
    try:
        error: Mapping[str, object] = as_object(read_object(body).get("error"), "error")
    except Malformed:
        return None, False
    code = error.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        return None, error.get("is_transient") is True
    return code, error.get("is_transient") is True or code in _TRANSIENT_CODES or code in _BUSINESS_LIMITS
