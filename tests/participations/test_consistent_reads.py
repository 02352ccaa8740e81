"""What is decided on is read as it is now: never from a copy that may be some moments old."""

import msgspec

from chalicelib.domain.commands import WithdrawParticipation
from chalicelib.intake.participation_requests import read_person
from chalicelib.participations.retention import Retention
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, PHONE, Subject, draft
from tests.reads import reads

CONSENT = {"text": "Келісемін", "version": "2026-1"}
ENDING = msgspec.structs.replace(CAMPAIGN, closes="2026-12-31T23:59:59+05:00")


def test_every_read_is_consistent(tables: Tables) -> None:
    subject = Subject(tables)
    services = subject.services
    firm = draft({**FIRM, "phone": PHONE}, note="Кешке", consent=CONSENT)
    person = read_person({"participant": {"type": "citizen", "phone": PHONE}})

    with reads(subject.client) as found:
        receipt = subject.record("1", firm, campaign=ENDING).receipt
        subject.record("1", firm, campaign=ENDING)
        subject.record("2", draft(note="Кешке"), campaign=ENDING)
        services.participations.find(receipt)
        services.participations.moderate(receipt, WithdrawParticipation(receipt.id, "an error", "token"))
        list(services.contacts.of_campaign(CAMPAIGN.id))
        services.names.status(CAMPAIGN.id)
        services.personal_data.held(CAMPAIGN.id, person)
        services.personal_data.withdraw_consent(CAMPAIGN.id, person, "api")
        Retention(tables["ContactsTable"], services.contacts, lambda: [ENDING], lambda: subject.now).follow()
        services.personal_data.erase(CAMPAIGN.id, person)

    assert {operation for operation, _ in found} == {"GetItem", "Query", "Scan", "BatchGetItem"}
    assert [operation for operation, consistent in found if not consistent] == []
