"""Keys derived from the pepper: what is stored or shown of a person is keyed, and leads back to nobody without it."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

from chalicelib.domain.name_folding import fold_name

_ID_BYTES = 16
_NAME_BYTES = 12
# 22 characters hold 132 bits: of an id of 128 the last character has four that are zero.
_ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
_NAME_ID = re.compile(r"[A-Za-z0-9_-]{16}")


class Keys:
    """Keyed hashes under one pepper (32 random bytes or more), a key of its own for each use."""

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < 32:
            raise ValueError("the pepper must have 32 bytes or more")
        self._pepper = pepper

    def identity(self, campaign: str, identity: str) -> str:
        """Return the key of a participant in the contacts table: HMAC-SHA256 of the campaign and who it is."""
        return _text(self._mac("identity", campaign, identity))

    def detail(self, campaign: str, detail: str) -> str:
        """Return the key under which the contacts of a campaign are found by a detail that somebody gave."""
        return _text(self._mac("detail", campaign, detail))

    def user(self, campaign: str, user: str) -> str:
        """Return the key under which it is counted how many participants count by a signed-in user of a provider."""
        return _text(self._mac("user", campaign, user))

    def parked_detail(self, detail: str) -> str:
        """Return the key under which parked deliveries are found by a detail, whichever campaign they may be for."""
        return _text(self._mac("parked detail", detail))

    def anonymous(self, campaign: str, source: str, submission: str) -> str:
        """Return the participant of a submission that nobody can be known by."""
        return _text(self._mac("anonymous", campaign, source, submission)[:_ID_BYTES])

    def receipt(self, source: str, submission: str) -> str:
        """Return the id of a submission's receipt (128 bits), which is also the public id of its act."""
        return _text(self._mac("receipt", source, submission)[:_ID_BYTES])

    def fingerprint(self, content: bytes) -> str:
        """Return the hash that tells a repeat from another content under the same id (128 bits)."""
        return _text(self._mac("fingerprint", content.hex())[:_ID_BYTES])

    def name(self, campaign: str, name: str) -> str:
        """Return the id of a name in a campaign: the same however the name is drawn (96 bits)."""
        return _text(self._mac("name", campaign, fold_name(name))[:_NAME_BYTES])

    def _mac(self, use: str, *parts: str) -> bytes:
        key = hmac.digest(self._pepper, use.encode(), sha256)
        # Lengths first: ("ab", "c") and ("a", "bc") are different.
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(key, message, sha256)


def is_receipt_id(text: str) -> bool:
    """Whether a text can be the id of a receipt: exactly one text is for each id."""
    return _ID.fullmatch(text) is not None


def is_name_id(text: str) -> bool:
    """Whether a text can be the id of a name."""
    return _NAME_ID.fullmatch(text) is not None


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
