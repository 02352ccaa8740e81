"""The log's stream without an emulator of streams: what was recorded since the last time, given to the projector."""

from chalicelib.bootstrap import Services
from tests.api.storage import items
from tests.conftest import Tables


class LogStream:
    """The stream of a test's log, of which nothing was delivered yet."""

    def __init__(self, tables: Tables, services: Services) -> None:
        self._tables = tables
        self._services = services
        self._delivered: set[tuple[str, str]] = set()

    def deliver(self) -> None:
        """Give the projector what is new, each stream in the order of its versions."""
        records = []
        for item in sorted(items(self._tables, "EventsTable"), key=lambda item: int(item["version"]["N"])):
            if (key := (item["stream"]["S"], item["version"]["N"])) not in self._delivered:
                self._delivered.add(key)
                change = {"NewImage": item, "SequenceNumber": str(10**20 + len(self._delivered))}
                records.append({"eventName": "INSERT", "dynamodb": change})
        self._services.projector.handle({"shardId": "shardId-1-a", "Records": records})
