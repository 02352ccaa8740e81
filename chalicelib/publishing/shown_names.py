"""The names that may be shown, remembered while documents are made one after the other."""

from collections.abc import Iterable, Mapping
from typing import Protocol

MAX_KNOWN = 5_000


class NameTexts(Protocol):
    """Where the texts of names are."""

    def shown(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that may be shown, by their ids."""

    def changes(self, campaign: str) -> int:
        """Return how often names of a campaign were changed."""


class ShownNames:
    """The names that may be shown, remembered as long as none of their campaign changes."""

    def __init__(self, names: NameTexts) -> None:
        self._names = names
        self._known: dict[str, tuple[int, dict[str, str]]] = {}

    def changes(self, campaign: str) -> int:
        """Return how often names of a campaign were changed; where that is news, nothing is remembered any more."""
        changes = self._names.changes(campaign)
        before, known = self._known.get(campaign, (changes, {}))
        self._known[campaign] = (changes, known if before == changes and len(known) < MAX_KNOWN else {})
        return changes

    def texts(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that may be shown, by their ids."""
        _, known = self._known.setdefault(campaign, (0, {}))
        asked = set(ids)
        known |= self._names.shown(campaign, asked - known.keys())
        return {name_id: known[name_id] for name_id in asked & known.keys()}
