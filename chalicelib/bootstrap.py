"""The one place where services are put together: handlers are given them, and reach for nothing by themselves.

Each service is made when it is first needed: what no handler asks for is never imported.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.clock import now_ms
from chalicelib.metrics import Metrics
from chalicelib.settings import Settings, load

if TYPE_CHECKING:
    from chalicelib.participations.keys import Keys
    from chalicelib.participations.service import Participations
    from chalicelib.projections.projector import Projector
    from chalicelib.projections.review_queue import ReviewQueue
    from chalicelib.publishing.document_store import DocumentStore
    from chalicelib.publishing.publisher import Publisher
    from chalicelib.registry import Registry
    from chalicelib.webhooks.accounts import Accounts
    from chalicelib.webhooks.dispatcher import Dispatcher
    from chalicelib.webhooks.leads.queue import LeadsQueue
    from chalicelib.webhooks.leads.worker import LeadWorker
    from chalicelib.webhooks.parking import Parking
    from chalicelib.webhooks.receipts import Receipts
    from chalicelib.webhooks.replaying import Replayer


class Services:
    """What handlers work with, over the tables that the settings name; `now` tells the time (epoch ms)."""

    def __init__(self, settings: Settings, now: Callable[[], int]) -> None:
        self.settings = settings
        self.now = now
        self.metrics = Metrics(now)

    @cached_property
    def keys(self) -> "Keys":
        """The keys derived from the pepper."""
        from chalicelib.aws import clients
        from chalicelib.participations.keys import Keys

        return Keys(clients.pepper())

    @cached_property
    def registry(self) -> "Registry":
        """Campaigns, forms and tokens."""
        from chalicelib.registry import Registry

        return Registry(self.settings.registry_table)

    @cached_property
    def participations(self) -> "Participations":
        """The service that records and moderates."""
        from chalicelib.aws import clients
        from chalicelib.eventlog.log import EventLog
        from chalicelib.participations.contacts import Contacts
        from chalicelib.participations.service import Participations

        log = EventLog(clients.dynamodb(), self.settings.events_table)
        return Participations(log, Contacts(self.settings.contacts_table), self.keys, self.metrics, self.now)

    @cached_property
    def review_queue(self) -> "ReviewQueue":
        """What waits for a moderator."""
        from chalicelib.aws import clients
        from chalicelib.projections.review_queue import ReviewQueue
        from chalicelib.projections.state_store import DynamoDBStateStore

        return ReviewQueue(DynamoDBStateStore(clients.dynamodb(), self.settings.state_table))

    @cached_property
    def documents(self) -> "DocumentStore":
        """What viewers read."""
        from chalicelib.aws import clients
        from chalicelib.publishing.document_store import DocumentStore

        return DocumentStore(clients.s3(), self.settings.documents_bucket)

    @cached_property
    def projector(self) -> "Projector":
        """What folds the log's stream into the states."""
        from chalicelib.aws import clients
        from chalicelib.projections.engine import Engine
        from chalicelib.projections.projector import DeadLetters, Projector, shards_of
        from chalicelib.projections.state_store import DynamoDBStateStore

        engine = Engine(DynamoDBStateStore(clients.dynamodb(), self.settings.state_table), self.now)
        dead_letters = DeadLetters(clients.sqs(), self.settings.poison_queue_url)
        return Projector(engine, dead_letters, shards_of(clients.streams()))

    @cached_property
    def publisher(self) -> "Publisher":
        """What makes documents of the states."""
        from chalicelib.aws import clients
        from chalicelib.projections.state_store import DynamoDBStateStore
        from chalicelib.publishing.publisher import Publisher

        states = DynamoDBStateStore(clients.dynamodb(), self.settings.state_table)
        return Publisher(
            states, self.documents, self.registry.campaigns, self.metrics, self.now, self.settings.poll_seconds
        )

    @cached_property
    def accounts(self) -> "Accounts":
        """Our accounts at the providers."""
        from chalicelib.webhooks import accounts

        return accounts.configured()

    @cached_property
    def dispatcher(self) -> "Dispatcher":
        """Where submissions go."""
        from chalicelib.webhooks.dispatcher import Dispatcher

        return Dispatcher(
            self.registry,
            self.participations,
            self.parking,
            self.receipts,
            self.leads_queue,
            self.metrics,
            self.now,
        )

    @cached_property
    def parking(self) -> "Parking":
        """What cannot be recorded yet."""
        from chalicelib.webhooks.parking import Parking, configured_keys

        return Parking(self.settings.parked_table, configured_keys, self.receipts)

    @cached_property
    def replayer(self) -> "Replayer":
        """What takes parked submissions out again."""
        from chalicelib.webhooks.replaying import Replayer

        return Replayer(self.parking, self.dispatcher)

    @cached_property
    def lead_worker(self) -> "LeadWorker":
        """What fetches leads."""
        from chalicelib.webhooks.leads.graph_api import GraphApi
        from chalicelib.webhooks.leads.worker import LeadWorker

        return LeadWorker(self.accounts, GraphApi(self.settings.graph_api_url), self.dispatcher, self.leads_queue)

    @cached_property
    def receipts(self) -> "Receipts":
        """Which submissions were recorded."""
        from chalicelib.aws import clients
        from chalicelib.webhooks.receipts import Receipts

        return Receipts(self.settings.parked_table, clients.pepper())

    @cached_property
    def leads_queue(self) -> "LeadsQueue":
        """What waits to be fetched from the Graph API."""
        from chalicelib.aws import clients
        from chalicelib.webhooks.leads.queue import LeadsQueue

        return LeadsQueue(clients.sqs(), self.settings.leads_queue_url)


def bootstrap(now: Callable[[], int] = now_ms) -> Services:
    """Return the services of this process, over the tables and queues that its environment names."""
    return Services(load(), now)
