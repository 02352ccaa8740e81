"""Writes what whoever deploys has to be allowed: `python -m infra.generate_deployer_policy`, into `infra/deployer`.

What CloudFormation does to the stack's resources it does with the rights of whoever asks it. Which these are stands in
the schemas of the resources' types, which cfn-lint brings along. They are allowed only where CloudFormation calls, so
that nobody can delete a table by hand with them.
docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html (`handlers`),
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (`aws:CalledVia`).
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.output import say
from infra.package import build
from infra.translated import translated

DIRECTORY = Path(__file__).parent / "deployer"
MAX_CHARACTERS = 6_144
"""What IAM takes in one managed policy, spaces not counted."""

_HANDLERS = ("create", "read", "update", "delete")

UNNEEDED_SERVICES: Mapping[str, str] = {
    "amplify": "the firewall stands before API Gateway",
    "apprunner": "the firewall stands before API Gateway",
    "appsync": "the firewall stands before API Gateway",
    "bedrock-agentcore": "the firewall stands before API Gateway",
    "cognito-idp": "the firewall stands before API Gateway",
    "elasticloadbalancing": "the firewall stands before API Gateway",
    "ec2": "no function is in a network of its own",
    "elasticfilesystem": "no function has a file system",
    "s3files": "no function has a file system",
    "firehose": "log lines stay where they are",
    "kinesis": "tables have streams of DynamoDB's own",
    "s3tables": "buckets hold files",
    "payments": "the firewall has no rules that are bought",
}
UNNEEDED_ACTIONS: Mapping[str, str] = {
    **dict.fromkeys(
        (f"dynamodb:{name}" for name in ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan")),
        "tables are not filled from files",
    ),
    **dict.fromkeys(("dynamodb:UpdateItem", "dynamodb:ImportTable"), "tables are not filled from files"),
    **dict.fromkeys(("dynamodb:AssociateTableReplica", "dynamodb:CreateTableReplica"), "tables are in one region"),
    "s3:DeleteObject": "what is in a bucket stays",
    "s3:REST.PUT.OBJECT": "no action of IAM",
    "s3:GetObjectMetadata": "no action of IAM",
    "wafv2:PutPermissionPolicy": "the firewall is shared with nobody",
}
"""Of what the schemas name, services and actions for what this template does not have, each with the reason."""

_NAMED: Mapping[str, Sequence[str]] = {
    "cloudwatch": ("arn:aws:cloudwatch:*:*:alarm:qaiyrym-*", "arn:aws:cloudwatch::*:dashboard/qaiyrym-*"),
    "dynamodb": ("arn:aws:dynamodb:*:*:table/qaiyrym-*",),
    "events": ("arn:aws:events:*:*:rule/qaiyrym-*",),
    "iam": ("arn:aws:iam::*:role/qaiyrym-*",),
    "lambda": ("arn:aws:lambda:*:*:function:qaiyrym-*", "arn:aws:lambda:*:*:event-source-mapping:*"),
    "logs": ("arn:aws:logs:*:*:log-group:*",),
    "s3": ("arn:aws:s3:::qaiyrym-*",),
    "sns": ("arn:aws:sns:*:*:qaiyrym-*",),
    "sqs": ("arn:aws:sqs:*:*:qaiyrym-*",),
}
"""What CloudFormation names after the stack; of other services it makes names up, or AWS does."""

_UNPLACED = frozenset(
    {
        "cloudwatch:DescribeAlarms",
        "iam:CreateServiceLinkedRole",
        "lambda:CreateEventSourceMapping",
        "lambda:GetLayerVersion",
        "sns:GetSubscriptionAttributes",
        "sns:SetSubscriptionAttributes",
        "sns:Unsubscribe",
    }
)
"""Actions of services above that know no resource by the stack's name.

docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html: those of subscriptions have no resource;
DescribeAlarms is asked for all alarms of a region (github.com/aws-samples/amazon-cloudwatch-auto-alarms/issues/1).
"""

_BY_CLOUDFORMATION = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}}
_PARTS: Mapping[str, Sequence[str]] = {
    "data": ("backup", "backup-storage", "dynamodb", "kms", "s3", "secretsmanager", "sqs"),
    "functions": ("apigateway", "events", "iam", "lambda", "logs"),
    "edge-and-watch": ("billing", "budgets", "cloudfront", "cloudwatch", "sns", "wafv2"),
}
"""The services by the policy that allows them: all together are more than one may hold."""


def required(types: Iterable[str]) -> set[str]:
    """Return the actions by which CloudFormation creates, reads, changes and deletes resources of some types."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

    found = set()
    for name in types:
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema["handlers"]
        found |= {one for handler in _HANDLERS for one in handlers.get(handler, {}).get("permissions", [])}
    return found


def documents(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the policies by name for a translated template.

    Raises:
        ValueError: a type of the template needs a service that no policy is for.
    """
    actions = required({resource["Type"] for resource in template["Resources"].values()})
    by_service = defaultdict[str, list[str]](list)
    for action in sorted(actions - UNNEEDED_ACTIONS.keys() - {"iam:PassRole"}):
        by_service[action.partition(":")[0]].append(action)
    unknown = by_service.keys() - UNNEEDED_SERVICES - {service for part in _PARTS.values() for service in part}
    if unknown:
        raise ValueError(f"no policy is for {', '.join(sorted(unknown))}")
    parts = {
        name: [one for service in services for one in _statements(service, by_service.get(service, []))]
        for name, services in _PARTS.items()
    }
    parts["functions"].append(_PASSED)
    return {
        name: _document(statements)
        for name, statements in {"deployment": _DIRECT, "by-hand": _BY_HAND, "restore": _RESTORE, **parts}.items()
    }


def _statements(service: str, actions: Sequence[str]) -> list[dict[str, Any]]:
    named = [action for action in actions if service in _NAMED and action not in _UNPLACED]
    others = [action for action in actions if action not in named]
    placed = [(named, list(_NAMED.get(service, ()))), (others, "*")]
    return [_allowed(some, resource, _BY_CLOUDFORMATION) for some, resource in placed if some]


def _allowed(actions: Sequence[str], resource: Any, condition: Mapping[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _document(statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _of(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]


_PASSED = _allowed(
    ["iam:PassRole"],
    "arn:aws:iam::*:role/qaiyrym-*",
    {"StringEquals": {"iam:PassedToService": ["backup.amazonaws.com", "lambda.amazonaws.com"]}},
)

_DIRECT: Sequence[Mapping[str, Any]] = (
    _allowed(
        _of(
            "cloudformation",
            "ContinueUpdateRollback CreateChangeSet DeleteChangeSet DeleteStack DescribeChangeSet "
            "DescribeStackEvents DescribeStackResource DescribeStackResources DescribeStacks ExecuteChangeSet "
            "GetTemplate ListStackResources RollbackStack SetStackPolicy",
        ),
        ["arn:aws:cloudformation:*:*:stack/qaiyrym-*", "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31"],
    ),
    # Packages, templates, and the site's files.
    _allowed(_of("s3", "CreateBucket DeleteObject GetObject ListBucket PutObject"), "arn:aws:s3:::qaiyrym-*"),
    # What is asked before and after.
    _allowed(
        [
            *_of("lambda", "GetAccountSettings GetFunctionConcurrency"),
            *_of("servicequotas", "GetAWSDefaultServiceQuota GetServiceQuota RequestServiceQuotaIncrease"),
            *_of("cloudfront", "ListDistributions"),
            *_of("secretsmanager", "DescribeSecret"),
        ],
        "*",
    ),
    # The vault for copies in another region.
    _allowed(
        [
            *_of("backup", "CreateBackupVault DescribeRegionSettings UpdateRegionSettings"),
            *_of("backup-storage", "Mount MountCapsule"),
        ],
        "*",
    ),
    _allowed(
        _of("kms", "CreateGrant Decrypt DescribeKey GenerateDataKey RetireGrant"),
        "*",
        {"StringLike": {"kms:ViaService": "backup.*.amazonaws.com"}},
    ),
    # The smoke test: a token, a campaign and secrets of its own, and nothing of what is recorded.
    _allowed(
        _of("dynamodb", "DeleteItem GetItem PutItem Query UpdateItem"),
        [f"arn:aws:dynamodb:*:*:table/qaiyrym-*-{table}-*" for table in ("RegistryTable", "StateTable")],
    ),
    _allowed(_of("dynamodb", "DescribeTable"), "arn:aws:dynamodb:*:*:table/qaiyrym-*"),
    _allowed(_of("ssm", "DeleteParameter PutParameter"), "arn:aws:ssm:*:*:parameter/qaiyrym/*/hooks/*/smoke-*"),
)
"""What the programs of this directory ask AWS for themselves."""

_BY_HAND: Sequence[Mapping[str, Any]] = (
    _allowed(
        _of("acm", "AddTagsToCertificate DescribeCertificate ListCertificates RequestCertificate"),
        "*",
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    ),
    # CloudFormation names secrets after their logical ids.
    _allowed(
        _of("secretsmanager", "DescribeSecret GetSecretValue PutSecretValue"),
        [f"arn:aws:secretsmanager:*:*:secret:{name}-*" for name in ("Pepper", "ParkingKey")],
    ),
    _allowed(
        _of("kms", "Decrypt GenerateDataKey"), "*", {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}
    ),
    _allowed(_of("ssm", "DeleteParameter GetParameter PutParameter"), "arn:aws:ssm:*:*:parameter/qaiyrym/*/hooks/*"),
    _allowed(_of("cloudwatch", "DescribeAlarms"), "*"),
    _allowed(_of("cloudwatch", "SetAlarmState"), "arn:aws:cloudwatch:*:*:alarm:qaiyrym-*"),
)
"""What docs/deploy.md has a person do: certificate, envelope, secrets of hooks, an alarm; only while they do that."""

_RESTORE: Sequence[Mapping[str, Any]] = (
    _allowed(
        _of(
            "dynamodb",
            "BatchWriteItem DeleteItem DescribeContinuousBackups DescribeTable DescribeTimeToLive GetItem PutItem "
            "Query RestoreTableToPointInTime Scan UpdateContinuousBackups UpdateItem UpdateTable UpdateTimeToLive",
        ),
        "arn:aws:dynamodb:*:*:table/qaiyrym-*",
    ),
    _allowed(
        _of("kms", "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo"),
        "*",
        {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}},
    ),
    # A region lost: copies of AWS Backup become tables, and the name moves to another distribution.
    _allowed(
        [
            *_of("backup", "DescribeRestoreJob ListRecoveryPointsByBackupVault StartRestoreJob"),
            *_of("cloudfront", "GetDistribution UpdateDomainAssociation"),
            *_of("iam", "ListRoles"),
        ],
        "*",
    ),
)
"""What restoring by docs/runbook.md needs besides: only for the day, as it reads and writes all that is stored."""


def main() -> int:
    """Write the policies."""
    found = documents(translated(build().read_template()))
    DIRECTORY.mkdir(exist_ok=True)
    for name, document in found.items():
        (DIRECTORY / f"{name}.json").write_text(f"{json.dumps(document, indent=1)}\n", encoding="utf-8")
    say(f"{DIRECTORY.name}: {', '.join(sorted(found))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
