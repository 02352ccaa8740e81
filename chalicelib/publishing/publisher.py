"""From changed states to the documents made from them.

Every publication reads the states and the campaign anew, consistently, after it was told of a change: so whoever is
told of the last change sees everything, and its documents are the furthest. What a lost publication leaves behind the
next sweep puts right.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache, cached_property

import msgspec

from chalicelib import logs
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.milestones import NONE_REACHED, ChangeReached, ReachedMilestones
from chalicelib.metrics import Metrics
from chalicelib.projections.change import StreamRecord
from chalicelib.projections.engine import read_cells, read_merged
from chalicelib.projections.hours import HOURS
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import Projection, StateT, currency_of
from chalicelib.projections.recent import RECENT, RecentActs, act_key, recorded_at
from chalicelib.projections.state_store import StateStore, UnreadableState
from chalicelib.projections.store_faults import passes
from chalicelib.projections.sums import Cells
from chalicelib.projections.timeline import TIMELINE, date_of
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing import campaign_list
from chalicelib.publishing.badge import badges
from chalicelib.publishing.board_publisher import PLACES_SHOWN, BoardPublisher
from chalicelib.publishing.campaign_list import CampaignListPublisher
from chalicelib.publishing.cdn import Cdn
from chalicelib.publishing.days import is_closed, today
from chalicelib.publishing.days_csv import DayLine, day_csv, day_lines, days_csv, entries_of, list_path, say_the_same
from chalicelib.publishing.document_store import DocumentContended, DocumentStore, StoredDocument
from chalicelib.publishing.documents import (
    OPEN_POLL_SECONDS,
    Document,
    DocumentPosition,
    Header,
    header,
    launch_page,
    live,
    path,
    places,
    recent,
    timeline,
    timeline_path,
)
from chalicelib.publishing.figures import Totals, totals
from chalicelib.publishing.milestones import note
from chalicelib.publishing.pace import EVERY_MS, TIMELINE_EVERY_MS, Pace
from chalicelib.publishing.totals_csv import totals_csv
from chalicelib.publishing.touched import Touched, all_with, touched_by
from chalicelib.publishing.visibility import WhatIsShown

MAX_ROUNDS = 10
MAX_READS = 3
"""How often sums are read that do not agree yet on how many events are in them."""

WRITERS = 8
"""Puts at a time: they only wait for S3."""


class _Sums(msgspec.Struct, frozen=True):
    """What counter, places and ticker are made of, read one after the other; each with the header that it makes.

    The projector writes them one after the other, too: they may be of different revs.
    """

    counter: Header
    totals: Cells
    placed: Header
    places: Cells
    ticked: Header
    recent: RecentActs

    @property
    def agree(self) -> bool:
        """Whether all of them are of the same events."""
        return self.counter.rev == self.placed.rev == self.ticked.rev

    @property
    def head(self) -> Header:
        """The header of a document made of all of them: of the rev that each of them has got to."""
        return min(self.counter, self.placed, self.ticked, key=lambda head: head.rev)


class _Counter(msgspec.Struct, frozen=True):
    """What the counter's document shows, and whether it was stored; None for milestones that were not looked up."""

    head: Header
    totals: Totals
    reached: ReachedMilestones | None
    stored: bool


class Unpublished(Exception):
    """Documents of some campaigns could not be stored; those of the others were."""


class Publisher:
    """Publishes what the streams of the states, the registry and the names report as changed.

    `campaigns` returns all campaigns as the registry has them now, `change_reached` changes what it notes of
    milestones, `now` returns epoch ms; viewers of an open campaign ask again after `poll_seconds`. `cdn` is where
    viewers' caches are told of what is hidden, None where there are none.
    """

    def __init__(
        self,
        states: StateStore,
        documents: DocumentStore,
        campaigns: Callable[[], Iterable[Campaign]],
        change_reached: Callable[[str, ChangeReached], ReachedMilestones],
        shown: WhatIsShown,
        boards: BoardPublisher,
        listed: CampaignListPublisher,
        cdn: Cdn | None,
        metrics: Metrics,
        now: Callable[[], int],
        poll_seconds: int = OPEN_POLL_SECONDS,
    ) -> None:
        self._states = states
        self._documents = documents
        self._campaigns = campaigns
        self._change_reached = change_reached
        self._shown = shown
        self._boards = boards
        self._listed = listed
        self._cdn = cdn
        self._metrics = metrics
        self._now = now
        self._poll_seconds = poll_seconds
        self._newest_record: dict[str, int] = {}
        self._pace = Pace(now)

    def publish(self, records: Sequence[StreamRecord]) -> None:
        """Publish the documents that some stream records touch; the counters first.

        Timelines, badges, tables and boards follow more rarely, and what is left of them is the sweep's to publish.

        Raises:
            Unpublished: not all could be stored; nothing is lost, the batch has to come again.
        """
        # Not read for what touches nothing, as most records of names do.
        campaigns = cache(lambda: {campaign.id: campaign for campaign in self._campaigns()})
        touched = touched_by(records, campaigns, today(self._now()))
        if not touched:
            return
        known = campaigns()
        for unknown in touched.keys() - known.keys():
            logs.write("campaign_unknown", level=logging.ERROR, campaign=unknown)
        found = [(known[campaign], parts) for campaign, parts in touched.items() if campaign in known]
        failed: list[str] = []
        sums: dict[str, _Sums] = {}
        counters: dict[str, _Counter] = {}
        for campaign, parts in found:
            with _apart(campaign.id, failed):
                self._follow(campaign)
                if parts.projections:
                    sums[campaign.id] = self._read_sums(campaign)
                if TOTALS.name in parts.projections:
                    counters[campaign.id] = self._publish_live(campaign, sums[campaign.id])
        if counters:
            self._metrics.write(Published=sum(counter.stored for counter in counters.values()))
        if any(parts.campaign for parts in touched.values()):
            with _apart(campaign_list.PATH, failed):
                self._listed.publish()
        for campaign, parts in found:
            with _apart(campaign.id, failed):
                # With every change, the many badges alone would cost more than all else together.
                parts.unhurried |= {name for name in parts.changed if self._is_due(campaign.id, name)}
                self._publish_rest(campaign, parts, sums.get(campaign.id), counters.get(campaign.id))
                self._publish_boards(campaign, parts, counters.get(campaign.id))
        if failed:
            raise Unpublished(", ".join(failed))

    def _is_due(self, campaign_id: str, projection: str) -> bool:
        every_ms = TIMELINE_EVERY_MS if projection == TIMELINE.name else EVERY_MS
        return self._pace.is_due(campaign_id, projection, every_ms)

    def publish_all(self, campaign: Campaign, days: Iterable[date]) -> None:
        """Publish all documents of a campaign but its boards, with those of some days.

        Raises:
            DocumentContended
        """
        self._follow(campaign)
        sums = self._read_sums(campaign)
        self._publish_rest(campaign, all_with(days), sums, self._publish_live(campaign, sums))

    def confirm(self, campaign: Campaign, read_at: int) -> None:
        """Let what viewers look at say that it was all there was at a time (epoch ms), if it says an earlier one.

        Raises:
            DocumentContended
        """
        names = ("live.json", "page.json", "places.json", "recent.json")
        pages = [*(path(campaign.id, name) for name in names), timeline_path(campaign.id, today(read_at))]
        list(self._writers.map(lambda page: self._documents.confirm(page, read_at), pages))

    def prepare(self, campaign: Campaign) -> None:
        """Publish all documents of a campaign, before it is known to anybody."""
        self.publish_all(campaign, [today(self._now())])
        self._boards.prepare(self.head(campaign))

    def head(self, campaign: Campaign) -> Header:
        """Return the header of what is published of a campaign now."""
        return self._read(TOTALS, campaign, self._shown.changes(campaign.id))[0]

    def has_acts(self, campaign: Campaign) -> bool:
        """Whether any event of a campaign is in its totals' states, whatever it adds up to."""
        return read_merged(self._states, TOTALS, campaign.id, campaign.generation)[1] > 0

    def _publish_rest(self, campaign: Campaign, parts: Touched, sums: _Sums | None, counter: _Counter | None) -> None:
        """Publish all but the counter's document, again where others were at it with newer states.

        Raises:
            DocumentContended: others publish without pause.
        """
        for _ in range(MAX_ROUNDS):
            if self._publish_others(campaign, parts, sums, counter):
                return
            campaign = next((c for c in self._campaigns() if c.id == campaign.id), campaign)
            sums = self._read_sums(campaign)
            counter = None if counter is None else self._publish_live(campaign, sums)
        raise DocumentContended(campaign.id)

    def _follow(self, campaign: Campaign) -> None:
        """Publish each document that no event may touch any more, where documents are those of another generation.

        The counter comes after them: as long as it is the former generation's, this is not done.
        """
        counter = self._documents.known(path(campaign.id, "live.json"))
        if counter is None or counter.position.epoch == campaign.generation:
            return
        former = msgspec.structs.replace(campaign, generation=counter.position.epoch)
        days = self.days(campaign)
        # What is left behind may be damaged, and is left behind because of that.
        with suppress(UnreadableState):
            days |= self.days(former)
        self._store(self._timelines(campaign, days))
        self._publish_days(campaign, days)
        head = self.head(campaign)
        self._boards.publish(head, (None, *PLACES_SHOWN))
        # Of days that are over caches keep for long what was wrong before.
        self._forget(head)

    def days(self, campaign: Campaign) -> set[date]:
        """Return the days that have a timeline."""
        states = self._states.read(TIMELINE, campaign.id, campaign.generation)
        return {date.fromisoformat(date_of(key.key)) for key, _ in states}

    def _publish_live(self, campaign: Campaign, sums: _Sums) -> _Counter:
        head, numbers = sums.counter, totals(sums.totals)
        reached: ReachedMilestones | None = None

        def make(current: bytes | None) -> Document:
            nonlocal reached
            reached = self._reached(campaign, numbers, head.as_of, current)
            return live(head, campaign, sums.totals, reached)

        stored = self._documents.advance(path(campaign.id, "live.json"), head.position, make)
        return _Counter(head, numbers, reached, stored)

    def _reached(self, campaign: Campaign, numbers: Totals, as_of: str, current: bytes | None) -> ReachedMilestones:
        """Return when milestones were reached: each is noted for good before any document shows it.

        One read of the registry, and a write where one is reached; none of a campaign without milestones.
        """
        if not campaign.milestones:
            return NONE_REACHED
        return self._change_reached(campaign.id, lambda reached: note(reached, campaign, numbers, as_of, current))

    def _publish_boards(self, campaign: Campaign, parts: Touched, counter: _Counter | None) -> None:
        if parts.names:
            # What is hidden waits for no sweep, and for no cache.
            head = self.head(campaign)
            self._boards.publish(head, (None, *PLACES_SHOWN))
            self._forget(head)
        elif parts.campaign:
            # When to ask again holds for all documents at once; all else of a board is its rows', and reading them
            # takes requests to every partition of their index.
            head = self.head(campaign)
            self._boards.publish(head, self._boards.outdated(head))
        elif counter is not None:
            self._boards.publish_now_and_then(counter.head)

    def _forget(self, head: Header) -> None:
        if self._cdn is not None:
            self._cdn.forget(head)

    def _publish_others(self, campaign: Campaign, parts: Touched, sums: _Sums | None, counter: _Counter | None) -> bool:
        """Publish all but the counter's document; return whether none of it can be older than what is stored."""
        pages: list[Document] = []
        unnumbered: list[Document] = []
        sources: dict[str, DocumentPosition] = {}
        if counter is not None and TOTALS.name in parts.unhurried:
            unnumbered += badges(counter.head, counter.totals)
            sources[path(campaign.id, "live.json")] = counter.head.position
        if sums is not None:
            pages += self._pages(campaign, parts, sums, counter)
            if PLACES.name in parts.projections & parts.unhurried:
                pages += totals_csv(sums.placed, sums.places, campaign.min_cell)
        if TIMELINE.name in parts.unhurried:
            pages += self._timelines(campaign, parts.days[TIMELINE.name])
        self._store(pages)
        if HOURS.name in parts.unhurried:
            self._publish_days(campaign, parts.days[HOURS.name])
        # Without a rev in them, badges of different revs may be the same bytes: a conditional put cannot tell
        # whether something newer was there in between. The page made from the same states, stored before, can.
        stored = self._store(unnumbered)
        return not stored or all(self._is_current(page, position) for page, position in sources.items())

    def _pages(self, campaign: Campaign, parts: Touched, sums: _Sums, counter: _Counter | None) -> list[Document]:
        hidden = self._shown.hidden(campaign.id, map(act_key, sums.recent))
        entries = {key: entry for key, entry in sums.recent.items() if act_key(key) not in hidden}
        names = self._shown.texts(campaign.id, _names(entries))
        pages = self._launch_page(campaign, sums, counter, entries, names)
        if PLACES.name in parts.projections:
            pages.append(places(sums.placed, campaign, sums.places))
        if RECENT.name in parts.projections:
            pages.append(recent(sums.ticked, entries, names))
            self._measure(campaign.id, recorded_at(sums.recent))
        return pages

    def _launch_page(
        self,
        campaign: Campaign,
        sums: _Sums,
        counter: _Counter | None,
        entries: RecentActs,
        names: Mapping[str, str],
    ) -> list[Document]:
        """Return the launch page's document, nothing where what is known of it is as far.

        What does not agree yet is shown all the same, at the rev that all of it has got to; the latest reading wins.
        """
        head = sums.head
        position = head.position if sums.agree else DocumentPosition(head.epoch, head.rev, self._now())
        known = self._documents.known(path(campaign.id, "page.json"))
        if known is not None and known.position >= position:
            return []
        reached = None if counter is None else counter.reached
        if reached is None:
            live_page = self._documents.known(path(campaign.id, "live.json"))
            current = None if live_page is None else live_page.body
            reached = self._reached(campaign, totals(sums.totals), sums.counter.as_of, current)
        page = launch_page(head, campaign, sums.totals, reached, sums.places, entries, names)
        return [msgspec.structs.replace(page, position=position)]

    def _timelines(self, campaign: Campaign, days: Iterable[date]) -> list[Document]:
        pages, changes = [], self._shown.changes(campaign.id)
        for day in sorted(days):
            head, cells = self._read(TIMELINE, campaign, changes, day.isoformat())
            pages.append(timeline(head, day, cells, closed=self._is_closed(campaign, day)))
        return pages

    def _publish_days(self, campaign: Campaign, days: Iterable[date]) -> None:
        """Publish the files of some days, then the list of days; the first list of an epoch has all days."""
        known = self._documents.known(list_path(campaign.id))
        if known is None or known.position.epoch != campaign.generation:
            days = {*days, *self.days(campaign)}
        head, changes = self.head(campaign), self._shown.changes(campaign.id)
        pages: list[Document] = []
        lines: list[DayLine] = []
        for day in sorted(days):
            closed = self._is_closed(campaign, day)
            read_at, states = self._now(), list(self._states.read(HOURS, *_build(campaign), day.isoformat()))
            applied = sum(stored.applied for key, stored in states if currency_of(key.key) is None)
            of_day = header(campaign, applied, read_at, self._poll_seconds, changes)
            entries = entries_of(states)
            pages.append(day_csv(of_day, day, entries, campaign.min_cell, closed=closed))
            lines += day_lines(of_day, day, entries, closed=closed)
        final = {page.path: current for page in pages if (current := self._final(page)) is not None}
        same = {page.path for page in pages if page.path in final and say_the_same(final[page.path].body, page.body)}
        self._store([page for page in pages if page.path not in same])
        if final.keys() > same:
            # Caches keep such a file for long.
            self._forget(head)
        # Its lines are of days that go forward each by itself: the latest reading wins, and takes none of them back.
        position = DocumentPosition(head.epoch, head.rev, self._now())
        self._documents.advance(list_path(campaign.id), position, lambda current: days_csv(head, lines, current))

    def _is_closed(self, campaign: Campaign, day: date) -> bool:
        """Whether a day can change no more: one of rehearsals can, as they count no more once the campaign is live."""
        return campaign.state != "test" and is_closed(day, self._now())

    def _final(self, page: Document) -> StoredDocument | None:
        """Return what a closed day has for ever already: it is written over only where it says something else."""
        current = self._documents.current(page.path) if page.immutable else None
        return current if current is not None and current.immutable else None

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

        return any(list(self._writers.map(store, documents)))

    @cached_property
    def _writers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(WRITERS, thread_name_prefix="documents")

    def _is_current(self, page: str, position: DocumentPosition) -> bool:
        current = self._documents.current(page)
        return current is not None and current.position.is_as_far_as(position)

    def _read_sums(self, campaign: Campaign) -> _Sums:
        """Return the sums as they are read, once more as long as the projector was at it in between."""
        for _ in range(MAX_READS):
            changes = self._shown.changes(campaign.id)
            counter, cells = self._read(TOTALS, campaign, changes)
            placed, by_place = self._read_places(campaign, changes)
            ticked, entries = self._read(RECENT, campaign, changes)
            sums = _Sums(counter, cells, placed, by_place, ticked, entries)
            if sums.agree:
                break
        return sums

    def _read_places(self, campaign: Campaign, changes: int) -> tuple[Header, Cells]:
        now = self._now()
        cells, applied = read_cells(self._states, PLACES, *_build(campaign))
        return header(campaign, applied, now, self._poll_seconds, changes), cells

    def _read(
        self, projection: Projection[StateT], campaign: Campaign, changes: int, prefix: str = ""
    ) -> tuple[Header, StateT]:
        now = self._now()
        state, applied = read_merged(self._states, projection, campaign.id, campaign.generation, prefix)
        return header(campaign, applied, now, self._poll_seconds, changes), state


def _build(campaign: Campaign) -> tuple[str, int]:
    return campaign.id, campaign.generation


def _names(entries: RecentActs) -> set[str]:
    return {entry.act.name for entry in entries.values() if entry.act is not None and entry.act.name is not None}


@contextmanager
def _apart(what: str, failed: list[str]) -> Iterator[None]:
    """Keep what goes wrong with one campaign from the others: it is logged, and noted in `failed` if it passes.

    What will never pass would hold up the others each time that the batch comes again. It is the sweep's to tell.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the others go on
        logs.write("publication_failed", level=logging.ERROR, campaign=what, error=logs.describe(error))
        if passes(error):
            failed.append(what)
