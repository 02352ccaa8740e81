"""What is known of a person, and how it is erased: found by any detail that they gave.

Who is known by a detail, or only gave it besides, is found alike. A person is erased whole; so is an organisation that
is one person, or that is asked for itself. Of another organisation its contact person is erased, and it stays.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from uuid import uuid4

import msgspec

from chalicelib.aws.items import Item
from chalicelib.clock import new_event_id
from chalicelib.domain.commands import EraseParticipant
from chalicelib.domain.decider import decide
from chalicelib.domain.events import Event, ParticipantErased, ParticipationCorrected, RecordedEvent
from chalicelib.domain.identity import Contact, details, is_sole_trader
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import PERSON
from chalicelib.eventlog.log import EventLog, ExpectedVersionConflict
from chalicelib.eventlog.transactions import ConditionsFailed, Congested, Transactions
from chalicelib.intake.participation_requests import Person
from chalicelib.participations.appending import MAX_ATTEMPTS, Busy, append, pause
from chalicelib.participations.contacts import ActNote, Contacts, StoredContact
from chalicelib.participations.names import Names


class Parked(Protocol):
    """Deliveries that wait, as far as they are a person's."""

    def erase(self, campaign: str, details: Sequence[str]) -> int:
        """Delete the deliveries of a campaign, or of none yet, that hold one of these details; return how many."""

    def held(self, campaign: str, details: Sequence[str]) -> list[dict[str, object]]:
        """Return the contents of such deliveries."""


class Erased(msgspec.Struct, frozen=True):
    """What was erased: participants who are not known any more, contact persons of organisations, names, deliveries."""

    participants: int
    contact_persons: int
    names: int
    parked: int


class Held(msgspec.Struct, frozen=True):
    """What is held of a participant: what they gave, what was said beside their acts, and which acts those were."""

    contact: StoredContact
    notes: list[ActNote]
    acts: list[RecordedEvent]


class PersonalData:
    """Finds, tells and erases what is held of persons, in every place where it may be."""

    def __init__(
        self,
        log: EventLog,
        contacts: Contacts,
        names: Names,
        parked: Parked,
        transactions: Transactions,
        now: Callable[[], int],
        sleep: Callable[[float], None],
    ) -> None:
        self._log = log
        self._contacts = contacts
        self._names = names
        self._parked = parked
        self._transactions = transactions
        self._now = now
        self._sleep = sleep

    def erase(self, campaign: str, person: Person) -> Erased:
        """Erase a person from a campaign; also where nobody is known by what is given. May be repeated at will.

        A contact, what leads to it and the event that tells of it go together, after all else: whatever is cut short is
        completed by asking again.

        Raises:
            Busy: somebody keeps writing at the same time.
        """
        # First of all, so that no replay brings back who is erased after it.
        parked = self._parked.erase(campaign, details(person.contact))
        found = self._contacts.found_by(campaign, person.contact, person.place)
        parked += self._parked.erase(campaign, _known_by(found, person.contact))
        participants = contact_persons = names = 0
        for contact in found:
            if _is_whole(contact, person.contact):
                participants += 1
                names += self._erase_participant(contact)
            else:
                contact_persons += 1
                self._erase_person(contact)
        return Erased(participants, contact_persons, names, parked)

    def erase_all(self, campaign: str) -> int:
        """Erase every participant of a campaign, as after a rehearsal; return how many. Reads the whole table.

        Raises:
            Busy: somebody keeps writing at the same time.
        """
        contacts = [contact for contact, _ in self._contacts.of_campaign(campaign)]
        for contact in contacts:
            self._erase_participant(contact)
        self._contacts.forget_counts(campaign)
        return len(contacts)

    def held(self, campaign: str, person: Person) -> tuple[list[Held], list[dict[str, object]]]:
        """Return what is held of a person in a campaign, and the contents of their deliveries that wait."""
        found = self._contacts.found_by(campaign, person.contact, person.place)
        held = [Held(c, self._contacts.notes(c), list(self._log.stream(c.stream))) for c in found]
        return held, self._parked.held(campaign, [*details(person.contact), *_known_by(found, person.contact)])

    def withdraw_consent(self, campaign: str, person: Person, by: str) -> int:
        """Note that a person withdrew their consents, by a channel; return how many stood until then."""
        found = self._contacts.found_by(campaign, person.contact, person.place)
        return sum(self._contacts.withdraw_consents(contact, self._now(), by) for contact in found)

    def _erase_participant(self, contact: StoredContact) -> int:
        """Erase a participant; return how many names went with it."""
        names = set[str]()
        for number in range(MAX_ATTEMPTS):
            state = self._log.newest(contact.stream)
            self._contacts.forget_acts(contact)
            # Each time: whoever gets before us may have written the name again.
            names |= self._erase_names(contact)
            decision = decide(EraseParticipant(), state)
            if not isinstance(decision, tuple) or not decision:
                return len(names)
            now = self._now()
            recorded = RecordedEvent(contact.stream, state.version + 1, new_event_id(now), now, decision[0])
            try:
                append(self._log, recorded, state, self._contacts.erased(contact))
            except ExpectedVersionConflict as conflict:
                current = self._current(contact, conflict.also)
                if current is None:
                    return len(names)
                contact = current
                pause(self._sleep, number)
            else:
                return len(names)
        raise Busy(contact.stream)

    def _erase_person(self, contact: StoredContact) -> None:
        for number in range(MAX_ATTEMPTS):
            self._contacts.forget_acts(contact)
            try:
                self._transactions.write(self._contacts.without_person(contact), token=str(uuid4()))
            except ConditionsFailed as failed:
                current = self._current(contact, failed.stored)
                if current is None:
                    return
                contact = current
                pause(self._sleep, number)
            except Congested:
                break
            else:
                return
        raise Busy(contact.stream)

    def _current(self, contact: StoredContact, stored: Mapping[int, Item]) -> StoredContact | None:
        """Return a contact as it is by what stood in the way, None where somebody else erased it in the meantime."""
        if 0 not in stored:
            return contact
        current = self._contacts.read(stored[0])
        return current if current is not None and current.participant == contact.participant else None

    def _erase_names(self, contact: StoredContact) -> set[str]:
        """Delete the names of an organisation that is one person; return their ids."""
        if contact.participant_type == PERSON or not is_sole_trader(contact.given):
            return set()
        ids = {name for recorded in self._log.stream(contact.stream) for name in _names(recorded.event)}
        if ids:
            self._names.erase(contact.campaign, sorted(ids))
        return ids


def _is_whole(contact: StoredContact, sought: Contact) -> bool:
    """Whether all of a participant is erased with who is sought: nothing of it is anybody else's."""
    if contact.participant_type == PERSON or contact.known_by in ("phone", "email", "user"):
        return True
    asked_for = set(details(sought, contact.place)) & set(details(contact.given, contact.place))
    return is_sole_trader(contact.given) or any(detail.startswith(("bin ", "name ")) for detail in asked_for)


def _known_by(found: Sequence[StoredContact], sought: Contact) -> list[str]:
    """Return what participants are known by who are erased whole: a delivery with it would bring them back.

    What they gave besides may be somebody else's too, an e-mail of a school for one.
    """
    return [
        detail
        for contact in found
        if _is_whole(contact, sought)
        for detail in details(contact.given, contact.place)
        if detail.startswith(f"{contact.known_by} ")
    ]


def _names(event: Event) -> set[str]:
    """Return the ids of the names that an event holds."""
    match event:
        case ParticipationCorrected():
            acts: tuple[Act, ...] = (event.before, event.after)
        case ParticipantErased():
            acts = ()
        case _:
            acts = (event.act,)
    return {act.name for act in acts if act.name is not None}
