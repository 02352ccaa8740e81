"""Pages and scripts: the files of `chalicelib/site`."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path

import msgspec
from chalice.app import Response

from chalicelib.api.bodies import JSON
from chalicelib.api.calls import Call, is_campaign_id
from chalicelib.api.problems import Problem
from chalicelib.api.routes import Body, Operation, Routes

SITE = Path(__file__).parent.parent / "site"
CACHE = "public, max-age=60, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
CACHE_FOR_EVER = "public, max-age=31536000, immutable"
FONT = "font/woff2"
HTML = "text/html; charset=utf-8"
ICON = "image/vnd.microsoft.icon"
IMAGE, PHOTO = "image/png", "image/jpeg"
IN_BYTES = (FONT, ICON, IMAGE, PHOTO)
"""What is sent in bytes, which an application has to be told."""

_MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": HTML,
    ".ico": ICON,
    ".jpg": PHOTO,
    ".js": "text/javascript; charset=utf-8",
    ".png": IMAGE,
    ".svg": "image/svg+xml",
    ".woff2": FONT,
}
_SENT_BY_NAME = ("css", "jpg", "js", "png", "svg", "woff2")
_FILE_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,99}}\.(?:{'|'.join(_SENT_BY_NAME)})")
_OF_FILES = tuple(_MEDIA_TYPES[f".{suffix}"].partition(";")[0] for suffix in _SENT_BY_NAME)
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
# Whoever holds a moderator's token must not be led to press what they do not see, nor run what somebody else wrote.
_CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# An SVG that is opened by itself may use its own styles, and nothing else.
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_CAMPAIGN_MARK = b"{{campaign}}"

routes = Routes(__name__)


class File(msgspec.Struct, frozen=True):
    """A file as it is sent."""

    content: bytes
    media_type: str
    etag: str


class Release(msgspec.Struct, frozen=True):
    """The scripts as they are now: a name for all of them, and what proves each (Subresource Integrity)."""

    release: str
    integrity: Mapping[str, str]


def page_operation(summary: str) -> Operation:
    """Return the operation of a page."""
    return Operation(summary=summary, cache=CACHE, gives={200: "text/html", 304: None})


def file_operation(summary: str, cache: str, gives: Body) -> Operation:
    """Return the operation of a file for any page."""
    return Operation(summary=summary, cache=cache, any_origin=True, gives={200: gives, 304: None})


@routes.on("GET", "/overlay/{campaign}", page_operation("The overlay for broadcasts."))
def overlay_page(call: Call, campaign: str) -> Response:
    """Send the overlay, which reads from its address of which campaign it is."""
    return _send_page_of(campaign, call, "overlay.html", _framed_by("'self'"))


@routes.on("GET", "/studio/{campaign}", page_operation("The control page of a broadcast's scenes."))
def studio_page(call: Call, campaign: str) -> Response:
    """Send the page that shows all scenes of a broadcast, of the campaign that its address names."""
    return _send_page_of(campaign, call, "studio.html", _framed_by("'self'"))


@routes.on("GET", "/embed/{campaign}", page_operation("The counter as a page to embed."))
def embed_page(call: Call, campaign: str) -> Response:
    """Send the page that other sites show in a frame, which reads from its address of which campaign it is."""
    return _send_page_of(campaign, call, "embed.html", _framed_by("*"))


@routes.on("GET", "/widget/builder", page_operation("A page that makes snippets and overlay addresses."))
def builder_page(call: Call) -> Response:
    """Send the page that makes snippets for the campaign that is on now."""
    return _send_page(call, "builder.html", _framed_by("'self'"))


@routes.on("GET", "/console", page_operation("The page of those on duty."))
def console_page(call: Call) -> Response:
    """Send the page of those on duty, which asks the API with the token that they give it."""
    return _send_page(call, "console.html", _CONSOLE_POLICY)


@routes.on("GET", "/widget/release.json", file_operation("The release that the scripts are.", CACHE, Release))
def release_file(call: Call) -> Response:
    """Send the present release."""
    return send_text(call, msgspec.json.encode(release()).decode(), JSON)


@routes.on("GET", "/widget/{name}", file_operation("A script, style, image or font.", CACHE, _OF_FILES))
def newest_file(call: Call, name: str) -> Response:
    """Send a script, style, image or font as it is now."""
    if not (_FILE_NAME.fullmatch(name) and name in _names()):
        raise Problem("not-found")
    return send(call, _file(name, None), {"Content-Security-Policy": _FILE_POLICY})


@routes.on(
    "GET",
    "/widget/{name}/{file}",
    file_operation("A script of a release, which never changes.", CACHE_FOR_EVER, "text/javascript"),
)
def released_file(call: Call, name: str, file: str) -> Response:
    """Send a script of the present release, which `name` has to be."""
    if name != release().release or file not in release().integrity:
        raise Problem("not-found")
    return send(call, _file(file, None), {"Content-Security-Policy": _FILE_POLICY})


@cache
def release() -> Release:
    """Return the release that the scripts of this process are."""
    return release_of({name: _content(name) for name in sorted(_names()) if name.endswith(".js")})


def release_of(scripts: Mapping[str, bytes]) -> Release:
    """Return the release that scripts are, in the order of their names."""
    return Release(
        release=sha256(b"".join(scripts.values())).hexdigest()[:12],
        integrity={name: f"sha384-{b64encode(sha384(text).digest()).decode()}" for name, text in scripts.items()},
    )


def _framed_by(ancestors: str) -> str:
    """Return the policy of a page that these may show in a frame."""
    return _PAGE_POLICY + ancestors


def _send_page_of(campaign: str, call: Call, name: str, policy: str) -> Response:
    """Send the one page that all campaigns have, those to come too: nothing is looked up for it."""
    if not is_campaign_id(campaign):
        raise Problem("not-found")
    return _send_page(call, name, policy)


def _send_page(call: Call, name: str, policy: str) -> Response:
    file = _file(name, call.services.settings.default_campaign)
    return send(call, file, {"Content-Security-Policy": policy})


def send_page_text(call: Call, text: str) -> Response:
    """Send a page of ours, which only pages of ours may show in a frame."""
    headers = {"Content-Security-Policy": _framed_by("'self'")}
    return send(call, _file_of(text.encode(), _MEDIA_TYPES[".html"]), headers)


def send_text(call: Call, text: str, media_type: str) -> Response:
    """Send a file that is made, not stored."""
    return send(call, _file_of(text.encode(), media_type), {"Content-Security-Policy": _FILE_POLICY})


def send_stored(call: Call, name: str) -> Response:
    """Send a file as it is stored.

    Raises:
        Problem: it is not there: images are not packaged.
    """
    if name not in _names():
        raise Problem("not-found")
    return send(call, _file(name, None), {"Content-Security-Policy": _FILE_POLICY})


def send(call: Call, file: File, headers: Mapping[str, str]) -> Response:
    """Send a file, nothing of it to whoever knows it already."""
    if _is_known(file.etag, call.header("If-None-Match")):
        return Response("", {**headers, "ETag": file.etag}, 304)
    body = file.content if file.media_type in IN_BYTES else file.content.decode()
    return Response(body, {**headers, "ETag": file.etag, "Content-Type": file.media_type})


def _is_known(etag: str, if_none_match: str | None) -> bool:
    """Compare weakly (RFC 9110, section 13.1.2): a proxy that compresses weakens what it sends."""
    tags = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return etag in tags or "*" in tags


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in SITE.iterdir())


def _file(name: str, campaign: str | None) -> File:
    content = _content(name)
    if campaign is not None:
        content = content.replace(_CAMPAIGN_MARK, campaign.encode())
    return _file_of(content, _MEDIA_TYPES[Path(name).suffix])


def _file_of(content: bytes, media_type: str) -> File:
    return File(content, media_type, f'"{sha256(content).hexdigest()[:20]}"')


@cache
def _content(name: str) -> bytes:
    return (SITE / name).read_bytes()
