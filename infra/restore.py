"""Puts restored tables in the place of those that an installation has: `python -m infra.restore STAGE TABLE…`.

    python -m infra.restore prod EventsTable RegistryTable --at 2026-06-01T12:00:00+05:00
    python -m infra.restore prod EventsTable=qaiyrym-prod-EventsTable-restored

A table is restored to a second of the last 35 days, beside the one that there is, or was restored under another name
already, by AWS Backup for instance: `qaiyrym-STAGE-TABLE-…`, as whoever deploys may touch others as little as the smoke
test. A restored table lacks its stream, its time to live, its protection and its own
backups (docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html): it is given
them. docs/runbook.md tells what comes before and after.
"""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import recovery
from infra.adoption import TABLE, ExistingTable, adopt, unfinished
from infra.installation import NotDeployable, open_installation, read_stage
from infra.output import complain, is_agreed, say
from infra.remains import how_to_remove
from infra.stack import Resource, Stack, StackError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WAIT: Any = {"Delay": 10, "MaxAttempts": 2160}
"""Six hours: a restore takes as long as the table is large."""


def restored(client: "DynamoDBClient", source: str, target: str, at: datetime | None) -> str:
    """Restore a table to a time, None for the newest that can be restored, beside the one that there is.

    Raises:
        WaiterError: it takes longer than six hours.
    """
    time: Any = {"UseLatestRestorableTime": True} if at is None else {"RestoreDateTime": at}
    client.restore_table_to_point_in_time(SourceTableName=source, TargetTableName=target, **time)
    client.get_waiter("table_exists").wait(TableName=target, WaiterConfig=_WAIT)
    return target


def equipped(client: "DynamoDBClient", name: str, properties: Mapping[str, Any]) -> ExistingTable:
    """Give a restored table what it lacks of a template's `properties` of it. Can be repeated."""
    found: Any = client.describe_table(TableName=name)["Table"]
    if (stream := properties.get("StreamSpecification")) and not found.get("StreamSpecification"):
        specification: Any = {"StreamEnabled": True, "StreamViewType": stream["StreamViewType"]}
        client.update_table(TableName=name, StreamSpecification=specification)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAIT)
    if not found.get("DeletionProtectionEnabled"):
        client.update_table(TableName=name, DeletionProtectionEnabled=True)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAIT)
    if (lifetime := properties.get("TimeToLiveSpecification")) and not _expires(client, name):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=lifetime)
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    now: Any = client.describe_table(TableName=name)["Table"]
    return ExistingTable(now["TableName"], now["TableArn"], now.get("LatestStreamArn"))


def restore(stack: Stack, client: "DynamoDBClient", requested: Mapping[str, str | None], at: datetime | None) -> None:
    """Let a stack work on restored tables: `requested` has by logical ids the names of those that are restored already.

    Raises:
        StackError: a table is not named as those of stacks are, or CloudFormation could not do it; starting it again
            with the names that were told goes on.
    """
    template, current = unfinished(stack) or stack.template(processed=True), stack.resources()
    if wrong := sorted(name for name in requested if not _is_table(template, name)):
        raise StackError(f"{stack.name} has no table {', '.join(wrong)}")
    if gone := sorted(name for name in requested if not requested[name] and name not in current):
        raise StackError(f"{stack.name} has let go of {', '.join(gone)} already: name the tables that are restored")
    if foreign := sorted(name for logical, name in requested.items() if name and _is_foreign(logical, name)):
        raise StackError(
            f"{', '.join(foreign)}: infra/deployer allows tables named {stack.name}-TABLE-… only, by its logical id"
        )
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    names = {}
    for logical, name in sorted(requested.items()):
        names[logical] = name or restored(client, current[logical], f"{stack.name}-{logical}-{stamp}", at)
        say(f"  {logical:<20}{names[logical]}")
    point(stack, client, names)
    for logical in sorted(names):
        if (before := current.get(logical)) not in (None, names[logical]):
            say(f"  once nobody misses anything: {how_to_remove(Resource(logical, TABLE, str(before)))}")


def point(stack: Stack, client: "DynamoDBClient", names: Mapping[str, str]) -> None:
    """Give restored tables what they lack, and let a stack work on them; `names` are theirs by logical ids.

    Raises:
        StackError: CloudFormation could not do it; starting it again goes on.
    """
    from infra.merged_template import merged

    # What a table has to be like stands in the code that is checked out: the stack may have let go of it already.
    declared = merged()["Resources"]
    tables = {logical: equipped(client, name, declared[logical]["Properties"]) for logical, name in names.items()}
    adopt(stack, tables, lambda told: say(f"  {told}"))


def _expires(client: "DynamoDBClient", name: str) -> bool:
    status = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("TimeToLiveStatus")
    return status in ("ENABLED", "ENABLING")


def _is_foreign(logical: str, name: str) -> bool:
    return not re.fullmatch(f"qaiyrym-.+-{logical}-.+", name)


def _is_table(template: Mapping[str, Any], name: str) -> bool:
    return bool(template["Resources"].get(name, {}).get("Type") == TABLE)


def _requested(arguments: Sequence[str]) -> dict[str, str | None]:
    parts = (argument.partition("=") for argument in arguments)
    return {logical: name or None for logical, _, name in parts}


def main(arguments: list[str]) -> int:
    """Restore the tables that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description="Work on restored tables.")
    parser.add_argument("stage", metavar="STAGE", help="as infra/stages/STAGE.json describes it")
    parser.add_argument("tables", metavar="TABLE[=NAME]", nargs="+", help="logical id, and what is restored already")
    parser.add_argument(
        "--at", type=datetime.fromisoformat, metavar="TIME", help="with its offset; the newest possible"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    if given.at is not None and given.at.tzinfo is None:
        parser.error("--at needs an offset, as in 2026-06-01T12:00:00+05:00")
    try:
        _run(given)
    except (NotDeployable, StackError, BotoCoreError, ClientError) as error:
        complain(f"not restored: {error}")
        return 1
    say("Next: the names of the tables for `bin/qaiyrym`, and `rebuild CAMPAIGN --after-restore` of each campaign.")
    return 0


def _run(given: argparse.Namespace) -> None:
    opened = open_installation(given.stage, read_stage(given.stage))
    recovery.make_ready(opened.stack)
    if opened.stack.status() is None:
        raise NotDeployable(f"there is no stack {opened.stack.name}")
    if not given.yes and not is_agreed(f"Let {opened.stack.name} work on restored tables?"):
        raise NotDeployable("you said no; nothing was changed")
    restore(opened.stack, opened.session.client("dynamodb"), _requested(given.tables), given.at)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
