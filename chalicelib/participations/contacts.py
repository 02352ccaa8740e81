"""Who the participants are: the only place of personal data, and the only way from a person to a stream.

An item is keyed by an HMAC of the campaign and the identity, and goes by itself some time after the campaign.
"""

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.expressions.update import Action

from chalicelib.aws.tables import TableModel, for_table
from chalicelib.domain.identity import Contact


class ContactItem(TableModel):
    """What a participant gave, beside the random id that the log knows them by.

    `verified_phone` is the last one that a provider vouched for; another `phone` may have been given since.
    """

    identity = UnicodeAttribute(hash_key=True)
    participant = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    verified_phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    organisation = UnicodeAttribute(null=True)
    bin = UnicodeAttribute(null=True)
    consent_text = UnicodeAttribute(null=True)
    consent_version = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class Assigned(msgspec.Struct, frozen=True):
    """A participant, and whether it was made just now."""

    participant: str
    newcomer: bool


class Contacts:
    """The contacts of all campaigns in one table."""

    def __init__(self, table: str) -> None:
        self._items = for_table(ContactItem, table)

    def assign(self, key: str, contact: Contact, candidate: str, expires_at: int) -> Assigned:
        """Return the participant of a key, `candidate` where it had none, and keep what was given.

        One upsert, so that of two writers at the same moment one makes the participant and both are told which.
        A detail that is not given stays as it was. `expires_at` is in seconds since the epoch.
        """
        item = self._items(key)
        item.update(
            actions=[
                ContactItem.participant.set(ContactItem.participant | candidate),
                ContactItem.expires_at.set(expires_at),
                *_details(contact),
            ]
        )
        return Assigned(participant=item.participant, newcomer=item.participant == candidate)

    def find(self, key: str) -> str | None:
        """Return the participant of a key, or None where nobody is known by it."""
        item = next(iter(self._items.query(key, consistent_read=True, limit=1)), None)
        return None if item is None else item.participant

    def forget(self, key: str, participant: str) -> None:
        """Delete a participant's contact; one that belongs to a later participant of the same key stays."""
        try:
            self._items(key).delete(condition=ContactItem.participant == participant)
        except DeleteError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _details(contact: Contact) -> list[Action]:
    given = (
        (ContactItem.name, contact.name),
        (ContactItem.phone, contact.phone),
        (ContactItem.verified_phone, contact.phone if contact.phone_verified else None),
        (ContactItem.email, contact.email),
        (ContactItem.organisation, contact.organisation),
        (ContactItem.bin, contact.bin),
        (ContactItem.note, contact.note),
        (ContactItem.consent_text, contact.consent.text if contact.consent else None),
        (ContactItem.consent_version, contact.consent.version if contact.consent else None),
    )
    return [attribute.set(value) for attribute, value in given if value is not None]
