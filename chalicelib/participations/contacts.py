"""Who the participants are: the only place of personal data, and the only way from a person to a stream.

Everything of a participant is under one key, an HMAC of the campaign and who it is: what was given of them (`contact`)
and, for each act with one, a note or a consent (`act <version>`). Under the key of each further detail stand the keys
of the contacts that it leads to; under that of a signed-in user of a provider, how many participants began to count by
them (`count`). All of it goes by itself some time after the campaign.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.aws.items import Item, Write
from chalicelib.aws.tables import TableModel, for_table, is_lost_condition
from chalicelib.domain.identity import Consent, Contact, details
from chalicelib.domain.vocabulary import ParticipantType
from chalicelib.participations.keys import Keys

_CONTACT = "contact"
_ACT = "act "
_COUNT = "count"
_DETAILS = ("name", "phone", "email", "user", "organisation", "bin")
RENEWAL_SECONDS = 30 * 24 * 3600
"""By how much a contact goes too early before a returning participant renews it."""

_PERSONAL = ("name", "phone", "email", "user", "verified")
"""What a contact holds of the person who acts for an organisation."""


class ContactItem(TableModel):
    """One part of what is known of a participant, or a detail that leads to them; `expires_at` in epoch seconds."""

    key = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    campaign = UnicodeAttribute()
    expires_at = NumberAttribute()
    # Of a contact.
    participant = UnicodeAttribute(null=True)
    participant_type = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    known_by = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    user = UnicodeAttribute(null=True)
    organisation = UnicodeAttribute(null=True)
    bin = UnicodeAttribute(null=True)
    verified = BooleanAttribute(null=True)
    # Of an act; `note_of` is the id of its receipt where there is a note.
    note_of = UnicodeAttribute(null=True)
    at = NumberAttribute(null=True)
    source = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    consent_text = UnicodeAttribute(null=True)
    consent_version = UnicodeAttribute(null=True)
    withdrawn_at = NumberAttribute(null=True)
    withdrawn_by = UnicodeAttribute(null=True)
    # Of a signed-in user.
    participants = NumberAttribute(null=True)


class StoredContact(msgspec.Struct, frozen=True):
    """A contact as it is stored; `participant` is the random id that the log knows them by.

    `known_by` says which kind of detail makes the key: `phone`, `email`, `user`, `bin` or `name`.
    """

    key: str
    campaign: str
    participant: str
    participant_type: ParticipantType
    place: str
    known_by: str
    given: Contact
    expires_at: int

    @property
    def stream(self) -> str:
        """The participant's stream."""
        return f"{self.campaign}/{self.participant}"


class ActNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was said beside an act: a note, or a consent with when it was given and withdrawn (epoch ms).

    `source` is the channel by which it came, `withdrawn_by` the one by which the consent was withdrawn.
    """

    version: int
    at: int
    source: str
    note: str | None = None
    consent: Consent | None = None
    withdrawn_at: int | None = None
    withdrawn_by: str | None = None


class Contacts:
    """The contacts of all campaigns in one table."""

    def __init__(self, table: str, keys: Keys) -> None:
        self._items = for_table(ContactItem, table)
        self._keys = keys

    def key(self, campaign: str, identity: str) -> str:
        """Return the key of who is known by an identity in a campaign."""
        return self._keys.identity(campaign, identity)

    def new(self, contact: StoredContact) -> list[Write]:
        """Return the writes of a newcomer: the contact, first, which must not be there, and what leads to it."""
        item = self._contact_item(contact)
        put = item.get_save_kwargs_from_instance(
            condition=ContactItem.key.does_not_exist(), return_values_on_condition_failure="ALL_OLD"
        )
        return [{"Put": put}, *self._leading_to(contact)]

    def filled_in(self, contact: StoredContact, given: Contact, expires_at: int) -> list[Write]:
        """Return the writes that add what a returning participant gave, none where that is nothing new.

        What a source does not vouch for fills in what is missing; what it does vouch for replaces what there was. The
        first write holds only while the contact is this participant's: nothing is brought back after an erasure. A
        contact that would go too early is stored until `expires_at` (epoch seconds).
        """
        added = {name: value for name in _DETAILS if (value := _addition(contact.given, given, name)) is not None}
        renewed = expires_at - contact.expires_at > RENEWAL_SECONDS
        verified = given.verified and not contact.given.verified
        if not added and not renewed and not verified:
            return []
        actions = [getattr(ContactItem, name).set(value) for name, value in added.items()]
        if verified:
            actions.append(ContactItem.verified.set(True))
        if renewed:
            actions.append(ContactItem.expires_at.set(expires_at))
        update = self._items(contact.key, _CONTACT).get_update_kwargs_from_instance(
            actions=actions,
            condition=self._is_of(contact),
            return_values_on_condition_failure="ALL_OLD",
        )
        after = msgspec.structs.replace(
            contact,
            given=msgspec.structs.replace(contact.given, **added),
            expires_at=expires_at if renewed else contact.expires_at,
        )
        return [{"Update": update}, *self._pointers_moved(contact, after, renewed)]

    def act(self, contact: StoredContact, note: ActNote, receipt: str) -> list[Write]:
        """Return the write of what was said beside the act of a receipt, none where that is nothing."""
        if note.note is None and note.consent is None:
            return []
        item = self._items(
            contact.key,
            f"{_ACT}{note.version:07d}",
            campaign=contact.campaign,
            expires_at=contact.expires_at,
            at=note.at,
            source=note.source,
            note=note.note,
            note_of=None if note.note is None else receipt,
            consent_text=note.consent.text if note.consent else None,
            consent_version=note.consent.version if note.consent else None,
        )
        return [{"Put": item.get_save_kwargs_from_instance()}]

    def participant_of(self, campaign: str, user: str, limit: int, expires_at: int) -> Write:
        """Return the write that counts one more participant for a signed-in user who has fewer than `limit`.

        Stored until `expires_at` (epoch seconds).
        """
        update = self._count(campaign, user).get_update_kwargs_from_instance(
            actions=[
                ContactItem.participants.add(1),
                ContactItem.campaign.set(campaign),
                ContactItem.expires_at.set(expires_at),
            ],
            condition=ContactItem.participants.does_not_exist() | (ContactItem.participants < limit),
            return_values_on_condition_failure="ALL_OLD",
        )
        return {"Update": update}

    def erased(self, contact: StoredContact) -> list[Write]:
        """Return the writes that delete a contact, first, and what leads to it, if it is as it was read.

        What leads to a contact goes together with it: it is found by every detail until then.
        """
        delete = self._items(contact.key, _CONTACT).get_delete_kwargs_from_instance(condition=self._is_as(contact))
        pointers = (self._pointer(key, contact) for key in self._detail_keys(contact))
        return [
            {"Delete": {**delete, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
            *({"Delete": pointer.get_delete_kwargs_from_instance()} for pointer in pointers),
            *self._count_erased(contact),
        ]

    def without_person(self, contact: StoredContact) -> list[Write]:
        """Return the writes that take out what an organisation's contact holds of the person who acts for it.

        They hold if it is as it was read; its item comes first.
        """
        update = self._items(contact.key, _CONTACT).get_update_kwargs_from_instance(
            actions=[getattr(ContactItem, name).remove() for name in _PERSONAL],
            condition=self._is_as(contact),
            return_values_on_condition_failure="ALL_OLD",
        )
        given = Contact(organisation=contact.given.organisation, bin=contact.given.bin)
        after = msgspec.structs.replace(contact, given=given)
        moved = self._pointers_moved(contact, after, renewed=False)
        return [{"Update": update}, *moved, *self._count_erased(contact)]

    def read(self, item: Item) -> StoredContact | None:
        """Return the contact that an item in the attribute values of DynamoDB's API is, None for an empty one."""
        return _contact(self._items.from_raw_data(dict(item))) if item else None

    def found_by(self, campaign: str, sought: Contact, place: str | None) -> list[StoredContact]:
        """Return everybody in a campaign who gave one of these details, whether they are known by it or not."""
        found: dict[str, StoredContact] = {}
        for detail in details(sought, place):
            for key in self._keys_of(campaign, detail):
                if key not in found and (contact := self._get(key)) is not None:
                    found[key] = contact
        return list(found.values())

    def notes(self, contact: StoredContact) -> list[ActNote]:
        """Return what was said beside a participant's acts, in their order."""
        items = self._items.query(contact.key, ContactItem.part.startswith(_ACT), consistent_read=True)
        return [_note(item) for item in items]

    def withdraw_consents(self, contact: StoredContact, at: int, by: str) -> int:
        """Note that a participant withdrew their consents at a time, by a channel; return how many had not been."""
        current = [note for note in self.notes(contact) if note.consent is not None and note.withdrawn_at is None]
        for note in current:
            self._change(
                self._items(contact.key, f"{_ACT}{note.version:07d}"),
                [ContactItem.withdrawn_at.set(at), ContactItem.withdrawn_by.set(by)],
                ContactItem.key.exists(),
            )
        return len(current)

    def forget_acts(self, contact: StoredContact) -> None:
        """Delete what was said beside a participant's acts."""
        with self._items.batch_write() as batch:
            for item in self._items.query(contact.key, ContactItem.part.startswith(_ACT), consistent_read=True):
                batch.delete(item)

    def forget_counts(self, campaign: str) -> None:
        """Delete how many participants counted by each user of a campaign. Reads the whole table."""
        counts = (ContactItem.campaign == campaign) & (ContactItem.participants.exists())
        with self._items.batch_write() as batch:
            for item in self._items.scan(counts, consistent_read=True):
                batch.delete(item)

    def of_campaign(self, campaign: str) -> Iterator[tuple[StoredContact, list[ActNote]]]:
        """Return all contacts of a campaign with what was said beside their acts. Reads the whole table."""
        # A scan gives what is under one key together, in the order of its parts: acts, then the contact. What expires
        # goes in any order: acts may be left without theirs.
        items = self._items.scan(ContactItem.campaign == campaign, consistent_read=True)
        for _, parts in groupby(items, key=lambda item: item.key):
            beside = list(parts)
            notes = [_note(item) for item in beside if item.part.startswith(_ACT)]
            yield from ((_contact(item), notes) for item in beside if item.part == _CONTACT)

    def expire(self, campaign: str, expires_at: int, after: dict[str, Any] | None, limit: int) -> dict[str, Any] | None:
        """Let up to `limit` items of a campaign go at another time (epoch seconds); return where to go on, or None."""
        found = self._items.scan(
            (ContactItem.campaign == campaign) & (ContactItem.expires_at != expires_at),
            limit=limit,
            last_evaluated_key=after,
            consistent_read=True,
        )
        for item in found:
            self._change(item, [ContactItem.expires_at.set(expires_at)], ContactItem.key.exists())
        following: dict[str, Any] | None = found.last_evaluated_key
        return following

    @staticmethod
    def _change(item: ContactItem, actions: list[Action], condition: Condition) -> bool:
        """Change an item; return whether it still was what the condition says: it may have been erased."""
        try:
            item.update(actions=actions, condition=condition)
        except UpdateError as error:
            if not is_lost_condition(error):
                raise
            return False
        return True

    def _count(self, campaign: str, user: str) -> ContactItem:
        return self._items(self._keys.user(campaign, user), _COUNT)

    def _count_erased(self, contact: StoredContact) -> list[Write]:
        user = contact.given.user
        return (
            [] if user is None else [{"Delete": self._count(contact.campaign, user).get_delete_kwargs_from_instance()}]
        )

    def _get(self, key: str) -> StoredContact | None:
        item = next(iter(self._items.query(key, ContactItem.part == _CONTACT, consistent_read=True, limit=1)), None)
        return None if item is None else _contact(item)

    def _keys_of(self, campaign: str, detail: str) -> Iterator[str]:
        """Yield the keys of who may be known by a detail, then of those whom it leads to otherwise."""
        for who in ("person", "organisation"):
            yield self._keys.identity(campaign, f"{who} {detail}")
        for item in self._items.query(self._keys.detail(campaign, detail), consistent_read=True):
            yield item.part

    def _leading_to(self, contact: StoredContact) -> list[Write]:
        pointers = (self._pointer(key, contact) for key in self._detail_keys(contact))
        return [{"Put": pointer.get_save_kwargs_from_instance()} for pointer in pointers]

    def _pointers_moved(self, before: StoredContact, after: StoredContact, renewed: bool) -> list[Write]:
        """Return the writes after which the details that a contact has, and no others, lead to it."""
        led, leading = set(self._detail_keys(before)), set(self._detail_keys(after))
        gone = (self._pointer(key, before).get_delete_kwargs_from_instance() for key in led - leading)
        new = (
            self._pointer(key, after).get_save_kwargs_from_instance() for key in leading if renewed or key not in led
        )
        return [*({"Delete": delete} for delete in gone), *({"Put": put} for put in new)]

    def _detail_keys(self, contact: StoredContact) -> list[str]:
        """Return the keys of details, but not of the one that the participant is known by: that is its own key."""
        found = details(contact.given, contact.place)
        others = (detail for detail in found if not detail.startswith(f"{contact.known_by} "))
        return [self._keys.detail(contact.campaign, detail) for detail in others]

    def _pointer(self, key: str, contact: StoredContact) -> ContactItem:
        return self._items(key, contact.key, campaign=contact.campaign, expires_at=contact.expires_at)

    def _contact_item(self, contact: StoredContact) -> ContactItem:
        given = {name: getattr(contact.given, name) for name in _DETAILS}
        return self._items(
            contact.key,
            _CONTACT,
            campaign=contact.campaign,
            expires_at=contact.expires_at,
            participant=contact.participant,
            participant_type=contact.participant_type,
            place=contact.place,
            known_by=contact.known_by,
            verified=contact.given.verified or None,
            **given,
        )

    @staticmethod
    def _is_of(contact: StoredContact) -> Condition:
        return ContactItem.participant == contact.participant

    @classmethod
    def _is_as(cls, contact: StoredContact) -> Condition:
        """Return the condition that a contact still holds of a person what was read."""
        condition = cls._is_of(contact)
        for name in ("name", "phone", "email", "user"):
            attribute, value = getattr(ContactItem, name), getattr(contact.given, name)
            condition &= attribute.does_not_exist() if value is None else attribute == value
        return condition


def is_count(item: Item) -> bool:
    """Whether an item in the attribute values of DynamoDB's API counts the participants of a signed-in user."""
    return item.get("part") == {"S": _COUNT}


def _addition(stored: Contact, given: Contact, name: str) -> str | None:
    before: str | None = getattr(stored, name)
    now: str | None = getattr(given, name)
    if now is None or now == before:
        return None
    return now if before is None or given.verified else None


def _contact(item: ContactItem) -> StoredContact:
    given = {name: getattr(item, name) for name in _DETAILS}
    return msgspec.convert(
        {
            "key": item.key,
            "campaign": item.campaign,
            "participant": item.participant,
            "participant_type": item.participant_type,
            "place": item.place,
            "known_by": item.known_by,
            "given": Contact(**given, verified=bool(item.verified)),
            "expires_at": int(item.expires_at),
        },
        StoredContact,
    )


def _note(item: ContactItem) -> ActNote:
    return ActNote(
        version=int(item.part.removeprefix(_ACT)),
        at=int(item.at),
        source=item.source,
        note=item.note,
        consent=Consent(item.consent_text, item.consent_version) if item.consent_text is not None else None,
        withdrawn_at=None if item.withdrawn_at is None else int(item.withdrawn_at),
        withdrawn_by=item.withdrawn_by,
    )
