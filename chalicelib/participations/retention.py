"""How long contacts are stored: until some time after the campaign closes, also when that is moved.

A move is followed by going through all contacts, as far as one run gets; the next run goes on where it ended.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.tables import TableModel, for_table
from chalicelib.domain.campaign import Campaign
from chalicelib.participations.contacts import Contacts

AFTER_CAMPAIGN_SECONDS = 180 * 24 * 3600
"""How long contacts are stored past the campaign's end, or from the last act where no end is set."""

MIN_LIFE_SECONDS = 7 * 24 * 3600
"""However far back an end is moved, nothing goes before somebody could notice."""

MAX_RUN_MS = 600_000
PAGE = 500

_KEY = "retention"


class RetentionItem(TableModel):
    """How far a move of a campaign's end is followed: all contacts up to `after` go at `expires_at` (epoch seconds)."""

    key = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    closes = UnicodeAttribute()
    until = NumberAttribute()
    after = UnicodeAttribute(null=True)
    done = BooleanAttribute(default=False)


class Retention:
    """Lets contacts go when it is time, in the table that they are in. `now` tells the time (epoch ms)."""

    def __init__(
        self, table: str, contacts: Contacts, campaigns: Callable[[], Iterable[Campaign]], now: Callable[[], int]
    ) -> None:
        self._items = for_table(RetentionItem, table)
        self._contacts = contacts
        self._campaigns = campaigns
        self._now = now

    def follow(self) -> None:
        """Follow every campaign's end, for as long as one run may take."""
        deadline = self._now() + MAX_RUN_MS
        for campaign in self._campaigns():
            progress = self._progress(campaign.id)
            if campaign.closes is not None:
                self._follow(progress, campaign.id, campaign.closes, deadline)
            elif progress is not None:
                # Who takes part from now on goes at another time: the same end, set again, is a move.
                progress.delete()

    def _progress(self, campaign: str) -> RetentionItem | None:
        return next(iter(self._items.query(_KEY, RetentionItem.part == campaign, consistent_read=True)), None)

    def _follow(self, progress: RetentionItem | None, campaign: str, closes: str, deadline: int) -> None:
        if progress is None or progress.closes != closes:
            until = max(_end(closes) + AFTER_CAMPAIGN_SECONDS, self._now() // 1000 + MIN_LIFE_SECONDS)
            progress = self._items(_KEY, campaign, closes=closes, until=until)
        while not progress.done and self._now() < deadline:
            after = json.loads(progress.after) if progress.after else None
            following = self._contacts.expire(campaign, int(progress.until), after, PAGE)
            progress.after = None if following is None else json.dumps(following)
            progress.done = following is None
            progress.save()


def expiry(campaign: Campaign, now: int) -> int:
    """Return until when contacts of a campaign are stored (epoch seconds), as seen at a time (epoch ms)."""
    closes = _end(campaign.closes) if campaign.closes else 0
    return max(closes, now // 1000) + AFTER_CAMPAIGN_SECONDS


def _end(closes: str) -> int:
    return int(datetime.fromisoformat(closes).timestamp())
