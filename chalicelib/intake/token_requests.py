"""From a request to what a token shall be, or a list of all that is wrong."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.domain.folding import clean
from chalicelib.domain.places import resolve_region
from chalicelib.domain.tokens import DAY_MS, SCOPES, SCOPES_OVER_ACTS, Scope
from chalicelib.domain.vocabulary import NamesOnAir
from chalicelib.intake.faults import Fault, Invalid, Rules, child, read
from chalicelib.intake.form_requests import YesOrNo
from chalicelib.intake.participation_requests import RULES, line_faults
from chalicelib.intake.requests import Line, Moment, RegionCode, Request

NEVER: Literal["never"] = "never"
LATEST_MS = 3_653 * DAY_MS
"""Ten years: who wants a token to be valid for longer says that it never ends."""

Scopes = Annotated[list[Scope], Meta(min_length=1, max_length=len(SCOPES), extra={"fault": "scopes"})]
TokenCampaign = Annotated[str, Meta(pattern=r"^(\*|[a-z0-9][a-z0-9-]{0,31})$(?!\n)", extra={"fault": "token_campaign"})]
Expiry = Annotated[
    str,
    Meta(
        max_length=40,
        description="An RFC 3339 time, or `never`.",
        extra_json_schema={"anyOf": [{"format": "date-time"}, {"const": NEVER}]},
        extra={"fault": "expiry"},
    ),
]


class TokenRequest(Request, frozen=True):
    """A token as it shall be: `label` says whose it is, `campaign` `*` is for all.

    With a `region` it records, reads and moderates acts of that place alone; one of the `sandbox` records nothing
    outside of rehearsals. Where `expires_at` is left out it ends by itself.
    """

    label: Line
    scopes: Scopes
    campaign: TokenCampaign
    region: RegionCode | None = None
    sandbox: YesOrNo = False
    names: NamesOnAir = "shown"
    expires_at: Expiry | UnsetType = UNSET


class RequestedToken(msgspec.Struct, frozen=True):
    """What a token shall be; `expires_at` is epoch ms, `never`, or None where that is not said."""

    label: str
    scopes: tuple[Scope, ...]
    campaign: str
    region: str | None
    sandbox: bool
    names: NamesOnAir
    expires_at: int | Literal["never"] | None


def read_token(raw: object, now: int) -> RequestedToken:
    """Return the token that a request asks for, now (epoch ms).

    Raises:
        Invalid: naming every field that is wrong.
    """
    request = read(TokenRequest, raw, _RULES)
    expires_at = _expires_at(request.expires_at)
    if isinstance(expires_at, int) and not now < expires_at <= now + LATEST_MS:
        raise Invalid((Fault("#/expires_at", "expiry"),))
    region = None if request.region is None else resolve_region(request.region)
    return RequestedToken(
        label=clean(request.label),
        scopes=tuple(scope for scope in SCOPES if scope in request.scopes),
        campaign=request.campaign,
        region=region if isinstance(region, str) else None,
        sandbox=request.sandbox,
        names=request.names,
        expires_at=expires_at,
    )


def _expires_at(given: str | UnsetType) -> int | Literal["never"] | None:
    if given is UNSET:
        return None
    return NEVER if given == NEVER else round(_moment(given).timestamp() * 1000)


def _moment(text: str) -> datetime:
    return msgspec.convert(text, Moment)


def _expiry_faults(text: str, pointer: str) -> Iterator[Fault]:
    if text == NEVER:
        return
    try:
        _moment(text)
    except msgspec.ValidationError:
        yield Fault(pointer, "expiry")


def _token_faults(request: TokenRequest, pointer: str) -> Iterator[Fault]:
    if (request.region is not None or request.sandbox) and not set(request.scopes) <= set(SCOPES_OVER_ACTS):
        yield Fault(child(pointer, "scopes"), "scopes_over_acts", {"scopes": ", ".join(SCOPES_OVER_ACTS)})


_RULES = Rules(
    values={**RULES.values, "expiry": _expiry_faults, "line": line_faults},
    objects={**RULES.objects, TokenRequest: _token_faults},
)
