"""What senders are answered: what became of it where their own script reads that, else their protocol's word."""

import pytest

from chalicelib.webhooks.providers import google_forms, standard
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import ONE_OF_EACH, account_of

TELLING = (standard, google_forms)
STANDARD = named("standard_webhooks/ok_02_full_payload")


@pytest.mark.parametrize("case", [case for case in ONE_OF_EACH if case.adapter in TELLING], ids=lambda case: case.name)
def test_a_script_of_a_sender_is_told_what_became_of_what_it_sent(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)

    parked = system.send(case.path_hint, case.delivery).json
    system.register(*account_of(case))
    recorded = system.send(case.path_hint, case.delivery).json
    repeated = system.send(case.path_hint, case.delivery).json

    (identity,) = (one["id"] for one in recorded["submissions"])
    counts = {"recorded": 0, "repeated": 0, "parked": 0, "ignored": 0}
    assert parked == counts | {
        "parked": 1,
        "submissions": [{"id": identity, "outcome": "parked", "reason": "form_unknown"}],
    }
    assert recorded == counts | {"recorded": 1, "submissions": [{"id": identity, "outcome": "recorded"}]}
    assert repeated == counts | {"repeated": 1, "submissions": [{"id": identity, "outcome": "repeated"}]}


def test_what_an_answer_is_parked_for_is_told_by_its_field_and_not_by_what_it_says(system_of: SystemOf) -> None:
    system = system_of(STANDARD)
    system.register(*account_of(STANDARD), questions={"name": "hours"})

    (told,) = system.send(STANDARD.path_hint, STANDARD.delivery).json["submissions"]

    assert (told["outcome"], told["reason"], told["about"]) == ("parked", "not_a_whole_number", ["hours"])


@pytest.mark.parametrize(
    "case", [case for case in ONE_OF_EACH if case.adapter not in TELLING], ids=lambda case: case.name
)
def test_all_others_are_answered_in_their_protocol_s_word(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    (provider, _) = account_of(case)

    reply = system.send(case.path_hint, case.delivery)

    account = system.services.accounts.of(provider)[0]
    assert reply.body == case.adapter.respond(case.delivery, account).body
