"""What all PynamoDB models have in common. The event log and the state have raw access of their own."""

from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from chalicelib.aws import clients


class SharedModel(Model):
    """A model on the connection that all tables share: by itself each would build a session and a client."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        shared = clients.connection()
        if table.connection is not shared:
            meta_table = table.get_meta_table()
            shared._tables[meta_table.table_name] = meta_table
            table.connection = shared
        return table
