"""What a site that was given a link to our embed page asks: how to show it (oEmbed 1.0)."""

import re
from html import escape
from urllib.parse import parse_qs, urlsplit

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call, is_campaign_id
from chalicelib.api.link_preview import LAUNCH, page_of
from chalicelib.api.messages import negotiate
from chalicelib.api.problems import Problem
from chalicelib.api.routes import Operation, Parameter, Routes, json_response
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.domain.words import CAMPAIGN_NAME, place_names

WIDTH, HEIGHT = 640, 360
LEAST_HEIGHT = 200
"""In pixels: in a narrow frame letters do not shrink any more, and lines break."""

CACHE_SECONDS = 3600

_PATH = re.compile(r"/embed/([^/]+)")
_QUERY = re.compile(r"[A-Za-z0-9_=&.,%-]{0,500}")
_PIXELS = re.compile(r"[1-9][0-9]{0,4}")

routes = Routes(__name__)


class Embed(msgspec.Struct, frozen=True):
    """An answer of type `rich` (oEmbed 1.0, section 2.3.4.4); sizes in pixels, `cache_age` in seconds."""

    type: str
    version: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int


def _parameter(name: str, description: str, shape: dict[str, object], *, required: bool = False) -> Parameter:
    return Parameter(name=name, place="query", description=description, shape=shape, required=required)


@routes.on(
    "GET",
    "/oembed",
    Operation(
        summary="Tell how to embed a counter, by oEmbed 1.0.",
        cache=f"public, max-age={CACHE_SECONDS}",
        any_origin=True,
        parameters=(
            _parameter("url", "A link to a page /embed/… of this site.", {"type": "string"}, required=True),
            _parameter("maxwidth", "The width that there is, in pixels.", {"type": "integer", "minimum": 1}),
            _parameter("maxheight", "The height that there is, in pixels.", {"type": "integer", "minimum": 1}),
            _parameter("format", "Only json.", {"type": "string", "enum": ["json"]}),
        ),
        gives={200: Embed},
        refuses=("embed-not-found", "format-invalid", "format-unsupported"),
    ),
)
def oembed(call: Call) -> Response:
    """Tell how to embed a counter."""
    asked = call.query("format") or "json"
    if asked != "json":
        raise Problem("format-unsupported" if asked == "xml" else "format-invalid")
    origin = call.origin
    target = _target(origin, call.query("url"))
    language = _language(target, call.header("Accept-Language"))
    title = _title(target, language)
    width = _at_most(call.query("maxwidth"), WIDTH)
    height = _at_most(call.query("maxheight"), max(LEAST_HEIGHT, width * HEIGHT // WIDTH))
    frame = (
        f'<iframe src="{escape(target)}" width="{width}" height="{height}" '
        f'title="{escape(title)}" style="border:0" loading="lazy"></iframe>'
    )
    embed = Embed("rich", "1.0", title, CAMPAIGN_NAME[language], origin, CACHE_SECONDS, frame, width, height)
    return json_response(embed, headers={"Content-Language": language, "Vary": "Accept-Language"})


def _target(origin: str, url: str | None) -> str:
    """Return the address of our page that a link leads to."""
    try:
        link = urlsplit(url or "")
    except ValueError:
        raise Problem("embed-not-found") from None
    path = _PATH.fullmatch(link.path)
    is_ours = f"{link.scheme}://{link.netloc}" == origin
    if not (is_ours and path and is_campaign_id(path[1]) and _QUERY.fullmatch(link.query)):
        raise Problem("embed-not-found")
    return f"{origin}{link.path}" + (f"?{link.query}" if link.query else "")


def _language(target: str, accept_language: str | None) -> Language:
    """Return the language that an address asks for, or else whoever wants to know of it."""
    asked = _asked(target, "lang")
    return next((language for language in LANGUAGES if language == asked), None) or negotiate(accept_language)


def _title(target: str, language: Language) -> str:
    """Return what the site's own page of the same place is called."""
    place = _asked(target, "place")
    return (page_of(place) if place in place_names() else LAUNCH).title(language)


def _asked(target: str, name: str) -> str:
    return parse_qs(urlsplit(target).query).get(name, [""])[0]


def _at_most(given: str | None, usual: int) -> int:
    return min(int(given), usual) if given and _PIXELS.fullmatch(given) else usual
