"""Every provider by the name that it has in the path."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import Account, Answer, Delivery, Lead, Submission
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


class Provider(Protocol):
    """What a provider's module has. Pure: `now` is epoch seconds, and nothing is fetched, stored or logged.

    Every function may raise a `DeliveryError` and raises nothing else, whatever the delivery holds.
    """

    SOURCE: Source

    def authenticate(self, delivery: Delivery, accounts: Sequence[Account], now: int, /) -> Account:
        """Return the account that the delivery is proven to be for."""

    def read(self, delivery: Delivery, account: Account, /) -> Sequence[Submission | Lead]:
        """Return what an authentic delivery asks to record: nothing, one or many."""

    def answer(self, delivery: Delivery, account: Account, /) -> Answer:
        """Return what the provider is answered once everything read is kept."""


HOOKS: Mapping[str, Provider] = {
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
"""`/v1/hooks/{name}`."""

MINI_APPS: Mapping[str, Provider] = {
    "telegram": telegram_miniapp,
    "vk-miniapp": vk_miniapp,
}
"""`/v1/submissions/{name}`."""
