"""A flood from many forms and tokens at once: each waits above its limit, and the totals are what counts."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import msgspec
import pytest

from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import Limits, SumLimits
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.rates import UNASKED_ACTS
from chalicelib.participations.service import Recorded, SubmittedParticipation
from chalicelib.projections import arrivals
from tests.conftest import Tables
from tests.e2e.whole import NAMES, WholeSystem
from tests.recount import drifted

SENDERS = 100
MOST = 12
PROCESSES = 3
NOW = 1_790_000_000_000
MINUTE = NOW // 60_000
FEW = SumLimits(acts=MOST, people=10**6, hours=10**6, amount={})


@pytest.fixture
def system(new_tables: Tables) -> WholeSystem:
    return WholeSystem(new_tables, now=lambda: NOW)


@pytest.fixture
def campaign(system: WholeSystem) -> Campaign:
    limits = msgspec.to_builtins(msgspec.structs.replace(Limits(), form=FEW, token=FEW))
    return system.open("2026", names=NAMES, limits=limits)


def sender(number: int) -> Sender:
    if number % 2:
        return Sender(source="api", token=f"token{number:03d}")
    return Sender(source="typeform", form=f"typeform/ours/{number:03d}")


@pytest.fixture
def send(campaign: Campaign) -> Callable[[Services, int], Recorded]:
    """Record an act of a person of its own, which a sender sends by a process."""
    numbers = count()

    def sent(services: Services, by: int) -> Recorded:
        number = next(numbers)
        raw = {
            "kind": "good_deed",
            "participant": {"type": "citizen", "phone": f"+7701{number:07d}"},
            "place": {"region": "KZ-75"},
        }
        submission = SubmittedParticipation(f"{number}", b"", read_participation(raw, sender(by), NOW))
        return services.participations.record(campaign, submission)

    return sent


def test_a_flood_from_a_hundred_senders_waits_and_the_totals_are_what_counts(
    system: WholeSystem, campaign: Campaign, send: Callable[[Services, int], Recorded]
) -> None:
    acts = [by for _ in range(MOST + 5) for by in range(SENDERS)]
    with ThreadPoolExecutor(4) as pool:
        recorded = list(pool.map(lambda by: send(system.services, by), acts))
    system.settle()

    counted = Counter(by for by, one in zip(acts, recorded, strict=True) if one.receipt.status == "counted")
    # Four at once may look before any of them is counted.
    assert all(MOST <= counted[by] <= MOST + 3 for by in range(SENDERS))
    live = system.live("2026")
    assert live["totals"]["people"] == live["totals"]["participations"] == counted.total()
    assert live["in_review"] == len(acts) - counted.total()
    page = system.services.review_queue.page("2026", 1, None, 100)
    assert {act.review_reasons for act in page.acts} == {("form_rate",), ("token_rate",)}
    assert drifted("2026", 1, list(system.services.log.scan("2026")), system.services.states) == []


def test_what_other_processes_let_count_is_known_once_it_is_added_up(
    system: WholeSystem, send: Callable[[Services, int], Recorded]
) -> None:
    processes = [bootstrap(lambda: NOW) for _ in range(PROCESSES)]
    early = [send(process, 0).receipt.status for process in processes for _ in range(UNASKED_ACTS)]
    system.settle()
    late = [send(process, 0).receipt.status for process in processes for _ in range(5)]

    assert set(early) == {"counted"}
    assert set(late) == {"in_review"}
    assert arrivals.recent(system.services.states, "2026", 1, MINUTE)["typeform/ours/000"].acts == len(early)
