"""Tables, bucket and queues of the production template, created on an emulator."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from infra.local.local_settings import REGION, TEMPLATE, LocalError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_TABLE = "AWS::DynamoDB::Table"
_BUCKET = "AWS::S3::Bucket"
_QUEUE = "AWS::SQS::Queue"
_TABLE_PROPERTIES = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
_INDEX_PROPERTIES = ("IndexName", "KeySchema", "Projection")
_QUEUE_ATTRIBUTES = ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy")

Template = Mapping[str, Any]


class LocalClients(msgspec.Struct, frozen=True):
    """The clients that the data resources are created and read with."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    sqs: "SQSClient"


def read_template(path: Path = TEMPLATE) -> Template:
    """Return the CloudFormation template, its short tags (`!Ref x`) written out (`{"Ref": "x"}`)."""
    template: Template = yaml.load(path.read_text(encoding="utf-8"), _TemplateLoader)  # noqa: S506 - a safe loader
    return template


def create(template: Template, clients: LocalClients, prefix: str) -> dict[str, str]:
    """Create what is not there yet; return by logical id what `!Ref` means: a table's or bucket's name, a queue's URL.

    Raises:
        LocalError: a table of that name is there with another key or other indexes.
    """
    created: dict[str, str] = {}
    resources: Mapping[str, Any] = template["Resources"]
    for logical_id, resource in resources.items():
        name, properties = _name(prefix, logical_id), resource.get("Properties", {})
        if resource["Type"] == _TABLE:
            _create_table(clients.dynamodb, name, properties)
            created[logical_id] = name
        elif resource["Type"] == _BUCKET:
            _create_bucket(clients.s3, name)
            created[logical_id] = name
        elif resource["Type"] == _QUEUE:
            created[logical_id] = clients.sqs.create_queue(QueueName=name)["QueueUrl"]
    for logical_id, resource in resources.items():
        if resource["Type"] == _QUEUE:
            _configure_queue(clients.sqs, created, logical_id, resource.get("Properties", {}))
    return created


def function_environment(template: Template, created: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the template gives to every function, as far as they name a created resource."""
    variables: Mapping[str, Any] = template["Globals"]["Function"]["Environment"]["Variables"]
    references = {name: value["Ref"] for name, value in variables.items() if isinstance(value, dict) and "Ref" in value}
    return {name: created[logical_id] for name, logical_id in references.items() if logical_id in created}


def expiring(template: Template, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the attribute that holds when an item expires (epoch s), by the name of each table that has one."""
    variables: Mapping[str, Any] = template["Globals"]["Function"]["Environment"]["Variables"]
    names = {value["Ref"]: environment.get(name) for name, value in variables.items() if isinstance(value, dict)}
    return {
        name: resource["Properties"]["TimeToLiveSpecification"]["AttributeName"]
        for logical_id, resource in template["Resources"].items()
        if "TimeToLiveSpecification" in resource.get("Properties", {}) and (name := names.get(logical_id))
    }


def stream_arn(dynamodb: "DynamoDBClient", table: str) -> str:
    """Return the ARN of a table's stream."""
    return dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]


def _name(prefix: str, logical_id: str) -> str:
    return f"{prefix}-{re.sub('(?<!^)(?=[A-Z])', '-', logical_id).lower()}"


def _create_table(dynamodb: "DynamoDBClient", name: str, properties: Mapping[str, Any]) -> None:
    given = {key: properties[key] for key in _TABLE_PROPERTIES if key in properties}
    if indexes := given.get("GlobalSecondaryIndexes"):
        given["GlobalSecondaryIndexes"] = [
            {key: index[key] for key in _INDEX_PROPERTIES if key in index} for index in indexes
        ]
    if "StreamSpecification" in properties:
        given["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    try:
        dynamodb.create_table(TableName=name, **given)
    except dynamodb.exceptions.ResourceInUseException:
        _check_table(dynamodb, name, properties)
        return
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _check_table(dynamodb: "DynamoDBClient", name: str, properties: Mapping[str, Any]) -> None:
    found = dynamodb.describe_table(TableName=name)["Table"]
    if found["KeySchema"] != properties["KeySchema"]:
        raise LocalError(f"table {name} has another key than the template gives it: set another DATA_DIR")
    expected_indexes = {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}
    if {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])} != expected_indexes:
        raise LocalError(f"table {name} has other indexes than the template gives it: set another DATA_DIR")


def _create_bucket(s3: "S3Client", name: str) -> None:
    try:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return


def _configure_queue(sqs: "SQSClient", created: Mapping[str, str], logical_id: str, properties: Template) -> None:
    attributes: dict[Any, str] = {}
    for key in _QUEUE_ATTRIBUTES:
        if key == "RedrivePolicy" and key in properties:
            dead_id = properties[key]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            arn = sqs.get_queue_attributes(QueueUrl=created[dead_id], AttributeNames=["QueueArn"])["Attributes"]
            policy = {**properties[key], "deadLetterTargetArn": arn["QueueArn"]}
            attributes[key] = msgspec.json.encode(policy).decode()
        elif key in properties:
            attributes[key] = str(properties[key])
    if attributes:
        sqs.set_queue_attributes(QueueUrl=created[logical_id], Attributes=attributes)


class _TemplateLoader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags."""


def _short_tag(loader: _TemplateLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if tag == "GetAtt":
            return {"Fn::GetAtt": str(value).split(".")}
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}
    if isinstance(node, yaml.SequenceNode):
        return {f"Fn::{tag}": loader.construct_sequence(node, deep=True)}
    raise LocalError(f"!{tag} with a mapping is not understood in the template")


_TemplateLoader.add_multi_constructor("!", _short_tag)
