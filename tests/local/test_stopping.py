"""What asks the local system to stop."""

import os
import signal
from collections.abc import Iterator

import pytest

from infra.local.stopping import Stop


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


def test_a_signal_asks_for_it() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    stop = Stop(signal.SIGHUP)

    os.kill(os.getpid(), signal.SIGHUP)

    assert stop.requested


def test_a_hang_up_that_is_ignored_does_not() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop = Stop(signal.SIGHUP)

    os.kill(os.getpid(), signal.SIGHUP)

    assert not stop.requested
