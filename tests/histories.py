"""Histories of a campaign, made by random commands through the decider: what any projection may be given."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from chalicelib.domain.campaign import Campaign, Limits
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
from chalicelib.domain.decider import INITIAL, Refusal, State, decide, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.vocabulary import KINDS, PARTICIPANT_TYPES, SOURCES
from chalicelib.eventlog.codec import encode

FIRST_MOMENT = 1_780_286_400_000
"""2026-06-01T04:00:00Z, 09:00 in Kazakhstan."""

names = st.sampled_from([None, "Үміт қоры", "ТОО «Ромашка»", "School № 5, Almaty"])
places = st.sampled_from(["KZ-10", "KZ-71", "KZ-75", "DE", "US"])
amounts = st.none() | st.builds(Money, st.sampled_from(["KZT", "USD"]), st.integers(1, 20_000_000))
acts = st.builds(
    Act,
    kind=st.sampled_from(KINDS),
    participant_type=st.sampled_from(PARTICIPANT_TYPES),
    place=places,
    source=st.sampled_from(SOURCES),
    topic=st.sampled_from([None, "fundraising"]),
    organisation=names,
    people=st.integers(1, 1_200),
    hours=st.integers(0, 100),
    amount=amounts,
)
changes = st.builds(Changes, place=st.none() | places, people=st.none() | st.integers(1, 50), organisation=names)


def campaign(campaign_id: str) -> Campaign:
    """Return an open campaign with limits low enough that some acts wait for review."""
    return Campaign(
        id=campaign_id,
        names={"kk": "Марафон", "ru": "Марафон", "en": "Marathon"},
        state="live",
        limits=Limits(people=1_000),
    )


@st.composite
def commands(draw: st.DrawFn) -> tuple[int, Command]:
    """Draw a participant's number and a command to it."""
    participant = draw(st.integers(0, 3))
    moderated: dict[str, Any] = {"participation": draw(st.integers(1, 6)), "reason": "checked", "by": "token"}
    choice = draw(st.integers(0, 9))
    if choice < 5:
        submission = f"s{draw(st.integers(0, 12))}"
        act = draw(acts)
        return participant, RecordParticipation(campaign("2026"), act, submission, f"fingerprint {act.people}")
    kinds: Sequence[Command] = (
        ApproveParticipation(**moderated),
        RejectParticipation(**moderated),
        WithdrawParticipation(**moderated),
        CorrectParticipation(changes=draw(changes), **moderated),
        EraseParticipant(),
    )
    return participant, kinds[choice - 5]


@st.composite
def histories(draw: st.DrawFn, most: int = 40) -> list[RecordedEvent]:
    """Draw the events of a campaign, in the order in which they were recorded."""
    states: dict[int, State] = {}
    events: list[RecordedEvent] = []
    for number, (participant, command) in enumerate(draw(st.lists(commands(), max_size=most))):
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


def in_campaign(events: Sequence[RecordedEvent], campaign_id: str) -> list[RecordedEvent]:
    """Return the same history in another campaign."""
    return [
        msgspec.structs.replace(event, stream=f"{campaign_id}/{event.stream.partition('/')[2]}") for event in events
    ]


def stream_record(recorded: RecordedEvent, sequence: int) -> dict[str, Any]:
    """Return the record of an event as the log's stream delivers it."""
    image = encode(recorded, INITIAL.carry)
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
