"""Given the events of a stream, when something is asked, then this follows."""

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import Command, RecordParticipation
from chalicelib.domain.decider import INITIAL, Refusal, RefusalCode, State, decide, evolve
from chalicelib.domain.events import Event, ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import Status

CAMPAIGN = Campaign(id="2026", names={"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}, state="live")
ACT = Act(kind="good_deed", participant_type="citizen", place="KZ-75", source="api")


def recorded_at(version: int) -> int:
    """Return when the event at a version of a specified stream was recorded."""
    return 1_780_286_400_000 + version


def fold(*events: Event) -> State:
    """Return the state after some events."""
    state = INITIAL
    for version, event in enumerate(events, start=1):
        state = evolve(state, RecordedEvent("2026/p", version, f"e{version}", recorded_at(version), event))
    return state


def record(receipt: str = "r1", act: Act = ACT, **members: object) -> RecordParticipation:
    """Return a command to record an act; the fingerprint follows from the act unless given."""
    command = RecordParticipation(CAMPAIGN, act, receipt, fingerprint=f"fingerprint of {act}", at=0)
    return msgspec.structs.replace(command, **members)


def recorded(receipt: str = "r1", act: Act = ACT, **members: object) -> ParticipationRecorded:
    """Return the event of an act that counted, and was its participant's first."""
    event = ParticipationRecorded(act, "counted", receipt, fingerprint=f"fingerprint of {act}", first=True)
    return msgspec.structs.replace(event, **members)


class Decision(msgspec.Struct, frozen=True):
    """What followed."""

    outcome: tuple[Event, ...] | Refusal

    def then(self, *events: Event) -> None:
        """Expect exactly these events."""
        assert self.outcome == events

    def then_nothing(self) -> None:
        """Expect that it is so already."""
        assert self.outcome == ()

    def then_refused(self, code: RefusalCode, status: Status | None = None) -> None:
        """Expect a refusal."""
        assert self.outcome == Refusal(code, status)


class Given(msgspec.Struct, frozen=True):
    """A stream as it is so far."""

    state: State

    def when(self, command: Command) -> Decision:
        """Ask for something."""
        return Decision(decide(command, self.state))


def given(*events: Event) -> Given:
    """Start from some events."""
    return Given(fold(*events))
