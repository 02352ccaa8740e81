"""What is answered: the shapes, and how they are made of what the services return."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import Limits, ReviewReason
from chalicelib.domain.participation import Act, Money, hours_of
from chalicelib.domain.places import HOME_COUNTRY
from chalicelib.domain.vocabulary import Kind, ParticipantType, Source, Status
from chalicelib.intake.act_requests import ActFilterRequest
from chalicelib.publishing.public_campaign import PublicCampaign

if TYPE_CHECKING:
    from chalicelib.participations.service import CurrentAct, Recorded
    from chalicelib.projections.acts import StoredAct

MomentText = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""RFC 3339 in UTC, to the ms."""

AnyJson: TypeAlias = Any
"""Whatever JSON is: of no other type does msgspec make a schema that takes all of it."""


class RecordResponse(msgspec.Struct, frozen=True):
    """What became of a participation that was sent; `repeated` where it had been recorded before."""

    id: str
    status: Status
    recorded_at: MomentText
    repeated: bool


class PlaceResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """A region of Kazakhstan, or a country abroad."""

    region: str | None = None
    country: str | None = None


class ParticipationResponse(msgspec.Struct, frozen=True):
    """A participation as it is now. Nothing of a person is in it: an organisation's name is what it is shown by.

    `approvals_missing` is how many moderators have to approve it before it counts.
    """

    id: str
    status: Status
    recorded_at: MomentText
    kind: Kind
    topic: str | None
    participant_type: ParticipantType
    organisation: str | None
    place: PlaceResponse
    people: int
    hours: float
    amount: Money | None
    source: Source
    approvals_missing: int


class ActResponse(ParticipationResponse, frozen=True):
    """A participation as moderators see it: also which way it came, and why it waits if it does.

    `form` (`<provider>/<account>/<form>`) or `token` (an id) sent it; `name` is the id of its organisation's name, told
    in `organisation` unless it is hidden; `verified` says that the source vouches for who it was. `note` is told to who
    asks for notes: null where there is none.
    """

    form: str | None
    token: str | None
    verified: bool
    name: str | None
    review_reasons: tuple[ReviewReason, ...]
    note: str | UnsetType | None = UNSET


class ActPage(msgspec.Struct, frozen=True):
    """Acts, the newest first; `next` is the cursor of the next page, if there is more."""

    acts: list[ActResponse]
    next: str | None


class ReviewPage(msgspec.Struct, frozen=True):
    """Participations that wait, oldest first; `next` is the cursor of the next page, if there is more."""

    participations: list[ActResponse]
    next: str | None


class ReviewGroupResponse(msgspec.Struct, frozen=True):
    """Acts that arrived together: how many, what they add up to, and the filter that finds just them."""

    acts: int
    people: int
    hours: float
    amount: dict[str, int]
    filter: ActFilterRequest


class ReviewGroups(msgspec.Struct, frozen=True):
    """What `acts` that wait arrived as, the largest groups first; `next` is where to go on, if there is more."""

    acts: int
    groups: list[ReviewGroupResponse]
    next: str | None


class CampaignResponse(PublicCampaign, frozen=True):
    """A campaign as it is kept."""

    limits: Limits
    min_cell: int
    poll_seconds: int | None


class Campaigns(msgspec.Struct, frozen=True):
    """All campaigns."""

    campaigns: list[PublicCampaign]


def moment(at: int) -> str:
    """Return the text of a time in epoch ms."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record_response(recorded: "Recorded") -> RecordResponse:
    """Return the answer to a record."""
    receipt = recorded.receipt
    return RecordResponse(receipt.id, receipt.status, moment(receipt.recorded_at), recorded.repeated)


def current_act_response(found: "CurrentAct") -> ParticipationResponse:
    """Return an act as it is told."""
    receipt = found.receipt
    return participation_response(
        receipt.id, receipt.status, receipt.recorded_at, found.act, found.organisation, found.approvals_missing
    )


def participation_response(
    act_id: str, status: Status, recorded_at: int, act: Act, organisation: str | None, approvals_missing: int
) -> ParticipationResponse:
    """Return an act, recorded at a time (epoch ms), as it is told."""
    return ParticipationResponse(
        id=act_id,
        status=status,
        recorded_at=moment(recorded_at),
        kind=act.kind,
        topic=act.topic,
        participant_type=act.participant_type,
        organisation=organisation,
        place=place_response(act.place),
        people=act.people,
        hours=hours_of(act.minutes),
        amount=act.amount,
        source=act.source,
        approvals_missing=approvals_missing,
    )


def place_response(place: str) -> PlaceResponse:
    """Return a region or a country by its code."""
    return PlaceResponse(region=place) if place.startswith(f"{HOME_COUNTRY}-") else PlaceResponse(country=place)


def act_response(found: "StoredAct", organisation: str | None) -> ActResponse:
    """Return an act as moderators are told of it."""
    act = found.act
    told = participation_response(found.id, found.status, found.recorded_at, act, organisation, found.approvals_missing)
    return ActResponse(
        **msgspec.structs.asdict(told),
        form=act.form,
        token=act.token,
        verified=act.verified,
        name=act.name,
        review_reasons=found.review_reasons,
    )


def campaign_response(campaign: Campaign) -> CampaignResponse:
    """Return a campaign with its review limits."""
    return msgspec.convert(campaign, CampaignResponse, from_attributes=True)
