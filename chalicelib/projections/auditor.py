"""The audit of each hour: the read models of each campaign that is due, and what differs from the log told aloud."""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from chalicelib import logs
from chalicelib.domain.campaign import Campaign, epoch_ms
from chalicelib.metrics import Metrics
from chalicelib.projections.audit import Audit

DAILY_HOUR = 9
"""The hour (UTC) in which campaigns are audited that are not under way: in Kazakhstan people are at work."""

MAX_BEGIN_MS = 420_000
"""How long a run begins audits, each of which may wait for the projector for minutes."""

MAX_TOLD = 20
"""How many states and rows that differ a line names."""


class Unaudited(Exception):
    """Some campaigns could not be audited; the others were."""


class AuditOutOfTime(Exception):
    """The run has lasted too long to begin another audit."""


class Auditor:
    """Audits campaigns that are under way at each run, the others once a day, and tells what has drifted.

    Under way is what takes participations, by its state, and has opened and not closed, where it says when.

    `audit` compares a campaign's read models with its log, `campaigns` returns all campaigns, `now` the time (epoch
    ms). To be run once an hour.
    """

    def __init__(
        self,
        audit: Callable[[Campaign], Audit],
        campaigns: Callable[[], Iterable[Campaign]],
        metrics: Metrics,
        now: Callable[[], int],
    ) -> None:
        self._audit = audit
        self._campaigns = campaigns
        self._metrics = metrics
        self._now = now

    def run(self) -> None:
        """Audit what is due, campaigns that are under way first.

        Raises:
            Unaudited: some campaigns could not be audited; the others were, and what they said is told.
        """
        began = self._now()
        due = [campaign for campaign in self._campaigns() if _is_under_way(campaign, began) or _is_daily(began)]
        due.sort(key=lambda campaign: not _is_under_way(campaign, began))
        found = {campaign.id: self._drifted(campaign, began + MAX_BEGIN_MS) for campaign in due}
        failed = [campaign_id for campaign_id, drifted in found.items() if drifted is None]
        drifted = sum(count or 0 for count in found.values())
        # Where one could not be audited nobody knows of nothing: the alarm stays as it is.
        if drifted or not failed:
            self._metrics.write(Drift=drifted)
        if failed:
            raise Unaudited(", ".join(failed))

    def _drifted(self, campaign: Campaign, deadline: int) -> int | None:
        """Return how many states and rows have drifted, None where that cannot be said."""
        try:
            audit = self._audited(campaign, deadline)
        except Exception as error:  # noqa: BLE001  whatever it is, the other campaigns go on
            logs.write("audit_failed", level=logging.ERROR, campaign=campaign.id, error=logs.describe(error))
            return None
        _tell(audit)
        return audit.drifted

    def _audited(self, campaign: Campaign, deadline: int) -> Audit:
        if self._now() > deadline:
            raise AuditOutOfTime
        return self._audit(campaign)


def _is_under_way(campaign: Campaign, now: int) -> bool:
    return (
        campaign.accepts
        and (campaign.opens is None or epoch_ms(campaign.opens) <= now)
        and (campaign.closes is None or now <= epoch_ms(campaign.closes))
    )


def _is_daily(now: int) -> bool:
    return datetime.fromtimestamp(now / 1000, UTC).hour == DAILY_HOUR


def _tell(audit: Audit) -> None:
    if not audit.drifted:
        logs.write("audited", campaign=audit.campaign, events=audit.events, unreadable=audit.unreadable)
        return
    names = [f"{difference.projection}:{difference.key}" for difference in audit.sums]
    names += [f"{row.model}:{row.key}" for row in audit.rows]
    logs.write(
        "totals_drifted",
        level=logging.ERROR,
        campaign=audit.campaign,
        generation=audit.generation,
        events=audit.events,
        unreadable=audit.unreadable,
        drifted=audit.drifted,
        names=", ".join(names[:MAX_TOLD]),
    )
