import re
from base64 import b64encode
from hashlib import sha384

import pytest

from chalicelib.api import site
from tests.api.conftest import Client
from tests.api.contract import read_contract

FILES = sorted(path.name for path in site.SITE.iterdir() if path.suffix in (".css", ".js", ".svg", ".woff2"))
# As browsers ask for what they need; without it Chalice refuses to send bytes.
ANY = "*/*"


def test_the_launch_page_shows_the_campaign_that_is_on(visitor: Client) -> None:
    reply = visitor("GET", "/")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b'content="2026"' in reply.body
    assert b"{{" not in reply.body


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_the_site_is_sent_as_it_is(visitor: Client, file: str) -> None:
    reply = visitor("GET", f"/widget/{file}", accept=ANY)

    assert reply.status == 200
    assert reply.body == (site.SITE / file).read_bytes()
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("launch.js", "text/javascript; charset=utf-8"),
        ("launch.css", "text/css; charset=utf-8"),
        ("sun.svg", "image/svg+xml"),
        ("icon-192.png", "image/png"),
        ("inter.woff2", "font/woff2"),
    ],
)
def test_files_have_their_media_types(visitor: Client, file: str, media_type: str) -> None:
    reply = visitor("GET", f"/widget/{file}", accept=ANY)

    assert (reply.headers["content-type"], visitor("HEAD", f"/widget/{file}", accept=ANY).status) == (media_type, 200)
    told = read_contract()["paths"]["/widget/{name}"]["get"]["responses"]["200"]["content"]
    assert media_type.partition(";")[0] in told


def test_everything_that_the_launch_page_names_is_there(visitor: Client) -> None:
    named = re.findall(r'(?:href|src)="(/widget/[^"]+)"', visitor("GET", "/").body.decode())

    assert named
    assert [path for path in named if visitor("GET", path).status != 200] == []


@pytest.mark.parametrize(
    "path",
    [
        "/widget/nothing.js",
        "/widget/index.html",
        "/widget/..%2fapi%2fsite.py",
        "/widget/..%2f..%2fapp.py",
        "/widget/%2e%2e",
        "/widget/%2fetc%2fpasswd",
        "/widget/launch.js%00",
        "/widget/launch.js%0a",
        "/widget/LAUNCH.JS",
        "/widget/.js",
        "/overlay/%2e%2e",
        "/overlay/2026%22%3E%3Cscript%3E",
        "/embed/UPPER",
        "/embed/2026%0a",
    ],
)
def test_nothing_else_is_sent(visitor: Client, path: str) -> None:
    reply = visitor("GET", path)

    assert (reply.status, reply.json["type"]) == (404, "/problems/not-found")


def test_a_release_is_named_and_each_of_its_scripts_is_proven(visitor: Client) -> None:
    release = visitor("GET", "/widget/release.json").json

    assert list(release["integrity"]) == [file for file in FILES if file.endswith(".js")]
    for file, integrity in release["integrity"].items():
        reply = visitor("GET", f"/widget/{release['release']}/{file}")
        assert f"sha384-{b64encode(sha384(reply.body).digest()).decode()}" == integrity
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/widget/000000000000/counter.js", "/widget/{release}/sun.svg", "/widget/{release}/x.js"]
)
def test_what_is_not_of_the_release_is_not_found_and_not_kept(visitor: Client, path: str) -> None:
    reply = visitor("GET", path.format(release=site.release().release))

    assert (reply.status, reply.headers["cache-control"]) == (404, "no-store")


def test_pages_may_load_from_this_site_and_from_nowhere_else(visitor: Client) -> None:
    policy = visitor("GET", "/").headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert visitor("GET", "/").headers["x-content-type-options"] == "nosniff"
    assert visitor("GET", "/").headers["referrer-policy"] == "no-referrer"


def test_the_console_makes_nothing_of_what_people_wrote_and_is_in_no_frame(visitor: Client) -> None:
    policy = visitor("GET", "/console").headers["content-security-policy"]

    assert "unsafe" not in policy
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    } <= {*policy.split("; ")}


@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"x", {etag}', "*"])
@pytest.mark.parametrize("path", ["/", "/widget/launch.js"])
def test_what_the_caller_has_is_not_sent_again(visitor: Client, path: str, known: str) -> None:
    first = visitor("GET", path)

    again = visitor("GET", path, if_none_match=known.format(etag=first.headers["etag"]))

    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]


def test_what_has_changed_is_sent(visitor: Client) -> None:
    assert visitor("GET", "/", if_none_match='"another"').status == 200


def test_a_page_of_another_campaign_has_another_etag(visitor: Client) -> None:
    pages = [site._file("index.html", campaign) for campaign in ("2026", "2027")]

    assert pages[0].etag != pages[1].etag


@pytest.mark.parametrize("page", ["embed", "overlay"])
def test_a_page_is_the_same_for_every_campaign_and_for_none(visitor: Client, page: str) -> None:
    replies = [visitor("GET", f"/{page}/{campaign}") for campaign in ("2026", "2027", "not-there")]

    assert {reply.status for reply in replies} == {200}
    assert len({(reply.body, reply.headers["etag"]) for reply in replies}) == 1
