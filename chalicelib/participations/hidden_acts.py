"""Acts that are hidden from view, though they count: beside the names, outside generations.

An act is known by the stream and the version that it was recorded at, as read models know it.
"""

from collections.abc import Iterable
from uuid import uuid4

import msgspec
from pynamodb.exceptions import DoesNotExist

from chalicelib.aws.tables import for_table
from chalicelib.domain.receipts import ActKey, Receipt
from chalicelib.domain.vocabulary import Visibility
from chalicelib.eventlog.transactions import ConditionsFailed, Transactions
from chalicelib.participations.names import Decided, NameItem, counted, decided_of, decision_actions


class ActVisibility(msgspec.Struct, frozen=True):
    """Whether an act is shown, and why a moderator decided so where one has."""

    state: Visibility = "shown"
    decided: Decided | None = None


class HiddenActs:
    """The acts of all campaigns that moderators decided on, in the table of the names."""

    def __init__(self, table: str, transactions: Transactions) -> None:
        self._items = for_table(NameItem, table)
        self._transactions = transactions

    def visibility(self, receipt: Receipt) -> ActVisibility:
        """Return whether an act is shown. Consistent."""
        try:
            item = self._items.get(_key(_act(receipt)), consistent_read=True)
        except DoesNotExist:
            return ActVisibility()
        return ActVisibility("hidden" if item.state == "hidden" else "shown", decided_of(item))

    def decide(self, receipt: Receipt, state: Visibility, decided: Decided) -> ActVisibility:
        """Hide an act or show it again; return what holds then. What is so already stays as it is.

        Raises:
            Congested: others keep deciding on the same campaign.
        """
        current = self.visibility(receipt)
        if current.state == state:
            return current
        update = self._items(_key(_act(receipt))).get_update_kwargs_from_instance(
            actions=[NameItem.state.set(state), *decision_actions(decided)],
            condition=NameItem.state.does_not_exist() | (NameItem.state != state),
        )
        try:
            writes = [{"Update": update}, counted(self._items, receipt.campaign)]
            self._transactions.write(writes, token=str(uuid4()))
        except ConditionsFailed:
            return self.visibility(receipt)
        return ActVisibility(state, decided)

    def among(self, acts: Iterable[ActKey]) -> frozenset[ActKey]:
        """Return which of some acts are hidden. Consistent."""
        keys = {_key(act): act for act in acts}
        found = self._items.batch_get(list(keys), consistent_read=True) if keys else ()
        return frozenset(keys[item.id] for item in found if item.state == "hidden")


def _act(receipt: Receipt) -> ActKey:
    return receipt.stream, receipt.version


def _key(act: ActKey) -> str:
    stream, version = act
    return f"{stream}#{version}"
