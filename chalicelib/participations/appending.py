"""One event more at the end of a stream, together with what is written beside it, or not at all."""

import random
from collections.abc import Callable, Sequence

import msgspec

from chalicelib.aws.items import Write
from chalicelib.clock import new_event_id
from chalicelib.domain.decider import KnownAct, State, evolve, known_act
from chalicelib.domain.events import Event, ParticipantErased, RecordedEvent
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.log import Entry, EventLog
from chalicelib.eventlog.transactions import Congested

MAX_ATTEMPTS = 60
FIRST_PAUSE_SECONDS = 0.01
MAX_PAUSE_SECONDS = 0.25


class Busy(Exception):
    """Too many writers at one stream; nothing was written, and the same request may be sent again."""


def following(stream: str, state: State, event: Event, now: int) -> RecordedEvent:
    """Return an event as the next one of a stream after a state, recorded now (epoch ms)."""
    return RecordedEvent(stream, state.version + 1, new_event_id(now), now, event)


def with_content(log: EventLog, receipt: Receipt, state: State) -> KnownAct:
    """Return an act with what its newest event tells of it, which may be the newest of the stream, as of a state.

    Raises:
        LookupError: the log has none.
    """
    newest = state.acts.get(receipt.id) if state.version == receipt.newest else None
    if newest is None:
        newest = known_act({}, log.event(receipt.stream, receipt.newest))
    if newest is None:
        raise LookupError(f"{receipt.stream} has no act at version {receipt.newest}")
    return msgspec.structs.replace(newest, receipt=receipt)


def append(log: EventLog, recorded: RecordedEvent, state: State, also: Sequence[Write]) -> State:
    """Append the event that follows a state, with other writes or not at all, and return the state after it.

    Raises:
        ExpectedVersionConflict: the log or what is beside it is not as it was expected to be.
        Busy: others keep writing there.
    """
    after = evolve(state, recorded)
    event = recorded.event
    entry = Entry(recorded, after.carry)
    if not isinstance(event, ParticipantErased):
        before = state.acts.get(event.receipt)
        expected = None if before is None else before.receipt.newest
        entry = Entry(recorded, after.carry, after.acts[event.receipt].receipt, expected)
    try:
        log.append(entry, also)
    except Congested:
        raise Busy(recorded.stream) from None
    return after


def pause(sleep: Callable[[float], None], lost: int) -> None:
    """Wait after so many more lost races than one: after the first, what won it is known and decided on at once."""
    if lost:
        longest = min(FIRST_PAUSE_SECONDS * 2**lost, MAX_PAUSE_SECONDS)
        sleep(random.uniform(0, longest))  # noqa: S311  jitter
