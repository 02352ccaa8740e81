"""How much each form and each token has brought of late, so that a flood waits for moderators.

Approximate, so that no act costs a request: what this process let count is known at once, what others did once the
projector has added it up. That is asked for once a second at most, and not before this process has let some acts of
the sender count within the span.
"""

from collections.abc import Callable, Mapping
from threading import Lock

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import logs
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import SPAN_MINUTES, ReviewReason, Sum, sender_reasons, sum_of
from chalicelib.domain.participation import Act, sender_of

MS_PER_MINUTE = 60_000

UNASKED_ACTS = 10
"""So many acts of a sender count in a process within the span before it asks what the others did."""

MAX_AGE_SECONDS = 1.0

Arrivals = Callable[[Campaign, int], Mapping[str, Sum]]
"""Returns what each sender brought to a campaign from a minute (epoch minutes) on, as far as it is added up."""


def nothing(_campaign: Campaign, _since: int) -> Mapping[str, Sum]:
    """Return what is known of the others where nobody is asked."""
    return {}


class Rates:
    """What senders bring within `SPAN_MINUTES` minutes. `monotonic` tells seconds that never go back."""

    def __init__(self, arrivals: Arrivals, monotonic: Callable[[], float]) -> None:
        self._arrivals = arrivals
        self._monotonic = monotonic
        self._own: dict[tuple[str, int, str], Mapping[int, Sum]] = {}
        self._counting = Lock()
        self._known: dict[str, tuple[float, Mapping[str, Sum]]] = {}

    def above(self, campaign: Campaign, act: Act, at: int) -> tuple[ReviewReason, ...]:
        """Return why an act waits that comes at a time (epoch ms), because of what its sender has brought."""
        sender = sender_of(act)
        if sender is None:
            return ()
        since = _minute(at) - SPAN_MINUTES + 1
        own = self._own_sum(campaign, sender, since)
        reasons = sender_reasons(act, campaign.limits, own)
        if reasons or own.acts < UNASKED_ACTS:
            return reasons
        return sender_reasons(act, campaign.limits, self._others(campaign, since).get(sender, Sum()))

    def count(self, campaign: Campaign, act: Act, at: int) -> None:
        """Add an act that was recorded at a time (epoch ms), and counts."""
        sender = sender_of(act)
        if sender is None:
            return
        key, minute = _key(campaign, sender), _minute(at)
        # One process may answer many requests at a time; who looks at a sum sees it whole.
        with self._counting:
            minutes = self._own.get(key, {})
            current = {one: brought for one, brought in minutes.items() if one > minute - SPAN_MINUTES}
            self._own[key] = {**current, minute: current.get(minute, Sum()).plus(sum_of(act))}

    def _own_sum(self, campaign: Campaign, sender: str, since: int) -> Sum:
        total = Sum()
        for minute, brought in self._own.get(_key(campaign, sender), {}).items():
            total = total.plus(brought) if minute >= since else total
        return total

    def _others(self, campaign: Campaign, since: int) -> Mapping[str, Sum]:
        until, known = self._known.get(campaign.id, (0.0, {}))
        now = self._monotonic()
        if now < until:
            return known
        try:
            known = self._arrivals(campaign, since)
        except (BotoCoreError, ClientError) as error:
            # Who takes part must not wait for what holds back a flood.
            logs.write("rates_unknown", campaign=campaign.id, error=logs.describe(error))
        self._known[campaign.id] = (now + MAX_AGE_SECONDS, known)
        return known


def _key(campaign: Campaign, sender: str) -> tuple[str, int, str]:
    return campaign.id, campaign.generation, sender


def _minute(at: int) -> int:
    return at // MS_PER_MINUTE
