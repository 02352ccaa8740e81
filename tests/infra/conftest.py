import copy
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.package import Package, build, runtime_python
from infra.translated import translated


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory, runtime: Path) -> Package:
    """What would be deployed."""
    return build(directory=tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def packaged(package: Package) -> dict[str, Any]:
    """Its template, not to be changed."""
    return package.read_template()


@pytest.fixture(scope="session")
def deployed(packaged: dict[str, Any]) -> dict[str, Any]:
    """The template that CloudFormation carries out, not to be changed."""
    return translated(packaged)


@pytest.fixture
def template(deployed: dict[str, Any]) -> dict[str, Any]:
    """The template that CloudFormation carries out, to be spoilt."""
    return copy.deepcopy(deployed)


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
