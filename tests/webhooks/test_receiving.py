"""What becomes of an authentic delivery: recorded, and acknowledged only then."""

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest

from tests.webhooks.conftest import Lose, MakeSystem, Restore, SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import DEFAULTS, ONE_OF_EACH, account_of, typeform

ROOT = Path(__file__).parents[2]
TYPEFORM = named("typeform/ok_01_form_response")
WHATSAPP = named("whatsapp/ok_01_nfm_reply")
META = named("meta/ok_08_leadgen_with_graph_fetch")
CONSENT = {"text": "Келісемін", "version": "2026-1"}

each_provider = pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.name)


@each_provider
def test_what_any_provider_delivers_is_recorded(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    system.register(*account_of(case))

    status = system.post(case)

    assert status == 200
    (recorded,) = system.acts()
    assert recorded["act"]["source"] == case.adapter.SOURCE
    assert system.parked() == []


def test_an_answered_form_becomes_an_act_and_a_contact(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", "lT4Z3j", consent=CONSENT)

    system.post(TYPEFORM)

    (recorded,) = system.acts()
    (contact,) = system.contacts()
    assert recorded["act"] == {
        "kind": "good_deed",
        "participant_type": "citizen",
        "place": "KZ-62",
        "source": "typeform",
        "form": "typeform/ours/lT4Z3j",
    }
    assert {name: contact.get(name) for name in ("name", "phone", "email", "verified")} == {
        "name": "Жанар Үлгі",
        "phone": "+77000000006",
        "email": "laura@example.com",
        "verified": None,
    }
    (note,) = system.notes()
    assert (note["consent_text"], note["consent_version"], note["source"]) == ("Келісемін", "2026-1", "typeform")


def test_an_act_took_place_when_it_was_submitted_if_its_form_says_nothing_else(
    system_of: SystemOf,
) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")

    system.post(TYPEFORM, typeform(token="past", submitted_at="2025-10-01T06:00:00Z"))
    system.post(TYPEFORM, typeform(token="future", submitted_at="2035-10-01T06:00:00Z"))

    occurred = sorted((act.get("occurred_at") for act in system.acts()), key=str)
    assert occurred == [1_759_298_400_000, None]


def test_an_act_tells_the_form_that_took_it_also_where_one_stands_for_all(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")

    system.post(TYPEFORM)

    (recorded,) = system.acts()
    assert recorded["act"]["form"] == "typeform/ours/*"


def test_a_phone_that_the_provider_vouches_for_is_verified(system_of: SystemOf) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP))

    system.post(WHATSAPP)

    (contact,), (recorded,) = system.contacts(), system.acts()
    assert (contact["phone"], contact["verified"]) == ("+77000000002", True)
    assert recorded["act"]["verified"]


def test_another_phone_than_the_one_vouched_for_is_not_verified(system_of: SystemOf) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"answers.phone": "phone"})

    system.post(WHATSAPP, whatsapp({"phone": "8 700 000 00 09"}))

    (contact,), (recorded,) = system.contacts(), system.acts()
    assert (contact["phone"], contact.get("verified")) == ("+77000000009", None)
    assert "verified" not in recorded["act"]


def whatsapp(*replies: dict[str, object]) -> bytes:
    """Return the body of a WhatsApp delivery with these completed Flows, each with a message id of its own."""
    body = json.loads(WHATSAPP.delivery.body)
    messages = body["entry"][0]["changes"][0]["value"]["messages"]
    message = messages.pop()
    for number, reply in enumerate(replies):
        nfm = {**message["interactive"]["nfm_reply"], "response_json": json.dumps(reply)}
        messages.append(
            {**message, "id": f"wamid.{number}", "interactive": {**message["interactive"], "nfm_reply": nfm}}
        )
    return json.dumps(body).encode()


def test_each_submission_of_one_delivery_is_kept_by_itself(system_of: SystemOf) -> None:
    system = system_of(WHATSAPP)
    system.register(*account_of(WHATSAPP), questions={"region": "region"})

    status = system.post(WHATSAPP, whatsapp({"region": "KZ-10"}, {"region": "Атлантида"}, {"region": "KZ-11"}))

    assert status == 200
    assert sorted(recorded["act"]["place"] for recorded in system.acts()) == ["KZ-10", "KZ-11"]
    assert system.reasons() == ["region_unknown"]


def test_a_form_of_its_own_goes_before_the_one_for_all_forms(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", "*", defaults={**DEFAULTS, "kind": "initiative"})
    system.register("typeform", "ours", "lT4Z3j", defaults={**DEFAULTS, "kind": "donation"})

    system.post(TYPEFORM)
    system.post(TYPEFORM, typeform(form_id="another", token="another"))

    assert sorted(recorded["act"]["kind"] for recorded in system.acts()) == ["donation", "initiative"]


def test_a_form_under_review_counts_nothing_by_itself(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", review=True)

    system.post(TYPEFORM)

    (recorded,) = system.acts()
    assert (recorded["status"], recorded["review_reasons"]) == ("in_review", ["unsigned"])


@each_provider
def test_a_forged_delivery_is_refused_and_leaves_nothing_behind(
    case: Case, system_of: SystemOf, make_system: MakeSystem
) -> None:
    system_of(case)
    provider = account_of(case)[0]
    others = {name: [b64encode(b"another secret of theirs.").decode()] for name in case.account.secrets}
    keep = {name: case.account.secrets[name] for name in ("group_id", "app_id") if name in case.account.secrets}
    system = make_system({provider: {"ours": {**others, **keep}}}, case.now)
    system.register(*account_of(case))
    before = system.everything()

    status = system.post(case)

    assert status == 403
    assert system.everything() == before


def test_with_two_secrets_valid_at_once_deliveries_signed_with_either_are_taken(make_system: MakeSystem) -> None:
    signed_with = TYPEFORM.account.secrets["secret"][0]
    for secrets in (["new", signed_with], [signed_with, "old"]):
        system = make_system({"typeform": {"ours": {"secret": secrets}}}, TYPEFORM.now)

        assert system.post(TYPEFORM) == 200


@pytest.mark.parametrize("table", ["EventsTable", "ReceiptsTable", "ContactsTable", "RegistryTable"])
def test_while_a_table_cannot_be_used_nothing_is_acknowledged_and_the_retry_counts_once(
    table: str, system_of: SystemOf, lose: Lose, restore: Restore
) -> None:
    system = system_of(TYPEFORM)
    if table != "RegistryTable":
        system.register("typeform", "ours")
    lose(table)

    refused = system.send(TYPEFORM.path_hint, TYPEFORM.delivery)
    restore()
    system.open_campaign()
    system.register("typeform", "ours")
    retried = [*system.outcomes(TYPEFORM), *system.outcomes(TYPEFORM)]

    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert retried == ["recorded", "repeated"]
    assert len(system.acts()) == 1


def test_while_nothing_can_be_parked_nothing_unknown_is_acknowledged(
    system_of: SystemOf, lose: Lose, restore: Restore
) -> None:
    system = system_of(TYPEFORM)
    lose("ParkedTable")

    refused = system.send(TYPEFORM.path_hint, TYPEFORM.delivery)
    restore()

    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert system.outcomes(TYPEFORM) == ["parked"]


def test_what_is_recorded_needs_no_parking(system_of: SystemOf, lose: Lose) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")
    lose("ParkedTable")

    assert system.outcomes(TYPEFORM) == ["recorded"]


def test_while_the_queue_cannot_be_used_no_lead_is_acknowledged(
    system_of: SystemOf, lose: Lose, restore: Restore
) -> None:
    system = system_of(META)
    lose("LeadsQueue")

    refused = system.post(META)
    restore()
    accepted = system.post(META)

    assert (refused, accepted) == (503, 200)
    assert [waiting.lead.lead_id for waiting in system.queued()] == ["233370042045345"]


@pytest.mark.parametrize("name", ["meta/ok_01_handshake", "whatsapp/ok_05_handshake", "vk/ok_01_confirmation"])
def test_a_handshake_loads_no_heavy_library(name: str) -> None:
    case = named(name)
    provider = case.path_hint.rpartition("/")[2]
    secrets = {provider: {"ours": {"page_access_token": ["EAAtoken"], **case.account.secrets}}}
    script = f"""
import json, os, sys
os.environ["HOOK_SECRETS"] = {msgspec.json.encode(secrets).decode()!r}
from tests.webhooks.deliveries import named
from app import app
from infra.local.gateway import Gateway
from urllib.parse import urlencode

case = named({name!r})
target = case.path_hint + "?" + urlencode(case.query)
answer = Gateway(app).answer(case.method, target, case.delivery.headers, case.delivery.body)
assert answer.status == 200 and answer.body.decode() == {case.expected.response_body!r}, answer
print(*[name for name in ("boto3", "botocore", "pynamodb", "phonenumbers", "nacl") if name in sys.modules])
"""

    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr[-2000:], loaded.stdout.split()) == (0, "", [])
