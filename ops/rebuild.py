"""`rebuild`: the read models of a campaign from its log, beside running traffic."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from chalicelib.api.responses import moment
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import Generation
from chalicelib.eventlog.receipts_rebuild import RebuiltReceipts
from chalicelib.projections.change import Change
from chalicelib.projections.log_scan import Scanned
from chalicelib.projections.projector import put_rows
from chalicelib.projections.rebuild import GenerationVoid
from chalicelib.projections.row_comparison import DifferentRow
from chalicelib.projections.set_aside import Poison
from ops.cells import DifferentCell, different_cells
from ops.console import answer, confirm, note, progress, show
from ops.errors import CannotRun
from ops.installation import READ_MODELS, campaign_of, connect
from ops.noting import noted
from ops.options import AsJson, CampaignId, Yes
from ops.publication import is_published, published_epoch
from ops.scanning import event_count, receipts_rebuild

Accept = Annotated[
    bool, typer.Option("--accept", help="Show the new generation though it differs, once that has been seen.")
]
Abandon = Annotated[bool, typer.Option("--abandon", help="Remove what an earlier run has begun.")]
AfterRestore = Annotated[
    bool, typer.Option("--after-restore", help="Tables were restored: make the receipts anew too, and accept.")
]


MAX_ACCEPTED_MS = 3_600_000
"""How long ago the log was read into what is accepted as an earlier run compared it."""


class RebuildOutcome(msgspec.Struct, frozen=True):
    """What a rebuild came to: which cells and rows differ from what is shown, not all of many rows.

    `pointed` says whether documents are made of the generation from now on, `published` whether the counter shows it.
    """

    campaign: str
    generation: int
    events: int
    unreadable: int
    cells: Sequence[DifferentCell]
    rows: Sequence[DifferentRow]
    receipts: RebuiltReceipts | None
    pointed: bool = False
    published: bool = False


def run(
    campaign_id: CampaignId,
    *,
    accept: Accept = False,
    after_restore: AfterRestore = False,
    abandon: Abandon = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Make the totals and rows of a campaign anew from its log, while events come in and the counter is on air.

    Example: `bin/qaiyrym rebuild 2026`

    They are shown once they equal what is shown now. Where they differ, that is told and nothing is changed, unless it
    is to be accepted. Whoever ends a run early may start another, which goes on; where all was read it begins anew,
    unless what was told within the hour is accepted. Ends with 1 where they differ, with 3 where an event came too late
    and the rebuild has to start again.
    """
    services = connect(*READ_MODELS, "receipts_table", "documents_bucket", "trail_table")
    campaign = campaign_of(services, campaign_id)
    if abandon:
        _abandon(services, campaign)
        return
    receipts = _made_anew(services, campaign, yes=yes, quiet=as_json) if after_restore else None
    generation = _begun(services, campaign, accept=accept) or _begin(services, campaign)
    try:
        scanned = _fill(services, campaign, generation, quiet=as_json)
        cells = different_cells(services.rebuild.differences(campaign, generation))
        rows = services.rebuild.different_rows(campaign, generation)
        found = RebuildOutcome(campaign.id, generation.number, scanned.events, scanned.rejected, cells, rows, receipts)
        if cells or rows:
            _agree(found, accept=accept or after_restore, yes=yes, as_json=as_json)
        _point(services, campaign, generation)
    except GenerationVoid:
        _abandon(services, campaign)
        raise
    published = is_published(services, campaign, generation.number)
    _answer(msgspec.structs.replace(found, pointed=True, published=published), as_json=as_json)


def _agree(found: RebuildOutcome, *, accept: bool, yes: bool, as_json: bool) -> None:
    """Show what differs, and go on only where that is accepted.

    Raises:
        Exit, Abort: it is not; nothing was changed.
    """
    if found.cells:
        columns: Sequence[str] = ("state", "cell", "measure", "shown", "rebuilt")
        show(f"Sums of {found.campaign} differ", columns, map(msgspec.structs.astuple, found.cells), to_stderr=True)
    if found.rows:
        columns = ("rows of", "key", "shown version", "rebuilt version")
        show(f"Rows of {found.campaign} differ", columns, map(msgspec.structs.astuple, found.rows), to_stderr=True)
    if not accept:
        note("Nothing was changed. --accept shows the new generation all the same, --abandon removes it.")
        _answer(found, as_json=as_json)
        raise typer.Exit(1)
    confirm(f"Viewers of {found.campaign} are shown the numbers from the log within seconds.", yes=yes)


def _abandon(services: Services, campaign: Campaign) -> None:
    """Remove all generations that were begun and never shown."""
    while (begun := services.rebuild.begun(campaign_of(services, campaign.id))) is not None:
        with noted(services, campaign.id, "generation_removed", str(begun.number)):
            services.rebuild.remove(campaign.id, begun.number)
        note(f"generation {begun.number} of {campaign.id}, which was never shown, is removed")


def _made_anew(services: Services, campaign: Campaign, *, yes: bool, quiet: bool) -> RebuiltReceipts:
    """Make the receipts of a campaign anew from its log."""
    lost = "what the log has lost is recorded anew when it is sent again"
    confirm(f"Receipts of {campaign.id} are made as its log has them: {lost}.", yes=yes)
    with progress("receipts", event_count(services, campaign), quiet=quiet) as tell:
        receipts = receipts_rebuild(services).run(campaign.id, campaign.since, tell)
    note(f"receipts: {receipts.put:,} put in place, {receipts.deleted:,} deleted")
    return receipts


def _begun(services: Services, campaign: Campaign, *, accept: bool) -> Generation | None:
    """Return the generation that an earlier run has begun and this one goes on with, None where there is none."""
    begun = services.rebuild.begun(campaign)
    if begun is None:
        return None
    # Documents only move forward.
    is_overtaken = begun.number <= published_epoch(services, campaign)
    # Nothing of the log would be read again: what was altered or lost since then would stay so.
    is_stale = services.rebuild.is_filled(campaign.id, begun) and not (accept and _is_fresh(services, begun))
    # The campaign went live meanwhile: it would bring rehearsals back.
    has_rehearsals = begun.since < campaign.since
    if is_overtaken or is_stale or has_rehearsals:
        _abandon(services, campaign)
        return None
    note(f"goes on with generation {begun.number} of {campaign.id}")
    return begun


def _is_fresh(services: Services, begun: Generation) -> bool:
    return services.now() - (begun.scan_began or 0) <= MAX_ACCEPTED_MS


def _begin(services: Services, campaign: Campaign) -> Generation:
    return services.rebuild.begin(campaign, published=published_epoch(services, campaign))


def _fill(services: Services, campaign: Campaign, generation: Generation, *, quiet: bool) -> Scanned:
    def take(changes: Sequence[Change]) -> Sequence[Poison]:
        return put_rows(services.rows.put_together, generation.number, changes)

    cut = generation.cut or 0
    settled = cut + services.settings.cut_settle_seconds * 1000
    if services.now() < settled:
        note(
            f"generation {generation.number} of {campaign.id} is fed with what is recorded after {moment(cut)}; "
            f"the log up to then is read from {moment(settled)} on, once all of it is projected"
        )
    with progress("events", event_count(services, campaign), quiet=quiet) as tell:
        scanned = services.rebuild.fill(campaign, generation, take, tell)
    note(f"{scanned.events:,} events read")
    if scanned.rejected:
        note(f"{scanned.rejected:,} records of the log cannot be read by this release, or not be counted")
    return scanned


def _point(services: Services, campaign: Campaign, generation: Generation) -> None:
    """Let the documents be made of a generation, unless something happened since it was compared.

    Raises:
        CannotRun: another generation is shown by now.
        GenerationVoid: an event came so late that it may be missing.
    """
    services.rebuild.require_sound(campaign.id, generation.number)
    if campaign_of(services, campaign.id).generation != campaign.generation:
        raise CannotRun(f"another generation of {campaign.id} is shown by now: start it again")
    with noted(services, campaign.id, "generation_shown", str(generation.number)):
        services.registry.point_at(campaign.id, generation.number)
    note(f"documents of {campaign.id} are made of generation {generation.number} from now on")


def _answer(found: RebuildOutcome, *, as_json: bool) -> None:
    if as_json:
        answer(found)
