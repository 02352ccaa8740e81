"""What the sender knows of what it sent: the only side of the verdict that counting by anything else has no part in.

By the contract (docs/api.md: "What the totals count", "What waits for a moderator") and nothing that the system
answers about sums: an answer says that an act, or a decision on one, was acknowledged, and no more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from ops.rehearse.acts import (
    MINUTES_PER_HOUR,
    Participant,
    PlannedAct,
    RehearsalActLimits,
    RehearsalLimits,
    RehearsalSumLimits,
    SentAct,
)

Status = Literal["counted", "in_review", "rejected", "withdrawn"]
NameState = Literal["waiting", "shown", "hidden"]


class ActSums(msgspec.Struct, frozen=True):
    """What some acts add up to; `amounts` by currency."""

    acts: int = 0
    people: int = 0
    minutes: int = 0
    amounts: Mapping[str, int] = {}

    def plus(self, act: SentAct, sign: int = 1) -> "ActSums":
        """Return the sums with an act more, or less."""
        amounts = dict(self.amounts)
        if act.amount:
            amounts[act.amount.currency] = amounts.get(act.amount.currency, 0) + sign * act.amount.value
        return ActSums(self.acts + sign, self.people + sign * act.people, self.minutes + sign * act.minutes, amounts)

    @property
    def hours(self) -> int:
        """The hours that are full."""
        return self.minutes // MINUTES_PER_HOUR


class LedgerEntry(msgspec.Struct, frozen=True):
    """An act that was acknowledged, as it is by now; times are the sender's, in seconds."""

    submission: PlannedAct
    act: SentAct
    status: Status
    sent_at: float
    known_at: float
    was_counted: bool

    @property
    def participant(self) -> Participant:
        """Who did it."""
        return self.submission.participant


class Step(msgspec.Struct, frozen=True):
    """A change of what counts, with when it was sent and acknowledged.

    `shown` is by how much the counter of participations and that of what waits change together.
    """

    sent_at: float
    known_at: float
    shown: int
    before: SentAct | None
    after: SentAct | None


class Ledger:
    """Entries by the key of their submission, the running sums of each participant, and what became of names."""

    def __init__(self, limits: RehearsalLimits) -> None:
        self._limits = limits
        self.entries: dict[str, LedgerEntry] = {}
        self.steps: list[Step] = []
        self.unknown: dict[str, str] = {}
        """By key, what was never acknowledged: an act, or a decision on one."""
        self.names: dict[str, NameState] = {}
        self.statuses: Counter[Status] = Counter()
        self._counted: defaultdict[str, ActSums] = defaultdict(ActSums)

    def recorded(
        self, submission: PlannedAct, sent_at: float, known_at: float, *, waits: bool = False, vouched: bool = False
    ) -> Status:
        """Enter an act that was acknowledged; return what it has to be by the contract.

        `waits` says that its form lets nothing count at once, `vouched` that names of its way are shown at once.
        """
        act, participant = submission.act, submission.participant
        in_review = waits or self.is_above(act, participant)
        status: Status = "in_review" if in_review else "counted"
        self.entries[submission.key] = LedgerEntry(submission, act, status, sent_at, known_at, not in_review)
        self.statuses[status] += 1
        self._step(sent_at, known_at, 1, None, None if in_review else act)
        if not in_review:
            self._counted[participant.key] = self._counted[participant.key].plus(act)
        if participant.organisation:
            self._given(participant.organisation, vouched=vouched)
        return status

    def is_above(self, act: SentAct, participant: Participant) -> bool:
        """Whether an act waits for a moderator: by itself, or with all that counts of its participant."""
        limits = self._limits
        of_all = limits.person if participant.is_person else limits.organisation
        return _is_above(act, limits) or _are_above(self._counted[participant.key], act, of_all)

    def takes_two(self, act: SentAct) -> bool:
        """Whether an act is approved by two moderators; another currency counts as the same number of tenge."""
        higher = self._limits.two_moderators
        return _is_above(act, higher, other=higher.amount["KZT"])

    def approved(self, key: str, sent_at: float, known_at: float) -> None:
        """Enter that a moderator, the second one where it takes two, has let an act count."""
        entry = self._becomes(key, "counted")
        self._counted[entry.participant.key] = self._counted[entry.participant.key].plus(entry.act)
        self._step(sent_at, known_at, 0, None, entry.act)

    def rejected(self, key: str, sent_at: float, known_at: float) -> None:
        """Enter that a moderator has rejected an act."""
        self._becomes(key, "rejected")
        self._step(sent_at, known_at, -1, None, None)

    def withdrawn(self, key: str, sent_at: float, known_at: float) -> None:
        """Enter that an act was taken back."""
        entry = self._becomes(key, "withdrawn")
        counted = entry.status == "counted"
        if counted:
            self._counted[entry.participant.key] = self._counted[entry.participant.key].plus(entry.act, -1)
        self._step(sent_at, known_at, -1, entry.act if counted else None, None)

    def corrected(self, key: str, act: SentAct, sent_at: float, known_at: float) -> None:
        """Enter that an act, counted or in review, is another one now."""
        entry = self.entries[key]
        self.entries[key] = replace(entry, act=act)
        if entry.status == "counted":
            self._counted[entry.participant.key] = self._counted[entry.participant.key].plus(entry.act, -1).plus(act)
            self._step(sent_at, known_at, 0, entry.act, act)

    def decided_on_name(self, name: str, state: NameState) -> None:
        """Enter what a moderator has decided on a name."""
        self.names[plain(name)] = state

    def counted(self) -> Iterator[LedgerEntry]:
        """Yield what counts."""
        return (entry for entry in self.entries.values() if entry.status == "counted")

    @property
    def shown(self) -> int:
        """What the counter of participations and that of what waits are to show together."""
        return self.statuses["counted"] + self.statuses["in_review"]

    def name_state(self, participant: Participant) -> NameState | None:
        """Return what has become of an organisation's name, None for who has none."""
        return self.names.get(plain(participant.organisation)) if participant.organisation else None

    def _becomes(self, key: str, status: Status) -> LedgerEntry:
        """Give an act another status; return it as it was."""
        before = self.entries[key]
        self.entries[key] = replace(before, status=status, was_counted=before.was_counted or status == "counted")
        self.statuses[before.status] -= 1
        self.statuses[status] += 1
        return before

    def _given(self, name: str, *, vouched: bool) -> None:
        current = self.names.setdefault(plain(name), "waiting")
        if vouched and current == "waiting":
            self.names[plain(name)] = "shown"

    def _step(self, sent_at: float, known_at: float, shown: int, before: SentAct | None, after: SentAct | None) -> None:
        self.steps.append(Step(sent_at, known_at, shown, before, after))


def plain(name: str) -> str:
    """Return a name without what makes no other name: case and spaces."""
    return " ".join(name.split()).casefold()


def sums(acts: Iterable[SentAct]) -> ActSums:
    """Return what acts add up to."""
    people = minutes = count = 0
    amounts: defaultdict[str, int] = defaultdict(int)
    for act in acts:
        count, people, minutes = count + 1, people + act.people, minutes + act.minutes
        if act.amount:
            amounts[act.amount.currency] += act.amount.value
    return ActSums(count, people, minutes, dict(amounts))


def _is_above(act: SentAct, limits: RehearsalActLimits, other: int = 0) -> bool:
    amount = act.amount
    return (
        act.people > limits.people
        or act.minutes > limits.hours * MINUTES_PER_HOUR
        or (amount is not None and amount.value > limits.amount.get(amount.currency, other))
    )


def _are_above(before: ActSums, act: SentAct, limits: RehearsalSumLimits) -> bool:
    amount = act.amount
    return (
        before.acts >= limits.acts
        or before.people + act.people > limits.people
        or (act.minutes > 0 and before.minutes + act.minutes > limits.hours * MINUTES_PER_HOUR)
        or (
            amount is not None
            and amount.currency in limits.amount
            and before.amounts.get(amount.currency, 0) + amount.value > limits.amount[amount.currency]
        )
    )
