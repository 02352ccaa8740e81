"""What AWS Backup needs before a stack can have copies of its tables in another region."""

from typing import Any

import boto3

from infra.installation import NotDeployable

_DYNAMODB = "DynamoDB"


def require_another(region: str, home: str) -> None:
    """Make sure that copies are not kept where the tables are.

    Raises:
        NotDeployable: they would be lost with the same region.
    """
    if region == home:
        raise NotDeployable(f"BackupRegion is {region}, where the stage itself is: copies there are lost with it")


def make_ready(session: boto3.Session, region: str, stage: str) -> None:
    """Let AWS Backup manage backups of DynamoDB in both regions, and make the vault in the other one. Can be repeated.

    Only what it manages can be copied: docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html.
    """
    home, other = session.client("backup"), session.client("backup", region_name=region)
    for client in (home, other):
        _manage_dynamodb(client)
    try:
        other.create_backup_vault(BackupVaultName=f"qaiyrym-{stage}")
    except other.exceptions.AlreadyExistsException:
        return


def _manage_dynamodb(client: Any) -> None:
    current = client.describe_region_settings()
    names = ("ResourceTypeOptInPreference", "ResourceTypeManagementPreference")
    if all(current.get(name, {}).get(_DYNAMODB) for name in names):
        return
    client.update_region_settings(**{name: {**current.get(name, {}), _DYNAMODB: True} for name in names})
