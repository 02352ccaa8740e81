"""What is authentic and cannot be recorded: acknowledged, parked with the reason, and nothing counted."""

from collections import Counter

import pytest

from chalicelib.domain.vocabulary import CampaignState
from chalicelib.webhooks.replaying import Which
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import account_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
GOOGLE_TEST = named("google_ads/ok_01_test_lead")
STANDARD = named("standard_webhooks/ok_02_full_payload")


def test_an_unknown_form_is_acknowledged_and_parked(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)

    status = system.post(TYPEFORM)

    assert status == 200
    assert system.reasons() == ["form_unknown"]
    assert system.acts() == system.contacts() == []


def test_a_form_of_a_campaign_that_is_not_there_is_parked(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", campaign="2030")

    system.post(TYPEFORM)

    ((entry, _),) = system.parked()
    assert (entry.reason.code, entry.campaign) == ("campaign_unknown", "2030")


@pytest.mark.parametrize(
    ("case", "state", "reason"), [(TYPEFORM, "test", "form_in_test"), (GOOGLE_TEST, "live", "submission_is_test")]
)
def test_a_test_counts_in_a_test_campaign_only(case: Case, state: str, reason: str, system_of: SystemOf) -> None:
    system = system_of(case)
    system.register(*account_of(case), state=state)
    system.post(case)
    assert (system.reasons(), system.acts()) == ([reason], [])

    system.open_campaign("test")
    system.post(case)

    assert len(system.acts()) == 1


@pytest.mark.parametrize(("state", "reason"), [("frozen", "campaign_frozen"), ("ended", "campaign_ended")])
def test_a_closed_campaign_takes_nothing_and_loses_nothing(
    state: CampaignState, reason: str, system_of: SystemOf
) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")
    system.post(TYPEFORM)
    system.open_campaign(state)

    outcomes = [*system.outcomes(TYPEFORM), *system.outcomes(TYPEFORM, typeform(token="late"))]

    assert outcomes == ["repeated", "parked"]
    assert system.reasons() == [reason]
    assert len(system.acts()) == 1


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"opens": "2099-06-01T00:00:00Z"}, "campaign_not_open"),
        ({"closes": "2020-06-01T00:00:00Z"}, "campaign_closed"),
    ],
)
def test_what_comes_before_a_campaign_opens_or_after_it_closes_waits_until_that_is_otherwise(
    times: dict[str, str], reason: str, system_of: SystemOf
) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")
    system.open_campaign("live", **times)

    assert system.outcomes(TYPEFORM) == ["parked"]
    assert (system.reasons(), system.acts()) == ([reason], [])

    system.open_campaign("live")
    replayed = system.services.replayer.replay_all(Which("typeform"))

    assert (replayed.outcomes, system.reasons()) == (Counter(recorded=1), [])
    assert len(system.acts()) == 1


def test_answers_without_a_meaning_are_parked_with_the_field_they_are_for(
    system_of: SystemOf,
) -> None:
    system = system_of(STANDARD)
    system.register("standard", "ours", questions={"name": "kind"})

    system.post(STANDARD)

    ((entry, _),) = system.parked()
    assert (entry.reason.code, entry.reason.about, entry.campaign) == ("choice_unknown", ("kind",), "2026")


def test_what_is_invalid_is_parked_with_every_fault(system_of: SystemOf) -> None:
    system = system_of(STANDARD)
    system.register("standard", "ours", defaults={}, questions={"name": "topic"})

    system.post(STANDARD)

    ((entry, _),) = system.parked()
    assert entry.reason.code == "invalid"
    assert set(entry.reason.about) == {"#/kind required", "#/participant/type required", "#/topic slug"}
