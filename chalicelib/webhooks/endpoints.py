"""The ways in for submissions: each provider's hook and Mini App, by the name that it has in the path."""

from collections.abc import Mapping

import msgspec

from chalicelib.webhooks.providers import (
    google_ads,
    google_forms,
    meta,
    standard,
    tally,
    telegram,
    telegram_miniapp,
    typeform,
    vk,
    vk_miniapp,
    whatsapp,
)
from chalicelib.webhooks.providers.provider import Provider


class Endpoint(msgspec.Struct, frozen=True):
    """One way in. `name` keeps apart the submission ids of a provider's endpoints, `provider` has accounts and forms.

    Where each person's own device makes up the ids, `user` is the signed field that tells whose they are. Where it
    `tells`, a sender's own script reads what became of what it sent; others are answered in their protocol's words.
    """

    name: str
    provider: str
    adapter: Provider
    user: str | None = None
    tells: bool = False


_HOOK_ADAPTERS: Mapping[str, Provider] = {
    "meta": meta,
    "whatsapp": whatsapp,
    "vk": vk,
    "telegram": telegram,
    "typeform": typeform,
    "tally": tally,
    "google-ads": google_ads,
    "google-forms": google_forms,
    "standard": standard,
}

_TELLING = ("google-forms", "standard")

HOOK_ENDPOINTS: Mapping[str, Endpoint] = {
    name: Endpoint(name, name, adapter, tells=name in _TELLING) for name, adapter in _HOOK_ADAPTERS.items()
}
"""`/v1/hooks/{name}`."""

MINI_APP_ENDPOINTS: Mapping[str, Endpoint] = {
    "telegram": Endpoint("telegram-miniapp", "telegram", telegram_miniapp, "telegram_user_id"),
    "vk-miniapp": Endpoint("vk-miniapp", "vk", vk_miniapp, "vk_user_id"),
}
"""`/v1/submissions/{name}`; a Mini App is of its provider's account."""

ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.name: endpoint for endpoint in (*HOOK_ENDPOINTS.values(), *MINI_APP_ENDPOINTS.values())
}
PROVIDERS: tuple[str, ...] = tuple(HOOK_ENDPOINTS)
META = HOOK_ENDPOINTS["meta"]
