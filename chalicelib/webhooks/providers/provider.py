"""What a provider's adapter has."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import Account, Delivery, Lead, ProviderResponse, Submission


class Provider(Protocol):
    """An adapter's module. Pure: `now` is epoch seconds, and nothing is fetched, stored or logged.

    Every function may raise a `DeliveryError` and raises nothing else, whatever the delivery holds.
    """

    SOURCE: Source

    def authenticate(self, delivery: Delivery, accounts: Sequence[Account], now: int, /) -> Account:
        """Return the account that the delivery is proven to be for."""

    def read(self, delivery: Delivery, account: Account, /) -> Sequence[Submission | Lead]:
        """Return what an authentic delivery asks to record: nothing, one or many."""

    def respond(self, delivery: Delivery, account: Account, /) -> ProviderResponse:
        """Return what the provider is answered once everything read is stored."""
