"""The projector's own CPU for a batch of 1,000 events, beside `json.loads` of the invocation payload.

Sums are decode, the folds of all projections and encode of their states; all read models have the rows of acts and
organisations as items too. What DynamoDB takes is left out, and so are the client with its requests and the threads
that wait for it. Both sides free what they make; `json.loads` runs as it does in Lambda, with the collector of garbage
on, which the projector turns off while it is at a batch.
`benchmarks.projector` runs this with what is packaged.
"""

import gc
import json
import random
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.measuring import Pair, cpu_ms, pair
from chalicelib.clock import new_event_id
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import RecordParticipation
from chalicelib.domain.decider import INITIAL, Refusal, advance, decide
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION, Generation, Generations
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, PERSON, SOURCES
from chalicelib.eventlog.codec import encode
from chalicelib.metrics import Metrics
from chalicelib.projections.engine import Engine
from chalicelib.projections.positions import Positions
from chalicelib.projections.projector import Projector
from chalicelib.projections.rows import RefusedRow, Row, fits
from chalicelib.projections.set_aside import SetAside
from chalicelib.projections.store_faults import MAX_ITEM_BYTES
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore

EVENTS = 1_000
ROUNDS = 25
NOW = 1_780_286_400_000
SHARD = f"shardId-{NOW:020d}-0a1b2c3d"

_STREAM = "arn:aws:dynamodb:eu-central-1:123456789012:table/events/stream/2026-06-01T00:00:00.000"
_ORGANISATIONS = tuple(one for one in PARTICIPANT_TYPES if one != PERSON)
_CAMPAIGN = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")


class _Rows(InMemoryRowStore):
    """Checks each row as the store in DynamoDB does before it sends it, and leaves it at that."""

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        """Return the rows that are too large."""
        return [RefusedRow(row, "too large") for row in rows if not fits(row, MAX_ITEM_BYTES)]


class _NoTable:
    """A client of DynamoDB that takes the projector's position and sends nothing."""

    def put_item(self, **_: object) -> None:
        """Take an item."""


def payload(first: int, draw: random.Random) -> str:
    """Return the JSON of an invocation with a batch of events, as Lambda hands it over.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
    """
    invocation = {
        "Records": [_record(first + n, draw) for n in range(EVENTS)],
        "window": {"start": "2026-06-01T04:00:00Z", "end": "2026-06-01T04:00:30Z"},
        "state": {},
        "shardId": SHARD,
        "eventSourceARN": _STREAM,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
    return json.dumps(invocation, separators=(",", ":"))


def _record(number: int, draw: random.Random) -> dict[str, Any]:
    """Return the record of a newcomer's act: three in ten are organisations."""
    participant_type = draw.choice(_ORGANISATIONS) if draw.random() < 0.3 else PERSON
    act = Act(
        kind=draw.choice(KINDS),
        participant_type=participant_type,
        place=draw.choice(list(regions())),
        source=draw.choice(SOURCES),
        token="AbCdEfGh",
        name=None if participant_type == PERSON else f"{draw.randrange(200):016d}",
        people=draw.randint(1, 30),
        minutes=60 * draw.randint(0, 8),
        pledged=Money("KZT", draw.randint(1, 90_000)) if draw.random() < 0.4 else None,
    )
    at = NOW + number * 50
    command = RecordParticipation(_CAMPAIGN, act, secrets.token_urlsafe(16), secrets.token_urlsafe(16), at)
    decision = decide(command, INITIAL)
    if isinstance(decision, Refusal):
        raise TypeError(decision.code)
    recorded = RecordedEvent(f"2026/{secrets.token_urlsafe(16)}", 1, new_event_id(at), at, decision[0])
    return {
        "eventID": secrets.token_hex(16),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": at // 1000,
            "Keys": {"stream": {"S": recorded.stream}, "version": {"N": "1"}},
            "NewImage": encode(recorded, advance(INITIAL.carry, decision[0])),
            "SequenceNumber": str(10**22 + number),
            "SizeBytes": 600,
            "StreamViewType": "NEW_IMAGE",
        },
        "eventSourceARN": _STREAM,
    }


def _projector(generation: Generation) -> Projector:
    no_table: Any = _NoTable()
    return Projector(
        Engine(InMemoryStateStore(), lambda: NOW),
        _Rows(),
        SetAside(no_table, "", no_table, "", Metrics(lambda: NOW)),
        Positions(no_table, ""),
        lambda _: [SHARD],
        lambda: {_CAMPAIGN.id: Generations((generation,))},
        lambda *_: None,
        lambda: NOW,
    )


def main() -> None:
    """Measure on read models in memory, and print the figures."""
    draw = random.Random(1)
    payloads = [payload(n * EVENTS, draw) for n in range(ROUNDS + 1)]
    parts = {
        "sums": Generation(FIRST_GENERATION, sums_alone=True),
        "all read models": Generation(FIRST_GENERATION),
    }
    python = ".".join(map(str, sys.version_info[:2]))
    print(f"batch of {EVENTS:,} events, payload of {len(payloads[0]):,} characters")
    print(f"median CPU of {ROUNDS} rounds, Python {python}")
    print(f"  {'':16} projector  json.loads  ratio (budget 1.0)")
    for name, generation in parts.items():
        measured = _measured(_projector(generation), payloads)
        print(f"  {name:16} {measured.subject:6.2f} ms   {measured.peer:6.2f} ms  {measured.ratio:5.2f}")


def _measured(projector: Projector, payloads: Sequence[str]) -> Pair:
    following = iter(payloads)
    # As a process of Lambda does once it has started.
    gc.freeze()

    def apply() -> float:
        invocation = json.loads(next(following))
        # Neither side looks through what the other one left.
        gc.collect()
        return cpu_ms(lambda: projector.handle(invocation))

    def load() -> float:
        gc.collect()
        return cpu_ms(lambda: json.loads(payloads[0]))

    return pair(apply, load, ROUNDS)


if __name__ == "__main__":
    main()
