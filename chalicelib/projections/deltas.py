"""What an event adds to the totals and takes back from them.

Every event is a sum of signed acts, so totals are sums too: in any order, over any slices, with the same result.
"""

from typing import assert_never

import msgspec

from chalicelib.domain.events import (
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    Recorded,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `hours`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""


class Delta(msgspec.Struct, frozen=True):
    """Signed acts: `counted` change the totals, `waiting` what is in review.

    `joined` is by how many the participants of type `joined_as` change.
    """

    counted: tuple[tuple[int, Act], ...] = ()
    waiting: tuple[tuple[int, Act], ...] = ()
    joined: int = 0
    joined_as: ParticipantType | None = None


def delta(recorded: Recorded) -> Delta:
    """Return what an event changes."""
    event = recorded.event
    match event:
        case ParticipationRecorded(status="counted", act=act):
            return Delta(((1, act),), joined=int(event.first), joined_as=act.participant_type)
        case ParticipationRecorded(act=act):
            return Delta(waiting=((1, act),))
        case ParticipationApproved(act=act):
            return Delta(((1, act),), ((-1, act),), joined=int(event.first), joined_as=act.participant_type)
        case ParticipationRejected(act=act):
            return Delta(waiting=((-1, act),))
        case ParticipationWithdrawn(status="counted", act=act):
            return Delta(((-1, act),), joined=-int(event.last), joined_as=event.counted_as)
        case ParticipationWithdrawn(act=act):
            return Delta(waiting=((-1, act),))
        case ParticipationCorrected(status="counted"):
            return Delta(((-1, event.before), (1, event.after)))
        case ParticipationCorrected():
            return Delta(waiting=((-1, event.before), (1, event.after)))
        case ParticipantErased():
            return Delta()
        case _:
            assert_never(event)


def subject(recorded: Recorded) -> tuple[int, int]:
    """Return which act an event is about: when that was recorded (epoch ms), and at which version of the stream."""
    event = recorded.event
    if isinstance(event, ParticipationRecorded | ParticipantErased):
        return recorded.recorded_at, recorded.version
    return event.at, event.participation


def add(cells: Cells, cell: str, measure: str, value: int) -> None:
    """Add to one measure of one cell, in place, keeping cells free of zeros."""
    measures = cells.get(cell)
    if measures is None:
        measures = cells[cell] = {}
    total = measures.get(measure, 0) + value
    if total:
        measures[measure] = total
        return
    measures.pop(measure, None)
    if not measures:
        del cells[cell]


def add_act(cells: Cells, cell: str, sign: int, act: Act) -> None:
    """Add or take back an act, in place."""
    add(cells, cell, "participations", sign)
    add(cells, cell, "people", sign * act.people)
    if act.hours:
        add(cells, cell, "hours", sign * act.hours)
    if act.amount is not None:
        add(cells, cell, act.amount.currency, sign * act.amount.value)


def copy(cells: Cells) -> Cells:
    """Return cells of their own."""
    return {cell: dict(measures) for cell, measures in cells.items()}


def merge(a: Cells, b: Cells) -> Cells:
    """Return the sum of both."""
    merged = copy(a)
    for cell, measures in b.items():
        for measure, value in measures.items():
            add(merged, cell, measure, value)
    return merged
