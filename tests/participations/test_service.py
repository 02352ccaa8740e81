"""Record, look up and moderate, on real tables."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from chalicelib.aws import clients
from chalicelib.aws.items import Write
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    CorrectParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.eventlog.log import Entry
from chalicelib.eventlog.transactions import Congested
from chalicelib.intake.participation_requests import Correction, Sender
from chalicelib.participations.appending import Busy
from chalicelib.participations.service import Recorded, Refused
from tests.conftest import Tables
from tests.participations.subject import CAMPAIGN, FIRM, NOW, PERSON, PHONE, Subject, draft

MODERATED: dict[str, Any] = {"reason": "checked by phone", "by": "token"}
ANONYMOUS = draft({"type": "citizen", "name": "Айгерім Үлгі"})


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def streams(*recorded: Recorded) -> list[str]:
    return [one.receipt.stream for one in recorded]


def test_one_person_is_one_participant_however_they_write_their_phone(subject: Subject) -> None:
    one = subject.record("1", draft({"type": "citizen", "phone": "8 (701) 123-45-67"}))
    other = subject.record("2", draft({"type": "citizen", "phone": "+7 701 123 45 67", "email": "a@example.com"}))

    assert len(set(streams(one, other))) == 1
    assert len(subject.contacts()) == 1


def test_a_person_and_an_organisation_are_never_the_same(subject: Subject) -> None:
    person = subject.record("1", draft({"type": "citizen", "phone": PHONE}))
    school = subject.record("2", draft({"type": "school", "phone": PHONE}))

    assert len(set(streams(person, school))) == 2


def test_a_signed_in_user_is_one_participant(subject: Subject) -> None:
    sender = Sender(source="telegram", form="telegram/ours/1", user="telegram 7")
    one = subject.record("1", draft({"type": "citizen"}, sender))
    other = subject.record("2", draft({"type": "citizen"}, sender))

    assert len(set(streams(one, other))) == 1


def test_a_participant_is_another_one_in_another_campaign(subject: Subject) -> None:
    next_year = msgspec.structs.replace(CAMPAIGN, id="2027")
    here, there = subject.record("1"), subject.record("2", campaign=next_year)

    assert here.receipt.stream.partition("/")[2] != there.receipt.stream.partition("/")[2]


def test_of_one_whom_nothing_identifies_no_contact_is_stored(subject: Subject) -> None:
    one, other = subject.record("1", ANONYMOUS), subject.record("2", ANONYMOUS)

    assert len(set(streams(one, other))) == 2
    assert subject.items("ContactsTable") == []


def test_the_log_holds_nothing_that_leads_to_a_person(subject: Subject) -> None:
    person = {"type": "citizen", "name": "Айгерім Үлгі", "phone": PHONE, "email": "aigerim@example.com"}
    consent = {"text": "Келісемін", "version": "2026-1"}
    subject.record(PHONE, draft(person, note="Маған кешке қоңырау шалыңыз", consent=consent))

    held = repr([subject.items(table) for table in ("EventsTable", "ReceiptsTable", "NamesTable")])
    keys = repr([(item["key"], item["part"]) for item in subject.items("ContactsTable")])
    for personal in ("Айгерім", "7011234567", "aigerim", "қоңырау", "Келісемін"):
        assert personal not in held
        assert personal not in keys


@pytest.mark.parametrize("given", [draft(), ANONYMOUS, draft(FIRM)], ids=["person", "anonymous", "organisation"])
@pytest.mark.parametrize("state", ["live", "frozen", "ended"])
def test_a_repeat_changes_nothing_and_is_told_what_became_of_it(
    subject: Subject, given: Any, state: CampaignState
) -> None:
    recorded = subject.record("1", given)
    before = subject.everything()

    repeated = subject.record("1", given, state=state)

    assert repeated == Recorded(recorded.receipt, repeated=True)
    assert subject.everything() == before


def test_a_repeat_tells_what_the_act_is_now(subject: Subject) -> None:
    receipt = subject.record("1", draft(people=5_000)).receipt
    subject.services.participations.moderate(receipt, RejectParticipation(receipt.id, **MODERATED))

    assert subject.record("1", draft(people=5_000)).receipt.status == "rejected"


@pytest.mark.parametrize(
    "other",
    [
        draft({**PERSON, "phone": "+77079999999"}),
        draft({"type": "citizen"}),
        draft(FIRM),
        draft(people=2),
        draft({**PERSON, "name": "Other"}),
        draft(note="more"),
    ],
    ids=["another phone", "no phone", "an organisation", "another measure", "another name", "a note"],
)
@pytest.mark.parametrize("first", [draft(), ANONYMOUS, draft(FIRM)], ids=["person", "anonymous", "organisation"])
def test_one_id_with_another_content_is_refused_whoever_is_in_it_and_changes_nothing(
    subject: Subject, first: Any, other: Any
) -> None:
    subject.record("1", first, sent=b"first")
    before = subject.everything()

    with pytest.raises(Refused) as refused:
        subject.record("1", other, sent=b"other")

    assert refused.value.refusal.code == "submission_differs"
    assert subject.everything() == before


def test_one_id_in_another_campaign_is_another_content(subject: Subject) -> None:
    subject.record("1")

    with pytest.raises(Refused):
        subject.record("1", campaign=msgspec.structs.replace(CAMPAIGN, id="2027"))


def test_one_id_in_two_sources_is_two_submissions(subject: Subject) -> None:
    subject.record("1")

    assert not subject.record("1", draft(sender=Sender(source="vk", form="vk/1/2"))).repeated


@pytest.mark.parametrize("state", ["frozen", "ended"])
def test_a_closed_campaign_takes_nothing_and_keeps_nothing(subject: Subject, state: CampaignState) -> None:
    before = subject.everything()

    with pytest.raises(Refused) as refused:
        subject.record("1", draft(FIRM, note="Кешке"), state=state)

    assert refused.value.refusal.code == f"campaign_{state}"
    assert subject.everything() == before


def test_a_participation_is_approved_corrected_and_withdrawn(subject: Subject) -> None:
    receipt = subject.record("1", draft(people=5_000)).receipt
    service = subject.services.participations

    approved = service.moderate(receipt, ApproveParticipation(receipt.id, **MODERATED))
    correction = CorrectParticipation(receipt.id, Changes(people=50), limits=CAMPAIGN.limits, **MODERATED)
    corrected = service.moderate(approved.receipt, correction)
    withdrawn = service.moderate(corrected.receipt, WithdrawParticipation(receipt.id, **MODERATED))

    assert [receipt.status, approved.receipt.status, corrected.receipt.status, withdrawn.receipt.status] == [
        "in_review",
        "counted",
        "counted",
        "withdrawn",
    ]
    assert (corrected.act.people, withdrawn.act.people) == (50, 50)
    assert subject.source_receipt("1") == withdrawn.receipt
    assert [item["type"]["S"] for item in subject.events()] == [
        "ParticipationRecorded",
        "ParticipationApproved",
        "ParticipationCorrected",
        "ParticipationWithdrawn",
    ]


def test_an_old_receipt_is_enough_to_moderate_by(subject: Subject) -> None:
    receipt = subject.record("1", draft(people=5_000)).receipt
    service = subject.services.participations
    service.moderate(receipt, ApproveParticipation(receipt.id, **MODERATED))

    with pytest.raises(Refused) as refused:
        service.moderate(receipt, RejectParticipation(receipt.id, **MODERATED))

    assert refused.value.refusal.status == "counted"


def test_an_act_behind_later_ones_is_found_and_moderated(subject: Subject) -> None:
    receipt = subject.record("1").receipt
    for number in range(2, 5):
        subject.record(f"{number}", draft(people=number))

    withdrawn = subject.services.participations.moderate(receipt, WithdrawParticipation(receipt.id, **MODERATED))
    found = subject.services.participations.find(subject.source_receipt("1"))

    assert found == withdrawn
    assert (found.receipt.status, found.receipt.newest, found.act.people) == ("withdrawn", 5, 1)
    assert [subject.services.participations.find(subject.source_receipt(f"{n}")).act.people for n in (2, 3, 4)] == [
        2,
        3,
        4,
    ]


def test_a_corrected_name_is_stored_and_shown(subject: Subject) -> None:
    receipt = subject.record("1", draft(FIRM)).receipt

    corrected = subject.services.participations.correct(
        CAMPAIGN, receipt, Correction("a typo", Changes(), "ТОО «Роза»"), "t"
    )

    assert corrected.current.organisation == "ТОО «Роза»"
    assert subject.services.participations.find(corrected.current.receipt).organisation == "ТОО «Роза»"


def test_a_correction_takes_a_name_away_and_leaves_the_rest(subject: Subject) -> None:
    before = subject.record("1", draft(FIRM)).receipt
    act = subject.services.participations.find(before).act

    corrected = subject.services.participations.correct(CAMPAIGN, before, Correction("no name", Changes(), None), "t")

    assert corrected.before == act
    assert corrected.current.act == msgspec.structs.replace(act, name=None)
    assert subject.services.participations.find(corrected.current.receipt).organisation is None


def test_a_text_that_is_no_receipt_s_id_is_not_looked_for(subject: Subject) -> None:
    receipt = subject.record("1").receipt
    alias = receipt.id[:-1] + chr(ord(receipt.id[-1]) + 1)

    assert subject.services.participations.receipt(receipt.id) == receipt
    assert subject.services.participations.receipt(alias) is None
    assert subject.services.participations.receipt("") is None


def at_once(count: int, record: Any) -> list[Any]:
    """Do something so many times at once; return what each gave or raised."""

    def attempt(number: int) -> Any:
        try:
            return record(number)
        except Refused as refused:
            return refused.refusal.code

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(attempt, range(count)))


@pytest.mark.parametrize("given", [draft(), ANONYMOUS], ids=["person", "anonymous"])
def test_of_32_at_once_one_submission_is_recorded_once(subject: Subject, given: Any) -> None:
    outcomes = at_once(32, lambda _: subject.record("1", given, services=subject.new_process()))

    assert sorted(outcome.repeated for outcome in outcomes) == [False] + [True] * 31
    assert len({outcome.receipt.id for outcome in outcomes}) == 1
    assert len(subject.events()) == 1


def test_of_32_contents_at_once_under_one_id_one_is_recorded(subject: Subject) -> None:
    outcomes = at_once(
        32,
        lambda number: subject.record(
            "1", draft({"type": "citizen", "phone": f"+77010000{number:03d}"}), services=subject.new_process()
        ),
    )

    assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 1
    assert outcomes.count("submission_differs") == 31
    assert len(subject.events()) == len(subject.items("ReceiptsTable")) == len(subject.contacts()) == 1


def test_of_32_acts_at_once_of_one_person_each_counts_and_the_person_is_one(subject: Subject) -> None:
    outcomes = at_once(32, lambda number: subject.record(f"{number}", services=subject.new_process()))

    assert len(set(streams(*outcomes))) == 1
    assert sorted(outcome.receipt.version for outcome in outcomes) == list(range(1, 33))
    assert [int(event["version"]["N"]) for event in subject.events()] == list(range(1, 33))
    assert sum('"first":true' in event["data"]["S"] for event in subject.events()) == 1


def test_32_records_against_erasures_leave_every_act_and_nothing_of_the_erased(subject: Subject) -> None:
    def act(number: int) -> Any:
        if number % 4 == 3:
            return subject.erase(phone=PHONE)
        return subject.record(f"{number}", draft(note=f"note {number}"), services=subject.new_process())

    outcomes = [outcome for outcome in at_once(32, act) if isinstance(outcome, Recorded)]
    subject.erase(phone=PHONE)

    assert len(outcomes) == 24
    recorded = [event for event in subject.events() if event["type"]["S"] == "ParticipationRecorded"]
    assert len(recorded) == len({outcome.receipt.id for outcome in outcomes}) == 24
    assert subject.items("ContactsTable") == []
    assert not [receipt for receipt in subject.items("ReceiptsTable") if receipt["newest"] != receipt["version"]]


def test_a_freeze_against_32_records_takes_those_before_it(subject: Subject) -> None:
    states: list[CampaignState] = ["live", "frozen"]
    outcomes = at_once(
        32, lambda number: subject.record(f"{number % 16}", state=states[number // 16], services=subject.new_process())
    )

    recorded = {outcome.receipt.id for outcome in outcomes if isinstance(outcome, Recorded)}
    assert len(recorded) == len(subject.events()) == 16
    assert all(outcome == "campaign_frozen" or outcome.repeated for outcome in outcomes[16:])


def test_a_stream_that_never_rests_is_busy_and_nothing_is_written(subject: Subject) -> None:
    subject.record("1")
    log = subject.services.log
    append = log.append

    class Rivalled:
        """A log at which another process is always a little earlier."""

        asleep = False

        def append(self, entry: Entry, also: list[Write] = []) -> None:  # noqa: B006
            if not self.asleep:
                self.asleep = True
                rival = subject.new_process()
                subject.record(f"rival {entry.recorded.event_id}", services=rival)
                self.asleep = False
            append(entry, also)

    log.append = Rivalled().append  # type: ignore[method-assign, assignment]
    subject.services.participations._sleep = lambda _: None

    with pytest.raises(Busy):
        subject.record("2")

    assert subject.source_receipt("2") is None


def test_a_congested_table_is_busy(subject: Subject) -> None:
    def congested(entry: Entry, also: Any = ()) -> None:
        raise Congested

    subject.services.log.append = congested  # type: ignore[method-assign]

    with pytest.raises(Busy):
        subject.record("1")


def test_the_campaign_decides_as_it_is_when_the_act_comes(subject: Subject) -> None:
    person = msgspec.structs.replace(CAMPAIGN.limits.person, people=10_000)
    generous: Campaign = msgspec.structs.replace(
        CAMPAIGN, limits=msgspec.structs.replace(CAMPAIGN.limits, people=10_000, person=person)
    )

    assert subject.record("1", draft(people=5_000)).receipt.status == "in_review"
    assert subject.record("2", draft(people=5_000), campaign=generous).receipt.status == "counted"
    assert subject.record("3", signed=False).receipt.status == "in_review"
    assert subject.source_receipt("3").recorded_at == NOW


def test_who_rehearsed_without_being_known_is_another_one_once_the_campaign_is_live(subject: Subject) -> None:
    live = msgspec.structs.replace(CAMPAIGN, since=NOW)
    rehearsed = subject.record("1", ANONYMOUS).receipt
    table = subject.services.settings.receipts_table
    clients.dynamodb().delete_item(TableName=table, Key={"id": {"S": rehearsed.id}})

    recorded = subject.record("1", ANONYMOUS, campaign=live).receipt

    assert (rehearsed.version, recorded.version) == (1, 1)
    assert recorded.stream != rehearsed.stream
    assert subject.record("1", ANONYMOUS, campaign=live) == Recorded(recorded, repeated=True)
