"""Every recorded delivery through the real application: what is answered, and what is kept of it.

`WEBHOOK_CASES` names another directory with deliveries of the same format.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, MINI_APP_ENDPOINTS
from chalicelib.webhooks.received import ReceivedContent, ReceivedSubmission
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import DIRECTORY, OWN_DIRECTORY, Case
from tests.webhooks.system import Reply, System, as_text, event_of, in_base64, invoke

PATHS = {f"/v1/hooks/{name}" for name in HOOK_ENDPOINTS} | {f"/v1/submissions/{name}" for name in MINI_APP_ENDPOINTS}
Encoding = Callable[[bytes], dict[str, Any]]


def recorded(directory: Path) -> list[Case]:
    """Return every case below a directory that is for a path of ours."""
    cases = [msgspec.json.decode(file.read_bytes(), type=Case) for file in sorted(directory.rglob("*.json"))]
    return [case for case in cases if case.path_hint in PATHS]


CASES = recorded(DIRECTORY)

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_encoding = pytest.mark.parametrize("encode", [as_text, in_base64])
each_duplicate = pytest.mark.parametrize(
    "case", [case for case in CASES if case.expected.duplicate], ids=lambda case: case.name
)


@each_encoding
@each_case
def test_a_delivery_is_answered_and_what_it_holds_is_kept(case: Case, encode: Encoding, system_of: SystemOf) -> None:
    system = system_of(case)

    reply = system.send(case.path_hint, case.delivery, encode)

    assert reply.status == case.expected.status
    if case.expected.response_body is not None:
        assert reply.body == case.expected.response_body
    kept = kept_of(system, case)
    if case.expected.status != 200:
        assert_a_problem(reply)
    if case.expected.ignored or not case.expected.accepted:
        assert kept == []
    else:
        assert sorted(kept, key=str) == sorted(expected_of(case), key=str)
    assert system.acts() == system.contacts() == []


@each_duplicate
def test_a_delivery_that_came_before_is_acknowledged_and_counts_no_more(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    receive_before(system, case)

    reply = system.send(case.path_hint, case.delivery)

    assert reply.status == 200
    system.work()
    assert len(system.acts()) == 1
    assert system.parked() == []


@pytest.mark.parametrize(
    "file",
    [pytest.param(f, id=f.stem) for f in sorted(DIRECTORY.rglob("*.json")) if b'"api_gateway"' in f.read_bytes()],
)
def test_a_recorded_event_of_api_gateway_is_taken_as_it_is(file: Path, system_of: SystemOf) -> None:
    content = file.read_bytes()
    case = msgspec.json.decode(content, type=Case)
    handed_over: Mapping[str, Any] = msgspec.json.decode(content)["api_gateway"]
    system = system_of(case)

    reply = invoke(event_of(case.path_hint, case.delivery, handed_over))

    assert reply.status == case.expected.status
    assert len(kept_of(system, case)) == (1 if case.expected.accepted else 0)


def test_every_case_of_ours_is_run() -> None:
    assert len(recorded(OWN_DIRECTORY)) == sum(1 for _ in OWN_DIRECTORY.rglob("*.json"))


def kept_of(system: System, case: Case) -> list[tuple[str | None, Mapping[str, object]]]:
    """Return ids and fields of what is kept; of leads after they were fetched, where the case has the answer."""
    if case.graph:
        system.work()
    contents: list[ReceivedContent] = [*system.submissions(), *system.queued()]
    return [(named(content.origin.submission_id, case), fields_of(content)) for content in contents]


def fields_of(content: ReceivedContent) -> Mapping[str, object]:
    if isinstance(content, ReceivedSubmission):
        return content.submission.fields
    lead = content.lead
    created = None if lead.created_at is None else lead.created_at // 1000
    return {"form_id": lead.form, "page_id": lead.account, "created_time": created}


def expected_of(case: Case) -> list[tuple[str | None, object]]:
    alone: dict[str, object] = {"submission_id": case.expected.submission_id, "fields": case.expected.fields}
    wanted = case.expected.submissions or [alone]
    return [(named(str(one["submission_id"]), case), one["fields"]) for one in wanted]


def named(submission_id: str, case: Case) -> str | None:
    """Return an id, None where the case expects none in particular."""
    return None if case.expected.submission_id is None else submission_id


def receive_before(system: System, case: Case) -> None:
    """Let the submission of a case be recorded once, by any form of its account."""
    system.send(case.path_hint, case.delivery)
    waiting: list[ReceivedContent] = [*system.submissions(), *system.queued()]
    origin = waiting[0].origin
    assert origin.submission_id in case.prior_submissions
    system.register(origin.endpoint.provider, origin.account)
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
    assert set(reply.json) == {"type", "title", "status", "detail"}
