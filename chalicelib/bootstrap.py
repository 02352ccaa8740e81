"""The one place where services are put together: handlers are given them, and reach for nothing by themselves.

Each service is made when it is first needed: what no handler asks for is never imported.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.clock import now_ms
from chalicelib.metrics import Metrics
from chalicelib.settings import Settings, load
from chalicelib.short_memory import ShortMemory

if TYPE_CHECKING:
    from chalicelib.aws.items import Item
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.limits import Sum
    from chalicelib.eventlog.log import EventLog
    from chalicelib.eventlog.segments import LogSegments
    from chalicelib.eventlog.transactions import Transactions
    from chalicelib.participations.act_notes import ActNotes
    from chalicelib.participations.bulk import BulkModeration
    from chalicelib.participations.contacts import Contacts
    from chalicelib.participations.data_subjects import PersonalData
    from chalicelib.participations.hidden_acts import HiddenActs
    from chalicelib.participations.keys import Keys
    from chalicelib.participations.name_queue import NameQueue
    from chalicelib.participations.names import Names
    from chalicelib.participations.rates import Arrivals
    from chalicelib.participations.retention import Retention
    from chalicelib.participations.service import Participations
    from chalicelib.projections.act_reader import ActReader
    from chalicelib.projections.auditor import Auditor
    from chalicelib.projections.backlog import Backlog
    from chalicelib.projections.positions import Positions
    from chalicelib.projections.projector import Projector
    from chalicelib.projections.rebuild import Rebuild
    from chalicelib.projections.row_store import DynamoDBRowStore
    from chalicelib.projections.set_aside import SetAside
    from chalicelib.projections.state_store import StateStore
    from chalicelib.projections.voids import Voids
    from chalicelib.publishing.board_publisher import BoardPublisher
    from chalicelib.publishing.campaign_list import CampaignListPublisher
    from chalicelib.publishing.cdn import Cdn
    from chalicelib.publishing.document_store import DocumentStore
    from chalicelib.publishing.publisher import Publisher
    from chalicelib.publishing.standstill import Reports
    from chalicelib.publishing.sweeper import Sweeper
    from chalicelib.publishing.visibility import WhatIsShown
    from chalicelib.registry import Registry
    from chalicelib.token_uses import TokenUses
    from chalicelib.trail import Trail
    from chalicelib.webhooks.accounts import Accounts
    from chalicelib.webhooks.dispatcher import Dispatcher
    from chalicelib.webhooks.form_gaps import FormGaps
    from chalicelib.webhooks.leads.graph_api import GraphApi
    from chalicelib.webhooks.leads.queue import LeadsQueue
    from chalicelib.webhooks.leads.reconciliation import LeadReconciler
    from chalicelib.webhooks.leads.worker import LeadWorker
    from chalicelib.webhooks.parking import Parking
    from chalicelib.webhooks.replaying import Replayer


class Services:
    """What handlers work with, over the tables that the settings name.

    `now` tells the time (epoch ms), `monotonic` the seconds of a clock that never goes back.
    """

    def __init__(self, settings: Settings, now: Callable[[], int], monotonic: Callable[[], float]) -> None:
        self.settings = settings
        self.now = now
        self.monotonic = monotonic
        self.metrics = Metrics(now)
        self.short_memory = ShortMemory(monotonic)

    @cached_property
    def keys(self) -> "Keys":
        """The keys derived from the pepper."""
        from chalicelib.aws import secrets
        from chalicelib.participations.keys import Keys

        return Keys(secrets.pepper())

    @cached_property
    def registry(self) -> "Registry":
        """Campaigns, forms and tokens."""
        from chalicelib.registry import Registry

        return Registry(self.settings.registry_table, self.monotonic)

    @cached_property
    def token_uses(self) -> "TokenUses":
        """When tokens were used."""
        from chalicelib.token_uses import TokenUses

        return TokenUses(self.registry.note_use)

    @cached_property
    def trail(self) -> "Trail":
        """Who did what."""
        from chalicelib.aws import clients
        from chalicelib.trail import Trail

        return Trail(clients.dynamodb(), self.settings.trail_table)

    @cached_property
    def transactions(self) -> "Transactions":
        """Transactions over all tables."""
        from chalicelib.aws import clients
        from chalicelib.eventlog.transactions import Transactions

        return Transactions(clients.dynamodb(), time.sleep)

    @cached_property
    def log(self) -> "EventLog":
        """The log with its receipts."""
        from chalicelib.aws import clients
        from chalicelib.eventlog.log import DynamoDBEventLog

        tables = self.settings.events_table, self.settings.receipts_table
        return DynamoDBEventLog(clients.dynamodb(), self.transactions, *tables)

    @cached_property
    def contacts(self) -> "Contacts":
        """Who the participants are."""
        from chalicelib.participations.contacts import Contacts

        return Contacts(self.settings.contacts_table, self.keys)

    @cached_property
    def names(self) -> "Names":
        """The names of organisations."""
        from chalicelib.participations.names import Names

        return Names(self.settings.names_table, self.transactions, self._name_id)

    def _name_id(self, campaign: str, text: str) -> str:
        # Who only reads names has no pepper.
        return self.keys.name(campaign, text)

    @cached_property
    def hidden_acts(self) -> "HiddenActs":
        """Which acts are hidden."""
        from chalicelib.participations.hidden_acts import HiddenActs

        return HiddenActs(self.settings.names_table, self.transactions)

    @cached_property
    def name_queue(self) -> "NameQueue":
        """The names by their state."""
        from chalicelib.aws import clients
        from chalicelib.participations.name_queue import NameQueue
        from chalicelib.participations.names import BY_STATE, MOMENT
        from chalicelib.projections.row_store import DynamoDBRowStore
        from chalicelib.projections.rows import Index

        rows = DynamoDBRowStore(clients.dynamodb(), {BY_STATE: self.settings.names_table})

        def query(
            partitions: tuple[str, ...], after: str | None, page: int, *, descending: bool = False
        ) -> "Iterator[Item]":
            index = Index(BY_STATE, BY_STATE, MOMENT, partitions)
            return rows.query(index, after=after, descending=descending, page=page)

        return NameQueue(self.names, query)

    @cached_property
    def participations(self) -> "Participations":
        """The service that records and moderates."""
        return self._participations(self._arrivals)

    def _arrivals(self, campaign: "Campaign", since: int) -> "Mapping[str, Sum]":
        from chalicelib.projections import arrivals

        return arrivals.recent(self.states, campaign.id, campaign.generation, since)

    def _participations(self, arrivals: "Arrivals") -> "Participations":
        from chalicelib.participations.rates import Rates
        from chalicelib.participations.service import Participations

        return Participations(
            self.log,
            self.contacts,
            self.names,
            self.keys,
            Rates(arrivals, self.monotonic),
            self.metrics,
            self.now,
            time.sleep,
        )

    @cached_property
    def act_notes(self) -> "ActNotes":
        """The notes beside acts."""
        from chalicelib.aws import clients
        from chalicelib.participations.act_notes import ActNotes

        return ActNotes(clients.dynamodb(), self.settings.contacts_table, self.now)

    @cached_property
    def bulk_moderation(self) -> "BulkModeration":
        """What decides on many acts at once."""
        from chalicelib.participations.bulk import BulkModeration

        return BulkModeration(self.log, self.participations, self.now, self.monotonic)

    @cached_property
    def personal_data(self) -> "PersonalData":
        """What finds, tells and erases what is held of persons."""
        from chalicelib.participations.data_subjects import PersonalData

        return PersonalData(self.log, self.contacts, self.names, self.parking, self.transactions, self.now, time.sleep)

    @cached_property
    def retention(self) -> "Retention":
        """What lets contacts go when it is time."""
        from chalicelib.participations.retention import Retention

        return Retention(self.settings.contacts_table, self.contacts, self.registry.campaigns, self.now)

    @cached_property
    def states(self) -> "StateStore":
        """The states of the sums."""
        from chalicelib.aws import clients
        from chalicelib.projections.state_store import DynamoDBStateStore

        return DynamoDBStateStore(clients.dynamodb(), self.settings.state_table)

    @cached_property
    def rows(self) -> "DynamoDBRowStore":
        """The rows of acts and organisations."""
        from chalicelib.aws import clients
        from chalicelib.projections import acts, organisations
        from chalicelib.projections.row_store import DynamoDBRowStore

        tables = {acts.MODEL: self.settings.acts_table, organisations.MODEL: self.settings.organisations_table}
        return DynamoDBRowStore(clients.dynamodb(), tables, self.settings.scan_segments)

    @cached_property
    def act_reader(self) -> "ActReader":
        """What finds acts for moderators."""
        from chalicelib.projections.act_reader import ActReader

        return ActReader(self.rows, self.log, self.names.texts)

    @cached_property
    def set_aside(self) -> "SetAside":
        """What no read model can take."""
        from chalicelib.aws import clients
        from chalicelib.projections.set_aside import SetAside

        queue_url = self.settings.poison_queue_url
        return SetAside(clients.dynamodb(), self.settings.operations_table, clients.sqs(), queue_url, self.metrics)

    @cached_property
    def positions(self) -> "Positions":
        """How far the projector is in each shard of the log's stream."""
        from chalicelib.aws import clients
        from chalicelib.projections.positions import Positions

        return Positions(clients.dynamodb(), self.settings.operations_table)

    @cached_property
    def voids(self) -> "Voids":
        """Which generations are void."""
        from chalicelib.aws import clients
        from chalicelib.projections.voids import Voids

        return Voids(clients.dynamodb(), self.settings.operations_table)

    @cached_property
    def projector(self) -> "Projector":
        """What folds the log's stream into all read models."""
        from chalicelib.aws import clients
        from chalicelib.projections.engine import Engine
        from chalicelib.projections.projector import Projector, shards_of

        engine = Engine(self.states, self.now)
        return Projector(
            engine,
            self.rows,
            self.set_aside,
            self.positions,
            shards_of(clients.streams()),
            self.registry.generations,
            self.voids.put,
            self.now,
        )

    @cached_property
    def log_segments(self) -> "LogSegments":
        """What reads the whole log."""
        from chalicelib.aws import clients
        from chalicelib.eventlog.segments import LogSegments

        return LogSegments(clients.dynamodb(), self.settings.events_table)

    @cached_property
    def rebuild(self) -> "Rebuild":
        """What builds generations of the read models."""
        from chalicelib.aws import clients
        from chalicelib.projections.log_scan import LogScan
        from chalicelib.projections.rebuild import Rebuild, Waits
        from chalicelib.projections.scan_progress import ScanProgress

        settings = self.settings
        progress = ScanProgress(clients.dynamodb(), settings.operations_table)
        return Rebuild(
            self.registry.generations,
            self.registry.change_generations,
            LogScan(self.log_segments, self.states, progress, settings.scan_segments),
            self.states,
            self.rows,
            self.voids,
            self.backlog.oldest,
            self.now,
            time.sleep,
            Waits(settings.cut_lead_seconds * 1000, settings.cut_settle_seconds * 1000),
        )

    @cached_property
    def auditor(self) -> "Auditor":
        """What compares the read models with the log each hour."""
        from chalicelib.projections.audit import audit
        from chalicelib.projections.auditor import Auditor

        return Auditor(
            lambda campaign: audit(self.rebuild, self.rows, self.log_segments, campaign, lambda _: None),
            self.registry.campaigns,
            self.metrics,
            self.now,
        )

    @cached_property
    def backlog(self) -> "Backlog":
        """What is not projected yet."""
        from chalicelib.aws import clients
        from chalicelib.projections.backlog import Backlog

        return Backlog(clients.dynamodb(), clients.streams(), self.settings.events_table, self.positions)

    @cached_property
    def documents(self) -> "DocumentStore":
        """What viewers read."""
        from chalicelib.aws import clients
        from chalicelib.publishing.document_store import DocumentStore

        return DocumentStore(clients.s3(), self.settings.documents_bucket)

    @cached_property
    def shown(self) -> "WhatIsShown":
        """The names and acts that may be shown."""
        from chalicelib.publishing.visibility import WhatIsShown

        return WhatIsShown(self.names, self.hidden_acts)

    @cached_property
    def cdn(self) -> "Cdn | None":
        """The caches of viewers, None where they ask the bucket."""
        from chalicelib.aws import clients
        from chalicelib.publishing.cdn import Cdn

        distribution = self.settings.distribution_id
        return Cdn(clients.cloudfront(), distribution) if distribution else None

    @cached_property
    def boards(self) -> "BoardPublisher":
        """What makes documents of the boards."""
        from chalicelib.publishing.board_publisher import BoardPublisher
        from chalicelib.publishing.boards import Boards

        return BoardPublisher(Boards(self.rows, self.shown), self.documents, self.now)

    @cached_property
    def campaign_list(self) -> "CampaignListPublisher":
        """What makes the document of all campaigns."""
        from chalicelib.publishing.campaign_list import CampaignListPublisher

        return CampaignListPublisher(self.documents, self.registry.campaigns)

    @cached_property
    def publisher(self) -> "Publisher":
        """What makes documents of the states."""
        from chalicelib.publishing.publisher import Publisher

        return Publisher(
            self.states,
            self.documents,
            self.registry.campaigns,
            self.registry.change_reached,
            self.shown,
            self.boards,
            self.campaign_list,
            self.cdn,
            self.metrics,
            self.now,
            self.settings.poll_seconds,
        )

    @cached_property
    def reports(self) -> "Reports":
        """What the sweep found last."""
        from chalicelib.aws import clients
        from chalicelib.publishing.standstill import Reports

        return Reports(clients.dynamodb(), self.settings.operations_table)

    @cached_property
    def sweeper(self) -> "Sweeper":
        """What puts right each minute what publications left behind."""
        from chalicelib.publishing.sweeper import Sweeper

        return Sweeper(
            self.publisher,
            self.boards,
            self.campaign_list,
            self.documents,
            self.states,
            self.backlog.oldest,
            self.set_aside.count,
            self.reports.put,
            self.registry.campaigns,
            self.registry.generations,
            self.metrics,
            self.now,
        )

    @cached_property
    def accounts(self) -> "Accounts":
        """Our accounts at the providers."""
        from chalicelib.webhooks import accounts

        return accounts.configured(self.monotonic)

    @cached_property
    def dispatcher(self) -> "Dispatcher":
        """Where submissions go."""
        return self._dispatcher(self.participations)

    def _dispatcher(self, participations: "Participations") -> "Dispatcher":
        from chalicelib.webhooks.dispatcher import Dispatcher

        return Dispatcher(
            self.registry, participations, self.parking, self.leads_queue, self.metrics, self.form_gaps, self.now
        )

    @cached_property
    def form_gaps(self) -> "FormGaps":
        """What forms and what is filled in do not have in common."""
        from chalicelib.aws import clients
        from chalicelib.webhooks.form_gaps import FormGaps

        return FormGaps(clients.dynamodb(), self.settings.operations_table, self.now, self.monotonic)

    @cached_property
    def parking(self) -> "Parking":
        """What cannot be recorded yet."""
        from chalicelib.aws import secrets
        from chalicelib.webhooks.parking import Parking

        return Parking(self.settings.parked_table, secrets.parking_keys, self.keys)

    @cached_property
    def replayer(self) -> "Replayer":
        """What takes parked submissions out again."""
        from chalicelib.webhooks.replaying import Replayer

        return Replayer(self.parking, self.dispatcher)

    @cached_property
    def lead_worker(self) -> "LeadWorker":
        """What fetches leads."""
        from chalicelib.webhooks.leads.worker import LeadWorker

        return LeadWorker(self.accounts, self._graph_api, self._lead_dispatcher, self.leads_queue)

    @cached_property
    def lead_reconciler(self) -> "LeadReconciler":
        """What looks for the leads that no webhook brought."""
        from chalicelib.webhooks.leads.reconciliation import LeadReconciler

        return LeadReconciler(
            self.accounts,
            self._graph_api,
            self.registry,
            self.parking,
            self._lead_dispatcher,
            self.metrics,
            self.now,
        )

    @cached_property
    def _graph_api(self) -> "GraphApi":
        from chalicelib.webhooks.leads.graph_api import GraphApi

        return GraphApi(self.settings.graph_api_url, self.monotonic)

    @cached_property
    def _lead_dispatcher(self) -> "Dispatcher":
        # Few take leads at a time, and none asks what the others let count.
        from chalicelib.participations.rates import nothing

        return self._dispatcher(self._participations(nothing))

    @cached_property
    def leads_queue(self) -> "LeadsQueue":
        """What waits to be fetched from the Graph API."""
        from chalicelib.aws import clients
        from chalicelib.webhooks.leads.queue import LeadsQueue

        return LeadsQueue(clients.sqs(), self.settings.leads_queue_url)


def bootstrap(now: Callable[[], int] = now_ms, monotonic: Callable[[], float] = time.monotonic) -> Services:
    """Return the services of this process, over the tables and queues that its environment names."""
    return Services(load(), now, monotonic)
