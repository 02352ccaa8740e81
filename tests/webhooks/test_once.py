"""Each submission counts once, whatever the provider, the operators or the person do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from chalicelib.webhooks.receiving import receive
from tests.reused_tables import TEMPLATE
from tests.webhooks.conftest import SystemOf
from tests.webhooks.deliveries import Case, named
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, opened_by
from tests.webhooks.system import ONE_OF_EACH, System, account_of, endpoint_of, typeform

TYPEFORM = named("typeform/ok_01_form_response")
GOOGLE_FORMS = named("google_forms/ok_01_bridge")
TELEGRAM = named("telegram/ok_02_web_app_data")

NO_IDENTITY = {"phone": None, "email": None}
"""Questions that ask for nothing: who answers cannot be known by anything."""

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
    assert len(system.acts()) == len(system.items("ReceiptsTable")) == 1
    assert system.parked() == []


@each_provider
def test_a_repeat_changes_nothing(case: Case, system_of: SystemOf) -> None:
    system = system_of(case)
    system.register(*account_of(case))
    assert system.outcomes(case) == ["recorded"]
    before = system.everything()

    repeated = system.outcomes(case)

    assert repeated == ["repeated"]
    assert system.everything() == before


def test_a_submission_that_nobody_is_known_by_is_recorded_once_too(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", questions=NO_IDENTITY)

    outcomes = [*system.outcomes(TYPEFORM), *system.outcomes(TYPEFORM)]

    assert outcomes == ["recorded", "repeated"]
    (recorded,) = system.acts()
    (receipt,) = system.items("ReceiptsTable")
    assert (receipt["id"], receipt["status"]) == (recorded["receipt"], "counted")
    assert system.items("ContactsTable") == []


def test_two_submissions_that_nobody_is_known_by_are_two_participants(system_of: SystemOf) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", questions=NO_IDENTITY)

    system.post(TYPEFORM)
    system.post(TYPEFORM, typeform(token="another"))

    assert len({item["stream"] for item in system.items("EventsTable")}) == 2
    assert len(system.items("ReceiptsTable")) == 2


def test_the_same_number_in_two_channels_is_two_submissions(system_of: SystemOf) -> None:
    system = system_of(TELEGRAM)
    system.register("telegram", "ours")
    headers = {**TELEGRAM_MINI_APP.delivery.headers, "idempotency-key": "7"}
    update = TELEGRAM.delivery.body.replace(b"10001", b"7")

    system.send(TELEGRAM_MINI_APP.path_hint, msgspec.structs.replace(TELEGRAM_MINI_APP.delivery, headers=headers))
    system.send(TELEGRAM.path_hint, msgspec.structs.replace(TELEGRAM.delivery, body=update))

    assert len(system.acts()) == 2


def identify_otherwise(system: System) -> None:
    system.register("typeform", "ours", questions=NO_IDENTITY)


def understand_no_more(system: System) -> None:
    system.register("typeform", "ours", questions={"name": "kind"})


def refuse_all_answers(system: System) -> None:
    system.register("typeform", "ours", questions={"name": "topic"})


def lead_to_another_campaign(system: System) -> None:
    system.open_campaign(campaign="2027")
    system.register("typeform", "ours", campaign="2027")


def lead_nowhere(system: System) -> None:
    system.register("typeform", "ours", campaign="2030")


def become_a_test(system: System) -> None:
    system.register("typeform", "ours", state="test")


def freeze(system: System) -> None:
    system.open_campaign("frozen")


def end(system: System) -> None:
    system.open_campaign("ended")


def forget_the_form(system: System) -> None:
    key = {"kind": {"S": "form"}, "id": {"S": "typeform/ours/*"}}
    system.tables.clients.dynamodb.delete_item(TableName=system.tables["RegistryTable"], Key=key)
    system.services.registry._known.clear()


@pytest.mark.parametrize("questions", [{}, NO_IDENTITY], ids=["known", "unknown"])
@pytest.mark.parametrize(
    "change",
    [
        identify_otherwise,
        understand_no_more,
        refuse_all_answers,
        lead_to_another_campaign,
        lead_nowhere,
        become_a_test,
        freeze,
        end,
        forget_the_form,
    ],
)
def test_a_repeat_is_one_whatever_became_of_its_form_and_its_campaign(
    change: Callable[[System], None], questions: dict[str, None], system_of: SystemOf
) -> None:
    system = system_of(TYPEFORM)
    system.register("typeform", "ours", questions=questions)
    system.post(TYPEFORM)
    change(system)
    before = system.everything()

    repeated = system.outcomes(TYPEFORM)

    assert repeated == ["repeated"]
    assert system.everything() == before


def test_of_two_contents_under_one_id_the_first_one_stands(system_of: SystemOf) -> None:
    nobody = typeform(answers=[{"type": "text", "text": "Мәди Үлгі", "field": {"ref": "name"}}])
    another_phone = TYPEFORM.delivery.body.replace(b"+77000000006", b"+77011234567")
    another_region = TYPEFORM.delivery.body.replace("Ұлытау".encode(), "Жамбыл".encode())
    system = system_of(TYPEFORM)
    system.register("typeform", "ours")
    system.post(TYPEFORM)
    before = system.everything()

    outcomes = [system.outcomes(TYPEFORM, other) for other in (nobody, another_phone, another_region)]

    assert outcomes == [["repeated"]] * 3
    assert system.everything() == before


def test_a_repetition_does_not_bring_back_an_erased_person(system_of: SystemOf) -> None:
    system = system_of(GOOGLE_FORMS)
    system.register("google-forms", "ours")
    system.post(GOOGLE_FORMS)
    system.erase(type="citizen", phone="8 700 000 00 10")

    repeated = system.outcomes(GOOGLE_FORMS)

    assert repeated == ["repeated"]
    assert system.items("ContactsTable") == []
    assert len(system.acts()) == 1


def test_the_same_id_made_up_by_two_people_is_two_submissions(system_of: SystemOf) -> None:
    system = system_of(TELEGRAM_MINI_APP)
    system.register("telegram", "ours")

    for user in (1, 2, 1):
        assert system.send(TELEGRAM_MINI_APP.path_hint, opened_by(user)).status == 200

    assert len(system.acts()) == 2


def test_a_receipt_is_kept_as_long_as_the_log() -> None:
    resources = TEMPLATE["Resources"]

    assert [
        name for name in ("EventsTable", "ReceiptsTable") if "TimeToLiveSpecification" in str(resources[name])
    ] == []
