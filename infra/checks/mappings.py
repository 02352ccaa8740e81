"""What invokes functions for streams and queues."""

from collections.abc import Iterator, Mapping
from typing import Any

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
_MAPPING = "AWS::Lambda::EventSourceMapping"


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield what would break the order of a stream, or lose a record or a message."""
    resources = template["Resources"]
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
    waiting = resources["LeadsQueue"]["Properties"]["VisibilityTimeout"]
    if resources.get("LeadWorker", {}).get("Properties", {}).get("Timeout", 0) > waiting:
        yield "LeadWorker may still run when its messages come back"
