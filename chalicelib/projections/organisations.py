"""What each organisation has brought: the row of the board that its newest event's carry holds."""

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.decider import Carry
from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import PERSON
from chalicelib.eventlog.codec import decode_carry
from chalicelib.eventlog.segments import Place
from chalicelib.projections.changes import Change
from chalicelib.projections.rows import Index, Row, RowScope, partitions, spread

MODEL = "organisations"

BOARD = "board"
BY_REGION = "by_region"
"""Indexes, by people: all organisations, and those of a region or abroad."""

_ORDER = "rank"


class StoredOrganisation(msgspec.Struct, frozen=True):
    """An organisation as its row has it; `rank` is its place in the indexes, most people last."""

    id: str
    rank: str
    carry: Carry


def row(change: Change, scope: RowScope) -> Row | None:
    """Return the row of the organisation that an event is of, None where it is a person's.

    After an erasure what was counted stands, and with it the row that the event before it left.
    """
    act, image = change.delta.act, change.image
    if act is None or act.participant_type == PERSON:
        return None
    participant, carry = change.recorded.stream.partition("/")[2], decode_carry(image)
    key, part = scope.beginning + participant, spread(participant)
    item = {"id": {"S": key}, "version": image["version"], "carry": image["carry"]}
    # Who has no name stands on no board, and must not take the place of those who do.
    if carry.counted and carry.name:
        # Ties have an order of their own, so that it is the same ones that are cut off.
        item[_ORDER] = {"S": f"{str(max(carry.people, 0)).zfill(15)}.{participant}"}
        item[BOARD] = scope.partitions[part]
        item[BY_REGION] = scope.placed(place_key(carry.place or ""), part)
    return Row(MODEL, key, change.recorded.version, image["carry"]["S"], item, change)


def read(item: Item) -> StoredOrganisation:
    """Return the organisation of a row's item."""
    return StoredOrganisation(item["id"]["S"].rpartition("#")[2], item[_ORDER]["S"], decode_carry(item))


def source(item: Item) -> Place | None:
    """Return the place in the log of the event that a row says it is made by, None where it does not say that."""
    campaign, _, participant = item["id"]["S"].split("#", 2)
    version = item.get("version", {})
    return {"stream": {"S": f"{campaign}/{participant}"}, "version": version} if "N" in version else None


def board(campaign: str, generation: int) -> Index:
    """Return the index of all organisations that have a name."""
    return Index(MODEL, BOARD, _ORDER, partitions(campaign, generation))


def of_region(campaign: str, generation: int, place: str) -> Index:
    """Return the index of the organisations of a place."""
    return Index(MODEL, BY_REGION, _ORDER, partitions(campaign, generation, place))
