"""The trail: who did what, when and why, and how it ended. It is only ever added to.

What somebody is about to do stands there before it is done, and how it ended beside it as soon as that is known: what
has no end was begun, and nobody knows whether it was done. Neither is ever changed or deleted.

An item's partition is a campaign's day in UTC, so that none is written to for longer; `*` stands for what is of no
campaign. Which days a campaign has stands under the campaign alone, an item for each.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from chalicelib.aws.items import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OF_NO_CAMPAIGN = "*"
"""In place of a campaign."""

MAX_EXAMINED = 2_000
"""Entries that are looked at for one page: it may be short, or empty, and still have one behind it."""

FIRST_MS, LAST_MS = 0, 10**13 - 1
"""Times are compared as texts, of thirteen digits until 2286."""

_PAGE = 200
"""Items of one request."""

_ENDED = "~"
"""Behind an entry's id, where it is greater than all that ids hold: how the entry ended."""

TrailChanges = Mapping[str, tuple[object, object]]
"""Members of something that was changed, with what they were and what they shall be."""


class TrailEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody was about to do: a token by its id. Nothing in it leads to a person.

    `id` begins with the time (epoch ms, 13 digits). `target` is what it is done to, `targets` where the request named
    many, `count` how many there were; `region` is what the token was kept to.
    """

    id: str
    by: str
    action: str
    target: str | None = None
    targets: tuple[str, ...] = ()
    reason: str | None = None
    count: int | None = None
    region: str | None = None
    changes: TrailChanges | None = None

    @property
    def at(self) -> int:
        """When it was to be done (epoch ms)."""
        return int(self.id.partition(".")[0])


class _End(msgspec.Struct, frozen=True):
    status: int


class EndedEntry(msgspec.Struct, frozen=True):
    """An entry, and the HTTP status that it was answered with: None where nobody knows."""

    entry: TrailEntry
    status: int | None


class TrailPage(msgspec.Struct, frozen=True):
    """Some entries, the newest first, and the id of the entry to go on behind, None where there are no more."""

    entries: list[EndedEntry]
    following: str | None


class TrailFilter(msgspec.Struct, frozen=True):
    """Which entries are wanted: those that are all of what is given, from a time on and before another (epoch ms)."""

    since: int = FIRST_MS
    until: int = LAST_MS
    by: str | None = None
    action: str | None = None
    region: str | None = None

    def takes(self, entry: TrailEntry) -> bool:
        """Whether an entry is wanted, whenever it was made."""
        compared = ((self.by, entry.by), (self.action, entry.action), (self.region, entry.region))
        return all(expected in (None, value) for expected, value in compared)


class Trail:
    """All entries, in one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._begun: set[tuple[str, str]] = set()

    def begin(self, campaign: str, entry: TrailEntry) -> None:
        """Note what is about to be done."""
        day = _day(entry.at)
        if (campaign, day) not in self._begun:
            # Before the entry: whoever reads the days finds every entry.
            self._put(campaign, day, None)
            self._begun.add((campaign, day))
        self._put(_partition(campaign, day), entry.id, entry)

    def end(self, campaign: str, entry: TrailEntry, status: int) -> None:
        """Note how it ended: with which HTTP status it is answered."""
        self._put(_partition(campaign, _day(entry.at)), entry.id + _ENDED, _End(status))

    def page(self, campaign: str, criteria: TrailFilter, before: str | None, limit: int) -> TrailPage:
        """Return up to `limit` entries of a campaign, the newest first, from behind the one of an id. Consistent."""
        found: list[EndedEntry] = []
        place = before
        for number, one in enumerate(self._entries(campaign, criteria, before)):
            if len(found) == limit or number == MAX_EXAMINED:
                return TrailPage(found, place)
            place = one.entry.id
            if criteria.takes(one.entry):
                found.append(one)
        return TrailPage(found, None)

    def _entries(self, campaign: str, criteria: TrailFilter, before: str | None) -> Iterator[EndedEntry]:
        begin, end = (f"{min(at, LAST_MS):013d}" for at in (criteria.since, criteria.until))
        last = end if before is None else min(end, before)
        if begin > last:
            # Nothing is between them, and DynamoDB refuses to look.
            return
        for day in self._query(campaign, _day_of(begin), _day_of(last)):
            yield from _ended(self._query(_partition(campaign, day["id"]["S"]), begin, last), last)

    def _query(self, partition: str, first: str, last: str) -> Iterator[Item]:
        """Yield the items of a partition between two ids, the last first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#partition = :partition AND id BETWEEN :first AND :last",
            ExpressionAttributeNames={"#partition": "partition"},
            ExpressionAttributeValues={":partition": {"S": partition}, ":first": {"S": first}, ":last": {"S": last}},
            ScanIndexForward=False,
            ConsistentRead=True,
            PaginationConfig={"PageSize": _PAGE},
        )
        for page in pages:
            yield from page["Items"]

    def _put(self, partition: str, item_id: str, content: TrailEntry | _End | None) -> None:
        """Add an item. One that is there is the same: ours whose answer was lost, or a day of another process."""
        data = {} if content is None else {"data": {"S": msgspec.json.encode(content).decode()}}
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(
                TableName=self._table,
                Item={"partition": {"S": partition}, "id": {"S": item_id}, **data},
                ConditionExpression="attribute_not_exists(id)",
            )


def entry_id(now: int) -> str:
    """Return the id of an entry that is made at a time (epoch ms)."""
    return f"{now:013d}.{secrets.token_urlsafe(9)}"


def _ended(items: Iterator[Item], last: str) -> Iterator[EndedEntry]:
    """Yield entries with how they ended, which comes before them, but that of the last id."""
    ends: dict[str, int] = {}
    for item in items:
        item_id, data = item["id"]["S"], item["data"]["S"]
        if item_id.endswith(_ENDED):
            ends[item_id.removesuffix(_ENDED)] = msgspec.json.decode(data, type=_End).status
        elif item_id != last:
            yield EndedEntry(msgspec.json.decode(data, type=TrailEntry), ends.pop(item_id, None))


def _partition(campaign: str, day: str) -> str:
    return f"{campaign}#{day}"


def _day_of(place: str) -> str:
    return _day(int(place.partition(".")[0]))


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
