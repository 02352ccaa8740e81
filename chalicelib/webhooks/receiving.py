"""What happens with a delivery, from its bytes to the response."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.webhooks.accounts import Accounts
from chalicelib.webhooks.delivery import Delivery, Lead, ProviderResponse, Submission
from chalicelib.webhooks.endpoints import Endpoint
from chalicelib.webhooks.received import ReceivedContent, ReceivedLead, ReceivedSubmission

if TYPE_CHECKING:
    from chalicelib.webhooks.dispatcher import Dispatcher


def receive(
    endpoint: Endpoint, delivery: Delivery, accounts: Accounts, dispatcher: "Callable[[], Dispatcher]", now: int
) -> ProviderResponse:
    """Return what the provider is answered at `now` (epoch ms), after all of its delivery is stored.

    `dispatcher` is called only for a delivery that holds something: a handshake loads no stores. Faults of the stores
    pass through, and nothing is acknowledged; what was stored before the fault is recognised when it comes again.

    Raises:
        DeliveryError, Busy, NotQueued
    """
    adapter = endpoint.adapter
    account = adapter.authenticate(delivery, accounts.of(endpoint.provider), now // 1000)
    found = adapter.read(delivery, account)
    response = adapter.respond(delivery, account)
    if found:
        # What others submitted in the same delivery must not outlast them.
        body = delivery.body.decode(errors="replace") if len(found) == 1 else None

        def received(one: Submission | Lead) -> ReceivedContent:
            if isinstance(one, Lead):
                return ReceivedLead(one, account.id, now)
            return ReceivedSubmission(endpoint.name, one, now, body)

        contents = list(map(received, found))
        dispositions = dispatcher().dispatch(contents)
        if endpoint.tells:
            from chalicelib.webhooks.outcomes import told

            return told(contents, dispositions)
    return response
