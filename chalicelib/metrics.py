"""Metrics, as log lines in CloudWatch's embedded metric format: no request of their own, and no personal data.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import os

import msgspec

from chalicelib.clock import now_ms
from chalicelib.logs import LOG

NAMESPACE = "Qaiyrym"

_LINES = LOG.getChild("metrics")
_UNITS = {"RecordedToPublished": "Milliseconds"}


def write(source: str | None = None, /, **values: int) -> None:
    """Write values by the names of their metrics: for the whole installation and, where one is named, for a source."""
    dimensions = [["stage"], ["stage", "source"]] if source else [["stage"]]
    metrics = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in values]
    content = {
        "_aws": {
            "Timestamp": now_ms(),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}],
        },
        "stage": os.environ.get("STAGE", "local"),
        **({"source": source} if source else {}),
        **values,
    }
    _LINES.info("%s", msgspec.json.encode(content).decode())
