"""`campaign go-live`: from test to live, without anything of the rehearsals."""

import time
from collections.abc import Sequence

import msgspec

from chalicelib.api.responses import moment
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import UNCHANGED
from ops.console import answer, confirm, note, progress
from ops.errors import CannotRun
from ops.installation import READ_MODELS, campaign_of, connect, require_pepper
from ops.noting import noted
from ops.options import AsJson, CampaignId, Yes
from ops.publication import is_published, published_epoch
from ops.scanning import event_count, receipts_rebuild

NEEDED: Sequence[str] = (
    *READ_MODELS,
    "receipts_table",
    "contacts_table",
    "names_table",
    "parked_table",
    "documents_bucket",
    "trail_table",
)


class WentLive(msgspec.Struct, frozen=True):
    """What going live left behind: participants who rehearsed, and receipts of what they sent."""

    campaign: str
    since: str
    generation: int
    participants_erased: int
    receipts_deleted: int
    published: bool


def run(campaign_id: CampaignId, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Let a campaign in test go live, with totals that begin at zero.

    Example: `bin/qaiyrym campaign go-live 2026`

    Nothing is taken for half a minute. What was recorded in test stays in the log and is in no number; who took part in
    rehearsals is erased. Whoever ends it early starts it again, and it goes on. It works on the tables, and needs the
    pepper: docs/operators.md.
    """
    services = connect(*NEEDED)
    require_pepper(services)
    campaign = campaign_of(services, campaign_id)
    if campaign.state != "test" and not _is_begun(services, campaign):
        raise CannotRun(f"{campaign.id} is {campaign.state}: only a campaign in test goes live")
    acts = event_count(services, campaign)
    confirm(
        f"{acts:,} events of rehearsals of {campaign.id} will be in no number, everybody who took part in them is "
        "erased, and the campaign takes nothing for half a minute.",
        yes=yes,
    )
    with noted(services, campaign.id, "campaign_gone_live"):
        found = _go_live(services, campaign, acts, quiet=as_json)
    if as_json:
        answer(found)
        return
    note(f"{found.participants_erased:,} participants of rehearsals are erased")
    note(f"{found.receipts_deleted:,} receipts are deleted")


def _go_live(services: Services, campaign: Campaign, acts: int, *, quiet: bool) -> WentLive:
    if campaign.state == "test":
        campaign = services.registry.freeze_rehearsals(campaign.id, services.now())
    _settle(services)
    erased = services.personal_data.erase_all(campaign.id)
    since = services.now() + 1
    with progress("receipts", acts, quiet=quiet) as tell:
        receipts = receipts_rebuild(services).run(campaign.id, since, tell)
    generation = services.rebuild.begin_empty(campaign, since, published=published_epoch(services, campaign))
    live = services.registry.go_live(campaign.id, generation.number, since)
    note(f"{live.id} is live since {moment(since)}")
    published = is_published(services, live, generation.number)
    if published:
        # Until then it is known by its states which days have to be shown empty.
        _remove_rehearsals(services, live)
    return WentLive(live.id, moment(since), generation.number, erased, receipts.deleted, published)


def _is_begun(services: Services, campaign: Campaign) -> bool:
    """Whether an earlier run has frozen the rehearsals: what is shown does not leave them out yet."""
    registered = services.registry.generations().get(campaign.id, UNCHANGED)
    shown = registered.find(campaign.generation)
    return campaign.state == "frozen" and shown is not None and shown.since < campaign.since


def _remove_rehearsals(services: Services, live: Campaign) -> None:
    """Remove every generation that has something of the rehearsals: rebuilds may have left some, or begun some."""
    for generation in services.registry.generations()[live.id].registered:
        is_scratch = generation.number < 0
        if generation.since < live.since and not is_scratch:
            services.rebuild.remove(live.id, generation.number)


def _settle(services: Services) -> None:
    """Wait until every process knows of the freeze and no request is under way that does not."""
    seconds = services.settings.cut_lead_seconds + services.settings.cut_settle_seconds
    note(f"waits {seconds} seconds for requests that are under way")
    time.sleep(seconds)
