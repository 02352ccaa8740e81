"""The site's files in the bucket, so that pages and scripts stay on air when everything behind them is down.

They are what the API answers on the same paths, but scripts are made smaller. Overlay and embed page are one file each,
which the CDN gives whatever campaign its address names; launch page, page of the data and pages of regions are one for
each language. A released script stays in the bucket: pages of others name it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import msgspec
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.api.link_preview import USUAL
from chalicelib.api.problems import STATUSES
from chalicelib.api.qr import HOME
from chalicelib.api.site import SITE, release, release_of
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES
from infra.site_scripts import served

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from chalicelib.api.application import Application

PLACES = ("", *(f"/{place}" for place in (*regions(), ABROAD, "unknown")))
"""What follows `/r` in the paths of regions' pages; what no region is called has a page, too."""


def _in_languages(path: str, name: str) -> dict[str, str]:
    """Return the files of a page that is told in its language to whoever runs no scripts."""
    others = {f"{path}?lang={language}": f"{name}.{language}.html" for language in LANGUAGES if language != USUAL}
    return {path: f"{name}.html", **others}


PAGES: Mapping[str, str] = {
    "/overlay/any": "overlay.html",
    "/studio/any": "studio.html",
    "/embed/any": "embed.html",
    **_in_languages("/", "index"),
    **_in_languages("/data", "data"),
    **{path: name for place in PLACES for path, name in _in_languages(f"/r{place}", f"r{place}").items()},
}
"""By the path of a page, the file that it is; any campaign stands for all."""


class StoredFile(msgspec.Struct, frozen=True):
    """A file under its key in the bucket, and the headers that the API sends it with."""

    key: str
    headers: Mapping[str, str]
    body: bytes


def upload(s3: "S3Client", bucket: str, app: Chalice, campaign: str, address: str) -> int:
    """Store all files, scripts before the pages that name them, with the launch page of a campaign; return how many.

    `address` is the one of the site, which links that are shared are of.
    """
    count = 0
    for file in files(app, campaign, address):
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.headers["Content-Type"],
            CacheControl=file.headers["Cache-Control"],
        )
        count += 1
    return count


def files(app: Chalice, campaign: str, address: str) -> Iterator[StoredFile]:
    """Yield the files of a site; all pages are of a campaign but overlay and embed page, which are of any."""
    with _about(cast("Application", app), campaign, address), Client(app) as client:

        def ask(path: str, key: str | None = None) -> StoredFile:
            answer = client.http.get(path, headers={"Accept": "*/*"})
            if answer.status_code != 200:
                raise RuntimeError(f"the site answers {answer.status_code} on {path}")
            return StoredFile(key or path.removeprefix("/"), answer.headers, answer.body)

        sources = {name: ask(f"/widget/{name}").body.decode() for name in _names(".js")}
        scripts = {name: served(name, sources.__getitem__).encode() for name in sources}
        stored = release_of(scripts)
        for name, script in scripts.items():
            newest, released = ask(f"/widget/{name}"), ask(f"/widget/{release().release}/{name}")
            yield StoredFile(f"widget/{stored.release}/{name}", released.headers, script)
            yield StoredFile(f"widget/{name}", newest.headers, script)
        for name in _names(".css", ".jpg", ".png", ".svg", ".woff2"):
            yield ask(f"/widget/{name}")
        told = ask("/widget/release.json")
        yield StoredFile(told.key, told.headers, msgspec.json.encode(stored))
        for path in ("/widget/builder", "/console", "/robots.txt", "/sitemap.xml", "/site.webmanifest", "/favicon.ico"):
            yield ask(path)
        for code in (HOME, *regions(), ABROAD):
            yield ask(f"/qr/{code}.svg")
        for path, key in PAGES.items():
            yield ask(path, key)
        for path in ("/problems", *(f"/problems/{name}" for name in STATUSES)):
            yield ask(path)


@contextmanager
def _about(app: "Application", campaign: str, address: str) -> Iterator[None]:
    """Let an application answer as it is deployed: which campaign is on now, and where, parameters of the stack say."""
    services = app.services
    settings = services.settings
    services.settings = msgspec.structs.replace(settings, default_campaign=campaign, public_url=address)
    try:
        yield
    finally:
        services.settings = settings


def _names(*suffixes: str) -> list[str]:
    return sorted(path.name for path in SITE.iterdir() if path.suffix in suffixes)
