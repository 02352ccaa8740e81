"""What one person tries with a Mini App of ours: many businesses, many phones, for the screen."""

import msgspec
import pytest

from tests.webhooks.conftest import MakeSystem
from tests.webhooks.mini_apps import TELEGRAM_MINI_APP, VK_MINI_APP, opened_by, opened_in_vk_by
from tests.webhooks.system import System

QUESTIONS = {name: name for name in ("participant_type", "organisation", "phone", "people", "amount")}


@pytest.fixture
def system(make_system: MakeSystem) -> System:
    """The system with an open campaign, and forms of both Mini Apps that ask for all that can be asked."""
    cases = {"telegram": TELEGRAM_MINI_APP, "vk": VK_MINI_APP}
    system = make_system({name: {"ours": case.account.secrets} for name, case in cases.items()}, TELEGRAM_MINI_APP.now)
    system.open_campaign()
    for provider in cases:
        system.register(
            provider,
            "ours",
            defaults={"kind": "donation", "place": {"region": "KZ-75"}},
            fallback={},
            questions=QUESTIONS,
        )
    return system


def business(number: int) -> dict[str, object]:
    names = ("Ромашка", "Самал", "Достық", "Бәйтерек", "Шұғыла")
    organisation = f"ТОО «{names[number % 5]} {'АБВГ'[number // 5]}»"
    return {"participant_type": "business", "organisation": organisation, "people": 1_000, "amount": 10_000_000}


def outcomes(system: System) -> list[tuple[str, tuple[str, ...]]]:
    acts = [event for event in system.events() if "act" in event]
    return sorted((act["status"], tuple(act.get("review_reasons", ()))) for act in acts)


def test_of_twenty_businesses_of_one_user_three_count(system: System) -> None:
    for number in range(20):
        delivery = opened_by(7, f"business-{number}", **business(number))
        assert system.send(TELEGRAM_MINI_APP.path_hint, delivery).status == 200

    assert system.parked() == []
    assert outcomes(system) == [("counted", ())] * 3 + [("in_review", ("user",))] * 17
    counted = [act["act"] for act in system.acts() if act["status"] == "counted"]
    assert sum(act["people"] for act in counted) == 3_000
    assert sum(act["pledged"]["value"] for act in counted) == 30_000_000


def test_what_waits_is_not_let_through_by_sending_more_of_it(system: System) -> None:
    for number in range(6):
        for again in range(2):
            system.send(TELEGRAM_MINI_APP.path_hint, opened_by(7, f"{number}-{again}", **business(number)))

    assert outcomes(system) == [("counted", ())] * 6 + [("in_review", ("user",))] * 6


def test_a_user_with_many_phones_is_held_as_one_with_many_businesses(system: System) -> None:
    for number in range(6):
        answers = {"participant_type": "citizen", "phone": f"+7701000000{number}"}
        system.send(VK_MINI_APP.path_hint, opened_in_vk_by(7, f"phone-{number}", **answers))

    assert outcomes(system) == [("counted", ())] * 3 + [("in_review", ("user",))] * 3


def test_users_of_two_providers_are_two(system: System) -> None:
    for number in range(3):
        system.send(TELEGRAM_MINI_APP.path_hint, opened_by(7, f"business-{number}", **business(number)))
    system.send(VK_MINI_APP.path_hint, opened_in_vk_by(7, "business", **business(9)))

    assert outcomes(system) == [("counted", ())] * 4


def test_a_delivery_that_comes_again_stays_what_it_was(system: System) -> None:
    deliveries = [opened_by(7, f"business-{number}", **business(number)) for number in range(5)]
    for delivery in deliveries:
        system.send(TELEGRAM_MINI_APP.path_hint, delivery)
    before = outcomes(system)
    limits = msgspec.structs.replace(system.services.registry.campaigns()[0].limits, user_participants=99)
    (campaign,) = system.services.registry.campaigns()
    system.services.registry.put_campaign(msgspec.structs.replace(campaign, limits=limits))

    for delivery in deliveries:
        assert system.send(TELEGRAM_MINI_APP.path_hint, delivery).status == 200

    assert outcomes(system) == before
