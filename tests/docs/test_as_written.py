"""README and docs are followed to the letter, on a clone of the repository."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from chalicelib.api.forms import Check
from tests.docs.checkout import Checkout
from tests.docs.not_run import reason
from tests.docs.snippets import Snippet, commands, snippets

pytestmark = pytest.mark.slow

DRILL = "DATA_DIR=../drill make run"
STAYS = "make run"
TABLES_NAMED = {"docs/deploy.md": ". .local/functions.env"}
"""What names the tables here, for pages that have them named as the runbook's beginning says."""
FORMS_FILE = "forms.yaml"
"""The file that docs/forms.md shows, and docs/deploy.md has registered."""

JSON: Mapping[str, type] = {'{"submissions"': Check}
"""What the JSON is that begins so."""

TYPED = [each for each in snippets("sh", "python", "http") if DRILL not in each.text]
PAGES = sorted({each.page for each in TYPED})


class Answer(BaseHTTPRequestHandler):
    server: "Partner"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.html.encode())


class Partner(ThreadingHTTPServer):
    """A site of another origin, which has one page."""

    html = ""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


@pytest.fixture
def partner() -> Iterator[Partner]:
    with Partner(("127.0.0.1", 0), Answer) as site:
        Thread(target=site.serve_forever).start()
        yield site
        site.shutdown()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("docs") / "qaiyrym")
    yield made
    made.interrupt()


@pytest.fixture(scope="module")
def system(clone: Checkout) -> Checkout:
    """The system that runs there, with a name on air and the file of forms."""
    clone.start()
    assert is_recorded(clone, "named")
    (forms,) = snippets("yaml")
    (clone.path / FORMS_FILE).write_text(forms.text, encoding="utf-8")
    return clone


@pytest.fixture(scope="module")
def name_id(system: Checkout) -> str:
    """The id of the name that is on air."""
    deadline = time.monotonic() + 20
    while not (names := ask(system, "GET", "/v1/campaigns/2026/names?state=shown")["names"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return str(names[0]["id"])


def ask(system: Checkout, method: str, path: str, body: str | None = None, **headers: str) -> Any:
    """Send a request as who may do everything; return what is answered where it is not refused."""
    given = {"Authorization": f"Bearer {system.run['token']}", "Content-Type": "application/json", **headers}
    sent = None if body is None else body.encode()
    request = urllib.request.Request(f"{system.run['url']}{path}", sent, given, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or "null")


def is_recorded(system: Checkout, key: str) -> bool:
    """Record a good deed of an organisation; return whether it had not been recorded before."""
    participant = {"type": "ngo", "organisation": f"Үміт қоры {key}", "email": f"{key}@example.kz"}
    act = json.dumps({"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}})
    answer = ask(system, "POST", "/v1/campaigns/2026/participations", act, **{"Idempotency-Key": key})
    return not answer["repeated"]


def here(text: str, system: Checkout, name_id: str = "") -> str:
    """Return what is typed on this machine: with its addresses, names for what stands for names, and no stage."""
    meant = {
        "http://localhost:8000": system.url,
        "https://<host>": system.url,
        " --stage prod": "",
        "CAMPAIGN ID": f"2026 {name_id}",
        "CAMPAIGN": "2026",
    }
    for written, replaced in meant.items():
        text = text.replace(written, replaced)
    return text


def followed(each: Snippet, system: Checkout, name_id: str = "") -> str:
    """Do what a block says; return what it prints.

    Raises:
        Exception: it cannot be done, or is refused.
    """
    text = here(each.text, system, name_id)
    if each.language == "http":
        request, _, body = text.partition("\n")
        method, path = request.split()
        return json.dumps(ask(system, method, path, body))
    if each.language == "python":
        return system.shell(f".venv/bin/python - <<'END'\n{text}\nEND", each.page)
    typed = [command for command in commands(text) if reason(command) is None and not command.startswith(STAYS)]
    return system.shell("\n".join([TABLES_NAMED.get(each.page, ""), *typed]), each.page)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_has_one_type_and_send_works(system: Checkout, name_id: str, page: str) -> None:
    for each in TYPED:
        if each.page == page:
            followed(each, system, name_id)


def test_a_delivery_that_is_signed_as_its_page_says_is_recorded(system: Checkout) -> None:
    (delivery,) = (each for each in snippets("python") if "webhook-signature" in each.text)

    assert json.loads(followed(delivery, system))["recorded"] == 1


def test_the_file_of_forms_is_registered_as_it_stands_there(system: Checkout) -> None:
    system.shell(f"bin/qaiyrym form register {FORMS_FILE}", "docs/forms.md")

    assert ask(system, "GET", "/v1/forms/tally/ours/*")["state"] == "test"


@pytest.mark.parametrize("each", snippets("json"), ids=str)
def test_an_answer_is_shown_as_it_is_given(each: Snippet) -> None:
    (answer,) = (answer for begins, answer in JSON.items() if each.text.startswith(begins))

    shown = json.loads(each.text)

    assert json.loads(msgspec.json.encode(msgspec.convert(shown, answer))) == shown


@pytest.mark.parametrize("each", snippets("html"), ids=str)
@pytest.mark.browser
def test_what_is_put_into_a_page_shows_the_counter(
    system: Checkout, partner: Partner, browser: Browser, each: Snippet
) -> None:
    partner.html = f"<!doctype html><meta charset=utf-8>{here(each.text, system)}"
    page = browser.new_page()
    page.goto(partner.url)
    where: Any = page.frame_locator("iframe") if "<iframe" in each.text else page

    expect(where.locator("good-deeds-counter")).to_have_attribute("data-state", "fresh")
    page.close()


def test_make_run_prints_the_request_of_readme_with_its_token(system: Checkout) -> None:
    (readme,) = (each for each in TYPED if each.page == "README.md" and "curl" in each.text)
    (body,) = re.findall(r"-d '(.+)'", readme.text)

    assert f"-H 'Authorization: Bearer {system.run['token']}'" in system.printed
    assert f"-d '{body}'" in system.printed


def test_the_drill_of_a_restore_is_done_as_it_stands_there(tmp_path: Path) -> None:
    (drill,) = (each for each in snippets("sh") if DRILL in each.text)
    system = Checkout(tmp_path / "qaiyrym")
    last: list[str] = []

    for command in commands(drill.text):
        if not command.startswith(DRILL):
            system.shell(command, drill.page)
            continue
        system.start(command, "../drill")
        if "record some" in command:
            last = [f"{len(last)}-{number}" for number in range(3)]
            assert all(is_recorded(system, key) for key in last)
        if "then Ctrl-C" in command:
            system.interrupt()

    assert "the tables have lost part of campaign 2026" in system.printed
    assert all(is_recorded(system, key) for key in last), "what was lost is recorded again"
    system.interrupt()
