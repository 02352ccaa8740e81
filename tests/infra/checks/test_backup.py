from typing import Any

import pytest

from infra.checks import backup
from tests.infra.checks.parts import Spoil, Template, properties


def rule(template: Template) -> dict[str, Any]:
    (found,) = properties(template, "BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert isinstance(found, dict)
    return found


def selection(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, "BackupSelection")["BackupSelection"]
    return found


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: t["Resources"].pop("BackupPlan"), "BackupPlan is not there where copies are asked for"),
        (
            lambda t: t["Resources"]["BackupVault"].pop("Condition"),
            "BackupVault is not there where copies are asked for",
        ),
        (lambda t: rule(t).pop("CopyActions"), "BackupPlan copies nothing to the other region"),
        (
            lambda t: rule(t)["CopyActions"][0].update(
                DestinationBackupVaultArn={"Fn::GetAtt": ["BackupVault", "Arn"]}
            ),
            "BackupPlan copies nothing to the other region",
        ),
        (
            lambda t: selection(t)["Resources"].pop(2),
            "BackupSelection is not of EventsTable, RegistryTable, ContactsTable, NamesTable, ParkedTable, TrailTable",
        ),
        (
            lambda t: properties(t, "BackupFails")["EventPattern"]["detail"].update(resourceArn=[]),
            "BackupFails does not tell of every table and of every way to fail",
        ),
        (
            lambda t: properties(t, "BackupFails")["EventPattern"]["detail-type"].remove("Copy Job State Change"),
            "BackupFails does not tell of every table and of every way to fail",
        ),
        (
            lambda t: properties(t, "BackupFails").update(State="DISABLED"),
            "BackupFails does not tell of every table and of every way to fail",
        ),
        (
            lambda t: properties(t, "BackupFails").update(Targets=[]),
            "BackupFails does not tell of every table and of every way to fail",
        ),
    ],
)
def test_what_would_be_lost_with_the_region_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    assert fault in list(backup.faults(template))
