"""When Python looks for garbage that is in cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_later() -> Iterator[None]:
    """Look for none meanwhile: what a batch makes is in use until its end, and looking finds nothing.

    What is left in cycles is bounded by the batch, and found after it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
