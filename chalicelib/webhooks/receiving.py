"""What happens with a delivery, from its bytes to the answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.webhooks.accounts import Accounts
from chalicelib.webhooks.delivery import Answer, Delivery, Lead, Submission
from chalicelib.webhooks.endpoints import Channel
from chalicelib.webhooks.received import Content, ReceivedSubmission, WaitingLead

if TYPE_CHECKING:
    from chalicelib.webhooks.dispatcher import Keeper


def receive(
    channel: Channel, delivery: Delivery, accounts: Accounts, keeper: "Callable[[], Keeper]", now: int
) -> Answer:
    """Return what the provider is answered at `now` (epoch ms), after all of its delivery is kept.

    `keeper` is asked for only by a delivery that holds something: a handshake loads no stores. Faults of the stores
    pass through, and nothing is acknowledged; what was kept before the fault is recognised when it comes again.

    Raises:
        DeliveryError, Busy, NotQueued
    """
    account = channel.adapter.authenticate(delivery, accounts.of(channel.provider), now // 1000)
    found = channel.adapter.read(delivery, account)
    answer = channel.adapter.answer(delivery, account)
    if found:
        body = delivery.body.decode(errors="replace")

        def content(one: Submission | Lead) -> Content:
            if isinstance(one, Lead):
                return WaitingLead(one, account.id, now)
            return ReceivedSubmission(channel.name, one, now, body)

        keeper().keep([content(one) for one in found])
    return answer
