"""Each part of a delivery is read alone: what is good is taken, and what is not spoils nothing."""

import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.participations.appending import Busy
from chalicelib.webhooks.delivery import Account, Lead, Submission
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named, resigned
from tests.webhooks.system import System, account_of

META = named("meta/ok_02_leadgen_single")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
OURS = Account("ours", {})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
PHONES = ("77000000002", "77000000003", "77000000004")


def messages(*changes: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a delivery of completed Flows, one for each change of the recorded one."""
    body = json.loads(WHATSAPP.delivery.body)
    value = body["entry"][0]["changes"][0]["value"]
    (recorded,) = value["messages"]
    value["messages"] = []
    for number, change in enumerate(changes):
        message = {**copy.deepcopy(recorded), "id": f"wamid.{number}", "from": PHONES[number]}
        change(message)
        value["messages"].append(message)
    return json.dumps(body).encode()


def leads(*values: object) -> bytes:
    body = json.loads(META.delivery.body)
    (change,) = body["entry"][0]["changes"]
    body["entry"][0]["changes"] = [{**change, "value": value} for value in values]
    return json.dumps(body).encode()


def good(_message: dict[str, Any]) -> None:
    """Leave a message as it is."""


BAD: list[Callable[[dict[str, Any]], object]] = [
    lambda message: message.update(id={"$gt": ""}),
    lambda message: message.update(interactive=1),
    lambda message: message["interactive"].update(nfm_reply=[]),
    lambda message: message["interactive"]["nfm_reply"].update(response_json="{oops"),
    lambda message: message["interactive"]["nfm_reply"].pop("response_json"),
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_message_that_cannot_be_read_is_parked_and_the_others_are_recorded(
    bad: Callable[[dict[str, Any]], object], place: int, system_of: SystemOf
) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"region": "region"})
    changes: list[Callable[[dict[str, Any]], object]] = [good, good, good]
    changes[place] = bad

    statuses = [system.post(WHATSAPP, messages(*changes)) for _ in range(2)]

    assert statuses == [200, 200]
    assert len(system.acts()) == 2
    ((entry, content),) = system.parked()
    assert (entry.reason.code, entry.account) == ("item_unreadable", account_of(WHATSAPP)[1])
    assert isinstance(content.origin.submission_id, str)


def test_half_a_character_in_one_message_spoils_neither_it_nor_the_others(system_of: SystemOf) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"region": "region"})
    cut = json.dumps({"region": "KZ-62", "note": "рахмет \ud83d"})

    status = system.post(
        WHATSAPP,
        messages(good, lambda message: message["interactive"]["nfm_reply"].update(response_json=cut), good),
    )

    assert (status, len(system.acts()), system.parked()) == (200, 3, [])


def test_who_is_in_a_part_that_cannot_be_read_is_found_and_erased(system_of: SystemOf) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"region": "region"})
    system.post(WHATSAPP, messages(good, BAD[3]))

    system.erase(type="citizen", phone=f"+{PHONES[1]}")

    assert system.parked_items() == []


@pytest.mark.parametrize("bad", BAD)
def test_a_delivery_of_which_nothing_can_be_read_is_malformed(
    bad: Callable[[dict[str, Any]], object], system_of: SystemOf
) -> None:
    system = system_of(WHATSAPP)

    assert system.post(WHATSAPP, messages(bad)) == 400
    assert system.parked() == []


@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3), JSON)
def test_whatever_stands_beside_a_message_or_a_lead_it_is_read(before: list[Any], after: list[Any], entry: Any) -> None:
    flows, lead = json.loads(WHATSAPP.delivery.body), json.loads(META.delivery.body)
    value = flows["entry"][0]["changes"][0]["value"]
    value["messages"] = [*before, *value["messages"], *after]
    value["contacts"] = [*before, *value.get("contacts", [])]
    lead["entry"][0]["changes"] = [*before, *lead["entry"][0]["changes"], *after]
    for body in (flows, lead):
        body["entry"] = [entry, *body["entry"]]

    found = [*read(WHATSAPP, flows), *read(META, lead)]

    assert [part.submission_id for part in found if isinstance(part, Submission) and part.unreadable is None] == [
        WHATSAPP.expected.submission_id
    ]
    assert [part.lead_id for part in found if isinstance(part, Lead)] == [META.expected.submission_id]


def read(case: Case, body: object) -> list[Submission | Lead]:
    return list(case.adapter.read(resigned(case, json.dumps(body).encode()), OURS))


def test_a_lead_that_cannot_be_read_is_parked_and_the_others_are_queued(system_of: SystemOf) -> None:
    system = system_of(META)
    ids = ("1", {"$gt": ""}, 3, "x" * 129)

    status = system.post(META, leads(*({"leadgen_id": lead_id, "form_id": "1"} for lead_id in ids), "oops"))

    assert status == 200
    assert {waiting.lead.lead_id for waiting in system.queued()} == {"1", "3"}
    assert system.reasons() == ["item_unreadable"] * 3


@pytest.mark.parametrize("busy", [0, 1, 2])
def test_one_that_cannot_be_taken_now_keeps_no_other_from_being_recorded(
    busy: int, system_of: SystemOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"region": "region"})
    body = messages(good, good, good)
    with monkeypatch.context() as patched:
        contend(system, f"wamid.{busy}", patched)
        refused = system.post(WHATSAPP, body)
    meanwhile = len(system.acts())

    again = system.post(WHATSAPP, body)

    assert (refused, meanwhile) == (503, 2)
    assert (again, len(system.acts())) == (200, 3)


def contend(system: System, submission: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stream of a submission be contended."""
    participations = system.services.participations
    record = participations.record

    def recorded(campaign: Any, submitted: Any) -> Any:
        if submitted.id.endswith(submission):
            raise Busy
        return record(campaign, submitted)

    monkeypatch.setattr(participations, "record", recorded)


@pytest.mark.parametrize("page_ids", [[], ["138124712925158"]])
def test_the_sample_of_meta_s_dashboard_is_named_as_a_test_and_never_fetched(
    page_ids: list[str], system_of: SystemOf
) -> None:
    sample = {
        "ad_id": "444444444",
        "form_id": "444444444444",
        "leadgen_id": "444444444444",
        "created_time": 1760000000,
        "page_id": "444444444444",
        "adgroup_id": "44444444444",
    }
    case = msgspec.structs.replace(META, secrets={**META.secrets, "page_ids": page_ids or None})
    system = system_of(case)
    system.register("meta", "444444444444")

    assert system.post(case, leads(sample)) == 200
    system.work()

    assert (system.reasons(), system.graph.asked, system.acts()) == (["submission_is_test"], [], [])
