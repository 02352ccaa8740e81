from collections.abc import Callable
from typing import Any

import pytest

from infra import checks

Template = dict[str, Any]


def properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


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
        (lambda t: properties(t, "ApiFails").pop("AlarmActions"), "ApiFails tells nobody"),
    ],
)
def test_what_a_guarantee_rests_on_is_missed(
    template: Template, spoil: Callable[[Template], object], fault: str
) -> None:
    spoil(template)

    assert any(fault in found for found in checks.faults(template)), checks.faults(template)
