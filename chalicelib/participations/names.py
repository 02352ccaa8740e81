"""The texts of organisations' names by the ids that events hold: here they can be hidden, changed and erased.

An id is keyed and the same however a name is written. Many participants name one organisation, and transactions at one
item are in each other's way: a process writes a name once. How often names of a campaign were changed is counted, since
documents made before and after a change must differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from uuid import uuid4

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.aws.items import Write
from chalicelib.aws.tables import TableModel, for_table
from chalicelib.eventlog.transactions import Transactions

NameState = Literal["waiting", "shown", "hidden"]

MAX_STORED = 10_000
"""Names that a process knows to be stored. What it learned longest ago goes first."""

_MAX_AT_ONCE = 90
"""Items of one transaction, which may have 100."""


class NameItem(TableModel):
    """A name, or under the id of a campaign how often its names were changed."""

    id = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    changes = NumberAttribute(null=True)


class Names:
    """The names of all campaigns in one table."""

    def __init__(self, table: str, transactions: Transactions) -> None:
        self._items = for_table(NameItem, table)
        self._transactions = transactions
        self._stored: dict[str, None] = {}

    def given(self, campaign: str, name_id: str, text: str, state: NameState) -> list[Write]:
        """Return the write that stores a name in a state unless it is there, none where this process knows it to be."""
        key = _key(campaign, name_id)
        if key in self._stored:
            return []
        update = self._items(key).get_update_kwargs_from_instance(
            actions=[NameItem.text.set(NameItem.text | text), NameItem.state.set(NameItem.state | state)]
        )
        return [{"Update": update}]

    def remember(self, campaign: str, name_id: str) -> None:
        """Know a name to be stored from now on. Not for one that may be erased."""
        self._stored[_key(campaign, name_id)] = None
        if len(self._stored) > MAX_STORED:
            del self._stored[next(iter(self._stored))]

    def shown(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that may be shown, by their ids."""
        return self._texts(campaign, ids, ("shown",))

    def texts(self, campaign: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of those names that are not hidden, by their ids."""
        return self._texts(campaign, ids, ("shown", "waiting"))

    def erase(self, campaign: str, ids: Sequence[str]) -> None:
        """Delete names; the count of changes goes up with each transaction that does.

        Raises:
            Congested
        """
        for start in range(0, len(ids), _MAX_AT_ONCE):
            some = ids[start : start + _MAX_AT_ONCE]
            deletes: list[Write] = [
                {"Delete": self._items(_key(campaign, name_id)).get_delete_kwargs_from_instance()} for name_id in some
            ]
            self._transactions.write([*deletes, self._counted(campaign)], token=str(uuid4()))

    def changes(self, campaign: str) -> int:
        """Return how often names of a campaign were changed. Consistent."""
        try:
            return int(self._items.get(_key(campaign, ""), consistent_read=True).changes)
        except DoesNotExist:
            return 0

    def _texts(self, campaign: str, ids: Iterable[str], states: Sequence[NameState]) -> Mapping[str, str]:
        keys = {_key(campaign, name_id): name_id for name_id in ids}
        found = self._items.batch_get(list(keys), consistent_read=True) if keys else ()
        return {keys[item.id]: item.text for item in found if item.state in states and item.text is not None}

    def _counted(self, campaign: str) -> Write:
        update = self._items(_key(campaign, "")).get_update_kwargs_from_instance(actions=[NameItem.changes.add(1)])
        return {"Update": update}


def _key(campaign: str, name_id: str) -> str:
    return f"{campaign}/{name_id}"
