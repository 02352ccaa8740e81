"""When garbage is looked for: not while a batch is worked on, and again after it, however it ended."""

import gc
from collections.abc import Iterator

import pytest

from chalicelib.aws.garbage import collected_later


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.enable()


def test_no_garbage_is_looked_for_meanwhile_and_it_is_after() -> None:
    with collected_later():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_garbage_is_looked_for_after_a_failure_too() -> None:
    with pytest.raises(ValueError, match="no batch"), collected_later():
        raise ValueError("no batch")

    assert gc.isenabled()


def test_a_process_that_looks_for_none_yet_goes_on_so() -> None:
    gc.disable()

    with collected_later():
        pass

    assert not gc.isenabled()
