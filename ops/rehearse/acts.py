"""Who takes part in a rehearsal, what they do, and by which way it is sent: in the sender's own words."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from chalicelib.domain.vocabulary import PERSON, Kind, ParticipantType

Channel = Literal[
    "api",
    "batch",
    "standard",
    "checked",
    "google-forms",
    "typeform",
    "tally",
    "google-ads",
    "vk",
    "vk-miniapp",
    "telegram",
    "telegram-miniapp",
    "whatsapp",
]
"""`checked` is a second form of Standard Webhooks, all of which waits for a moderator."""

ABROAD = "abroad"
MINUTES_PER_HOUR = 60


class Amount(msgspec.Struct, frozen=True):
    """Whole tenge, or minor units of another currency."""

    currency: str
    value: int


class Participant(msgspec.Struct, frozen=True):
    """Somebody who takes part, with what they give of themselves.

    `key` is who it is: one for all acts of a participant, by whatever channel. `place` is a region's or a country's
    code, `user` the number that Telegram or VK know a person by.
    """

    key: str
    type: ParticipantType
    place: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    user: int | None = None
    organisation: str | None = None
    bin: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether it is one person, and no organisation."""
        return self.type == PERSON

    @property
    def place_key(self) -> str:
        """The place whose board an organisation stands on: a region's code, or `abroad`."""
        return _place_key(self.place)


class SentAct(msgspec.Struct, frozen=True):
    """What somebody does; `place` is a region's or a country's code."""

    kind: Kind
    place: str
    topic: str | None = None
    people: int = 1
    minutes: int = 0
    amount: Amount | None = None

    @property
    def place_key(self) -> str:
        """The place under which totals have it: a region's code, or `abroad`."""
        return _place_key(self.place)


class PlannedAct(msgspec.Struct, frozen=True):
    """One act, as it is sent once, however often it arrives.

    `fate`, from 0 to 1, is what moderators go by who decide on it. `twice` sends it two times at once, `impatient`
    gives up on the first answer before it can come, `again_after` sends it once more so many seconds later.
    """

    number: int
    key: str
    channel: Channel
    participant: Participant
    act: SentAct
    fate: float = 0.5
    twice: bool = False
    impatient: bool = False
    again_after: float | None = None
    is_attack: bool = False


class RehearsalActLimits(msgspec.Struct, frozen=True):
    """The most that one act brings without a moderator; `amount` by currency."""

    people: int
    hours: int
    amount: Mapping[str, int]


class RehearsalSumLimits(RehearsalActLimits, frozen=True):
    """The most that several acts bring together."""

    acts: int


class RehearsalLimits(RehearsalActLimits, frozen=True):
    """The limits that a rehearsal gives its campaign, as the API takes them."""

    person: RehearsalSumLimits
    organisation: RehearsalSumLimits
    two_moderators: RehearsalActLimits
    form: RehearsalSumLimits
    token: RehearsalSumLimits
    user_participants: int


_OUT_OF_REACH = RehearsalSumLimits(acts=10**9, people=10**9, hours=10**9, amount={"KZT": 10**15})

LIMITS = RehearsalLimits(
    people=1_000,
    hours=1_000,
    amount={"KZT": 10_000_000, "USD": 1_000_000},
    person=RehearsalSumLimits(acts=20, people=2_000, hours=20_000, amount={"KZT": 20_000_000}),
    organisation=RehearsalSumLimits(acts=60, people=20_000, hours=200_000, amount={"KZT": 100_000_000}),
    two_moderators=RehearsalActLimits(people=10_000, hours=100_000, amount={"KZT": 100_000_000}),
    # What a form and a token bring within minutes is limited approximately, which nobody can predict to the unit.
    form=_OUT_OF_REACH,
    token=_OUT_OF_REACH,
    user_participants=10**6,
)


def _place_key(place: str) -> str:
    return place if place.startswith("KZ-") else ABROAD
