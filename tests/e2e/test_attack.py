"""Whatever strangers send: the totals of their campaign and of all others go on."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.currencies import CURRENCIES
from tests.conftest import Tables
from tests.e2e.whole import WholeSystem

NAMES = 700
WAITING = 1_000
LONG = "\U00020000" * 195
"""A letter of four bytes, as often as a name may have it beside a number."""

CITIZEN: dict[str, Any] = {"type": "citizen"}
PLACE = {"region": "KZ-75"}


@pytest.fixture(scope="module")
def system(make_tables: Callable[[], Tables]) -> WholeSystem:
    return WholeSystem(make_tables())


def attack(system: WholeSystem, campaign: Campaign) -> int:
    """Send long names, every currency and what has to be reviewed; return how many acts count."""
    names = [{"type": "business", "organisation": f"{number:04d}{LONG}"} for number in range(NAMES)]
    pledges = [{"currency": code, "value": 1} for code in sorted(CURRENCIES)]
    sent: list[dict[str, Any]] = [
        *({"kind": "good_deed", "participant": name, "place": PLACE} for name in names),
        *({"kind": "donation", "participant": CITIZEN, "place": PLACE, "amount": amount} for amount in pledges),
        *[{"kind": "good_deed", "participant": CITIZEN, "place": PLACE, "people": 5_000}] * WAITING,
    ]
    recorded = [system.record(campaign, f"{campaign.id} {number}", raw) for number, raw in enumerate(sent)]
    return sum(one.receipt.status == "counted" for one in recorded)


@pytest.mark.slow
def test_long_names_every_currency_and_a_flood_for_review_stop_neither_of_two_campaigns(system: WholeSystem) -> None:
    campaigns = [system.open(name, limits={"people": 1_000}) for name in ("2026", "2027")]
    counted = [attack(system, campaign) for campaign in campaigns]
    system.settle()

    for campaign in campaigns:
        system.record(campaign, f"{campaign.id} after", {"kind": "good_deed", "participant": CITIZEN, "place": PLACE})
    system.settle()

    shown = [system.live(campaign.id) for campaign in campaigns]
    assert [document["totals"]["participations"] for document in shown] == [number + 1 for number in counted]
    assert system.services.set_aside.count() == 0
