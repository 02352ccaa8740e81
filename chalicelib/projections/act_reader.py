"""Acts as moderators look for them: by what they are and which way they came, in the order of their record.

An index, or a participant's stream, says which acts may be meant; their rows, as they are, say which are. How much is
looked at is for the one who asks to bound: what is wanted may be rare.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import Protocol

import msgspec

from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.folding import fold
from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.participation import Money
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.vocabulary import Source, Status
from chalicelib.projections import acts
from chalicelib.projections.acts import StoredAct
from chalicelib.projections.rows import Index, RowStore

MAX_EXAMINED = 2_000
"""Acts that are looked at for one page: it may be short, or empty, and still have one behind it."""

_AT_ONCE = 100
"""Rows of one request."""

NameTexts = Callable[[str, Iterable[str]], Mapping[str, str]]
"""Gives the texts of a campaign's names by their ids, as far as they may be known."""


class ActLog(Protocol):
    """The log, as far as acts are found by it."""

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return a receipt, None where there is none of this id."""

    def stream(self, stream: str, *, after: int | None = None, descending: bool = False) -> Iterator[RecordedEvent]:
        """Return the events of a stream in their order, or the newest first, from behind a version."""


class ActFilter(msgspec.Struct, frozen=True):
    """Which acts are wanted: those that are all of what is given.

    `since` and `until` bound the time of record (epoch ms), the end not included. `organisation` is how a name begins,
    compared as folded, `name` the id of one; `above` is less than the act's amount; `reasons` are all for which it
    waits; `stream` is its participant's.
    """

    status: Status | None = None
    source: Source | None = None
    form: str | None = None
    token: str | None = None
    place: str | None = None
    name: str | None = None
    organisation: str | None = None
    since: int | None = None
    until: int | None = None
    above: Money | None = None
    reasons: frozenset[ReviewReason] | None = None
    stream: str | None = None

    def takes(self, found: StoredAct) -> bool:
        """Whether an act is wanted, whatever its organisation is called and whenever it was recorded."""
        act = found.act
        compared = (
            (self.status, found.status),
            (self.source, act.source),
            (self.form, act.form),
            (self.token, act.token),
            (self.place, act.place),
            (self.name, act.name),
            (self.reasons, frozenset(found.review_reasons)),
            (self.stream, found.stream),
        )
        return all(expected is None or expected == value for expected, value in compared) and self._is_above(act.amount)

    def _is_above(self, amount: Money | None) -> bool:
        if self.above is None:
            return True
        return amount is not None and amount.currency == self.above.currency and amount.value > self.above.value


class Examined(msgspec.Struct, frozen=True):
    """A place that was looked at, and the act there if it is wanted."""

    place: str
    act: StoredAct | None


class StoredActPage(msgspec.Struct, frozen=True):
    """Some acts, and the place to go on from, None where there are no more."""

    acts: Sequence[StoredAct]
    following: str | None


class ActReader:
    """Finds acts by the rows of one build of a campaign's read models."""

    def __init__(self, rows: RowStore, log: ActLog, texts: NameTexts) -> None:
        self._rows = rows
        self._log = log
        self._texts = texts

    def page(
        self,
        campaign: str,
        generation: int,
        criteria: ActFilter,
        after: str | None,
        limit: int,
        *,
        descending: bool = True,
        goes_on: Callable[[int], bool] = lambda examined: examined < MAX_EXAMINED,
    ) -> StoredActPage:
        """Return up to `limit` acts from behind a place, the newest first unless told otherwise.

        `goes_on` says whether, after so many acts, more are looked at.
        """
        found: list[StoredAct] = []
        place = after
        for number, one in enumerate(self.examine(campaign, generation, criteria, after, descending=descending)):
            if len(found) == limit or not goes_on(number):
                return StoredActPage(found, place)
            place = one.place
            if one.act is not None:
                found.append(one.act)
        return StoredActPage(found, None)

    def of_ids(self, campaign: str, generation: int, ids: Sequence[str]) -> list[StoredAct]:
        """Return the acts of different ids, as far as they are there."""
        keys = [acts.key(campaign, generation, act_id) for act_id in ids]
        return list(map(acts.read, self._rows.read(acts.MODEL, keys)))

    def examine(
        self, campaign: str, generation: int, criteria: ActFilter, after: str | None = None, *, descending: bool = True
    ) -> Iterator[Examined]:
        """Yield what is looked at from behind a place, without end but that of the acts that may be wanted."""
        places = self._places(campaign, generation, criteria, after, descending)
        while some := list(islice(places, _AT_ONCE)):
            keys = [acts.key(campaign, generation, acts.id_at(place)) for place in some]
            rows = {item["id"]["S"]: item for item in self._rows.read(acts.MODEL, keys)}
            read = [acts.read(rows[key]) if key in rows else None for key in keys]
            taken = self._taken(campaign, criteria, [act for act in read if act is not None and criteria.takes(act)])
            for place, act in zip(some, read, strict=True):
                yield Examined(place, act if act is not None and act.id in taken else None)

    def _taken(self, campaign: str, criteria: ActFilter, candidates: Sequence[StoredAct]) -> set[str]:
        """Return the ids of those acts whose organisation is called as is wanted."""
        if criteria.organisation is None:
            return {act.id for act in candidates}
        beginning = fold(criteria.organisation)
        texts = self._texts(campaign, {act.act.name for act in candidates if act.act.name is not None})
        return {act.id for act in candidates if fold(texts.get(act.act.name or "", "")).startswith(beginning)}

    def _places(
        self, campaign: str, generation: int, criteria: ActFilter, after: str | None, descending: bool
    ) -> Iterator[str]:
        """Yield the places of the acts that may be wanted."""
        if criteria.stream is not None:
            return self._of_stream(criteria.stream, criteria, after, descending)
        begin = None if criteria.since is None else acts.moment_of(f"{criteria.since:013d}", "")
        end = None if criteria.until is None else acts.moment_of(f"{criteria.until:013d}", "")
        first, last = (end, begin) if descending else (begin, end)
        starts = [place for place in (first, after) if place is not None]
        start = (min if descending else max)(starts, default=None)
        index = _index(campaign, generation, criteria)
        found = self._rows.query(index, after=start, descending=descending, page=_AT_ONCE)
        places = map(acts.moment, found)
        return takewhile(lambda place: last is None or (place > last if descending else place < last), places)

    def _of_stream(self, stream: str, criteria: ActFilter, after: str | None, descending: bool) -> Iterator[str]:
        receipt = None if after is None else self._log.receipt(acts.id_at(after))
        behind = None if receipt is None else receipt.version
        for recorded in self._log.stream(stream, after=behind, descending=descending):
            event, at = recorded.event, recorded.recorded_at
            # Clocks differ: one that is out of order ends nothing.
            begun = criteria.since is None or at >= criteria.since
            in_time = begun and (criteria.until is None or at < criteria.until)
            if isinstance(event, ParticipationRecorded) and event.receipt and in_time:
                yield acts.moment_of(str(at), event.receipt)


def _index(campaign: str, generation: int, criteria: ActFilter) -> Index:
    """Return the index that leads to what is wanted past the fewest others."""
    if criteria.name is not None:
        return acts.by_name(campaign, generation, criteria.name)
    if criteria.status == "in_review":
        return acts.waiting(campaign, generation)
    return acts.by_time(campaign, generation)
