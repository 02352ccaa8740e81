"""A form is tried out with a sample: what it would record, what is unmapped, and what is missing."""

from typing import Any

import msgspec
import pytest

from chalicelib.api.form_checks import CheckedParticipant, CheckedRecord, CheckedSubmission, checked_submission
from chalicelib.api.responses import PlaceResponse
from chalicelib.intake.form import Form
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.checking import Checked, check
from chalicelib.webhooks.delivery import Malformed
from chalicelib.webhooks.parking import Reason
from tests.every_case import every
from tests.webhooks.deliveries import OWN_DIRECTORY, Case, named, recorded
from tests.webhooks.system import DEFAULTS, FALLBACK, ONE_OF_EACH, account_of, provider_of

TALLY = named("tally/ok_01_form_response")
META = named("meta/ok_08_leadgen_with_graph_fetch")
NOW = 1_760_000_000_000


def form(provider: str, account: str = "ours", name: str = "*", **members: Any) -> Form:
    request = {"campaign": "2026", "state": "test", "defaults": DEFAULTS, "fallback": FALLBACK, **members}
    return read_form(provider, account, name, request)


def checked(asking: Form, sample: object) -> list[Checked]:
    return check(asking, sample, None, NOW)


def in_full(case: Case) -> dict[str, Any]:
    """Return a case as its file has it."""
    (path,) = OWN_DIRECTORY.rglob(f"{case.name}.json")
    sample: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    return sample


def body(case: Case, **members: object) -> dict[str, Any]:
    return {**msgspec.json.decode(case.delivery.body), **members}


def test_a_sample_tells_what_would_be_recorded_what_is_unmapped_and_what_is_absent() -> None:
    questions = {"Аты": "name", "Облыс": "region", "Сағат": "hours"}
    consent = {"field": "Келісім", "text": "Келісемін", "version": "1"}

    (found,) = checked(form("tally", name="XxA4WO", questions=questions, consent=consent), body(TALLY))

    assert checked_submission(found) == CheckedSubmission(
        account="ours",
        form="XxA4WO",
        is_of_form=True,
        is_test=False,
        outcome="recorded",
        reason=None,
        about=(),
        records=CheckedRecord(
            kind="good_deed",
            place=PlaceResponse(region="KZ-62"),
            participant=CheckedParticipant(
                "citizen", "phone", "Самал", "+77000000007", "samal@example.org", None, None
            ),
            topic=None,
            people=1,
            hours=0,
            amount=None,
            occurred_at="2025-10-09T08:53:00.000Z",
            has_consent=True,
            note=None,
        ),
        unmapped=("Келісім (Келісемін)",),
        absent=("Сағат",),
        left_out=(),
    )


@every(case=ONE_OF_EACH)
def test_a_delivery_of_any_provider_is_a_sample_as_it_came(case: Case) -> None:
    provider, account = account_of(case)

    (found,) = checked(form(provider, account), in_full(case))

    assert (found.outcome, found.account, found.is_of_form) == ("recorded", account, True)


@every(case=ONE_OF_EACH)
def test_a_body_alone_is_a_sample(case: Case) -> None:
    provider, account = account_of(case)
    answered = {"region": "KZ-10", "phone": "+77000000001"}
    sample = body(case, **answered) if "submissions" in case.path_hint else body(case)

    (found,) = checked(form(provider, account), sample)

    assert (found.outcome, found.is_of_form) == ("recorded", True)


def test_a_lead_is_checked_by_what_the_graph_api_answers() -> None:
    page, lead = account_of(META)[1], next(iter(META.graph))
    asking = form("meta", page)

    (referred,) = checked(asking, body(META))
    (fetched,) = checked(asking, in_full(META))
    (answered,) = checked(asking, META.graph[lead])
    (unnamed,) = checked(asking, {"field_data": [{"name": "phone_number", "values": ["+77000000001"]}]})

    assert (referred.outcome, referred.is_of_form) == ("queued", True)
    assert checked_submission(fetched) == checked_submission(answered)
    assert (fetched.outcome, fetched.form) == ("recorded", META.graph[lead]["form_id"])
    assert unnamed.draft is not None
    assert unnamed.draft.contact.phone == "+77000000001"


def test_a_sample_of_another_form_or_account_is_told_as_such() -> None:
    (of_other_form,) = checked(form("tally", name="f"), body(TALLY))
    (of_other_account,) = checked(form("vk", "1"), body(named("vk/ok_02_lead_forms_new")))

    assert (of_other_form.is_of_form, of_other_form.form) == (False, "XxA4WO")
    assert not of_other_account.is_of_form


def test_why_a_sample_would_be_parked_is_told() -> None:
    sent = body(TALLY)

    def parked(**members: Any) -> Reason | None:
        (found,) = checked(form("tally", **members), sent)
        assert (found.outcome, found.draft) == ("parked", None)
        return found.reason

    assert parked(required=["hours"]) == Reason("answer_missing", ("hours",))
    assert parked(questions={"Аты": "region"}) == Reason("region_unknown", ("region",))
    assert parked(defaults={"kind": "good_deed"}) == Reason("invalid", ("#/participant/type required",))
    assert parked(fallback={**FALLBACK, "topic": "space"}) == Reason("topic_unknown", ("#/topic choice",))
    sent = body(TALLY, data={**sent["data"], "fields": []})
    assert parked() == Reason("no_answers")


def test_useless_details_are_told() -> None:
    (found,) = checked(form("tally"), body(named("tally/ok_31_bad_optional_email")) | {})
    broken = body(TALLY)
    broken["data"]["fields"][2]["value"] = "samal@"
    (without_email,) = checked(form("tally"), broken)

    assert (found.outcome, found.left_out) == ("recorded", ())
    assert (without_email.outcome, without_email.left_out) == ("recorded", ("email",))


def test_small_talk_is_ignored_by_a_form_for_all() -> None:
    (found,) = checked(form("telegram"), body(named("telegram/ok_01_start_message")))

    assert (found.outcome, found.draft) == ("ignored", None)


def test_one_unreadable_submission_of_two_is_told_beside_the_other() -> None:
    case = named("whatsapp/ok_25_one_unreadable_of_two")

    outcomes = [(one.outcome, one.reason and one.reason.code) for one in checked(form(*account_of(case)), body(case))]

    assert outcomes == [("recorded", None), ("parked", "item_unreadable")]


@pytest.mark.parametrize(
    "sample",
    [
        [],
        "x",
        {"body_b64": 1},
        {"body_b64": "?"},
        {"body_b64": "e30=", "path_hint": "/v1/hooks/meta"},
        {"body_b64": "e30=", "path_hint": "/v1/submissions/telegram"},
        {"body_b64": "e30=", "headers": []},
        {"body_b64": "W10="},
        {"eventType": "FORM_RESPONSE"},
    ],
)
def test_what_is_no_delivery_of_the_provider_is_malformed(sample: object) -> None:
    with pytest.raises(Malformed):
        checked(form("tally"), sample)


def test_a_sample_is_nested_no_deeper_than_a_delivery() -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"field_data": deep}

    with pytest.raises(Malformed):
        checked(form("meta"), deep)


@every(case=recorded(OWN_DIRECTORY))
def test_whatever_was_delivered_is_checked_or_malformed(case: Case) -> None:
    for sample in (in_full(case), {"body_b64": in_full(case)["body_b64"]}):
        try:
            found = checked(form(provider_of(case)), sample)
        except Malformed:
            continue
        assert all(isinstance(one, Checked) for one in found)
