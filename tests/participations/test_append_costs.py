"""What each way of appending asks of DynamoDB: the table in docs/architecture.md, held to its word."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.commands import ApproveParticipation, WithdrawParticipation
from chalicelib.intake.participation_requests import Sender
from chalicelib.participations.service import Refused
from tests.conftest import Tables
from tests.participations.subject import FIRM, PERSON, PHONE, Subject, draft
from tests.recording import recorded_calls

SIGNED_IN = Sender(source="telegram", form="telegram/ours/1", user="telegram 7")
PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


class Cost(msgspec.Struct, frozen=True):
    """Requests, and the units that they consume."""

    requests: int
    read: float
    written: float


def promised() -> dict[str, Cost]:
    """Return the costs that the page names, by path."""
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {path: Cost(int(requests), float(read), float(written)) for path, requests, read, written in rows}


PROMISED = promised()


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def cost_of(subject: Subject, act: Callable[[], Any]) -> Cost:
    """Carry something out, and return what it cost."""
    with recorded_calls(subject.client) as calls:
        act()
    reads = ("Query", "GetItem")
    return Cost(
        len(calls),
        sum(call.total for call in calls if call.operation in reads),
        sum(call.total for call in calls if call.operation not in reads),
    )


def newcomer(subject: Subject) -> Cost:
    return cost_of(subject, lambda: subject.record("1"))


def newcomer_organisation(subject: Subject) -> Cost:
    return cost_of(subject, lambda: subject.record("1", draft(FIRM)))


def newcomer_signed_in(subject: Subject) -> Cost:
    return cost_of(subject, lambda: subject.record("1", draft({"type": "citizen"}, SIGNED_IN)))


def newcomer_above_the_user(subject: Subject) -> Cost:
    for number in range(3):
        subject.record(f"{number}", draft({**PERSON, "phone": f"+7701000000{number}"}, SIGNED_IN))
    return cost_of(subject, lambda: subject.record("4", draft({"type": "citizen"}, SIGNED_IN)))


def anonymous(subject: Subject) -> Cost:
    return cost_of(subject, lambda: subject.record("1", draft({"type": "citizen"})))


def repeat(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("1"))


def anonymous_repeat(subject: Subject) -> Cost:
    subject.record("1", draft({"type": "citizen"}))
    return cost_of(subject, lambda: subject.record("1", draft({"type": "citizen"})))


def old_repeat(subject: Subject) -> Cost:
    for number in range(1, 6):
        subject.record(f"{number}")
    return cost_of(subject, lambda: subject.record("1"))


def closed_repeat(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("1", state="frozen"))


def other_content(subject: Subject) -> Cost:
    subject.record("1")

    def send_another() -> None:
        with pytest.raises(Refused):
            subject.record("1", draft({**PERSON, "phone": "+77079999999"}))

    return cost_of(subject, send_another)


def returning(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("2"))


def returning_with_a_note(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("2", draft(note="Кешке")))


def returning_with_a_consent(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("2", draft(consent={"text": "келісемін", "version": "1"})))


def returning_with_a_detail(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.record("2", draft({**PERSON, "email": "a@example.kz"})))


def returning_organisation(subject: Subject) -> Cost:
    subject.record("1", draft(FIRM))
    return cost_of(subject, lambda: subject.record("2", draft(FIRM)))


def lost_race(subject: Subject) -> Cost:
    subject.record("1")
    log = subject.services.log
    newest = log.newest

    def overtaken(stream: str) -> Any:
        state = newest(stream)
        log.newest = newest  # type: ignore[method-assign]
        subject.record("rival", services=subject.new_process())
        calls.clear()
        return state

    log.newest = overtaken  # type: ignore[method-assign]
    with recorded_calls(subject.client) as calls:
        subject.record("2")
    # Until the rival came: the attempt as a newcomer, and the newest event.
    return Cost(2 + len(calls), 1, sum(call.total for call in calls))


def lost_answer(subject: Subject) -> Cost:
    session = subject.client._endpoint.http_session
    send = session.send
    lost: list[str] = []

    def lose_the_first(request: Any) -> Any:
        answer = send(request)
        if not lost:
            lost.append("answer")
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    session.send = lose_the_first
    try:
        found = cost_of(subject, lambda: subject.record("1"))
    finally:
        session.send = send
    assert lost
    assert len(subject.events()) == 1
    return found


def after_erasure(subject: Subject) -> Cost:
    subject.record("1")
    subject.erase(phone=PHONE)
    return cost_of(subject, lambda: subject.record("2"))


def repeat_after_erasure(subject: Subject) -> Cost:
    subject.record("1")
    subject.erase(phone=PHONE)
    return cost_of(subject, lambda: subject.record("1"))


def moderation(subject: Subject) -> Cost:
    subject.record("1", draft(people=5_000))

    def approve() -> None:
        receipt = subject.source_receipt("1")
        subject.services.participations.moderate(receipt, ApproveParticipation(receipt.id, "checked", "t"))

    return cost_of(subject, approve)


def moderation_of_an_older_act(subject: Subject) -> Cost:
    for number in range(1, 6):
        subject.record(f"{number}")

    def withdraw() -> None:
        receipt = subject.source_receipt("1")
        subject.services.participations.moderate(receipt, WithdrawParticipation(receipt.id, "asked to", "t"))

    return cost_of(subject, withdraw)


def look_up(subject: Subject) -> Cost:
    subject.record("1")
    return cost_of(subject, lambda: subject.services.participations.find(subject.source_receipt("1")))


PATHS: dict[str, Callable[[Subject], Cost]] = {
    "newcomer": newcomer,
    "newcomer, an organisation with number and name": newcomer_organisation,
    "newcomer, signed in at a provider": newcomer_signed_in,
    "newcomer above the limit of who signed in": newcomer_above_the_user,
    "nobody can be known": anonymous,
    "repeat": repeat,
    "repeat, nobody can be known": anonymous_repeat,
    "repeat of an older act": old_repeat,
    "repeat in a closed campaign": closed_repeat,
    "other content under the same id": other_content,
    "returning participant": returning,
    "returning participant with a consent": returning_with_a_consent,
    "returning participant with a note": returning_with_a_note,
    "returning participant with a further detail": returning_with_a_detail,
    "returning organisation": returning_organisation,
    "lost race": lost_race,
    "lost answer": lost_answer,
    "newcomer after an erasure": after_erasure,
    "repeat after an erasure": repeat_after_erasure,
    "moderation": moderation,
    "moderation of an older act": moderation_of_an_older_act,
    "look-up": look_up,
}


def test_the_page_names_every_path_and_no_other() -> None:
    assert PROMISED.keys() == PATHS.keys()


@pytest.mark.parametrize("path", PATHS)
def test_a_path_costs_what_the_page_says(path: str, subject: Subject) -> None:
    assert PATHS[path](subject) == PROMISED[path]


def at_version(subject: Subject, version: int) -> None:
    """Let a participant have so many acts, of which the first and the last ones are there."""
    receipt = subject.record("1").receipt
    (event,) = subject.events()
    carry = {**json.loads(event["carry"]["S"]), "counted": version, "people": version}
    later = {
        **event,
        "version": {"N": str(version)},
        "event_id": {"S": "later"},
        "carry": {"S": json.dumps(carry)},
        "data": {"S": event["data"]["S"].replace(receipt.id, "another-act")},
    }
    subject.client.put_item(TableName=subject.tables["EventsTable"], Item=later)


@pytest.mark.parametrize("path", ["returning participant", "repeat of an older act", "moderation of an older act"])
def test_the_ten_thousandth_act_of_a_participant_costs_what_the_second_did(path: str, subject: Subject) -> None:
    at_version(subject, 9_999)

    def again() -> None:
        receipt = subject.source_receipt("1")
        subject.services.participations.moderate(receipt, WithdrawParticipation(receipt.id, "asked to", "t"))

    acts: dict[str, Callable[[], Any]] = {
        "returning participant": lambda: subject.record("10000"),
        "repeat of an older act": lambda: subject.record("1"),
        "moderation of an older act": again,
    }

    assert cost_of(subject, acts[path]) == PROMISED[path]


def test_an_item_of_the_log_has_less_than_a_kilobyte(subject: Subject) -> None:
    organisation = {**FIRM, "organisation": "Т" * 200, "phone": PHONE, "email": "a@example.kz"}
    given = draft(
        organisation, people=999_999, hours=99.5, topic="fundraising", amount={"currency": "KZT", "value": 10**12}
    )
    subject.record("a long id " * 20, given)

    (event,) = subject.events()
    size = sum(len(name) + len(next(iter(value.values())).encode()) for name, value in event.items())
    assert size <= 1_024
