"""The sweep of each minute: puts right what publications left behind, and reports what is not shown."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import ParamSpec

from chalicelib import logs
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import UNCHANGED, Generations
from chalicelib.metrics import Metrics
from chalicelib.projections.engine import read_cells, read_merged
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.recent import RECENT, recorded_at
from chalicelib.projections.state_store import StateStore
from chalicelib.publishing import campaign_list
from chalicelib.publishing.board_publisher import BoardPublisher
from chalicelib.publishing.campaign_list import CampaignListPublisher
from chalicelib.publishing.days import newest_closed, today
from chalicelib.publishing.days_csv import day_path
from chalicelib.publishing.document_store import DocumentStore
from chalicelib.publishing.documents import DocumentPosition, timeline_path
from chalicelib.publishing.publisher import Publisher
from chalicelib.publishing.standstill import Report

P = ParamSpec("P")

SETTLINGS = 2
"""How many sweeps after the last change read the boards: an index shows a change a moment later."""

MAX_DAYS_BACK = 7
"""How many days before the newest closed one are looked at for one that is not marked so."""


class Unswept(Exception):
    """Some campaigns could not be swept; the others were."""


class NotFed(Exception):
    """What is shown of a campaign is a generation that is fed no longer: what comes in is never shown."""


class Sweeper:
    """Publishes what lost or failed publications left behind, lets boards settle, closes days, and reports.

    `listed` publishes the list of all campaigns. `oldest_waiting` returns when the oldest event was recorded that is
    not projected yet (epoch ms), `count_set_aside` how many records were set aside, `campaigns` all campaigns,
    `generations` those of their read models that were built anew, `now` the time (epoch ms). `report` takes what is
    found.
    """

    def __init__(
        self,
        publisher: Publisher,
        boards: BoardPublisher,
        listed: CampaignListPublisher,
        documents: DocumentStore,
        states: StateStore,
        oldest_waiting: Callable[[], int | None],
        count_set_aside: Callable[[], int],
        report: Callable[[Report], None],
        campaigns: Callable[[], Iterable[Campaign]],
        generations: Callable[[], Mapping[str, Generations]],
        metrics: Metrics,
        now: Callable[[], int],
    ) -> None:
        self._publisher = publisher
        self._boards = boards
        self._listed = listed
        self._documents = documents
        self._states = states
        self._oldest_waiting = oldest_waiting
        self._count_set_aside = count_set_aside
        self._report = report
        self._campaigns = campaigns
        self._generations = generations
        self._metrics = metrics
        self._now = now
        self._closed_until: dict[str, date] = {}
        self._settled: dict[str, tuple[DocumentPosition, int]] = {}
        self._failing: dict[str, int] = {}

    def sweep(self) -> None:
        """Sweep all campaigns, then report.

        Raises:
            Unswept: some campaigns could not be swept; the others were, and it is reported.
        """
        campaigns, registered, began = list(self._campaigns()), self._generations(), self._now()
        behind = {campaign.id: at for campaign in campaigns if (at := self._unshown_since(campaign)) is not None}
        failed = [
            campaign.id
            for campaign in campaigns
            if not self._is_done(campaign.id, self._sweep, campaign, registered.get(campaign.id, UNCHANGED))
        ]
        failed += [] if self._is_done(campaign_list.PATH, self._listed.publish) else [campaign_list.PATH]
        late = began - min((at for campaign, at in behind.items() if campaign not in failed), default=began)
        # Of what cannot be swept nobody knows how much of it is shown: from the first time on, nothing.
        self._failing = {campaign: self._failing.get(campaign, began) for campaign in failed}
        self._tell([*self._failing.values(), *(at for campaign, at in behind.items() if campaign in failed)], late)
        if failed:
            raise Unswept(", ".join(failed))

    @staticmethod
    def _is_done(what: str, sweep: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            sweep(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  whatever it is, the other campaigns go on
            logs.write("sweep_failed", level=logging.ERROR, campaign=what, error=logs.describe(error))
            return False
        return True

    def _sweep(self, campaign: Campaign, generations: Generations) -> None:
        now = self._now()
        # Days of rehearsals are shown empty once the campaign is live.
        closing = [] if campaign.state == "test" else self._closing(campaign.id)
        self._publisher.publish_all(campaign, {today(now), today(now) - timedelta(days=1), *closing})
        # Viewers tell by it that nothing has come from that nothing comes any more.
        self._publisher.confirm(campaign, now)
        for day in closing:
            self._documents.close(day_path(campaign.id, day))
            # Last, as it is by its timeline that a day is known to be closed.
            self._documents.close(timeline_path(campaign.id, day))
        if campaign.state != "test":
            self._closed_until[campaign.id] = newest_closed(now)
        self._settle(campaign)
        if generations.find(campaign.generation) is None:
            raise NotFed

    def _settle(self, campaign: Campaign) -> None:
        """Let the boards settle, until that was done often enough since the last change."""
        head = self._publisher.head(campaign)
        position, times = self._settled.get(campaign.id, (head.position, 0))
        times = times if position == head.position else 0
        if times >= SETTLINGS:
            return
        cells, _ = read_cells(self._states, PLACES, campaign.id, campaign.generation)
        self._boards.settle(head, (None, *sorted({cell.partition(" ")[0] for cell in cells})))
        self._settled[campaign.id] = (head.position, times + 1)

    def _closing(self, campaign: str) -> list[date]:
        """Return the days that can change no more and may still be cached as if they could: looked for once a day."""
        newest = newest_closed(self._now())
        if self._closed_until.get(campaign) == newest:
            return []
        closing = []
        for back in range(MAX_DAYS_BACK):
            day = newest - timedelta(days=back)
            current = self._documents.current(timeline_path(campaign, day))
            if current is not None and current.immutable:
                break
            if current is not None:
                closing.append(day)
        return closing

    def _unshown_since(self, campaign: Campaign) -> int | None:
        """Return when the newest act of a campaign was recorded, if the counter does not show it yet."""
        entries, _ = read_merged(self._states, RECENT, campaign.id, campaign.generation)
        newest, shown = recorded_at(entries), self._documents.published(campaign.id)
        return newest if newest and (shown is None or newest > shown.as_of_ms) else None

    def _tell(self, behind: Iterable[int], late_ms: int) -> None:
        waiting = self._oldest_waiting()
        since = min((at for at in (*behind, waiting) if at is not None), default=None)
        now = self._now()
        report = Report(now, since, late_ms, self._count_set_aside())
        self._report(report)
        # No publication and no participation are numbers too: an alarm on a metric without any sees nothing.
        self._metrics.write(Swept=1, Published=0, Accepted=0, Unshown=report.oldest_ms, SetAside=0)
