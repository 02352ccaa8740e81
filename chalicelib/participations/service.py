"""Record, moderate and look up: identify, decide, append.

Everything that asks for an event comes through here, whichever channel it came by.
"""

from collections.abc import Callable
from typing import cast

import msgspec
from msgspec import UNSET

from chalicelib.aws.items import Write
from chalicelib.clock import new_participant
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import CorrectParticipation, Moderation, RecordParticipation
from chalicelib.domain.decider import INITIAL, KnownAct, Refusal, State, decide, evolve
from chalicelib.domain.events import (
    ParticipationCorrected,
    ParticipationRecorded,
    RecordedEvent,
)
from chalicelib.domain.identity import is_sole_trader
from chalicelib.domain.names_on_air import first_state
from chalicelib.domain.participation import Act
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.vocabulary import NamesOnAir, NameState
from chalicelib.eventlog.log import EventLog, ExpectedVersionConflict
from chalicelib.intake.participation_requests import Correction, Draft, check_topic
from chalicelib.metrics import Metrics
from chalicelib.participations.appending import MAX_ATTEMPTS, Busy, append, following, pause, with_content
from chalicelib.participations.contacts import ActNote, Contacts, StoredContact, is_count
from chalicelib.participations.keys import Keys, is_receipt_id
from chalicelib.participations.names import Names, is_name, is_waiting
from chalicelib.participations.rates import Rates
from chalicelib.participations.retention import expiry


class Refused(Exception):
    """The rules say no; nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class SubmittedParticipation(msgspec.Struct, frozen=True):
    """What was sent once, however often it arrives.

    `id` is unique within the draft's source. `content` is what was sent, as bytes that are the same whenever the same
    is sent. `signed` says whether the sender was authenticated by a signature or a token, `names` what becomes of the
    name it brings.
    """

    id: str
    content: bytes
    draft: Draft
    signed: bool = True
    names: NamesOnAir = "after_approval"


class Recorded(msgspec.Struct, frozen=True):
    """What became of a submission; `repeated` where it had been recorded before."""

    receipt: Receipt
    repeated: bool = False


class CurrentAct(msgspec.Struct, frozen=True):
    """An act as it is now, with the name of its organisation unless that is hidden.

    `approvals_missing` is how many moderators have to approve it before it counts.
    """

    receipt: Receipt
    act: Act
    organisation: str | None = None
    approvals_missing: int = 0


class Moderated(msgspec.Struct, frozen=True):
    """What came of a moderator's decision: the event that was appended, and the act after it."""

    recorded: RecordedEvent
    current: CurrentAct


class Corrected(msgspec.Struct, frozen=True):
    """An act as it was before a correction, and as it is."""

    before: Act
    current: CurrentAct


class Participations:
    """The service behind every channel, over the log, the contacts and the names."""

    def __init__(
        self,
        log: EventLog,
        contacts: Contacts,
        names: Names,
        keys: Keys,
        rates: Rates,
        metrics: Metrics,
        now: Callable[[], int],
        sleep: Callable[[float], None],
    ) -> None:
        self._log = log
        self._contacts = contacts
        self._names = names
        self._keys = keys
        self._rates = rates
        self._metrics = metrics
        self._now = now
        self._sleep = sleep

    def record(self, campaign: Campaign, submission: SubmittedParticipation) -> Recorded:
        """Record one participation once, however often it is sent. A newcomer's and a repeat are one request.

        Raises:
            Invalid: the campaign has no such topic.
            Refused: the campaign takes none, or the id was used for another content.
            Busy: the stream is contended.
        """
        source = submission.draft.act.source
        try:
            recorded = self._record(campaign, submission)
        except Refused:
            self._metrics.write(source, Refused=1)
            raise
        self._metrics.write(source, **{"Repeated" if recorded.repeated else "Accepted": 1})
        return recorded

    def try_out(self, campaign: Campaign, submission: SubmittedParticipation) -> Recorded:
        """Tell what would become of a participation that nobody has sent before; nothing is read and nothing written.

        Raises:
            Invalid: the campaign has no such topic.
            Refused: the campaign takes none.
        """
        check_topic(submission.draft.act.topic, campaign.topics)
        command = self._command(campaign, submission)
        decision = decide(command, INITIAL)
        if isinstance(decision, Refusal):
            raise Refused(decision)
        recorded = following(f"{campaign.id}/{new_participant()}", INITIAL, decision[0], self._now())
        return Recorded(evolve(INITIAL, recorded).acts[command.receipt].receipt)

    def receipt_id(self, source: str, submission_id: str) -> str:
        """Return the id of a submission's receipt."""
        return self._keys.receipt(source, submission_id)

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return the receipt of a submission, None where it was not recorded."""
        return self._log.receipt(receipt_id) if is_receipt_id(receipt_id) else None

    def find(self, receipt: Receipt) -> CurrentAct:
        """Return an act as it is now."""
        return self._shown(with_content(self._log, receipt, INITIAL))

    def moderate(self, receipt: Receipt, command: Moderation) -> CurrentAct:
        """Carry out a moderator's decision on an act.

        Raises:
            Refused: the act's state does not allow it.
            Busy: the stream is contended.
        """
        return self.moderated(receipt, command).current

    def moderated(self, receipt: Receipt, command: Moderation) -> Moderated:
        """Carry out a moderator's decision on an act; return the event, too.

        Raises:
            Refused: the act's state does not allow it.
            Busy: the stream is contended.
        """
        return self._moderate(receipt, command, [])

    def correct(
        self,
        campaign: Campaign,
        receipt: Receipt,
        correction: Correction,
        by: str,
        region: str | None = None,
        names: NamesOnAir | None = None,
    ) -> Corrected:
        """Replace parts of an act, its organisation's name among them.

        `names` says what becomes of a name that a partner gives, who corrects what its own token recorded; a moderator
        vouches for it.

        Raises:
            Refused: the act's state or the limits do not allow it, or nothing would change.
            Busy: the stream is contended.
        """
        changes, also = correction.changes, list[Write]()
        organisation, of_own = correction.organisation, names is not None
        if organisation is None or (organisation is not UNSET and names == "never"):
            changes = msgspec.structs.replace(changes, name=None)
        elif organisation is not UNSET:
            name_id = self._keys.name(receipt.campaign, organisation)
            changes = msgspec.structs.replace(changes, name=name_id)
            also = self._named_anew(receipt.campaign, name_id, organisation, names or "shown")
        command = CorrectParticipation(receipt.id, changes, correction.reason, by, campaign.limits, region, of_own)
        moderated = self._moderate(receipt, command, also)
        return Corrected(cast("ParticipationCorrected", moderated.recorded.event).before, moderated.current)

    def _record(self, campaign: Campaign, submission: SubmittedParticipation) -> Recorded:
        draft = submission.draft
        source = draft.act.source
        command = self._command(campaign, submission)
        if campaign.closure(command.at) is not None or draft.act.topic not in (None, *campaign.topics):
            # Nothing is appended: only a repeat of what was recorded is answered as one.
            receipt = self._log.receipt(command.receipt)
            if receipt is None:
                check_topic(draft.act.topic, campaign.topics)
            return _repeated(command, INITIAL if receipt is None else _knowing(receipt))
        command = msgspec.structs.replace(command, above=self._rates.above(campaign, command.act, command.at))
        if draft.identity is None:
            participant = self._keys.anonymous(_scope(campaign), source, submission.id)
            return self._append_act(_Attempt(command, draft, submission.names, participant))
        return self._append_act(self._as_newcomer(_Attempt(command, draft, submission.names, new_participant())))

    def _command(self, campaign: Campaign, submission: SubmittedParticipation) -> RecordParticipation:
        draft = submission.draft
        return RecordParticipation(
            campaign=campaign,
            act=self._named(campaign, submission),
            receipt=self._keys.receipt(draft.act.source, submission.id),
            fingerprint=self._keys.fingerprint(campaign.id.encode() + b"\n" + submission.content),
            at=self._now(),
            occurred_at=draft.occurred_at,
            signed=submission.signed,
        )

    def _append_act(self, attempt: "_Attempt") -> Recorded:
        """Decide and append until it holds, as a newcomer first: what stands in the way says what is so instead."""
        for number in range(MAX_ATTEMPTS):
            decision = decide(attempt.asked, attempt.state)
            if isinstance(decision, Refusal) or not decision:
                return _repeated(attempt.command, attempt.state)
            (event,) = decision
            recorded = following(attempt.stream, attempt.state, event, self._now())
            try:
                after = append(self._log, recorded, attempt.state, self._beside(attempt, recorded))
            except ExpectedVersionConflict as conflict:
                attempt = self._after(attempt, conflict, number)
                pause(self._sleep, number)
            else:
                self._remember_name(attempt)
                return self._counted(attempt, after.acts[attempt.command.receipt].receipt)
        raise Busy(attempt.stream)

    def _counted(self, attempt: "_Attempt", receipt: Receipt) -> Recorded:
        """Return what became of a submission, counted for its sender if it counts."""
        if receipt.status == "counted":
            self._rates.count(attempt.command.campaign, attempt.command.act, receipt.recorded_at)
        return Recorded(receipt)

    def _after(self, attempt: "_Attempt", conflict: ExpectedVersionConflict, number: int) -> "_Attempt":
        """Return what is so by what stood in the way: a repeat, a returning participant, a limit, a lost race."""
        if conflict.receipt is not None:
            return msgspec.structs.replace(attempt, state=_knowing(conflict.receipt))
        if any(map(is_count, conflict.also.values())):
            attempt = msgspec.structs.replace(attempt, above_user=True)
        if names := list(filter(is_name, conflict.also.values())):
            attempt = msgspec.structs.replace(attempt, name_waits=is_waiting(names[0]))
        also = {place: item for place, item in conflict.also.items() if not is_count(item) and not is_name(item)}
        contact = self._contacts.read(also[0]) if 0 in also else attempt.returning
        if contact is None and attempt.contact is not None:
            return self._as_newcomer(attempt)
        participant = attempt.participant if contact is None else contact.participant
        state = conflict.state if participant == attempt.participant else None
        if state is None or number > 1:
            # Of the first race lost, the event that won it is enough; where many race, it is seldom the newest.
            state = self._log.newest(f"{attempt.command.campaign.id}/{participant}")
        if state.carry.erased:
            return self._as_newcomer(attempt)
        return msgspec.structs.replace(attempt, participant=participant, returning=contact, state=state)

    def _as_newcomer(self, attempt: "_Attempt") -> "_Attempt":
        """Return an attempt as of somebody who is not known, or not any more."""
        draft, campaign, participant = attempt.draft, attempt.command.campaign, new_participant()
        identity = draft.identity or ""
        contact = StoredContact(
            key=self._contacts.key(campaign.id, identity),
            campaign=campaign.id,
            participant=participant,
            participant_type=draft.act.participant_type,
            place=draft.act.place,
            known_by=identity.split(" ", 2)[1],
            given=draft.contact,
            expires_at=expiry(campaign, self._now()),
        )
        return msgspec.structs.replace(attempt, participant=participant, contact=contact, returning=None, state=INITIAL)

    def _beside(self, attempt: "_Attempt", recorded: RecordedEvent) -> list[Write]:
        """Return what is written with an act: the contact first, then what was said beside it, and its name."""
        draft, campaign = attempt.draft, attempt.command.campaign
        writes: list[Write] = []
        contact = attempt.returning or attempt.contact
        if attempt.returning is not None:
            expires_at = expiry(campaign, recorded.recorded_at)
            writes += self._contacts.filled_in(attempt.returning, draft.contact, expires_at)
        elif attempt.contact is not None:
            writes += self._contacts.new(attempt.contact)
        if contact is not None:
            note = ActNote(recorded.version, recorded.recorded_at, draft.act.source, draft.note, draft.consent)
            writes += self._contacts.act(contact, note, attempt.command.receipt)
        event, user = recorded.event, draft.contact.user
        if user is not None and isinstance(event, ParticipationRecorded) and event.first:
            limit = campaign.limits.user_participants
            expires_at = expiry(campaign, recorded.recorded_at)
            writes.append(self._contacts.participant_of(campaign.id, user, limit, expires_at))
        act, name = attempt.command.act, draft.contact.organisation
        if act.name is not None and name is not None:
            writes += self._naming(attempt, act.name, name, recorded.recorded_at)
        return writes

    def _naming(self, attempt: "_Attempt", name_id: str, name: str, at: int) -> list[Write]:
        campaign = attempt.command.campaign.id
        if attempt.name_waits:
            return self._names.vouched(campaign, name_id, name, at)
        return self._names.given(campaign, name_id, name, _first_state(attempt, name), at)

    def _named_anew(self, campaign: str, name_id: str, name: str, names: NamesOnAir) -> list[Write]:
        """Return what stores a name that a correction gives: it is shown, or waits, unless it is hidden."""
        if names != "shown":
            return self._names.given(campaign, name_id, name, "waiting", self._now())
        stored = self._names.read(campaign, [name_id]).get(name_id)
        if stored is not None and stored.state == "waiting":
            return self._names.vouched(campaign, name_id, name, self._now())
        return self._names.given(campaign, name_id, name, "shown", self._now())

    def _remember_name(self, attempt: "_Attempt") -> None:
        name_id, name = attempt.command.act.name, attempt.draft.contact.organisation
        # A sole trader's name is a person's, and may be erased.
        if name_id is not None and name is not None and not is_sole_trader(attempt.draft.contact):
            self._names.remember(attempt.command.campaign.id, name_id, _first_state(attempt, name))

    def _moderate(self, receipt: Receipt, command: Moderation, also: list[Write]) -> Moderated:
        for number in range(MAX_ATTEMPTS):
            state = self._log.newest(receipt.stream)
            state = msgspec.structs.replace(state, acts={receipt.id: with_content(self._log, receipt, state)})
            decision = decide(command, state)
            if isinstance(decision, Refusal):
                raise Refused(decision)
            (event,) = decision
            recorded = following(receipt.stream, state, event, self._now())
            try:
                after = append(self._log, recorded, state, also)
            except ExpectedVersionConflict as conflict:
                receipt = conflict.receipt or receipt
                pause(self._sleep, number)
            else:
                return Moderated(recorded, self._shown(after.acts[receipt.id]))
        raise Busy(receipt.stream)

    def _shown(self, known: KnownAct) -> CurrentAct:
        act = known.act
        if act is None:
            raise LookupError(f"of act {known.receipt.id} only the receipt is known")
        if act.name is None:
            return CurrentAct(known.receipt, act, approvals_missing=known.approvals_missing)
        names = self._names.texts(known.receipt.campaign, [act.name])
        return CurrentAct(known.receipt, act, names.get(act.name), known.approvals_missing)

    def _named(self, campaign: Campaign, submission: SubmittedParticipation) -> Act:
        draft, name = submission.draft, submission.draft.contact.organisation
        if name is None or submission.names == "never":
            return draft.act
        return msgspec.structs.replace(draft.act, name=self._keys.name(campaign.id, name))


class _Attempt(msgspec.Struct, frozen=True):
    """A record on its way into the log: `contact` is to be made, `returning` is that of a participant who is known.

    Without either nobody is known by what was given. `above_user` says that as many participants count by the user
    who signed in as may, `name_waits` that a name for which this sender vouches waits for a moderator.
    """

    command: RecordParticipation
    draft: Draft
    names: NamesOnAir
    participant: str
    contact: StoredContact | None = None
    returning: StoredContact | None = None
    state: State = INITIAL
    above_user: bool = False
    name_waits: bool = False

    @property
    def asked(self) -> RecordParticipation:
        """What the stream is asked for. Only what would count is counted for its user, so this is its only reason."""
        if not self.above_user or self.state.carry.counted:
            return self.command
        return msgspec.structs.replace(self.command, above=("user",))

    @property
    def stream(self) -> str:
        """The stream that it is appended to."""
        return f"{self.command.campaign.id}/{self.participant}"


def _first_state(attempt: _Attempt, name: str) -> NameState:
    return first_state(attempt.names, attempt.command.act, name)


def _scope(campaign: Campaign) -> str:
    """Return what a participant who is known by a submission alone is of: who rehearsed with it is another one."""
    return f"{campaign.id}@{campaign.since}" if campaign.since else campaign.id


def _knowing(receipt: Receipt) -> State:
    return State(acts={receipt.id: KnownAct(receipt)})


def _repeated(command: RecordParticipation, state: State) -> Recorded:
    """Return the answer to what cannot be appended.

    Raises:
        Refused: it is no repeat either.
    """
    decision = decide(command, state)
    if isinstance(decision, Refusal):
        raise Refused(decision)
    return Recorded(state.acts[command.receipt].receipt, repeated=True)
