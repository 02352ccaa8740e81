"""What each act is now: status, content, and which way it came."""

from collections.abc import Iterable, Mapping
from zlib import crc32

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.events import (
    ParticipantErased,
    ParticipationCorrected,
    ParticipationEndorsed,
    ParticipationRecorded,
    ParticipationWithdrawn,
)
from chalicelib.domain.limits import ReviewReason, approvals_missing
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import STATUSES, Status
from chalicelib.eventlog.codec import decode_data
from chalicelib.eventlog.segments import Place
from chalicelib.projections.change import Change, status_after
from chalicelib.projections.rows import PARTS, SPREAD, Index, Row, RowScope, TextAttribute, partitions, scoped

MODEL = "acts"

WAITING = "waiting"
BY_TIME = "by_time"
BY_NAME = "by_name"
"""Indexes, each in the order of record: what waits for a moderator; all acts; the acts of a name."""

_ORDER = "moment"

_STATUSES: Mapping[Status, TextAttribute] = {status: {"S": status} for status in STATUSES}


class StoredAct(msgspec.Struct, frozen=True):
    """An act as its row has it; `recorded_at` is epoch ms.

    `change` is the newest event about it where that is a correction or a withdrawal.
    """

    id: str
    stream: str
    version: int
    status: Status
    recorded_at: int
    act: Act
    review_reasons: tuple[ReviewReason, ...]
    approvals_missing: int = 0
    change: ParticipationCorrected | ParticipationWithdrawn | None = None


def rows(changes: Iterable[Change], scope: RowScope) -> list[Row]:
    """Return the rows of the acts that some events are about, in their order."""
    made = []
    beginning, partitions = scope.beginning, scope.partitions
    for change in changes:
        act = change.act
        if act is None:
            continue
        image = change.image
        # Schema 1 knew no receipts.
        act_id = change.receipt or f"{change.stream.partition('/')[2]}.{change.participation}"
        # What `spread` returns and `moment_of`, written out: a batch has a thousand acts.
        key, part = beginning + act_id, PARTS[crc32(act_id.encode()) % SPREAD]
        at, data = image["recorded_at"] if change.at == change.recorded_at else {"N": str(change.at)}, image["data"]
        item = {
            "id": {"S": key},
            "version": image["version"],
            "stream": image["stream"],
            "at": at,
            "status": _STATUSES[change.status],
            "type": image["type"],
            "data": data,
            _ORDER: {"S": f"{at['N']}.{act_id}"},
            BY_TIME: partitions[part],
        }
        if act.name is not None:
            item[BY_NAME] = scope.placed(act.name, part)
        if change.status == "in_review":
            item[WAITING] = partitions[part]
        made.append(Row(MODEL, key, change.version, data["S"], item, change))
    return made


def read(item: Item) -> StoredAct:
    """Return the act of a row's item."""
    event = decode_data(item["type"]["S"], item["data"]["S"])
    if isinstance(event, ParticipantErased):
        raise TypeError(f"{item['id']['S']} is of no act")
    status, act = status_after(event)
    telling = (ParticipationRecorded, ParticipationEndorsed, ParticipationCorrected)
    reasons = event.review_reasons if isinstance(event, telling) else ()
    return StoredAct(
        id=item["id"]["S"].rpartition("#")[2],
        stream=item["stream"]["S"],
        version=int(item["version"]["N"]),
        status=status,
        recorded_at=int(item["at"]["N"]),
        act=act,
        review_reasons=reasons,
        approvals_missing=approvals_missing(status, reasons, endorsed=isinstance(event, ParticipationEndorsed)),
        change=event if isinstance(event, ParticipationCorrected | ParticipationWithdrawn) else None,
    )


def source(item: Item) -> Place | None:
    """Return the place in the log of the event that a row says it is made by, None where it does not say that."""
    place = {name: item.get(name, {}) for name in ("stream", "version")}
    return place if place["stream"].get("S") and "N" in place["version"] else None


def moment(item: Item) -> str:
    """Return the place of an item in every index that it is in."""
    place: str = item[_ORDER]["S"]
    return place


def moment_of(at: str, act_id: str) -> str:
    """Return the place of an act that was recorded at a time (epoch ms, all its 13 digits) in every index."""
    return f"{at}.{act_id}"


def id_at(place: str) -> str:
    """Return the id of the act at a place."""
    return place.partition(".")[2]


def waiting(campaign: str, generation: int) -> Index:
    """Return the index of the acts that wait."""
    return Index(MODEL, WAITING, _ORDER, partitions(campaign, generation))


def by_time(campaign: str, generation: int) -> Index:
    """Return the index of all acts."""
    return Index(MODEL, BY_TIME, _ORDER, partitions(campaign, generation))


def by_name(campaign: str, generation: int, name: str) -> Index:
    """Return the index of the acts that have a name, by its id."""
    return Index(MODEL, BY_NAME, _ORDER, partitions(campaign, generation, name))


def key(campaign: str, generation: int, act_id: str) -> str:
    """Return the key of an act's row."""
    return scoped(campaign, generation) + act_id
