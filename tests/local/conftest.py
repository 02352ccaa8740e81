import pytest

from tests.conftest import Tables


@pytest.fixture
def tables(new_tables: Tables) -> Tables:
    """Tables whose streams, and queues, nobody had before."""
    return new_tables
