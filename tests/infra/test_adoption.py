"""Restored tables in the place of those that a stack has: step by step, on a CloudFormation in memory."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.adoption import ExistingTable, adopt, unfinished, without
from infra.stack import Plan, Stack, StackError, policy
from tests.infra.fake_cloudformation import FakeBucket, FakeCloudFormation, stack_of

EVENTS: Mapping[str, Any] = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Stage": {"Type": "String"}},
    "Resources": {
        "EventsTable": EVENTS,
        "StateTable": EVENTS,
        "Projector": {
            "Type": "AWS::Lambda::Function",
            "DependsOn": ["EventsTable", "Role"],
            "Properties": {
                "Environment": {
                    "Variables": {"EVENTS_TABLE": {"Ref": "EventsTable"}, "STATE_TABLE": {"Ref": "StateTable"}}
                }
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"EventSourceArn": {"Fn::GetAtt": ["EventsTable", "StreamArn"]}},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Resource": [
                    {"Fn::GetAtt": "EventsTable.Arn"},
                    {"Fn::Sub": "${EventsTable.Arn}/stream/*"},
                    {"Fn::Sub": ["${EventsTable}-${StateTable}-${Other}", {"Other": {"Ref": "EventsTable"}}]},
                ]
            },
        },
    },
}
RESTORED = {"EventsTable": ExistingTable("restored", "arn:restored", "arn:restored/stream/1")}


def silent(_: str) -> None:
    """Say nothing."""


def running() -> tuple[FakeCloudFormation, FakeBucket, Stack]:
    bucket = FakeBucket()
    cloudformation = FakeCloudFormation(bucket, "UPDATE_COMPLETE", TEMPLATE)
    cloudformation.parameters = {"Stage": "test"}
    cloudformation.policy = policy({"EventsTable", "StateTable"})
    return cloudformation, bucket, stack_of(cloudformation, bucket)


def test_whatever_refers_to_a_table_names_the_other_one() -> None:
    resources = without(TEMPLATE, RESTORED)["Resources"]

    assert resources.keys() == {"StateTable", "Projector", "Mapping", "Role"}
    assert resources["Projector"] == {
        "Type": "AWS::Lambda::Function",
        "DependsOn": ["Role"],
        "Properties": {
            "Environment": {"Variables": {"EVENTS_TABLE": "restored", "STATE_TABLE": {"Ref": "StateTable"}}}
        },
    }
    assert resources["Mapping"]["Properties"] == {"EventSourceArn": "arn:restored/stream/1"}
    assert resources["Role"]["Properties"]["Resource"] == [
        "arn:restored",
        {"Fn::Sub": "arn:restored/stream/*"},
        {"Fn::Sub": ["restored-${StateTable}-${Other}", {"Other": "restored"}]},
    ]


def test_a_stack_lets_go_of_a_table_takes_the_other_and_is_as_it_was() -> None:
    cloudformation, bucket, stack = running()

    adopt(stack, RESTORED, silent)

    assert [done for done in cloudformation.done if done.startswith("carry")] == [
        "carry out UPDATE",
        "carry out IMPORT",
        "carry out UPDATE",
    ]
    assert cloudformation.current == TEMPLATE
    assert cloudformation.physical["EventsTable"] == "restored"
    assert cloudformation.physical["StateTable"] == "qaiyrym-test-StateTable"
    assert cloudformation.policy == policy({"EventsTable", "StateTable"})
    assert unfinished(stack) is None
    assert [key for key in bucket.objects if key.startswith("adoptions/")] == []


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_whoever_is_cut_short_goes_on_from_there(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation, _, stack = running()
    carry_out, done = Stack.carry_out, list[Plan]()

    def cut_short(self: Stack, plan: Plan) -> None:
        if len(done) == steps:
            raise StackError("the line is dead")
        done.append(plan)
        carry_out(self, plan)

    with monkeypatch.context() as patched:
        patched.setattr(Stack, "carry_out", cut_short)
        with pytest.raises(StackError, match="the line is dead"):
            adopt(stack, RESTORED, silent)
    assert unfinished(stack) == TEMPLATE

    adopt(stack, RESTORED, silent)

    assert cloudformation.current == TEMPLATE
    assert cloudformation.physical["EventsTable"] == "restored"
    assert unfinished(stack) is None


@pytest.mark.parametrize("name", ["NoTable", "Projector"])
def test_what_is_no_table_of_the_stack_is_not_replaced(name: str) -> None:
    cloudformation, _, stack = running()

    with pytest.raises(StackError, match=f"has no table {name}"):
        adopt(stack, {name: RESTORED["EventsTable"]}, silent)

    assert cloudformation.done == []


def test_a_table_without_the_stream_that_is_asked_for_is_refused() -> None:
    cloudformation, _, stack = running()

    with pytest.raises(StackError, match="restored has no StreamArn"):
        adopt(stack, {"EventsTable": ExistingTable("restored", "arn:restored")}, silent)

    assert cloudformation.done == []
