"""Pages that are shared, in each language as whoever runs no scripts sees them, and what crawlers ask for."""

import re
from html import escape

from chalice.app import Response

from chalicelib.api import data_page, link_preview
from chalicelib.api.calls import Call
from chalicelib.api.link_preview import DATA, LAUNCH, REGIONS, USUAL, SharedPage
from chalicelib.api.routes import Routes
from chalicelib.api.site import (
    CACHE,
    ICON,
    SITE,
    file_operation,
    page_operation,
    send_page_text,
    send_stored,
    send_text,
)
from chalicelib.domain.vocabulary import LANGUAGES, Language

_LANGUAGE = re.compile('<html lang="kk">')
_TITLE = re.compile("<title>.*?</title>")
_BODY = "{{body}}"
_HEAD = "<!--{{head}}-->"

routes = Routes(__name__)


@routes.on("GET", "/", page_operation("The launch page."))
def launch_page(call: Call) -> Response:
    """Send the launch page of the campaign that is on now."""
    return _send(call, "index.html", LAUNCH)


@routes.on("GET", "/r", page_operation("The regions."))
def regions_page(call: Call) -> Response:
    """Send the page of all regions."""
    return _send(call, "region.html", REGIONS)


@routes.on("GET", "/r/{place}", page_operation("The page of a region."))
def region_page(call: Call, place: str) -> Response:
    """Send the page of a region, or one that says that there is no such region."""
    return _send(call, "region.html", link_preview.page_of(place))


@routes.on("GET", "/data", page_operation("The data as files, how they are made and on what terms."))
def data_page_of_campaign(call: Call) -> Response:
    """Send the page of the data of the campaign that is on now."""
    return _send(call, "data.html", DATA)


@routes.on("GET", "/sitemap.xml", file_operation("All pages, for search engines.", CACHE, "application/xml"))
def sitemap(call: Call) -> Response:
    """Send the list of pages."""
    return send_text(call, link_preview.sitemap(call.origin), "application/xml; charset=utf-8")


@routes.on("GET", "/robots.txt", file_operation("What crawlers may ask for.", CACHE, "text/plain"))
def robots(call: Call) -> Response:
    """Send what crawlers may ask for."""
    return send_text(call, link_preview.robots(call.origin), "text/plain; charset=utf-8")


@routes.on("GET", "/site.webmanifest", file_operation("The site on a home screen.", CACHE, "application/manifest+json"))
def manifest(call: Call) -> Response:
    """Send what the site is called on a home screen."""
    return send_text(call, link_preview.manifest(), "application/manifest+json; charset=utf-8")


@routes.on("GET", "/favicon.ico", file_operation("The icon that browsers ask for by themselves.", CACHE, ICON))
def favicon(call: Call) -> Response:
    """Send the icon."""
    return send_stored(call, "favicon.ico")


def rendered(template: str, page: SharedPage, language: Language, origin: str, campaign: str) -> str:
    """Return a page of the site in a language: its head says what it is, and its heading what it is about."""
    tags = link_preview.head(page, language, origin, campaign)
    text = _LANGUAGE.sub(f'<html lang="{language}">', template, count=1)
    text = _TITLE.sub(lambda _: f"<title>{escape(page.title(language))}</title>", text, count=1)
    for mark, value in (
        (_HEAD, tags),
        (_BODY, data_page.body(language, campaign) if _BODY in template else ""),
        ("{{heading}}", escape(page.headings[language])),
        ("{{about}}", escape(page.abouts[language])),
        ("{{campaign}}", campaign),
    ):
        text = text.replace(mark, value)
    return text


def _send(call: Call, template: str, page: SharedPage) -> Response:
    asked = call.query("lang")
    language: Language = next((one for one in LANGUAGES if one == asked), USUAL)
    text = (SITE / template).read_text(encoding="utf-8")
    return send_page_text(call, rendered(text, page, language, call.origin, call.services.settings.default_campaign))
