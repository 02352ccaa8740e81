"""What each way of appending asks of the log, request by request, and what it costs."""

from typing import Any

import msgspec
import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws import clients
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.decider import CARRIED_SUBMISSIONS
from chalicelib.eventlog.log import EventLog
from chalicelib.intake.participations import Draft, read_participation
from chalicelib.metrics import Metrics
from chalicelib.participations.contacts import Contacts
from chalicelib.participations.keys import Keys
from chalicelib.participations.service import Busy, Participations, Refused
from tests.conftest import Tables
from tests.recording import Call, recorded_calls

CAMPAIGN = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")
PHONE = "+77011234567"


def draft(phone: str | None = PHONE, *, people: int = 1) -> Draft:
    participant = {"type": "citizen", "name": "Айгерім", "phone": phone}
    raw = {"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}, "people": people}
    return read_participation(raw, "api", 1_790_000_000_000)


class Subject:
    def __init__(self, tables: Tables) -> None:
        self.client: Any = clients.dynamodb()
        self.table = tables["EventsTable"]
        self.log = EventLog(self.client, self.table)
        self.participations = Participations(
            self.log,
            Contacts(tables["ContactsTable"]),
            Keys(bytes(32)),
            Metrics(now_ms),
            now_ms,
            sleep=lambda _: None,
        )

    def record(self, submission: str, given: Draft | None = None) -> Any:
        return self.participations.record(CAMPAIGN, given or draft(), submission)

    def calls_of(self, submission: str, given: Draft | None = None) -> list[Call]:
        """Record, and return what was asked of the log."""
        with recorded_calls(self.client) as calls:
            self.record(submission, given)
        return [call for call in calls if call.table == self.table]

    def events(self) -> list[Any]:
        items: list[Any] = self.client.scan(TableName=self.table, ConsistentRead=True)["Items"]
        return items


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def operations(calls: list[Call]) -> list[str]:
    return [call.operation for call in calls]


def writes(calls: list[Call]) -> list[float]:
    return [call.units for call in calls if call.operation == "PutItem"]


def test_a_newcomer_costs_one_request_and_one_write_unit(subject: Subject) -> None:
    calls = subject.calls_of("first")

    assert operations(calls) == ["PutItem"]
    assert writes(calls) == [1.0]


def test_a_participant_is_made_or_found_by_one_upsert(subject: Subject, tables: Tables) -> None:
    with recorded_calls(subject.client) as calls:
        subject.record("first")
        subject.record("second")

    upserts = [call for call in calls if call.table == tables["ContactsTable"]]
    assert operations(upserts) == ["UpdateItem", "UpdateItem"]


def test_one_without_identity_costs_one_request_and_one_write_unit(subject: Subject) -> None:
    calls = subject.calls_of("first", draft(None))

    assert operations(calls) == ["PutItem"]
    assert writes(calls) == [1.0]


def test_an_anonymous_submission_delivered_twice_costs_one_request_more(subject: Subject) -> None:
    subject.record("first", draft(None))

    calls = subject.calls_of("first", draft(None))

    assert operations(calls) == ["PutItem"]
    assert len(subject.events()) == 1


def test_a_returning_participant_costs_one_consistent_read_and_one_write_unit(subject: Subject) -> None:
    subject.record("first")

    calls = subject.calls_of("second")

    assert operations(calls) == ["Query", "PutItem"]
    assert calls[0].units == 1.0
    assert writes(calls) == [1.0]


def test_a_repeat_costs_one_consistent_read_and_writes_nothing(subject: Subject) -> None:
    subject.record("first")

    calls = subject.calls_of("first")

    assert operations(calls) == ["Query"]
    assert calls[0].units == 1.0


def test_a_repeat_of_an_older_submission_reads_on_from_there(subject: Subject) -> None:
    subject.record("first")
    subject.record("second")

    calls = subject.calls_of("first")

    assert operations(calls) == ["Query", "Query"]


def test_a_repeat_older_than_the_carry_is_found_in_the_stream(subject: Subject) -> None:
    for number in range(CARRIED_SUBMISSIONS + 2):
        subject.record(f"submission {number}")

    repeated = subject.record("submission 0")

    assert repeated.repeated
    assert repeated.id.version == 1
    assert len(subject.events()) == CARRIED_SUBMISSIONS + 2


def test_an_act_of_a_participant_with_a_full_carry_still_costs_one_write_unit(subject: Subject) -> None:
    for number in range(CARRIED_SUBMISSIONS + 2):
        subject.record(f"submission {number}")

    calls = subject.calls_of("one more")

    assert operations(calls) == ["Query", "Query", "PutItem"]
    assert writes(calls) == [1.0]


def test_a_lost_race_is_decided_again_on_the_event_that_stands(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = subject.record("first")
    stale = subject.log.newest(first.id.stream)
    subject.record("second")
    monkeypatch.setattr(subject.log, "newest", lambda stream: stale)

    calls = subject.calls_of("third")

    assert operations(calls) == ["PutItem", "PutItem"]
    assert sorted(int(item["version"]["N"]) for item in subject.events()) == [1, 2, 3]


def test_a_race_lost_to_the_same_submission_is_a_repeat(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    first = subject.record("first")
    stale = subject.log.newest(first.id.stream)
    subject.record("second")
    monkeypatch.setattr(subject.log, "newest", lambda stream: stale)

    repeated = subject.record("second")

    assert repeated.repeated
    assert len(subject.events()) == 2


def test_a_stream_that_never_rests_is_busy_and_nothing_is_written(subject: Subject) -> None:
    subject.record("first")
    append = subject.log.append
    rivals = iter(range(100))

    def outrun(stream: str, state: Any, event: Any, event_id: str, now: int) -> Any:
        rival = msgspec.structs.replace(event, submission=f"rival {next(rivals)}")
        append(stream, subject.log.newest(stream), rival, f"{event_id} rival", now)
        return append(stream, state, event, event_id, now)

    subject.log.append = outrun  # type: ignore[method-assign]

    with pytest.raises(Busy):
        subject.record("second")

    assert all("rival" in item["event_id"]["S"] for item in subject.events() if item["version"]["N"] != "1")


def test_an_answer_lost_after_the_write_is_no_conflict(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    session = subject.client._endpoint.http_session
    send = session.send
    lost: list[str] = []

    def lose_first_answer(request: Any) -> Any:
        answer = send(request)
        if b"ConditionExpression" in request.body and not lost:
            lost.append("answer")
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(session, "send", lose_first_answer)
    outcome = subject.record("first")

    assert lost
    assert not outcome.repeated
    assert len(subject.events()) == 1


def test_the_same_id_with_another_content_is_refused(subject: Subject) -> None:
    subject.record("first")

    with pytest.raises(Refused) as refused:
        subject.record("first", draft(people=2))

    assert refused.value.refusal.code == "submission_differs"
    assert len(subject.events()) == 1
