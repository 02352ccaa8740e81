"""Tables that are restored, given what they lack, and worked on: DynamoDB's own client with made-up answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from infra import restore
from infra.adoption import ExistingTable
from infra.merged_template import merged
from infra.stack import StackError
from tests.infra.fake_cloudformation import FakeBucket, FakeCloudFormation, stack_of

STREAM = "arn:aws:dynamodb:eu-central-1:1:table/restored/stream/2026"
AT = datetime(2026, 6, 1, 7, tzinfo=UTC)


@pytest.fixture
def dynamodb() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("dynamodb", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def description(**more: Any) -> dict[str, Any]:
    return {"Table": {"TableName": "restored", "TableArn": "arn:restored", "TableStatus": "ACTIVE", **more}}


@pytest.mark.parametrize(
    ("at", "asked"), [(AT, {"RestoreDateTime": AT}), (None, {"UseLatestRestorableTime": True})], ids=["then", "newest"]
)
def test_a_table_is_restored_beside_the_one_that_there_is(
    at: datetime | None, asked: dict[str, Any], dynamodb: tuple[Any, Stubber]
) -> None:
    client, stubber = dynamodb
    request = {"SourceTableName": "events", "TargetTableName": "restored", **asked}
    stubber.add_response("restore_table_to_point_in_time", {}, request)
    stubber.add_response("describe_table", description(), {"TableName": "restored"})

    assert restore.restored(client, "events", "restored", at) == "restored"


def test_a_restored_table_is_given_all_that_the_template_says_of_it(dynamodb: tuple[Any, Stubber]) -> None:
    client, stubber = dynamodb
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    lifetime = {"AttributeName": "expires_at", "Enabled": True}
    stubber.add_response("describe_table", description())
    stubber.add_response("update_table", {}, {"TableName": "restored", "StreamSpecification": stream})
    stubber.add_response("describe_table", description())
    stubber.add_response("update_table", {}, {"TableName": "restored", "DeletionProtectionEnabled": True})
    stubber.add_response("describe_table", description())
    stubber.add_response("describe_time_to_live", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    stubber.add_response("update_time_to_live", {}, {"TableName": "restored", "TimeToLiveSpecification": lifetime})
    backups = {"TableName": "restored", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    stubber.add_response("update_continuous_backups", {}, backups)
    stubber.add_response("describe_table", description(LatestStreamArn=STREAM))

    properties = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}, "TimeToLiveSpecification": lifetime}
    table = restore.equipped(client, "restored", properties)

    assert table == ExistingTable("restored", "arn:restored", STREAM)


def test_what_it_has_already_is_not_asked_for_again(dynamodb: tuple[Any, Stubber]) -> None:
    client, stubber = dynamodb
    had = description(
        StreamSpecification={"StreamEnabled": True},
        DeletionProtectionEnabled=True,
        LatestStreamArn=STREAM,
    )
    stubber.add_response("describe_table", had)
    stubber.add_response("describe_time_to_live", {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED"}})
    stubber.add_response(
        "update_continuous_backups", {}, {"TableName": "restored", "PointInTimeRecoverySpecification": ANY}
    )
    stubber.add_response("describe_table", had)

    properties = {
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    }
    assert restore.equipped(client, "restored", properties).stream_arn == STREAM


def test_the_template_says_of_every_table_what_it_lacks_when_it_is_restored() -> None:
    tables = {n: r["Properties"] for n, r in merged()["Resources"].items() if r.get("Type") == "AWS::DynamoDB::Table"}

    assert {name for name, one in tables.items() if "StreamSpecification" in one} >= {"EventsTable", "StateTable"}
    assert {name for name, one in tables.items() if "TimeToLiveSpecification" in one} == {
        "ContactsTable",
        "ParkedTable",
    }


def running() -> tuple[Any, Any]:
    template = {
        "Resources": {"EventsTable": {"Type": "AWS::DynamoDB::Table"}, "Api": {"Type": "AWS::Lambda::Function"}}
    }
    cloudformation = FakeCloudFormation(bucket := FakeBucket(), "UPDATE_COMPLETE", template)
    return cloudformation, stack_of(cloudformation, bucket)


@pytest.mark.parametrize("name", ["NoTable", "Api"])
def test_what_is_no_table_is_not_restored(name: str, dynamodb: tuple[Any, Stubber]) -> None:
    cloudformation, stack = running()

    with pytest.raises(StackError, match=f"has no table {name}"):
        restore.restore(stack, dynamodb[0], {name: None}, AT)

    assert cloudformation.done == []


def test_a_table_that_the_stack_has_let_go_of_has_to_be_named(dynamodb: tuple[Any, Stubber]) -> None:
    cloudformation, stack = running()
    cloudformation.physical.pop("EventsTable")

    with pytest.raises(StackError, match="let go of EventsTable already: name the tables"):
        restore.restore(stack, dynamodb[0], {"EventsTable": None}, AT)


@pytest.mark.parametrize(
    "name", ["restored-events", "qaiyrym-prod-RegistryTable-1", "qaiyrym-prod-EventsTable", "qaiyrym-EventsTable-1"]
)
def test_a_table_that_nobody_may_touch_for_its_name_is_refused(name: str, dynamodb: tuple[Any, Stubber]) -> None:
    cloudformation, stack = running()

    with pytest.raises(StackError, match=f"^{name}: .* tables named qaiyrym-test-TABLE-… only"):
        restore.restore(stack, dynamodb[0], {"EventsTable": name}, AT)

    assert cloudformation.done == []


@pytest.mark.parametrize("name", ["qaiyrym-test-EventsTable-restored", "qaiyrym-lost-one-EventsTable-1ABC"])
def test_a_table_that_is_named_as_those_of_stacks_is_put_into_place(
    name: str, dynamodb: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    pointed: list[dict[str, str]] = []
    monkeypatch.setattr(restore, "point", lambda _stack, _client, names: pointed.append(names))

    restore.restore(running()[1], dynamodb[0], {"EventsTable": name}, None)

    assert pointed == [{"EventsTable": name}]


def test_a_time_without_its_offset_is_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        restore.main(["prod", "EventsTable", "--at", "2026-06-01T12:00:00"])

    assert "--at needs an offset" in capsys.readouterr().err
