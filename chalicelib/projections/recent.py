"""The last acts that were recorded, those still standing to be shown.

The state is the newest `MAX_ACTS` acts by the time of their record, each as the newest event left it: an act that was
taken back keeps its place without its content, so that the result does not depend on the order of streams.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.domain.participation import Act
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import Change
from chalicelib.projections.projection import WHOLE, Projection

MAX_ACTS = 50


class RecentAct(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act as of `version` of its stream; none where it does not count."""

    version: int
    act: Act | None = None


RecentActs = dict[str, RecentAct]
"""Entries by time of record (13 digits, epoch ms), stream and participation."""


def recorded_at(entries: RecentActs) -> int:
    """Return when the newest act was recorded (epoch ms), 0 where there is none."""
    return int(max(entries, default="0").partition(" ")[0])


def act_key(key: str) -> tuple[str, int]:
    """Return the act of an entry: its stream, and the version that it was recorded at."""
    _, stream, participation = key.split(" ")
    return stream, int(participation)


def _by_key(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    return {WHOLE: changes} if changes else {}


def _fold(state: RecentActs, changes: CampaignChanges) -> RecentActs:
    entries = dict(state)
    for change in _newest_changes(changes.counting):
        key = f"{str(change.at).zfill(13)} {change.stream} {change.participation}"
        act = _shown(change.act) if change.act is not None and change.status == "counted" else None
        _put(entries, key, RecentAct(change.version, act))
    return _newest(entries)


def _newest_changes(counting: CampaignChanges) -> Sequence[Change]:
    """Return the changes that can be of the newest `MAX_ACTS` acts of all."""
    if len(counting) <= MAX_ACTS:
        return counting.in_order
    # Several changes may be of one act, which counts once: acts of different times are different ones.
    moments = sorted(dict.fromkeys([change.at for change in counting]))[-MAX_ACTS:]
    return [change for change in counting if change.at >= moments[0]]


def _merge(a: RecentActs, b: RecentActs) -> RecentActs:
    entries = dict(a)
    for key, entry in b.items():
        _put(entries, key, entry)
    return _newest(entries)


def _put(entries: RecentActs, key: str, entry: RecentAct) -> None:
    current = entries.get(key)
    if current is None or current.version < entry.version:
        entries[key] = entry


def _newest(entries: RecentActs) -> RecentActs:
    if len(entries) <= MAX_ACTS:
        return entries
    return {key: entries[key] for key in sorted(entries, reverse=True)[:MAX_ACTS]}


def _shown(act: Act) -> Act:
    """Return an act without what is shown to nobody."""
    return Act(
        act.kind,
        act.participant_type,
        act.place,
        act.source,
        None,
        None,
        False,
        act.topic,
        act.name,
        act.people,
        act.minutes,
        act.pledged,
        act.confirmed,
    )


RECENT: Projection[RecentActs] = Projection(
    "recent", msgspec.json.Decoder(RecentActs).decode, dict, _by_key, _fold, _merge
)
