"""Documents on S3, which only move forward.

A put is conditional on the object that it replaces, and that object's metadata says where it stands: what is older,
or the same, never takes its place, however many publishers there are.

S3 tells objects apart by a hash of their bytes, so this holds for documents with their `rev` inside.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.publishing.documents import Document, DocumentPosition, Header, confirmed, path

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CACHED = "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
CACHED_FOR_EVER = "public, max-age=31536000, immutable"

MAX_RACES = 20

MAX_KNOWN = 256
"""Documents in memory: those of some campaigns. What was used longest ago goes first."""

_LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""S3's answers to a conditional put of which the object is another one now, is being replaced, or is gone."""


class DocumentContended(Exception):
    """A document was replaced by others each time it was to be stored; publish again."""


class StoredDocument(msgspec.Struct, frozen=True):
    """A document as it stands; `tag` is S3's own tag of the object."""

    position: DocumentPosition
    tag: str
    body: bytes
    content_type: str
    immutable: bool

    @property
    def is_damaged(self) -> bool:
        """Whether it lacks what a store puts with each: whatever is published next replaces it."""
        return self.position == _BEHIND_ALL


class Published(msgspec.Struct, frozen=True):
    """How far the counter's document is."""

    as_of: str
    epoch: int
    rev: int

    @property
    def as_of_ms(self) -> int:
        """When its states were read (epoch ms)."""
        return _ms(self.as_of)


class _AsOf(msgspec.Struct, frozen=True):
    """What a document says of its age."""

    as_of: str


_BEHIND_ALL = DocumentPosition(-1, -1)

Make = Callable[[bytes | None], Document]
"""Makes a document out of the body of the one that it is to replace, None where there is none."""


class DocumentStore:
    """The documents in one bucket, through one S3 client.

    What this process stored or met last is remembered, so that the next put needs no read; the conditional put finds
    out what changed since. Nothing of ours is ever deleted from the bucket.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._known: dict[str, StoredDocument] = {}
        # Documents are stored by several threads.
        self._lock = Lock()

    def advance(self, document_path: str, position: DocumentPosition, make: Make) -> bool:
        """Store what is made unless the current document is as far; return whether anything was stored.

        A document of the same bytes is left as it stands.

        Raises:
            DocumentContended: others kept replacing it.
        """
        for _ in range(MAX_RACES):
            current = self._known.get(document_path) or self._read(document_path)
            if current is not None and current.position >= position:
                return False
            sound = None if current is None or current.is_damaged else current
            document = make(sound.body if sound else None)
            if sound is not None and sound.body == document.body:
                return False
            if self._replace(current, document):
                return True
        raise DocumentContended(document_path)

    def close(self, document_path: str) -> bool:
        """Let the current document be cached for ever, as it is; return whether it was so before.

        Raises:
            DocumentContended: others kept replacing it.
        """
        for _ in range(MAX_RACES):
            current = self.current(document_path)
            if current is None or current.immutable:
                return current is not None
            closed = Document(document_path, current.position, current.content_type, current.body, immutable=True)
            if self._replace(current, closed):
                return False
        raise DocumentContended(document_path)

    def confirm(self, document_path: str, read_at: int) -> None:
        """Let a document, if it is there, say that it still was all there is at a time (epoch ms).

        Raises:
            DocumentContended: others kept replacing it.
        """
        current = self.known(document_path)
        if current is None or _as_of_ms(current.body) >= read_at:
            return
        position = msgspec.structs.replace(current.position, read_at=read_at)
        self.advance(document_path, position, lambda body: confirmed(document_path, position, body or b""))

    def known(self, document_path: str) -> StoredDocument | None:
        """Return the document that this process stored or met last, else the current one."""
        return self._known.get(document_path) or self.current(document_path)

    def current(self, document_path: str) -> StoredDocument | None:
        """Return the current document, None where there is none, or what no store put there. One read."""
        current = self._read(document_path)
        return None if current is None or current.is_damaged else current

    def _read(self, document_path: str) -> StoredDocument | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=document_path)
        except self._client.exceptions.NoSuchKey:
            self._known.pop(document_path, None)
            return None
        current = StoredDocument(
            position=_position(answer),
            tag=answer["ETag"],
            body=answer["Body"].read(),
            content_type=answer["ContentType"],
            immutable=answer.get("CacheControl") == CACHED_FOR_EVER,
        )
        if current.is_damaged:
            self._known.pop(document_path, None)
        else:
            self._remember(document_path, current)
        return current

    def published(self, campaign: str) -> Published | None:
        """Return how far a campaign's counter is, None where it has none yet. One read."""
        current = self.current(path(campaign, "live.json"))
        if current is None:
            return None
        head = msgspec.json.decode(current.body, type=Header)
        return Published(head.as_of, head.epoch, head.rev)

    def _replace(self, current: StoredDocument | None, document: Document) -> bool:
        condition: Any = {"IfMatch": current.tag} if current else {"IfNoneMatch": "*"}
        epoch, rev, read_at = msgspec.structs.astuple(document.position)
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=document.path,
                Body=document.body,
                ContentType=document.content_type,
                CacheControl=CACHED_FOR_EVER if document.immutable else CACHED,
                # The server sends `etag` in quotes as the ETag of the document.
                Metadata={
                    "etag": f"{epoch}.{rev}.{read_at}" if read_at else f"{epoch}.{rev}",
                    "epoch": str(epoch),
                    "rev": str(rev),
                    "read-at": str(read_at),
                },
                **condition,
            )
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in _LOST:
                raise
            # Somebody else publishes too: what is remembered of other documents may be as old.
            self._known.clear()
            return False
        stored = StoredDocument(
            document.position, answer["ETag"], document.body, document.content_type, document.immutable
        )
        self._remember(document.path, stored)
        return True

    def _remember(self, document_path: str, stored: StoredDocument) -> None:
        with self._lock:
            self._known.pop(document_path, None)
            self._known[document_path] = stored
            if len(self._known) > MAX_KNOWN:
                del self._known[next(iter(self._known))]


def _as_of_ms(body: bytes) -> int:
    return _ms(msgspec.json.decode(body, type=_AsOf).as_of)


def _ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _position(answer: Mapping[str, Any]) -> DocumentPosition:
    """Return where an object stands; one that is not as this store puts them is behind all, so that it is replaced."""
    metadata = answer["Metadata"]
    if "CacheControl" not in answer:
        return _BEHIND_ALL
    try:
        return DocumentPosition(int(metadata["epoch"]), int(metadata["rev"]), int(metadata.get("read-at", "0")))
    except (KeyError, ValueError):
        return _BEHIND_ALL
