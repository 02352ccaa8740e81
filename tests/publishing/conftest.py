import pytest

from tests.publishing.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """A stage of its own for every test."""
    return Stage()
