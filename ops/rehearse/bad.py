"""Requests that must change nothing: forged signatures, broken bodies, wrong fields, questions that cannot be read."""

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random

import msgspec
from msgspec.structs import replace

from ops.rehearse.accounts import RehearsalAccount
from ops.rehearse.acts import Channel, PlannedAct
from ops.rehearse.hooks import Hook, whatsapp_signed
from ops.rehearse.requests import one, participation
from ops.rehearse.wire import JSON_TYPE, Wire, json_bytes

_SECRETS = ("whsec", "secret", "google_key", "mini_app_secret", "secret_token", "bot_token", "app_secret")
_FORGED_KEY = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="  # pragma: allowlist secret
"""A key of nobody's."""


class BadRequest(msgspec.Struct, frozen=True):
    """A request, what is wrong with it, and what it has to be answered."""

    why: str
    make: Callable[[], Wire]
    answered: Collection[int]


class BadRequests:
    """Draws bad requests of a campaign: `sample` is an act like those that are sent, but never one of them."""

    def __init__(
        self,
        campaign: str,
        token: str,
        hooks: Mapping[Channel, Hook],
        meta: RehearsalAccount | None,
        sample: PlannedAct,
        draw: Random,
    ) -> None:
        self._campaign = campaign
        self._token = token
        self._meta = meta
        self._sample = sample
        self._draw = draw
        self.all = self._all(list(hooks.values()))
        self._count = 0

    def next(self) -> BadRequest:
        """Return one of them."""
        self._count += 1
        return self._draw.choice(self.all)

    def reused(self, sent: PlannedAct) -> BadRequest:
        """Return a request with the key of an act that was recorded, and another content."""
        other = replace(sent, act=replace(sent.act, people=sent.act.people + 1))
        return BadRequest("a key reused", lambda: one(self._campaign, self._token, other), (422,))

    def _all(self, hooks: Sequence[Hook]) -> list[BadRequest]:
        of_hooks = [self._forged(hook) for hook in hooks]
        return [*of_hooks, *self._of_meta(), *self._of_the_api(), *self._unreadable(hooks)]

    def _forged(self, hook: Hook) -> BadRequest:
        return BadRequest(
            f"{hook.channel}: a forged signature",
            lambda: replace(hook, secrets={**hook.secrets, **_forged(hook.secrets)}).delivery(self._sample),
            (403,),
        )

    def _of_meta(self) -> list[BadRequest]:
        """Return a forged delivery of Meta's: its leads would have to be asked for at the Graph API."""
        if self._meta is None:
            return []
        body = json_bytes({"object": "page", "entry": []})
        headers = {"Content-Type": JSON_TYPE, "X-Hub-Signature-256": whatsapp_signed("forged", body)}
        wire = Wire("POST", "/v1/hooks/meta", headers, body)
        return [BadRequest("meta: a forged signature", lambda: wire, (403,))]

    def _of_the_api(self) -> list[BadRequest]:
        good = one(self._campaign, self._token, self._sample)
        body = participation(self._sample)

        def changed(**members: object) -> Wire:
            return replace(good, body=json_bytes({**body, **members}))

        keyless = {name: value for name, value in good.headers.items() if name != "Idempotency-Key"}
        return [
            BadRequest("a body cut off", lambda: replace(good, body=good.body[:-9]), (400,)),
            BadRequest("no key", lambda: replace(good, headers=keyless), (400,)),
            BadRequest(
                "a token of nobody's",
                lambda: replace(good, headers={**good.headers, "Authorization": "Bearer qy_nobody_nothing"}),
                (401,),
            ),
            BadRequest("a region that is none", lambda: changed(place={"region": "KZ-99"}), (422,)),
            BadRequest("a field of no contract", lambda: changed(volunteers=5), (422,)),
            BadRequest("fewer people than one", lambda: changed(people=-3), (422,)),
            BadRequest("a quarter of an hour", lambda: changed(hours=0.25), (422,)),
            BadRequest(
                "a link for a name",
                lambda: changed(participant={"type": "ngo", "organisation": "evil.example.com"}),
                (422,),
            ),
        ]

    def _unreadable(self, hooks: Sequence[Hook]) -> list[BadRequest]:
        """Return deliveries that are acknowledged and parked: a number of people that is none counts nowhere."""
        vague = [hook for hook in hooks if hook.channel in ("standard", "typeform", "tally")]

        def unreadable(hook: Hook, number: int) -> BadRequest:
            parked = replace(self._sample, key=f"{self._campaign}-parked-{number}")
            return BadRequest(
                f"{hook.channel}: an answer with two meanings",
                lambda: hook.delivery(parked, {"hours": "1-2 часа"}),
                (200,),
            )

        return [unreadable(hook, number) for number, hook in enumerate(vague)]


def _forged(secrets: Mapping[str, str]) -> dict[str, str]:
    return {
        name: _FORGED_KEY if name == "whsec" else f"{value[:-4]}AAAA"
        for name, value in secrets.items()
        if name in _SECRETS
    }
