"""What a test does to names behind the application's back."""

from tests.api.storage import items
from tests.conftest import Tables


def hide_all_names(tables: Tables) -> None:
    for item in items(tables, "NamesTable"):
        hidden = {**item, "state": {"S": "hidden"}}
        tables.clients.dynamodb.put_item(TableName=tables["NamesTable"], Item=hidden)
