import pytest

from tests.conftest import Tables
from tests.publishing.stage import Stage


@pytest.fixture
def stage(tables: Tables) -> Stage:
    """A stage of its own for every test."""
    return Stage(tables)
