"""What is authentic and cannot be recorded yet: kept sealed, with the reason in the clear, until it is replayed."""

import os
import secrets
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec
from pynamodb.attributes import BinaryAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist

from chalicelib.aws.tables import TableModel, for_table
from chalicelib.intake.answers import UnmappableReason
from chalicelib.webhooks.delivery import TooLarge
from chalicelib.webhooks.endpoints import PROVIDERS
from chalicelib.webhooks.receipts import RETENTION_SECONDS, Receipts
from chalicelib.webhooks.received import ReceivedContent, ReceivedSubmission

if TYPE_CHECKING:
    from nacl.secret import SecretBox

MAX_SEALED_BYTES = 390_000
"""An item of DynamoDB has 400 KB at most, names and plain attributes included."""

ReasonCode = Literal[
    UnmappableReason,
    "form_unknown",
    "form_in_test",
    "submission_is_test",
    "campaign_unknown",
    "campaign_frozen",
    "campaign_ended",
    "invalid",
    "lead_refused",
    "lead_unreadable",
    "token_missing",
]


class Reason(msgspec.Struct, frozen=True):
    """Why something is parked: a code, and the fields or statuses that it is about. Never what somebody answered."""

    code: ReasonCode
    about: tuple[str, ...] = ()


class ParkedEntry(msgspec.Struct, frozen=True):
    """What is known of something parked without unsealing it; `campaign` where its form names one.

    `revision` is another one each time that the same is parked.
    """

    provider: str
    id: str
    revision: str
    reason: Reason
    account: str
    form: str
    campaign: str | None
    received_at: int


class Unsealable(Exception):
    """Sealed under a key that is not known here any more."""


class ParkedItem(TableModel):
    """One parked submission or lead."""

    provider = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    revision = UnicodeAttribute()
    reason = UnicodeAttribute()
    about: ListAttribute[str] = ListAttribute()
    account = UnicodeAttribute()
    form = UnicodeAttribute()
    campaign = UnicodeAttribute(null=True)
    received_at = NumberAttribute()
    expires_at = NumberAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)


_PLAIN = ["provider", "id", "revision", "reason", "about", "account", "form", "campaign", "received_at"]


class Parking:
    """Everything parked, in one table; `keys` tells what seals and unseals, the newest first."""

    def __init__(self, table: str, keys: Callable[[], Sequence[bytes]], receipts: Receipts) -> None:
        self._items = for_table(ParkedItem, table)
        self._keys = keys
        self._receipts = receipts

    def park(self, content: ReceivedContent, reason: Reason, campaign: str | None = None) -> None:
        """Keep something, in place of the same submission or lead if that is parked already.

        Raises:
            TooLarge: it does not fit into one item.
        """
        origin = content.origin
        self._items(
            origin.endpoint.provider,
            self._receipts.id_of(origin.submission),
            revision=secrets.token_urlsafe(9),
            reason=reason.code,
            about=list(reason.about),
            account=origin.account,
            form=origin.form,
            campaign=campaign,
            received_at=content.received_at,
            expires_at=content.received_at // 1000 + RETENTION_SECONDS,
            sealed=self._seal(content),
        ).save()

    def entries(
        self, provider: str | None = None, account: str | None = None, form: str | None = None, after: str = ""
    ) -> Iterator[ParkedEntry]:
        """Yield what is parked, by provider and id, from behind `after`, an `<provider>/<id>` of these.

        What does not fit provider, account or form, where those are given, is left out.
        """
        first, _, last_id = after.partition("/")
        providers = tuple(name for name in PROVIDERS if provider in (None, name))
        start = providers.index(first) if first in providers else 0
        for name in providers[start:]:
            condition = ParkedItem.id > last_id if name == first and last_id else None
            for item in self._items.query(name, condition, attributes_to_get=_PLAIN, consistent_read=True):
                if account in (None, item.account) and form in (None, item.form):
                    yield _entry(item)

    def open(self, provider: str, entry_id: str) -> tuple[ParkedEntry, ReceivedContent] | None:
        """Return an entry and what is sealed in it, or None where there is none.

        Raises:
            Unsealable
        """
        try:
            item = self._items.get(provider, entry_id, consistent_read=True)
        except DoesNotExist:
            return None
        return _entry(item), self._unseal(item.sealed)

    def remove(self, entry: ParkedEntry) -> None:
        """Forget an entry that was replayed, unless it was parked anew since: by the replay itself, or by a worker."""
        try:
            self._items(entry.provider, entry.id).delete(condition=ParkedItem.revision == entry.revision)
        except DeleteError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    @cached_property
    def _boxes(self) -> "Sequence[SecretBox]":
        from nacl.secret import SecretBox

        return [SecretBox(key) for key in self._keys()]

    def _seal(self, content: ReceivedContent) -> bytes:
        for candidate in _candidates(content):
            sealed = bytes(self._boxes[0].encrypt(zlib.compress(msgspec.json.encode(candidate))))
            if len(sealed) <= MAX_SEALED_BYTES:
                return sealed
        raise TooLarge("the submission is too large to be parked", max=MAX_SEALED_BYTES)

    def _unseal(self, sealed: bytes) -> ReceivedContent:
        from nacl.exceptions import CryptoError

        for box in self._boxes:
            try:
                plain = box.decrypt(sealed)
            except CryptoError:
                continue
            found: ReceivedContent = msgspec.json.decode(zlib.decompress(plain), type=ReceivedContent)
            return found
        raise Unsealable


def configured_keys() -> list[bytes]:
    """Return the keys of the environment: `PARKING_KEY` is the base64 of 32 bytes each, newest first, by commas."""
    return [b64decode(key) for key in os.environ["PARKING_KEY"].split(",")]


def _candidates(content: ReceivedContent) -> Iterator[ReceivedContent]:
    yield content
    if isinstance(content, ReceivedSubmission):
        yield msgspec.structs.replace(content, body=None)


def _entry(item: ParkedItem) -> ParkedEntry:
    return ParkedEntry(
        provider=item.provider,
        id=item.id,
        revision=item.revision,
        reason=msgspec.convert({"code": item.reason, "about": list(item.about)}, Reason),
        account=item.account,
        form=item.form,
        campaign=item.campaign,
        received_at=int(item.received_at),
    )
