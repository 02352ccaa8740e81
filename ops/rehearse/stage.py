"""What a rehearsal needs at the installation: a campaign in test, tokens of its own, forms at the providers."""

import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import msgspec

from ops.api_client import ApiClient, RefusedByApi
from ops.errors import CannotRun
from ops.rehearse.accounts import RehearsalAccount
from ops.rehearse.acts import Channel
from ops.rehearse.campaign import STATE, is_rehearsal, requested
from ops.rehearse.hooks import Hook, hook, hook_channels

HOLDS_AFTER_SECONDS = 6.0
"""From when on a campaign, a form and a token are known everywhere (docs/api.md, `Holds-From`)."""

_TOKEN_LIFE = timedelta(days=1)


class RehearsalToken(msgspec.Struct, frozen=True):
    """A token of the rehearsal's own: `text` is told to nobody."""

    id: str
    text: str


class Scene(msgspec.Struct, frozen=True):
    """A campaign that is ready to be rehearsed: `moderators` are two, `left_out` says what is not there and why.

    `taken_over` says which forms were of an earlier rehearsal, which is sent nothing by them any more.
    """

    url: str
    campaign: str
    sender: RehearsalToken
    moderators: tuple[RehearsalToken, RehearsalToken]
    hooks: Mapping[Channel, Hook]
    left_out: Sequence[str]
    taken_over: Sequence[str]

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways by which acts are sent."""
        return ("api", "batch", *self.hooks)


def set_up(api: ApiClient, campaign: str, known: Mapping[str, RehearsalAccount], *, again: bool = False) -> Scene:
    """Make campaign, tokens and forms, and wait until all of them hold; `again` takes a campaign in test as it is.

    Raises:
        CannotRun: there is a campaign of this id, which is not to be rehearsed in.
        Refused: the token may not do all of it.
    """
    _make_campaign(api, campaign, again=again)
    registered = _registered(api)
    hooks, left_out = _hooks(campaign, known, registered, _rehearsals(api))
    taken_over = [
        f"{channel}: the form {one.id} was of campaign {registered[one.id]}, an earlier rehearsal"
        for channel, one in hooks.items()
        if registered.get(one.id, campaign) != campaign
    ]
    for one in hooks.values():
        api.put(one.path, one.registration(campaign))
    issued = [_issue(api, campaign, scope, label) for scope, label in _TOKENS]
    time.sleep(HOLDS_AFTER_SECONDS)
    return Scene(api.url, campaign, issued[0], (issued[1], issued[2]), hooks, left_out, taken_over)


def clear(api: ApiClient, scene: Scene) -> None:
    """Revoke the tokens; campaign, figures and forms stay to be looked at."""
    for token in (scene.sender, *scene.moderators):
        with suppress(RefusedByApi, CannotRun):
            api.delete(f"/v1/tokens/{token.id}")


def new_campaign_id() -> str:
    """Return an id that no campaign has."""
    return f"rehearsal-{secrets.token_hex(4)}"


_TOKENS = (("record", "sends"), ("moderate", "moderates"), ("moderate", "moderates, too"))


def _make_campaign(api: ApiClient, campaign: str, *, again: bool) -> None:
    current = _current(api, campaign)
    if current is not None and (current["state"] != STATE or not again):
        why = "it is no rehearsal" if current["state"] != STATE else "what is in it would be counted along"
        raise CannotRun(
            f"there is a campaign {campaign}, in state {current['state']}: {why}. Name one that is not there"
        )
    if current is None:
        api.put(f"/v1/campaigns/{campaign}", requested(), headers={"If-None-Match": "*"})


def _current(api: ApiClient, campaign: str) -> Mapping[str, Any] | None:
    try:
        current: Mapping[str, Any] = api.get(f"/v1/campaigns/{campaign}")
    except RefusedByApi as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return current


def _registered(api: ApiClient) -> dict[str, str]:
    """Return the campaign of each form that there is."""
    forms = api.get("/v1/forms")["forms"]
    return {f"{form['provider']}/{form['account']}/{form['form']}": form["campaign"] for form in forms}


def _rehearsals(api: ApiClient) -> set[str]:
    """Return the campaigns that were made to rehearse in."""
    return {one["id"] for one in api.get("/v1/campaigns")["campaigns"] if is_rehearsal(one)}


def _hooks(
    campaign: str, known: Mapping[str, RehearsalAccount], registered: Mapping[str, str], rehearsals: Collection[str]
) -> tuple[dict[Channel, Hook], list[str]]:
    hooks, left_out = {}, list[str]()
    for channel in hook_channels():
        found = hook(channel, campaign, known)
        if found is None:
            left_out.append(f"{channel}: its secrets are not known here")
        elif registered.get(found.id, campaign) not in (campaign, *rehearsals):
            left_out.append(f"{channel}: the form {found.id} is of campaign {registered[found.id]}")
        else:
            hooks[channel] = found
    left_out.append("leads of Meta: they would have to be fetched from the Graph API")
    return hooks, left_out


def _issue(api: ApiClient, campaign: str, scope: str, label: str) -> RehearsalToken:
    expires_at = (datetime.now(UTC) + _TOKEN_LIFE).isoformat(timespec="seconds").replace("+00:00", "Z")
    request = {"label": f"{campaign} {label}", "scopes": [scope], "campaign": campaign, "expires_at": expires_at}
    issued = api.post("/v1/tokens", request)
    return RehearsalToken(issued["id"], issued["token"])
