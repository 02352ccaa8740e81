"""Which permissions a call used that the emulator recorded."""

from typing import Any

import pytest

from infra.rehearsal.cloud import used

LOGICAL = {
    "events-1": "EventsTable",
    "contacts-1": "ContactsTable",
    "acts-1": "ActsTable",
    "bucket-1": "DocumentsBucket",
    "pepper-1": "Pepper",
}


def permissions(service: str, operation: str, given: dict[str, Any] | None, *resources: str) -> set[tuple[str, str]]:
    event = {"requestParameters": given, "resources": [{"ResourceName": name} for name in resources]}
    return set(used(service, operation, event, LOGICAL))


def test_a_transaction_is_the_writes_that_are_in_it() -> None:
    items = [
        {"Put": {"TableName": "events-1"}},
        {"Update": {"TableName": "contacts-1"}},
        {"Delete": {"TableName": "contacts-1"}},
        {"ConditionCheck": {"TableName": "acts-1"}},
    ]

    assert permissions("dynamodb", "TransactWriteItems", {"TransactItems": items}) == {
        ("EventsTable", "dynamodb:PutItem"),
        ("ContactsTable", "dynamodb:UpdateItem"),
        ("ContactsTable", "dynamodb:DeleteItem"),
        ("ActsTable", "dynamodb:ConditionCheckItem"),
    }


def test_a_transaction_of_reads_is_the_reads_that_are_in_it() -> None:
    items = [{"Get": {"TableName": "acts-1"}}, {"Get": {"TableName": "events-1"}}]

    assert permissions("dynamodb", "TransactGetItems", {"TransactItems": items}) == {
        ("ActsTable", "dynamodb:GetItem"),
        ("EventsTable", "dynamodb:GetItem"),
    }


def test_a_batch_is_a_call_of_each_of_its_tables() -> None:
    given: dict[str, Any] = {"RequestItems": {"contacts-1": [], "acts-1": []}}

    assert permissions("dynamodb", "BatchWriteItem", given) == {
        ("ContactsTable", "dynamodb:BatchWriteItem"),
        ("ActsTable", "dynamodb:BatchWriteItem"),
    }


def test_an_index_is_not_its_table() -> None:
    assert permissions("dynamodb", "Query", {"TableName": "acts-1"}) == {("ActsTable", "dynamodb:Query")}
    assert permissions("dynamodb", "Query", {"TableName": "acts-1", "IndexName": "waiting"}) == {
        ("ActsTable.Indexes", "dynamodb:Query")
    }


@pytest.mark.parametrize(("operation", "action"), [("HeadObject", "s3:GetObject"), ("PutObject", "s3:PutObject")])
def test_calls_have_the_names_that_iam_knows_them_by(operation: str, action: str) -> None:
    assert permissions("s3", operation, None, "bucket-1") == {("DocumentsBucket", action)}


def test_an_invalidation_is_one_of_the_only_distribution() -> None:
    assert permissions("cloudfront", "CreateInvalidation", None) == {("distribution", "cloudfront:CreateInvalidation")}


def test_what_is_not_of_the_stack_is_left_out() -> None:
    assert permissions("dynamodb", "GetItem", {"TableName": "another"}) == set()
    assert permissions("s3", "GetObject", None, "another") == set()


def test_a_secret_is_the_one_that_was_asked_for() -> None:
    assert permissions("secretsmanager", "GetSecretValue", {"SecretId": "pepper-1"}) == {
        ("Pepper", "secretsmanager:GetSecretValue")
    }
