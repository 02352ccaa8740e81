"""One request, as its handler sees it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

import msgspec
from chalice.app import Request

from chalicelib.api.authentication import authenticate, demand, demand_whole
from chalicelib.api.bodies import read_json
from chalicelib.api.problems import Problem
from chalicelib.domain.participation import Act
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.tokens import Scope, Token
from chalicelib.intake.requests import CampaignId

if TYPE_CHECKING:
    from chalicelib.bootstrap import Services
    from chalicelib.domain.campaign import Campaign

AnyScope = Literal["any"]
"""What a route asks for that is open to every valid token, whatever its scopes are."""


RATE_WINDOW_SECONDS = 300
"""Over how long the firewall counts."""


class Call:
    """A request with what it is allowed and the services that answer it; a body may have `max_bytes`.

    It is declared as one of `media_types`. Where `of_acts` is set, tokens that are kept to single acts are let in, and
    the handler keeps them to theirs; where `of_own` is, those that may only record, which are kept to what they
    recorded.
    """

    def __init__(
        self,
        request: Request,
        services: "Services",
        scope: Scope | AnyScope | None,
        max_bytes: int,
        media_types: Collection[str],
        *,
        of_acts: bool,
        of_own: bool = False,
    ) -> None:
        self.services = services
        self._request = request
        self._scope = scope
        self._max_bytes = max_bytes
        self._media_types = media_types
        self._of_acts = of_acts
        self._of_own = of_own
        self._token: Token | None = None

    @property
    def token(self) -> Token:
        """Who asks, on a route that needs a scope."""
        if self._token is None:
            raise LookupError("this route asks for no token")
        return self._token

    @property
    def is_sandbox(self) -> bool:
        """Whether the caller's token is of the sandbox."""
        return self._token is not None and self._token.sandbox

    @property
    def request_id(self) -> str | None:
        """What the request is called in the logs, None where nobody gave it a name."""
        return request_id(self._request)

    @property
    def rate_limit_policy(self) -> str | None:
        """What the token may ask, as the field `RateLimit-Policy` says it; None where nobody counts.

        https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
        """
        limit = self.services.settings.token_requests
        return None if limit is None or self._token is None else f'"token";q={limit};w={RATE_WINDOW_SECONDS}'

    @property
    def has_body(self) -> bool:
        """Whether anything was sent as a body."""
        return bool(self._request.raw_body)

    def json(self) -> object:
        """Return what the body says.

        Raises:
            Problem: it cannot be read.
        """
        body = self._request.raw_body
        return read_json(
            self.header("Content-Type"),
            self.header("Content-Encoding"),
            body.encode() if isinstance(body, str) else body,
            self._max_bytes,
            self._media_types,
        )

    def header(self, name: str) -> str | None:
        """Return a header of the request."""
        value: str | None = self._request.headers.get(name)
        return value

    def query(self, name: str) -> str | None:
        """Return a query parameter, the last one where it is repeated."""
        given = self._request.query_params
        value: str | None = None if given is None else given.get(name)
        return value

    @property
    def origin(self) -> str:
        """Where this site is: as configured, or as the caller calls it."""
        scheme = self.header("X-Forwarded-Proto") or "http"
        return self.services.settings.public_url.rstrip("/") or f"{scheme}://{self.header('Host') or 'localhost'}"

    def reason(self) -> str | None:
        """Return why it is asked, as the query says it and folded, None where it does not.

        Raises:
            Invalid: it is none that may be shown.
        """
        from chalicelib.intake.participation_requests import read_reason

        given = self.query("reason")
        return None if given is None else read_reason({"reason": given})

    def authorise(self, campaign_id: str | None) -> None:
        """Let the caller pass whose token has the route's scope, in the campaign if the path names one.

        Raises:
            Problem: the token is missing, invalid or not allowed this.
        """
        if self._scope is None:
            return
        self._token = authenticate(self.header("Authorization"), self.services.registry.token, self.services.now())
        # Where API Gateway tells it when it authorises by itself; the log line takes it from there.
        self._request.context["authorizer"] = {"principalId": self._token.id}
        self._demand_own(campaign_id)
        if not self._of_acts:
            demand_whole(self._token)
        self.services.token_uses.note(self._token, self.services.now())

    def demand(self, scope: Scope, campaign_id: str | None) -> None:
        """Let the caller pass whose token has a scope, in the campaign where one is named.

        Raises:
            Problem: the token is not allowed this.
        """
        demand(self.token, scope, campaign_id, self.services.now())

    def campaign(self, campaign_id: str) -> "Campaign":
        """Return the campaign that the path names.

        Raises:
            Problem: there is none of this id, or the caller's token is of the sandbox and the campaign no rehearsal.
        """
        campaign = self.campaign_to_try(campaign_id)
        if self.is_sandbox and campaign.state != "test":
            raise Problem("sandbox-forbidden")
        return campaign

    def campaign_to_try(self, campaign_id: str) -> "Campaign":
        """Return the campaign that the path names, also to a token of the sandbox, which records nothing in it.

        Raises:
            Problem: there is none of this id.
        """
        campaign = self.services.registry.campaign(campaign_id) if is_campaign_id(campaign_id) else None
        if campaign is None:
            raise Problem("campaign-not-found")
        return campaign

    def demand_place(self, place: str) -> None:
        """Let the caller pass whose token is for acts of a place, a region's or a country's code.

        Raises:
            Problem: the token is for another region.
        """
        if not self.token.covers(place):
            raise Problem("region-forbidden")

    @property
    def only_own(self) -> bool:
        """Whether the caller's token is kept to what it recorded itself."""
        return self._of_own and self._scope not in self.token.scopes

    def demand_own(self, act: Act) -> None:
        """Let the caller pass whose token recorded an act, or is not kept to such.

        Raises:
            Problem: another one did.
        """
        if self.only_own and act.token != self.token.id:
            raise Problem("sender-forbidden")

    def receipt(self, participation_id: str) -> Receipt:
        """Return the receipt of the participation that the path names.

        Raises:
            Problem: there is none of this id, or it is in a campaign that the caller's token is not for.
        """
        receipt = self.services.participations.receipt(participation_id)
        if receipt is None:
            raise Problem("participation-not-found")
        if self._scope is not None:
            self._demand_own(receipt.campaign)
            if self.is_sandbox:
                self.campaign(receipt.campaign)
        return receipt

    def _demand_own(self, campaign_id: str | None) -> None:
        if self._scope is None or self._scope == "any":
            return
        only_records = self.only_own and "record" in self.token.scopes
        self.demand("record" if only_records else self._scope, campaign_id)


def is_campaign_id(text: str) -> bool:
    """Whether a text can be the id of a campaign."""
    try:
        msgspec.convert(text, CampaignId)
    except msgspec.ValidationError:
        return False
    return True


def request_id(request: Request) -> str | None:
    """Return what Lambda calls a request, None where it was not Lambda that called."""
    found: str | None = getattr(request.lambda_context, "aws_request_id", None)
    return found
