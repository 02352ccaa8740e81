"""What stream records say has changed: of which campaigns, and which of their documents that touches."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import msgspec

from chalicelib import logs
from chalicelib.domain.campaign import Campaign
from chalicelib.projections.change import StreamRecord
from chalicelib.projections.hours import HOURS
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.recent import RECENT
from chalicelib.projections.state_store import parse_item
from chalicelib.projections.timeline import TIMELINE, date_of
from chalicelib.projections.totals import TOTALS

_WHOLE = frozenset({TOTALS.name, PLACES.name, RECENT.name})
"""Projections with documents of their own."""

_BY_DAY = frozenset({TIMELINE.name, HOURS.name})
"""Projections with a document for each day."""

_CAMPAIGN = "campaign"
"""The kind of the registry's entries that documents are made from."""

KnownCampaigns = Callable[[], Mapping[str, Campaign]]
"""Returns all campaigns by their ids."""


class Touched(msgspec.Struct):
    """What has changed of a campaign: projections by name, days of those with days, names and acts that may be shown.

    `unhurried` are the projections of which those documents are due too that follow every few seconds; `campaign` says
    whether the campaign itself has changed.
    """

    projections: set[str] = msgspec.field(default_factory=set)
    days: defaultdict[str, set[date]] = msgspec.field(default_factory=lambda: defaultdict(set))
    names: bool = False
    unhurried: set[str] = msgspec.field(default_factory=set)
    campaign: bool = False

    @property
    def changed(self) -> set[str]:
        """All projections that have changed, those with days among them."""
        return self.projections | self.days.keys()


def touched_by(records: Iterable[StreamRecord], campaigns: KnownCampaigns, today: date) -> dict[str, Touched]:
    """Return what some records of the streams of states, registry and names touch, by campaign.

    `campaigns` is asked only for records of states.
    """
    touched: dict[str, Touched] = defaultdict(Touched)
    for record in records:
        keys = {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
        match keys:
            case {"campaign": campaign, "item": item}:
                _touch_state(touched, campaign, item, campaigns)
            case {"kind": kind, "id": campaign} if kind == _CAMPAIGN:
                touched[campaign].campaign = True
                touched[campaign].projections |= _WHOLE
                for name in _BY_DAY:
                    touched[campaign].days[name].add(today)
                # When to ask again, and how small a number may be in a table, is the campaign's to say at once.
                touched[campaign].unhurried |= {PLACES.name, *_BY_DAY}
            # The count of changes of names and hidden acts: a name that is new comes with an act.
            case {"id": name} if name.endswith("/"):
                touched[name.removesuffix("/")].projections |= _WHOLE
                touched[name.removesuffix("/")].names = True
    return touched


def all_with(days: Iterable[date]) -> Touched:
    """Return that all of a campaign has changed, with some days."""
    return Touched(set(_WHOLE), defaultdict(set, {name: {*days} for name in _BY_DAY}), unhurried={*_WHOLE, *_BY_DAY})


def _touch_state(touched: Mapping[str, Touched], campaign_id: str, item: str, campaigns: KnownCampaigns) -> None:
    if "#" not in item:
        return
    try:
        key = parse_item(campaign_id, item)
        day = date.fromisoformat(date_of(key.key)) if key.projection in _BY_DAY else None
    except ValueError:
        # No projector makes such a key, and what is no state touches no document.
        logs.write("state_unknown", level=logging.ERROR, campaign=campaign_id)
        return
    campaign = campaigns().get(campaign_id)
    if campaign is not None and key.generation != campaign.generation:
        return
    if day is not None:
        touched[campaign_id].days[key.projection].add(day)
    elif key.projection in _WHOLE:
        touched[campaign_id].projections.add(key.projection)
