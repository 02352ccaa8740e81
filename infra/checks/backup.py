"""Copies of the tables in another region, where a parameter names one."""

from collections.abc import Iterator, Mapping
from typing import Any

COPIED = ("EventsTable", "RegistryTable", "ContactsTable", "NamesTable", "ParkedTable", "TrailTable")
"""The tables that cannot be made again; the others are made of the log."""

_CONDITION = "HasBackups"
_ELSEWHERE = {"Fn::Sub": "arn:${AWS::Partition}:backup:${BackupRegion}:${AWS::AccountId}:backup-vault:qaiyrym-${Stage}"}
_PARTS = ("BackupVault", "BackupPlan", "BackupSelection", "BackupRole", "BackupFails")


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield what would be lost with the region though copies are asked for.

    docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html
    docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    """
    resources = template["Resources"]
    if missing := [name for name in _PARTS if resources.get(name, {}).get("Condition") != _CONDITION]:
        yield from (f"{name} is not there where copies are asked for" for name in missing)
        return
    for rule in resources["BackupPlan"]["Properties"]["BackupPlan"]["BackupPlanRule"]:
        copies = [action["DestinationBackupVaultArn"] for action in rule.get("CopyActions", [])]
        if copies != [_ELSEWHERE]:
            yield "BackupPlan copies nothing to the other region"
    tables = [{"Fn::GetAtt": [name, "Arn"]} for name in COPIED]
    if resources["BackupSelection"]["Properties"]["BackupSelection"]["Resources"] != tables:
        yield f"BackupSelection is not of {', '.join(COPIED)}"
    telling = resources["BackupFails"]["Properties"]
    failures = {
        "source": ["aws.backup"],
        "detail-type": ["Backup Job State Change", "Copy Job State Change"],
        "detail": {"state": ["FAILED", "ABORTED", "EXPIRED"], "resourceArn": tables},
    }
    told = [target["Arn"] for target in telling["Targets"]] == [{"Ref": "AlarmTopic"}]
    if telling["EventPattern"] != failures or telling.get("State", "ENABLED") != "ENABLED" or not told:
        yield "BackupFails does not tell of every table and of every way to fail"
