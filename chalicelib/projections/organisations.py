"""What each organisation has brought: the row of the board that its newest event's carry holds."""

from collections.abc import Iterable

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.decider import Carry
from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import PERSON
from chalicelib.eventlog.codec import decode_carry
from chalicelib.eventlog.segments import Place
from chalicelib.projections.change import Change
from chalicelib.projections.rows import Index, Row, RowScope, partitions, spread
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.store_faults import FOLDING_FAULTS

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


def rows(changes: Iterable[Change], scope: RowScope) -> tuple[list[Row], list[Poison]]:
    """Return the rows of the organisations that some events are of, in their order, and what none can be made of.

    After an erasure what was counted stands, and with it the row that the event before it left.
    """
    made: list[Row] = []
    poison: list[Poison] = []
    beginning, partitions = scope.beginning, scope.partitions
    for change in changes:
        act = change.act
        if act is None or act.participant_type == PERSON:
            continue
        image = change.image
        try:
            carry = decode_carry(image)
        except FOLDING_FAULTS as error:
            poison.append(Poison(change.record, f"row: {type(error).__name__}"))
            continue
        participant, told = change.stream.partition("/")[2], image["carry"]
        key = beginning + participant
        item = {"id": {"S": key}, "version": image["version"], "carry": told}
        # Who has no name stands on no board, and must not take the place of those who do.
        if carry.counted and carry.name:
            part = spread(participant)
            # Ties have an order of their own, so that it is the same ones that are cut off.
            item[_ORDER] = {"S": f"{str(max(carry.people, 0)).zfill(15)}.{participant}"}
            item[BOARD] = partitions[part]
            item[BY_REGION] = scope.placed(place_key(carry.place or ""), part)
        made.append(Row(MODEL, key, change.version, told["S"], item, change))
    return made, poison


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
