"""What whoever deploys is allowed: all that CloudFormation needs for this template, and nothing by hand."""

import fnmatch
import json
import re
from typing import Any

import pytest

from infra import generate_deployer_policy as policies


@pytest.fixture(scope="module")
def stored() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in policies.DIRECTORY.glob("*.json")}


def statements(stored: dict[str, dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [statement for name in names or stored for statement in stored[name]["Statement"]]


def test_the_stored_policies_are_those_that_the_packaged_template_needs(
    stored: dict[str, dict[str, Any]], deployed: dict[str, Any]
) -> None:
    assert stored == policies.documents(deployed), "python -m infra.generate_deployer_policy writes them"


def test_each_fits_into_one_managed_policy(stored: dict[str, dict[str, Any]]) -> None:
    sizes = {name: len(re.sub(r"\s", "", json.dumps(document))) for name, document in stored.items()}

    assert max(sizes.values()) <= policies.MAX_CHARACTERS, sizes


def test_no_action_is_a_pattern(stored: dict[str, dict[str, Any]]) -> None:
    assert [one for statement in statements(stored) for one in statement["Action"] if "*" in one] == []


def test_what_the_stack_is_made_of_is_touched_by_cloudformation_alone(stored: dict[str, dict[str, Any]]) -> None:
    loose = [
        statement["Action"]
        for statement in statements(stored, "data", "functions", "edge-and-watch")
        if "aws:CalledVia" not in statement.get("Condition", {}).get("ForAnyValue:StringEquals", {})
    ]

    assert loose == [["iam:PassRole"]]


def test_whoever_deploys_reads_nothing_of_what_is_recorded(stored: dict[str, dict[str, Any]]) -> None:
    reads = [
        statement["Resource"]
        for statement in statements(stored, "deployment")
        if any(re.fullmatch(r"dynamodb:(Get|Put|Query|Scan|Batch|Update|Delete).*", one) for one in statement["Action"])
    ]

    assert [[arn.rsplit("-", 2)[1] for arn in arns] for arns in reads] == [["RegistryTable", "StateTable"]]


def test_on_the_day_a_lost_region_can_be_replaced(stored: dict[str, dict[str, Any]]) -> None:
    allowed = {one for statement in statements(stored, "restore") for one in statement["Action"]}

    assert allowed >= {
        "backup:ListRecoveryPointsByBackupVault",
        "backup:StartRestoreJob",
        "cloudfront:UpdateDomainAssociation",
        "iam:ListRoles",
    }


def test_what_knows_no_resource_by_its_name_is_allowed_for_all(stored: dict[str, dict[str, Any]]) -> None:
    anywhere = {
        one
        for statement in statements(stored, "edge-and-watch")
        if statement["Resource"] == "*"
        for one in statement["Action"]
    }

    assert anywhere >= {
        "cloudwatch:DescribeAlarms",
        "sns:GetSubscriptionAttributes",
        "sns:SetSubscriptionAttributes",
        "sns:Unsubscribe",
    }


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("acm:RequestCertificate", "arn:aws:acm:us-east-1:1:certificate/c"),
        ("acm:DescribeCertificate", "arn:aws:acm:us-east-1:1:certificate/c"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:1:secret:Pepper-AbC1-x1Y2z3"),
        ("secretsmanager:PutSecretValue", "arn:aws:secretsmanager:eu-central-1:1:secret:ParkingKey-AbC1-x1Y2z3"),
        ("ssm:PutParameter", "arn:aws:ssm:eu-central-1:1:parameter/qaiyrym/prod/hooks/standard/partner"),
        ("cloudwatch:SetAlarmState", "arn:aws:cloudwatch:eu-central-1:1:alarm:qaiyrym-prod-ApiFails"),
    ],
)
def test_each_step_that_a_person_takes_is_allowed(
    action: str, resource: str, stored: dict[str, dict[str, Any]]
) -> None:
    allowed = [one["Resource"] for one in statements(stored, "by-hand") if action in one["Action"]]
    patterns = [one for some in allowed for one in ([some] if isinstance(some, str) else some)]

    assert any(fnmatch.fnmatchcase(resource, pattern) for pattern in patterns)


def test_what_is_left_out_is_asked_for_by_some_type(deployed: dict[str, Any]) -> None:
    actions = policies.required({resource["Type"] for resource in deployed["Resources"].values()})

    assert policies.UNNEEDED_ACTIONS.keys() - actions == set()
    assert policies.UNNEEDED_SERVICES.keys() - {action.partition(":")[0] for action in actions} == set()


def test_a_type_that_no_policy_knows_is_told(deployed: dict[str, Any]) -> None:
    queue = {"Type": "AWS::Kendra::Index"}

    with pytest.raises(ValueError, match="no policy is for kendra"):
        policies.documents({"Resources": {**deployed["Resources"], "Search": queue}})
