"""What an account must allow, asked of AWS's own clients with made-up answers."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import preflight

TEMPLATE: dict[str, Any] = {
    "Parameters": {"ApiRate": {"Default": 2000}, "Executions": {"Default": 0}, "ApiExecutions": {"Default": 50}},
    "Conditions": {"Reserves": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Executions"}, 0]}]}},
    "Resources": {
        "Sweeper": {"Type": "AWS::Serverless::Function", "Properties": {"ReservedConcurrentExecutions": 1}},
        "Auditor": {"Type": "AWS::Serverless::Function", "Properties": {"ReservedConcurrentExecutions": 1}},
        "Api": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"ReservedConcurrentExecutions": {"Ref": "ApiExecutions"}},
        },
        "Projector": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "ReservedConcurrentExecutions": {"Fn::If": ["Reserves", {"Ref": "Executions"}, {"Ref": "AWS::NoValue"}]}
            },
        },
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
    },
}


def client(service: Any) -> tuple[Any, Stubber]:
    made = boto3.client(service, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    return made, Stubber(made)


@pytest.fixture
def functions() -> Iterator[tuple[Any, Stubber]]:
    made, stubber = client("lambda")
    with stubber:
        yield made, stubber
        stubber.assert_no_pending_responses()


def limit(stubber: Stubber, executions: int, unreserved: int) -> None:
    told = {"ConcurrentExecutions": executions, "UnreservedConcurrentExecutions": unreserved}
    stubber.add_response("get_account_settings", {"AccountLimit": told})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [({}, 52), ({"ApiExecutions": "10"}, 12), ({"Executions": "5"}, 57)],
)
def test_reservations_are_counted_as_the_stage_has_them(parameters: dict[str, str], expected: int) -> None:
    assert preflight.reserved(TEMPLATE, parameters) == expected


def test_a_new_account_is_told_what_to_raise_and_to_what(functions: tuple[Any, Stubber]) -> None:
    made, stubber = functions
    limit(stubber, 10, 10)

    short = preflight.short_executions(made, TEMPLATE, {}, ())

    assert short is not None
    assert short.is_fatal
    told = short.told("eu-central-1")
    assert "of which the stage reserves 52: the account has 10" in told
    assert "and needs 152 for the stack to be created at all, 1,000 for a launch" in told
    assert "--region eu-central-1 --service-code lambda --quota-code L-B99A9384 --desired-value 1000" in told


@pytest.mark.parametrize("executions", [152, 400])
def test_too_few_for_a_launch_is_said_and_no_hindrance(executions: int, functions: tuple[Any, Stubber]) -> None:
    made, stubber = functions
    limit(stubber, executions, executions)

    short = preflight.short_executions(made, TEMPLATE, {}, ())

    assert short is not None
    assert not short.is_fatal
    assert f"the account has {executions}, and needs 1,000 for a launch" in short.told("eu-central-1")


def test_what_other_stacks_have_reserved_is_left_to_them(functions: tuple[Any, Stubber]) -> None:
    made, stubber = functions
    limit(stubber, 1000, 48)
    stubber.add_response("get_function_concurrency", {"ReservedConcurrentExecutions": 52}, {"FunctionName": "api"})

    short = preflight.short_executions(made, TEMPLATE, {}, ("api",))

    # 900 of others, 52 of this one, and 100 that must be left.
    assert short is not None
    assert (short.for_creation, short.is_fatal) == (1052, True)


def test_enough_is_not_worth_a_word(functions: tuple[Any, Stubber]) -> None:
    made, stubber = functions
    limit(stubber, 1000, 1000)

    assert preflight.short_executions(made, TEMPLATE, {}, ()) is None


@pytest.mark.parametrize(("rate", "is_short"), [("2500", False), ("2501", True)])
def test_the_gateway_takes_as_much_as_the_stage_lets_in(rate: str, is_short: bool) -> None:
    made, stubber = client("service-quotas")
    stubber.add_client_error("get_service_quota", "NoSuchResourceException")
    asked = {"ServiceCode": "apigateway", "QuotaCode": "L-8A5B8E43"}
    stubber.add_response("get_aws_default_service_quota", {"Quota": {"Value": 2500.0}}, asked)

    with stubber:
        short = preflight.short_gateway_rate(made, TEMPLATE, {"ApiRate": rate})

    assert (short is not None) == is_short


@pytest.mark.parametrize("quantity", [0, 1])
def test_an_account_that_has_made_a_distribution_is_verified(quantity: int) -> None:
    made, stubber = client("cloudfront")
    found = page("E1", [], more=False) | {"Quantity": quantity}
    stubber.add_response("list_distributions", {"DistributionList": found}, {"MaxItems": "1"})

    with stubber:
        assert preflight.has_distributions(made) == bool(quantity)


def test_whose_a_name_is_is_found_on_any_page() -> None:
    made, stubber = client("cloudfront")
    for number, aliases in (("E1", []), ("E2", ["www.example.kz"])):
        stubber.add_response("list_distributions", {"DistributionList": page(number, aliases, more=number == "E1")})

    with stubber:
        assert preflight.holder_of(made, "www.example.kz") == ("E2", "qaiyrym-prod")


def test_a_name_that_nobody_has_is_free() -> None:
    made, stubber = client("cloudfront")
    stubber.add_response("list_distributions", {"DistributionList": page("E1", [], more=False)})

    with stubber:
        assert preflight.holder_of(made, "www.example.kz") is None


def page(number: str, aliases: list[str], *, more: bool) -> dict[str, Any]:
    summary = {"Id": number, "Comment": "qaiyrym-prod", "Aliases": {"Quantity": len(aliases), "Items": aliases}}
    rest = {
        "ARN": "arn:aws:cloudfront::1:distribution/E",
        "Status": "Deployed",
        "LastModifiedTime": 0,
        "DomainName": "d.cloudfront.net",
        "Origins": {"Quantity": 1, "Items": [{"Id": "a", "DomainName": "b"}]},
        "DefaultCacheBehavior": {"TargetOriginId": "a", "ViewerProtocolPolicy": "https-only"},
        "CacheBehaviors": {"Quantity": 0},
        "CustomErrorResponses": {"Quantity": 0},
        "PriceClass": "PriceClass_All",
        "Enabled": True,
        "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "Staging": False,
    }
    found = {"Marker": "", "MaxItems": 1, "IsTruncated": more, "Quantity": 1, "Items": [summary | rest]}
    return found | ({"NextMarker": "2"} if more else {})


def test_what_the_packaged_template_reserves_can_be_told(packaged: dict[str, Any]) -> None:
    assert preflight.reserved(packaged, {}) >= 3
