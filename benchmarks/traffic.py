"""Events as the log's stream delivers them: decided one after the other, of whatever there was before."""

import secrets
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import msgspec

from chalicelib.clock import new_event_id
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import ApproveParticipation, Command, RecordParticipation
from chalicelib.domain.decider import INITIAL, Refusal, State, decide, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import regions
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, PERSON, SOURCES, ParticipantType
from chalicelib.eventlog.codec import encode

CAMPAIGN = Campaign(id="2026", names={"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}, state="live")
HOUR = 1_780_286_400_000
"""The hour in which everything measured is recorded: 2026-06-01T04:00:00Z."""

NOW = HOUR + 59 * 60_000
EVENTS = 1_000
"""Of a batch."""

_FIRST_SEQUENCE = 10**22
_ORGANISATIONS = tuple(kind for kind in PARTICIPANT_TYPES if kind != PERSON)


class Stream(msgspec.Struct):
    """A participant's stream, as its newest event left it, with what the next act of it is like."""

    name: str
    participant_type: ParticipantType
    organisation: str | None
    state: State = INITIAL


class Traffic:
    """Draws acts of one campaign. `organisations` and `waiting` are the streams that later acts are drawn from."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed)
        self._count = 0
        self.regions: Sequence[str] = tuple(regions())
        self.organisations: list[Stream] = []
        self.waiting: list[Stream] = []

    def persons(self, count: int, at: int) -> Iterator[dict[str, Any]]:
        """Yield the records of acts of so many new persons."""
        return (self._act(self._person(), at) for _ in range(count))

    def in_review(self, count: int, at: int) -> Iterator[dict[str, Any]]:
        """Yield the records of acts of so many new persons that wait for a moderator."""
        for _ in range(count):
            stream = self._person()
            self.waiting.append(stream)
            yield self._act(stream, at, people=CAMPAIGN.limits.people + 1)

    def new_organisations(self, count: int, at: int, names: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """Yield the records of the first acts of so many organisations, under given names or each one of its own."""
        for _ in range(count):
            name = self._draw.choice(names) if names else name_of(len(self.organisations))
            stream = Stream(_stream_name(), self._draw.choice(_ORGANISATIONS), name)
            self.organisations.append(stream)
            yield self._act(stream, at)

    def returning(self, count: int, at: int) -> Iterator[dict[str, Any]]:
        """Yield the records of further acts of so many organisations."""
        return (self._act(stream, at) for stream in self._draw.sample(self.organisations, count))

    def approved(self, count: int, at: int) -> Iterator[dict[str, Any]]:
        """Yield the records of so many decisions of a moderator, by which what waits counts."""
        for _ in range(count):
            place = self._draw.randrange(len(self.waiting))
            self.waiting[place], self.waiting[-1] = self.waiting[-1], self.waiting[place]
            stream = self.waiting.pop()
            (receipt,) = stream.state.acts
            yield self._decided(stream, ApproveParticipation(receipt, "checked", "AbCdEfGh"), at)

    def opening(self, at: int, names: Sequence[str]) -> list[dict[str, Any]]:
        """Return a batch that needs nothing before it."""
        return [*self.persons(600, at), *self.new_organisations(200, at, names), *self.in_review(200, at)]

    def batch(self, at: int, names: Sequence[str]) -> list[dict[str, Any]]:
        """Return a batch of all that happens: persons, organisations that are new and that return, and review."""
        batch = [
            *self.persons(500, at),
            *self.returning(150, at),
            *self.new_organisations(150, at, names),
            *self.approved(100, at),
            *self.in_review(100, at),
        ]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        self._draw.shuffle(batch)
        for record, number in zip(batch, numbers, strict=True):
            record["dynamodb"]["SequenceNumber"] = number
        return batch

    def _act(self, stream: Stream, at: int, people: int | None = None) -> dict[str, Any]:
        draw = self._draw
        act = Act(
            kind=draw.choice(KINDS),
            participant_type=stream.participant_type,
            place=stream.state.carry.place or draw.choice(self.regions),
            source=draw.choice(SOURCES),
            token="AbCdEfGh",
            name=stream.organisation,
            people=people or draw.randint(1, 30),
            minutes=60 * draw.randint(0, 8),
            pledged=Money("KZT", draw.randint(1, 90_000)) if draw.random() < 0.4 else None,
        )
        return self._decided(stream, RecordParticipation(CAMPAIGN, act, _id(), _id(), at), at)

    def _decided(self, stream: Stream, command: Command, at: int) -> dict[str, Any]:
        decision = decide(command, stream.state)
        if isinstance(decision, Refusal):
            raise TypeError(decision.code)
        recorded = RecordedEvent(stream.name, stream.state.version + 1, new_event_id(at), at, decision[0])
        after = evolve(stream.state, recorded)
        # Of an organisation only the carry is needed: its acts would be kept for nothing.
        stream.state = after if stream.organisation is None else msgspec.structs.replace(after, acts={})
        self._count += 1
        return {
            "eventID": f"{self._count:032d}",
            "eventName": "INSERT",
            "dynamodb": {
                "NewImage": encode(recorded, after.carry),
                "SequenceNumber": str(_FIRST_SEQUENCE + self._count),
            },
        }

    @staticmethod
    def _person() -> Stream:
        return Stream(_stream_name(), PERSON, None)


def invocation(records: Sequence[dict[str, Any]], shard: str) -> dict[str, Any]:
    """Return the invocation that delivers some records of a shard."""
    return {"Records": records, "shardId": shard, "state": {}}


def name_of(number: int) -> str:
    """Return the id of the name of an organisation."""
    return f"{number:016d}"


def _stream_name() -> str:
    return f"{CAMPAIGN.id}/{_id()}"


def _id() -> str:
    return secrets.token_urlsafe(16)
