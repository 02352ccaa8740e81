"""A rehearsal against the whole local system: exact beside a rebuild, and not to be deceived."""

import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from threading import Thread
from typing import Any

import httpx
import pytest

from infra.local.local_settings import REPOSITORY
from ops.api_client import connect_api
from ops.rehearse import rehearsal
from ops.rehearse.accounts import accounts
from ops.rehearse.documents import Viewer
from ops.rehearse.ledger import Ledger
from ops.rehearse.rehearsal import RehearsalOutcome, RehearsalSize, rehearse, settled
from ops.rehearse.stage import clear, set_up
from ops.rehearse.verdict import WrongFigure
from tests.local.system import LocalSystem
from tests.loops import run

pytestmark = pytest.mark.slow

CAMPAIGN = "rehearsal-1"
COUNT, SECONDS = 300, 30.0
BEGUN = 60
"""So many acts are on air when the rebuild begins."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    started = LocalSystem(tmp_path_factory.mktemp("rehearsal") / "data")
    started.start()
    yield started
    started.abandon()


def operate(system: LocalSystem, *command: str) -> subprocess.CompletedProcess[str]:
    waits = {"CUT_LEAD_SECONDS": "2", "CUT_SETTLE_SECONDS": "2"}
    return subprocess.run(
        [sys.executable, "-m", "ops", *command],
        cwd=REPOSITORY,
        env={**os.environ, **system.environment, **waits},
        capture_output=True,
        text=True,
        check=False,
    )


def shown(system: LocalSystem) -> dict[str, Any]:
    """Return the totals that viewers see, none before there are any."""
    answer = httpx.get(f"http://localhost:{system.port}/v1/campaigns/{CAMPAIGN}/live.json", timeout=30)
    totals: dict[str, Any] = {} if answer.is_error else answer.json()["totals"]
    return totals


def rebuild_in_the_middle(system: LocalSystem, done: list[subprocess.CompletedProcess[str]]) -> None:
    while shown(system).get("participations", 0) < BEGUN:
        time.sleep(0.2)
    done.append(operate(system, "rebuild", CAMPAIGN, "--yes"))


async def recounted(system: LocalSystem, ledger: Ledger, since: float) -> list[WrongFigure]:
    viewer = Viewer(f"http://localhost:{system.port}", CAMPAIGN)
    try:
        return await settled(ledger, viewer, since)
    finally:
        await viewer.close()


def rehearsed(system: LocalSystem) -> tuple[RehearsalOutcome, Ledger]:
    api, known = connect_api(None), accounts(None)
    scene = set_up(api, CAMPAIGN, known)
    try:
        return run(rehearse(scene, RehearsalSize(CAMPAIGN, COUNT, SECONDS, 1), known, None))
    finally:
        clear(api, scene)


def test_is_exact_with_a_rebuild_in_its_middle_and_names_what_is_miscounted_after_it(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QAIYRYM_URL", "QAIYRYM_TOKEN", "HOOK_SECRETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(system.data_dir))
    rebuilds: list[subprocess.CompletedProcess[str]] = []
    rebuilding = Thread(target=rebuild_in_the_middle, args=(system, rebuilds), daemon=True)
    began = time.time()

    rebuilding.start()
    outcome, ledger = rehearsed(system)
    rebuilding.join()

    assert [done.returncode for done in rebuilds] == [0], rebuilds
    assert (outcome.differences, outcome.unknown, outcome.verdict) == ([], {}, "exact")
    assert (outcome.accepted, outcome.epochs) == (COUNT, [1, 2])
    assert all(outcome.sent_by[way] for way in ("api", "batch", "whatsapp", "telegram", "vk", "typeform", "tally"))
    assert outcome.statuses["withdrawn"] >= 3
    assert outcome.repeated > 0
    assert outcome.refused > 0
    audited = operate(system, "audit", CAMPAIGN)
    assert audited.returncode == 0, audited.stdout
    tokens = system.ask("GET", "/v1/tokens").json["tokens"]
    assert all(token["revoked_at"] for token in tokens if token["campaign"] == CAMPAIGN)

    monkeypatch.setattr(rehearsal, "SETTLING_SECONDS", 8.0)
    expected = outcome.totals["good_deeds"]
    one_more_good_deed(system)
    while shown(system)["good_deeds"] == expected:
        time.sleep(0.2)

    found = run(recounted(system, ledger, began))

    named = {(one.document, one.metric, one.expected, one.shown) for one in found}
    assert ("live.json", "good_deeds", expected, expected + 1) in named


def one_more_good_deed(system: LocalSystem) -> None:
    """Count an act that nobody sent, in the state that the totals are made of."""
    client, table = system.client("dynamodb"), system.environment["STATE_TABLE"]
    key = {"campaign": {"S": CAMPAIGN}}
    stored = client.query(
        TableName=table,
        KeyConditionExpression="campaign = :c AND begins_with(#item, :i)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={":c": key["campaign"], ":i": {"S": "2#totals#all"}},
    )["Items"][0]
    state = json.loads(zlib.decompress(stored["state"]["B"]))
    state["kind good_deed"]["participations"] += 1
    content = {"B": zlib.compress(json.dumps(state).encode())}
    counts = {name: {"N": str(int(stored[name]["N"]) + 1)} for name in ("applied", "revision")}
    client.put_item(TableName=table, Item={**stored, "state": content, **counts})


def test_rehearses_in_no_campaign_that_is_there(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(system.data_dir))
    monkeypatch.delenv("QAIYRYM_URL", raising=False)

    done = operate(system, "rehearse", "2026", "--participations", "20")

    assert done.returncode == 2
    assert "there is a campaign 2026, in state live: it is no rehearsal" in done.stderr
