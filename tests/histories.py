"""Histories of a campaign, made by random commands through the decider: what any projection may be given."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import UNSET

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    Command,
    CorrectParticipation,
    EraseParticipant,
    RecordParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.decider import INITIAL, Carry, Refusal, State, advance, decide, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.limits import ActLimits, Limits, SumLimits
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES
from chalicelib.eventlog.codec import encode

FIRST_MOMENT = 1_780_286_400_000
"""2026-06-01T04:00:00Z, 09:00 in Kazakhstan."""

NAMES = (None, "name-of-a-fund", "name-of-a-firm", "name-of-a-school")
PLACES = ("KZ-10", "KZ-71", "KZ-75", "DE", "US")

_SEVERAL = SumLimits(acts=5, people=3_000, hours=200, amount={"KZT": 30_000_000, "EUR": 30_000_000})
LIMITS = Limits(
    people=1_000,
    person=_SEVERAL,
    organisation=_SEVERAL,
    two_moderators=ActLimits(people=1_100, hours=1_000, amount={"KZT": 15_000_000, "EUR": 10, "USD": 10**9}),
)
"""So low that some acts wait, for each reason."""
MODERATORS = ("token", "another token")

names = st.sampled_from(NAMES)
places = st.sampled_from(PLACES)
amounts = st.none() | st.builds(Money, st.sampled_from(["KZT", "USD", "EUR"]), st.integers(1, 20_000_000))
acts = st.builds(
    Act,
    kind=st.sampled_from(KINDS),
    participant_type=st.sampled_from(PARTICIPANT_TYPES),
    place=places,
    source=st.sampled_from(SOURCES),
    form=st.sampled_from([None, "meta/1/7"]),
    verified=st.booleans(),
    topic=st.sampled_from([None, "fundraising"]),
    name=names,
    people=st.integers(1, 1_200),
    minutes=st.sampled_from([0, 30, 90, 6_000]),
    pledged=amounts,
    confirmed=st.none() | amounts,
)
changes = st.builds(
    Changes,
    place=st.just(UNSET) | places,
    people=st.just(UNSET) | st.integers(1, 50),
    name=st.just(UNSET) | names,
    pledged=st.just(UNSET) | amounts,
)


def campaign(campaign_id: str) -> Campaign:
    """Return an open campaign in which some acts wait for review."""
    return Campaign(
        id=campaign_id,
        names={"kk": "Марафон", "ru": "Марафон", "en": "Marathon"},
        state="live",
        limits=LIMITS,
    )


@st.composite
def commands(draw: st.DrawFn, participants: int = 4) -> tuple[int, Command]:
    """Draw a participant's number and a command to it. A submission is one participant's."""
    participant = draw(st.integers(0, participants - 1))
    receipt = f"r{participant}.{draw(st.integers(0, 6))}"
    moderated: dict[str, Any] = {"receipt": receipt, "reason": "checked", "by": draw(st.sampled_from(MODERATORS))}
    choice = draw(st.integers(0, 9))
    if choice < 5:
        act = draw(acts)
        return participant, RecordParticipation(campaign("2026"), act, receipt, f"fingerprint {act.people}", at=0)
    kinds: Sequence[Command] = (
        ApproveParticipation(**moderated),
        RejectParticipation(**moderated),
        WithdrawParticipation(**moderated),
        CorrectParticipation(changes=draw(changes), limits=LIMITS, **moderated),
        EraseParticipant(),
    )
    return participant, kinds[choice - 5]


@st.composite
def histories(draw: st.DrawFn, max_size: int = 40) -> list[RecordedEvent]:
    """Draw the events of a campaign, in the order in which they were recorded."""
    states: dict[int, State] = {}
    events: list[RecordedEvent] = []
    for number, (participant, command) in enumerate(draw(st.lists(commands(), max_size=max_size))):
        state = states.get(participant, INITIAL)
        decision = decide(command, state)
        if isinstance(decision, Refusal):
            continue
        for event in decision:
            moment = FIRST_MOMENT + number * 45_000
            recorded = RecordedEvent(f"2026/p{participant}", state.version + 1, f"e{number}", moment, event)
            state = states[participant] = evolve(state, recorded)
            events.append(recorded)
    return events


def random_history(random: Random, count: int) -> list[RecordedEvent]:
    """Return a history of so many events, most of which go on with what was recorded."""
    states: dict[int, State] = {}
    events: list[RecordedEvent] = []
    while len(events) < count:
        participant = random.randrange(4)
        state = states.get(participant, INITIAL)
        decision = decide(_random_command(random, participant, state), state)
        if isinstance(decision, Refusal) or not decision:
            continue
        number = len(events)
        moment = FIRST_MOMENT + number * 45_000
        recorded = RecordedEvent(f"2026/p{participant}", state.version + 1, f"e{number}", moment, decision[0])
        states[participant] = evolve(state, recorded)
        events.append(recorded)
    return events


def _random_command(random: Random, participant: int, state: State) -> Command:
    if not state.acts or random.random() < 0.5:
        receipt = f"r{participant}.{state.version}"
        return RecordParticipation(campaign("2026"), _random_act(random), receipt, "fingerprint", at=0)
    moderated: dict[str, Any] = {
        "receipt": random.choice(list(state.acts)),
        "reason": "checked",
        "by": random.choice(MODERATORS),
    }
    changes = Changes(
        place=random.choice(PLACES),
        people=random.randint(1, 50),
        name=random.choice(NAMES),
        minutes=random.randint(0, 99),
    )
    kinds: Sequence[Command] = (
        ApproveParticipation(**moderated),
        RejectParticipation(**moderated),
        WithdrawParticipation(**moderated),
        CorrectParticipation(changes=changes, limits=LIMITS, **moderated),
        EraseParticipant(),
    )
    return random.choices(kinds, (4, 2, 3, 4, 1))[0]


def _random_act(random: Random) -> Act:
    return Act(
        kind=random.choice(KINDS),
        participant_type=random.choice(PARTICIPANT_TYPES),
        place=random.choice(PLACES),
        source=random.choice(SOURCES),
        form=random.choice([None, "meta/1/7", "tally/2/9"]),
        name=random.choice(NAMES),
        people=random.choice([1, 2, 30, 1_200]),
        minutes=random.choice([0, 30, 90, 6_000]),
        pledged=random.choice([None, Money("KZT", 7_000), Money("USD", 5), Money("EUR", 9)]),
        confirmed=random.choice([None, None, Money("KZT", 100)]),
    )


def in_campaign(events: Sequence[RecordedEvent], campaign_id: str) -> list[RecordedEvent]:
    """Return the same history in another campaign."""
    return [
        msgspec.structs.replace(event, stream=f"{campaign_id}/{event.stream.partition('/')[2]}") for event in events
    ]


def carries(events: Iterable[RecordedEvent]) -> list[Carry]:
    """Return the carry after each event; each stream has to be in its order."""
    current: dict[str, Carry] = {}
    found = []
    for recorded in events:
        current[recorded.stream] = advance(current.get(recorded.stream, Carry()), recorded.event)
        found.append(current[recorded.stream])
    return found


def stream_records(events: Sequence[RecordedEvent], first: int = 1) -> list[dict[str, Any]]:
    """Return the records of a whole history as the log's stream delivers them, numbered from `first` on."""
    pairs = zip(events, carries(events), strict=True)
    return [stream_record(recorded, number, carry) for number, (recorded, carry) in enumerate(pairs, first)]


def stream_record(recorded: RecordedEvent, sequence: int, carry: Carry | None = None) -> dict[str, Any]:
    """Return the record of an event as the log's stream delivers it, its carry that of a stream's first by default."""
    image = encode(recorded, advance(Carry(), recorded.event) if carry is None else carry)
    keys = {name: image[name] for name in ("stream", "version")}
    return {
        "eventID": f"{sequence:x}",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": recorded.recorded_at / 1000,
            "Keys": keys,
            "NewImage": image,
            "SequenceNumber": str(sequence).zfill(21),
            "SizeBytes": 500,
            "StreamViewType": "NEW_IMAGE",
        },
    }
