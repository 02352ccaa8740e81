"""What must hold of the template that is deployed, and what no linter notices."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra import permissions

Template = Mapping[str, Any]

_PSEUDO = re.compile(r"AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)")
_SUBSTITUTED = re.compile(r"\$\{([^!}][^}]*)\}")

MAPPINGS: Mapping[str, Mapping[str, Any]] = {
    "ProjectorOfEvents": {
        "FunctionName": {"Fn::GetAtt": ["Projector", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["EventsTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "ParallelizationFactor": 1,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "PublisherOfStates": {
        "FunctionName": {"Fn::GetAtt": ["Publisher", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["StateTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "PublisherOfCampaigns": {
        "FunctionName": {"Fn::GetAtt": ["Publisher", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["RegistryTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "PublisherOfNames": {
        "FunctionName": {"Fn::GetAtt": ["Publisher", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["NamesTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "LeadWorkerOfLeads": {
        "FunctionName": {"Fn::GetAtt": ["LeadWorker", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["LeadsQueue", "Arn"]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    },
}
"""What the guarantees rest on; what is not named here may be set freely."""

_MAX_WINDOW_SECONDS = 900


def faults(template: Template) -> list[str]:
    """Return what is wrong with a packaged template, nothing where all holds."""
    return [
        *_missing_references(template),
        *permissions.faults(template),
        *_mapping_faults(template["Resources"]),
        *_function_faults(template["Resources"]),
        *_data_faults(template["Resources"]),
        *_alarm_faults(template["Resources"]),
    ]


def _missing_references(template: Template) -> Iterator[str]:
    known = {*template["Resources"], *template.get("Parameters", {})}
    for resource, name in _references(template):
        if name.partition(".")[0] not in known and not _PSEUDO.fullmatch(name):
            yield f"{resource} refers to {name}, which is not there"


def _references(template: Template) -> Iterator[tuple[str, str]]:
    for section in ("Resources", "Outputs"):
        for name, content in template.get(section, {}).items():
            yield from ((name, reference) for reference in _named(content, frozenset()))


def _named(value: Any, local: frozenset[str]) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            yield from (name for name in _SUBSTITUTED.findall(text) if name not in local)
        case {"Fn::Sub": [str(text), dict(values)]}:
            yield from (name for name in _SUBSTITUTED.findall(text) if name not in values)
            yield from _named(list(values.values()), local)
        case dict():
            names = value.get("DependsOn", [])
            yield from [names] if isinstance(names, str) else names
            for item in value.values():
                yield from _named(item, local)
        case list():
            for item in value:
                yield from _named(item, local)


def _mapping_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, expected in MAPPINGS.items():
        properties = resources.get(name, {}).get("Properties", {})
        for key, value in expected.items():
            if properties.get(key) != value:
                yield f"{name}: {key} is {properties.get(key)!r}, not {value!r}"
    window = resources.get("ProjectorOfEvents", {}).get("Properties", {}).get("TumblingWindowInSeconds", 0)
    if not 1 <= window <= _MAX_WINDOW_SECONDS:
        yield f"ProjectorOfEvents: without a window ({window!r} s) no invocation names its shard"
    others = {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::EventSourceMapping"}
    yield from (f"{name} is no mapping known here" for name in sorted(others - MAPPINGS.keys()))


def _function_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name in permissions.CALLED:
        properties = resources.get(name, {}).get("Properties", {})
        if not (properties.get("Tracing") == "Active" or properties.get("TracingConfig") == {"Mode": "Active"}):
            yield f"{name} is not traced"
        group = properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        if resources.get(group, {}).get("Properties", {}).get("RetentionInDays") is None:
            yield f"{name} logs for ever"
        for variable, value in properties.get("Environment", {}).get("Variables", {}).items():
            if variable in ("PEPPER", "PARKING_KEY") and "{{resolve:secretsmanager:" not in str(value):
                yield f"{name} has {variable} in clear"
    waiting = resources["LeadsQueue"]["Properties"]["VisibilityTimeout"]
    if resources.get("LeadWorker", {}).get("Properties", {}).get("Timeout", 0) > waiting:
        yield "LeadWorker may still run when its messages come back"


def _data_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    keys = {}
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::KMS::Key") and not (
            resource.get("DeletionPolicy") == resource.get("UpdateReplacePolicy") == "Retain"
        ):
            yield f"{name} would go with the stack"
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        if not properties.get("DeletionProtectionEnabled"):
            yield f"{name} can be deleted"
        if not properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield f"{name} cannot be restored to a point in time"
        has_index = properties.get("GlobalSecondaryIndexes") or properties.get("LocalSecondaryIndexes")
        if has_index and name not in permissions.INDEXED:
            yield f"{name} has an index: every write costs more"
        keys[name] = properties.get("SSESpecification", {}).get("KMSMasterKeyId", {}).get("Ref")
    for name in ("ContactsTable", "ParkedTable"):
        if keys[name] is None or list(keys.values()).count(keys[name]) > 1:
            yield f"{name} is not under a key of its own"


def _alarm_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        if resource["Type"] != "AWS::CloudWatch::Alarm":
            continue
        if resource["Properties"].get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            yield f"{name} tells nobody"
