"""What is said before and after a stack is deleted."""

from types import SimpleNamespace
from typing import Any

import pytest

from infra.installation import NotDeployable
from infra.undeploy import undeploy
from tests.infra.fake_cloudformation import FakeBucket, FakeCloudFormation, stack_of

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "EventsTable": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"},
        "ContactsKey": {"Type": "AWS::KMS::Key", "DeletionPolicy": "RetainExceptOnCreate"},
        "Api": {"Type": "AWS::Lambda::Function"},
    }
}


def test_it_says_what_stays_and_how_that_is_removed(capsys: pytest.CaptureFixture[str]) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "CREATE_COMPLETE", TEMPLATE)

    undeploy(stack_of(cloudformation, bucket), yes=True)

    before, after = capsys.readouterr().out.split("is deleted")
    assert (cloudformation.done, cloudformation.status) == (["delete"], None)
    assert "1 resources of qaiyrym-test go" in before
    assert "EventsTable         qaiyrym-test-EventsTable" in before
    table, key = after.index("aws dynamodb delete-table"), after.index("aws kms schedule-key-deletion")
    assert table < key


def test_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "CREATE_COMPLETE", TEMPLATE)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: "\n"))

    with pytest.raises(NotDeployable, match="nothing was changed"):
        undeploy(stack_of(cloudformation, bucket), yes=False)

    assert cloudformation.done == []


def test_what_was_planned_and_never_made_is_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "REVIEW_IN_PROGRESS")

    undeploy(stack_of(cloudformation, bucket), yes=True)

    said = capsys.readouterr().out
    assert (cloudformation.done, cloudformation.status) == (["delete"], None)
    assert "never made: nothing is in it" in said
    assert "empty tables" not in said


def test_what_is_not_there_is_not_deleted() -> None:
    with pytest.raises(NotDeployable, match="there is no stack qaiyrym-test"):
        undeploy(stack_of(FakeCloudFormation(bucket := FakeBucket()), bucket), yes=True)
