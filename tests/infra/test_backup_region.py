"""What AWS Backup needs in two regions, asked of a fake of its API: the emulator has none of that."""

from typing import Any

import pytest

from infra import backup_region
from infra.installation import NotDeployable


class AlreadyExistsException(Exception):
    pass


class FakeBackup:
    """AWS Backup of one account, in one region."""

    exceptions = type("Exceptions", (), {"AlreadyExistsException": AlreadyExistsException})

    def __init__(self, **settings: dict[str, bool]) -> None:
        self.settings = settings
        self.vaults: list[str] = []
        self.updates = 0

    def describe_region_settings(self) -> dict[str, dict[str, bool]]:
        return self.settings

    def update_region_settings(self, **settings: dict[str, bool]) -> None:
        self.updates += 1
        self.settings = settings

    def create_backup_vault(self, BackupVaultName: str) -> None:  # noqa: N803  as botocore has it
        if BackupVaultName in self.vaults:
            raise AlreadyExistsException
        self.vaults.append(BackupVaultName)


class FakeSession:
    def __init__(self, home: FakeBackup, other: FakeBackup) -> None:
        self._clients = {None: home, "eu-west-1": other}

    def client(self, service: str, region_name: str | None = None) -> FakeBackup:
        assert service == "backup"
        return self._clients[region_name]


@pytest.fixture
def home() -> FakeBackup:
    return FakeBackup(ResourceTypeOptInPreference={"S3": True, "DynamoDB": True}, ResourceTypeManagementPreference={})


@pytest.fixture
def other() -> FakeBackup:
    return FakeBackup()


def make_ready(home: FakeBackup, other: FakeBackup) -> None:
    session: Any = FakeSession(home, other)
    backup_region.make_ready(session, "eu-west-1", "prod")


def test_copies_are_not_kept_where_the_tables_are() -> None:
    with pytest.raises(NotDeployable, match="BackupRegion is eu-central-1, where the stage itself is"):
        backup_region.require_another("eu-central-1", "eu-central-1")

    backup_region.require_another("eu-west-1", "eu-central-1")


def test_the_vault_is_in_the_other_region(home: FakeBackup, other: FakeBackup) -> None:
    make_ready(home, other)

    assert (home.vaults, other.vaults) == ([], ["qaiyrym-prod"])


def test_dynamodb_is_managed_in_both_regions_and_what_else_was_chosen_stays(
    home: FakeBackup, other: FakeBackup
) -> None:
    make_ready(home, other)

    managed = {"DynamoDB": True}
    assert home.settings["ResourceTypeOptInPreference"] == {"S3": True, **managed}
    assert home.settings["ResourceTypeManagementPreference"] == managed
    assert other.settings == {"ResourceTypeOptInPreference": managed, "ResourceTypeManagementPreference": managed}


def test_the_next_deployment_changes_nothing(home: FakeBackup, other: FakeBackup) -> None:
    make_ready(home, other)
    make_ready(home, other)

    assert (home.updates, other.updates, other.vaults) == (1, 1, ["qaiyrym-prod"])
