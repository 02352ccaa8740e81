"""The shapes in which participations, corrections and campaigns are asked for.

The same types validate a request and describe it in the published contract.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.domain.vocabulary import DEFAULT_TOPICS, CampaignState, Kind, Metric, ParticipantType

MAX_AMOUNT = 10**15
"""Sums of amounts stay exact in every reader, JavaScript's included (2^53)."""

# In Python `$` also matches before a line break at the end; in the ECMAScript of JSON Schema this changes nothing.
_END = r"$(?!\n)"
# One line, no control characters; what is shown on air never breaks a layout.
_LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*" + _END
# How codes are written is told, and which of them there are is looked up.
REGION_CODE, COUNTRY_CODE, CURRENCY_CODE = r"KZ-([0-9]{2}|[A-Z]{3})", r"[A-Z]{2}", r"[A-Z]{3}"
# `\s` is not the same everywhere.
_SPACES = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE, extra={"fault": "line"})]
Text = Annotated[str, Meta(min_length=1, max_length=2000, pattern=_TEXT, extra={"fault": "text"})]
Display = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE, extra={"fault": "display"})]
"""A line that is shown or kept for ever, once it is folded: of what it must not hold `shown_text.py` tells."""
Phone = Annotated[str, Meta(min_length=1, max_length=60, pattern=_LINE, extra={"fault": "phone"})]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=_LINE, extra={"fault": "email"})]
Bin = Annotated[str, Meta(pattern=r"^[0-9]{12}" + _END, extra={"fault": "bin"})]
Slug = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][a-z0-9_]*" + _END, extra={"fault": "slug"})]
User = Annotated[str, Meta(pattern=r"^[a-z-]{1,20} [A-Za-z0-9._:=+/-]{1,128}" + _END, extra={"fault": "user"})]
RegionCode = Annotated[
    str, Meta(max_length=10, extra={"fault": "region"}, extra_json_schema={"pattern": f"^{REGION_CODE}$"})
]
CountryCode = Annotated[
    str, Meta(max_length=10, extra={"fault": "country"}, extra_json_schema={"pattern": f"^{COUNTRY_CODE}$"})
]
CurrencyCode = Annotated[
    str, Meta(max_length=10, extra={"fault": "currency"}, extra_json_schema={"pattern": f"^{CURRENCY_CODE}$"})
]
People = Annotated[int, Meta(ge=1, le=10**9, extra={"fault": "people"})]
Hours = Annotated[float, Meta(ge=0, le=10**9, multiple_of=0.5, extra={"fault": "hours"})]
"""Halves of hours are the smallest part that is counted."""
WholeHours = Annotated[int, Meta(ge=0, le=10**9, extra={"fault": "hours"})]
Acts = Annotated[int, Meta(ge=0, le=10**9, extra={"fault": "acts"})]
MinCell = Annotated[int, Meta(ge=0, le=100, extra={"fault": "min_cell"})]
PollSeconds = Annotated[int, Meta(ge=1, le=600, extra={"fault": "poll_seconds"})]
Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, extra={"fault": "amount"})]
Moment = Annotated[datetime, Meta(tz=True, extra={"fault": "moment"})]
GoalTarget = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, extra={"fault": "target"})]
AmountLimits = Annotated[
    dict[str, Amount],
    Meta(extra={"fault": "amount_limits"}, extra_json_schema={"propertyNames": {"pattern": f"^{CURRENCY_CODE}$"}}),
]
Url = Annotated[str, Meta(max_length=500, pattern=rf"^https://[^\"<>\\{_SPACES}]+" + _END, extra={"fault": "url"})]
Topics = Annotated[list[Slug], Meta(max_length=50, extra={"fault": "topics"}, extra_json_schema={"uniqueItems": True})]
CampaignId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}" + _END, extra={"fault": "campaign_id"})]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Anything that is sent in: unknown fields are refused."""


class ParticipantRequest(Request, frozen=True):
    """Who takes part."""

    type: ParticipantType
    name: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    organisation: Display | None = None
    bin: Bin | None = None


class PlaceRequest(Request, frozen=True):
    """Where: a region of Kazakhstan or a country abroad, exactly one of the two."""

    region: RegionCode | None = None
    country: CountryCode | None = None


class AmountRequest(Request, frozen=True):
    """How much: whole tenge, or minor units of another currency."""

    currency: CurrencyCode
    value: Amount


class ConsentRequest(Request, frozen=True):
    """What was agreed to."""

    text: Text
    version: Line


class ParticipationRequest(Request, frozen=True):
    """One act by one participant."""

    kind: Kind
    participant: ParticipantRequest
    place: PlaceRequest
    topic: Slug | None = None
    people: People = 1
    hours: Hours = 0
    amount: AmountRequest | None = None
    occurred_at: Moment | None = None
    consent: ConsentRequest | None = None
    note: Text | None = None


class ReasonRequest(Request, frozen=True):
    """Why a moderator decides as they do."""

    reason: Display


class CorrectionRequest(Request, frozen=True):
    """Why and what to replace in an act. What is left out stays; a topic, a name or an amount that is null goes."""

    reason: Display
    kind: Kind | UnsetType = UNSET
    topic: Slug | UnsetType | None = UNSET
    place: PlaceRequest | UnsetType = UNSET
    organisation: Display | UnsetType | None = UNSET
    people: People | UnsetType = UNSET
    hours: Hours | UnsetType = UNSET
    amount: AmountRequest | UnsetType | None = UNSET


class SoughtRequest(Request, frozen=True):
    """Somebody by any detail that they gave; `user` is a signed-in user of a provider, `telegram 123` say."""

    type: ParticipantType | None = None
    phone: Phone | None = None
    email: Email | None = None
    user: User | None = None
    organisation: Line | None = None
    bin: Bin | None = None


class PersonRequest(Request, frozen=True):
    """Whom to look for; an organisation that is looked for by name needs its place."""

    participant: SoughtRequest
    place: PlaceRequest | None = None


class NamesRequest(Request, frozen=True):
    """A text in the three languages."""

    kk: Line
    ru: Line
    en: Line


class GoalRequest(Request, frozen=True):
    """What to strive for, of a region where one is named.

    `original` may stand as it is told: it is the first target ever set, whatever is sent.
    """

    metric: Metric
    target: GoalTarget
    original: GoalTarget | None = None
    region: RegionCode | None = None


class MilestoneRequest(Request, frozen=True):
    """A number to celebrate."""

    id: Slug
    metric: Metric
    at: GoalTarget
    title: NamesRequest


class LinkRequest(Request, frozen=True):
    """A page by which people take part."""

    url: Url
    title: NamesRequest


class ActLimitsRequest(Request, frozen=True):
    """The most that one act may add; `amount` by currency."""

    people: People | None = None
    hours: WholeHours | None = None
    amount: AmountLimits | None = None


class SumLimitsRequest(Request, frozen=True):
    """The most that several acts may add up to; `amount` by currency."""

    acts: Acts | None = None
    people: People | None = None
    hours: WholeHours | None = None
    amount: AmountLimits | None = None


class LimitsRequest(ActLimitsRequest, frozen=True):
    """What counts without a moderator, of one act, and below of several; what is left out is as usual.

    `person` and `organisation`: one participant over all acts. `form` and `token`: one of them within five minutes.
    `user_participants`: how many participants begin to count by one signed-in user. Above `two_moderators` an act
    counts when two have approved it.
    """

    person: SumLimitsRequest = SumLimitsRequest()
    organisation: SumLimitsRequest = SumLimitsRequest()
    user_participants: People | None = None
    form: SumLimitsRequest = SumLimitsRequest()
    token: SumLimitsRequest = SumLimitsRequest()
    two_moderators: ActLimitsRequest = ActLimitsRequest()


class CampaignRequest(Request, frozen=True):
    """A campaign as it shall be. `id` may stand as it is told."""

    names: NamesRequest
    state: CampaignState
    opens: Moment | None = None
    closes: Moment | None = None
    goals: Annotated[list[GoalRequest], Meta(max_length=30)] = []
    milestones: Annotated[list[MilestoneRequest], Meta(max_length=50)] = []
    links: Annotated[list[LinkRequest], Meta(max_length=20)] = []
    topics: Topics = msgspec.field(default_factory=lambda: list(DEFAULT_TOPICS))
    limits: LimitsRequest = LimitsRequest()
    min_cell: MinCell = 0
    poll_seconds: PollSeconds | None = None
    id: CampaignId | None = None


class NamesPatch(Request, frozen=True):
    """What to change of a text in the three languages."""

    kk: Line | UnsetType = UNSET
    ru: Line | UnsetType = UNSET
    en: Line | UnsetType = UNSET


def _patched(field: msgspec.structs.FieldInfo) -> object:
    """Return the type by which a field is changed: what has no default cannot take it."""
    changed = NamesPatch if field.type is NamesRequest else field.type
    return changed | UnsetType if field.required else changed | UnsetType | None


CampaignPatch = msgspec.defstruct(
    "CampaignPatch",
    [(field.name, _patched(field), UNSET) for field in msgspec.structs.fields(CampaignRequest)],
    frozen=True,
    forbid_unknown_fields=True,
    namespace={"__doc__": "What to change of a campaign: what is left out stays, what is null takes its default."},
)
