"""The site's files in the bucket, so that pages and scripts stay on air when everything behind them is down.

They are what the API answers on the same paths. A released script stays in the bucket: pages of others name it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.api.site import SITE, release

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class StoredFile(msgspec.Struct, frozen=True):
    """A file under its key in the bucket, and the headers that the API sends it with."""

    key: str
    headers: Mapping[str, str]
    body: bytes


def upload(s3: "S3Client", bucket: str, app: Chalice, campaign: str) -> int:
    """Store all files, scripts before the pages that name them; return how many."""
    count = 0
    for file in files(app, campaign):
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.headers["Content-Type"],
            CacheControl=file.headers["Cache-Control"],
        )
        count += 1
    return count


def files(app: Chalice, campaign: str) -> Iterator[StoredFile]:
    """Yield the files, with the pages of a campaign."""
    with Client(app) as client:
        for path in _paths(campaign):
            answer = client.http.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"the site answers {answer.status_code} on {path}")
            yield StoredFile(path.removeprefix("/") or "index.html", answer.headers, answer.body)


def _paths(campaign: str) -> list[str]:
    names = sorted(path.name for path in SITE.iterdir() if path.suffix in (".js", ".css", ".svg"))
    return [
        *(f"/widget/{release().release}/{name}" for name in release().integrity),
        *(f"/widget/{name}" for name in names),
        "/widget/release.json",
        "/widget/builder",
        f"/overlay/{campaign}",
        f"/embed/{campaign}",
        "/",
    ]
