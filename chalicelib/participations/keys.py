"""Keys derived from the pepper: what is stored or shown of a person is keyed, and leads back to nobody without it."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256, sha512

import msgspec

_PARTICIPANT_BYTES = 16
_TAG_BYTES = 12
_VERSION_BYTES = 4
_SHORT_BYTES = 6


class PublicId(msgspec.Struct, frozen=True):
    """What a public id stands for: a participation, by its stream and the version at which it was recorded."""

    campaign: str
    participant: str
    version: int

    @property
    def stream(self) -> str:
        """The stream that the participation is in."""
        return f"{self.campaign}/{self.participant}"


class Keys:
    """Keyed hashes under one pepper (32 random bytes or more), a key of its own for each use."""

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < 32:
            raise ValueError("the pepper must have 32 bytes or more")
        self._pepper = pepper

    def identity(self, campaign: str, identity: str) -> str:
        """Return the key of a participant in the contacts table: HMAC-SHA256 of the campaign and who it is."""
        return _text(self._mac("identity", campaign, identity))

    def anonymous(self, campaign: str, source: str, submission: str) -> str:
        """Return the participant of a submission that nobody can be known by."""
        return _text(self._mac("anonymous", campaign, source, submission)[:_PARTICIPANT_BYTES])

    def submission(self, source: str, submission: str) -> str:
        """Return the short hash under which a stream remembers a submission (48 bits)."""
        return _text(self._mac("submission", source, submission)[:_SHORT_BYTES])

    def fingerprint(self, content: bytes) -> str:
        """Return the short hash that tells a repeat from another content under the same id (48 bits)."""
        return _text(self._mac("fingerprint", content.hex())[:_SHORT_BYTES])

    def seal(self, public: PublicId) -> str:
        """Return the public id: the same for the same participation, and opaque.

        Deterministic authenticated encryption with a synthetic IV (SIV, RFC 5297, section 2.2, with HMAC as the
        pseudo-random function): two ids of one participant share nothing.
        """
        plain = (
            urlsafe_b64decode(public.participant + "==")
            + public.version.to_bytes(_VERSION_BYTES, "big")
            + public.campaign.encode()
        )
        tag = self._mac("public-id tag", plain.hex())[:_TAG_BYTES]
        return _text(tag + self._crypt(tag, plain))

    def unseal(self, text: str) -> PublicId | None:
        """Return what a public id stands for, or None for a text that is none of ours."""
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except ValueError:
            return None
        tag, plain = sealed[:_TAG_BYTES], self._crypt(sealed[:_TAG_BYTES], sealed[_TAG_BYTES:])
        if not hmac.compare_digest(tag, self._mac("public-id tag", plain.hex())[:_TAG_BYTES]) or _text(sealed) != text:
            return None
        return PublicId(
            participant=_text(plain[:_PARTICIPANT_BYTES]),
            version=int.from_bytes(plain[_PARTICIPANT_BYTES : _PARTICIPANT_BYTES + _VERSION_BYTES], "big"),
            campaign=plain[_PARTICIPANT_BYTES + _VERSION_BYTES :].decode(),
        )

    def _crypt(self, tag: bytes, text: bytes) -> bytes:
        key = self._mac("public-id stream")
        stream = hmac.digest(key, tag, sha512)
        return bytes(a ^ b for a, b in zip(text, stream, strict=False))

    def _mac(self, use: str, *parts: str) -> bytes:
        key = hmac.digest(self._pepper, use.encode(), sha256)
        # Lengths first: ("ab", "c") and ("a", "bc") are different.
        message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(key, message, sha256)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
