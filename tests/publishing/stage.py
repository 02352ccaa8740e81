"""Engine and publishers on stores in memory: all but Lambda, DynamoDB and S3."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.decider import Carry, advance
from chalicelib.domain.events import ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION, Generations
from chalicelib.domain.milestones import NONE_REACHED, ChangeReached, ReachedMilestones
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import Visibility
from chalicelib.metrics import Metrics
from chalicelib.participations.names import NamesStatus
from chalicelib.projections.campaign_changes import CampaignChanges, by_campaign
from chalicelib.projections.engine import Engine
from chalicelib.projections.projector import put_rows
from chalicelib.projections.state_store import StateKey
from chalicelib.projections.stream_records import decode_records
from chalicelib.publishing.board_publisher import BoardPublisher
from chalicelib.publishing.boards import Boards
from chalicelib.publishing.campaign_list import CampaignListPublisher
from chalicelib.publishing.cdn import Cdn
from chalicelib.publishing.document_store import DocumentStore
from chalicelib.publishing.documents import OPEN_POLL_SECONDS
from chalicelib.publishing.publisher import Publisher
from chalicelib.publishing.standstill import Report
from chalicelib.publishing.sweeper import Sweeper
from chalicelib.publishing.visibility import WhatIsShown
from tests.histories import FIRST_MOMENT, stream_record
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.publishing.campaigns import recorded
from tests.publishing.in_memory_s3 import InMemoryS3

SHARD = f"shardId-{FIRST_MOMENT:020d}-00000001"
DISTRIBUTION = "E2026"
GOOD_DEED = Act("good_deed", "citizen", "KZ-75", "vk")


class InMemoryNames:
    """Texts of names by id, None for those that may not be shown, and acts that are hidden; `asked` for how many."""

    def __init__(self) -> None:
        self.texts: dict[str, str | None] = {}
        self.hidden: set[tuple[str, int]] = set()
        self.current = NamesStatus()
        self.asked: list[set[Any]] = []

    def shown(self, _campaign: str, ids: Iterable[str]) -> Mapping[str, str | None]:
        self.asked.append({*ids})
        return {name_id: self.texts[name_id] for name_id in self.asked[-1] if name_id in self.texts}

    def among(self, acts: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
        self.asked.append({*acts})
        return frozenset(self.asked[-1] & self.hidden)

    def status(self, _campaign: str) -> NamesStatus:
        return self.current

    def change(self, all_names: Visibility | None = None) -> None:
        """Count a change of what is shown."""
        self.current = NamesStatus(self.current.changes + 1, all_names or self.current.all_names)


class InMemoryCloudFront:
    """Takes invalidations, each once by its reference, and refuses them as `fault` says."""

    def __init__(self) -> None:
        self.invalidations: dict[str, list[str]] = {}
        self.fault: str | None = None

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: Mapping[str, Any]) -> None:  # noqa: N803
        assert DistributionId == DISTRIBUTION
        if self.fault:
            raise ClientError({"Error": {"Code": self.fault, "Message": ""}}, "CreateInvalidation")
        self.invalidations[InvalidationBatch["CallerReference"]] = InvalidationBatch["Paths"]["Items"]


class InMemoryReached:
    """What the registry notes of milestones; `meanwhile` runs once, between the next reading and what is put then."""

    def __init__(self) -> None:
        self.noted: dict[str, ReachedMilestones] = {}
        self.readings = 0
        self.meanwhile: Callable[[], None] | None = None

    def change(self, campaign_id: str, change: ChangeReached) -> ReachedMilestones:
        """Change what is noted of a campaign, again where it is something else meanwhile; return it."""
        self.readings += 1
        current = self.noted.get(campaign_id, NONE_REACHED)
        changed = change(current)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if self.noted.get(campaign_id, NONE_REACHED) != current:
            return self.change(campaign_id, change)
        if changed != current:
            self.noted[campaign_id] = changed
        return changed


class Stage:
    """One set of stores, with publishers on it; time stands at `now` (epoch ms)."""

    def __init__(self) -> None:
        self.now = FIRST_MOMENT
        self.campaigns: dict[str, Campaign] = {}
        self.generations: dict[str, Generations] = {}
        self.states = InMemoryStateStore()
        self.rows = InMemoryRowStore()
        self.names = InMemoryNames()
        self.cloudfront = InMemoryCloudFront()
        self.reached = InMemoryReached()
        self.engine = Engine(self.states, self.time)
        self.s3 = InMemoryS3()
        self.waiting: int | None = None
        self.set_aside = 0
        self.reports: list[Report] = []
        self._carries: dict[str, Carry] = {}
        self._sequence = 0

    def time(self) -> int:
        return self.now

    def publisher(self, documents: DocumentStore | None = None, poll_seconds: int = OPEN_POLL_SECONDS) -> Publisher:
        """Return a publisher that knows nothing yet, as a new process does."""
        documents = documents or self.documents()
        shown = WhatIsShown(self.names, self.names)
        boards = BoardPublisher(Boards(self.rows, shown), documents, self.time)
        return Publisher(
            self.states,
            documents,
            self.campaigns.values,
            self.reached.change,
            shown,
            boards,
            CampaignListPublisher(documents, self.campaigns.values),
            Cdn(self.cloudfront, DISTRIBUTION),
            Metrics(self.time),
            self.time,
            poll_seconds,
        )

    def sweeper(self, documents: DocumentStore | None = None) -> Sweeper:
        """Return a sweeper that knows nothing yet; what it reports is in `reports`, `waiting` what is not projected."""
        documents = documents or self.documents()
        boards = BoardPublisher(Boards(self.rows, WhatIsShown(self.names, self.names)), documents, self.time)
        return Sweeper(
            self.publisher(documents),
            boards,
            CampaignListPublisher(documents, self.campaigns.values),
            documents,
            self.states,
            lambda: self.waiting,
            lambda: self.set_aside,
            self.reports.append,
            self.campaigns.values,
            lambda: self.generations,
            Metrics(self.time),
            self.time,
        )

    def documents(self) -> DocumentStore:
        return self.s3.documents

    def set_up(self, given: Campaign) -> dict[str, Any]:
        """Create or change a campaign; return the record of the registry's stream."""
        current = self.campaigns.get(given.id)
        changes = 0 if current is None else current.changes + 1
        self.campaigns[given.id] = msgspec.structs.replace(given, changes=changes)
        return {"eventName": "MODIFY", "dynamodb": {"Keys": {"kind": {"S": "campaign"}, "id": {"S": given.id}}}}

    def rename(self, campaign_id: str = "2026", **texts: str | None) -> dict[str, Any]:
        """Change the texts of names, None hides one; return the record of the names' stream."""
        self.names.texts |= texts
        return self.change_shown(campaign_id)

    def hide(self, of: RecordedEvent) -> dict[str, Any]:
        """Hide an act; return the record of the names' stream."""
        self.names.hidden.add((of.stream, of.version))
        return self.change_shown(of.campaign)

    def change_shown(self, campaign_id: str = "2026", all_names: Visibility | None = None) -> dict[str, Any]:
        """Count a change of what is shown; return the record of the names' stream."""
        self.names.change(all_names)
        return {"eventName": "MODIFY", "dynamodb": {"Keys": {"id": {"S": f"{campaign_id}/"}}}}

    def project(self, events: Iterable[RecordedEvent], generation: int = FIRST_GENERATION) -> list[dict[str, Any]]:
        """Fold events into all read models of a generation; return the records of the state table's stream."""
        before = dict(self.states.items)
        changes, poison = decode_records([self._record(event) for event in events])
        for of_campaign in by_campaign(changes).values():
            self.engine.apply(generation, SHARD, CampaignChanges(of_campaign), poison.append)
            poison += put_rows(self.rows.put, generation, of_campaign)
        assert poison == []
        changed = [key for key, item in self.states.items.items() if before.get(key) != item]
        return [state_record(campaign_id, item) for campaign_id, item in changed]

    def read(self, name: str, campaign_id: str = "2026") -> Any:
        return json.loads(self.body(name, campaign_id))

    def body(self, name: str, campaign_id: str = "2026") -> str:
        content: bytes = self.s3.get_object(Key=f"v1/campaigns/{campaign_id}/{name}")["Body"].read()
        return content.decode()

    def cached(self, name: str) -> str:
        header: str = self.s3.get_object(Key=f"v1/campaigns/2026/{name}")["CacheControl"]
        return header

    def bodies(self) -> dict[str, bytes]:
        """Return all documents by their keys."""
        return {key: self.s3.get_object(Key=key)["Body"].read() for key in self.s3.keys}

    def published(self) -> set[str]:
        """Return the names of all documents of all campaigns."""
        return {key.removeprefix("v1/campaigns/") for key in self.s3.keys}

    def _record(self, event: RecordedEvent) -> dict[str, Any]:
        self._sequence += 1
        carry = self._carries[event.stream] = advance(self._carries.get(event.stream, Carry()), event.event)
        return stream_record(event, self._sequence, carry)


def metrics(caplog: pytest.LogCaptureFixture, name: str) -> list[int]:
    """Return the values of a metric that were written, in their order."""
    lines = (msgspec.json.decode(record.message) for record in caplog.records if record.message.startswith('{"_aws"'))
    return [line[name] for line in lines if name in line]


def state_record(campaign_id: str, item: str) -> dict[str, Any]:
    """Return the record of a change of a state."""
    return {"eventName": "MODIFY", "dynamodb": {"Keys": {"campaign": {"S": campaign_id}, "item": {"S": item}}}}


def touched(projection: str, key: str = "all", campaign_id: str = "2026") -> dict[str, Any]:
    """Return the record of a change of a projection's state."""
    return state_record(campaign_id, StateKey(campaign_id, projection, key, 0).item)


def acts(count: int, first: int = 1, stream: str = "2026/p1", at: int = FIRST_MOMENT) -> list[RecordedEvent]:
    """Return the events of some good deeds of one participant, from a version of the stream on."""
    return [recorded(GOOD_DEED, version, stream, at) for version in range(first, first + count)]


def withdrawal(of: RecordedEvent, version: int) -> RecordedEvent:
    """Return the event that takes an act back, a minute later."""
    receipt = f"r{of.version}"
    event = ParticipationWithdrawn(receipt, of.version, of.recorded_at, GOOD_DEED, "counted", "an error", "token")
    return RecordedEvent(of.stream, version, f"w{version}", of.recorded_at + 60_000, event)
