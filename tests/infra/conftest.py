import fcntl
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.package import Package, build, runtime_python
from infra.translated import translated


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory, runtime: Path) -> Package:
    """What would be deployed, built once for all workers.

    As in https://pytest-xdist.readthedocs.io/en/stable/how-to.html#making-session-scoped-fixtures-execute-only-once
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return build(directory=tmp_path_factory.mktemp("package"))
    directory = tmp_path_factory.getbasetemp().parent / "package"
    built = directory.with_suffix(".built")
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            package = build(directory=directory)
            built.write_text(f"{package.code}\n{package.template}", encoding="utf-8")
    return Package(*map(Path, built.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="session")
def packaged(package: Package) -> dict[str, Any]:
    """Its template, not to be changed."""
    return package.read_template()


@pytest.fixture(scope="session")
def deployed(packaged: dict[str, Any]) -> dict[str, Any]:
    """The template that CloudFormation carries out, not to be changed."""
    return translated(packaged)


@pytest.fixture(scope="session")
def deployed_json(deployed: dict[str, Any]) -> str:
    return json.dumps(deployed)


@pytest.fixture
def template(deployed_json: str) -> dict[str, Any]:
    """The template that CloudFormation carries out, to be spoilt."""
    spoilable: dict[str, Any] = json.loads(deployed_json)
    return spoilable


@pytest.fixture(scope="session")
def content(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as Lambda unpacks it."""
    directory = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package.code) as archive:
        archive.extractall(directory)
    return directory


@pytest.fixture(scope="session")
def runtime() -> Path:
    """A Python like Lambda's, with the oldest boto3 that it may have."""
    try:
        return runtime_python()
    except RuntimeError as error:
        pytest.skip(str(error))
