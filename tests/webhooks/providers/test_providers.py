from collections.abc import Sequence

import pytest

from chalicelib.api.problems import problem_of
from chalicelib.webhooks.delivery import DeliveryError, Lead, ProviderResponse, Submission
from chalicelib.webhooks.endpoints import ENDPOINTS
from chalicelib.webhooks.providers import meta
from tests.every_case import every
from tests.webhooks.deliveries import OWN_DIRECTORY, Case, recorded

CASES = recorded()


def handled(case: Case) -> tuple[Sequence[Submission | Lead], ProviderResponse]:
    account = case.adapter.authenticate(case.delivery, [case.account], case.now)
    return case.adapter.read(case.delivery, account), case.adapter.respond(case.delivery, account)


def fields_of(found: Submission | Lead, case: Case) -> dict[str, object]:
    if isinstance(found, Submission):
        return dict(found.fields)
    if case.graph and not meta.is_withheld(case.graph[found.lead_id]):
        return dict(meta.submission(found, case.graph[found.lead_id]).fields)
    created_at = None if found.created_at is None else found.created_at // 1000
    return {"form_id": found.form, "page_id": found.account, "created_time": created_at}


def id_of(found: Submission | Lead) -> str:
    return found.submission_id if isinstance(found, Submission) else found.lead_id


@every(case=[case for case in CASES if case.expected.status != 200])
def test_a_delivery_to_be_refused_is_refused_with_its_status(case: Case) -> None:
    with pytest.raises(DeliveryError) as refusal:
        handled(case)

    assert problem_of(refusal.value).status == case.expected.status


@every(case=[case for case in CASES if case.expected.status == 200])
def test_an_authentic_delivery_gives_its_submissions_and_the_answer_its_provider_needs(case: Case) -> None:
    expected = case.expected

    found, answer = handled(case)

    assert answer.status == 200
    if expected.response_body is not None:
        assert answer.body == expected.response_body
    if expected.ignored or not expected.accepted:
        assert found == ()
        return
    submissions = expected.submissions or [{"submission_id": expected.submission_id, "fields": expected.fields}]
    assert [fields_of(submission, case) for submission in found] == [submission["fields"] for submission in submissions]
    if expected.submission_id is not None:
        assert [id_of(submission) for submission in found] == [
            submission["submission_id"] for submission in submissions
        ]


@every(case=[case for case in CASES if case.expected.duplicate])
def test_a_delivery_that_came_before_has_the_id_that_it_had_then(case: Case) -> None:
    found, _ = handled(case)

    assert id_of(found[0]) in case.prior_submissions


def test_every_provider_has_recorded_deliveries_to_accept_and_to_refuse() -> None:
    own = recorded(OWN_DIRECTORY)

    accepted = {case.path_hint for case in own if case.expected.accepted}
    refused = {case.path_hint for case in own if case.expected.status == 403}

    assert len(accepted) == len(refused) == len(ENDPOINTS)
