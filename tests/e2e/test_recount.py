"""Whatever is asked of a campaign, its totals are those that a recount of the log gives."""

import itertools
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    CorrectParticipation,
    Moderation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.limits import Limits
from chalicelib.domain.participation import Act
from chalicelib.intake.participation_requests import read_person
from chalicelib.participations.service import Refused
from tests.conftest import Tables
from tests.e2e.whole import WholeSystem, acts_of
from tests.publishing.in_memory_s3 import InMemoryS3
from tests.recount import drifted

campaigns = itertools.count(1)
MODERATED: dict[str, Any] = {"reason": "checked", "by": "token"}

PARTICIPANTS: list[dict[str, Any]] = [
    {"type": "citizen", "phone": "+77011234567"},
    {"type": "citizen", "phone": "+77770000001"},
    {"type": "citizen"},
    {"type": "ngo", "organisation": "Үміт қоры"},
    {"type": "school", "organisation": "School № 5", "phone": "+77011234567"},
]
MODERATIONS = ("approve", "reject", "withdraw", "correct")


PAUSES_MS = (1, 40_000, 2_400_000)
"""What becomes of an act may be in its minute, in its hour, or later."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def system(make_tables: Callable[[], Tables], clock: Clock) -> WholeSystem:
    return WholeSystem(make_tables(), now=clock, s3=InMemoryS3())


def request(random: Random) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "kind": random.choice(["volunteering", "good_deed", "donation", "class_hour"]),
        "participant": random.choice(PARTICIPANTS),
        "place": random.choice([{"region": "KZ-75"}, {"region": "KZ-10"}, {"country": "DE"}]),
        "people": random.choice([1, 2, 30, 5_000]),
        "hours": random.choice([0, 0.5, 3, 4.5]),
    }
    if random.random() < 0.4:
        raw["amount"] = random.choice([{"currency": "KZT", "value": 7_000}, {"currency": "USD", "value": 5}])
    return raw


def moderation(name: str, receipt: str) -> Moderation:
    match name:
        case "approve":
            return ApproveParticipation(receipt, **MODERATED)
        case "reject":
            return RejectParticipation(receipt, **MODERATED)
        case "withdraw":
            return WithdrawParticipation(receipt, **MODERATED)
        case _:
            return CorrectParticipation(receipt, Changes(people=3, place="KZ-71"), limits=Limits(), **MODERATED)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 20))])
def test_states_and_documents_equal_a_recount_of_the_log(system: WholeSystem, clock: Clock, seed: int) -> None:
    random = Random(seed)
    campaign = system.open(f"c{next(campaigns)}", limits={"people": 1_000})
    services, receipts = system.services, {}
    person = read_person({"participant": {"type": "citizen", "phone": "+77011234567"}})

    for _ in range(random.randint(1, 20)):
        clock.now += random.choice(PAUSES_MS)
        submission = f"{campaign.id} {random.randrange(6)}"
        name = random.choice(["record", "record", "record", *MODERATIONS, "erase"])
        try:
            if name == "record":
                receipts[submission] = system.record(campaign, submission, request(random)).receipt
            elif name == "erase":
                services.personal_data.erase(campaign.id, person)
            elif submission in receipts:
                receipt = receipts[submission]
                services.participations.moderate(receipt, moderation(name, receipt.id))
        except Refused:
            continue
    system.settle()

    log = list(services.log.scan(campaign.id))
    assert drifted(campaign.id, campaign.generation, log, services.states) == []
    assert_published(system.live(campaign.id), log)


def assert_published(live: Any, log: list[RecordedEvent]) -> None:
    counted = {
        stream: counting
        for stream, acts in acts_of(log).items()
        if (counting := [known.act for known in acts if known.receipt.status == "counted" and known.act])
    }
    acts = [act for acts in counted.values() for act in acts]
    assert live["rev"] == len(log)
    assert live["totals"] == {
        "participants": len(counted),
        "participations": len(acts),
        "people": sum(act.people for act in acts),
        "hours": sum(act.minutes for act in acts) // 60,
        "amount": {"KZT": 0, **amounts(acts)},
        "volunteers": sum(act.people for act in acts if act.kind == "volunteering"),
        "good_deeds": sum(act.kind == "good_deed" for act in acts),
        "events_held": sum(act.kind == "class_hour" for act in acts),
        "organisations": sum(acts[0].participant_type != "citizen" for acts in counted.values()),
    }


def amounts(acts: list[Act]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for act in acts:
        if act.amount is not None:
            sums[act.amount.currency] += act.amount.value
    return sums
