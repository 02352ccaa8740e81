import pytest

from chalicelib import short_memory
from chalicelib.short_memory import ShortMemory


class Finder:
    """Finds one thing after the other."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


def test_what_was_found_a_moment_ago_is_not_looked_for_again() -> None:
    seconds, find = [10.0], Finder()
    memory = ShortMemory(lambda: seconds[0])

    found = [memory.recall("a", 2, find)]
    for seconds[0] in (11.9, 12.0, 13.9):
        found.append(memory.recall("a", 2, find))

    assert found == [1, 1, 2, 2]


def test_nothing_is_kept_beyond_its_key_nor_where_it_may_not_be_old() -> None:
    find = Finder()
    memory = ShortMemory(lambda: 10.0)

    assert [memory.recall(key, 2, find) for key in ("a", "b", "a")] == [1, 2, 1]
    assert memory.recall("a", 0, find) == 3


def test_of_what_could_not_be_found_nothing_is_kept() -> None:
    find = Finder()
    memory = ShortMemory(lambda: 10.0)

    def fails() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        memory.recall("a", 2, fails)

    assert memory.recall("a", 2, find) == 1


def test_what_was_found_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_memory, "MAX_ENTRIES", 2)
    find = Finder()
    memory = ShortMemory(lambda: 10.0)

    for key in ("a", "b", "c"):
        memory.recall(key, 2, find)

    assert [memory.recall(key, 2, find) for key in ("b", "c", "a")] == [2, 3, 4]
