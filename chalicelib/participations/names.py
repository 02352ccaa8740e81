"""The texts of organisations' names by the ids that events hold: here they can be hidden, changed and erased.

An id is keyed and the same however a name is written. Many participants name one organisation, and transactions at one
item are in each other's way: a process writes a name once. How often what a campaign shows was changed is counted,
since documents made before and after a change must differ.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast
from uuid import uuid4
from zlib import crc32

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.aws.items import Item, Write
from chalicelib.aws.tables import TableModel, for_table, is_lost_condition
from chalicelib.domain.vocabulary import NameState, Visibility
from chalicelib.eventlog.transactions import ConditionsFailed, Congested, Transactions
from chalicelib.intake.name_requests import NameChange

MAX_STORED = 10_000
"""Names that a process knows to be stored. What it learned longest ago goes first."""

MAX_RACES = 8

BY_STATE = "by_state"
MOMENT = "moment"
"""The index of names by campaign and state, and the attribute that orders it: the oldest first."""

_SPREAD = 16
"""Partitions of the index for each state of a campaign's names: a hot one would throttle the table."""

_MAX_AT_ONCE = 90
"""Items of one transaction, which may have 100."""


class NameItem(TableModel):
    """A name, or under the id of a campaign how often what it shows was changed, and whether no name is shown."""

    id = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    by_state = UnicodeAttribute(null=True)
    moment = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    decided_at = NumberAttribute(null=True)
    changes = NumberAttribute(null=True)


class Decided(msgspec.Struct, frozen=True):
    """Why a moderator decided as they did, by which token (its id) and when (epoch ms)."""

    reason: str
    by: str
    at: int


class StoredName(msgspec.Struct, frozen=True):
    """A name as it is stored; it was first given at a time (epoch ms)."""

    id: str
    text: str
    state: NameState
    given_at: int
    decided: Decided | None = None


class NamesStatus(msgspec.Struct, frozen=True):
    """How often what a campaign shows was changed, and whether none of its names is shown."""

    changes: int = 0
    all_names: Visibility = "shown"
    decided: Decided | None = None


class UnknownNames(Exception):
    """There are no names of these ids; nothing was decided."""

    def __init__(self, ids: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(ids)))
        self.ids = ids


class TextsOfOthers(Exception):
    """Texts that names of these ids shall have are those of other names, by whose ids they are decided on."""

    def __init__(self, ids: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(ids)))
        self.ids = ids


class DecidedOtherwise(Exception):
    """Names are in other states than whoever decides on them saw."""

    def __init__(self, names: Sequence[StoredName]) -> None:
        super().__init__(", ".join(name.id for name in names))
        self.names = names


class Names:
    """The names of all campaigns in one table; `id_of` returns the id of a campaign's name by its text."""

    def __init__(self, table: str, transactions: Transactions, id_of: Callable[[str, str], str]) -> None:
        self._items = for_table(NameItem, table)
        self._transactions = transactions
        self._id_of = id_of
        self._stored: dict[str, NameState] = {}

    def given(self, campaign: str, name_id: str, text: str, state: NameState, at: int) -> list[Write]:
        """Return the write that stores a name, given at a time (epoch ms), in a state unless it is there.

        None where this process knows it to be. Whatever is there stays: a name that was hidden is so whoever gives it.
        The write of a name that shall be shown fails where it waits: then it is `vouched`.
        """
        key = _key(campaign, name_id)
        if self._stored.get(key) in ("shown", state):
            return []
        condition = None if state == "waiting" else NameItem.state.does_not_exist() | (NameItem.state != "waiting")
        update = self._items(key).get_update_kwargs_from_instance(
            actions=[
                NameItem.text.set(NameItem.text | text),
                NameItem.state.set(NameItem.state | state),
                NameItem.by_state.set(NameItem.by_state | _partition(campaign, state, name_id)),
                NameItem.moment.set(NameItem.moment | f"{at:013d}.{name_id}"),
            ],
            condition=condition,
            return_values_on_condition_failure=None if condition is None else "ALL_OLD",
        )
        return [{"Update": update}]

    def vouched(self, campaign: str, name_id: str, text: str, at: int) -> list[Write]:
        """Return the writes that show a name that waits, which a sender vouches for; they fail where it does not."""
        update = self._items(_key(campaign, name_id)).get_update_kwargs_from_instance(
            actions=[
                NameItem.text.set(NameItem.text | text),
                NameItem.state.set("shown"),
                NameItem.by_state.set(_partition(campaign, "shown", name_id)),
                NameItem.moment.set(NameItem.moment | f"{at:013d}.{name_id}"),
            ],
            condition=NameItem.state.does_not_exist() | (NameItem.state == "waiting"),
            return_values_on_condition_failure="ALL_OLD",
        )
        return [{"Update": update}, counted(self._items, campaign)]

    def remember(self, campaign: str, name_id: str, state: NameState) -> None:
        """Know from now on that a name was stored as one in a state. Not for one that may be erased."""
        key = _key(campaign, name_id)
        if self._stored.get(key) != "shown":
            self._stored[key] = state
        if len(self._stored) > MAX_STORED:
            del self._stored[next(iter(self._stored))]

    def shown(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str | None]:
        """Return by id the texts of those names that there are, None where one may not be shown. Consistent."""
        return {name.id: name.text if name.state == "shown" else None for name in self.read(campaign, ids).values()}

    def texts(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that are not hidden, by their ids."""
        return {name.id: name.text for name in self.read(campaign, ids).values() if name.state != "hidden"}

    def read(self, campaign: str, ids: Iterable[str]) -> Mapping[str, StoredName]:
        """Return those names that there are, by their ids. Consistent."""
        keys = {_key(campaign, name_id): name_id for name_id in ids}
        found = self._items.batch_get(list(keys), consistent_read=True) if keys else ()
        return {keys[item.id]: _stored_name(keys[item.id], item) for item in found if item.text is not None}

    def decide(self, campaign: str, changes: Sequence[NameChange], decided: Decided) -> list[StoredName]:
        """Show or hide names, each of another id; return them as they are then. What is so already stays as it is.

        Raises:
            UnknownNames: there are none of these ids; nothing was decided.
            TextsOfOthers: other names have texts that these shall have; nothing was decided.
            DecidedOtherwise: names are in other states than those expected, and not in the new ones; where that came
                about meanwhile, others of more than 90 may be decided.
            Congested: others keep deciding on the same names; some of it may be decided.
        """
        for _ in range(MAX_RACES):
            current = self.read(campaign, [change.id for change in changes])
            if unknown := frozenset(change.id for change in changes) - current.keys():
                raise UnknownNames(unknown)
            if others := self._with_texts_of_others(campaign, current, changes):
                raise TextsOfOthers(others)
            new = [_after(current[change.id], change, decided) for change in changes]
            if otherwise := _otherwise(current, new, changes):
                raise DecidedOtherwise(otherwise)
            writes = [self._replacing(campaign, current[name.id], name) for name in new if name != current[name.id]]
            try:
                self._write_counted(campaign, writes)
            except ConditionsFailed:
                continue
            return new
        raise Congested

    def decide_on_all(self, campaign: str, state: Visibility, decided: Decided) -> NamesStatus:
        """Hide all names of a campaign, or show again those that may be shown; return what holds then."""
        status = self.status(campaign)
        if status.all_names == state:
            return status
        item = self._items(_key(campaign, ""))
        try:
            item.update(
                actions=[NameItem.state.set(state), *decision_actions(decided), NameItem.changes.add(1)],
                condition=NameItem.state.does_not_exist() | (NameItem.state != state),
            )
        except UpdateError as error:
            if not is_lost_condition(error):
                raise
        return self.status(campaign)

    def erase(self, campaign: str, ids: Sequence[str]) -> None:
        """Delete names; the count of changes goes up with each transaction that does.

        Raises:
            Congested
        """
        deletes: list[Write] = [
            {"Delete": self._items(_key(campaign, name_id)).get_delete_kwargs_from_instance()} for name_id in ids
        ]
        self._write_counted(campaign, deletes)

    def status(self, campaign: str) -> NamesStatus:
        """Return how often what a campaign shows was changed, and whether its names are shown. Consistent."""
        try:
            item = self._items.get(_key(campaign, ""), consistent_read=True)
        except DoesNotExist:
            return NamesStatus()
        return NamesStatus(int(item.changes), "hidden" if item.state == "hidden" else "shown", decided_of(item))

    def _with_texts_of_others(
        self, campaign: str, current: Mapping[str, StoredName], changes: Sequence[NameChange]
    ) -> frozenset[str]:
        """Return the ids of names that shall have the text of a name which is stored or changed beside them."""
        known_by = {
            change.id: self._id_of(campaign, change.text)
            for change in changes
            if change.text is not None and change.text != current[change.id].text
        }
        given = Counter(known_by.values())
        elsewhere = {name_id: other for name_id, other in known_by.items() if name_id != other}
        stored = self.read(campaign, set(elsewhere.values()))
        return frozenset(name_id for name_id, other in elsewhere.items() if other in stored or given[other] > 1)

    def _write_counted(self, campaign: str, writes: Sequence[Write]) -> None:
        for start in range(0, len(writes), _MAX_AT_ONCE):
            some = writes[start : start + _MAX_AT_ONCE]
            self._transactions.write([*some, counted(self._items, campaign)], token=str(uuid4()))

    def _replacing(self, campaign: str, current: StoredName, new: StoredName) -> Write:
        update = self._items(_key(campaign, current.id)).get_update_kwargs_from_instance(
            actions=[
                NameItem.text.set(new.text),
                NameItem.state.set(new.state),
                NameItem.by_state.set(_partition(campaign, new.state, new.id)),
                *([] if new.decided is None else decision_actions(new.decided)),
            ],
            condition=(NameItem.state == current.state) & (NameItem.text == current.text),
        )
        return {"Update": update}


def partitions(campaign: str, state: NameState) -> tuple[str, ...]:
    """Return all hash keys of the index that the names of a campaign in a state are spread over."""
    return tuple(f"{campaign}#{state}#{part:02d}" for part in range(_SPREAD))


def is_name(item: Item) -> bool:
    """Whether an item in the attribute values of DynamoDB's API is a name."""
    return "by_state" in item


def is_waiting(name: Item) -> bool:
    """Whether a name, in the attribute values of DynamoDB's API, waits for a moderator."""
    return name["state"] == {"S": "waiting"}


def counted(items: type[NameItem], campaign: str) -> Write:
    """Return the write that counts a change of what a campaign shows, which its documents are made anew for."""
    update = items(_key(campaign, "")).get_update_kwargs_from_instance(actions=[NameItem.changes.add(1)])
    return {"Update": update}


def decision_actions(decided: Decided) -> list[Action]:
    """Return what stores why a moderator decided as they did."""
    return [
        NameItem.reason.set(decided.reason),
        NameItem.decided_by.set(decided.by),
        NameItem.decided_at.set(decided.at),
    ]


def decided_of(item: NameItem) -> Decided | None:
    """Return why a moderator decided as they did, None where nobody has."""
    if item.decided_at is None:
        return None
    return Decided(item.reason, item.decided_by, int(item.decided_at))


def _after(current: StoredName, change: NameChange, decided: Decided) -> StoredName:
    new = msgspec.structs.replace(current, state=change.state, text=change.text or current.text)
    return current if new == current else msgspec.structs.replace(new, decided=decided)


def _otherwise(
    current: Mapping[str, StoredName], new: Sequence[StoredName], changes: Sequence[NameChange]
) -> list[StoredName]:
    """Return the names that shall be changed by somebody who saw them in another state than they are in."""
    expected = {change.id: change.expected for change in changes}
    changing = [current[name.id] for name in new if name != current[name.id]]
    return [name for name in changing if expected[name.id] not in (None, name.state)]


def _stored_name(name_id: str, item: NameItem) -> StoredName:
    given_at = int(item.moment.partition(".")[0])
    return StoredName(name_id, item.text, cast("NameState", item.state), given_at, decided_of(item))


def _partition(campaign: str, state: NameState, name_id: str) -> str:
    return f"{campaign}#{state}#{crc32(name_id.encode()) % _SPREAD:02d}"


def _key(campaign: str, name_id: str) -> str:
    return f"{campaign}/{name_id}"
