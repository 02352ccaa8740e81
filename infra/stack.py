"""A package as a CloudFormation stack: created, changed in place, read and deleted."""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError, WaiterError

from infra.package import Package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

_CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_NOTHING_NEW = ("didn't contain changes", "No updates are to be performed")


class StackError(Exception):
    """A stack could not be created, changed or deleted; the message says why."""


class Stack(msgspec.Struct, frozen=True):
    """One stack by its name; what is too large for a request goes through a bucket of its own."""

    name: str
    cloudformation: "CloudFormationClient"
    s3: "S3Client"
    artifacts: str
    poll_seconds: int = 5

    def deploy(self, package: Package, parameters: Mapping[str, str]) -> dict[str, str]:
        """Create the stack or change it in place, and return its outputs.

        Raises:
            StackError: it could not be done, and CloudFormation took back what it had begun.
        """
        code = f"code/{package.digest}.zip"
        self.s3.put_object(Bucket=self.artifacts, Key=code, Body=package.code.read_bytes())
        template = located(package.read_template(), self.artifacts, code)
        key = f"templates/{self.name}-{package.digest}.json"
        self.s3.put_object(Bucket=self.artifacts, Key=key, Body=json.dumps(template).encode())
        url = f"{self.s3.meta.endpoint_url}/{self.artifacts}/{key}"
        self._change(url, parameters)
        return self.outputs()

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs, none where there is no such stack."""
        stack = self._described()
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])} if stack else {}

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by their logical ones."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
        }

    def delete(self) -> None:
        """Delete the stack; what keeps data stays."""
        self.cloudformation.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _change(self, template_url: str, parameters: Mapping[str, str]) -> None:
        kind = "UPDATE" if self._described() else "CREATE"
        change_set = f"change-{int(time.time() * 1000)}"
        self.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=change_set,
            ChangeSetType=kind,  # type: ignore[arg-type]
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=_CAPABILITIES,
        )
        if not self._is_ready(change_set):
            return
        self.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        self._wait("stack_update_complete" if kind == "UPDATE" else "stack_create_complete")

    def _is_ready(self, change_set: str) -> bool:
        """Wait until a change set can be carried out; return False where it has nothing to change."""
        while True:
            answer = self.cloudformation.describe_change_set(StackName=self.name, ChangeSetName=change_set)
            if answer["Status"] == "CREATE_COMPLETE":
                return True
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "")
                if any(text in reason for text in _NOTHING_NEW):
                    return False
                raise StackError(f"{self.name}: {reason}")
            time.sleep(self.poll_seconds)

    def _wait(self, until: Any) -> None:
        waiter = self.cloudformation.get_waiter(until)
        try:
            waiter.wait(StackName=self.name, WaiterConfig={"Delay": self.poll_seconds, "MaxAttempts": 720})
        except WaiterError:
            raise StackError(f"{self.name}: {'; '.join(self._failures()) or 'failed'}") from None

    def _failures(self) -> list[str]:
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in reversed(events)
            if event.get("ResourceStatus", "").endswith("FAILED") and "ResourceStatusReason" in event
        ]

    def _described(self) -> Any:
        try:
            stacks = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        # A change set that was never carried out leaves a stack without anything in it.
        return stacks[0] if stacks and stacks[0]["StackStatus"] != "REVIEW_IN_PROGRESS" else None


def located(template: Mapping[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """Return a template whose functions have their code in a bucket."""
    resources = {
        name: {**resource, "Properties": {**resource["Properties"], "CodeUri": {"Bucket": bucket, "Key": key}}}
        if resource["Type"] == "AWS::Serverless::Function"
        else resource
        for name, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}
