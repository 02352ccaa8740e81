import pytest

from tests.conftest import Tables


@pytest.fixture
def tables(new_tables: Tables) -> Tables:
    """Tables whose streams hold what the test records, and nothing else."""
    return new_tables
