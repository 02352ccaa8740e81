"""The services over one set of tables, and what is in them."""

import json
import time
from typing import Any

import msgspec

from chalicelib.aws import clients
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.vocabulary import CampaignState, NamesOnAir, Source
from chalicelib.intake.participation_requests import Draft, Sender, read_participation, read_person
from chalicelib.participations.data_subjects import Erased
from chalicelib.participations.service import Recorded, SubmittedParticipation
from chalicelib.settings import load
from tests.conftest import Tables

NOW = 1_790_000_000_000
CAMPAIGN = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")
PHONE = "+77011234567"
PERSON: dict[str, Any] = {"type": "citizen", "name": "Айгерім Үлгі", "phone": PHONE}
FIRM: dict[str, Any] = {"type": "business", "organisation": "ТОО «Ромашка»", "bin": "990940003176"}

STORES = ("EventsTable", "ReceiptsTable", "ContactsTable", "NamesTable", "ParkedTable")
"""The tables that a submission may leave something in."""


def draft(participant: dict[str, Any] | None = None, sender: Sender | None = None, **act: Any) -> Draft:
    """Return what a request asks to record: a good deed of a person, unless it says otherwise."""
    raw = {"kind": "good_deed", "participant": participant or PERSON, "place": {"region": "KZ-75"}, **act}
    return read_participation(raw, sender or Sender(source="api", token="token"), NOW)


def content(given: Draft) -> bytes:
    """Return bytes that are the same for the same draft."""
    return msgspec.json.encode(given)


class Subject:
    """Services as a process has them, with a clock that stands still at `now` (epoch ms)."""

    def __init__(self, tables: Tables) -> None:
        self.now = NOW
        self.tables = tables
        self.client: Any = clients.dynamodb()
        self.services = self.new_process()

    def new_process(self) -> Services:
        """Return the services of another process, which remembers nothing."""
        return Services(load(), lambda: self.now, time.monotonic)

    def record(
        self,
        submission: str,
        given: Draft | None = None,
        *,
        state: CampaignState = "live",
        campaign: Campaign = CAMPAIGN,
        sent: bytes | None = None,
        signed: bool = True,
        names: NamesOnAir = "shown",
        services: Services | None = None,
    ) -> Recorded:
        """Record a draft as a submission; what was `sent` follows from the draft unless given."""
        current = given or draft()
        submitted = SubmittedParticipation(submission, sent or content(current), current, signed, names)
        participations = (services or self.services).participations
        return participations.record(msgspec.structs.replace(campaign, state=state), submitted)

    def erase(self, **person: Any) -> Erased:
        """Erase who gave some details; a person unless a type is given."""
        sought = {"participant": {"type": "citizen", **person}}
        return self.services.personal_data.erase(CAMPAIGN.id, read_person(sought))

    def source_receipt(self, submission: str, source: Source = "api") -> Any:
        """Return the receipt of a submission."""
        participations = self.services.participations
        return participations.receipt(participations.receipt_id(source, submission))

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.tables[table], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def contacts(self) -> list[dict[str, Any]]:
        """Return the contacts, without what stands beside them."""
        return [item for item in self.items("ContactsTable") if item["part"]["S"] == "contact"]

    def events(self) -> list[dict[str, Any]]:
        """Return the events of all streams, by stream and version."""
        return sorted(self.items("EventsTable"), key=lambda item: (item["stream"]["S"], int(item["version"]["N"])))

    def everything(self) -> str:
        """Return all that the stores hold, as one text."""

        def text(item: Any) -> str:
            return json.dumps(item, ensure_ascii=False, sort_keys=True, default=repr)

        return "\n".join(f"{table} {item}" for table in STORES for item in sorted(map(text, self.items(table))))
