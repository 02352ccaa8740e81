"""The twin of S3 in memory, as far as documents need it: it passes the same contract suite."""

from hashlib import md5
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from chalicelib.publishing.document_store import DocumentStore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class NoSuchKey(ClientError):
    """There is no object of this key."""


class Exceptions:
    """The errors that a client names."""

    ClientError = ClientError
    NoSuchKey = NoSuchKey


class InMemoryS3:
    """The calls of S3's client for one bucket, whose name is not looked at; `put_keys` are those of all puts."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.put_keys: list[str] = []
        self._objects: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def put_object(self, *, Key: str, Body: bytes, **given: Any) -> dict[str, Any]:  # noqa: N803
        """Store an object, where the condition holds that is given with it.

        Raises:
            ClientError: PreconditionFailed, NoSuchKey
        """
        given.pop("Bucket", None)
        if_match, if_none_match = given.pop("IfMatch", None), given.pop("IfNoneMatch", None)
        tag = f'"{md5(Body, usedforsecurity=False).hexdigest()}"'
        with self._lock:
            self.put_keys.append(Key)
            current = self._objects.get(Key)
            if if_match is not None and current is None:
                raise _error(ClientError, "NoSuchKey", "PutObject")
            if (if_match is not None and current is not None and current["ETag"] != if_match) or (
                if_none_match is not None and current is not None
            ):
                raise _error(ClientError, "PreconditionFailed", "PutObject")
            self._objects[Key] = {**given, "ETag": tag, "content": Body}
        return {"ETag": tag}

    def get_object(self, *, Key: str, Bucket: str = "") -> dict[str, Any]:  # noqa: N803
        """Return an object with its body.

        Raises:
            NoSuchKey
        """
        found = self._objects.get(Key)
        if found is None:
            raise _error(NoSuchKey, "NoSuchKey", "GetObject")
        return {**found, "Body": BytesIO(found["content"])}

    def delete_object(self, *, Key: str, Bucket: str = "") -> None:  # noqa: N803
        """Delete an object, if there is one."""
        with self._lock:
            self._objects.pop(Key, None)

    @property
    def client(self) -> "S3Client":
        """The same, as the client that it stands for."""
        return cast("S3Client", self)

    @property
    def documents(self) -> DocumentStore:
        """What is in it, as a process knows it that has read nothing yet."""
        return DocumentStore(self.client, "documents")

    @property
    def keys(self) -> list[str]:
        """The keys of all objects, in their order."""
        return sorted(self._objects)


def _error(kind: type[ClientError], code: str, operation: str) -> ClientError:
    return kind({"Error": {"Code": code, "Message": code}}, operation)
