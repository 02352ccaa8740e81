"""Many decisions one after the other: each as if it were made alone, as many as there is time for.

What one participant did is decided in its order, from what the decision before left: a flood of one participant costs a
transaction for each act. Participants are decided on at the same time, as all that is waited for is the log.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from chalicelib.domain.commands import Moderation
from chalicelib.domain.decider import KnownAct, Refusal, State, decide, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.eventlog.log import EventLog, ExpectedVersionConflict
from chalicelib.participations.appending import Busy, append, following, with_content
from chalicelib.participations.service import Participations, Refused

AT_ONCE = 8
"""Participants that are decided on at a time."""


class BulkOutcome(msgspec.Struct, frozen=True):
    """What came of one decision: the event that was appended, or would be, or why there is none.

    Without either others were writing there, and it may be asked for again.
    """

    receipt: str
    recorded: RecordedEvent | None = None
    refusal: Refusal | None = None


class BulkModeration:
    """Decides on many acts, over the log, and through the service where others write at the same time."""

    def __init__(
        self, log: EventLog, participations: Participations, now: Callable[[], int], monotonic: Callable[[], float]
    ) -> None:
        self._log = log
        self._participations = participations
        self._now = now
        self._monotonic = monotonic

    def decide(
        self,
        acts: Sequence[KnownAct],
        command: Callable[[str], Moderation],
        deadline: float,
        *,
        dry_run: bool,
        states: dict[str, State] | None = None,
    ) -> Mapping[str, BulkOutcome]:
        """Carry out a decision on each act; return by its receipt's id what came of those that were reached in time.

        `command` makes the decision on the receipt of an id. In a dry run nothing is appended. `states` takes and gives
        what streams are after decisions that go together.
        """
        known = {} if states is None else states
        # Most participants of a flood did nothing after the act that is decided on.
        known |= self._log.newest_at({s: version for s, version in _newest(acts).items() if s not in known})

        def carried_out(of_stream: Sequence[KnownAct]) -> list[BulkOutcome]:
            return list(self._decide(of_stream, command, deadline, known, dry_run=dry_run))

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="decisions") as threads:
            outcomes = threads.map(carried_out, _by_stream(acts))
            return {outcome.receipt: outcome for some in outcomes for outcome in some}

    def _decide(
        self,
        acts: Sequence[KnownAct],
        command: Callable[[str], Moderation],
        deadline: float,
        states: dict[str, State],
        *,
        dry_run: bool,
    ) -> Iterator[BulkOutcome]:
        for act in acts:
            if self._monotonic() >= deadline:
                return
            receipt, moderation = act.receipt, command(act.receipt.id)
            state = states.pop(receipt.stream, None) or self._log.newest(receipt.stream)
            known = msgspec.structs.replace(state, acts={receipt.id: self._with_content(act, state)})
            decision = decide(moderation, known)
            if isinstance(decision, Refusal):
                states[receipt.stream] = known
                yield BulkOutcome(receipt.id, refusal=decision)
                continue
            (event,) = decision
            recorded = following(receipt.stream, state, event, self._now())
            try:
                after = evolve(known, recorded) if dry_run else append(self._log, recorded, known, ())
            except (ExpectedVersionConflict, Busy):
                yield self._alone(act, moderation)
            else:
                states[receipt.stream] = after
                yield BulkOutcome(receipt.id, recorded)

    def _alone(self, act: KnownAct, moderation: Moderation) -> BulkOutcome:
        """Decide where others were writing: the service finds out what is so now."""
        receipt = self._participations.receipt(act.receipt.id) or act.receipt
        try:
            return BulkOutcome(receipt.id, self._participations.moderated(receipt, moderation).recorded)
        except Refused as refused:
            return BulkOutcome(receipt.id, refusal=refused.refusal)
        except Busy:
            return BulkOutcome(receipt.id)

    def _with_content(self, act: KnownAct, state: State) -> KnownAct:
        return with_content(self._log, act.receipt, state) if act.act is None else act


def _newest(acts: Sequence[KnownAct]) -> dict[str, int]:
    """Return the newest version that is known of each stream."""
    found: dict[str, int] = {}
    for act in acts:
        found[act.receipt.stream] = max(found.get(act.receipt.stream, 0), act.receipt.newest)
    return found


def _by_stream(acts: Sequence[KnownAct]) -> list[list[KnownAct]]:
    found: dict[str, list[KnownAct]] = {}
    for act in acts:
        found.setdefault(act.receipt.stream, []).append(act)
    return list(found.values())
