"""The viewers' documents, answered from the bucket as the CDN answers them."""

import gzip
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.api.problems import Problem
from infra.local.http_response import HttpResponse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOCUMENT = re.compile(
    r"/v1/campaigns(?:\.json|/[A-Za-z0-9_-]+/("
    r"(?:live|page|places|recent|organisations)\.json|organisations/(?:KZ-[0-9]+|abroad)\.json|"
    r"(?:totals|totals-excel|days)\.csv|days/[0-9-]+\.csv|timeline/[0-9-]+\.json|badge/[a-z_]+\.[a-z]+\.svg))"
)
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After, Date, Age"}
_METHODS = "GET, HEAD, OPTIONS"
_PREFLIGHT = _ANY_ORIGIN | {
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Max-Age": "86400",
}
_GZIP_FROM_BYTES = 200
_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


class DocumentServer(msgspec.Struct, frozen=True):
    """The documents of a bucket: an object's key is its path without the first slash."""

    s3: "S3Client"
    bucket: str

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> HttpResponse | None:
        """Return the answer to a request, or None for a path that names no document.

        `headers` have lower-case names. The ETag is the object's metadata `etag` in quotes; a compressed body has a
        weak one, as with CloudFront.

        Raises:
            Problem: the document cannot be written, was not published yet, or cannot be read now.
        """
        if not _DOCUMENT.fullmatch(path):
            return None
        if method == "OPTIONS":
            return HttpResponse(204, _PREFLIGHT)
        if method not in ("GET", "HEAD"):
            raise Problem("method-not-allowed", {"allowed": _METHODS}, headers=_ANY_ORIGIN)
        try:
            stored = self.s3.get_object(Bucket=self.bucket, Key=path.removeprefix("/"))
        except self.s3.exceptions.NoSuchKey:
            raise Problem("not-found", headers=_ANY_ORIGIN) from None
        except (BotoCoreError, ClientError):
            raise Problem("storage-unavailable", headers=_ANY_ORIGIN) from None
        etag = f'"{stored["Metadata"]["etag"]}"'
        known = _ANY_ORIGIN | {"Cache-Control": stored["CacheControl"], "ETag": etag, "Vary": "Accept-Encoding"}
        if _matches(headers.get("if-none-match", ""), etag):
            return HttpResponse(304, known)
        body = stored["Body"].read()
        known |= {"Content-Type": stored["ContentType"]}
        if len(body) < _GZIP_FROM_BYTES or not _accepts_gzip(headers.get("accept-encoding", "")):
            return HttpResponse(200, known, body)
        compressed = known | {"ETag": f"W/{etag}", "Content-Encoding": "gzip"}
        return HttpResponse(200, compressed, gzip.compress(body, 6, mtime=0))


def document_route(path: str) -> str | None:
    """Return what kind of document a path names, or None where it names none."""
    match = _DOCUMENT.fullmatch(path)
    if match is None:
        return None
    return f"/v1/campaigns/{{campaign}}/{match[1]}" if match[1] else path


def _matches(if_none_match: str, etag: str) -> bool:
    """Compare weakly (RFC 9110, section 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags


def _accepts_gzip(accept_encoding: str) -> bool:
    return "gzip" in accept_encoding and not _NO_GZIP.search(accept_encoding)
