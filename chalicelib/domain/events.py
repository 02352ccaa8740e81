"""The facts of a stream. Each carries all that a read model needs to apply it or to take it back.

`receipt` names the act that a fact is about, `participation` is the version of the stream at which that was recorded,
and `at` when (epoch ms). `first` and `last` say that the participant's counted acts went from none to one, or back;
`counted_as` is the type under which the participant was first counted.
"""

from typing import Literal

import msgspec

from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType

CurrentStatus = Literal["counted", "in_review"]
"""What an act is that can still be changed."""


class ParticipationRecorded(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act came in. `receipt` and `fingerprint` are keyed hashes of the submission's id and of its content."""

    act: Act
    status: CurrentStatus
    receipt: str
    fingerprint: str
    occurred_at: int | None = None
    review_reasons: tuple[ReviewReason, ...] = ()
    first: bool = False


class ParticipationEndorsed(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The first of two moderators approves an act in review, which waits for the second."""

    receipt: str
    participation: int
    at: int
    act: Act
    reason: str
    by: str
    review_reasons: tuple[ReviewReason, ...]


class ParticipationApproved(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act in review counts from now on."""

    receipt: str
    participation: int
    at: int
    act: Act
    reason: str
    by: str
    first: bool = False


class ParticipationRejected(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act in review will not count."""

    receipt: str
    participation: int
    at: int
    act: Act
    reason: str
    by: str


class ParticipationCorrected(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act was not what it said: `before` is taken back, `after` put in its place."""

    receipt: str
    participation: int
    at: int
    before: Act
    after: Act
    status: CurrentStatus
    reason: str
    by: str
    review_reasons: tuple[ReviewReason, ...] = ()


class ParticipationWithdrawn(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act is taken back; `status` is what it was until now."""

    receipt: str
    participation: int
    at: int
    act: Act
    status: CurrentStatus
    reason: str
    by: str
    counted_as: ParticipantType | None = None
    last: bool = False


class ParticipantErased(msgspec.Struct, frozen=True, gc=False):
    """Nothing leads from a person to this stream any more; what it counted stands."""


LaterEvent = (
    ParticipationEndorsed
    | ParticipationApproved
    | ParticipationRejected
    | ParticipationCorrected
    | ParticipationWithdrawn
)
"""A fact about an act that was recorded before."""

Event = ParticipationRecorded | LaterEvent | ParticipantErased

EVENT_TYPES: tuple[type[Event], ...] = (
    ParticipationRecorded,
    ParticipationEndorsed,
    ParticipationApproved,
    ParticipationRejected,
    ParticipationCorrected,
    ParticipationWithdrawn,
    ParticipantErased,
)


class RecordedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event at its place in the log. `stream` is `<campaign>/<participant>`, `recorded_at` epoch ms."""

    stream: str
    version: int
    event_id: str
    recorded_at: int
    event: Event

    @property
    def campaign(self) -> str:
        """The campaign that the stream belongs to."""
        return self.stream.partition("/")[0]
