"""Replay of what is parked, after a form, a campaign or a token was corrected."""

from collections import Counter
from itertools import islice

import msgspec

from chalicelib.webhooks.dispatcher import Dispatcher, Disposition, Outcome
from chalicelib.webhooks.parking import ParkedEntry, Parking, ReasonCode, Unsealable
from chalicelib.webhooks.submission_reading import NONE_CORRECTED, Corrections

AT_ONCE = 50
"""How many entries one call replays at most: some 5 requests to the stores each, within the 29 s of API Gateway."""

_TESTS: frozenset[ReasonCode] = frozenset({"form_in_test", "submission_is_test"})


class Which(msgspec.Struct, frozen=True):
    """Which entries to replay: those of a provider and, where given, of an account, a form and a reason."""

    provider: str
    account: str | None = None
    form: str | None = None
    reason: str | None = None


class Replayed(msgspec.Struct, frozen=True):
    """What became of the entries, and behind which one to go on; None when there are no more."""

    outcomes: Counter[Outcome]
    unsealable: int
    next: str | None


class Replayer:
    """Takes entries out of the parking, each when it is kept otherwise and not before."""

    def __init__(self, parking: Parking, dispatcher: Dispatcher) -> None:
        self._parking = parking
        self._dispatcher = dispatcher

    def replay(self, provider: str, entry_id: str, corrected: Corrections = NONE_CORRECTED) -> Disposition | None:
        """Replay one entry with what a moderator corrected in it; None where there is none.

        One that still cannot be recorded stays as it came, with its new reason.

        Raises:
            Unsealable, Busy, NotQueued
        """
        opened = self._parking.open(provider, entry_id)
        if opened is None:
            return None
        entry, content = opened
        disposition = self._dispatcher.replay(content, corrected)
        self._parking.remove(entry)
        return disposition

    def replay_all(self, which: Which, after: str = "") -> Replayed:
        """Replay up to `AT_ONCE` entries.

        Tests are passed over unless their reason is asked for: a form that has gone live must not count the tests
        that it was tried out with.

        Raises:
            Busy, NotQueued
        """
        entries = self._parking.entries(which.provider, which.account, which.form, after)
        chosen = list(islice((entry for entry in entries if _is_meant(entry, which)), AT_ONCE + 1))
        outcomes: Counter[Outcome] = Counter()
        unsealable = 0
        for entry in chosen[:AT_ONCE]:
            try:
                disposition = self.replay(entry.provider, entry.id)
            except Unsealable:
                unsealable += 1
                continue
            if disposition is not None:
                outcomes[disposition.outcome] += 1
        last = chosen[AT_ONCE - 1] if len(chosen) > AT_ONCE else None
        return Replayed(outcomes, unsealable, None if last is None else f"{last.provider}/{last.id}")


def _is_meant(entry: ParkedEntry, which: Which) -> bool:
    if which.reason is not None:
        return entry.reason.code == which.reason
    return entry.reason.code not in _TESTS
