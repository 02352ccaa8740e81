"""The facts of a stream. Each carries all that a projection needs to apply it or to take it back.

`participation` is the version of the `ParticipationRecorded` that the fact is about, and `at` the time that one
was recorded (epoch ms). `first` and `last` say that the participant's counted participations went from none to
one, or back; `counted_as` is the type under which the participant was first counted.
"""

from typing import Literal

import msgspec

from chalicelib.domain.campaign import ReviewReason
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import ParticipantType


class ParticipationRecorded(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act came in. `submission` and `fingerprint` are keyed hashes of its id and of its content."""

    act: Act
    status: Literal["counted", "in_review"]
    submission: str
    fingerprint: str
    occurred_at: int | None = None
    review_reasons: tuple[ReviewReason, ...] = ()
    first: bool = False


class ParticipationApproved(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act in review counts from now on."""

    participation: int
    at: int
    act: Act
    reason: str
    by: str
    first: bool = False


class ParticipationRejected(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act in review will not count."""

    participation: int
    at: int
    act: Act
    reason: str
    by: str


class ParticipationCorrected(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act was not what it said: `before` is taken back, `after` put in its place."""

    participation: int
    at: int
    before: Act
    after: Act
    status: Literal["counted", "in_review"]
    reason: str
    by: str


class ParticipationWithdrawn(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An act is taken back; `status` is what it was until now."""

    participation: int
    at: int
    act: Act
    status: Literal["counted", "in_review"]
    reason: str
    by: str
    counted_as: ParticipantType | None = None
    last: bool = False


class ParticipantErased(msgspec.Struct, frozen=True, gc=False):
    """Nothing leads from a person to this stream any more; what it counted stands."""


Event = (
    ParticipationRecorded
    | ParticipationApproved
    | ParticipationRejected
    | ParticipationCorrected
    | ParticipationWithdrawn
    | ParticipantErased
)

EVENT_TYPES: tuple[type[Event], ...] = (
    ParticipationRecorded,
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
