"""Engine, states, registry and bucket as they are, with publishers on them: only Lambda is not there."""

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.aws import clients
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.events import ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.metrics import Metrics
from chalicelib.projections.engine import Engine
from chalicelib.projections.state_store import DynamoDBStateStore
from chalicelib.publishing.document_store import DocumentStore
from chalicelib.publishing.publisher import Publisher
from chalicelib.registry import Registry
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, stream_record
from tests.publishing.campaigns import recorded

SHARD = f"shardId-{FIRST_MOMENT:020d}-00000001"
GOOD_DEED = Act("good_deed", "citizen", "KZ-75", "vk")


class Stage:
    """One set of tables and a bucket, with publishers on it; time stands at `now` (epoch ms)."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.now = FIRST_MOMENT
        self.registry = Registry(tables["RegistryTable"])
        self.states = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
        self.engine = Engine(self.states, self.time)
        self.bucket = tables["DocumentsBucket"]
        self._sequence = 0

    def time(self) -> int:
        return self.now

    def publisher(self, documents: DocumentStore | None = None) -> Publisher:
        """Return a publisher that knows nothing yet, as a new process does."""
        return Publisher(
            self.states, documents or self.documents(), self.registry.campaigns, Metrics(self.time), self.time
        )

    def documents(self) -> DocumentStore:
        return DocumentStore(clients.s3(), self.bucket)

    def set_up(self, wanted: Campaign) -> dict[str, Any]:
        """Create or change a campaign; return the record of the registry's stream."""
        self.registry.put_campaign(wanted)
        return {"eventName": "MODIFY", "dynamodb": {"Keys": {"kind": {"S": "campaign"}, "id": {"S": wanted.id}}}}

    def project(self, events: Iterable[RecordedEvent]) -> list[dict[str, Any]]:
        """Fold events into the states; return the records of the state table's stream."""
        before = self._items()
        records = []
        for event in events:
            self._sequence += 1
            records.append(stream_record(event, self._sequence))
        assert self.engine.apply(SHARD, records) == []
        changed = [key for key, revision in self._items().items() if before.get(key) != revision]
        return [
            {"eventName": "MODIFY", "dynamodb": {"Keys": {"campaign": {"S": name}, "item": {"S": item}}}}
            for name, item in changed
        ]

    def read(self, name: str, campaign_id: str = "2026") -> Any:
        return json.loads(self.body(name, campaign_id))

    def body(self, name: str, campaign_id: str = "2026") -> str:
        found = clients.s3().get_object(Bucket=self.bucket, Key=f"v1/campaigns/{campaign_id}/{name}")
        return found["Body"].read().decode()

    def cached(self, name: str) -> str:
        return clients.s3().head_object(Bucket=self.bucket, Key=f"v1/campaigns/2026/{name}")["CacheControl"]

    def names(self) -> set[str]:
        """Return the names of all documents of all campaigns."""
        listed = clients.s3().list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {found["Key"].removeprefix("v1/campaigns/") for found in listed}

    def _items(self) -> dict[tuple[str, str], str]:
        found = self.tables.clients.dynamodb.scan(TableName=self.tables["StateTable"], ConsistentRead=True)["Items"]
        return {(item["campaign"]["S"], item["item"]["S"]): item["revision"]["N"] for item in found}


def acts(count: int, first: int = 1, stream: str = "2026/p1", at: int = FIRST_MOMENT) -> list[RecordedEvent]:
    """Return the events of some good deeds of one participant, from a version of the stream on."""
    return [recorded(GOOD_DEED, version, stream, at) for version in range(first, first + count)]


def withdrawal(of: RecordedEvent, version: int) -> RecordedEvent:
    """Return the event that takes an act back, a minute later."""
    event = ParticipationWithdrawn(of.version, of.recorded_at, GOOD_DEED, "counted", "an error", "token")
    return RecordedEvent(of.stream, version, f"w{version}", of.recorded_at + 60_000, event)
