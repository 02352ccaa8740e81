"""A bad name on air, from the call that hides it to every file and screen, and past a rebuild."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.local_settings import REPOSITORY
from tests.local.system import LocalSystem
from tests.site.conftest import Keep

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "Зұлымдық ЖШС"
OTHER_SPELLING = "ЗҰЛЫМДЫҚ  жшс"
CAMPAIGN = "/v1/campaigns/2026"
GONE_SECONDS = 2.0
POLL_MS = 2_500
"""One poll of an overlay that asks each second, with its jitter, and the picture after it."""
PATIENCE_MS = 30_000
SHORT = {"CUT_LEAD_SECONDS": "1", "CUT_SETTLE_SECONDS": "3"}
REASON = {"reason": "an insult"}


def record(system: LocalSystem, key: str, organisation: str, phone: str, people: int = 3) -> str:
    body = {
        "kind": "class_hour",
        "participant": {"type": "school", "organisation": organisation, "phone": phone},
        "place": {"region": "KZ-75"},
        "people": people,
        "consent": {"text": "Келісемін", "version": "2026-1"},
    }
    reply = system.ask("POST", f"{CAMPAIGN}/participations", body, Idempotency_Key=key)
    assert reply.status == 201, reply
    return str(reply.json["id"])


def files(system: LocalSystem) -> Iterator[tuple[str, bytes]]:
    """Yield every document of every campaign as it is now, by its key."""
    s3 = boto3.client("s3", endpoint_url=system.environment["AWS_ENDPOINT_URL"])
    bucket = system.environment["DOCUMENTS_BUCKET"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page["Contents"]:
            yield found["Key"], s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()


def is_seen(system: LocalSystem, text: str) -> bool:
    """Whether a viewer reads a text in any document that has names."""
    documents = ("recent.json", "page.json", "organisations.json", "organisations/KZ-75.json")
    return any(text in str(system.ask("GET", f"{CAMPAIGN}/{name}").json) for name in documents)


def files_with(system: LocalSystem, text: str) -> set[str]:
    return {key.removeprefix("v1/campaigns/2026/") for key, body in files(system) if text in body.decode()}


def seconds_until(holds: Callable[[], bool], patience: float) -> float:
    """Wait until something holds, no longer than it may take; return how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience
        time.sleep(0.05)
    return time.monotonic() - began


def ticker(page: Page) -> Locator:
    return page.locator("#strip good-deeds-ticker")


def operated(system: LocalSystem, *arguments: str) -> str:
    """Run an operators' command on the system; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **system.environment, **SHORT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def name_on_air(system: LocalSystem) -> Any:
    """Return the one name that is shown, as moderators see it."""
    (name,) = system.ask("GET", f"{CAMPAIGN}/names?state=shown").json["names"]
    return name


def put_on_air(system: LocalSystem, page: Page) -> str:
    """Show a hostile name on ticker and alert of an overlay, and on the boards; return the id of its act."""
    page.goto(f"http://localhost:{system.port}/overlay/2026?ticker=1&alerts=1&poll=1&lang=en")
    expect(ticker(page).locator("ul")).to_be_attached(timeout=PATIENCE_MS)
    page.wait_for_timeout(POLL_MS)
    act_id = record(system, "hostile", HOSTILE, "+77010000001")
    expect(ticker(page)).to_contain_text(HOSTILE, timeout=PATIENCE_MS)
    expect(page.locator("#alert.on")).to_contain_text(HOSTILE, timeout=PATIENCE_MS)
    seconds_until(lambda: "organisations/KZ-75.json" in files_with(system, HOSTILE), 60.0)
    return act_id


def test_a_bad_name_is_hidden_by_one_call_and_stays_hidden(system: LocalSystem, page: Page, keep: Keep) -> None:
    put_on_air(system, page)
    keep(page, "hostile-name-on-air")
    boards = {"organisations.json", "organisations/KZ-75.json"}
    assert files_with(system, HOSTILE) == {"recent.json", "page.json", *boards}
    board = page.context.new_page()
    board.goto(f"http://localhost:{system.port}{CAMPAIGN}/organisations.json")
    expect(board.locator("body")).to_contain_text(HOSTILE)

    name = name_on_air(system)
    reply = system.ask("PUT", f"{CAMPAIGN}/names/{name['id']}", {"state": "hidden", **REASON})
    assert (reply.status, reply.json["state"]) == (200, "hidden")

    seconds_until(lambda: not is_seen(system, HOSTILE), GONE_SECONDS)
    assert files_with(system, HOSTILE) == set()
    expect(ticker(page)).not_to_contain_text(HOSTILE, timeout=POLL_MS)
    expect(page.locator("#alert")).not_to_contain_text(HOSTILE, timeout=POLL_MS)
    keep(page, "hostile-name-hidden")

    board.reload()
    expect(board.locator("body")).not_to_contain_text(HOSTILE)
    board.close()
    page.goto(f"http://localhost:{system.port}/")
    expect(page.locator("good-deeds-ticker li")).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.locator("body")).not_to_contain_text(HOSTILE)

    record(system, "again", OTHER_SPELLING, "+77010000002")
    system.wait_for("participations", 2)
    rebuilt = json.loads(operated(system, "rebuild", "2026", "--json"))
    seconds_until(lambda: system.ask("GET", f"{CAMPAIGN}/live.json").json["epoch"] == rebuilt["generation"], 60.0)
    assert system.totals()["people"] == 6
    contacts = operated(system, "contacts", "2026")
    assert "+77010000001" in contacts
    said = contacts + operated(system, "export", "2026") + system.log
    for text in (HOSTILE, OTHER_SPELLING):
        assert files_with(system, text) == set()
        assert text not in said


def test_a_hidden_act_leaves_ticker_and_alert_and_comes_back_when_it_is_shown(
    system: LocalSystem, page: Page, keep: Keep
) -> None:
    visibility = f"{CAMPAIGN}/acts/{put_on_air(system, page)}/visibility"

    assert system.ask("PUT", visibility, {"state": "hidden", **REASON}).status == 200

    recent = f"{CAMPAIGN}/recent.json"
    seconds_until(lambda: HOSTILE not in str(system.ask("GET", recent).json), GONE_SECONDS)
    expect(ticker(page)).not_to_contain_text(HOSTILE, timeout=POLL_MS)
    expect(page.locator("#alert.on")).to_have_count(0, timeout=POLL_MS)
    keep(page, "act-hidden")
    assert system.totals()["people"] == 3
    assert system.ask("PUT", visibility, {"state": "shown", "reason": "a mistake"}).status == 200
    expect(ticker(page)).to_contain_text(HOSTILE, timeout=PATIENCE_MS)


def test_one_switch_takes_all_names_off_air(system: LocalSystem, page: Page) -> None:
    put_on_air(system, page)

    assert system.ask("PUT", f"{CAMPAIGN}/names", {"state": "hidden", **REASON}).status == 200

    seconds_until(lambda: not is_seen(system, HOSTILE), GONE_SECONDS)
    expect(ticker(page)).not_to_contain_text(HOSTILE, timeout=POLL_MS)
    expect(ticker(page).locator("li")).to_have_count(1)
    assert system.ask("PUT", f"{CAMPAIGN}/names", {"state": "shown", "reason": "it is over"}).status == 200
    expect(ticker(page)).to_contain_text(HOSTILE, timeout=PATIENCE_MS)
