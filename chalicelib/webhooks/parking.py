"""What is authentic and cannot be recorded yet: kept sealed, with the reason in the clear, until it is replayed."""

import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec
from pynamodb.attributes import BinaryAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.aws.tables import TableModel, for_table, is_lost_condition
from chalicelib.domain.campaign import Closure
from chalicelib.domain.identity import details_in
from chalicelib.intake.answers import UnmappableReason
from chalicelib.participations.keys import Keys
from chalicelib.webhooks.delivery import TooLarge
from chalicelib.webhooks.endpoints import META, PROVIDERS
from chalicelib.webhooks.received import ReceivedContent, ReceivedSubmission

if TYPE_CHECKING:
    from nacl.secret import SecretBox

RETENTION_SECONDS = 180 * 24 * 3600
"""How long something is parked: longer than any provider, and any operator, repeats."""

MAX_TALLIED = 100
"""How many entries of each provider are looked at where they are counted: whole ones are read for it."""

MAX_SEALED_BYTES = 390_000
"""An item of DynamoDB has 400 KB at most, names and plain attributes included."""

ReasonCode = Literal[
    UnmappableReason,
    "no_answers",
    "item_unreadable",
    "form_unknown",
    "form_in_test",
    "submission_is_test",
    "campaign_unknown",
    Closure,
    "invalid",
    "name_unsuitable",
    "topic_unknown",
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
    details: tuple[str, ...] = ()


class Tally(msgspec.Struct, frozen=True):
    """How many entries of a campaign are parked, and of no campaign yet; when the oldest came (epoch ms).

    Of those that were looked at, which were not all where there are `more`.
    """

    count: int = 0
    unassigned: int = 0
    oldest: int | None = None
    more: bool = False


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
    details: ListAttribute[str] = ListAttribute(default=list)
    sealed = BinaryAttribute(legacy_encoding=False)


class ParkedDetailItem(TableModel):
    """That a detail leads to an entry: under `detail <key>` its `<provider>/<id>`, with its revision.

    Under `discarded` it says that an entry was there and is deleted for good.
    """

    provider = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    revision = UnicodeAttribute()
    expires_at = NumberAttribute()


_DISCARDED = "discarded"

_TALLIED = ["campaign", "received_at"]
_PLAIN = ["provider", "id", "revision", "reason", "about", "account", "form", "campaign", "received_at", "details"]


class Parking:
    """Everything parked, in one table; `sealing_keys` tells what seals and unseals, the newest first."""

    def __init__(self, table: str, sealing_keys: Callable[[], Sequence[bytes]], keys: Keys) -> None:
        self._items = for_table(ParkedItem, table)
        self._details = for_table(ParkedDetailItem, table)
        self._sealing_keys = sealing_keys
        self._keys = keys

    def park(self, content: ReceivedContent, reason: Reason, campaign: str | None = None) -> None:
        """Store something, in place of the same submission or lead if that is parked already.

        Raises:
            TooLarge: it does not fit into one item.
        """
        origin = content.origin
        provider, expires_at = origin.endpoint.provider, content.received_at // 1000 + RETENTION_SECONDS
        entry_id = self._keys.receipt(origin.source, origin.submission)
        details = [self._keys.parked_detail(detail) for detail in _details(content)]
        revision, sealed, name = secrets.token_urlsafe(9), self._seal(content), f"{provider}/{entry_id}"
        # What leads to an entry is there before it: none is ever overlooked when its person is erased.
        with self._details.batch_write() as batch:
            for key in details:
                batch.save(self._details(_detail(key), name, revision=revision, expires_at=expires_at))
        self._items(
            provider,
            entry_id,
            revision=revision,
            reason=reason.code,
            about=list(reason.about),
            account=origin.account,
            form=origin.form,
            campaign=campaign,
            received_at=content.received_at,
            expires_at=expires_at,
            details=details,
            sealed=sealed,
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

    def tally(self, campaign: str) -> Tally:
        """Count what is parked of a campaign, and of none yet. Eventual, a request for each provider."""
        found, more = [], False
        for provider in PROVIDERS:
            items = list(self._items.query(provider, attributes_to_get=_TALLIED, limit=MAX_TALLIED + 1))
            more = more or len(items) > MAX_TALLIED
            found += items[:MAX_TALLIED]
        own = [int(item.received_at) for item in found if item.campaign == campaign]
        unassigned = sum(item.campaign is None for item in found)
        return Tally(len(own), unassigned, min(own, default=None), more)

    def find(self, provider: str, entry_id: str) -> ParkedEntry | None:
        """Return an entry, or None where there is none."""
        items = self._items.query(
            provider, ParkedItem.id == entry_id, attributes_to_get=_PLAIN, consistent_read=True, limit=1
        )
        return next((_entry(item) for item in items), None)

    def find_content(self, content: ReceivedContent) -> ParkedEntry | None:
        """Return the entry of a submission or lead, or None where that is not parked."""
        origin = content.origin
        return self.find(origin.endpoint.provider, self._keys.receipt(origin.source, origin.submission))

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

    def remove(self, entry: ParkedEntry) -> bool:
        """Delete an entry; return whether it was, not where it was parked anew since it was read or is gone."""
        if not _delete(self._items(entry.provider, entry.id), ParkedItem.revision == entry.revision):
            return False
        for key in entry.details:
            pointer = self._details(_detail(key), f"{entry.provider}/{entry.id}")
            _delete(pointer, ParkedDetailItem.revision == entry.revision)
        return True

    def discard(self, entry: ParkedEntry) -> bool:
        """Delete an entry for good, as `remove` does: what is pulled from a provider's lists does not bring it back."""
        if entry.provider == META.provider:
            expires_at = entry.received_at // 1000 + RETENTION_SECONDS
            name = f"{entry.provider}/{entry.id}"
            self._details(_DISCARDED, name, revision=entry.revision, expires_at=expires_at).save()
        return self.remove(entry)

    def is_discarded(self, content: ReceivedContent) -> bool:
        """Whether a submission or lead was parked, and deleted for good."""
        origin = content.origin
        name = f"{origin.endpoint.provider}/{self._keys.receipt(origin.source, origin.submission)}"
        found = self._details.query(_DISCARDED, ParkedDetailItem.id == name, consistent_read=True, limit=1)
        return next(found, None) is not None

    def erase(self, campaign: str, details: Sequence[str]) -> int:
        """Delete the deliveries of a campaign, or of none yet, that hold one of these details; return how many."""
        found = list(self._holding(campaign, details))
        for entry in found:
            current: ParkedEntry | None = entry
            while current is not None and not self.discard(current):
                # It was parked anew in the meantime.
                current = self.find(entry.provider, entry.id)
        return len(found)

    def held(self, campaign: str, details: Sequence[str]) -> list[dict[str, object]]:
        """Return the contents of such deliveries; of one that cannot be opened any more only what it is."""
        return [self._held(entry) for entry in self._holding(campaign, details)]

    def _holding(self, campaign: str, details: Sequence[str]) -> Iterator[ParkedEntry]:
        names = {
            item.id
            for detail in details
            for item in self._details.query(_detail(self._keys.parked_detail(detail)), consistent_read=True)
        }
        for name in sorted(names):
            provider, _, entry_id = name.partition("/")
            entry = self.find(provider, entry_id)
            if entry is not None and entry.campaign in (campaign, None):
                yield entry

    def _held(self, entry: ParkedEntry) -> dict[str, object]:
        told: dict[str, object] = {"provider": entry.provider, "id": entry.id, "received_at": entry.received_at}
        try:
            opened = self.open(entry.provider, entry.id)
        except Unsealable:
            return told
        return told if opened is None else told | {"content": msgspec.to_builtins(opened[1])}

    @cached_property
    def _boxes(self) -> "Sequence[SecretBox]":
        from nacl.secret import SecretBox

        return [SecretBox(key) for key in self._sealing_keys()]

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


def _delete(item: TableModel, condition: Condition) -> bool:
    """Delete an item; return whether it was as the condition says."""
    try:
        item.delete(condition=condition)
    except DeleteError as error:
        if not is_lost_condition(error):
            raise
        return False
    return True


def _detail(key: str) -> str:
    return f"detail {key}"


def _details(content: ReceivedContent) -> list[str]:
    """Return what somebody can be found by in a delivery: phones, e-mails, numbers and users, wherever they stand."""
    if not isinstance(content, ReceivedSubmission):
        return []
    submission = content.submission
    found = {detail for text in _texts(submission.fields) for detail in details_in(text)}
    return sorted(found | ({f"user {submission.user}"} if submission.user else set()))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case bool():
            return
        case int():
            yield str(value)
        case float() if value.is_integer():
            yield str(int(value))
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


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
        details=tuple(item.details or ()),
    )
