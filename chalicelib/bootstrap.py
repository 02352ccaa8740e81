"""The services of one process, each made when it is first needed: what no handler asks for is never imported."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib import settings
from chalicelib.clock import now_ms

if TYPE_CHECKING:
    from chalicelib.participations.keys import Keys
    from chalicelib.participations.service import Participations
    from chalicelib.projections.projector import Projector
    from chalicelib.projections.review_queue import ReviewQueue
    from chalicelib.publishing.document_store import Documents
    from chalicelib.publishing.publisher import Publisher
    from chalicelib.registry import Registry
    from chalicelib.webhooks.accounts import Accounts
    from chalicelib.webhooks.dispatcher import Keeper
    from chalicelib.webhooks.leads.queue import LeadsQueue
    from chalicelib.webhooks.leads.worker import LeadWorker
    from chalicelib.webhooks.parking import Parking
    from chalicelib.webhooks.receipts import Receipts
    from chalicelib.webhooks.replaying import Replayer


class Services:
    """What handlers work with, over the tables that the environment names; `now` tells webhooks the time (epoch ms)."""

    def __init__(self, names: settings.Settings) -> None:
        self.settings = names
        self.now: Callable[[], int] = now_ms

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
        return Participations(log, Contacts(self.settings.contacts_table), self.keys)

    @cached_property
    def review_queue(self) -> "ReviewQueue":
        """What waits for a moderator."""
        from chalicelib.aws import clients
        from chalicelib.projections.review_queue import ReviewQueue
        from chalicelib.projections.state_store import StateStore

        return ReviewQueue(StateStore(clients.dynamodb(), self.settings.state_table))

    @cached_property
    def documents(self) -> "Documents":
        """What viewers read."""
        from chalicelib.aws import clients
        from chalicelib.publishing.document_store import Documents

        return Documents(clients.s3(), self.settings.documents_bucket)

    @cached_property
    def projector(self) -> "Projector":
        """What folds the log's stream into the states."""
        from chalicelib.aws import clients
        from chalicelib.clock import now_ms
        from chalicelib.projections.engine import Engine
        from chalicelib.projections.projector import DeadLetters, Projector, shards_of
        from chalicelib.projections.state_store import StateStore

        engine = Engine(StateStore(clients.dynamodb(), self.settings.state_table), now_ms)
        return Projector(
            engine, DeadLetters(clients.sqs(), self.settings.poison_queue_url), shards_of(clients.streams())
        )

    @cached_property
    def publisher(self) -> "Publisher":
        """What makes documents of the states."""
        from chalicelib.aws import clients
        from chalicelib.clock import now_ms
        from chalicelib.projections.state_store import StateStore
        from chalicelib.publishing.publisher import Publisher

        states = StateStore(clients.dynamodb(), self.settings.state_table)
        return Publisher(states, self.documents, self.registry.campaigns, now_ms, self.settings.poll_seconds)

    @cached_property
    def accounts(self) -> "Accounts":
        """Our accounts at the providers."""
        from chalicelib.webhooks import accounts

        return accounts.configured()

    @cached_property
    def keeper(self) -> "Keeper":
        """Where submissions go."""
        from chalicelib.webhooks.dispatcher import Keeper

        return Keeper(self.registry, self.participations, self.parking, self.receipts, self.leads_queue, self.now)

    @cached_property
    def parking(self) -> "Parking":
        """What cannot be recorded yet."""
        from chalicelib.webhooks.parking import Parking, configured_keys

        return Parking(self.settings.parked_table, configured_keys, self.receipts)

    @cached_property
    def replayer(self) -> "Replayer":
        """What takes parked submissions out again."""
        from chalicelib.webhooks.replaying import Replayer

        return Replayer(self.parking, self.keeper)

    @cached_property
    def lead_worker(self) -> "LeadWorker":
        """What fetches leads."""
        from chalicelib.webhooks.leads.graph_api import Graph
        from chalicelib.webhooks.leads.worker import LeadWorker

        return LeadWorker(self.accounts, Graph(self.settings.graph_api_url), self.keeper, self.leads_queue)

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


@cache
def services() -> Services:
    """Return the services of this process."""
    return Services(settings.load())
