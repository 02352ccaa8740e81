from urllib.parse import quote

import pytest

from tests.api.conftest import Client, Reply


def ask(visitor: Client, url: str, more: str = "", scheme: str | None = None, language: str | None = None) -> Reply:
    target = f"/oembed?url={quote(url, safe='')}{more}"
    return visitor("GET", target, host="qaiyrym.example", x_forwarded_proto=scheme, accept_language=language)


def test_a_link_to_the_embed_page_becomes_a_frame(visitor: Client) -> None:
    reply = ask(visitor, "http://qaiyrym.example/embed/2026?metric=people&lang=kk", language="ru")

    assert reply.status == 200
    assert reply.json == {
        "type": "rich",
        "version": "1.0",
        "title": "Қайырымды істер марафоны",
        "provider_name": "Қайырымды істер марафоны",
        "provider_url": "http://qaiyrym.example",
        "cache_age": 3600,
        "html": '<iframe src="http://qaiyrym.example/embed/2026?metric=people&amp;lang=kk" width="640" height="360" '
        'title="Қайырымды істер марафоны" style="border:0" loading="lazy"></iframe>',
        "width": 640,
        "height": 360,
    }
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["content-language"] == "kk"


@pytest.mark.parametrize(
    ("query", "title", "provider"),
    [
        ("", "Марафон добрых дел", "Марафон добрых дел"),
        ("?lang=de", "Марафон добрых дел", "Марафон добрых дел"),
        ("?place=KZ-75", "Алматы · Марафон добрых дел", "Марафон добрых дел"),
        ("?place=KZ-75&lang=en", "Almaty · Marathon of Good Deeds", "Marathon of Good Deeds"),
        ("?lang=en&place=KZ-99", "Marathon of Good Deeds", "Marathon of Good Deeds"),
    ],
)
def test_a_frame_is_called_in_its_own_language_by_the_place_that_it_shows(
    visitor: Client, query: str, title: str, provider: str
) -> None:
    reply = ask(visitor, f"http://qaiyrym.example/embed/2026{query}", language="ru").json

    assert (reply["title"], reply["provider_name"]) == (title, provider)
    assert f'title="{title}"' in reply["html"]


def test_the_frame_is_no_larger_than_there_is_room(visitor: Client) -> None:
    reply = ask(visitor, "http://qaiyrym.example/embed/2026", "&maxwidth=300&maxheight=5000&format=json").json

    assert (reply["width"], reply["height"]) == (300, 200)
    assert 'width="300" height="200"' in reply["html"]


def test_a_site_behind_https_is_known_by_it(visitor: Client) -> None:
    url = "https://qaiyrym.example/embed/2026"

    assert ask(visitor, url, scheme="https").status == 200
    assert ask(visitor, url).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://elsewhere.example/embed/2026",
        "http://qaiyrym.example.elsewhere.example/embed/2026",
        "http://user@qaiyrym.example/embed/2026",
        "http://qaiyrym.example/overlay/2026",
        "http://qaiyrym.example/embed/",
        "http://qaiyrym.example/embed/UPPER",
        "http://qaiyrym.example/embed/2026/x",
        'http://qaiyrym.example/embed/2026"onload="x',
        'http://qaiyrym.example/embed/2026?a="><script>',
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_another_link_is_not_embedded(visitor: Client, url: str) -> None:
    reply = ask(visitor, url)

    assert (reply.status, reply.json["type"]) == (404, "/problems/embed-not-found")


def test_a_link_is_needed(visitor: Client) -> None:
    assert visitor("GET", "/oembed").status == 404


@pytest.mark.parametrize("size", ["0", "-5", "wide", "1e3", "999999", ""])
def test_a_size_that_is_none_is_passed_over(visitor: Client, size: str) -> None:
    assert ask(visitor, "http://qaiyrym.example/embed/2026", f"&maxwidth={size}").json["width"] == 640


def test_only_json_is_answered(visitor: Client) -> None:
    assert ask(visitor, "http://qaiyrym.example/embed/2026", "&format=xml").status == 501
