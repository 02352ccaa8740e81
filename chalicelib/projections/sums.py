"""What an event adds to the totals and takes back from them.

Every event is a sum of signed acts, so totals are sums too: in any order, over any slices, with the same result.
"""

from collections import defaultdict
from typing import assert_never

import msgspec

from chalicelib.domain.events import (
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `hours`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""


class Delta(msgspec.Struct, frozen=True, gc=False):
    """Signed acts: `counted` change the totals, `waiting` what is in review.

    `joined` is by how many the participants of type `joined_as` change.
    """

    counted: tuple[tuple[int, Act], ...] = ()
    waiting: tuple[tuple[int, Act], ...] = ()
    joined: int = 0
    joined_as: ParticipantType | None = None


def delta(recorded: RecordedEvent) -> Delta:
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


def subject(recorded: RecordedEvent) -> tuple[int, int]:
    """Return which act an event is about: when that was recorded (epoch ms), and at which version of the stream."""
    event = recorded.event
    if isinstance(event, ParticipationRecorded | ParticipantErased):
        return recorded.recorded_at, recorded.version
    return event.at, event.participation


class Sums:
    """Sums of a batch by cell, before they are added to a state. Plain rows: this is the projector's inner loop."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._amounts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def act(self, sign: int, act: Act, *cells: str) -> None:
        """Add an act to some cells, or take it back from them."""
        people, hours, amount = sign * act.people, sign * act.hours, act.amount
        for cell in cells:
            row = self._rows[cell]
            row[0] += sign
            row[1] += people
            row[2] += hours
        if amount is not None:
            for cell in cells:
                self._amounts[cell, amount.currency] += sign * amount.value

    def participations(self, cell: str, value: int) -> None:
        """Add a number of participations, without what they measure."""
        self._rows[cell][0] += value

    def participants(self, cell: str, value: int) -> None:
        """Add a number of participants."""
        self._rows[cell][3] += value

    def added_to(self, state: Cells) -> Cells:
        """Return a state with these sums added."""
        cells = {cell: dict(measures) for cell, measures in state.items()}
        for cell, row in self._rows.items():
            for measure, value in zip(_ROW, row, strict=True):
                _add(cells, cell, measure, value)
        for (cell, currency), value in self._amounts.items():
            _add(cells, cell, currency, value)
        return cells


_ROW = ("participations", "people", "hours", "participants")


def merge(a: Cells, b: Cells) -> Cells:
    """Return the sum of both."""
    merged = {cell: dict(measures) for cell, measures in a.items()}
    for cell, measures in b.items():
        for measure, value in measures.items():
            _add(merged, cell, measure, value)
    return merged


def _add(cells: Cells, cell: str, measure: str, value: int) -> None:
    """Add to one measure of one cell, in place, keeping cells free of zeros."""
    if not value:
        return
    measures = cells.setdefault(cell, {})
    total = measures.get(measure, 0) + value
    if total:
        measures[measure] = total
        return
    del measures[measure]
    if not measures:
        del cells[cell]
