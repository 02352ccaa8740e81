"""When a system is ready: its counter can be read."""

import time
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.local_settings import LocalError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_SECONDS = 120.0
"""How long a start may take once everything runs: then whoever waits for it is told."""


class Readiness:
    """Looks for the counter's document, an object's key in a bucket, and asks for it at the system's address."""

    def __init__(
        self, storage: "S3Client", bucket: str, counter: str, url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._storage = storage
        self._bucket = bucket
        self._counter = counter
        self._url = f"{url}/{counter}"
        self._clock = clock
        self._deadline = clock() + MAX_SECONDS

    def reached(self) -> bool:
        """Whether the counter can be read.

        Raises:
            LocalError: it cannot, and will not; naming what is missing.
        """
        missing = self._missing()
        if missing is not None and self._clock() > self._deadline:
            raise LocalError(f"not ready after {MAX_SECONDS:.0f} s: {missing}; the lines above may say why")
        return missing is None

    def _missing(self) -> str | None:
        # Asked of the storage first: each request that the API answers is a line in its log.
        try:
            self._storage.head_object(Bucket=self._bucket, Key=self._counter)
        except (BotoCoreError, ClientError) as fault:
            return f"the counter's document {self._counter} is not there ({fault})"
        try:
            urllib.request.urlopen(self._url, timeout=2).close()  # noqa: S310 - our own endpoint
        except OSError as fault:
            return f"{self._url} does not answer ({fault})"
        return None
