"""`generations` and `remove-generation`: which builds of the read models there are."""

from typing import Annotated

import msgspec
import typer

from chalicelib.api.responses import moment
from chalicelib.domain.generations import UNCHANGED
from ops.console import answer, confirm, note, show
from ops.errors import CannotRun
from ops.installation import READ_MODELS, campaign_of, connect
from ops.noting import noted
from ops.options import AsJson, CampaignId, Yes

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The generation's number.")]


class ListedGeneration(msgspec.Struct, frozen=True):
    """A generation that is fed; `void` says why it can never be used."""

    number: int
    shown: bool
    cut: str | None
    scan_began: str | None
    since: str | None
    void: str | None


def run(campaign_id: CampaignId, *, as_json: AsJson = False) -> None:
    """List the generations of a campaign that are fed.

    Example: `bin/qaiyrym generations 2026`

    Those with a cut were rebuilt from the log up to then. What was recorded before `since` is in none of the numbers.
    Negative ones belong to audits. Each costs what the one on air does: `remove-generation` ends one.
    """
    services = connect(*READ_MODELS)
    campaign = campaign_of(services, campaign_id)
    registered = services.registry.generations().get(campaign.id, UNCHANGED).registered
    listed = [
        ListedGeneration(
            number=generation.number,
            shown=generation.number == campaign.generation,
            cut=_moment(generation.cut),
            scan_began=_moment(generation.scan_began),
            since=_moment(generation.since),
            void=services.voids.read(campaign.id, generation.number),
        )
        for generation in sorted(registered, key=lambda generation: generation.number)
    ]
    if as_json:
        answer(listed)
        return
    columns = ("number", "shown", "cut", "scan began", "since", "void")
    rows = ((g.number, "yes" if g.shown else None, g.cut, g.scan_began, g.since, g.void) for g in listed)
    show(f"Generations of {campaign.id}", columns, rows)


def remove(campaign_id: CampaignId, number: Number, *, yes: Yes = False) -> None:
    """Remove a generation that is not shown, and all that is stored of it. Can be repeated.

    Example: `bin/qaiyrym remove-generation 2026 3`

    The log stays, and `rebuild` makes another generation from it.
    """
    services = connect(*READ_MODELS, "trail_table")
    campaign = campaign_of(services, campaign_id)
    if number == campaign.generation:
        raise CannotRun(f"generation {number} is what is shown of {campaign.id}: it cannot be removed")
    # One that is fed no longer may have left something, if its removal was ended early.
    if number > services.registry.generations().get(campaign.id, UNCHANGED).newest:
        raise CannotRun(f"there is no generation {number} of {campaign.id}")
    confirm(f"Nothing can lead back to generation {number} of {campaign.id}: all of it is deleted.", yes=yes)
    with noted(services, campaign.id, "generation_removed", str(number)):
        services.rebuild.remove(campaign.id, number)
    note(f"generation {number} of {campaign.id} is removed")


def _moment(at: int | None) -> str | None:
    return moment(at) if at else None
