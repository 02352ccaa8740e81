"""The worker behind the queue of leads: fetches each from the Graph API and keeps what was answered."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib import logs
from chalicelib.webhooks.accounts import Accounts
from chalicelib.webhooks.delivery import Account, Malformed
from chalicelib.webhooks.dispatcher import Dispatcher
from chalicelib.webhooks.endpoints import META
from chalicelib.webhooks.leads.graph_api import GraphApi, GraphRefusal, NoToken
from chalicelib.webhooks.leads.queue import LeadsQueue
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.received import ReceivedLead, ReceivedSubmission

WITHHELD = Reason("lead_unreadable", ("field_data",))
"""Why the reference to a lead is parked that the Graph API gives without its answers."""


class LeadWorker:
    """Takes leads from the queue: kept, parked, or left there for later, each by itself."""

    def __init__(self, accounts: Accounts, graph: GraphApi, dispatcher: Dispatcher, queue: LeadsQueue) -> None:
        self._accounts = accounts
        self._graph = graph
        self._dispatcher = dispatcher
        self._queue = queue

    def handle(self, event: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Work through a batch of messages; return those that shall stay in the queue, as Lambda wants it told."""
        failed = [record["messageId"] for record in event["Records"] if not self._is_done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def _is_done(self, record: Mapping[str, Any]) -> bool:
        deliveries = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            self._keep(msgspec.json.decode(record["body"], type=ReceivedLead))
        except Exception as error:  # noqa: BLE001  whatever it is, the lead stays in the queue and the others go on
            logs.write("lead_left", level=logging.WARNING, deliveries=deliveries, error=logs.describe(error))
            self._queue.postpone(record["receiptHandle"], deliveries)
            return False
        return True

    def _keep(self, waiting: ReceivedLead) -> None:
        if self._dispatcher.has(waiting):
            return
        try:
            told = self._graph.lead(waiting.lead.lead_id, self._account(waiting.account))
            submission = meta.submission(waiting.lead, told)
        except NoToken:
            self._dispatcher.park(waiting, Reason("token_missing"))
        except GraphRefusal as refusal:
            self._dispatcher.park(waiting, Reason("lead_refused", refusal.codes))
        except Malformed:
            self._dispatcher.park(waiting, Reason("lead_unreadable"))
        else:
            if meta.is_withheld(told):
                # The reference is kept, not what came of it: when the permission is mended it is asked for again.
                self._dispatcher.park(waiting, WITHHELD)
                return
            body = msgspec.json.encode(told).decode()
            self._dispatcher.dispatch([ReceivedSubmission(META.name, submission, waiting.received_at, body)])

    def _account(self, account_id: str) -> Account:
        """Return the account of ours that received the lead; one that is configured no more has no secrets."""
        found = (account for account in self._accounts.of(META.provider) if account.id == account_id)
        return next(found, Account(account_id, {}))
