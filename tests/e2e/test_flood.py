"""A flood from many forms and tokens at once: each waits above its limit, and the totals are what counts."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import msgspec
import pytest

from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.events import ParticipationRecorded
from chalicelib.domain.limits import Limits, SumLimits
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.rates import UNASKED_ACTS
from chalicelib.participations.service import Recorded, SubmittedParticipation
from chalicelib.projections import arrivals
from tests.conftest import Tables
from tests.e2e.whole import NAMES, WholeSystem
from tests.recount import drifted

SENDERS = 100
LIMIT = 3
AT_ONCE = 2
PROCESSES = 3
Send = Callable[[Services, Campaign, int], Recorded]

NOW = 1_790_000_000_000
MINUTE = NOW // 60_000


@pytest.fixture
def system(new_tables: Tables) -> WholeSystem:
    return WholeSystem(new_tables, now=lambda: NOW)


def opened(system: WholeSystem, acts: int) -> Campaign:
    """Open a campaign in which so many acts of a form or a token count within the span."""
    few = SumLimits(acts=acts, people=10**6, hours=10**6, amount={})
    limits = msgspec.structs.replace(Limits(), form=few, token=few)
    return system.open("2026", names=NAMES, limits=msgspec.to_builtins(limits))


def sender(number: int) -> Sender:
    if number % 2:
        return Sender(source="api", token=f"token{number:03d}")
    return Sender(source="typeform", form=f"typeform/ours/{number:03d}")


@pytest.fixture
def send() -> Send:
    """Record an act of a person of its own, which a sender sends by a process."""
    numbers = count()

    def sent(services: Services, campaign: Campaign, by: int) -> Recorded:
        number = next(numbers)
        raw = {
            "kind": "good_deed",
            "participant": {"type": "citizen", "phone": f"+7701{number:07d}"},
            "place": {"region": "KZ-75"},
        }
        submission = SubmittedParticipation(f"{number}", b"", read_participation(raw, sender(by), NOW))
        return services.participations.record(campaign, submission)

    return sent


@pytest.mark.slow
def test_a_flood_from_a_hundred_senders_waits_and_the_totals_are_what_counts(system: WholeSystem, send: Send) -> None:
    campaign = opened(system, LIMIT)
    acts = [by for _ in range(LIMIT + 2) for by in range(SENDERS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        recorded = list(pool.map(lambda by: send(system.services, campaign, by), acts))
    system.settle()

    counted = Counter(by for by, one in zip(acts, recorded, strict=True) if one.receipt.status == "counted")
    # As many as come at once may look before any of them is counted.
    assert all(LIMIT <= counted[by] < LIMIT + AT_ONCE for by in range(SENDERS))
    assert counted.total() < len(acts)
    live = system.live("2026")
    assert live["totals"]["people"] == live["totals"]["participations"] == counted.total()
    assert live["in_review"] == len(acts) - counted.total()
    log = list(system.services.log.scan("2026"))
    waiting = [event.event.review_reasons for event in log if isinstance(event.event, ParticipationRecorded)]
    assert set(waiting) == {(), ("form_rate",), ("token_rate",)}
    assert drifted("2026", 1, log, system.services.states) == []


def test_what_other_processes_let_count_is_known_once_it_is_added_up(system: WholeSystem, send: Send) -> None:
    campaign = opened(system, UNASKED_ACTS * PROCESSES)
    processes = [bootstrap(lambda: NOW) for _ in range(PROCESSES)]
    early = [send(process, campaign, 0).receipt.status for process in processes for _ in range(UNASKED_ACTS)]
    system.settle()
    late = [send(process, campaign, 0).receipt.status for process in processes for _ in range(5)]

    assert set(early) == {"counted"}
    assert set(late) == {"in_review"}
    assert arrivals.recent(system.services.states, "2026", 1, MINUTE)["typeform/ours/000"].acts == len(early)
