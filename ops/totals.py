"""`totals`: what the counter would have shown at a time, from the log."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from typing import Annotated, Any

import msgspec
import typer

from chalicelib.api.responses import moment
from chalicelib.domain.campaign import Campaign
from chalicelib.eventlog.segments import LogSegments
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.log_scan import Tell
from chalicelib.projections.sums import Cells
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing.figures import Totals, totals
from ops.console import answer, note, progress, show
from ops.installation import READ_MODELS, campaign_of, connect
from ops.options import AsJson, CampaignId
from ops.scanning import event_count
from ops.times import read_time

At = Annotated[str, typer.Option(help="A time with its offset, as 2026-06-01T12:00:00+05:00.")]


class TotalsAt(msgspec.Struct, frozen=True):
    """The totals of a campaign from all events that were recorded up to a time."""

    campaign: str
    at: str
    events: int
    unreadable: int
    totals: Totals


def run(campaign_id: CampaignId, *, at: At, as_json: AsJson = False) -> None:
    """Tell the totals of all events that were recorded up to a time, from the log.

    Example: `bin/qaiyrym totals 2026 --at 2026-06-01T12:00:00+05:00`

    What was decided later is in none of it, so it may differ from the timeline of today. Ends with 2 where the log
    holds what this release cannot read.
    """
    until = read_time(at)
    services = connect(*READ_MODELS)
    campaign = campaign_of(services, campaign_id)
    log, count = services.log_segments, services.settings.scan_segments
    whole, unreadable = LogFold(), 0
    with (
        progress("events", event_count(services, campaign), quiet=as_json) as tell,
        ThreadPoolExecutor(count) as pool,
    ):
        for fold, rejected in pool.map(partial(_folded, log, count, campaign, until, tell), range(count)):
            whole.merge(fold)
            unreadable += rejected
    cells: Cells = reduce(TOTALS.merge, (state for _, state, _ in whole.states(TOTALS)), TOTALS.zero())
    _print(TotalsAt(campaign.id, moment(until), whole.events, unreadable, totals(cells)), as_json)
    if unreadable:
        note(f"{unreadable} records of the log cannot be read by this release, or not be counted")
        raise typer.Exit(2)


def _folded(
    log: LogSegments, segments: int, campaign: Campaign, until: int, tell: Tell, segment: int
) -> tuple[LogFold, int]:
    """Fold what one of so many segments has of a campaign up to a time (epoch ms); return how many cannot be."""
    fold, rejected = LogFold(), 0
    for page in log.pages(segment, segments):
        changes, poison = fold.add_items(page.items, campaign.id, lambda at: campaign.since <= at <= until)
        rejected += len(poison)
        tell(len(changes))
    return fold, rejected


def _print(found: TotalsAt, as_json: bool) -> None:
    if as_json:
        answer(found)
        return
    rows: list[tuple[str, Any]] = []
    for name, number in msgspec.to_builtins(found.totals).items():
        rows += [(f"{name} {code}", one) for code, one in number.items()] if name == "amount" else [(name, number)]
    show(f"{found.campaign} at {found.at}, from {found.events:,} events", ("metric", "total"), rows)
