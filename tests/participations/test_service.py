"""Record, moderate and erase, on a real table."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from chalicelib.aws import clients
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    CorrectParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.identity import identify
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.eventlog.log import EventLog
from chalicelib.intake.participations import Draft, read_participation
from chalicelib.metrics import Metrics
from chalicelib.participations.contacts import Contacts
from chalicelib.participations.keys import Keys, PublicId
from chalicelib.participations.service import ParticipationResult, Participations, Refused
from tests.conftest import Tables

NOW = 1_790_000_000_000
CAMPAIGN = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")
MODERATED: dict[str, Any] = {"reason": "checked by phone", "by": "token"}


def draft(participant: dict[str, Any] | None = None, **act: Any) -> Draft:
    raw = {
        "kind": "good_deed",
        "participant": participant or {"type": "citizen", "name": "Айгерім Үлгі", "phone": "8 701 123 45 67"},
        "place": {"region": "KZ-75"},
        **act,
    }
    return read_participation(raw, "api", NOW)


class Subject:
    def __init__(self, tables: Tables) -> None:
        self.client: Any = clients.dynamodb()
        self.tables = tables
        self.contacts = Contacts(tables["ContactsTable"])
        self.keys = Keys(bytes(32))
        log = EventLog(self.client, tables["EventsTable"])
        self.participations = Participations(log, self.contacts, self.keys, Metrics(lambda: NOW), now=lambda: NOW)

    def record(self, submission: str, given: Draft | None = None, state: CampaignState = "live") -> ParticipationResult:
        campaign = msgspec.structs.replace(CAMPAIGN, state=state)
        return self.participations.record(campaign, given or draft(), submission)

    def items(self, table: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.scan(TableName=self.tables[table], ConsistentRead=True)["Items"]
        return items

    def types(self) -> list[str]:
        return [item["type"]["S"] for item in sorted(self.items("EventsTable"), key=lambda i: int(i["version"]["N"]))]


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def test_one_person_is_one_participant_however_they_write_their_phone(subject: Subject) -> None:
    one = subject.record("1", draft({"type": "citizen", "phone": "8 (701) 123-45-67"}))
    other = subject.record("2", draft({"type": "citizen", "phone": "+7 701 123 45 67", "email": "a@example.com"}))

    assert one.id.stream == other.id.stream
    assert len(subject.items("ContactsTable")) == 1


def test_a_person_and_an_organisation_are_never_the_same(subject: Subject) -> None:
    person = subject.record("1", draft({"type": "citizen", "phone": "+77011234567"}))
    school = subject.record("2", draft({"type": "school", "phone": "+77011234567"}))

    assert person.id.stream != school.id.stream


def test_of_one_without_identity_no_contact_is_kept(subject: Subject) -> None:
    subject.record("1", draft({"type": "citizen", "name": "Айгерім Үлгі"}))

    assert subject.items("ContactsTable") == []


def test_a_contact_keeps_what_was_given_before(subject: Subject) -> None:
    consent = {"text": "Келісемін", "version": "2026-1"}
    subject.record("1", draft({"type": "citizen", "phone": "+77011234567", "name": "Айгерім"}, consent=consent))
    subject.record("2", draft({"type": "citizen", "phone": "+77011234567", "email": "A@Example.com"}))

    (contact,) = subject.items("ContactsTable")
    assert contact["name"]["S"] == "Айгерім"
    assert contact["email"]["S"] == "a@example.com"
    assert (contact["consent_text"]["S"], contact["consent_version"]["S"]) == ("Келісемін", "2026-1")
    assert int(contact["expires_at"]["N"]) > NOW / 1000


def test_the_log_holds_nothing_that_leads_to_a_person(subject: Subject) -> None:
    person = {"type": "citizen", "name": "Айгерім Үлгі", "phone": "+77011234567", "email": "aigerim@example.com"}
    consent = {"text": "Келісемін", "version": "2026-1"}
    subject.record("+77011234567", draft(person, note="Маған кешке қоңырау шалыңыз", consent=consent))

    (event,) = subject.items("EventsTable")
    told = msgspec.json.encode(event).decode()
    for personal in ("Айгерім", "7011234567", "aigerim", "қоңырау", "Келісемін"):
        assert personal not in told
    (contact,) = subject.items("ContactsTable")
    assert "7011234567" not in contact["identity"]["S"]


def test_eight_writers_of_one_newcomer_lose_nothing(subject: Subject) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: subject.record(f"submission {n % 12}"), range(24)))

    assert len({outcome.id.stream for outcome in outcomes}) == 1
    assert sum(not outcome.repeated for outcome in outcomes) == 12
    assert sorted(int(item["version"]["N"]) for item in subject.items("EventsTable")) == list(range(1, 13))


@pytest.mark.parametrize("state", ["frozen", "ended"])
def test_a_closed_campaign_takes_nothing_and_keeps_nothing(subject: Subject, state: CampaignState) -> None:
    with pytest.raises(Refused) as refused:
        subject.record("1", state=state)

    assert refused.value.refusal.code == f"campaign_{state}"
    assert subject.items("EventsTable") == subject.items("ContactsTable") == []


def test_a_repeat_is_told_apart_in_a_closed_campaign_too(subject: Subject) -> None:
    recorded = subject.record("1")

    repeated = subject.record("1", state="frozen")

    assert repeated.repeated
    assert repeated.id == recorded.id


def test_a_participation_is_approved_corrected_and_withdrawn(subject: Subject) -> None:
    waiting = subject.record("1", draft(people=5_000))
    public = waiting.id

    approved = subject.participations.moderate(public, ApproveParticipation(public.version, **MODERATED))
    changes = Changes(people=50)
    corrected = subject.participations.moderate(public, CorrectParticipation(public.version, changes, **MODERATED))
    withdrawn = subject.participations.moderate(public, WithdrawParticipation(public.version, **MODERATED))

    assert [o.participation.status for o in (waiting, approved, corrected, withdrawn)] == [
        "in_review",
        "counted",
        "counted",
        "withdrawn",
    ]
    assert corrected.participation.act.people == 50
    assert subject.types() == [
        "ParticipationRecorded",
        "ParticipationApproved",
        "ParticipationCorrected",
        "ParticipationWithdrawn",
    ]


def test_what_became_of_a_participation_is_found_behind_later_ones(subject: Subject) -> None:
    first = subject.record("1")
    subject.record("2")
    subject.participations.moderate(first.id, WithdrawParticipation(first.id.version, **MODERATED))

    found = subject.participations.find(first.id)

    assert found is not None
    assert found.participation.status == "withdrawn"


def test_a_participation_that_was_never_recorded_is_unknown(subject: Subject) -> None:
    public = PublicId("2026", "A" * 22, 1)

    with pytest.raises(Refused) as refused:
        subject.participations.moderate(public, RejectParticipation(1, **MODERATED))

    assert refused.value.refusal.code == "participation_unknown"
    assert subject.participations.find(public) is None


def test_an_erased_person_leaves_anonymous_facts_and_comes_back_as_another(subject: Subject) -> None:
    first = subject.record("1")
    identity = identify("citizen", draft().contact, "KZ-75")
    assert identity is not None

    subject.participations.erase("2026", identity)
    assert subject.items("ContactsTable") == []
    again = subject.record("2")

    assert again.id.stream != first.id.stream
    assert sorted(subject.types()) == ["ParticipantErased", "ParticipationRecorded", "ParticipationRecorded"]


def test_erasing_twice_or_somebody_unknown_changes_nothing_more(subject: Subject) -> None:
    subject.record("1")
    identity = identify("citizen", draft().contact, "KZ-75")
    assert identity is not None

    subject.participations.erase("2026", identity)
    subject.participations.erase("2026", identity)
    subject.participations.erase("2026", "person phone +77770000000")

    assert subject.types().count("ParticipantErased") == 1


def test_an_erasure_cut_short_is_completed_by_asking_again(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    subject.record("1")
    identity = identify("citizen", draft().contact, "KZ-75")
    assert identity is not None
    with monkeypatch.context() as patched:
        patched.setattr(subject.contacts, "forget", lambda *_: (_ for _ in ()).throw(TimeoutError))
        with pytest.raises(TimeoutError):
            subject.participations.erase("2026", identity)

    subject.participations.erase("2026", identity)

    assert subject.items("ContactsTable") == []
    assert subject.types().count("ParticipantErased") == 1
