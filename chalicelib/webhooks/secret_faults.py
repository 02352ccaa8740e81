"""What is wrong with the secrets that an account is configured with, seen before any delivery is refused for it."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from chalicelib.webhooks.delivery import Account
from chalicelib.webhooks.providers import standard

_Fits = Callable[[str], bool]


class SecretFault(msgspec.Struct, frozen=True):
    """A name under which nothing, or a value that cannot work, is configured. Never the value."""

    provider: str
    account: str
    name: str
    why: str


_NEEDED: Mapping[str, tuple[str, ...]] = {
    "meta": ("app_secret", "verify_token", "page_access_token"),
    "whatsapp": ("app_secret", "verify_token"),
    "vk": ("secret | mini_app_secret",),
    "telegram": ("secret_token | bot_token",),
    "typeform": ("secret",),
    "tally": ("secret",),
    "google-ads": ("google_key",),
    "google-forms": ("whsec",),
    "standard": ("whsec",),
}
"""By provider, what proves its deliveries and fetches their answers; one of several is enough."""


def _matching(pattern: str) -> _Fits:
    return lambda value: re.fullmatch(pattern, value) is not None


_SHAPES: Mapping[str, tuple[_Fits, str]] = {
    "whsec": (lambda value: bool(standard.signing_key(value)), "is not whsec_ and the base64 of a key"),
    "secret_token": (_matching(r"[A-Za-z0-9_-]{1,256}"), "has other characters than A-Z a-z 0-9 _ -"),
    "bot_token": (_matching(r"[0-9]+:[A-Za-z0-9_-]+"), "is not a bot's number, a colon and a token"),
    "page_access_token": (_matching(r"\S+"), "has white space in it"),
}
"""By name, what its values look like: core.telegram.org/bots/api#setwebhook, Standard Webhooks 1.0.0."""


def secret_faults(provider: str, account: Account) -> Iterator[SecretFault]:
    """Yield each secret of an account that is missing or cannot work."""
    for needed in _NEEDED.get(provider, ()):
        if not any(account.secrets.get(name) for name in needed.split(" | ")):
            yield SecretFault(provider, account.id, needed, "is missing")
    for name, values in account.secrets.items():
        for value in values:
            why = _fault(name, value)
            if why is not None:
                yield SecretFault(provider, account.id, name, why)


def _fault(name: str, value: str) -> str | None:
    if not value:
        return "is empty"
    fits, why = _SHAPES.get(name, (lambda value: value == value.strip(), "begins or ends with white space"))
    return None if fits(value) else why
