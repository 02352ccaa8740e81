"""Which submissions were recorded, so that each is recorded once whatever becomes of its form or its participant.

The log knows a submission within its participant's stream. A corrected form may find another participant in the same
answers, and an erased person would come back with the nightly repetition of a Google form: neither may count again.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.aws.tables import TableModel, for_table

RETENTION_SECONDS = 180 * 24 * 3600
"""How long a receipt and what is parked are kept: longer than any provider, and any operator, repeats."""

_ID_BYTES = 16


class ReceiptItem(TableModel):
    """That a submission was recorded, in the table of the parked ones: its own hash key spreads the load."""

    provider = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()


class Receipts:
    """The receipts in one table; ids are keyed by the pepper, since a provider's own may hold a phone number."""

    def __init__(self, table: str, pepper: bytes) -> None:
        self._items = for_table(ReceiptItem, table)
        self._key = hmac.digest(pepper, b"webhook submission", sha256)

    def id_of(self, submission: str) -> str:
        """Return the id under which a submission is kept: the same for the same one, telling nothing about it."""
        return urlsafe_b64encode(hmac.digest(self._key, submission.encode(), sha256)[:_ID_BYTES]).rstrip(b"=").decode()

    def has(self, submission: str) -> bool:
        """Whether a submission was recorded."""
        try:
            self._items.get(*self._place(submission), consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def put(self, submission: str, now: int) -> None:
        """Keep that a submission was recorded at `now` (epoch ms)."""
        self._items(*self._place(submission), expires_at=now // 1000 + RETENTION_SECONDS).save()

    def _place(self, submission: str) -> tuple[str, str]:
        receipt = self.id_of(submission)
        return f"receipt {receipt}", receipt
