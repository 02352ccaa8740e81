"""Transactions are repeated while others are at the same items: what no local engine ever answers."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.items import Write
from chalicelib.eventlog.transactions import MAX_ATTEMPTS, ConditionsFailed, Congested, Transactions

WRITES: list[Write] = [{"Put": {"TableName": "t", "Item": {"id": {"S": "1"}}}}]


def cancelled(*codes: str, item: dict[str, Any] | None = None) -> ClientError:
    reasons = [
        {"Code": code, **({"Item": item} if item and code == "ConditionalCheckFailed" else {})} for code in codes
    ]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "TransactWriteItems")


class Endpoint:
    """Answers each request with the next of some faults, then with success."""

    def __init__(self, *faults: Exception) -> None:
        self._faults = list(faults)
        self.tokens: list[str] = []
        self.pauses: list[float] = []

    def transact_write_items(self, **request: Any) -> None:
        self.tokens.append(request["ClientRequestToken"])
        if self._faults:
            raise self._faults.pop(0)

    def write(self) -> None:
        client: Any = self
        Transactions(client, self.pauses.append).write(WRITES, "token")


def test_a_transaction_that_nobody_is_in_the_way_of_is_one_request() -> None:
    endpoint = Endpoint()

    endpoint.write()

    assert (endpoint.tokens, endpoint.pauses) == (["token"], [])


@pytest.mark.parametrize(
    "fault",
    [
        cancelled("None", "TransactionConflict"),
        cancelled("ThrottlingError"),
        cancelled("ProvisionedThroughputExceeded", "None"),
        refused("TransactionInProgressException"),
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("RequestLimitExceeded"),
    ],
    ids=lambda fault: str(fault.response.get("CancellationReasons") or fault.response["Error"]["Code"]),
)
def test_what_passes_is_waited_out_and_the_same_request_sent_again(fault: ClientError) -> None:
    endpoint = Endpoint(fault, fault, fault)

    endpoint.write()

    assert endpoint.tokens == ["token"] * 4
    assert len(endpoint.pauses) == 3
    assert all(0 <= pause <= 0.02 * 2**number for number, pause in enumerate(endpoint.pauses))


def test_what_does_not_pass_in_time_is_congestion(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Endpoint(*[cancelled("TransactionConflict")] * MAX_ATTEMPTS)
    monkeypatch.setattr("random.uniform", lambda shortest, longest: longest)

    with pytest.raises(Congested):
        endpoint.write()

    assert len(endpoint.tokens) == MAX_ATTEMPTS
    assert endpoint.pauses == [0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5, 0.5]


def test_a_condition_that_does_not_hold_is_told_with_what_is_stored() -> None:
    endpoint = Endpoint(cancelled("None", "ConditionalCheckFailed", item={"id": {"S": "1"}}))

    with pytest.raises(ConditionsFailed) as failed:
        endpoint.write()

    assert failed.value.stored == {1: {"id": {"S": "1"}}}
    assert len(endpoint.tokens) == 1


def test_a_condition_that_does_not_hold_is_told_though_others_are_in_the_way_too() -> None:
    endpoint = Endpoint(cancelled("ConditionalCheckFailed", "TransactionConflict"))

    with pytest.raises(ConditionsFailed) as failed:
        endpoint.write()

    assert failed.value.stored == {0: {}}


@pytest.mark.parametrize(
    "fault",
    [refused("ValidationException"), refused("InternalServerError"), cancelled("ItemCollectionSizeLimitExceeded")],
)
def test_any_other_fault_is_raised_as_it_is(fault: ClientError) -> None:
    endpoint = Endpoint(fault)

    with pytest.raises(ClientError) as raised:
        endpoint.write()

    assert raised.value is fault
    assert len(endpoint.tokens) == 1
