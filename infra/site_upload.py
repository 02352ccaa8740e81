"""The site's files in the bucket, so that pages and scripts stay on air when everything behind them is down.

They are what the API answers on the same paths, but scripts are minified. Overlay and embed page are one file each,
which the CDN gives whatever campaign its address names. A released script stays in the bucket: pages of others name it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import msgspec
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.api.site import SITE, release, release_of
from infra.minify import minified

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from chalicelib.api.application import Application

PAGES: Mapping[str, str] = {"/overlay/any": "overlay.html", "/embed/any": "embed.html", "/": "index.html"}
"""By the path of a page, the file that it is; any campaign stands for all."""


class StoredFile(msgspec.Struct, frozen=True):
    """A file under its key in the bucket, and the headers that the API sends it with."""

    key: str
    headers: Mapping[str, str]
    body: bytes


def upload(s3: "S3Client", bucket: str, app: Chalice, campaign: str) -> int:
    """Store all files, scripts before the pages that name them, with the launch page of a campaign; return how many."""
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
    """Yield the files; launch page, builder and console are of a campaign, the other pages of any."""
    with _about(cast("Application", app), campaign), Client(app) as client:

        def ask(path: str, key: str | None = None) -> StoredFile:
            answer = client.http.get(path, headers={"Accept": "*/*"})
            if answer.status_code != 200:
                raise RuntimeError(f"the site answers {answer.status_code} on {path}")
            return StoredFile(key or path.removeprefix("/"), answer.headers, answer.body)

        scripts = {name: minified(ask(f"/widget/{name}").body.decode()).encode() for name in _names(".js")}
        served = release_of(scripts)
        for name, script in scripts.items():
            newest, released = ask(f"/widget/{name}"), ask(f"/widget/{release().release}/{name}")
            yield StoredFile(f"widget/{served.release}/{name}", released.headers, script)
            yield StoredFile(f"widget/{name}", newest.headers, script)
        for name in _names(".css", ".svg", ".woff2"):
            yield ask(f"/widget/{name}")
        told = ask("/widget/release.json")
        yield StoredFile(told.key, told.headers, msgspec.json.encode(served))
        for path in ("/widget/builder", "/console"):
            yield ask(path)
        for path, key in PAGES.items():
            yield ask(path, key)


@contextmanager
def _about(app: "Application", campaign: str) -> Iterator[None]:
    """Let an application answer as it is deployed: which campaign is on now is a parameter of the stack."""
    services = app.services
    settings = services.settings
    services.settings = msgspec.structs.replace(settings, default_campaign=campaign)
    try:
        yield
    finally:
        services.settings = settings


def _names(*suffixes: str) -> list[str]:
    return sorted(path.name for path in SITE.iterdir() if path.suffix in suffixes)
