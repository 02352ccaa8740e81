"""The projector's own CPU for a batch of 1,000 events, beside `json.loads` of the invocation payload.

Decode, all folds, encode of the states; what DynamoDB takes is left out. Run: `python -m benchmarks.projector`.
"""

import json
import random
import secrets
from typing import Any

from benchmarks.measuring import cpu_ms, pair
from chalicelib.clock import new_event_id
from chalicelib.domain.decider import Carry
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES
from chalicelib.eventlog.codec import encode
from chalicelib.projections.engine import Engine
from tests.projections.in_memory_state_store import InMemoryStateStore

EVENTS = 1_000
ROUNDS = 25
NOW = 1_780_286_400_000
SHARD = f"shardId-{NOW:020d}-0a1b2c3d"


def payload(first: int, draw: random.Random) -> str:
    """Return the JSON of an invocation with a batch of events, as Lambda hands it over."""
    return json.dumps({"Records": [_record(first + n, draw) for n in range(EVENTS)], "shardId": SHARD, "state": {}})


def _record(number: int, draw: random.Random) -> dict[str, Any]:
    act = Act(
        kind=draw.choice(KINDS),
        participant_type=draw.choice(PARTICIPANT_TYPES),
        place=draw.choice(list(regions())),
        source=draw.choice(SOURCES),
        organisation=f"ТОО «Ромашка {draw.randrange(200)}»" if draw.random() < 0.3 else None,
        people=draw.randint(1, 30),
        hours=draw.randint(0, 8),
        amount=Money("KZT", draw.randint(1, 90_000)) if draw.random() < 0.4 else None,
    )
    submission, fingerprint = secrets.token_urlsafe(6), secrets.token_urlsafe(6)
    event = ParticipationRecorded(act, "counted", submission, fingerprint, first=True)
    at = NOW + number * 50
    recorded = RecordedEvent(f"2026/{secrets.token_urlsafe(16)}", 1, new_event_id(at), at, event)
    return {
        "eventID": secrets.token_hex(16),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": at / 1000,
            "Keys": {"stream": {"S": recorded.stream}, "version": {"N": "1"}},
            "NewImage": encode(recorded, Carry(1, act.participant_type, 1, {submission: 1})),
            "SequenceNumber": str(10**22 + number),
            "SizeBytes": 600,
            "StreamViewType": "NEW_IMAGE",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/events/stream/2026-06-01T00:00:00.000",
    }


def main() -> None:
    """Measure on states in memory, and print the figures."""
    draw = random.Random(1)
    payloads = [payload(n * EVENTS, draw) for n in range(ROUNDS + 1)]
    engine = Engine(InMemoryStateStore(), lambda: NOW)
    batches = iter([json.loads(text)["Records"] for text in payloads])

    def apply() -> float:
        records = next(batches)
        return cpu_ms(lambda: engine.apply(SHARD, records))

    measured = pair(apply, lambda: cpu_ms(lambda: json.loads(payloads[0])), ROUNDS)
    print(f"batch of {EVENTS:,} events, payload of {len(payloads[0]):,} characters, median CPU of {ROUNDS} rounds")
    print(f"  projector   {measured.subject:6.2f} ms")
    print(f"  json.loads  {measured.peer:6.2f} ms")
    print(f"  ratio       {measured.ratio:6.2f}   (budget 1.0)")


if __name__ == "__main__":
    main()
