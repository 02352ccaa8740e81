from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.local import resources
from infra.local.local_settings import LocalError
from tests.conftest import Tables


@pytest.fixture
def template() -> Mapping[str, Any]:
    return resources.read_template()


def test_the_tables_have_the_keys_and_streams_of_the_template(tables: Tables) -> None:
    table = tables.clients.dynamodb.describe_table(TableName=tables["EventsTable"])["Table"]

    assert table["KeySchema"] == [
        {"AttributeName": "stream", "KeyType": "HASH"},
        {"AttributeName": "version", "KeyType": "RANGE"},
    ]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_contacts_and_parked_deliveries_expire(tables: Tables) -> None:
    for table in ("ContactsTable", "ParkedTable"):
        described = tables.clients.dynamodb.describe_time_to_live(TableName=tables[table])

        assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_lead_that_cannot_be_fetched_ends_in_its_dead_letter_queue(tables: Tables) -> None:
    attributes = tables.clients.sqs.get_queue_attributes(QueueUrl=tables["LeadsQueue"], AttributeNames=["All"])

    assert attributes["Attributes"]["VisibilityTimeout"] == "360"
    assert tables["LeadsDeadQueue"].rsplit("/", 1)[-1] in attributes["Attributes"]["RedrivePolicy"]


def test_functions_know_the_resources_by_their_environment(tables: Tables, template: Mapping[str, Any]) -> None:
    variables = resources.function_environment(template, tables.names)

    # No function reads the queue of what no function could take.
    assert {*variables.values()} == {*tables.names.values()} - {tables["LeadsDeadQueue"]}
    assert variables["EVENTS_TABLE"] == tables["EventsTable"]
    assert variables["DOCUMENTS_BUCKET"] == tables["DocumentsBucket"]
    assert variables["LEADS_QUEUE_URL"] == tables["LeadsQueue"]


def test_indexes_are_those_of_the_template(tables: Tables, template: Mapping[str, Any]) -> None:
    described = tables.clients.dynamodb.describe_table(TableName=tables["OrganisationsTable"])["Table"]
    expected = template["Resources"]["OrganisationsTable"]["Properties"]["GlobalSecondaryIndexes"]

    indexes = {index["IndexName"]: index for index in described["GlobalSecondaryIndexes"]}

    assert {name: index["KeySchema"] for name, index in indexes.items()} == {
        index["IndexName"]: index["KeySchema"] for index in expected
    }
    assert {name: index["Projection"]["ProjectionType"] for name, index in indexes.items()} == {
        index["IndexName"]: index["Projection"]["ProjectionType"] for index in expected
    }


def test_what_expires_is_known_by_the_tables_names(tables: Tables, template: Mapping[str, Any]) -> None:
    environment = resources.function_environment(template, tables.names)

    expiring = resources.expiring(template, environment)

    assert expiring[tables["ParkedTable"]] == expiring[tables["ContactsTable"]] == "expires_at"
    assert tables["EventsTable"] not in expiring


def test_creating_what_is_there_keeps_it(tables: Tables, template: Mapping[str, Any]) -> None:
    item = {"kind": {"S": "campaign"}, "id": {"S": "2026"}}
    tables.clients.dynamodb.put_item(TableName=tables["RegistryTable"], Item=item)
    prefix = tables["RegistryTable"].removesuffix("-registry-table")

    again = resources.create(template, tables.clients, prefix)

    assert again == tables.names
    assert tables.clients.dynamodb.get_item(TableName=tables["RegistryTable"], Key=item)["Item"] == item


def test_a_table_with_another_key_is_refused(tables: Tables, template: Mapping[str, Any]) -> None:
    prefix = tables["EventsTable"].removesuffix("-events-table")
    changed = {"Resources": {"EventsTable": template["Resources"]["StateTable"]}}

    with pytest.raises(LocalError, match="events-table has another key"):
        resources.create(changed, tables.clients, prefix)


def test_a_table_with_other_indexes_is_refused(tables: Tables, template: Mapping[str, Any]) -> None:
    prefix = tables["ActsTable"].removesuffix("-acts-table")
    acts = template["Resources"]["ActsTable"]
    fewer: dict[str, Any] = {name: acts["Properties"][name] for name in ("KeySchema", "BillingMode")}
    fewer["AttributeDefinitions"] = [{"AttributeName": "id", "AttributeType": "S"}]
    changed = {"Resources": {"ActsTable": {**acts, "Properties": fewer}}}

    with pytest.raises(LocalError, match="acts-table has other indexes"):
        resources.create(changed, tables.clients, prefix)


def test_short_tags_are_written_out(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("a: !Ref B\nb: !GetAtt C.Arn\nc: !Sub 'x-${D}'\nd: !Join ['', [x, !Ref B]]\n", encoding="utf-8")

    assert resources.read_template(path) == {
        "a": {"Ref": "B"},
        "b": {"Fn::GetAtt": ["C", "Arn"]},
        "c": {"Fn::Sub": "x-${D}"},
        "d": {"Fn::Join": ["", ["x", {"Ref": "B"}]]},
    }
