"""The events of the log up to a generation's cut, into its read models: exactly once, and on from where it was killed.

A segment of the log counts as a shard and a chunk of it as a sequence number, so what is added is noted in the states
by the same put that adds it. A chunk is folded in memory, however many hours its events are of, and added as one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Event as Signal
from typing import Protocol

import msgspec

from chalicelib import logs
from chalicelib.aws.items import Item
from chalicelib.domain.generations import Generation
from chalicelib.eventlog.codec import Undecodable, decode
from chalicelib.eventlog.segments import Page, Place, up_to
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.delta import delta
from chalicelib.projections.engine import add_folded, sifted, slice_of
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.projection import Change
from chalicelib.projections.scan_progress import Chunk, ScanProgress
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import StateKey, StateStore
from chalicelib.projections.store_faults import FOLDING_FAULTS

SEGMENTS = 4
"""How many parts of the log are read side by side."""

CHUNK_PAGES = 32
"""Pages, of 1 MB at most, that are added as one: what a scan that is killed has to read again of each segment."""


class Segments(Protocol):
    """What reads the log in segments."""

    def pages(self, segment: int, segments: int, after: Place | None = None) -> Iterator[Page]:
        """Yield the pages of a segment of so many, from behind a place on."""


class Stopped(Exception):
    """The scan ended early, as another segment failed or somebody asked it to; it can go on."""


class Scanned(msgspec.Struct, frozen=True):
    """What a run of a scan did: how many events it added, and how many it could not, which are in the log."""

    events: int
    rejected: int


TakeChanges = Callable[[Sequence[Change]], Sequence[Poison]]
"""Does something with the events of a page, besides summing them; returns those with which it cannot be done."""

Tell = Callable[[int], None]
"""Is told how many events more were scanned."""


class LogScan:
    """Scans the log for one campaign; `chunk_pages` are read before what they hold is added."""

    def __init__(
        self, log: Segments, states: StateStore, progress: ScanProgress, chunk_pages: int = CHUNK_PAGES
    ) -> None:
        self._log = log
        self._states = states
        self._progress = progress
        self._chunk_pages = chunk_pages

    def run(self, campaign: str, generation: Generation, take: TakeChanges, tell: Tell) -> Scanned:
        """Add all events up to the generation's cut to its states, from where an earlier scan came to.

        Raises:
            ScanContended: another process scans for it.
            StateContended, BotoCoreError, ClientError: a passing fault: the scan can go on.
            NeverStored: a state has no place in the store.
        """
        stop = Signal()
        one = _CampaignScan(campaign, generation, take, tell, stop)
        with ThreadPoolExecutor(SEGMENTS, thread_name_prefix="scan") as threads:
            scans = [threads.submit(self._segment, one, segment) for segment in range(SEGMENTS)]
            try:
                found = [scan.result() for scan in scans]
            except BaseException:
                stop.set()
                raise
        return Scanned(sum(part.events for part in found), sum(part.rejected for part in found))

    def forget(self, campaign: str, number: int) -> None:
        """Delete what is noted of a scan."""
        self._progress.forget(_scan_name(campaign, number), SEGMENTS)

    def _segment(self, scan: "_CampaignScan", segment: int) -> Scanned:
        name = _scan_name(scan.campaign, scan.generation.number)
        chunk = self._progress.read(name, segment)
        events = rejected = 0
        if chunk is not None and not chunk.is_done:
            # Whoever noted it was ended before all of it was added.
            fold, refused = scan.folded(up_to(self._log.pages(segment, SEGMENTS, chunk.start), chunk.end))
            self._add(scan, segment, chunk.number, fold)
            events, rejected = fold.events, refused
        pages = self._log.pages(segment, SEGMENTS, chunk.end if chunk else None)
        while chunk is None or not chunk.is_last:
            read = _Read(islice(pages, self._chunk_pages))
            fold, refused = scan.folded(read)
            previous, chunk = chunk, _chunk_after(chunk, read.end)
            self._progress.put(name, segment, previous, chunk)
            self._add(scan, segment, chunk.number, fold)
            events, rejected = events + fold.events, rejected + refused
        if not chunk.is_done:
            self._progress.put(name, segment, chunk, msgspec.structs.replace(chunk, is_done=True))
        return Scanned(events, rejected)

    def _add(self, scan: "_CampaignScan", segment: int, chunk: int, fold: LogFold) -> None:
        shard = f"scan-{segment}"
        for projection in PROJECTIONS:
            for key, state, applied in fold.states(projection):
                state_key = StateKey(scan.campaign, projection.name, key, slice_of(shard), scan.generation.number)
                add_folded(self._states, projection, state_key, shard, chunk, state, applied)


class _CampaignScan(msgspec.Struct, frozen=True):
    """What one scan is of and for."""

    campaign: str
    generation: Generation
    take: TakeChanges
    tell: Tell
    stop: Signal

    def folded(self, pages: Iterable[Sequence[Item]]) -> tuple[LogFold, int]:
        """Fold the events of some items that belong to the scan; return how many cannot be, besides."""
        fold, rejected = LogFold(), 0
        for items in pages:
            if self.stop.is_set():
                raise Stopped
            rejected += self._fold(items, fold)
        return fold, rejected

    def _fold(self, items: Sequence[Item], fold: LogFold) -> int:
        changes, poison = _decoded(items, self.campaign, self.generation)
        before = fold.events
        try:
            fold.add(changes)
        except FOLDING_FAULTS:
            changes, unsound = sifted(PROJECTIONS, changes)
            poison += unsound
            fold.add(changes)
        poison += self.take(changes)
        for one in poison:
            logs.write("event_not_scanned", level=logging.ERROR, campaign=self.campaign, reason=one.reason)
        self.tell(fold.events - before)
        return len(poison)


class _Read:
    """Passes the items of pages on, and knows where the last page that was passed on ends."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = pages
        self.end: Place | None = None

    def __iter__(self) -> Iterator[Sequence[Item]]:
        for page in self._pages:
            self.end = page.end
            yield page.items


def _chunk_after(chunk: Chunk | None, end: Place | None) -> Chunk:
    if chunk is None:
        return Chunk(1, None, end, is_last=end is None)
    return Chunk(chunk.number + 1, chunk.end, end, is_last=end is None)


def _decoded(items: Sequence[Item], campaign: str, generation: Generation) -> tuple[list[Change], list[Poison]]:
    """Return the events of a campaign that a generation's scan is for, and the items that are none."""
    beginning = f"{campaign}/"
    changes: list[Change] = []
    poison: list[Poison] = []
    for item in items:
        if not item["stream"]["S"].startswith(beginning):
            continue
        record = {"dynamodb": {"NewImage": item}}
        try:
            recorded = decode(item)
            if generation.is_scanned_for(recorded.recorded_at):
                changes.append(Change(recorded, delta(recorded), 0, record))
        except (Undecodable, *FOLDING_FAULTS) as error:
            poison.append(Poison(record, str(error)))
    return changes, poison


def _scan_name(campaign: str, number: int) -> str:
    return f"{campaign}#{number}"
