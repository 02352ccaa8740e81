"""The packaged template without the little that the emulator cannot create."""

import string
from collections.abc import Mapping
from typing import Any

LEFT_OUT: Mapping[str, str] = {
    "AWS::Backup::BackupSelection": "the emulator backs nothing up",
    "AWS::Budgets::Budget": "the emulator has no budgets in stacks",
    "AWS::WAFv2::WebACLAssociation": "the emulator creates the firewall, and puts it before nothing",
}
"""Types of resources that the emulator does not know."""

WAITS: Mapping[str, str] = {"CUT_LEAD_SECONDS": "1", "CUT_SETTLE_SECONDS": "2"}
"""How long an audit waits before it scans."""

_UNPLACED: Mapping[str, str] = {
    "dynamodb:DescribeStream": "the emulator does not see which stream is meant",
    "ssm:GetParametersByPath": "the emulator does not see which path is meant",
}
"""Actions that the emulator takes to be on everything."""

_ALSO: Mapping[str, str] = {"sqs:SendMessage": "sqs:SendMessageBatch"}
"""Actions that the emulator knows under a second name."""


_BY_NAME = frozenset({"Pepper", "ParkingKey"})
"""Secrets that roles refer to: `Ref` gives the name of one in the emulator, and its ARN in AWS."""


def adapted(template: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a template that the emulator takes, and what was left out of it and why."""
    accepted, left_out = {}, []
    for name, resource in template["Resources"].items():
        if resource["Type"] in LEFT_OUT:
            left_out.append(f"{name}: {LEFT_OUT[resource['Type']]}")
        elif resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            left_out.append(f"{name}: the emulator calculates with no metrics")
        elif name == "DocumentsBucketPolicy":
            accepted[name] = _over_http(resource)
            left_out.append(f"{name}, its refusal of plain HTTP: the emulator is asked over that")
        elif resource["Type"] == "AWS::SecretsManager::Secret":
            accepted[name] = _without_punctuation(resource)
            left_out.append(
                f"{name}, how it is drawn: the emulator knows characters to leave out, and no kinds of them"
            )
        elif name == "Auditor":
            accepted[name] = _in_haste(resource)
            left_out.append(f"{name}, most of its waiting: the clocks are one, and all requests short")
        elif "Policies" in resource.get("Properties", {}):
            accepted[name] = _as_the_emulator_asks(resource)
        else:
            accepted[name] = resource
    left_out.append("Which entries dynamodb:LeadingKeys allows: the emulator does not see which are meant")
    left_out += [f"On what {action} is allowed: {reason}" for action, reason in _UNPLACED.items()]
    left_out += [f"That {action} stands for {also}: the emulator asks for both" for action, also in _ALSO.items()]
    return {**template, "Resources": accepted}, left_out


def _over_http(policy: Mapping[str, Any]) -> dict[str, Any]:
    properties = policy["Properties"]
    document = properties["PolicyDocument"]
    allowing = [statement for statement in document["Statement"] if statement["Effect"] == "Allow"]
    return {**policy, "Properties": {**properties, "PolicyDocument": {**document, "Statement": allowing}}}


def _in_haste(function: Mapping[str, Any]) -> dict[str, Any]:
    properties = function["Properties"]
    variables = properties.get("Environment", {}).get("Variables", {})
    return {**function, "Properties": {**properties, "Environment": {"Variables": {**variables, **WAITS}}}}


def _without_punctuation(secret: Mapping[str, Any]) -> dict[str, Any]:
    properties = secret["Properties"]
    drawn = {**properties["GenerateSecretString"], "ExcludeCharacters": string.punctuation}
    return {**secret, "Properties": {**properties, "GenerateSecretString": drawn}}


def _as_the_emulator_asks(role: Mapping[str, Any]) -> dict[str, Any]:
    properties = role["Properties"]
    (policy,) = properties["Policies"]
    document = policy["PolicyDocument"]
    allowing = {**policy, "PolicyDocument": {**document, "Statement": [_asked(s) for s in document["Statement"]]}}
    return {**role, "Properties": {**properties, "Policies": [allowing]}}


def _asked(statement: Mapping[str, Any]) -> dict[str, Any]:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    return {
        **statement,
        "Action": [*actions, *(_ALSO[action] for action in actions if action in _ALSO)],
        "Resource": "*" if any(action in _UNPLACED for action in actions) else _by_arn(statement["Resource"]),
    }


def _by_arn(resource: Any) -> Any:
    match resource:
        case list():
            return [_by_arn(one) for one in resource]
        case {"Ref": str(name)} if name in _BY_NAME:
            return {"Fn::GetAtt": [name, "Id"]}
        case _:
            return resource
