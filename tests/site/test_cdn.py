"""What the CDN makes of what pages ask for, by the distribution that is deployed and by its functions."""

import re
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page

from chalicelib.api.calls import is_campaign_id
from infra import merged_template, site_upload
from infra.checks import edge
from infra.site_sizes import SITE
from tests.site.stage import Stage
from tests.site.test_pages import fill

RESOURCES: dict[str, Any] = merged_template.merged()["Resources"]
DISTRIBUTION: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]

NAMED = re.compile(r"[\"'`](/[a-z0-9][^\"'`\s?#]*)")
"""A path in a script or a page; what is put into it stands between braces."""


class Run(Protocol):
    """Runs a function of the CDN on events, one after another."""

    def __call__(self, function: str, *events: dict[str, Any]) -> list[Any]: ...


@pytest.fixture
def run(tab: Page) -> Run:
    def answers(function: str, *events: dict[str, Any]) -> list[Any]:
        code = RESOURCES[function]["Properties"]["FunctionCode"]
        found: list[Any] = tab.evaluate(f"(events) => {{ {code}; return events.map(handler); }}", list(events))
        return found

    return answers


def origin(path: str) -> str:
    """Return which origin the CDN asks for a path."""
    target: str = edge.behaviour(DISTRIBUTION, path)["TargetOriginId"]
    return target


def test_a_page_is_one_file_whatever_campaign_it_is_of(run: Run) -> None:
    files = {
        "/": "/index.html",
        "/embed/2026": "/embed.html",
        "/embed/not-there-yet": "/embed.html",
        "/overlay/2026": "/overlay.html",
        "/studio/2026": "/studio.html",
    }

    found = run("FindsPage", *({"request": {"uri": path}} for path in files))

    assert [request["uri"] for request in found] == [*files.values()]


def test_every_page_that_is_stored_is_found_by_its_address_and_language(run: Run) -> None:
    asked = [path.partition("?lang=") for path in site_upload.PAGES]

    found = run("FindsPage", *(asked_for(path, language) for path, _, language in asked))

    assert [request["uri"] for request in found] == [f"/{name}" for name in site_upload.PAGES.values()]
    assert {"index.ru.html", "r.en.html", "r/KZ-75.html", "r/abroad.ru.html"} <= {*site_upload.PAGES.values()}


@pytest.mark.parametrize(
    ("path", "language", "file"),
    [
        ("/r/KZ-99", "", "/r/unknown.html"),
        ("/r/KZ-75/x", "ru", "/r/unknown.ru.html"),
        ("/r/", "", "/r/unknown.html"),
        ("/r/KZ-75", "de", "/r/KZ-75.html"),
        ("/", "../x", "/index.html"),
        ("/robots.txt", "ru", "/robots.txt"),
    ],
)
def test_what_no_region_is_called_and_no_page_speaks_has_a_page_too(
    run: Run, path: str, language: str, file: str
) -> None:
    (request,) = run("FindsPage", asked_for(path, language))

    assert request["uri"] == file


def asked_for(path: str, language: str) -> dict[str, Any]:
    """Return the event of a request: the query as CloudFront tells it."""
    return {"request": {"uri": path, "querystring": {"lang": {"value": language}} if language else {}}}


@pytest.mark.parametrize("page", ["embed", "overlay", "studio"])
def test_only_what_can_be_a_campaign_has_a_page(run: Run, page: str) -> None:
    texts = ["2026", "a", "0", "a-b-", "a" * 32, "a" * 33, "", "-a", "UPPER", "a_b", "a.b", "a/b", "a/", "..", "2026\n"]
    texts += ["2026%0a", "%61", "ё", "2026.html", "a b", "a%00"]

    found = run("FindsPage", *({"request": {"uri": f"/{page}/{text}"}} for text in texts))

    rewritten = [text for text, request in zip(texts, found, strict=True) if request["uri"] == f"/{page}.html"]
    assert rewritten == [text for text in texts if is_campaign_id(text)]
    unchanged = [request["uri"] for request in found if request["uri"] != f"/{page}.html"]
    assert unchanged == [f"/{page}/{text}" for text in texts if not is_campaign_id(text)]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:0db8:0001:0002:0000:0000:0000:0001", "2001:db8:1:2"),
        ("2001:db8:1:2::1", "2001:db8:1:2"),
        ("2001:db8::1", "2001:db8:0:0"),
        ("2001:db8::1:2:3:4:5", "2001:db8:0:1"),
        ("2001:db8:1:2:3::", "2001:db8:1:2"),
        ("::1", "0:0:0:0"),
    ],
)
def test_a_viewer_is_named_by_its_network_and_cannot_say_another(run: Run, address: str, counted: str) -> None:
    headers = {"x-viewer": {"value": "198.51.100.9"}, "accept": {"value": "*/*"}}

    (request,) = run("NamesViewer", {"viewer": {"ip": address}, "request": {"headers": headers}})

    assert request["headers"] == {"x-viewer": {"value": counted}, "accept": {"value": "*/*"}}


def named(*files: str) -> set[str]:
    """Return the paths that some files of the site name, of the campaign 2026."""
    sources = [(SITE / name).read_text(encoding="utf-8") for name in files]
    found = {path for source in sources for path in NAMED.findall(source)}
    return {re.sub(r"\$?\{+[^}]*\}+", "2026", path) for path in found}


def test_whatever_viewers_pages_name_is_a_file() -> None:
    names = [path.name for path in SITE.iterdir() if path.suffix in (".html", ".js", ".css")]
    paths = named(*(name for name in names if not name.startswith("console")))

    assert {"/v1/campaigns.json", "/widget/launch.js", "/overlay/2026", "/embed/2026"} <= paths
    # A base, to which the name of a document is added.
    assert {path for path in paths if origin(path) != "files"} <= {"/v1/campaigns/2026"}


def test_the_console_is_a_file_and_asks_the_api() -> None:
    asked = {"/v1/tokens/self", "/v1/campaigns", "/v1/campaigns/2026/status"}

    assert {origin(path) for path in ("/console", *named("console.html"))} == {"files"}
    assert asked <= named("console.js")
    assert {origin(path) for path in asked} == {"api"}


@pytest.mark.slow
def test_whatever_pages_ask_for_is_a_file(page: Page, stage: Stage) -> None:
    fill(stage)
    for path in (
        "/",
        "/embed/2026?place=KZ-75",
        "/embed/unknown",
        "/overlay/2026?ticker=1&alerts=1",
        "/overlay/unknown",
    ):
        page.goto(stage.url + path, wait_until="networkidle")
    page.goto(f"{stage.url}/widget/builder", wait_until="networkidle")
    for thing in page.locator("[name=thing] option").all_text_contents():
        page.locator("[name=thing]").select_option(thing)
        page.wait_for_load_state("networkidle")

    asked = {path for _, path, _ in stage.requests}

    assert {"/v1/campaigns.json", "/v1/campaigns/unknown/live.json", "/widget/release.json"} <= asked
    assert [path for path in asked if origin(path) != "files"] == []
