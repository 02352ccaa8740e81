"""The ways in for submissions: each provider's hook and Mini App, by a name of its own."""

from collections.abc import Mapping

import msgspec

from chalicelib.webhooks.providers.provider import HOOKS, MINI_APPS, Provider


class Channel(msgspec.Struct, frozen=True):
    """One way in. `name` keeps apart the submission ids of a provider's channels, `provider` has accounts and forms.

    Where each person's own device makes up the ids, `user` is the signed field that tells whose they are.
    """

    name: str
    provider: str
    adapter: Provider
    user: str | None = None


HOOK_CHANNELS: Mapping[str, Channel] = {name: Channel(name, name, adapter) for name, adapter in HOOKS.items()}
"""`/v1/hooks/{name}`."""

MINI_APP_CHANNELS: Mapping[str, Channel] = {
    "telegram": Channel("telegram-miniapp", "telegram", MINI_APPS["telegram"], "telegram_user_id"),
    "vk-miniapp": Channel("vk-miniapp", "vk", MINI_APPS["vk-miniapp"], "vk_user_id"),
}
"""`/v1/submissions/{name}`; a Mini App is of its provider's account."""

CHANNELS: Mapping[str, Channel] = {
    channel.name: channel for channel in (*HOOK_CHANNELS.values(), *MINI_APP_CHANNELS.values())
}
PROVIDERS: tuple[str, ...] = tuple(HOOK_CHANNELS)
META = HOOK_CHANNELS["meta"]
