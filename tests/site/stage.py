"""A server of the site's files, with documents and failures that a test commands."""

import gzip
import json
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.api.link_preview import DATA, LAUNCH, REGIONS, page_of
from chalicelib.api.pages import rendered
from chalicelib.api.qr import drawn
from chalicelib.api.site import release_of
from infra.site_scripts import served

SITE = Path(__file__).parent.parent.parent / "chalicelib" / "site"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; base-uri 'none'"
)
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
BASE = "/v1/campaigns/2026/"

Document = dict[str, Any]


class Stage:
    """What is served; `requests` tells what was asked for, in order, and documents wait while `answers` is not set.

    `campaign` is what the launch page is told of the campaign itself. As a publisher does that is alive, documents are
    confirmed each minute, unless `is_still`. Pages that tell their time are answered at that time.
    """

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.campaign: Document = {}
        self.pages: dict[str, str] = {}
        self.policy = POLICY
        self.failing: int | None = None
        self.retry_after: str | None = None
        self.is_down = False
        self.is_still = False
        self.answers = threading.Event()
        self.answers.set()
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []
        stage = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                stage.answer(self)

            def do_OPTIONS(self) -> None:
                stage.answer(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def put(self, name: str, **content: Any) -> None:
        """Publish a document at the next revision, or at the one that is given."""
        rev = self.documents.get(name, {}).get("rev", 0) + 1
        head = {"v": 1, "campaign": "2026", "epoch": 1, "rev": rev, "as_of": "2026-06-01T05:59:59.120Z", "next": 2}
        self.documents[name] = head | content

    def live(self, good_deeds: int, **content: Any) -> None:
        """Publish totals."""
        self.put("live.json", **{"state": "live", "totals": totals(good_deeds), "in_review": 0, "goals": []} | content)

    def launch_page(self) -> Document:
        """Return what the launch page asks for: what all other documents say, unless it is put by itself."""
        if "page.json" in self.documents:
            return self.documents["page.json"]
        parts = [self.documents[name] for name in ("recent.json", "places.json", "live.json") if name in self.documents]
        said = {name: value for part in parts for name, value in part.items()}
        return {**said, "rev": sum(part["rev"] for part in parts)} | self.campaign if parts else {}

    def polls(self, name: str = "live.json") -> int:
        """Return how often a document was asked for."""
        return sum(path == BASE + name for _, path, _ in self.requests)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        path, _, query = handler.path.partition("?")
        told = query.partition("?")[0]
        now = float(told.removeprefix("now=")) / 1000 if told.startswith("now=") else None
        self.requests.append((handler.command, path, dict(handler.headers)))
        if path.startswith("/v1/"):
            self.answers.wait(timeout=30)
        if path.startswith("/v1/") and self.is_down:
            handler.connection.close()
            return
        if path.startswith("/v1/") and self.failing:
            retry = {"Retry-After": self.retry_after} if self.retry_after else {}
            _send(handler, self.failing, "application/json", b"{}", retry)
            return
        status, media_type, body = self._content(path, now)
        dated = {} if now is None else {"Date": formatdate(now, usegmt=True)}
        _send(handler, status, media_type, body, {"Content-Security-Policy": self.policy, **dated})

    def _content(self, path: str, now: float | None) -> tuple[int, str, bytes]:
        if path.startswith("/qr/"):
            return 200, MEDIA_TYPES[".svg"], drawn(f"{self.url}/").encode()
        if path in self.pages:
            return 200, MEDIA_TYPES[Path(path).suffix or ".html"], self.pages[path].encode()
        if (shared := _shared_page(path, self.url)) is not None:
            return 200, MEDIA_TYPES[".html"], shared.encode()
        document = self.documents.get(path.removeprefix(BASE) if path.startswith(BASE) else path)
        document = self.launch_page() if path == f"{BASE}page.json" else document
        if document:
            confirmed = {} if self.is_still or now is None else {"as_of": _swept(document, now)}
            return 200, "application/json", json.dumps(document | confirmed).encode()
        file = _file(path)
        if file is None or not file.is_file():
            return 404, "text/plain", b"not found"
        return 200, MEDIA_TYPES[file.suffix], _served(file)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Tell what goes wrong, but nothing of pages that left before their answer came."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _send(
    handler: BaseHTTPRequestHandler, status: int, media_type: str, body: bytes, headers: Mapping[str, str]
) -> None:
    handler.send_response_only(status)
    compressed = gzip.compress(body, 1)
    always = {
        "Content-Type": media_type,
        "Content-Encoding": "gzip",
        "Content-Length": str(len(compressed)),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Retry-After, Date, Age",
    }
    for name, value in {**always, **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(compressed)


def _shared_page(path: str, origin: str) -> str | None:
    """Return the launch page or one of a region as whoever is sent a link to it gets it."""
    room, _, place = path.removeprefix("/").partition("/")
    if room not in ("", "r", "data"):
        return None
    page = {"": LAUNCH, "data": DATA}.get(room) or (page_of(place) if place else REGIONS)
    template = (SITE / {"": "index.html", "r": "region.html", "data": "data.html"}[room]).read_text(encoding="utf-8")
    return rendered(template, page, "kk", origin, "2026")


def _file(path: str) -> Path | None:
    room, _, name = path.removeprefix("/").partition("/")
    if room in {"overlay", "embed", "studio"}:
        return SITE / f"{room}.html"
    if path == "/widget/builder":
        return SITE / "builder.html"
    # A release is a folder of its own; the newest files stand for every release.
    return SITE / name.rpartition("/")[2] if room == "widget" else None


def _swept(document: Document, now: float) -> str:
    """Return when a document was confirmed last: at the last whole minute, or when it was made."""
    swept = datetime.fromtimestamp(now // 60 * 60, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return max(swept, str(document.get("as_of", "")))


@cache
def _served(file: Path) -> bytes:
    if file.suffix in (".png", ".woff2"):
        return file.read_bytes()
    text = file.read_text(encoding="utf-8").replace("{{campaign}}", "2026")
    return (served(file.name, _source) if file.suffix == ".js" else text).encode()


def _source(script: str) -> str:
    return (SITE / script).read_text(encoding="utf-8")


def release() -> Document:
    """Return the release that is served: its name, and what proves each of its scripts."""
    scripts = {path.name: _served(path) for path in sorted(SITE.glob("*.js"))}
    served: Document = msgspec.to_builtins(release_of(scripts))
    return served


def totals(good_deeds: int, **others: Any) -> Document:
    """Return totals, all of them derived from the good deeds so that they differ."""
    return {
        "participants": good_deeds + 1,
        "participations": good_deeds + 2,
        "people": good_deeds + 3,
        "hours": good_deeds + 4,
        "amount": {"KZT": good_deeds * 1000},
        "volunteers": good_deeds + 5,
        "good_deeds": good_deeds,
        "events_held": good_deeds + 6,
        "organisations": good_deeds + 7,
    } | others


def place(good_deeds: int) -> Document:
    """Return the measures of a place."""
    return {name: value for name, value in totals(good_deeds).items() if name not in {"participants", "organisations"}}


def act(number: int, **others: Any) -> Document:
    """Return a recent act."""
    return {
        "id": f"act-{number}",
        "at": "2026-06-01T06:00:03.120Z",
        "kind": "volunteering",
        "topic": None,
        "participant_type": "citizen",
        "organisation": None,
        "place": "KZ-75",
        "people": number,
        "hours": 0,
        "amount": None,
    } | others


def milestone(at: int, *, is_reached: bool, **others: Any) -> Document:
    """Return a milestone of the good deeds."""
    return {
        "id": f"m{at}",
        "metric": "good_deeds",
        "at": at,
        "reached_at": "2026-06-01T06:00:03.120Z" if is_reached else None,
        "title": {"kk": f"{at} қайырымды іс!", "ru": f"{at} добрых дел!", "en": f"{at} good deeds!"},
    } | others
