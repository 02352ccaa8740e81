from collections.abc import Callable
from typing import Any

import pytest

from infra import checks

Template = dict[str, Any]


def properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def index(template: Template, table: str, name: str) -> dict[str, Any]:
    by_name: dict[str, dict[str, Any]] = {
        one["IndexName"]: one for one in properties(template, table)["GlobalSecondaryIndexes"]
    }
    return by_name[name]


def test_the_packaged_template_is_as_it_must_be(packaged: Template) -> None:
    assert checks.faults(packaged) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: t["Resources"].pop("StateTable"), "refers to StateTable, which is not there"),
        (lambda t: properties(t, "ProjectorOfEvents").pop("TumblingWindowInSeconds"), "no invocation names its shard"),
        (lambda t: properties(t, "ProjectorOfEvents").update(ParallelizationFactor=10), "ParallelizationFactor is 10"),
        (lambda t: properties(t, "ProjectorOfEvents").update(MaximumRetryAttempts=3), "MaximumRetryAttempts is 3"),
        (lambda t: properties(t, "ProjectorOfEvents").pop("MaximumRecordAgeInSeconds"), "MaximumRecordAgeInSeconds is"),
        (
            lambda t: properties(t, "PublisherOfStates").update(StartingPosition="LATEST"),
            "StartingPosition is 'LATEST'",
        ),
        (lambda t: properties(t, "LeadWorkerOfLeads").pop("FunctionResponseTypes"), "FunctionResponseTypes is None"),
        (lambda t: t["Resources"].pop("PublisherOfCampaigns"), "PublisherOfCampaigns: FunctionName is None"),
        (lambda t: properties(t, "Publisher").update(Tracing="PassThrough"), "Publisher is not traced"),
        (lambda t: properties(t, "ApiLogs").pop("RetentionInDays"), "APIHandler logs for ever"),
        (lambda t: properties(t, "APIHandler")["Environment"]["Variables"].update(PEPPER="a"), "has PEPPER in clear"),
        (lambda t: properties(t, "LeadWorker").update(Timeout=90), "may still run when its messages come back"),
        (lambda t: t["Resources"]["EventsTable"].pop("DeletionPolicy"), "EventsTable would go with the stack"),
        (lambda t: properties(t, "EventsTable").pop("DeletionProtectionEnabled"), "EventsTable can be deleted"),
        (
            lambda t: properties(t, "StateTable").pop("PointInTimeRecoverySpecification"),
            "StateTable cannot be restored",
        ),
        (lambda t: properties(t, "EventsTable").update(GlobalSecondaryIndexes=[{}]), "EventsTable has an index"),
        (
            lambda t: properties(t, "ParkedTable")["SSESpecification"].update(KMSMasterKeyId={"Ref": "ContactsKey"}),
            "ParkedTable is not under a key of its own",
        ),
        (
            lambda t: properties(t, "ProjectorOfEvents").update(BisectBatchOnFunctionError=True),
            "ProjectorOfEvents cuts batches in half",
        ),
        (lambda t: properties(t, "SweeperOfMinutes").update(State="DISABLED"), "SweeperOfMinutes is not enabled"),
        (
            lambda t: properties(t, "SweeperOfMinutes").update(ScheduleExpression="rate(5 minutes)"),
            "SweeperOfMinutes does not run Sweeper at rate(1 minute)",
        ),
        (
            lambda t: properties(t, "RetentionOfHours").update(Targets=[]),
            "RetentionOfHours does not run Retention at rate(1 hour)",
        ),
        (
            lambda t: t["Resources"].update(Another=t["Resources"]["SweeperOfMinutes"]),
            "Another is no schedule known here",
        ),
        (lambda t: t["Resources"].pop("SweeperPermission"), "SweeperOfMinutes may not invoke Sweeper"),
        (
            lambda t: properties(t, "RetentionPermission").update(Principal="*"),
            "RetentionOfHours may not invoke Retention",
        ),
        (lambda t: t["Resources"].pop("SweeperRuns"), "Sweeper: runs that fail or find no room are repeated"),
        (
            lambda t: properties(t, "RetentionRuns").update(MaximumRetryAttempts=2),
            "Retention: runs that fail or find no room are repeated",
        ),
        (
            lambda t: properties(t, "AuditorOfHours").update(ScheduleExpression="rate(1 day)"),
            "AuditorOfHours does not run Auditor at rate(1 hour)",
        ),
        (lambda t: properties(t, "Auditor").update(Timeout=700), "Auditor has 700 s, not over 720 and up to 900"),
        (lambda t: properties(t, "Sweeper").update(Timeout=60), "Sweeper has 60 s, not over 60 and up to 150"),
        (lambda t: properties(t, "Retention").update(Timeout=300), "Retention has 300 s, not over 720 and up to 900"),
        (
            lambda t: properties(t, "Retention").pop("ReservedConcurrentExecutions"),
            "Retention may run twice at a time",
        ),
        (
            lambda t: properties(t, "StateTable")["StreamSpecification"].update(StreamViewType="NEW_IMAGE"),
            "StateTable: its stream carries NEW_IMAGE, not KEYS_ONLY",
        ),
        (
            lambda t: properties(t, "ContactsTable").update(StreamSpecification={"StreamViewType": "NEW_IMAGE"}),
            "ContactsTable: its stream carries NEW_IMAGE, not None",
        ),
        (
            lambda t: properties(t, "ContactsTable").pop("TimeToLiveSpecification"),
            "ContactsTable: its items go at None, not at expires_at",
        ),
        (
            lambda t: properties(t, "ParkedTable")["TimeToLiveSpecification"].update(Enabled=False),
            "ParkedTable: its items go at None, not at expires_at",
        ),
        (
            lambda t: properties(t, "ReceiptsTable").update(
                TimeToLiveSpecification={"AttributeName": "gone_at", "Enabled": True}
            ),
            "ReceiptsTable: its items go at gone_at, not at None",
        ),
        (
            lambda t: index(t, "ActsTable", "by_time")["KeySchema"][0].update(AttributeName="campaign"),
            "ActsTable: all of a campaign is in one partition of by_time",
        ),
        (
            lambda t: index(t, "OrganisationsTable", "board").pop("WarmThroughput"),
            "OrganisationsTable: board is not as warm as the table that waits for it",
        ),
        (
            lambda t: properties(t, "ActsTable").update(LocalSecondaryIndexes=[{}]),
            "ActsTable has an index: every write costs more",
        ),
        (lambda t: properties(t, "ApiFails").pop("AlarmActions"), "ApiFails tells nobody"),
    ],
)
def test_what_a_guarantee_rests_on_is_missed(
    template: Template, spoil: Callable[[Template], object], fault: str
) -> None:
    spoil(template)

    assert any(fault in found for found in checks.faults(template)), checks.faults(template)
