"""What must hold of the template that is deployed, and what no linter notices."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.participations import retention
from chalicelib.projections import auditor, rebuild
from chalicelib.publishing import standstill
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

SCHEDULES: Mapping[str, tuple[str, str]] = {
    "SweeperOfMinutes": ("Sweeper", "rate(1 minute)"),
    "AuditorOfHours": ("Auditor", "rate(1 hour)"),
    "RetentionOfHours": ("Retention", "rate(1 hour)"),
}
"""By rule, the function that it runs, and when."""

LONGEST_RUN_MS: Mapping[str, tuple[int, int]] = {
    # From one sweep to the next; and one that takes longer than that is not taken for silent.
    "Sweeper": (60_000, standstill.MAX_SILENCE_MS),
    # The audit that begins last may wait for the projector for as long as any.
    "Auditor": (auditor.MAX_BEGIN_MS + rebuild.Waits(0, 0).max_ms, 900_000),
    # A run ends between two pages; 15 minutes are the longest that Lambda gives.
    "Retention": (retention.MAX_RUN_MS + 120_000, 900_000),
}
"""By function that a schedule runs, between what a run must be given and what it may be given."""

STREAMS: Mapping[str, str] = {
    "EventsTable": "NEW_IMAGE",
    "StateTable": "KEYS_ONLY",
    "RegistryTable": "KEYS_ONLY",
    "NamesTable": "KEYS_ONLY",
}
"""By table, what its stream carries: the publisher reads what it publishes, and names stay where they can be erased."""

EXPIRING: Mapping[str, str] = {"ContactsTable": "expires_at", "ParkedTable": "expires_at"}
"""By table, the attribute that says when its items go by themselves."""

_MAX_WINDOW_SECONDS = 900
_MAPPING = "AWS::Lambda::EventSourceMapping"
_OF_ONE_CAMPAIGN = frozenset({"campaign", "kind"})
"""Attributes with few values, each of very many items."""


def faults(template: Template) -> list[str]:
    """Return what is wrong with a packaged template, nothing where all holds."""
    return [
        *_missing_references(template),
        *permissions.faults(template),
        *_mapping_faults(template["Resources"]),
        *_function_faults(template["Resources"]),
        *_schedule_faults(template["Resources"]),
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
    found = {name: resource for name, resource in resources.items() if resource["Type"] == _MAPPING}
    yield from (f"{name} is no mapping known here" for name in sorted(found.keys() - MAPPINGS.keys()))
    for name, resource in found.items():
        if resource["Properties"].get("BisectBatchOnFunctionError"):
            yield f"{name} cuts batches in half: a key that is hot is written more often"


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


def _schedule_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    rules = {name for name, resource in resources.items() if resource["Type"] == "AWS::Events::Rule"}
    yield from (f"{name} is no schedule known here" for name in sorted(rules - SCHEDULES.keys()))
    for rule, (function, schedule) in SCHEDULES.items():
        properties = resources.get(rule, {}).get("Properties", {})
        targets = [target.get("Arn") for target in properties.get("Targets", [])]
        if (properties.get("ScheduleExpression"), targets) != (schedule, [{"Fn::GetAtt": [function, "Arn"]}]):
            yield f"{rule} does not run {function} at {schedule}"
        if properties.get("State", "ENABLED") != "ENABLED":
            yield f"{rule} is not enabled"
        if not any(_lets_invoke(resource, rule, function) for resource in resources.values()):
            yield f"{rule} may not invoke {function}"
        if not any(_runs_once(resource, function) for resource in resources.values()):
            yield f"{function}: runs that fail or find no room are repeated, and pile up"
        min_ms, max_ms = LONGEST_RUN_MS[function]
        properties = resources.get(function, {}).get("Properties", {})
        if not min_ms < 1000 * properties.get("Timeout", 0) <= max_ms:
            yield f"{function} has {properties.get('Timeout')} s, not over {min_ms // 1000} and up to {max_ms // 1000}"
        if properties.get("ReservedConcurrentExecutions") != 1:
            yield f"{function} may run twice at a time"


def _lets_invoke(resource: Mapping[str, Any], rule: str, function: str) -> bool:
    properties: Mapping[str, object] = {
        "FunctionName": {"Ref": function},
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": [rule, "Arn"]},
    }
    return resource["Type"] == "AWS::Lambda::Permission" and bool(resource["Properties"] == properties)


def _runs_once(resource: Mapping[str, Any], function: str) -> bool:
    if resource["Type"] != "AWS::Lambda::EventInvokeConfig":
        return False
    properties: Mapping[str, object] = resource["Properties"]
    return (
        properties["FunctionName"] == {"Ref": function}
        and properties.get("MaximumRetryAttempts") == 0
        and "MaximumEventAgeInSeconds" in properties
    )


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
        stream = properties.get("StreamSpecification", {}).get("StreamViewType")
        if stream != STREAMS.get(name):
            yield f"{name}: its stream carries {stream}, not {STREAMS.get(name)}"
        expiry = properties.get("TimeToLiveSpecification", {})
        expires_at = expiry.get("AttributeName") if expiry.get("Enabled") else None
        if expires_at != EXPIRING.get(name):
            yield f"{name}: its items go at {expires_at}, not at {EXPIRING.get(name)}"
        yield from _index_faults(name, properties)
        keys[name] = properties.get("SSESpecification", {}).get("KMSMasterKeyId", {}).get("Ref")
    for name in ("ContactsTable", "ParkedTable"):
        if keys[name] is None or list(keys.values()).count(keys[name]) > 1:
            yield f"{name} is not under a key of its own"


def _index_faults(table: str, properties: Mapping[str, Any]) -> Iterator[str]:
    indexes = properties.get("GlobalSecondaryIndexes", [])
    if "LocalSecondaryIndexes" in properties or (indexes and table not in permissions.INDEXED):
        yield f"{table} has an index: every write costs more"
        return
    for index in indexes:
        name, key = index["IndexName"], index["KeySchema"][0]["AttributeName"]
        if key in _OF_ONE_CAMPAIGN:
            yield f"{table}: all of a campaign is in one partition of {name}, which holds up the table"
        if index.get("WarmThroughput") != properties.get("WarmThroughput"):
            yield f"{table}: {name} is not as warm as the table that waits for it"


def _alarm_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        if resource["Type"] != "AWS::CloudWatch::Alarm":
            continue
        if resource["Properties"].get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            yield f"{name} tells nobody"
