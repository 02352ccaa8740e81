"""What the CDN still has of documents that show what must not be shown any more, or were wrong."""

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import logs
from chalicelib.publishing.documents import Header, path


class Cdn:
    """The distribution before the bucket, through one client of CloudFront."""

    def __init__(self, client: Any, distribution: str) -> None:
        self._client = client
        self._distribution = distribution

    def forget(self, head: Header) -> None:
        """Let every cache fetch a campaign's documents anew.

        What fails is logged: by `Cache-Control` no cache keeps a document for longer than seconds anyway, but those of
        days that are closed.
        """
        paths = [f"/{path(head.campaign, '*')}"]
        try:
            self._client.create_invalidation(
                DistributionId=self._distribution,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": paths},
                    # A request that is repeated makes no second invalidation.
                    "CallerReference": f"{head.campaign}.{head.epoch}.{head.rev}",
                },
            )
        except (BotoCoreError, ClientError) as error:
            logs.write("invalidation_failed", level=logging.ERROR, campaign=head.campaign, error=logs.describe(error))
