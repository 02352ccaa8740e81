"""Issue tokens, list them, revoke them: each admin those of what they administer, and none that may do more."""

import re
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.problems import Problem
from chalicelib.api.responses import MomentText, moment
from chalicelib.api.routes import NO_STORE, WHY, Operation, Routes, json_response
from chalicelib.domain.tokens import ALL_CAMPAIGNS, Scope, Token, expiry_by_default
from chalicelib.domain.vocabulary import NamesOnAir
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.token_requests import NEVER, RequestedToken, TokenRequest, read_token

if TYPE_CHECKING:
    from chalicelib.domain.campaign import Campaign

_ID = re.compile(r"[0-9A-Za-z]{1,64}")

routes = Routes(__name__)


class TokenResponse(msgspec.Struct, frozen=True):
    """A token without its secret. `expires_at` is null where it never does; `used_at` is exact to the hour."""

    id: str
    label: str | None
    scopes: tuple[Scope, ...]
    campaign: str
    region: str | None
    sandbox: bool
    names: NamesOnAir
    created_at: MomentText | None
    expires_at: MomentText | None
    used_at: MomentText | None
    revoked_at: MomentText | None


class IssuedToken(TokenResponse, frozen=True):
    """A new token: this is the only time that the whole of it is told."""

    token: str


class Tokens(msgspec.Struct, frozen=True):
    """All tokens of what the caller administers, the oldest first."""

    tokens: list[TokenResponse]


@routes.on(
    "POST",
    "/v1/tokens",
    Operation(
        summary="Issue a token; its text is told this once.",
        description="For what the caller's token is for, with scopes that it has. One that administers ends no later "
        "than it does.",
        scope="admin",
        trail="token_issued",
        cache=NO_STORE,
        parameters=(WHY,),
        takes=TokenRequest,
        gives={201: IssuedToken},
    ),
)
def issue_token(call: Call) -> Intent:
    """Issue a token."""
    from chalicelib.registry import new_token_id

    now, registry = call.services.now(), call.services.registry
    requested = read_token(call.json(), now)
    for scope in ("admin", *requested.scopes):
        call.demand(scope, requested.campaign)
    campaign = None if requested.campaign == ALL_CAMPAIGNS else registry.current_campaign(requested.campaign)
    if campaign is None and requested.campaign != ALL_CAMPAIGNS:
        raise Invalid((Fault("#/campaign", "campaign_unknown"),))
    expires_at, token_id = _expiry(call.token, requested, campaign, now), new_token_id(sandbox=requested.sandbox)

    def issue() -> Response:
        text = registry.issue_token(
            requested.scopes,
            requested.campaign,
            expires_at,
            requested.names,
            label=requested.label,
            region=requested.region,
            sandbox=requested.sandbox,
            created_at=now,
            token_id=token_id,
        )
        token = registry.token(text)
        if token is None:
            raise LookupError("a token that was issued is not there")
        return json_response(IssuedToken(**msgspec.structs.asdict(token_response(token)), token=text), status=201)

    return Intent(campaign=_campaign(requested.campaign), target=token_id, carry_out=issue)


@routes.on(
    "GET",
    "/v1/tokens",
    Operation(
        summary="List the tokens of what the caller administers, those that were revoked too.",
        scope="admin",
        cache=NO_STORE,
        gives={200: Tokens},
    ),
)
def list_tokens(call: Call) -> Response:
    """List tokens."""
    found = [token for token in call.services.registry.tokens() if _administers(call, token)]
    return json_response(
        Tokens([token_response(token) for token in sorted(found, key=lambda token: token.created_at or 0)])
    )


@routes.on(
    "GET",
    "/v1/tokens/self",
    Operation(
        summary="Tell whose token it is that asks, and what it may do.",
        scope="any",
        cache=NO_STORE,
        of_acts=True,
        gives={200: TokenResponse},
    ),
)
def show_own_token(call: Call) -> Response:
    """Tell what the caller's token is."""
    current = call.services.registry.token_of_id(call.token.id)
    # Of a token that a process remembers, when it was used is older than what the list tells.
    return json_response(token_response(current or call.token))


@routes.on(
    "DELETE",
    "/v1/tokens/{token}",
    Operation(
        summary="Revoke a token by its id. What it did keeps its id, and the list its label.",
        scope="admin",
        trail="token_revoked",
        cache=NO_STORE,
        parameters=(WHY,),
        gives={204: None},
        tells={"Holds-From": "From when (RFC 3339) the token is let in nowhere."},
        refuses=("token-not-found",),
    ),
)
def revoke_token(call: Call, token: str) -> Intent:
    """Revoke a token."""
    from chalicelib.registry import HOLDS_AFTER_MS

    found = call.services.registry.token_of_id(token) if _ID.fullmatch(token) else None
    # Of tokens of others nothing is told, not even that there are any.
    if found is None or not _administers(call, found):
        raise Problem("token-not-found")
    current = found

    def revoke() -> Response:
        now = call.services.now()
        call.services.registry.revoke_token(current, now)
        return Response("", {"Holds-From": moment(now + HOLDS_AFTER_MS)}, status_code=204)

    return Intent(campaign=_campaign(current.campaign), target=current.id, carry_out=revoke)


def token_response(token: Token) -> TokenResponse:
    """Return a token as it is told of."""
    return TokenResponse(
        id=token.id,
        label=token.label,
        scopes=token.scopes,
        campaign=token.campaign,
        region=token.region,
        sandbox=token.sandbox,
        names=token.names,
        created_at=_moment(token.created_at),
        expires_at=_moment(token.expires_at),
        used_at=_moment(token.used_at),
        revoked_at=_moment(token.revoked_at),
    )


def _campaign(campaign: str) -> str | None:
    """Return the campaign that a token is for, None for all."""
    return None if campaign == ALL_CAMPAIGNS else campaign


def _administers(call: Call, token: Token) -> bool:
    return call.token.allows("admin", token.campaign, call.services.now())


def _expiry(issuer: Token, requested: RequestedToken, campaign: "Campaign | None", now: int) -> int | None:
    """Return when a token ends (epoch ms), None for never.

    Raises:
        Invalid: it may administer, and would outlive the one that it is issued by.
    """
    latest = issuer.expires_at if "admin" in requested.scopes else None
    if requested.expires_at is None:
        usual = expiry_by_default(campaign, now)
        return usual if latest is None else min(usual, latest)
    expires_at = None if requested.expires_at == NEVER else requested.expires_at
    if latest is not None and (expires_at is None or expires_at > latest):
        raise Invalid((Fault("#/expires_at", "expiry_past_own", {"latest": moment(latest)}),))
    return expires_at


def _moment(at: int | None) -> str | None:
    return None if at is None else moment(at)
