"""Metrics, as log lines in CloudWatch's embedded metric format: no request of their own, and no personal data.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import os
from collections.abc import Callable

import msgspec

from chalicelib.logs import LOG

NAMESPACE = "Qaiyrym"

_LINES = LOG.getChild("metrics")
_UNITS = {"RecordedToPublished": "Milliseconds", "Unshown": "Milliseconds"}


class Metrics:
    """Writes metrics, each line with the time that `now` tells (epoch ms)."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now

    def write(self, source: str | None = None, /, **values: int) -> None:
        """Write values by the names of their metrics: for the installation and, where one is named, for a source."""
        dimensions = [["stage"], ["stage", "source"]] if source else [["stage"]]
        metrics = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in values]
        content = {
            "_aws": {
                "Timestamp": self._now(),
                "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}],
            },
            "stage": os.environ.get("STAGE", "local"),
            **({"source": source} if source else {}),
            **values,
        }
        _LINES.info("%s", msgspec.json.encode(content).decode())
