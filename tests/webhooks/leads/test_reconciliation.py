"""Leads that no webhook brought: read from the lists of their forms, and recorded once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.local import LambdaContext

import app
from chalicelib.webhooks.leads.reconciliation import MAX_RUN_MS, WINDOW_MS, Unreconciled
from chalicelib.webhooks.received import ReceivedLead
from tests.webhooks.conftest import MakeSystem
from tests.webhooks.deliveries import named
from tests.webhooks.system import System

CASE = named("meta/ok_08_leadgen_with_graph_fetch")
LEAD = "233370042045345"
FORM = "172036835026334"
PAGE = "138124712925158"
NOW = CASE.now * 1000
HOUR = 3_600_000


def lead(lead_id: str, age_ms: int = HOUR, **members: Any) -> dict[str, Any]:
    """Return a lead of the Graph API, of so long ago."""
    created = datetime.fromtimestamp((NOW - age_ms) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    answers = [{"name": "full_name", "values": ["Айгерім"]}, {"name": "email", "values": [f"{lead_id}@example.kz"]}]
    return {"id": lead_id, "created_time": created, "form_id": FORM, "platform": "fb", "field_data": answers, **members}


@pytest.fixture
def system(make_system: MakeSystem) -> System:
    """The system with an open campaign and one form, of which there are no leads yet."""
    system = make_system({"meta": {"ours": CASE.account.secrets}}, CASE.now)
    system.open_campaign()
    system.register("meta", PAGE, FORM)
    system.graph.lists[f"{FORM}/leads"] = []
    return system


def lists(system: System, *leads: dict[str, Any], form: str = FORM) -> None:
    system.graph.lists[f"{form}/leads"] = list(leads)


def run(_system: System) -> None:
    """Run the function as its schedule does."""
    app.lead_reconciler({}, LambdaContext("lead_reconciler", memory_size=512))


def metrics(caplog: pytest.LogCaptureFixture, name: str) -> list[int]:
    lines = [json.loads(record.message) for record in caplog.records if record.name == "qaiyrym.metrics"]
    return [line[name] for line in lines if name in line]


def test_a_lead_that_no_webhook_brought_is_recorded_once(system: System) -> None:
    lists(system, lead("1"), lead("2"))

    for _ in range(2):
        run(system)

    assert len(system.acts()) == 2
    assert {act["act"]["form"] for act in system.acts()} == {f"meta/{PAGE}/{FORM}"}
    assert system.acts()[0]["occurred_at"] == NOW - HOUR


def test_a_lead_that_a_webhook_brought_counts_no_second_time_whichever_is_first(system: System) -> None:
    system.graph.leads.update(CASE.graph)
    lists(system, lead(LEAD))

    system.post(CASE)
    system.work()
    run(system)
    system.post(CASE)
    system.work()

    assert len(system.acts()) == 1


def test_half_a_character_in_one_lead_keeps_no_lead_of_the_page_from_being_recorded(system: System) -> None:
    answers = [{"name": "full_name", "values": ["Айгерім \ud83d"]}, {"name": "email", "values": ["2@example.kz"]}]
    page = json.dumps({"data": [lead("1"), lead("2", field_data=answers), lead("3")]})
    system.graph.faults = [(200, page.encode())]

    run(system)

    assert len(system.acts()) == 3


def test_the_list_is_asked_for_since_a_day_with_a_proof_and_no_token_in_the_address(system: System) -> None:
    run(system)

    (asked,) = system.graph.asked
    assert asked.path == f"/v25.0/{FORM}/leads"
    assert json.loads(asked.query["filtering"]) == [
        {"field": "time_created", "operator": "GREATER_THAN", "value": (NOW - WINDOW_MS) // 1000}
    ]
    assert "field_data" in asked.query["fields"]
    assert asked.query["appsecret_proof"] == CASE.account.secret("appsecret_proof")[0]
    assert (asked.token in str(asked.query), asked.token) == (False, "EAAtestpagetoken")


def test_a_list_is_read_to_its_end_page_by_page_and_never_elsewhere(system: System) -> None:
    system.graph.at_once = 2
    lists(system, *(lead(str(number)) for number in range(5)))

    run(system)

    assert len(system.acts()) == 5
    assert {asked.path for asked in system.graph.asked} == {f"/v25.0/{FORM}/leads"}


def test_a_form_for_all_stands_for_every_form_of_its_page_but_those_that_are_registered(system: System) -> None:
    system.register("meta", PAGE, "*")
    system.graph.lists[f"{PAGE}/leadgen_forms"] = [{"id": FORM}, {"id": "777"}]
    lists(system, lead("1"))
    lists(system, lead("2", form_id="777"), form="777")

    run(system)

    assert {act["act"]["form"] for act in system.acts()} == {f"meta/{PAGE}/{FORM}", f"meta/{PAGE}/*"}


@pytest.mark.parametrize("state", ["frozen", "ended"])
def test_a_campaign_that_takes_nothing_is_not_asked_for(system: System, state: Any) -> None:
    system.open_campaign(state)

    run(system)

    assert system.graph.asked == []


def test_leads_from_before_a_campaign_opened_are_left_out_whatever_the_list_says(system: System) -> None:
    opened = datetime.fromtimestamp((NOW - 2 * HOUR) / 1000, UTC).isoformat()
    system.open_campaign(opens=opened)
    lists(system, lead("1", 3 * HOUR), lead("2", HOUR))

    run(system)

    assert [act["occurred_at"] for act in system.acts()] == [NOW - HOUR]


def test_what_was_tried_out_before_going_live_is_left_out(system: System) -> None:
    registry = system.services.registry
    system.open_campaign("test")
    rehearsed = registry.freeze_rehearsals("2026", NOW - 2 * HOUR)
    registry.go_live("2026", rehearsed.generation, NOW - 2 * HOUR)
    lists(system, lead("1", 3 * HOUR), lead("2", HOUR))

    run(system)

    assert len(system.acts()) == 1


def test_a_lead_whose_answers_were_withheld_is_asked_for_again(system: System) -> None:
    system.graph.leads[LEAD] = {"id": LEAD}
    lists(system, lead(LEAD, field_data=None))
    system.post(CASE)
    system.work()
    run(system)
    withheld = (system.reasons(), system.acts())

    lists(system, lead(LEAD))
    run(system)

    assert withheld == (["lead_unreadable"], [])
    assert (system.reasons(), len(system.acts())) == ([], 1)


def test_a_lead_without_answers_that_no_webhook_brought_is_kept_as_a_reference(system: System) -> None:
    lists(system, {"id": LEAD})

    run(system)

    ((entry, content),) = system.parked()
    assert (entry.reason.code, isinstance(content, ReceivedLead), system.acts()) == ("lead_unreadable", True, [])


def test_what_waits_for_another_reason_is_left_as_it_is(system: System) -> None:
    system.open_campaign(campaign="2027")
    system.register("meta", PAGE, FORM, consent={"text": "Келісемін", "version": "1", "required": True})
    lists(system, lead("1"))
    run(system)
    ((before, _),) = system.parked()

    run(system)

    ((after, _),) = system.parked()
    assert (before, before.reason.code) == (after, "consent_missing")


@pytest.mark.parametrize("deleted", ["erased", "discarded"])
def test_a_lead_that_was_deleted_while_it_was_parked_does_not_come_back(system: System, deleted: str) -> None:
    system.register("meta", PAGE, FORM, consent={"text": "Келісемін", "version": "1", "required": True})
    lists(system, lead("1"))
    run(system)
    ((entry, _),) = system.parked()
    system.register("meta", PAGE, FORM)

    if deleted == "erased":
        system.erase(type="citizen", email="1@example.kz")
    else:
        assert system.services.parking.discard(entry)
    run(system)

    assert (system.acts(), system.parked_items(), system.contacts()) == ([], [], [])


def test_a_test_lead_is_parked_as_one(system: System) -> None:
    lists(system, lead("1", field_data=[{"name": "email", "values": ["test@meta.com"]}]))

    run(system)

    assert (system.reasons(), system.acts()) == (["submission_is_test"], [])


def test_leads_that_a_webhook_should_have_brought_are_counted(system: System, caplog: pytest.LogCaptureFixture) -> None:
    lists(system, lead("1", HOUR), lead("2", 60_000))
    caplog.set_level("INFO")

    run(system)
    run(system)

    assert metrics(caplog, "LeadsMissed") == [1, 0]


def test_a_form_that_cannot_be_read_keeps_no_other_from_being_so_and_is_told(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    system.register("meta", "0-page", "1")
    system.graph.faults = [(403, {"error": {"code": 10}})]
    lists(system, lead("1"))

    with pytest.raises(Unreconciled, match="0-page/1"):
        run(system)

    assert len(system.acts()) == 1
    (line,) = [json.loads(record.message) for record in caplog.records if "leads_unread" in record.message]
    assert (line["page"], line["form"]) == ("0-page", "1")


def test_a_page_that_no_account_has_is_told(make_system: MakeSystem) -> None:
    system = make_system({"meta": {"ours": {**CASE.account.secrets, "page_ids": ["1"]}}}, CASE.now)
    system.open_campaign()
    system.register("meta", PAGE, FORM)

    with pytest.raises(Unreconciled):
        run(system)

    assert system.graph.asked == []


def test_of_several_accounts_the_one_that_may_read_the_page_is_asked(make_system: MakeSystem) -> None:
    others = {**CASE.account.secrets, "page_access_token": ["other"]}
    system = make_system({"meta": {"a": others, "ours": CASE.account.secrets}}, CASE.now)
    system.open_campaign()
    system.register("meta", PAGE, FORM)
    system.graph.tokens = {"EAAtestpagetoken"}
    lists(system, lead("1"))

    run(system)

    assert len(system.acts()) == 1


def test_a_run_ends_in_time_and_says_what_it_did_not_get_to(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    lists(system, lead("1"), lead("2"))
    reconciler = system.services.lead_reconciler
    monkeypatch.setattr(reconciler, "_now", lambda: NOW + (MAX_RUN_MS + 1 if system.graph.asked else 0))

    with pytest.raises(Unreconciled):
        run(system)

    assert system.acts() == []
