"""What invokes functions for streams and queues."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.webhooks.leads import graph_api

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
        "MaximumBatchingWindowInSeconds": {"Ref": "PublishingWindow"},
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "PublisherOfCampaigns": {
        "FunctionName": {"Fn::GetAtt": ["Publisher", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["RegistryTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "PublisherOfNames": {
        "FunctionName": {"Fn::GetAtt": ["Publisher", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["NamesTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    "LeadWorkerOfLeads": {
        "FunctionName": {"Fn::GetAtt": ["LeadWorker", "Arn"]},
        "EventSourceArn": {"Fn::GetAtt": ["LeadsQueue", "Arn"]},
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    },
}
"""What the guarantees rest on; what is not named here may be set freely."""

_MAX_WINDOW_SECONDS = 900
_VISIBLE_AFTER = 6
"""Times the function's timeout: Lambda tries an invocation again that found no room."""
_OF_STREAMS = frozenset(
    {
        "BisectBatchOnFunctionError",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "StartingPosition",
        "TumblingWindowInSeconds",
    }
)
"""Refused of a queue: docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html."""
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
        if resource["Properties"].get("Enabled", True) is not True:
            yield f"{name} is not enabled"
        if resource["Properties"]["EventSourceArn"]["Fn::GetAtt"][1] != "StreamArn":
            refused = sorted(_OF_STREAMS & resource["Properties"].keys())
            yield from (f"{name}: {key} is refused of a queue" for key in refused)
        if resource["Properties"].get("BisectBatchOnFunctionError"):
            yield f"{name} cuts batches in half: a key that is hot is written more often"
    yield from _lead_faults(resources)


def _lead_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield what lets messages come back, or the function end, before a batch is done.

    docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    waiting = resources["LeadsQueue"]["Properties"].get("VisibilityTimeout", 30)
    batch = resources.get("LeadWorkerOfLeads", {}).get("Properties", {}).get("BatchSize", 10)
    timeout = resources.get("LeadWorker", {}).get("Properties", {}).get("Timeout", 3)
    if waiting < _VISIBLE_AFTER * timeout:
        yield f"LeadsQueue shows messages again after {waiting} s, not {_VISIBLE_AFTER} times LeadWorker's {timeout} s"
    if batch * graph_api.TIMEOUT_SECONDS >= timeout:
        yield f"LeadWorker has {timeout} s for {batch} leads, each of which may take {graph_api.TIMEOUT_SECONDS:g} s"
