"""`totals`: what the counter would have shown at a time, from the log."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial, reduce
from typing import Annotated, Any

import msgspec
import typer

from chalicelib.api.responses import moment
from chalicelib.aws.items import Item
from chalicelib.eventlog.codec import Undecodable, decode
from chalicelib.eventlog.segments import LogSegments
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.delta import delta
from chalicelib.projections.engine import sifted
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.log_scan import SEGMENTS, Tell
from chalicelib.projections.projection import Change
from chalicelib.projections.store_faults import FOLDING_FAULTS
from chalicelib.projections.sums import Cells
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.figures import Totals, totals
from ops.console import answer, note, progress, show
from ops.installation import READ_MODELS, CannotRun, campaign_of, connect
from ops.options import AsJson, CampaignId
from ops.scanning import event_count, log_segments

At = Annotated[str, typer.Option(help="A time with its offset, as 2026-06-01T12:00:00+05:00.")]


class TotalsAt(msgspec.Struct, frozen=True):
    """The totals of a campaign from all events that were recorded up to a time."""

    campaign: str
    at: str
    events: int
    unreadable: int
    totals: Totals


class SegmentFold:
    """Folds the events of a campaign that were recorded in a span of time (epoch ms, both ends in it)."""

    def __init__(self, campaign: str, since: int, until: int) -> None:
        self._beginning = f"{campaign}/"
        self._since = since
        self._until = until
        self._fold = LogFold()
        self.unreadable = 0

    @property
    def events(self) -> int:
        """How many events were folded."""
        return self._fold.events

    @property
    def cells(self) -> Cells:
        """The cells of the totals."""
        zero: Cells = TOTALS.zero()
        return reduce(TOTALS.merge, (state for _, state, _ in self._fold.states(TOTALS)), zero)

    def add(self, items: Sequence[Item]) -> int:
        """Fold the events of some items; return how many."""
        before = self.events
        changes = [change for item in items if (change := self._change(item)) is not None]
        try:
            self._fold.add(changes)
        except FOLDING_FAULTS:
            sound, unsound = sifted(PROJECTIONS, changes)
            self.unreadable += len(unsound)
            self._fold.add(sound)
        return self.events - before

    def _change(self, item: Item) -> Change | None:
        if not item["stream"]["S"].startswith(self._beginning):
            return None
        try:
            recorded = decode(item)
            return Change(recorded, delta(recorded)) if self._since <= recorded.recorded_at <= self._until else None
        except (Undecodable, *FOLDING_FAULTS):
            self.unreadable += 1
            return None


def run(campaign_id: CampaignId, *, at: At, as_json: AsJson = False) -> None:
    """Tell the totals of all events that were recorded up to a time, from the log.

    Ends with 2 where the log holds what this release cannot read.
    """
    until = _parsed(at)
    services = connect(*READ_MODELS)
    campaign = campaign_of(services, campaign_id)
    folds = [SegmentFold(campaign.id, campaign.since, until) for _ in range(SEGMENTS)]
    log = log_segments(services)
    with (
        progress("events", event_count(services, campaign), quiet=as_json) as tell,
        ThreadPoolExecutor(SEGMENTS) as pool,
    ):
        list(pool.map(partial(_read, log, tell), range(SEGMENTS), folds))
    cells: Cells = reduce(TOTALS.merge, (fold.cells for fold in folds))
    unreadable = sum(fold.unreadable for fold in folds)
    _print(TotalsAt(campaign.id, moment(until), sum(fold.events for fold in folds), unreadable, totals(cells)), as_json)
    if unreadable:
        note(f"{unreadable} records of the log cannot be read by this release, or not be counted")
        raise typer.Exit(2)


def _read(log: LogSegments, tell: Tell, segment: int, fold: SegmentFold) -> None:
    for page in log.pages(segment, SEGMENTS):
        tell(fold.add(page.items))


def _parsed(at: str) -> int:
    """Return a time as epoch ms.

    Raises:
        CannotRun: it is none, or has no offset.
    """
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError:
        raise CannotRun(f"{at} is no time as 2026-06-01T12:00:00+05:00 is") from None
    if parsed.tzinfo is None:
        raise CannotRun(f"{at} does not say which offset it has: 2026-06-01T12:00:00+05:00 does")
    return round(parsed.timestamp() * 1000)


def _print(found: TotalsAt, as_json: bool) -> None:
    if as_json:
        answer(found)
        return
    rows: list[tuple[str, Any]] = []
    for name, number in msgspec.to_builtins(found.totals).items():
        rows += [(f"{name} {code}", one) for code, one in number.items()] if name == "amount" else [(name, number)]
    show(f"{found.campaign} at {found.at}, from {found.events:,} events", ("metric", "total"), rows)
