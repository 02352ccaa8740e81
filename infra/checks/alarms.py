"""Alarms that are told to somebody."""

from collections.abc import Iterator, Mapping
from typing import Any


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield alarms that tell nobody."""
    resources = template["Resources"]
    for name, resource in resources.items():
        if resource["Type"] != "AWS::CloudWatch::Alarm":
            continue
        if resource["Properties"].get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            yield f"{name} tells nobody"
