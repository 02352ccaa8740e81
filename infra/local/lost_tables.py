"""Documents that are ahead of the tables: what tables have lost is told, and the documents go on from what is left.

Documents are made from the tables. Where they are further, the end of the tables is gone: their write-ahead log was cut
off or deleted, or an older copy was put back. The counter would stand still until as much is recorded again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.bootstrap import Services
from chalicelib.publishing.documents import path
from infra.local.documents import publish_anew

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOCUMENT = re.compile(r"v1/campaigns/([^/]+)/(.+)")
_Revision = tuple[int, int]
"""Epoch and rev."""

_TIMELINE = re.compile(r"timeline/(\d{4}-\d{2}-\d{2})\.json")


def take_over(services: Services, s3: "S3Client", bucket: str) -> Iterator[str]:
    """Publish anew, past every document that is there, what the tables still hold; yield what is to be told of it.

    Viewers take a document of a higher revision, so each open page follows. Nothing else may publish meanwhile.

    Raises:
        DocumentContended: something else publishes without pause.
        RegistryConflict: something else changes a campaign.
    """
    known = {campaign.id: campaign for campaign in services.registry.campaigns()}
    for campaign_id, revisions in _stored(services, s3, bucket).items():
        newest = max(revisions.values())
        if campaign_id not in known:
            _delete(services, s3, bucket, campaign_id, revisions)
            yield (
                f"campaign {campaign_id} is lost: there are documents of it up to revision {_text(newest)}, and "
                "nothing in the tables; the documents are deleted"
            )
            continue
        head = services.publisher.head(known[campaign_id])
        current = (head.epoch, head.rev)
        if newest <= current:
            continue
        yield (
            f"the tables have lost part of campaign {campaign_id}: its documents are at revision {_text(newest)}, the "
            f"tables at {_text(current)}. Participations that were acknowledged in between are lost; the documents "
            "are made anew from what is left"
        )
        if newest[0] == head.epoch:
            raised = services.registry.raise_changes(campaign_id, newest[1] + 1 - head.rev)
            publish_anew(services, raised, _days(revisions))
            continue
        # The build that they are made from is lost too: nothing that is left could stand in their place.
        _delete(services, s3, bucket, campaign_id, revisions)
        publish_anew(services, known[campaign_id])
        yield f"open pages of campaign {campaign_id} show what is lost until they are loaded anew"


def _stored(services: Services, s3: "S3Client", bucket: str) -> Mapping[str, Mapping[str, _Revision]]:
    """Return the revision of each document by campaign and name: the lowest of badges and CSV.

    Those are stored after the page of the same states, and never further.
    """
    found: dict[str, dict[str, _Revision]] = defaultdict(dict)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for key in (listed["Key"] for listed in page.get("Contents", [])):
            if (match := _DOCUMENT.fullmatch(key)) is None:
                continue
            document = services.documents.current(key) if key.endswith(".json") else None
            position = None if document is None else document.position
            found[match[1]][match[2]] = (0, 0) if position is None else (position.epoch, position.rev)
    return found


def _delete(services: Services, s3: "S3Client", bucket: str, campaign: str, names: Iterable[str]) -> None:
    for key in (path(campaign, name) for name in names):
        s3.delete_object(Bucket=bucket, Key=key)
        # What the store remembers of it is forgotten with that.
        services.documents.current(key)


def _days(names: Iterable[str]) -> set[date]:
    """Return the days that have a timeline: some of them may have lost all that was in it."""
    return {date.fromisoformat(match[1]) for name in names if (match := _TIMELINE.fullmatch(name))}


def _text(revision: _Revision) -> str:
    return "{}.{}".format(*revision)
