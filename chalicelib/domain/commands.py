"""What may be asked of a participant's stream.

`receipt` names the act that is asked about, `by` is the id of the token that asks. A moderator of one `region`
(ISO 3166-2) decides on acts in that place alone, and leaves them there. A partner (`of_own`) takes back and corrects
what came by its own token alone, and
makes none so large that it would wait for a moderator.
"""

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import Limits, ReviewReason
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import Kind


class RecordParticipation(msgspec.Struct, frozen=True):
    """Record one act, at a time (epoch ms).

    `receipt` and `fingerprint` are keyed hashes of the submission's id and of its content.
    `above` names the limits that it is above and that no stream tells of: those of its sender and of who signed in.
    """

    campaign: Campaign
    act: Act
    receipt: str
    fingerprint: str
    at: int
    occurred_at: int | None = None
    signed: bool = True
    above: tuple[ReviewReason, ...] = ()


class ApproveParticipation(msgspec.Struct, frozen=True):
    """Let an act in review count, as the second moderator where two are wanted."""

    receipt: str
    reason: str
    by: str
    region: str | None = None


class RejectParticipation(msgspec.Struct, frozen=True):
    """Refuse an act in review."""

    receipt: str
    reason: str
    by: str
    region: str | None = None


class WithdrawParticipation(msgspec.Struct, frozen=True):
    """Take an act back, counted or in review."""

    receipt: str
    reason: str
    by: str
    region: str | None = None
    of_own: bool = False


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a correction replaces: a field left out stays as it is, one that is None has nothing from then on."""

    kind: Kind | UnsetType = UNSET
    topic: str | UnsetType | None = UNSET
    place: str | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    people: int | UnsetType = UNSET
    minutes: int | UnsetType = UNSET
    pledged: Money | UnsetType | None = UNSET

    def applied_to(self, act: Act) -> Act:
        """Return the act with these fields replaced."""
        given = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}
        return msgspec.structs.replace(act, **given)


class CorrectParticipation(msgspec.Struct, frozen=True):
    """Replace parts of an act, counted or in review, as far as the campaign's limits leave it to one moderator."""

    receipt: str
    changes: Changes
    reason: str
    by: str
    limits: Limits
    region: str | None = None
    of_own: bool = False


class EraseParticipant(msgspec.Struct, frozen=True):
    """Cut the stream off from the person behind it."""


Moderation = ApproveParticipation | RejectParticipation | WithdrawParticipation | CorrectParticipation
Command = RecordParticipation | Moderation | EraseParticipant
