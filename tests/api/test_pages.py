"""What whoever runs no scripts is told of pages that are shared."""

import json
import re
import struct
from html import unescape
from itertools import chain
from xml.etree import ElementTree

import pytest

from chalicelib.api import data_page, link_preview
from chalicelib.api.link_preview import ICON_SIZES, IMAGE_SIZE, LAUNCH, page_of
from chalicelib.api.pages import rendered
from chalicelib.api.site import SITE
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, Language
from tests.api.conftest import Client

ORIGIN = "https://www.example.kz"
TEMPLATE = (SITE / "region.html").read_text(encoding="utf-8")
# As browsers ask for what they need; without it Chalice refuses to send bytes.
ANY = "*/*"


def tags(place: str, language: Language) -> dict[str, str]:
    """Return what the head of a region's page says, by name and property, and by relation with its language."""
    page = rendered(TEMPLATE, page_of(place), language, ORIGIN, "2026")
    named = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    linked = re.findall(r'<link rel="([^"]+)"(?: hreflang="([^"]+)")? href="([^"]+)"', page)
    return {name: unescape(text) for name, text in named} | {f"{rel} {lang}".strip(): at for rel, lang, at in linked}


def test_a_region_s_page_says_what_it_is_in_each_language_under_absolute_addresses() -> None:
    told = tags("KZ-75", "ru")

    assert told["og:title"] == "Алматы · Марафон добрых дел"
    assert told["canonical"] == told["og:url"] == f"{ORIGIN}/r/KZ-75?lang=ru"
    assert told["og:image"] == f"{ORIGIN}/widget/share-ru.jpg"
    assert told["twitter:card"] == "summary_large_image"
    assert told["description"] == told["og:description"]
    assert [told[f"alternate {language}"] for language in ("kk", "ru", "en", "x-default")] == [
        f"{ORIGIN}/r/KZ-75",
        f"{ORIGIN}/r/KZ-75?lang=ru",
        f"{ORIGIN}/r/KZ-75?lang=en",
        f"{ORIGIN}/r/KZ-75",
    ]


def test_without_scripts_the_page_is_in_its_language_and_has_numbers() -> None:
    page = rendered(TEMPLATE, page_of("KZ-10"), "en", ORIGIN, "2027")

    assert '<html lang="en">' in page
    assert "<title>Abai Region · Marathon of Good Deeds</title>" in page
    assert '<h1 id="heading">Abai Region</h1>' in page
    assert '<img src="/v1/campaigns/2027/badge/good_deeds.en.svg"' in page[page.index("<noscript>") :]
    assert "{{" not in page


def test_the_launch_page_is_called_as_the_campaign() -> None:
    page = rendered((SITE / "index.html").read_text(encoding="utf-8"), LAUNCH, "ru", ORIGIN, "2026")

    assert '<html lang="ru">' in page
    assert "<title>Марафон добрых дел</title>" in page
    assert f'<link rel="canonical" href="{ORIGIN}/?lang=ru">' in page
    assert "{{" not in page


@pytest.mark.parametrize("place", ["KZ-99", "kz-75", "unknown", "<b>"])
def test_a_region_that_there_is_none_of_is_kept_from_search_engines(visitor: Client, place: str) -> None:
    reply = visitor("GET", f"/r/{place}")

    assert reply.status == 200
    assert b'<meta name="robots" content="noindex">' in reply.body
    assert b"canonical" not in reply.body
    assert b"<b>" not in reply.body.partition(b"<main")[0]


@pytest.mark.parametrize(("query", "language"), [("", "kk"), ("?lang=en", "en"), ("?lang=de", "kk")])
@pytest.mark.parametrize("path", ["/", "/data", "/r", "/r/KZ-75"])
def test_the_address_says_the_language(visitor: Client, path: str, query: str, language: str) -> None:
    reply = visitor("GET", f"{path}{query}")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">'.encode() in reply.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_data_says_without_scripts_what_there_is_and_on_what_terms(
    visitor: Client, language: Language
) -> None:
    page = visitor("GET", f"/data?lang={language}").body.decode()

    linked = re.findall(r'href="([^"]+)"', page.partition("<main")[2])
    assert [f"/v1/campaigns/2026/{name}" for name in ("totals.csv", "totals-excel.csv", "days.csv")] == linked[:3]
    assert data_page.LICENCE in linked
    assert "{{" not in page
    assert "UTC+5" in page


def test_the_sitemap_has_every_page_in_every_language(visitor: Client) -> None:
    reply = visitor("GET", "/sitemap.xml")

    listed = [one.text for one in ElementTree.fromstring(reply.body).findall(".//{*}loc")]
    paths = ["/", "/r", "/data", *(f"/r/{place}" for place in (*regions(), ABROAD))]
    assert listed == [f"http://localhost{path}{query}" for path in paths for query in ("", "?lang=ru", "?lang=en")]
    assert reply.headers["content-type"] == "application/xml; charset=utf-8"


def test_crawlers_are_told_of_the_sitemap_and_kept_from_the_console(visitor: Client) -> None:
    text = visitor("GET", "/robots.txt").body.decode()

    assert text.split("\n") == ["User-agent: *", "Disallow: /console", "", "Sitemap: http://localhost/sitemap.xml", ""]


def test_the_embedded_counter_is_discovered_and_known_to_oembed(visitor: Client) -> None:
    page = visitor("GET", "/r/KZ-75?lang=ru").body.decode()
    found = re.search(r'type="application/json\+oembed" title="[^"]+" href="http://localhost([^"]+)"', page)

    assert found is not None
    reply = visitor("GET", unescape(found[1]))
    assert "/embed/2026?lang=ru&amp;place=KZ-75" in reply.json["html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_image_of_a_link_is_as_large_as_it_says_and_light_enough_for_messengers(language: Language) -> None:
    image = (SITE / f"share-{language}.jpg").read_bytes()

    # The frame's header of a JPEG: its height and width.
    frame = image.index(b"\xff\xc0") + 5
    assert struct.unpack(">HH", image[frame : frame + 4]) == IMAGE_SIZE[::-1]
    assert len(image) < 300_000


def test_the_icons_of_the_manifest_are_there_and_as_large_as_it_says(visitor: Client) -> None:
    icons = json.loads(link_preview.manifest())["icons"]
    sizes = {f"/widget/icon-{size}.png": (size, size) for size in ICON_SIZES}

    assert {icon["src"] for icon in icons} == {*sizes, "/widget/sun.svg"}
    for path, size in sizes.items():
        reply = visitor("GET", path, accept=ANY)
        assert struct.unpack(">II", reply.body[16:24]) == size
    assert visitor("GET", "/favicon.ico", accept=ANY).body.startswith(b"\0\0\1\0")
    assert visitor("GET", "/site.webmanifest").json["lang"] == "kk"


def test_every_page_has_a_title_and_a_text_of_its_own_language() -> None:
    titles = [page.title(language) for page in link_preview.pages() for language in LANGUAGES]
    abouts = chain.from_iterable(page.abouts.values() for page in link_preview.pages())

    assert len({*titles}) >= len(titles) - 4
    assert all(50 <= len(about) <= 200 for about in abouts)
