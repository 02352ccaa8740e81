"""Every recorded delivery as API Gateway hands it over: what is answered, and what is taken from it.

`WEBHOOK_CASES` names another directory with deliveries of the same format. A delivery that is recorded, repeated and
parked in the tables of each provider is in the room above.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.webhooks.received import ReceivedContent, ReceivedSubmission
from tests.webhooks.conftest import SystemOf, Taken, TakenOf
from tests.webhooks.deliveries import DIRECTORY, OWN_DIRECTORY, Case, recorded
from tests.webhooks.system import Reply, System, as_text, event_of, in_base64, invoke

CASES = recorded()
Encoding = Callable[[bytes], dict[str, Any]]

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_encoding = pytest.mark.parametrize("encode", [as_text, in_base64])
each_duplicate = pytest.mark.parametrize(
    "case", [case for case in CASES if case.expected.duplicate], ids=lambda case: case.name
)


@each_encoding
@each_case
def test_a_delivery_is_answered_and_what_it_holds_is_taken(case: Case, encode: Encoding, taken_of: TakenOf) -> None:
    taken = taken_of(case)

    reply = invoke(event_of(case.path_hint, case.delivery, encode(case.delivery.body)))

    assert reply.status == case.expected.status
    if case.expected.response_body is not None:
        assert reply.body == case.expected.response_body
    if case.expected.status != 200:
        assert_a_problem(reply)
    if case.expected.ignored or not case.expected.accepted:
        assert taken.contents == []
    else:
        assert sorted(told_of(taken, case), key=str) == sorted(expected_of(case), key=str)


@each_duplicate
def test_a_delivery_that_came_before_is_acknowledged_and_counts_no_more(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    receive_before(system, case)

    reply = system.send(case.path_hint, case.delivery)

    assert reply.status == 200
    if case.provider == "meta":
        system.work()
    assert len(system.acts()) == 1
    assert system.parked() == []


@pytest.mark.parametrize(
    "file",
    [pytest.param(f, id=f.stem) for f in sorted(DIRECTORY.rglob("*.json")) if b'"api_gateway"' in f.read_bytes()],
)
def test_a_recorded_event_of_api_gateway_is_taken_as_it_is(file: Path, taken_of: TakenOf) -> None:
    content = file.read_bytes()
    case = msgspec.json.decode(content, type=Case)
    handed_over: Mapping[str, Any] = msgspec.json.decode(content)["api_gateway"]
    taken = taken_of(case)

    reply = invoke(event_of(case.path_hint, case.delivery, handed_over))

    assert reply.status == case.expected.status
    assert len(taken.contents) == (1 if case.expected.accepted else 0)


def test_every_case_of_ours_is_run() -> None:
    assert len(recorded(OWN_DIRECTORY)) == sum(1 for _ in OWN_DIRECTORY.rglob("*.json"))


def told_of(taken: Taken, case: Case) -> list[tuple[str | None, Mapping[str, object]]]:
    """Return ids and fields of what was taken; of leads after they were fetched, where the case has the answer."""
    if case.graph:
        taken.fetch_leads()
    return [(named(content.origin.submission_id, case), fields_of(content)) for content in taken.contents]


def fields_of(content: ReceivedContent) -> Mapping[str, object]:
    if isinstance(content, ReceivedSubmission):
        return content.submission.fields
    lead = content.lead
    created = None if lead.created_at is None else lead.created_at // 1000
    return {"form_id": lead.form, "page_id": lead.account, "created_time": created}


def expected_of(case: Case) -> list[tuple[str | None, object]]:
    alone: dict[str, object] = {"submission_id": case.expected.submission_id, "fields": case.expected.fields}
    expected = case.expected.submissions or [alone]
    return [(named(str(one["submission_id"]), case), one["fields"]) for one in expected]


def named(submission_id: str, case: Case) -> str | None:
    """Return an id, None where the case expects none in particular."""
    return None if case.expected.submission_id is None else submission_id


def receive_before(system: System, case: Case) -> None:
    """Let the submission of a case be recorded once, by a form of its own."""
    system.send(case.path_hint, case.delivery)
    waiting: list[ReceivedContent] = [*(system.queued() if case.provider == "meta" else system.submissions())]
    origin = waiting[0].origin
    assert origin.submission_id in case.prior_submissions
    system.register(origin.endpoint.provider, origin.account, origin.form)
    if isinstance(waiting[0], ReceivedSubmission):
        for entry, _ in system.parked():
            system.services.replayer.replay(entry.provider, entry.id)
    else:
        system.send(case.path_hint, case.delivery)
        system.work()
    assert len(system.acts()) == 1


def assert_a_problem(reply: Reply) -> None:
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == reply.status
    assert set(reply.json) == {"type", "title", "status", "detail", "request_id"}
