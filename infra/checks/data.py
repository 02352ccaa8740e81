"""What keeps data: that it stays, can be restored, and costs no more than it must."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra import permissions

STREAMS: Mapping[str, str] = {
    "EventsTable": "NEW_IMAGE",
    "StateTable": "KEYS_ONLY",
    "RegistryTable": "KEYS_ONLY",
    "NamesTable": "KEYS_ONLY",
}
"""By table, what its stream carries: the publisher reads what it publishes, and names stay where they can be erased."""

EXPIRING: Mapping[str, str] = {"ContactsTable": "expires_at", "ParkedTable": "expires_at"}
"""By table, the attribute that says when its items go by themselves."""

DELETION_POLICIES: Mapping[str, str] = {
    # Protected from deletion: a creation that is taken back would stop at them.
    "AWS::DynamoDB::Table": "Retain",
    "AWS::Backup::BackupVault": "RetainExceptOnCreate",
    "AWS::KMS::Key": "RetainExceptOnCreate",
    "AWS::S3::Bucket": "RetainExceptOnCreate",
    "AWS::SQS::Queue": "RetainExceptOnCreate",
    "AWS::SecretsManager::Secret": "RetainExceptOnCreate",  # pragma: allowlist secret
}
"""By type of what keeps data, what becomes of it when the stack goes: a creation that fails leaves as little as it can.

docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

MADE_ANEW = ("EdgeSecret",)
"""Of those types, what a new stack makes without loss."""

MIN_WARM: Mapping[str, int] = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
"""What a table on demand takes from the beginning; less is refused.

docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
"""

_BY_ITS_ACCOUNT = {
    "Effect": "Allow",
    "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
    "Action": "kms:*",
    "Resource": "*",
}
"""Without it nobody can use a key or mend its policy.

docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
"""

_OF_ONE_CAMPAIGN = frozenset({"campaign", "kind"})
"""Attributes with few values, each of very many items."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield what could be lost with the stack or hold up a table."""
    resources = template["Resources"]
    yield from _key_faults(resources)
    keys = {}
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if name not in MADE_ANEW:
            yield from _policy_faults(name, resource)
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        yield from _warmth_faults(name, properties.get("WarmThroughput", {}), template["Parameters"])
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


def _key_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        if resource["Type"] != "AWS::KMS::Key":
            continue
        if resource["Properties"]["KeyPolicy"]["Statement"] != [_BY_ITS_ACCOUNT]:
            yield f"{name} is not in the hands of its account"


def _warmth_faults(table: str, warm: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[str]:
    for unit, value in warm.items():
        parameter = parameters[value["Ref"]] if isinstance(value, Mapping) else {"Default": value, "MinValue": value}
        if min(parameter["Default"], parameter.get("MinValue", 0)) < MIN_WARM[unit]:
            yield f"{table}: {unit} may be less than {MIN_WARM[unit]}, which is refused"


def _policy_faults(name: str, resource: Mapping[str, Any]) -> Iterator[str]:
    expected = DELETION_POLICIES.get(resource["Type"])
    if expected is None:
        return
    policy = resource.get("DeletionPolicy")
    if policy not in ("Retain", "RetainExceptOnCreate") or resource.get("UpdateReplacePolicy") != "Retain":
        yield f"{name} would go with the stack"
    elif policy != expected:
        yield f"{name} is kept by {policy}, not by {expected}, when a creation fails"


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
