"""What earlier attempts leave of a stack, and what the next deployment does about it."""

import json
from typing import Any

import pytest

from infra import recovery
from infra.stack import StackError, retained
from tests.infra.fake_cloudformation import FakeBucket, FakeCloudFormation, beginning, event, stack_of

NAMES = ("AliasName", "BackupVaultName", "BucketName", "Name", "QueueName", "TableName")


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_a_stack_that_was_never_created_is_deleted_first_and_aloud(
    status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), status)
    cloudformation.events = [
        event("EventsTable", "DELETE_SKIPPED", kind="AWS::DynamoDB::Table"),
        event("Bucket", "CREATE_FAILED", "Resource creation cancelled"),
        event("Viewer", "CREATE_FAILED", "the name is taken"),
        beginning("CREATE_IN_PROGRESS"),
        event("Elder", "CREATE_FAILED", "of an attempt before"),
    ]

    recovery.make_ready(stack_of(cloudformation, bucket))

    said = capsys.readouterr().out
    assert (cloudformation.done, cloudformation.status) == (["delete"], None)
    assert "Viewer: the name is taken" in said
    assert "delete-table --table-name qaiyrym-test-EventsTable" in said
    assert "cancelled" not in said
    assert "Elder" not in said


def test_what_the_rollback_could_not_delete_and_the_deletion_keeps_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate"}
    template = {
        "Resources": {"DocumentsBucket": bucket, "EmptyBucket": bucket, "Api": {"Type": "AWS::Lambda::Function"}}
    }
    cloudformation = FakeCloudFormation(packages := FakeBucket(), "ROLLBACK_FAILED", template)
    cloudformation.statuses = {"DocumentsBucket": "DELETE_FAILED", "EmptyBucket": "DELETE_COMPLETE"}
    cloudformation.events = [
        event("DocumentsBucket", "DELETE_FAILED", "it is not empty"),
        beginning("CREATE_IN_PROGRESS"),
    ]

    recovery.make_ready(stack_of(cloudformation, packages))

    left = capsys.readouterr().out.partition("left behind")[2]
    assert "empty qaiyrym-test-DocumentsBucket with all its versions" in left
    assert "EmptyBucket" not in left
    assert "Api" not in left


def test_what_stands_in_the_way_of_that_is_named() -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "ROLLBACK_FAILED")
    cloudformation.failing = "DocumentsBucket"

    with pytest.raises(StackError, match=r"DocumentsBucket: it is not empty.*--retain-resources"):
        recovery.make_ready(stack_of(cloudformation, bucket))


def test_a_rollback_that_failed_goes_on() -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "UPDATE_ROLLBACK_FAILED")

    recovery.make_ready(stack_of(cloudformation, bucket))

    assert cloudformation.done == ["continue rollback"]


def test_a_rollback_that_fails_again_is_for_somebody_to_put_right() -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "UPDATE_ROLLBACK_FAILED")
    cloudformation.failing = "Publisher"

    with pytest.raises(StackError, match=r"Publisher: it is gone.*--resources-to-skip"):
        recovery.make_ready(stack_of(cloudformation, bucket))


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("DELETE_FAILED", "make undeploy"),
        ("IMPORT_ROLLBACK_FAILED", "Ask AWS Support.*make undeploy"),
        ("UPDATE_FAILED", "rollback-stack"),
        ("CREATE_IN_PROGRESS", "Wait until it has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Wait until it has ended"),
        ("DELETE_IN_PROGRESS", "Wait until it has ended"),
    ],
)
def test_where_somebody_has_to_do_something_nothing_is_touched_and_it_is_said(status: str, advice: str) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), status)

    with pytest.raises(StackError, match=advice):
        recovery.make_ready(stack_of(cloudformation, bucket))

    assert cloudformation.done == []


@pytest.mark.parametrize(
    "status",
    [None, "REVIEW_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"],
)
def test_a_stack_that_can_be_deployed_is_left_as_it_is(status: str | None) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), status)

    recovery.make_ready(stack_of(cloudformation, bucket))

    assert (cloudformation.done, cloudformation.status) == ([], status)


def fixed_names(template: dict[str, Any]) -> list[str]:
    """Return what outlives the stack under a name that is the same for the next one."""
    stored = {name: template["Resources"][name].get("Properties", {}) for name in retained(template)}
    named = (
        (name, json.dumps(properties[key])) for name, properties in stored.items() for key in NAMES if key in properties
    )
    return sorted(name for name, given in named if "AWS::StackId" not in given)


def test_what_a_stack_leaves_behind_takes_no_name_from_the_next(deployed: dict[str, Any]) -> None:
    assert fixed_names(deployed) == []
    assert len(retained(deployed)) >= 10


def test_a_name_that_would_be_taken_is_found() -> None:
    table = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {"TableName": "events"}}

    assert fixed_names({"Resources": {"EventsTable": table}}) == ["EventsTable"]
