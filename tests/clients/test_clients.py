"""Clients that others' generators make of the contract, used against the system as it runs on one machine.

Where a generator cannot be installed, its test says so and is left out.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.local.local_settings import REPOSITORY
from tests.local.system import LocalSystem

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
PYTHON = REPOSITORY / ".venv-clients/bin/python"

ACT = {
    "kind": "good_deed",
    "participant": {"type": "citizen", "phone": "+77011234567"},
    "place": {"region": "KZ-75"},
}
BATCH = {
    "participations": [
        {**ACT, "idempotency_key": "batch-1"},
        {**ACT, "idempotency_key": "batch-2", "place": {"country": "XX"}},
    ]
}
BECAME = {
    "recorded": [201, "counted", False, True],
    "batch": [201, 422],
    "fault": "#/participations/1/place/country",
    "read": ["good_deed", "KZ-75", 1],
    "withdrawn": "withdrawn",
    "refused": [409, "/problems/participation-not-standing"],
    "listed": ["counted", "withdrawn"],
    "document": ["live", True],
}

needs_python = pytest.mark.skipif(not PYTHON.exists(), reason="`make .venv-clients/.installed` installs the generators")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="openapi-generator needs Java")
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not NODE_MODULES.exists(),
    reason="Node.js is needed, and `make tests/clients/node_modules/.installed`",
)

pytestmark = pytest.mark.slow

Use = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    started = LocalSystem(tmp_path_factory.mktemp("system") / "data")
    started.start()
    yield started
    started.abandon()


@pytest.fixture
def contract(system: LocalSystem, tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(system.ask("GET", "/openapi.json").json), encoding="utf-8")
    return path


@pytest.fixture
def use(system: LocalSystem) -> Use:
    """Run a program that uses a client, with a token that may only record; return what it prints."""

    def used(*command: object, **environment: str) -> dict[str, Any]:
        asked = {"label": "A partner", "scopes": ["record"], "campaign": system.run["campaign"]}
        given = {
            "ADDRESS": system.run["url"],
            "TOKEN": system.ask("POST", "/v1/tokens", asked).json["token"],
            "CAMPAIGN": system.run["campaign"],
            "ACT": json.dumps(ACT),
            "BATCH": json.dumps(BATCH),
        }
        printed: dict[str, Any] = json.loads(run(*command, **given, **environment))
        return printed

    return used


def run(*command: object, **environment: str) -> str:
    """Run a program to its end; return what it prints."""
    inherited: Mapping[str, str] = {**os.environ, **environment}
    done = subprocess.run(list(map(str, command)), env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@needs_python
def test_the_client_that_openapi_python_client_makes_is_used(contract: Path, use: Use, tmp_path: Path) -> None:
    made = tmp_path / "qaiyrym_client"
    run(
        PYTHON.with_name("openapi-python-client"),
        "generate",
        "--path",
        contract,
        "--meta",
        "none",
        "--output-path",
        made,
    )

    assert (made / "models/form.py").exists()
    assert use(PYTHON, HERE / "uses/openapi_python_client.py", PYTHONPATH=str(tmp_path)) == BECAME


@needs_python
@needs_java
def test_the_client_that_openapi_generator_makes_is_used(contract: Path, use: Use, tmp_path: Path) -> None:
    without = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
    generate = ("generate", "--generator-name", "python", "--package-name", "qaiyrym_generated")
    run(
        PYTHON.with_name("openapi-generator-cli"),
        *generate,
        *("--input-spec", contract, "--output", tmp_path, "--global-property", without),
    )

    assert use(PYTHON, HERE / "uses/openapi_generator.py", PYTHONPATH=str(tmp_path)) == BECAME


@needs_node
def test_the_types_that_openapi_typescript_makes_fit_and_are_used(contract: Path, use: Use, tmp_path: Path) -> None:
    run(NODE_MODULES / ".bin/openapi-typescript", contract, "--output", tmp_path / "contract.d.ts")
    shutil.copy(HERE / "uses/openapi_fetch.ts", tmp_path)
    shutil.copy(HERE / "tsconfig.json", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    run(NODE_MODULES / ".bin/tsc", "--project", tmp_path)

    assert use("node", tmp_path / "openapi_fetch.js") == BECAME


@needs_node
def test_spectral_finds_nothing_in_the_contract(contract: Path) -> None:
    ruleset = HERE / ".spectral.yaml"

    told = run(NODE_MODULES / ".bin/spectral", "lint", "--ruleset", ruleset, "--fail-severity", "hint", contract)

    assert "No results" in told
