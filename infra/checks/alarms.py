"""Alarms that are told to somebody, and calculate with what there is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

ALARMS = (
    "ApiFails",
    "AuditFails",
    "FunctionsFail",
    "FunctionsThrottled",
    "IndexesThrottled",
    "LeadsDead",
    "LeadsLate",
    "LeadsMissed",
    "LeadsUnread",
    "ManyParked",
    "PoisonFound",
    "ProjectorLate",
    "PublishAge",
    "PublishSilent",
    "PublisherLate",
    "RecordsSetAside",
    "RetentionFails",
    "Standstill",
    "SweepSilent",
    "TablesThrottled",
    "TotalsDrift",
)

MAX_SECONDS = 3 * 3600
"""What an alarm may look back at: audits run each hour, and three that fail are told of.

CloudWatch refuses more than a day, or seven where a period has an hour:
docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

PUBLISHERS: Mapping[str, Any] = {
    "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    "events.amazonaws.com": {
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${AWS::StackName}-*"
            }
        }
    },
}
"""By service that publishes to the topic, the condition: alarms of this account, rules of this stack.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

_TOPIC = {"Ref": "AlarmTopic"}
_FILLED_WITH_NOTHING = re.compile(r"FILL\((\w+), 0\)")
_IDS = re.compile(r"\b[a-z]\w*\b")
_MAX_METRICS = 10
"""Of one alarm: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield alarms that are missing, tell nobody or too late or cannot be calculated, and metrics no alarm reads."""
    yield from (f"{name} is not there" for name in ALARMS if name not in template["Resources"])
    yield from _topic_faults(template["Resources"])
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            if properties.get("AlarmActions") != [_TOPIC] or not properties.get("ActionsEnabled", True):
                yield f"{name} tells nobody"
            if name not in ALARMS:
                yield f"{name} is no alarm known here"
            yield from _span_faults(name, properties)
            yield from _calculation_faults(name, properties)
        if any(setting.get("MetricsEnabled") for setting in properties.get("MethodSettings", [])):
            yield f"{name} counts by method what no alarm reads"


def _topic_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield what keeps a service from publishing to the topic. CloudWatch may not use the key that SNS has."""
    if "KmsMasterKeyId" in resources["AlarmTopic"].get("Properties", {}):
        yield "AlarmTopic is encrypted under a key that CloudWatch may not use"
    policies = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::SNS::TopicPolicy" and resource["Properties"]["Topics"] == [_TOPIC]
    ]
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    for service, condition in PUBLISHERS.items():
        expected = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": _TOPIC,
            "Condition": condition,
        }
        if expected not in statements:
            yield f"{service} may not publish to AlarmTopic"
    if any(statement["Effect"] != "Allow" for statement in statements):
        yield "AlarmTopic is denied to somebody"
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        targets = properties.get("Targets", []) if resource["Type"] == "AWS::Events::Rule" else []
        # CloudFormation begins a name of its own with the stack's.
        if "Name" in properties and any(target["Arn"] == _TOPIC for target in targets):
            yield f"{name} has a name for which it may not publish to AlarmTopic"


def _span_faults(name: str, alarm: Mapping[str, Any]) -> Iterator[str]:
    stats = [metric["MetricStat"]["Period"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric]
    seconds = max(stats, default=alarm.get("Period", 0)) * alarm["EvaluationPeriods"]
    if seconds > MAX_SECONDS:
        yield f"{name} looks back at {seconds} s, more than {MAX_SECONDS}"
    if alarm.get("DatapointsToAlarm", 1) > alarm["EvaluationPeriods"]:
        yield f"{name} waits for more datapoints than it looks at"


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
