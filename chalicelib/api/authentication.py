"""Who asks, by the bearer token of RFC 6750, and whether they may."""

import re
from collections.abc import Callable

from chalicelib.api.problems import Problem
from chalicelib.domain.tokens import Scope, Token

_BEARER = re.compile(r"bearer +(qy_[0-9A-Za-z]{1,64}_[0-9A-Za-z_-]{1,128})", re.IGNORECASE)
_REALM = 'Bearer realm="qaiyrym"'


def authenticate(authorization: str | None, find: Callable[[str], Token | None], now: int) -> Token:
    """Return the token of an Authorization header, as `find` knows it, at `now` (epoch ms).

    Raises:
        Problem: there is none, or it is unknown, revoked or expired.
    """
    if not authorization:
        raise Problem("token-missing", headers={"WWW-Authenticate": _REALM})
    match = _BEARER.fullmatch(authorization.strip())
    token = find(match[1]) if match else None
    if token is None or token.is_over(now):
        raise Problem("token-invalid", headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'})
    return token


def demand(token: Token, scope: Scope, campaign: str | None, now: int) -> None:
    """Let a token pass that has the scope now (epoch ms), and is for the campaign where one is named.

    Raises:
        Problem: it does not have the scope, or is for another campaign.
    """
    if scope not in token.scopes:
        challenge = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
        raise Problem("scope-missing", {"scope": scope}, headers={"WWW-Authenticate": challenge})
    if campaign is not None and not token.allows(scope, campaign, now):
        raise Problem("campaign-forbidden")


def demand_whole(token: Token) -> None:
    """Let a token pass that is not kept to single acts.

    Raises:
        Problem: it is of one region, or of the sandbox.
    """
    if token.region is not None:
        raise Problem("region-forbidden")
    if token.sandbox:
        raise Problem("sandbox-forbidden")
