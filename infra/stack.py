"""A package as a CloudFormation stack: planned, created, changed in place, read and deleted."""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from botocore.exceptions import ClientError, WaiterError

from infra.package import Package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

Kind = Literal["CREATE", "UPDATE", "IMPORT"]
Template = Mapping[str, Any]

RETAINED = ("Retain", "RetainExceptOnCreate")
"""Values of `DeletionPolicy` by which a resource outlives its stack: what keeps data has one of them."""

_CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_NOTHING_NEW = ("didn't contain changes", "No updates are to be performed")
_NO_FAULT_OF_ITS_OWN = ("Resource creation cancelled", "Resource update cancelled")
_WAITERS: Mapping[Kind, Any] = {
    "CREATE": "stack_create_complete",
    "UPDATE": "stack_update_complete",
    "IMPORT": "stack_import_complete",
}


class StackError(Exception):
    """A stack could not be created, changed or deleted; the message says why."""


class ResourceChange(msgspec.Struct, frozen=True):
    """What becomes of one resource: `properties` are those that change."""

    action: str
    name: str
    type: str
    replacement: str = "False"
    """`True`, `False`, or `Conditional` where CloudFormation knows only when it does it."""
    properties: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """A change set that can be carried out; `retained_ids` are logical ids of what keeps data, before or after it."""

    change_set: str
    kind: Kind
    changes: tuple[ResourceChange, ...]
    retained_ids: frozenset[str] = frozenset()

    @property
    def losses(self) -> list[ResourceChange]:
        """The changes that would take what keeps data out of the stack, or put another, empty, in its place."""
        return [
            change
            for change in self.changes
            if change.name in self.retained_ids and (change.action == "Remove" or change.replacement == "True")
        ]


class Resource(msgspec.Struct, frozen=True):
    """A resource of a stack; `physical` is the id that AWS knows it by."""

    logical: str
    type: str
    physical: str


class Stack(msgspec.Struct, frozen=True):
    """One stack by its name; what is too large for a request goes through a bucket of its own."""

    name: str
    cloudformation: "CloudFormationClient"
    s3: "S3Client"
    artifacts: str
    poll_seconds: int = 5

    def plan(self, package: Package, parameters: Mapping[str, str]) -> Plan | None:
        """Return what a deployment of a package would change, None where that is nothing.

        Raises:
            StackError: CloudFormation does not take it.
        """
        code = f"code/{package.digest}.zip"
        self.s3.put_object(Bucket=self.artifacts, Key=code, Body=package.code.read_bytes())
        return self.plan_template(located(package.read_template(), self.artifacts, code), parameters)

    def plan_template(
        self,
        template: Template,
        parameters: Mapping[str, str] | None = None,
        imported: Sequence[Resource] = (),
    ) -> Plan | None:
        """Return what a template would change; without parameters those stay that the stack has.

        `imported` are tables that the stack takes over as they are, and then nothing else may change.

        Raises:
            StackError: CloudFormation does not take it.
        """
        kind: Kind = "IMPORT" if imported else "UPDATE" if self._described() else "CREATE"
        # Asked for first: the change set of a new stack makes one without a template.
        retained_ids = retained(template) | (retained(self.template()) if kind != "CREATE" else frozenset())
        plan = Plan(f"change-{int(time.time() * 1000)}", kind, (), retained_ids)
        key = f"templates/{self.name}-{plan.change_set}.json"
        self.s3.put_object(Bucket=self.artifacts, Key=key, Body=json.dumps(template).encode())
        given: Any = (
            [{"ParameterKey": name, "UsePreviousValue": True} for name in template.get("Parameters", {})]
            if parameters is None
            else [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        )
        resources: Any = [
            {
                "ResourceType": one.type,
                "LogicalResourceId": one.logical,
                "ResourceIdentifier": {"TableName": one.physical},
            }
            for one in imported
        ]
        self.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=plan.change_set,
            ChangeSetType=kind,
            TemplateURL=f"{self.s3.meta.endpoint_url}/{self.artifacts}/{key}",
            Parameters=given,
            Capabilities=_CAPABILITIES,
            **({"ResourcesToImport": resources} if resources else {}),
        )
        if not self._is_ready(plan):
            self.discard(plan)
            return None
        return msgspec.structs.replace(plan, changes=tuple(self._changes(plan)))

    def carry_out(self, plan: Plan) -> None:
        """Do what was planned, and wait until it is done.

        Raises:
            StackError: it could not be done, and CloudFormation took back what it had begun.
        """
        self.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=plan.change_set)
        self._wait(_WAITERS[plan.kind])

    def discard(self, plan: Plan) -> None:
        """Let a plan be; of a stack that was to be created nothing stays."""
        self.cloudformation.delete_change_set(StackName=self.name, ChangeSetName=plan.change_set)
        if plan.kind == "CREATE":
            self.cloudformation.delete_stack(StackName=self.name)

    def protect(self, names: Collection[str]) -> None:
        """Let CloudFormation refuse whatever would replace or remove some of the stack's resources."""
        self.cloudformation.set_stack_policy(StackName=self.name, StackPolicyBody=json.dumps(policy(names)))

    def status(self) -> str | None:
        """Return the stack's status, None where there is none."""
        stack = self._any()
        return stack["StackStatus"] if stack else None

    def status_reason(self) -> str:
        """Return why the stack has its status, as far as CloudFormation says it."""
        stack = self._any()
        return stack.get("StackStatusReason", "") if stack else ""

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs, none where there is no such stack."""
        stack = self._described()
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])} if stack else {}

    def parameters(self) -> dict[str, str]:
        """Return the stack's parameters as they are now, none where there is no such stack."""
        stack = self._described()
        given = stack.get("Parameters", []) if stack else []
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in given}

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by their logical ones."""
        return {resource.logical: resource.physical for resource in self.listed()}

    def listed(self) -> Iterator[Resource]:
        """Yield the stack's resources; CloudFormation lists those that were deleted, too, which are left out."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        for page in pages:
            for one in page["StackResourceSummaries"]:
                if one.get("ResourceStatus") == "DELETE_COMPLETE":
                    continue
                yield Resource(one["LogicalResourceId"], one["ResourceType"], one.get("PhysicalResourceId", ""))

    def template(self, *, processed: bool = False) -> dict[str, Any]:
        """Return the template that the stack was deployed from, or what its transforms made of that."""
        stage: Any = "Processed" if processed else "Original"
        body: Any = self.cloudformation.get_template(StackName=self.name, TemplateStage=stage)["TemplateBody"]
        found: dict[str, Any] = json.loads(body) if isinstance(body, str) else json.loads(json.dumps(body))
        return found

    def left_behind(self) -> list[Resource]:
        """Return what the last attempt made and neither rolled back nor deleted."""
        return [
            Resource(event["LogicalResourceId"], event.get("ResourceType", ""), event.get("PhysicalResourceId", ""))
            for event in self._last_events()
            if event.get("ResourceStatus") == "DELETE_SKIPPED"
        ]

    def failures(self) -> list[str]:
        """Return what failed in the last attempt and why, in the order in which it did."""
        return [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in reversed(self._last_events())
            if event.get("ResourceStatus", "").endswith("FAILED")
            and not event.get("ResourceStatusReason", _NO_FAULT_OF_ITS_OWN[0]).startswith(_NO_FAULT_OF_ITS_OWN)
        ]

    def continue_rollback(self) -> None:
        """Go on with a rollback that had failed.

        Raises:
            StackError: it fails again.
        """
        self.cloudformation.continue_update_rollback(StackName=self.name)
        self._wait("stack_rollback_complete")

    def delete(self) -> None:
        """Delete the stack; what keeps data stays.

        Raises:
            StackError: something could not be deleted.
        """
        self.cloudformation.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _is_ready(self, plan: Plan) -> bool:
        """Wait until a change set can be carried out; return False where it has nothing to change."""
        while True:
            answer = self.cloudformation.describe_change_set(StackName=self.name, ChangeSetName=plan.change_set)
            if answer["Status"] == "CREATE_COMPLETE":
                return True
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "")
                if any(text in reason for text in _NOTHING_NEW):
                    return False
                self.discard(plan)
                raise StackError(f"{self.name}: {reason}")
            time.sleep(self.poll_seconds)

    def _changes(self, plan: Plan) -> Iterator[ResourceChange]:
        pages = self.cloudformation.get_paginator("describe_change_set").paginate(
            StackName=self.name, ChangeSetName=plan.change_set
        )
        for page in pages:
            for one in page["Changes"]:
                yield _change(one["ResourceChange"])

    def _wait(self, until: Any) -> None:
        waiter = self.cloudformation.get_waiter(until)
        try:
            waiter.wait(StackName=self.name, WaiterConfig={"Delay": self.poll_seconds, "MaxAttempts": 720})
        except WaiterError:
            status = self.status() or ""
            if status.endswith("_IN_PROGRESS"):
                raise StackError(
                    f"{self.name} is {status} after an hour, and goes on: wait until it has ended, and start this again"
                ) from None
            raise StackError(f"{self.name}: {'; '.join(self.failures()) or 'failed'}") from None

    def _last_events(self) -> list[Any]:
        """Return the events since somebody last began to create, change or delete the stack, the newest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name)
        events = (event for page in pages for event in page["StackEvents"])
        return list(takewhile(lambda event: not _is_beginning(event), events))

    def _described(self) -> Any:
        # A change set that was never carried out leaves a stack without anything in it.
        stack = self._any()
        return stack if stack and stack["StackStatus"] != "REVIEW_IN_PROGRESS" else None

    def _any(self) -> Any:
        try:
            stacks = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        return stacks[0] if stacks else None


def located(template: Template, bucket: str, key: str) -> dict[str, Any]:
    """Return a template whose functions have their code in a bucket."""
    resources = {
        name: {**resource, "Properties": {**resource["Properties"], "CodeUri": {"Bucket": bucket, "Key": key}}}
        if resource["Type"] == "AWS::Serverless::Function"
        else resource
        for name, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def retained(template: Template) -> frozenset[str]:
    """Return the logical ids of what outlives its stack."""
    resources: Mapping[str, Any] = template["Resources"]
    return frozenset(name for name, resource in resources.items() if resource.get("DeletionPolicy") in RETAINED)


def policy(names: Collection[str]) -> dict[str, Any]:
    """Return a stack policy by which no update replaces or removes some resources.

    docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html: without a statement that allows
    it nothing can be updated, and a policy that is set can be replaced and never be taken away.
    """
    allowed = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    denied = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Resource": [f"LogicalResourceId/{name}" for name in sorted(names)],
    }
    return {"Statement": [allowed, denied] if names else [allowed]}


def _change(told: Any) -> ResourceChange:
    details = told.get("Details", [])
    properties = {d["Target"].get("Name") or d["Target"].get("Attribute", "") for d in details if "Target" in d}
    return ResourceChange(
        action=told["Action"],
        name=told["LogicalResourceId"],
        type=told["ResourceType"],
        replacement=told.get("Replacement", "False"),
        properties=tuple(sorted(properties)),
    )


def _is_beginning(event: Any) -> bool:
    is_of_the_stack = event.get("ResourceType") == "AWS::CloudFormation::Stack"
    is_own = event.get("PhysicalResourceId") == event.get("StackId")
    status = event.get("ResourceStatus", "")
    return (
        is_of_the_stack
        and is_own
        and status.endswith("_IN_PROGRESS")
        and "ROLLBACK" not in status
        and "CLEANUP" not in status
    )
