"""What may be shown, names and acts, remembered while documents are made one after the other."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.domain.receipts import ActKey
from chalicelib.domain.vocabulary import Visibility

MAX_KNOWN = 5_000
"""Names and acts of a campaign that are remembered."""


class ShownNames(Protocol):
    """How often what a campaign shows was changed, and whether none of its names is shown."""

    @property
    def changes(self) -> int:
        """How often it was changed."""

    @property
    def all_names(self) -> Visibility:
        """Whether names are shown at all."""


class NameTexts(Protocol):
    """Where the texts of names are."""

    def shown(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str | None]:
        """Return by id the texts of those names that there are, None where one may not be shown."""

    def status(self, campaign: str) -> ShownNames:
        """Return how often what a campaign shows was changed, and whether its names are shown."""


class HiddenActReader(Protocol):
    """Which acts are hidden."""

    def among(self, acts: Iterable[ActKey]) -> frozenset[ActKey]:
        """Return which of some acts are hidden."""


class _Known:
    """What is remembered of a campaign: nothing that was changed since."""

    def __init__(self, status: ShownNames) -> None:
        self.status = status
        self.texts: dict[str, str | None] = {}
        self.hidden: dict[ActKey, bool] = {}

    @property
    def is_full(self) -> bool:
        return len(self.texts) + len(self.hidden) >= MAX_KNOWN


class WhatIsShown:
    """The names and the acts that may be shown, remembered as long as nothing of it changes in their campaign."""

    def __init__(self, names: NameTexts, hidden_acts: HiddenActReader) -> None:
        self._names = names
        self._hidden_acts = hidden_acts
        self._known: dict[str, _Known] = {}

    def changes(self, campaign: str) -> int:
        """Return how often what a campaign shows was changed; if that is news, nothing is remembered any more."""
        return self._renewed(campaign).status.changes

    def texts(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that may be shown, by their ids."""
        known = self._known.get(campaign) or self._renewed(campaign)
        if known.status.all_names == "hidden":
            return {}
        asked = set(ids)
        known.texts |= self._names.shown(campaign, {name_id for name_id in asked if name_id not in known.texts})
        return {name_id: text for name_id in asked if (text := known.texts.get(name_id)) is not None}

    def hidden(self, campaign: str, acts: Iterable[ActKey]) -> frozenset[ActKey]:
        """Return which of some acts are hidden."""
        known = self._known.get(campaign) or self._renewed(campaign)
        asked = set(acts)
        unknown = {act for act in asked if act not in known.hidden}
        hidden = self._hidden_acts.among(unknown)
        known.hidden |= {act: act in hidden for act in unknown}
        return frozenset(act for act in asked if known.hidden[act])

    def _renewed(self, campaign: str) -> _Known:
        status, known = self._names.status(campaign), self._known.get(campaign)
        if known is None or known.is_full or known.status != status:
            known = self._known[campaign] = _Known(status)
        return known
