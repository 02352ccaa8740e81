"""Many decisions one after the other."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.domain.commands import (
    ApproveParticipation,
    Moderation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.decider import KnownAct, Refusal, State
from chalicelib.domain.events import ParticipationWithdrawn
from chalicelib.participations.bulk import BulkModeration, BulkOutcome
from tests.conftest import Tables
from tests.participations.subject import FIRM, Subject, draft
from tests.recording import recorded_calls

FOREVER = float("inf")


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def withdraw(receipt: str) -> Moderation:
    return WithdrawParticipation(receipt, "a flood", "t")


def approve(receipt: str) -> Moderation:
    return ApproveParticipation(receipt, "all called", "t")


def reject(receipt: str) -> Moderation:
    return RejectParticipation(receipt, "a flood", "t")


class Bulk:
    """Decisions on the acts of some submissions."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        services = subject.services
        self.moderation = BulkModeration(services.log, services.participations, lambda: subject.now, time.monotonic)

    def act(self, submission: str) -> KnownAct:
        receipt = self.subject.source_receipt(submission)
        return KnownAct(receipt, self.subject.services.participations.find(receipt).act)

    def decide(
        self,
        command: Any,
        *acts: KnownAct,
        deadline: float = FOREVER,
        dry_run: bool = False,
        states: dict[str, State] | None = None,
    ) -> list[BulkOutcome]:
        found: Mapping[str, BulkOutcome] = self.moderation.decide(
            acts, command, deadline, dry_run=dry_run, states=states
        )
        return [found[act.receipt.id] for act in acts if act.receipt.id in found]

    def statuses(self, *submissions: str) -> list[str]:
        return [self.subject.source_receipt(one).status for one in submissions]


@pytest.fixture
def bulk(subject: Subject) -> Bulk:
    return Bulk(subject)


def test_each_act_is_decided_on_as_if_alone(bulk: Bulk, subject: Subject) -> None:
    subject.record("person")
    subject.record("firm", draft(FIRM))
    subject.record("again", draft(people=3))

    outcomes = bulk.decide(withdraw, *(bulk.act(one) for one in ("person", "firm", "again")))

    events = [outcome.recorded.event for outcome in outcomes if outcome.recorded is not None]
    assert [type(event) for event in events] == [ParticipationWithdrawn] * 3
    assert [event.last for event in events if isinstance(event, ParticipationWithdrawn)] == [False, True, True]
    assert bulk.statuses("person", "firm", "again") == ["withdrawn"] * 3
    assert subject.services.log.newest(subject.source_receipt("person").stream).carry.counted == 0


def test_a_dry_run_tells_the_same_events_and_changes_nothing(bulk: Bulk, subject: Subject) -> None:
    for number in range(3):
        subject.record(str(number), draft(people=5_000))
    acts = [bulk.act(str(number)) for number in range(3)]
    before = subject.everything()

    dry = bulk.decide(approve, *acts, dry_run=True)

    assert subject.everything() == before
    assert [event_of(outcome) for outcome in dry] == [event_of(outcome) for outcome in bulk.decide(approve, *acts)]
    assert [event_of(outcome).first for outcome in dry] == [True, False, False]


def test_decisions_that_go_together_are_told_in_a_dry_run_as_in_a_run(bulk: Bulk, subject: Subject) -> None:
    for number in range(2):
        subject.record(str(number))
    states: dict[str, State] = {}

    apart = [bulk.decide(withdraw, bulk.act(str(number)), dry_run=True) for number in range(2)]
    together = [bulk.decide(withdraw, bulk.act(str(number)), dry_run=True, states=states) for number in range(2)]

    assert [event_of(outcome).last for (outcome,) in apart] == [False, False]
    assert [event_of(outcome).last for (outcome,) in together] == [False, True]


def test_what_the_rules_refuse_spoils_nothing_else(bulk: Bulk, subject: Subject) -> None:
    subject.record("counted")
    subject.record("waiting", draft(FIRM, people=5_000))

    counted, waiting = bulk.decide(reject, bulk.act("counted"), bulk.act("waiting"))

    assert counted.refusal == Refusal("participation_not_in_review", "counted")
    assert (waiting.refusal, bulk.statuses("waiting")) == (None, ["rejected"])


def test_done_again_nothing_more_is_done(bulk: Bulk, subject: Subject) -> None:
    subject.record("1")
    bulk.decide(withdraw, bulk.act("1"))
    before = subject.everything()

    (again,) = bulk.decide(withdraw, bulk.act("1"))

    assert again.refusal == Refusal("participation_not_standing", "withdrawn")
    assert subject.everything() == before


def test_a_moderator_of_a_region_decides_on_acts_there_alone(bulk: Bulk, subject: Subject) -> None:
    subject.record("there", draft(place={"region": "KZ-71"}))
    subject.record("here")

    def of_region(receipt: str) -> Moderation:
        return WithdrawParticipation(receipt, "a flood", "t", region="KZ-71")

    bulk.decide(of_region, bulk.act("there"), bulk.act("here"))

    assert bulk.statuses("there", "here") == ["withdrawn", "counted"]


def test_what_there_was_no_time_for_is_not_told(bulk: Bulk, subject: Subject) -> None:
    subject.record("1")

    assert bulk.decide(withdraw, bulk.act("1"), deadline=time.monotonic()) == []
    assert bulk.statuses("1") == ["counted"]


def test_an_act_whose_content_is_not_given_is_read(bulk: Bulk, subject: Subject) -> None:
    subject.record("1", draft(people=7))

    (outcome,) = bulk.decide(withdraw, KnownAct(subject.source_receipt("1")))

    assert event_of(outcome).act.people == 7


def test_what_others_decided_in_the_meantime_is_decided_on_as_it_is_now(bulk: Bulk, subject: Subject) -> None:
    subject.record("1", draft(people=5_000))
    subject.record("2", draft(people=6_000))
    old = [bulk.act("1"), bulk.act("2")]
    subject.services.participations.moderate(old[0].receipt, approve(old[0].receipt.id))

    first, second = bulk.decide(withdraw, *old)

    assert (event_of(first).status, event_of(second).status) == ("counted", "in_review")
    assert bulk.statuses("1", "2") == ["withdrawn", "withdrawn"]
    assert subject.services.log.newest(old[0].receipt.stream).carry.people == 0


def test_a_flood_of_one_participant_costs_a_transaction_an_act(bulk: Bulk, subject: Subject) -> None:
    for number in range(20):
        subject.record(str(number))
    acts = [bulk.act(str(number)) for number in range(20)]

    with recorded_calls(subject.client) as calls:
        bulk.decide(withdraw, *acts)

    assert [call.operation for call in calls] == ["BatchGetItem", *["TransactWriteItems"] * 20]


def test_a_flood_of_many_participants_costs_a_transaction_an_act_and_a_batch_for_some(
    bulk: Bulk, subject: Subject
) -> None:
    for number in range(20):
        subject.record(str(number), draft({"type": "citizen", "phone": f"+77015550{number:03}"}))
    acts = [bulk.act(str(number)) for number in range(20)]

    with recorded_calls(subject.client) as calls:
        bulk.decide(withdraw, *acts, dry_run=True)
        bulk.decide(withdraw, *(KnownAct(act.receipt) for act in acts))

    assert [call.operation for call in calls] == ["BatchGetItem", "BatchGetItem", *["TransactWriteItems"] * 20]


def test_who_did_something_else_in_the_meantime_is_read_alone(bulk: Bulk, subject: Subject) -> None:
    subject.record("1")
    act = bulk.act("1")
    subject.record("2")

    (outcome,) = bulk.decide(withdraw, act)

    assert (event_of(outcome).last, bulk.statuses("1", "2")) == (False, ["withdrawn", "counted"])


def event_of(outcome: BulkOutcome) -> Any:
    assert outcome.recorded is not None
    return outcome.recorded.event
