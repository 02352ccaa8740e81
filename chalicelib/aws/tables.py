"""PynamoDB's models, each made for its table, over the one connection that all share."""

from contextlib import suppress
from functools import cache
from typing import TypeVar, cast

from botocore.exceptions import ClientError
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.models import Model

from chalicelib.aws import clients

_LOST_CONDITION = "ConditionalCheckFailedException"
_LOST_TOGETHER = ("ConditionalCheckFailed", "TransactionConflict")

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


def is_lost_condition(error: PynamoDBException) -> bool:
    """Whether a write was refused by its condition, and not by a fault on the way.

    So is a transaction that met another one at one of its items.
    """
    if isinstance(error, TransactWriteError):
        return any(reason is not None and reason.code in _LOST_TOGETHER for reason in error.cancellation_reasons)
    return isinstance(error.cause, ClientError) and error.cause.response["Error"]["Code"] == _LOST_CONDITION


def for_table(model: type[_Model], table: str) -> type[_Model]:
    """Return a model of the items of one table: the same one each time."""
    return cast("type[_Model]", _made(model, table))


@cache
def _made(model: type[TableModel], table: str) -> type[TableModel]:
    return type(model.__name__, (model,), {"Meta": type("Meta", (), {"table_name": table})})
