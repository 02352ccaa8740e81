"""One act by one participant, and what it adds to the totals."""

import msgspec

from chalicelib.domain.vocabulary import Kind, ParticipantType, Source


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in whole tenge, or in minor units of another ISO 4217 currency."""

    currency: str
    value: int


class Act(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What was done. Holds nothing about a person: an organisation's name is kept for display, a citizen's never.

    `place` is a region's ISO 3166-2 code or a country's ISO 3166-1 code; `hours` are whole hours.
    """

    kind: Kind
    participant_type: ParticipantType
    place: str
    source: Source
    topic: str | None = None
    organisation: str | None = None
    people: int = 1
    hours: int = 0
    amount: Money | None = None
