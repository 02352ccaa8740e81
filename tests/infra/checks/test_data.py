import pytest

from infra.checks import data
from tests.infra.checks.parts import Spoil, Template, index, properties


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda t: properties(t, "SecretsKey")["KeyPolicy"].update(Statement=[]),
            "SecretsKey is not in the hands of its account",
        ),
        (
            lambda t: t["Parameters"]["WarmWrites"].update(MinValue=1, Default=1000),
            "EventsTable: WriteUnitsPerSecond may be less than 4000, which is refused",
        ),
        (
            lambda t: t["Parameters"]["WarmReads"].pop("MinValue"),
            "EventsTable: ReadUnitsPerSecond may be less than 12000, which is refused",
        ),
        (lambda t: t["Resources"]["EventsTable"].pop("DeletionPolicy"), "EventsTable would go with the stack"),
        (lambda t: t["Resources"]["Pepper"].pop("DeletionPolicy"), "Pepper would go with the stack"),
        (lambda t: t["Resources"]["ContactsKey"].pop("UpdateReplacePolicy"), "ContactsKey would go with the stack"),
        (lambda t: t["Resources"]["LeadsQueue"].update(DeletionPolicy="Delete"), "LeadsQueue would go with the stack"),
        (
            lambda t: t["Resources"]["ParkedTable"].update(DeletionPolicy="RetainExceptOnCreate"),
            "ParkedTable is kept by RetainExceptOnCreate, not by Retain, when a creation fails",
        ),
        *(
            (
                lambda t, name=name: t["Resources"][name].update(DeletionPolicy="Retain"),
                f"{name} is kept by Retain, not by RetainExceptOnCreate, when a creation fails",
            )
            for name in ("ContactsKey", "SecretsKey", "Pepper", "ParkingKey", "PoisonQueue", "DocumentsBucket")
        ),
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
    ],
)
def test_data_that_could_be_lost_or_hold_up_a_table_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(data.faults(template))
    assert any(fault in one for one in found), found
