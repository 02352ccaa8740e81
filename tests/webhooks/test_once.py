"""Each submission counts once, whatever the provider, the operators or the person do."""

import hmac
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.webhooks.receiving import receive
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.system import DEFAULTS, ONE_OF_EACH, account_of, endpoint_of

GOOGLE_FORMS = named("google_forms/ok_01_bridge")
TELEGRAM = named("telegram/ok_02_web_app_data")
MINI_APP = named("telegram/ok_10_initdata_replay_is_duplicate")

each_provider = pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.name)


@each_provider
def test_three_deliveries_at_once_are_one(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    system.register(*account_of(case))
    services, endpoint = system.services, endpoint_of(case)

    def deliver() -> int:
        return receive(endpoint, case.delivery, services.accounts, lambda: services.dispatcher, services.now()).status

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(deliver) for _ in range(3)]
        statuses = [answer.result() for answer in asked]

    assert statuses == [200, 200, 200]
    assert len(system.acts()) == 1
    assert system.parked() == []


def test_the_same_number_in_two_channels_is_two_submissions(system_of: SystemOf) -> None:
    system = system_of(TELEGRAM)
    system.register("telegram", "ours")
    mini_app = msgspec.structs.replace(MINI_APP.delivery, headers={**MINI_APP.delivery.headers, "idempotency-key": "7"})
    update = TELEGRAM.delivery.body.replace(b"10001", b"7")

    system.send(MINI_APP.path_hint, mini_app)
    system.send(TELEGRAM.path_hint, msgspec.structs.replace(TELEGRAM.delivery, body=update))

    assert len(system.acts()) == 2


def test_a_corrected_form_does_not_count_again_what_was_recorded(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours", questions={"phone": None})
    system.post(GOOGLE_FORMS)

    system.register("google-forms", "ours", defaults={**DEFAULTS, "participant_type": "business"})
    status = system.post(GOOGLE_FORMS)

    assert status == 200
    assert len(system.acts()) == 1
    assert system.contacts() == []


def test_a_lost_receipt_changes_nothing_as_the_log_knows_the_submission_too(
    system_of: SystemOf,
) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours")
    system.post(GOOGLE_FORMS)

    system.forget_receipts()
    system.register("google-forms", "ours", defaults={**DEFAULTS, "kind": "initiative"})
    status = system.post(GOOGLE_FORMS)

    assert status == 200
    assert len(system.acts()) == 1
    assert system.parked() == []


def test_a_repetition_does_not_bring_back_an_erased_person(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours")
    system.post(GOOGLE_FORMS)
    system.services.participations.erase("2026", "person phone +77000000010")

    system.post(GOOGLE_FORMS)

    assert system.contacts() == []
    assert len([act for act in system.acts() if "act" in act]) == 1


def test_the_same_id_made_up_by_two_people_is_two_submissions(system_of: SystemOf) -> None:
    system = system_of(MINI_APP)
    system.register("telegram", "ours")

    for user in (1, 2, 1):
        authorization = f"tma {init_data(user)}"
        delivery = msgspec.structs.replace(
            MINI_APP.delivery, headers={**MINI_APP.delivery.headers, "authorization": authorization}
        )
        assert system.send(MINI_APP.path_hint, delivery).status == 200

    assert len(system.acts()) == 2


def init_data(user: int) -> str:
    """Return launch parameters of a Telegram user, signed by the bot."""
    given = {"auth_date": str(MINI_APP.now), "user": msgspec.json.encode({"id": user}).decode()}
    checked = "\n".join(f"{name}={value}" for name, value in sorted(given.items()))
    key = hmac.digest(b"WebAppData", MINI_APP.account.secret("bot_token")[0].encode(), sha256)
    return urlencode({**given, "hash": hmac.digest(key, checked.encode(), sha256).hex()})
