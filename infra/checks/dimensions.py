"""Every alarm listens to metrics by the dimensions that they are emitted by, of what the template has.

By others there are no data points, and an alarm that treats those as good is silent for ever.
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.metrics import NAMESPACE
from infra.checks.emitted import metrics_of

Resources = Mapping[str, Any]
Dimensions = Mapping[str, Any]


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield alarms whose dimensions are those of nothing."""
    resources = template["Resources"]
    for name, resource in resources.items():
        if resource["Type"] != "AWS::CloudWatch::Alarm":
            continue
        for metric in metrics_of(resource["Properties"]):
            dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])}
            is_emitted_by = _EMITTED_BY.get(metric["Namespace"])
            if is_emitted_by is None or not is_emitted_by(resources, dimensions):
                yield f"{name} listens to {metric['MetricName']} by {dimensions}, which it is not emitted by"


def _of_function(resources: Resources, dimensions: Dimensions) -> bool:
    match dimensions:
        case {"FunctionName": {"Ref": str(name)}, **others}:
            return not others and _is(resources, name, "AWS::Lambda::Function")
    return False


def _of_queue(resources: Resources, dimensions: Dimensions) -> bool:
    # What a queue is referred to by is its address, not its name.
    match dimensions:
        case {"QueueName": {"Fn::GetAtt": [str(name), "QueueName"]}, **others}:
            return not others and _is(resources, name, "AWS::SQS::Queue")
    return False


def _of_table(resources: Resources, dimensions: Dimensions) -> bool:
    match dimensions:
        case {"TableName": {"Ref": str(name)}, **others} if _is(resources, name, "AWS::DynamoDB::Table"):
            indexes = resources[name]["Properties"].get("GlobalSecondaryIndexes", [])
            return others in ({}, *({"GlobalSecondaryIndexName": index["IndexName"]} for index in indexes))
    return False


def _of_api(resources: Resources, dimensions: Dimensions) -> bool:
    stages = _properties(resources, "AWS::ApiGateway::Stage")
    return dimensions in [
        {"ApiName": api.get("Name"), "Stage": stage.get("StageName")}
        for api in _properties(resources, "AWS::ApiGateway::RestApi")
        for stage in stages
    ]


def _of_installation(_: Resources, dimensions: Dimensions) -> bool:
    return dimensions == {"stage": {"Ref": "Stage"}}


_EMITTED_BY: Mapping[str, Callable[[Resources, Dimensions], bool]] = {
    "AWS/Lambda": _of_function,
    "AWS/SQS": _of_queue,
    "AWS/DynamoDB": _of_table,
    "AWS/ApiGateway": _of_api,
    NAMESPACE: _of_installation,
}


def _is(resources: Resources, name: str, kind: str) -> bool:
    return bool(resources.get(name, {}).get("Type") == kind)


def _properties(resources: Resources, kind: str) -> list[Mapping[str, Any]]:
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]
