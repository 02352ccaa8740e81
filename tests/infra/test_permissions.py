from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra import permissions
from infra.permissions import CALLED, ROLES

Template = dict[str, Any]


def statements(template: Mapping[str, Any], role: str) -> list[Any]:
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    found: list[Any] = policy["PolicyDocument"]["Statement"]
    return found


def actions(statement: Mapping[str, Any]) -> list[str]:
    given = statement["Action"]
    return given if isinstance(given, list) else [given]


def every_permission(template: Template) -> Iterator[tuple[Any, str]]:
    for role in ROLES.values():
        for statement in statements(template, role):
            for action in actions(statement):
                yield statement, action


def test_every_function_has_what_it_needs_and_nothing_else(deployed: Template) -> None:
    assert permissions.faults(deployed) == []


def test_a_permission_that_is_taken_away_is_missed(template: Template) -> None:
    not_missed = []
    for statement, action in every_permission(template):
        given = statement["Action"]
        statement["Action"] = [other for other in actions(statement) if other != action]
        if not any(f"lacks {action}" in fault for fault in permissions.faults(template)):
            not_missed.append((statement, action))
        statement["Action"] = given

    assert not_missed == []
    assert permissions.faults(template) == []


@pytest.mark.parametrize("role", ROLES.values())
def test_a_permission_too_many_is_noticed(template: Template, role: str) -> None:
    for statement in statements(template, role):
        statement["Action"] = [*actions(statement), "dynamodb:DeleteTable"]
    superfluous = [fault for fault in permissions.faults(template) if "does not need dynamodb:DeleteTable" in fault]
    resources = {
        resource
        for resource, action in permissions.granted(template["Resources"][role])
        if action == "dynamodb:DeleteTable"
    }

    assert resources
    assert len(superfluous) == len(resources)


@pytest.mark.parametrize("action", ["dynamodb:*", "s3:Put*", "*"])
@pytest.mark.parametrize("role", ROLES.values())
def test_a_wildcard_among_the_actions_is_noticed(template: Template, role: str, action: str) -> None:
    statements(template, role)[0]["Action"] = action

    assert any("has a wildcard" in fault for fault in permissions.faults(template))


@pytest.mark.parametrize("role", ROLES.values())
def test_an_action_on_everything_is_noticed(template: Template, role: str) -> None:
    statements(template, role)[0]["Resource"] = "*"

    assert any("is allowed on *" in fault for fault in permissions.faults(template))


@pytest.mark.parametrize("action", ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"])
def test_no_function_may_change_the_log(template: Template, deployed: Template, action: str) -> None:
    for role in ROLES.values():
        assert ("EventsTable", action) not in permissions.granted(deployed["Resources"][role])
    statements(template, "ApiRole")[0]["Action"].append(action)

    assert permissions.faults(template) == [f"APIHandler does not need {action} on EventsTable"]


def test_only_who_writes_contacts_may_use_their_key(deployed: Template) -> None:
    roles = {role for role in ROLES.values() if "ContactsKey" in dict(permissions.granted(deployed["Resources"][role]))}
    writers = {
        role for role in ROLES.values() if "ContactsTable" in dict(permissions.granted(deployed["Resources"][role]))
    }

    assert roles == writers == {"ApiRole", "RetentionRole", "LeadWorkerRole", "LeadReconcilerRole"}


@pytest.mark.parametrize("key", ["ContactsKey", "ParkedKey", "SecretsKey"])
def test_keys_are_used_through_the_service_that_keeps_what_is_under_them(template: Template, key: str) -> None:
    for statement in statements(template, "ApiRole"):
        statement.pop("Condition", None)

    assert f"APIHandler may use {key} for anything" in permissions.faults(template)


def test_a_key_of_persons_is_not_used_through_another_service(template: Template) -> None:
    conditions = [s["Condition"] for s in statements(template, "ApiRole") if "kms:Decrypt" in actions(s)]
    conditions[1].update(conditions[0])

    assert "APIHandler may use ContactsKey for anything" in permissions.faults(template)


@pytest.mark.parametrize(
    ("function", "secrets"),
    [
        ("APIHandler", {"Pepper", "ParkingKey"}),
        ("LeadWorker", {"Pepper", "ParkingKey"}),
        ("Retention", {"Pepper"}),
        *((name, set[str]()) for name in ("Projector", "Publisher", "Sweeper", "Auditor")),
    ],
)
def test_a_function_reads_its_own_secrets_alone(deployed: Template, function: str, secrets: set[str]) -> None:
    granted = permissions.granted(deployed["Resources"][ROLES[function]])

    assert {name for name, action in granted if action.startswith("secretsmanager:")} == secrets


@pytest.mark.parametrize("condition", [None, {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["token"]}}])
@pytest.mark.parametrize("role", ["PublisherRole", "SweeperRole", "AuditorRole"])
def test_who_writes_one_kind_of_entry_may_write_no_campaign_form_or_token(
    template: Template, role: str, condition: Any
) -> None:
    for statement in statements(template, role):
        statement["Condition"] = condition or {}

    assert f"{role.removesuffix('Role')} may write any entry of the registry" in permissions.faults(template)


def test_two_functions_never_share_a_role(template: Template) -> None:
    template["Resources"]["Projector"]["Properties"]["Role"] = {"Fn::GetAtt": ["ApiRole", "Arn"]}

    assert permissions.faults(template) == ["Projector does not have the role ProjectorRole"]


def test_a_new_function_has_to_be_known(template: Template) -> None:
    template["Resources"]["Another"] = template["Resources"]["Projector"]

    assert permissions.faults(template) == ["Another is not known in infra.permissions"]


def test_policies_outside_of_the_roles_are_noticed(template: Template) -> None:
    template["Resources"]["More"] = {"Type": "AWS::IAM::Policy", "Properties": {}}
    template["Resources"]["ApiRole"]["Properties"]["ManagedPolicyArns"] = [
        "arn:aws:iam::aws:policy/AdministratorAccess"
    ]

    assert permissions.faults(template) == ["More allows something outside of the roles"]


OF_SERVICES = "arn:${AWS::Partition}:iam::aws:policy/service-role/"


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoilt",
    [
        {"Policies": [{"PolicyName": "more"}]},
        {"ManagedPolicyArns": [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}]},
        {"ManagedPolicyArns": []},
        {"ManagedPolicyArns": [{"Fn::Sub": f"{OF_SERVICES}AWSBackupServiceRolePolicyForRestores"}]},
        {"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}},
    ],
)
def test_a_role_of_a_service_is_that_services_alone_and_may_do_its_work(
    template: Template, spoilt: dict[str, Any]
) -> None:
    assert set(permissions.SERVICE_ROLES) == {"BackupRole"}
    template["Resources"]["BackupRole"]["Properties"].update(spoilt)

    assert permissions.faults(template) == ["BackupRole is not backup.amazonaws.com's alone, with its policies"]


def test_functions_that_call_nothing_are_no_functions() -> None:
    assert CALLED.keys() == permissions.CALLED_FOR_IT.keys() == ROLES.keys()
