"""The events of the log up to a generation's cut, into its read models: exactly once, and on from where it was killed.

The scan counts as a shard and a chunk of it as a sequence number, so what is added is noted in the states by the same
put that adds it. A chunk is folded in memory, however many hours its events are of, and added as one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import islice
from threading import Event as Signal
from typing import Protocol

import msgspec

from chalicelib import logs
from chalicelib.aws.items import Item
from chalicelib.domain.generations import Generation
from chalicelib.eventlog.segments import Place, SegmentPage, up_to
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change
from chalicelib.projections.engine import add_folded, slice_of
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.projection import AnyProjection
from chalicelib.projections.scan_progress import Chunk, ScanProgress, SegmentPart
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import AnyStoredState, StateKey, StateStore

CHUNK_PAGES = 64
"""Pages of each segment that are added as one: what a scan that is killed has to read again."""

WRITERS = 8
"""Puts at a time: they only wait for DynamoDB."""

_SHARD = "scan"

_KnownStates = dict[StateKey, AnyStoredState]


class Segments(Protocol):
    """What reads the log in segments."""

    def pages(self, segment: int, segments: int, after: Place | None = None) -> Iterator[SegmentPage]:
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
    """Scans the log for one campaign, so many segments side by side.

    `chunk_pages` of each segment are read before what they hold is added.
    """

    def __init__(
        self,
        log: Segments,
        states: StateStore,
        progress: ScanProgress,
        segments: int,
        chunk_pages: int = CHUNK_PAGES,
    ) -> None:
        self._log = log
        self._states = states
        self._progress = progress
        self._segments = segments
        self._chunk_pages = chunk_pages

    def run(self, campaign: str, generation: Generation, take: TakeChanges, tell: Tell) -> Scanned:
        """Add all events up to the generation's cut to its states, from where an earlier scan came to.

        Raises:
            ScanContended: another process scans for it.
            StateContended, BotoCoreError, ClientError: a passing fault: the scan can go on.
            NeverStored: a state has no place in the store.
        """
        scan = _CampaignScan(campaign, generation, take, tell, Signal())
        with (
            ThreadPoolExecutor(self._segments, thread_name_prefix="scan") as readers,
            ThreadPoolExecutor(WRITERS, thread_name_prefix="sums") as writers,
        ):
            try:
                return self._run(scan, readers, writers)
            finally:
                # Whoever still reads has nobody left who waits for it.
                scan.stop.set()

    def is_done(self, campaign: str, number: int) -> bool:
        """Whether all up to a generation's cut is added: to run it again reads nothing."""
        chunk = self._progress.read(_scan_name(campaign, number))
        return chunk is not None and chunk.is_done

    def forget(self, campaign: str, number: int) -> None:
        """Delete what is noted of a scan."""
        self._progress.forget(_scan_name(campaign, number))

    def _run(self, scan: "_CampaignScan", readers: Executor, writers: Executor) -> Scanned:
        name = _scan_name(scan.campaign, scan.generation.number)
        chunk = self._progress.read(name)
        if chunk is not None and chunk.is_done:
            return Scanned(0, 0)
        known: _KnownStates = {}
        events = rejected = 0
        # A scan goes on in as many segments as it was begun in.
        segments = self._segments if chunk is None else len(chunk.parts)
        if chunk is not None:
            # Whoever noted it was ended before all of it was added.
            again = (
                up_to(self._log.pages(segment, segments, part.start), part.end)
                for segment, part in enumerate(chunk.parts)
                if part is not None
            )
            found = _together(readers.map(scan.folded, again))
            self._add(scan, writers, chunk.number, found.fold, known)
            events, rejected = found.fold.events, found.rejected
        following = [self._following(segment, segments, chunk) for segment in range(segments)]
        while chunk is None or not chunk.is_last:
            reads = [None if pages is None else _Read(islice(pages, self._chunk_pages)) for pages in following]
            found = _together(readers.map(scan.folded, (read for read in reads if read is not None)))
            previous, chunk = chunk, _chunk_after(chunk, reads)
            self._progress.put(name, previous, chunk)
            self._add(scan, writers, chunk.number, found.fold, known)
            events, rejected = events + found.fold.events, rejected + found.rejected
            following = [
                None if read is None or read.end is None else pages
                for read, pages in zip(reads, following, strict=True)
            ]
        self._progress.put(name, chunk, msgspec.structs.replace(chunk, is_done=True))
        return Scanned(events, rejected)

    def _following(self, segment: int, segments: int, chunk: Chunk | None) -> Iterator[SegmentPage] | None:
        """Return the pages of a segment of so many behind a chunk, None where it has none."""
        if chunk is None:
            return self._log.pages(segment, segments)
        part = chunk.parts[segment]
        return None if part is None or part.end is None else self._log.pages(segment, segments, part.end)

    def _add(self, scan: "_CampaignScan", writers: Executor, chunk: int, fold: LogFold, known: "_KnownStates") -> None:
        """Add what was folded to the states; `known` has them as they were stored last."""

        def add(projection: AnyProjection, key: str, state: object, applied: int) -> None:
            state_key = StateKey(scan.campaign, projection.name, key, slice_of(_SHARD), scan.generation.number)
            known[state_key] = add_folded(
                self._states, projection, state_key, _SHARD, chunk, state, applied, known.get(state_key)
            )

        additions = [
            writers.submit(add, projection, *folded) for projection in PROJECTIONS for folded in fold.states(projection)
        ]
        for addition in additions:
            addition.result()


class _CampaignScan(msgspec.Struct, frozen=True):
    """What one scan is of and for."""

    campaign: str
    generation: Generation
    take: TakeChanges
    tell: Tell
    stop: Signal

    def folded(self, pages: Iterable[Sequence[Item]]) -> "_Folded":
        """Fold the events of some items that belong to the scan."""
        fold, rejected = LogFold(), 0
        for items in pages:
            if self.stop.is_set():
                raise Stopped
            rejected += self._fold(items, fold)
        return _Folded(fold, rejected)

    def _fold(self, items: Sequence[Item], fold: LogFold) -> int:
        changes, poison = fold.add_items(items, self.campaign, self.generation.is_scanned_for)
        poison += self.take(changes)
        for one in poison:
            logs.write("event_not_scanned", level=logging.ERROR, campaign=self.campaign, reason=one.reason)
        self.tell(len(changes))
        return len(poison)


class _Folded(msgspec.Struct, frozen=True):
    """What was folded, and how many events could not be."""

    fold: LogFold
    rejected: int


def _together(folded: Iterable[_Folded]) -> _Folded:
    fold, rejected = LogFold(), 0
    for one in folded:
        fold.merge(one.fold)
        rejected += one.rejected
    return _Folded(fold, rejected)


class _Read:
    """Passes the items of pages on, and knows where the last page that was passed on ends."""

    def __init__(self, pages: Iterable[SegmentPage]) -> None:
        self._pages = pages
        self.end: Place | None = None

    def __iter__(self) -> Iterator[Sequence[Item]]:
        for page in self._pages:
            self.end = page.end
            yield page.items


def _chunk_after(chunk: Chunk | None, reads: Sequence[_Read | None]) -> Chunk:
    former = [None] * len(reads) if chunk is None else chunk.parts
    starts = [None if part is None else part.end for part in former]
    parts = [None if read is None else SegmentPart(start, read.end) for start, read in zip(starts, reads, strict=True)]
    return Chunk(1 if chunk is None else chunk.number + 1, tuple(parts))


def _scan_name(campaign: str, number: int) -> str:
    return f"{campaign}#{number}"
