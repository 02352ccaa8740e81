"""Alarms that are told to somebody, and calculate with what there is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_FILLED_WITH_NOTHING = re.compile(r"FILL\((\w+), 0\)")
_IDS = re.compile(r"\b[a-z]\w*\b")
_MAX_METRICS = 10
"""Of one alarm: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield alarms that tell nobody or cannot be calculated, and metrics that no alarm reads."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            if properties.get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
                yield f"{name} tells nobody"
            yield from _calculation_faults(name, properties)
        if any(setting.get("MetricsEnabled") for setting in properties.get("MethodSettings", [])):
            yield f"{name} counts by method what no alarm reads"


def _calculation_faults(name: str, alarm: Mapping[str, Any]) -> Iterator[str]:
    """Yield what lets an alarm that calculates sleep or stick.

    A minute without a metric is none, not zero, and so is each sum of it; one that is filled by what was before would
    stay as it is: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (`FILL`).
    """
    metrics = alarm.get("Metrics", [])
    if not metrics:
        return
    if alarm.get("TreatMissingData") != "notBreaching":
        yield f"{name} sticks when its metrics end"
    ids = {metric["Id"] for metric in metrics if "MetricStat" in metric}
    if len(ids) > _MAX_METRICS:
        yield f"{name} has {len(ids)} metrics, more than {_MAX_METRICS}"
    for metric in metrics:
        expression = metric.get("Expression", "")
        unfilled = _IDS.findall(_FILLED_WITH_NOTHING.sub("", expression))
        yield from (f"{name}: {id_} is not filled with 0 where it is missing" for id_ in unfilled if id_ in ids)
        read = {*_IDS.findall(expression)} if expression else ids
        yield from (f"{name} does not read {id_}" for id_ in sorted(ids - read))
