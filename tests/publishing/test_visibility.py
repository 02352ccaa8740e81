"""How much is remembered of what may be shown."""

import pytest

from chalicelib.publishing.visibility import WhatIsShown
from tests.publishing.stage import InMemoryNames


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.publishing.visibility.MAX_KNOWN", 10)
    names = InMemoryNames()
    names.texts = {f"n{number}": f"Name {number}" for number in range(100)}
    shown = WhatIsShown(names, names)

    for number in range(100):
        shown.changes("2026")
        assert shown.texts("2026", [f"n{number}"]) == {f"n{number}": f"Name {number}"}
        assert shown.hidden("2026", [("2026/p", number)]) == frozenset()

    known = shown._known["2026"]
    assert len(known.texts) + len(known.hidden) <= 11
