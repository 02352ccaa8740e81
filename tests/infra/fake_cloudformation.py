"""CloudFormation and the bucket of its templates in memory, as far as deployments use them."""

import io
import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.stack import Stack

NAME = "qaiyrym-test"
BUCKET = "packages"


class NoSuchKey(Exception):
    """What S3 answers for an object that is not there."""


class FakeBucket:
    """One bucket by its client."""

    meta = SimpleNamespace(endpoint_url="https://s3.example")
    exceptions = SimpleNamespace(NoSuchKey=NoSuchKey)

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        self.objects[Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise NoSuchKey
        return {"Body": io.BytesIO(self.objects[Key])}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        self.objects.pop(Key, None)


class FakeCloudFormation:
    """One stack: `status` is None where there is none, `replaced` says what a change replaces, `failing` what fails.

    `slow` lets no change end, `statuses` are those of resources that are not just there.
    """

    def __init__(
        self, bucket: FakeBucket, status: str | None = None, template: Mapping[str, Any] | None = None
    ) -> None:
        self._bucket = bucket
        self._change_sets: dict[str, dict[str, Any]] = {}
        self.status = status
        self.current: Mapping[str, Any] = template or {"Resources": {}}
        self.parameters: dict[str, str] = {}
        self.outputs: dict[str, str] = {}
        self.physical: dict[str, str] = {name: f"{NAME}-{name}" for name in self.current["Resources"]}
        self.statuses: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        self.policy: dict[str, Any] | None = None
        self.replaced: dict[str, str] = {}
        self.failing: str | None = None
        self.slow = False
        self.done: list[str] = []

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        if self.status is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {
            "Stacks": [
                {
                    "StackStatus": self.status,
                    "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()],
                    "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()],
                }
            ]
        }

    def create_change_set(self, **given: Any) -> None:
        key = given["TemplateURL"].removeprefix(f"https://s3.example/{BUCKET}/")
        template = json.loads(self._bucket.objects[key])
        values = {one["ParameterKey"]: one.get("ParameterValue") for one in given["Parameters"]}
        parameters = {name: self.parameters.get(name) if value is None else value for name, value in values.items()}
        self.done.append(f"plan {given['ChangeSetType']}")
        if given["ChangeSetType"] == "CREATE":
            self.status = "REVIEW_IN_PROGRESS"
        imported = {one["LogicalResourceId"]: one["ResourceIdentifier"] for one in given.get("ResourcesToImport", [])}
        self._change_sets[given["ChangeSetName"]] = {
            "template": template,
            "parameters": parameters,
            "imported": imported,
            "changes": self._changes(template, parameters, imported),
            "kind": given["ChangeSetType"],
        }

    def describe_change_set(self, *, StackName: str, ChangeSetName: str) -> dict[str, Any]:  # noqa: N803
        found = self._change_sets[ChangeSetName]
        if not found["changes"]:
            return {
                "Status": "FAILED",
                "StatusReason": "The submitted information didn't contain changes.",
                "Changes": [],
            }
        return {"Status": "CREATE_COMPLETE", "Changes": found["changes"]}

    def execute_change_set(self, *, StackName: str, ChangeSetName: str) -> None:  # noqa: N803
        found = self._change_sets.pop(ChangeSetName)
        self.done.append(f"carry out {found['kind']}")
        if self.slow:
            self.status = f"{found['kind']}_IN_PROGRESS"
            return
        if denied := self._denied(found["changes"]):
            self.status = "UPDATE_ROLLBACK_COMPLETE"
            self.events.insert(0, event(denied[0], "UPDATE_FAILED", "Action denied by stack policy"))
            return
        if self.failing:
            self.status = "ROLLBACK_COMPLETE" if found["kind"] == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
            self.events.insert(0, event(self.failing, "CREATE_FAILED", "a name is taken"))
            return
        self.status = f"{found['kind']}_COMPLETE"
        self.current, self.parameters = found["template"], found["parameters"]
        imported = {name: identifier["TableName"] for name, identifier in found["imported"].items()}
        self.physical = {
            name: imported.get(name) or self.physical.get(name, f"{NAME}-{name}") for name in self.current["Resources"]
        }

    def delete_change_set(self, *, StackName: str, ChangeSetName: str) -> None:  # noqa: N803
        self._change_sets.pop(ChangeSetName)
        self.done.append("discard")

    def delete_stack(self, *, StackName: str) -> None:  # noqa: N803
        self.done.append("delete")
        if self.failing:
            self.status = "DELETE_FAILED"
            self.events.insert(0, event(self.failing, "DELETE_FAILED", "it is not empty"))
        else:
            self.status = None

    def continue_update_rollback(self, *, StackName: str) -> None:  # noqa: N803
        self.done.append("continue rollback")
        if self.failing:
            self.events.insert(0, event(self.failing, "UPDATE_FAILED", "it is gone"))
        else:
            self.status = "UPDATE_ROLLBACK_COMPLETE"

    def set_stack_policy(self, *, StackName: str, StackPolicyBody: str) -> None:  # noqa: N803
        self.policy = json.loads(StackPolicyBody)
        known = set(self.current["Resources"])
        for statement in self.policy["Statement"]:
            named = statement["Resource"] if isinstance(statement["Resource"], list) else []
            # CloudFormation refuses names that the stack does not have.
            assert {name.removeprefix("LogicalResourceId/") for name in named} <= known

    def get_template(self, *, StackName: str, TemplateStage: str) -> dict[str, Any]:  # noqa: N803
        if self.status == "REVIEW_IN_PROGRESS":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no template"}}, "GetTemplate")
        return {"TemplateBody": self.current}

    def get_waiter(self, name: str) -> Any:
        def wait(**_: Any) -> None:
            failed = self.status is not None and (
                self.status.endswith("_IN_PROGRESS") or "ROLLBACK" in self.status or self.status.endswith("FAILED")
            )
            if failed and not (name == "stack_rollback_complete" and self.status == "UPDATE_ROLLBACK_COMPLETE"):
                raise WaiterError(name, "failed", {})

        return SimpleNamespace(wait=wait)

    def get_paginator(self, name: str) -> Any:
        def paginate(**given: Any) -> Iterator[dict[str, Any]]:
            if name == "describe_change_set":
                yield self.describe_change_set(**given)
            elif name == "describe_stack_events":
                yield {"StackEvents": self.events}
            else:
                yield {
                    "StackResourceSummaries": [
                        {
                            "LogicalResourceId": logical,
                            "ResourceType": resource["Type"],
                            "PhysicalResourceId": physical,
                            "ResourceStatus": self.statuses.get(logical, "CREATE_COMPLETE"),
                        }
                        for logical, resource in self.current["Resources"].items()
                        if (physical := self.physical.get(logical))
                    ]
                }

        return SimpleNamespace(paginate=paginate)

    def _denied(self, changes: list[Any]) -> list[str]:
        """Return what the stack's policy lets nobody remove or replace; what is conditional is replaced in the end."""
        told = [change["ResourceChange"] for change in changes]
        lost = [one["LogicalResourceId"] for one in told if one["Action"] == "Remove" or one["Replacement"] != "False"]
        statements = self.policy["Statement"] if self.policy else []
        denied = {name for one in statements if one["Effect"] == "Deny" for name in one["Resource"]}
        return [name for name in lost if f"LogicalResourceId/{name}" in denied]

    def _changes(
        self, template: Mapping[str, Any], parameters: Mapping[str, Any], imported: Mapping[str, Any]
    ) -> list[Any]:
        before, after = self.current["Resources"] if self.status != "REVIEW_IN_PROGRESS" else {}, template["Resources"]
        added = [change("Import" if name in imported else "Add", name, after[name]) for name in after.keys() - before]
        removed = [change("Remove", name, before[name]) for name in before.keys() - after]
        touched = parameters != self.parameters
        modified = [
            change("Modify", name, after[name], self.replaced.get(name, "False"))
            for name in after.keys() & before
            if after[name] != before[name] or name in self.replaced or touched
        ]
        return [*added, *removed, *modified]


def change(action: str, name: str, resource: Mapping[str, Any], replacement: str = "False") -> dict[str, Any]:
    """Return a change as CloudFormation tells it."""
    told = {"Action": action, "LogicalResourceId": name, "ResourceType": resource["Type"], "Replacement": replacement}
    return {"ResourceChange": told}


def event(name: str, status: str, reason: str = "", kind: str = "AWS::S3::Bucket") -> dict[str, Any]:
    """Return an event as CloudFormation tells it."""
    return {
        "LogicalResourceId": name,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "ResourceType": kind,
        "PhysicalResourceId": f"{NAME}-{name}",
        "StackId": "arn:stack",
    }


def beginning(status: str) -> dict[str, Any]:
    """Return the event by which an attempt begins."""
    return {**event(NAME, status, "User Initiated", "AWS::CloudFormation::Stack"), "PhysicalResourceId": "arn:stack"}


def stack_of(cloudformation: FakeCloudFormation, bucket: FakeBucket) -> Stack:
    """Return a stack by these, which waits for nothing."""
    client: Any = cloudformation
    s3: Any = bucket
    return Stack(NAME, client, s3, BUCKET, 0)
