"""The services over one set of tables, with the streams delivered as Lambda would, in one process."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import msgspec

from chalicelib.bootstrap import Services, bootstrap
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.decider import INITIAL, KnownAct, State, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.service import Recorded, SubmittedParticipation
from infra.local import resources
from infra.local.delivery import drain
from infra.local.streams import StreamMapping
from tests.conftest import Tables
from tests.publishing.in_memory_s3 import InMemoryS3

NAMES = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}


class WholeSystem:
    """Everything but HTTP: what is recorded is delivered to the projector, and its states to the publisher.

    Documents are in the bucket of the tables, or in the twin of S3 that is given.
    """

    def __init__(self, tables: Tables, now: Callable[[], int] = now_ms, s3: InMemoryS3 | None = None) -> None:
        self.tables = tables
        self.services: Services = bootstrap(now)
        if s3 is not None:
            self.services.documents = s3.documents
        publisher = self.services.publisher
        self._streams = [
            self._mapping("EventsTable", self.services.projector.handle, window=1),
            *(
                self._mapping(table, lambda event: publisher.publish(event["Records"]))
                for table in ("StateTable", "RegistryTable", "NamesTable")
            ),
        ]

    def open(self, campaign_id: str, **members: Any) -> Campaign:
        """Create a campaign that takes participations."""
        requested = msgspec.convert({"id": campaign_id, "names": NAMES, "state": "live", **members}, Campaign)
        self.services.publisher.prepare(requested)
        return self.services.registry.put_campaign(requested)[0]

    def record(self, campaign: Campaign, submission: str, raw: Mapping[str, Any]) -> Recorded:
        """Record what a partner sent under a key."""
        draft = read_participation(raw, Sender(source="api", token="partner"), self.services.now())
        content = json.dumps(raw, sort_keys=True).encode()
        return self.services.participations.record(campaign, SubmittedParticipation(submission, content, draft))

    def settle(self) -> None:
        """Deliver until nothing is left."""
        assert drain(self._streams, 60)

    def live(self, campaign_id: str) -> Any:
        """Return the counter's document."""
        current = self.services.documents.current(f"v1/campaigns/{campaign_id}/live.json")
        assert current is not None
        return json.loads(current.body)

    def _mapping(self, table: str, function: Callable[[Any], object], window: int | None = None) -> StreamMapping:
        arn = resources.stream_arn(self.tables.clients.dynamodb, self.tables[table])
        return StreamMapping(boto3.client("dynamodbstreams"), arn, function, table, window)


def acts_of(log: list[RecordedEvent]) -> dict[str, list[KnownAct]]:
    """Return the acts by stream, as the decider sees them."""
    states: dict[str, State] = {}
    for event in log:
        states[event.stream] = evolve(states.get(event.stream, INITIAL), event)
    return {stream: list(state.acts.values()) for stream, state in states.items()}
