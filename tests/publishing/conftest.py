import pytest

from infra.local.emulator import Emulator
from tests.publishing.stage import Stage


@pytest.fixture
def stage(storage: Emulator) -> Stage:
    """A stage of its own for every test."""
    return Stage()
