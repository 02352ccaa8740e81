"""Documents that are ahead of the tables: what tables have lost is told, and the documents go on from what is left.

Documents are made from the tables. Where they are further, the end of the tables is gone: their write-ahead log was cut
off or deleted, or an older copy was put back. The counter would stand still until as much is recorded again.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.bootstrap import Services
from infra.local.documents import publish_anew

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOCUMENT = re.compile(r"v1/campaigns/([^/]+)/(.+)")
_TIMELINE = re.compile(r"timeline/(\d{4}-\d{2}-\d{2})\.json")


def take_over(services: Services, s3: "S3Client", bucket: str) -> Iterator[str]:
    """Publish anew, past every document that is there, what the tables still hold; yield what is to be told of it.

    Viewers take a document of a higher `rev`, so each open page follows. Nothing else may publish meanwhile.

    Raises:
        DocumentContended: something else publishes without pause.
        RegistryConflict: something else changes a campaign.
    """
    known = {campaign.id: campaign for campaign in services.registry.campaigns()}
    for campaign_id, revs in _stored(services, s3, bucket).items():
        if campaign_id not in known:
            for name in revs:
                s3.delete_object(Bucket=bucket, Key=f"v1/campaigns/{campaign_id}/{name}")
            yield (
                f"campaign {campaign_id} is lost: there are documents of it up to revision {max(revs.values())}, and "
                "nothing in the tables; the documents are deleted"
            )
            continue
        newest, current = max(revs.values()), services.publisher.head(known[campaign_id]).rev
        if newest <= current:
            continue
        raised = services.registry.raise_changes(campaign_id, newest + 1 - current)
        publish_anew(services, raised, _days(revs))
        yield (
            f"the tables have lost part of campaign {campaign_id}: its documents are at revision {newest}, the tables "
            f"at {current}. Participations that were acknowledged in between are lost; the documents are made anew "
            "from what is left"
        )


def _stored(services: Services, s3: "S3Client", bucket: str) -> Mapping[str, Mapping[str, int]]:
    """Return the revision of each document, by campaign and name; 0 of those that are made from another one's states.

    Badges and CSV are stored after the page of the same states: they are never further.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for key in (listed["Key"] for listed in page.get("Contents", [])):
            if (match := _DOCUMENT.fullmatch(key)) is None:
                continue
            document = services.documents.current(key) if key.endswith(".json") else None
            found[match[1]][match[2]] = document.position.rev if document is not None else 0
    return found


def _days(names: Mapping[str, int]) -> set[date]:
    """Return the days that have a timeline: some of them may have lost all that was in it."""
    return {date.fromisoformat(match[1]) for name in names if (match := _TIMELINE.fullmatch(name))}
