"""Record, moderate and erase: identify, decide, append.

Everything that asks for an event comes through here, whichever channel it came by.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime

import msgspec

from chalicelib.clock import new_event_id, new_participant
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import Command, EraseParticipant, RecordParticipation
from chalicelib.domain.decider import INITIAL, Participation, Refusal, State, decide
from chalicelib.eventlog.log import EventLog, ExpectedVersionConflict
from chalicelib.intake.participations import Draft
from chalicelib.metrics import Metrics
from chalicelib.participations.contacts import Contacts
from chalicelib.participations.keys import Keys, PublicId

MAX_ATTEMPTS = 30
FIRST_PAUSE_SECONDS = 0.01
MAX_PAUSE_SECONDS = 0.25

RETENTION_AFTER_CAMPAIGN_SECONDS = 180 * 24 * 3600
"""How long contacts are kept past the campaign's end, or from the last act where no end is set."""


class Refused(Exception):
    """The rules say no; nothing was written to the log."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Busy(Exception):
    """Too many writers at one stream; nothing was written, and the same request may be sent again."""


class ParticipationResult(msgspec.Struct, frozen=True):
    """A participation as it stands; `repeated` where this submission had been recorded before."""

    id: PublicId
    participation: Participation
    repeated: bool = False


class Participations:
    """The service behind every channel, over the log and the contacts."""

    def __init__(
        self,
        log: EventLog,
        contacts: Contacts,
        keys: Keys,
        metrics: Metrics,
        now: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._log = log
        self._contacts = contacts
        self._keys = keys
        self._metrics = metrics
        self._now = now
        self._sleep = sleep

    def record(
        self, campaign: Campaign, draft: Draft, submission_id: str, *, signed: bool = True
    ) -> ParticipationResult:
        """Record one participation once, however often it is sent.

        `submission_id` is unique within the draft's source.

        Raises:
            Refused: the campaign takes none, or the id was used for another content.
            Busy: the stream is contended.
        """
        source = draft.act.source
        try:
            outcome = self._record(campaign, draft, submission_id, signed)
        except Refused:
            self._metrics.write(source, Refused=1)
            raise
        self._metrics.write(source, **{"Repeated" if outcome.repeated else "Accepted": 1})
        return outcome

    def find(self, public: PublicId) -> ParticipationResult | None:
        """Return what became of a participation, or None where there is none of this id."""
        participation = self._log.since(public.stream, public.version).participations.get(public.version)
        return None if participation is None else ParticipationResult(public, participation)

    def moderate(self, public: PublicId, command: Command) -> ParticipationResult:
        """Carry out a moderator's decision on a participation.

        Raises:
            Refused: the participation is unknown or its state does not allow it.
            Busy: the stream is contended.
        """
        state = self._log.since(public.stream, public.version)
        _, state, _ = self._follow(public.stream, state, command, since=public.version)
        return ParticipationResult(public, state.participations[public.version])

    def erase(self, campaign: str, identity: str) -> None:
        """Erase a person from a campaign; also where nobody is known by this identity.

        The event comes first: a crash in between is mended by asking again.

        Raises:
            Busy: the stream is contended.
        """
        key = self._keys.identity(campaign, identity)
        participant = self._contacts.find(key)
        if participant is None:
            return
        stream = f"{campaign}/{participant}"
        self._follow(stream, self._log.newest(stream), EraseParticipant())
        self._contacts.forget(key, participant)

    def _record(self, campaign: Campaign, draft: Draft, submission_id: str, signed: bool) -> ParticipationResult:
        source = draft.act.source
        command = RecordParticipation(
            campaign=campaign,
            act=draft.act,
            submission=self._keys.submission(source, submission_id),
            fingerprint=self._keys.fingerprint(msgspec.json.encode(draft)),
            occurred_at=draft.occurred_at,
            signed=signed,
        )
        participant, may_be_known = self._participant(campaign, draft, submission_id)
        public = PublicId(campaign.id, participant, 0)
        state = self._log.newest(public.stream) if may_be_known else INITIAL
        version, state, appended = self._follow(public.stream, state, command)
        if not appended:
            version = state.submitted(command.submission) or 0
        return ParticipationResult(
            msgspec.structs.replace(public, version=version), state.participations[version], not appended
        )

    def _participant(self, campaign: Campaign, draft: Draft, submission_id: str) -> tuple[str, bool]:
        """Return the participant and whether its stream may hold events already."""
        if draft.identity is None:
            # An open campaign learns of a repeat from the append that fails, a closed one appends nothing.
            return self._keys.anonymous(campaign.id, draft.act.source, submission_id), not campaign.accepts
        key = self._keys.identity(campaign.id, draft.identity)
        if campaign.accepts:
            assigned = self._contacts.assign(key, draft.contact, new_participant(), self._expiry(campaign))
            return assigned.participant, not assigned.newcomer
        # Nothing is kept of a newcomer to a closed campaign; a repeat of what was recorded is still answered as one.
        known = self._contacts.find(key)
        return (known, True) if known else (new_participant(), False)

    def _follow(self, stream: str, state: State, command: Command, since: int | None = None) -> tuple[int, State, bool]:
        """Decide and append until it holds; return the newest version, the state and whether anything was appended."""
        for attempt in range(MAX_ATTEMPTS):
            if isinstance(command, RecordParticipation):
                state = self._log.knowing(stream, state, command.submission)
            decision = decide(command, state)
            if isinstance(decision, Refusal):
                raise Refused(decision)
            if not decision:
                return state.version, state, False
            (event,) = decision
            now = self._now()
            try:
                _, after = self._log.append(stream, state, event, new_event_id(now), now)
            except ExpectedVersionConflict as conflict:
                state = conflict.state if since is None else self._log.since(stream, since)
                self._pause(attempt)
            else:
                return after.version, after, True
        raise Busy(stream)

    def _pause(self, attempt: int) -> None:
        # Nobody waits after the first lost race: a newcomer's second act is decided on the first one at once.
        if attempt:
            longest = min(FIRST_PAUSE_SECONDS * 2**attempt, MAX_PAUSE_SECONDS)
            self._sleep(random.uniform(0, longest))  # noqa: S311  jitter

    def _expiry(self, campaign: Campaign) -> int:
        closes = datetime.fromisoformat(campaign.closes).timestamp() if campaign.closes else 0
        return int(max(closes, self._now() / 1000)) + RETENTION_AFTER_CAMPAIGN_SECONDS
