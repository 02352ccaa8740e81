"""What the functions do, what they are allowed, and whether that is the same.

What a function calls is seen in the rehearsal, which fails where it calls another thing or no more what is here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
Permissions = frozenset[tuple[str, str]]
"""Pairs of a resource and an action: logical ids stand for resources, `X.StreamArn`, `X.Streams` and `X.Indexes` for
those of a table.
"""


def _pairs(resource: str, actions: str) -> set[tuple[str, str]]:
    service, _, names = actions.partition(":")
    return {(resource, f"{service}:{name}") for name in names.split()}


ROLES: Mapping[str, str] = {
    "APIHandler": "ApiRole",
    "Projector": "ProjectorRole",
    "Publisher": "PublisherRole",
    "Sweeper": "SweeperRole",
    "Auditor": "AuditorRole",
    "Retention": "RetentionRole",
    "LeadWorker": "LeadWorkerRole",
    "LeadReconciler": "LeadReconcilerRole",
}
"""By function, its role."""

_SHOWN = (
    _pairs("StateTable", "dynamodb:Query")
    | _pairs("RegistryTable", "dynamodb:Query")
    | _pairs("NamesTable", "dynamodb:BatchGetItem GetItem")
    | _pairs("DocumentsBucket", "s3:GetObject PutObject")
)
_NOTES = _pairs("RegistryTable", "dynamodb:GetItem PutItem")
_GET_VALUE = "secretsmanager:GetSecretValue"
_BOARDS = _pairs("OrganisationsTable.Indexes", "dynamodb:Query")

CALLED: Mapping[str, Permissions] = {
    "APIHandler": frozenset(
        _pairs("EventsTable", "dynamodb:BatchGetItem GetItem PutItem Query")
        | _pairs("ReceiptsTable", "dynamodb:BatchGetItem GetItem PutItem")
        | _pairs("ContactsTable", "dynamodb:BatchWriteItem DeleteItem PutItem Query UpdateItem")
        | _pairs("ContactsTable.Indexes", "dynamodb:Query")
        | _pairs("NamesTable", "dynamodb:DeleteItem UpdateItem")
        | _pairs("NamesTable.Indexes", "dynamodb:Query")
        | _pairs("RegistryTable", "dynamodb:GetItem PutItem UpdateItem")
        | _pairs("ActsTable", "dynamodb:BatchGetItem")
        | _pairs("ActsTable.Indexes", "dynamodb:Query")
        | _pairs("OperationsTable", "dynamodb:GetItem Query UpdateItem")
        | _pairs("ParkedTable", "dynamodb:BatchWriteItem DeleteItem GetItem PutItem Query")
        | _pairs("TrailTable", "dynamodb:PutItem Query")
        | _pairs("LeadsQueue", "sqs:SendMessage")
        | _pairs("hooks", "ssm:GetParametersByPath")
        | _pairs("Pepper", _GET_VALUE)
        | _pairs("ParkingKey", _GET_VALUE)
        | _SHOWN
    ),
    "Projector": frozenset(
        # Only where an invocation does not name its shard.
        _pairs("EventsTable.StreamArn", "dynamodb:DescribeStream")
        | _pairs("StateTable", "dynamodb:GetItem PutItem")
        | _pairs("OperationsTable", "dynamodb:GetItem PutItem")
        | _pairs("RegistryTable", "dynamodb:Query")
        | _pairs("ActsTable", "dynamodb:PutItem")
        | _pairs("OrganisationsTable", "dynamodb:PutItem")
        | _pairs("PoisonQueue", "sqs:SendMessage")
    ),
    "Publisher": frozenset(_SHOWN | _NOTES | _BOARDS | _pairs("distribution", "cloudfront:CreateInvalidation")),
    "Sweeper": frozenset(
        _pairs("EventsTable", "dynamodb:DescribeTable")
        | _pairs("EventsTable.StreamArn", "dynamodb:DescribeStream GetRecords GetShardIterator")
        | _pairs("OperationsTable", "dynamodb:DeleteItem PutItem Query")
        | _SHOWN
        | _NOTES
        | _BOARDS
    ),
    "Auditor": frozenset(
        _pairs("EventsTable", "dynamodb:BatchGetItem DescribeTable Scan")
        | _pairs("EventsTable.StreamArn", "dynamodb:DescribeStream GetRecords GetShardIterator")
        | _pairs("StateTable", "dynamodb:DeleteItem GetItem PutItem Query")
        | _pairs("ActsTable", "dynamodb:BatchGetItem Scan")
        | _pairs("OrganisationsTable", "dynamodb:BatchGetItem Scan")
        | _pairs("RegistryTable", "dynamodb:GetItem PutItem Query")
        | _pairs("OperationsTable", "dynamodb:DeleteItem GetItem PutItem Query")
    ),
    "Retention": frozenset(
        _pairs("ContactsTable", "dynamodb:PutItem Query Scan UpdateItem")
        | _pairs("RegistryTable", "dynamodb:Query")
        | _pairs("Pepper", _GET_VALUE)
    ),
    "LeadWorker": frozenset(
        _pairs("LeadsQueue", "sqs:ChangeMessageVisibility")
        | _pairs("EventsTable", "dynamodb:PutItem Query")
        | _pairs("ReceiptsTable", "dynamodb:GetItem PutItem")
        | _pairs("ContactsTable", "dynamodb:PutItem UpdateItem")
        | _pairs("NamesTable", "dynamodb:UpdateItem")
        | _pairs("RegistryTable", "dynamodb:GetItem")
        | _pairs("OperationsTable", "dynamodb:UpdateItem")
        | _pairs("ParkedTable", "dynamodb:BatchWriteItem PutItem")
        | _pairs("hooks", "ssm:GetParametersByPath")
        | _pairs("Pepper", _GET_VALUE)
        | _pairs("ParkingKey", _GET_VALUE)
    ),
    "LeadReconciler": frozenset(
        _pairs("EventsTable", "dynamodb:PutItem Query")
        | _pairs("ReceiptsTable", "dynamodb:GetItem PutItem")
        | _pairs("ContactsTable", "dynamodb:PutItem UpdateItem")
        | _pairs("NamesTable", "dynamodb:UpdateItem")
        | _pairs("RegistryTable", "dynamodb:GetItem Query")
        | _pairs("OperationsTable", "dynamodb:UpdateItem")
        | _pairs("ParkedTable", "dynamodb:BatchWriteItem DeleteItem PutItem Query")
        | _pairs("hooks", "ssm:GetParametersByPath")
        | _pairs("Pepper", _GET_VALUE)
        | _pairs("ParkingKey", _GET_VALUE)
    ),
}
"""By function, what its code calls."""

ONE_KIND: Mapping[str, str] = {"Publisher": "reached", "Sweeper": "reached", "Auditor": "generations"}
"""By function, the only kind of the registry's entries that it may write: not campaigns, forms or tokens."""

_TRACES = _pairs("*", "xray:PutTraceSegments PutTelemetryRecords")
_READ = "dynamodb:DescribeStream GetRecords GetShardIterator"
_LIST = "dynamodb:ListStreams"
_LINES = "logs:CreateLogStream PutLogEvents"
_KEY = "kms:Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo"
_KEYS = _pairs("ContactsKey", _KEY) | _pairs("ParkedKey", _KEY) | _pairs("SecretsKey", "kms:Decrypt")
# S3 answers 403 for an object that is not there to who may not list.
_MISSING = _pairs("DocumentsBucket", "s3:ListBucket")

CALLED_FOR_IT: Mapping[str, Permissions] = {
    "APIHandler": frozenset(_pairs("ApiLogs", _LINES) | _TRACES | _KEYS | _MISSING),
    "Projector": frozenset(
        _pairs("ProjectorLogs", _LINES)
        | _TRACES
        | _pairs("EventsTable.StreamArn", _READ)
        | _pairs("EventsTable.Streams", _LIST)
    ),
    "Publisher": frozenset(
        _pairs("PublisherLogs", _LINES)
        | _TRACES
        | _pairs("StateTable.StreamArn", _READ)
        | _pairs("StateTable.Streams", _LIST)
        | _pairs("RegistryTable.StreamArn", _READ)
        | _pairs("RegistryTable.Streams", _LIST)
        | _pairs("NamesTable.StreamArn", _READ)
        | _pairs("NamesTable.Streams", _LIST)
        | _MISSING
    ),
    "Sweeper": frozenset(_pairs("SweeperLogs", _LINES) | _TRACES | _MISSING),
    "Auditor": frozenset(_pairs("AuditorLogs", _LINES) | _TRACES),
    "Retention": frozenset(_pairs("RetentionLogs", _LINES) | _TRACES | _KEYS),
    "LeadWorker": frozenset(
        _pairs("LeadWorkerLogs", _LINES)
        | _TRACES
        | _KEYS
        | _pairs("LeadsQueue", "sqs:ReceiveMessage DeleteMessage GetQueueAttributes")
    ),
    "LeadReconciler": frozenset(_pairs("LeadReconcilerLogs", _LINES) | _TRACES | _KEYS),
}
"""By function, what AWS itself does in its name: read streams and queues, keep logs and traces, use keys of tables."""

SERVICE_ROLES: Mapping[str, str] = {"BackupRole": "backup.amazonaws.com"}
"""By role that a service of AWS takes on, which one: what it may do AWS's own policies say."""

SERVICE_POLICIES: Mapping[str, tuple[str, ...]] = {
    "BackupRole": ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
}
"""By that role, which policies of AWS.

docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html
"""

_LOOSE_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")

ON_EVERYTHING: Mapping[str, str] = {
    "xray:PutTraceSegments": "X-Ray knows no resources",
    "xray:PutTelemetryRecords": "X-Ray knows no resources",
}
"""The only actions that may be allowed on `*`, each with the reason."""


def faults(template: Template) -> list[str]:
    """Return what is wrong with a translated template: nothing where each function has all that it needs, no more."""
    resources: Mapping[str, Any] = template["Resources"]
    functions = {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Function"}
    found = [f"{name} is not known in {__name__}" for name in functions - ROLES.keys()]
    found += [f"{name} is not in the template" for name in ROLES.keys() - functions]
    found += [
        f"{name} does not have the role {ROLES[name]}"
        for name in functions & ROLES.keys()
        if resources[name]["Properties"].get("Role") != {"Fn::GetAtt": [ROLES[name], "Arn"]}
    ]
    roles = {
        name for name, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"
    } - SERVICE_ROLES.keys()
    found += [
        f"{name} is not {SERVICE_ROLES[name]}'s alone, with its policies"
        for name in SERVICE_ROLES
        if not _is_services(resources, name)
    ]
    found += [f"{name} is a role of no function" for name in roles - set(ROLES.values())]
    found += [f"{name} is not in the template" for name in set(ROLES.values()) - roles]
    others = {name for name, resource in resources.items() if resource["Type"] in _LOOSE_POLICIES}
    found += [f"{name} allows something outside of the roles" for name in others]
    if found:
        return sorted(found)
    for name, role in ROLES.items():
        found += _role_faults(name, resources[role])
    return found


def _is_services(resources: Mapping[str, Any], role: str) -> bool:
    properties = resources.get(role, {}).get("Properties", {})
    policies = [{"Fn::Sub": f"{_OF_SERVICES}{name}"} for name in SERVICE_POLICIES[role]]
    statement = properties.get("AssumeRolePolicyDocument", {}).get("Statement")
    return (
        statement == {"Effect": "Allow", "Principal": {"Service": SERVICE_ROLES[role]}, "Action": "sts:AssumeRole"}
        and not properties.get("Policies")
        and properties.get("ManagedPolicyArns") == policies
    )


def granted(role: Mapping[str, Any]) -> Permissions:
    """Return what a role is allowed by its policies."""
    return frozenset((resource, action) for statement in _statements(role) for resource, action in _allowed(statement))


def _role_faults(function: str, role: Mapping[str, Any]) -> Iterator[str]:
    if role["Properties"].get("ManagedPolicyArns"):
        yield f"{function}: policies that are not of this template"
    allowed, needed = granted(role), CALLED[function] | CALLED_FOR_IT[function]
    for resource, action in sorted(allowed):
        if "*" in action:
            yield f"{function}: {action} has a wildcard"
        if "*" in resource and action not in ON_EVERYTHING:
            yield f"{function}: {action} is allowed on {resource}"
    yield from (f"{function} lacks {action} on {resource}" for resource, action in sorted(needed - allowed))
    yield from (f"{function} does not need {action} on {resource}" for resource, action in sorted(allowed - needed))
    for statement in _statements(role):
        keys = [resource for resource, action in _allowed(statement) if action.startswith("kms:")]
        yield from (f"{function} may use {key} for anything" for key in keys if not _is_via_service(key, statement))
        if function in ONE_KIND and not _keeps_to(ONE_KIND[function], statement):
            yield f"{function} may write any entry of the registry"


def _statements(role: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for policy in role["Properties"].get("Policies", []):
        yield from _listed(policy["PolicyDocument"]["Statement"])


def _allowed(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if statement["Effect"] != "Allow":
        return
    if unread := statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
        raise ValueError(f"a statement with {', '.join(sorted(unread))} is not read here")
    for resource in _listed(statement["Resource"]):
        for action in _listed(statement["Action"]):
            yield _resource(resource), action


def _resource(value: Any) -> str:
    """Return the short name of a resource: its logical id, with an attribute other than its ARN."""
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Ref": str(name)} if name in _REFERRED_TO_BY_ARN:
            return name
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": str(text)}:
            return _SUBSTITUTED.get(text, text)
        case str(text):
            return text
        case _:
            raise ValueError(f"{value} is not read here")


_OF_SERVICES = "arn:${AWS::Partition}:iam::aws:policy/service-role/"

_REFERRED_TO_BY_ARN = ("Pepper", "ParkingKey")

_STREAMS = ("EventsTable", "StateTable", "RegistryTable", "NamesTable")

INDEXED = ("ActsTable", "OrganisationsTable", "NamesTable", "ContactsTable")
"""The only tables with indexes: an index elsewhere would make every write dearer."""

_SUBSTITUTED: Mapping[str, str] = {
    **{f"${{{table}.Arn}}/stream/*": f"{table}.Streams" for table in _STREAMS},
    **{f"${{{table}.Arn}}/index/*": f"{table}.Indexes" for table in INDEXED},
    "${DocumentsBucket.Arn}/v1/*": "DocumentsBucket",
    "${DocumentsBucket.Arn}/v1/campaigns/*": "DocumentsBucket",
    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}": "distribution",
    "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/qaiyrym/${Stage}/hooks/*": "hooks",
}
"""Parts of resources that may be named with a wildcard at the end."""


def _is_via_service(key: str, statement: Mapping[str, Any]) -> bool:
    """Whether a key may be used only through the service that keeps what is under it."""
    service = "secretsmanager" if key == "SecretsKey" else "dynamodb"
    expected = {"StringEquals": {"kms:ViaService": {"Fn::Sub": f"{service}.${{AWS::Region}}.amazonaws.com"}}}
    return bool(statement.get("Condition") == expected)


def _keeps_to(kind: str, statement: Mapping[str, Any]) -> bool:
    expected = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [kind]}}
    writes = ("RegistryTable", "dynamodb:PutItem") in _allowed(statement)
    return not writes or bool(statement.get("Condition") == expected)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
