"""PynamoDB's models, each made for its table, over the one connection that all share."""

from contextlib import suppress
from functools import cache
from typing import TypeVar

from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from chalicelib.aws import clients

_Model = TypeVar("_Model", bound="TableModel")


class TableModel(Model):
    """A model without a table; `for_table` makes one with it."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """Return this table on the shared connection: by itself each model would build a session and a client."""
        table = super()._get_connection()
        shared = clients.connection()
        if table.connection is not shared:
            # The shared connection learns how the table is keyed, unless another model of the same table told it.
            with suppress(ValueError):
                shared.add_meta_table(table.get_meta_table())
            table.connection = shared
        return table


@cache
def for_table(model: type[_Model], table: str) -> type[_Model]:
    """Return a model of the items of one table."""
    made: type[_Model] = type(model.__name__, (model,), {"Meta": type("Meta", (), {"table_name": table})})
    return made
