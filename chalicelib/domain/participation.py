"""One act by one participant, and what it adds to the totals."""

from typing import Annotated

import msgspec

from chalicelib.domain.vocabulary import Kind, ParticipantType, Source

MINUTES_PER_HOUR = 60


NUMBER_LIMIT = 1 << 60
"""No number of an act is so large: sums of more than a hundred thousand of them have their place."""

Number = Annotated[int, msgspec.Meta(gt=-NUMBER_LIMIT, lt=NUMBER_LIMIT)]


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in whole tenge, or in minor units of another ISO 4217 currency."""

    currency: str
    value: Number


NameId = Annotated[str, msgspec.Meta(max_length=64)]
"""The id under which an organisation's name is stored; ours have 16 characters, and a table takes no endless key."""


class Act(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What was done, and which way it came. Holds nothing that leads to a person.

    `place` is a region's ISO 3166-2 code or a country's ISO 3166-1 code, `name` the id under which an organisation's
    name is stored. `form` (`<provider>/<account>/<form>`) or `token` say what sent it within its source; `verified`,
    that the source vouches for who it was. `pledged` was promised, `confirmed` was seen to be paid.
    """

    kind: Kind
    participant_type: ParticipantType
    place: str
    source: Source
    form: str | None = None
    token: str | None = None
    verified: bool = False
    topic: str | None = None
    name: NameId | None = None
    people: Number = 1
    minutes: Number = 0
    pledged: Money | None = None
    confirmed: Money | None = None

    @property
    def amount(self) -> Money | None:
        """What the act adds to the totals: what was paid, else what was promised."""
        return self.confirmed or self.pledged


def sender_of(act: Act) -> str | None:
    """Return the form or the token that sent an act, None where neither is known. No form is named as a token is."""
    return act.form or act.token


def hours_of(minutes: int) -> float:
    """Return minutes as hours, whole ones as a whole number."""
    return minutes / MINUTES_PER_HOUR if minutes % MINUTES_PER_HOUR else minutes // MINUTES_PER_HOUR
