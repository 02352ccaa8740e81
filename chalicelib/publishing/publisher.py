"""From changed states to the documents made from them.

Every publication reads the states and the campaign anew, consistently, after it was told of a change: so whoever is
told of the last change sees everything, and its documents are the furthest.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.metrics import Metrics
from chalicelib.projections.engine import merged
from chalicelib.projections.organisations import ORGANISATIONS
from chalicelib.projections.places import PLACES
from chalicelib.projections.projection import Projection, State, StreamRecord
from chalicelib.projections.recent import RECENT, recorded_at
from chalicelib.projections.state_store import GENERATION, StateStore, parse_item
from chalicelib.projections.timeline import TIMELINE, date_of
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.badge import badges
from chalicelib.publishing.days import is_closed, newest_closed, today
from chalicelib.publishing.document_store import DocumentContended, DocumentStore
from chalicelib.publishing.documents import (
    OPEN_POLL_SECONDS,
    Document,
    Header,
    Position,
    header,
    live,
    organisations,
    path,
    places,
    recent,
    timeline,
    timeline_path,
)
from chalicelib.publishing.figures import Totals, totals
from chalicelib.publishing.totals_csv import totals_csv

ROUNDS = 10
WRITERS = 8
"""Puts at a time: they only wait for S3."""

MAX_DAYS_BACK = 7
"""How many days before the newest closed one are looked at for one that is not marked so."""

_WHOLE = frozenset({TOTALS.name, PLACES.name, RECENT.name, ORGANISATIONS.name})
"""Projections with documents of their own; the timeline has one for each day."""

_CAMPAIGN = "campaign"
"""The kind of the registry's entries that documents are made from."""

_Counter = tuple[Header, Totals]

_log = logging.getLogger(__name__)


class Touched(msgspec.Struct):
    """What has changed of a campaign: projections by name, and days of the timeline."""

    projections: set[str] = msgspec.field(default_factory=set)
    days: set[date] = msgspec.field(default_factory=set)


class Publisher:
    """Publishes what the streams of the state table and of the registry report as changed.

    `campaigns` returns all campaigns as the registry has them now, `now` epoch ms; viewers of an open one ask again
    after `poll_seconds`.
    """

    def __init__(
        self,
        states: StateStore,
        documents: DocumentStore,
        campaigns: Callable[[], Iterable[Campaign]],
        metrics: Metrics,
        now: Callable[[], int],
        poll_seconds: int = OPEN_POLL_SECONDS,
    ) -> None:
        self._states = states
        self._documents = documents
        self._campaigns = campaigns
        self._metrics = metrics
        self._now = now
        self._poll_seconds = poll_seconds
        self._closed_until: dict[str, date] = {}
        self._newest_record: dict[str, int] = {}

    def publish(self, records: Sequence[StreamRecord]) -> None:
        """Publish the documents that some stream records touch; the counter's first.

        Raises:
            Contended: others publish without pause; nothing is lost, the batch has to come again.
        """
        touched = self._touched(records)
        for _ in range(ROUNDS):
            if not touched:
                return
            touched = self._round(touched)
        if touched:
            raise DocumentContended(", ".join(touched))

    def _round(self, touched: Mapping[str, Touched]) -> dict[str, Touched]:
        """Publish once; return what has to be published again."""
        known = {campaign.id: campaign for campaign in self._campaigns()}
        for unknown in touched.keys() - known.keys():
            _log.error("campaign %s has no entry in the registry: nothing of it is published", unknown)
        found = [(known[campaign], parts) for campaign, parts in touched.items() if campaign in known]
        counters = {
            campaign.id: self._publish_live(campaign) for campaign, parts in found if TOTALS.name in parts.projections
        }
        return {
            campaign.id: parts
            for campaign, parts in found
            if not self._publish_others(campaign, parts, counters.get(campaign.id))
        }

    def _publish_live(self, campaign: Campaign) -> _Counter:
        head, cells = self._read(TOTALS, campaign)
        stored = self._documents.advance(
            path(campaign.id, "live.json"), head.position, lambda current: live(head, campaign, cells, current)
        )
        self._metrics.write(Published=int(stored))
        return head, totals(cells)

    def _publish_others(self, campaign: Campaign, parts: Touched, counter: _Counter | None) -> bool:
        """Publish all but the counter's document; return whether none of it can be older than what stands."""
        pages = self._pages(campaign, parts)
        unnumbered: list[Document] = []
        sources: dict[str, Position] = {}
        if counter is not None:
            head, numbers = counter
            unnumbered += badges(head, numbers)
            sources[path(campaign.id, "live.json")] = head.position
        if PLACES.name in parts.projections:
            head, cells = self._read(PLACES, campaign)
            pages.append(places(head, cells))
            unnumbered.append(totals_csv(head, cells))
            sources[path(campaign.id, "places.json")] = head.position
        self._store(pages)
        # Without a rev in them, badges and CSV of different revs may be the same bytes: a conditional put cannot tell
        # whether something newer stood there in between. The page made from the same states, stored before, can.
        stored = self._store(unnumbered)
        self._close_days(campaign.id)
        return not stored or all(self._stands(page, position) for page, position in sources.items())

    def _pages(self, campaign: Campaign, parts: Touched) -> list[Document]:
        pages = []
        for day in sorted(parts.days):
            head, cells = self._read(TIMELINE, campaign, day.isoformat())
            pages.append(timeline(head, day, cells, closed=is_closed(day, self._now())))
        if RECENT.name in parts.projections:
            head, entries = self._read(RECENT, campaign)
            pages.append(recent(head, entries))
            self._measure(campaign.id, recorded_at(entries))
        if ORGANISATIONS.name in parts.projections:
            pages.append(organisations(*self._read(ORGANISATIONS, campaign)))
        return pages

    def _measure(self, campaign: str, newest: int) -> None:
        """Tell how long ago the newest act that the counter shows was recorded, once for each.

        What is newest when this process first looks may have been on show for long.
        """
        before = self._newest_record.get(campaign)
        if before is not None and newest > before:
            self._metrics.write(RecordedToPublished=self._now() - newest)
        self._newest_record[campaign] = newest

    def _store(self, documents: Sequence[Document]) -> bool:
        def store(document: Document) -> bool:
            return self._documents.advance(document.path, document.position, lambda _: document)

        with ThreadPoolExecutor(WRITERS) as writers:
            return any(list(writers.map(store, documents)))

    def _stands(self, page: str, position: Position) -> bool:
        current = self._documents.current(page)
        return current is not None and current.position == position

    def _close_days(self, campaign: str) -> None:
        """Let the days that can change no more be cached for ever, once a day."""
        newest = newest_closed(self._now())
        if self._closed_until.get(campaign) == newest:
            return
        for back in range(MAX_DAYS_BACK):
            if self._documents.close(timeline_path(campaign, newest - timedelta(days=back))):
                break
        self._closed_until[campaign] = newest

    def _read(self, projection: Projection[State], campaign: Campaign, prefix: str = "") -> tuple[Header, State]:
        now = self._now()
        parts = self._states.read(projection, campaign.id, prefix)
        state, applied = merged(projection, (stored for _, stored in parts))
        return header(campaign, applied, now, self._poll_seconds), state

    def _touched(self, records: Iterable[StreamRecord]) -> dict[str, Touched]:
        touched: dict[str, Touched] = defaultdict(Touched)
        for record in records:
            keys = record["dynamodb"]["Keys"]
            if "item" not in keys:
                if keys["kind"]["S"] == _CAMPAIGN:
                    parts = touched[keys["id"]["S"]]
                    parts.projections |= _WHOLE
                    parts.days.add(today(self._now()))
                continue
            key = parse_item(keys["campaign"]["S"], keys["item"]["S"])
            if key.generation != GENERATION:
                continue
            if key.projection == TIMELINE.name:
                touched[key.campaign].days.add(date.fromisoformat(date_of(key.key)))
            elif key.projection in _WHOLE:
                touched[key.campaign].projections.add(key.projection)
        return touched
