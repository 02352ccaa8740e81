"""Laws of a stream, whatever was asked of it in whatever order."""

from collections import Counter

import msgspec
from hypothesis import strategies as st

from chalicelib.domain.commands import Command, Moderation, RecordParticipation
from chalicelib.domain.decider import INITIAL, Carry, Refusal, State, decide, evolve, known_act
from chalicelib.domain.events import (
    ParticipantErased,
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationEndorsed,
    ParticipationRecorded,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.limits import moderator_reasons
from tests.histories import LIMITS, commands
from tests.laws import few_and_many

one_stream = st.lists(commands(participants=1).map(lambda drawn: drawn[1]), max_size=60)


def play(asked: list[Command]) -> list[tuple[State, Command, RecordedEvent, State]]:
    """Return each event of a stream with the state before it, what asked for it, and the state after it."""
    state, steps = INITIAL, []
    for command in asked:
        decision = decide(command, state)
        if isinstance(decision, Refusal):
            continue
        for event in decision:
            recorded = RecordedEvent("2026/p", state.version + 1, f"e{state.version}", 1_000 * state.version, event)
            after = evolve(state, recorded)
            steps.append((state, command, recorded, after))
            state = after
    return steps


def counted(state: State) -> int:
    return sum(known.receipt.status == "counted" for known in state.acts.values())


@few_and_many(25, 150, asked=one_stream)
def test_every_command_has_an_answer_in_every_state(asked: list[Command]) -> None:
    for state in [INITIAL, *(after for _, _, _, after in play(asked))]:
        for command in asked:
            decision = decide(command, state)

            assert isinstance(decision, Refusal) or len(decision) in (0, 1)


@few_and_many(25, 150, asked=one_stream)
def test_the_carry_is_what_the_acts_that_count_sum_up_to(asked: list[Command]) -> None:
    for _, _, _, after in play(asked):
        counting = [known.act for known in after.acts.values() if known.receipt.status == "counted" and known.act]
        amounts: Counter[str] = Counter()
        for act in counting:
            if act.amount is not None:
                amounts[act.amount.currency] += act.amount.value

        assert after.carry.counted == counted(after) == len(counting)
        assert after.carry.people == sum(act.people for act in counting)
        assert after.carry.minutes == sum(act.minutes for act in counting)
        assert after.carry.amounts == amounts
        assert (after.carry.counted_as is None) == (after.carry.counted == 0)


@few_and_many(25, 150, asked=one_stream)
def test_the_next_act_is_decided_alike_by_the_carry_and_by_the_whole_stream(asked: list[Command]) -> None:
    for state, command, recorded, _ in play(asked):
        if isinstance(command, RecordParticipation):
            assert decide(command, State(state.version, state.carry)) == (recorded.event,)


@few_and_many(25, 150, asked=one_stream)
def test_a_moderator_s_decision_is_alike_by_the_head_of_the_act_and_by_the_whole_stream(asked: list[Command]) -> None:
    for state, command, recorded, _ in play(asked):
        if isinstance(command, Moderation):
            head = {command.receipt: state.acts[command.receipt]}

            assert decide(command, State(state.version, state.carry, head)) == (recorded.event,)


@few_and_many(25, 150, asked=one_stream)
def test_an_act_is_known_by_its_newest_event_and_its_receipt(asked: list[Command]) -> None:
    newest: dict[str, RecordedEvent] = {}
    for _, _, recorded, after in play(asked):
        if not isinstance(recorded.event, ParticipantErased):
            newest[recorded.event.receipt] = recorded
        for receipt, known in after.acts.items():
            alone = known_act({}, newest[receipt])
            assert alone is not None
            assert msgspec.structs.replace(alone, receipt=known.receipt) == known
            assert known.receipt.newest == newest[receipt].version


@few_and_many(25, 150, asked=one_stream)
def test_first_and_last_say_when_a_participant_starts_and_ceases_to_count(asked: list[Command]) -> None:
    for before, _, recorded, after in play(asked):
        event = recorded.event
        first = isinstance(event, ParticipationRecorded | ParticipationApproved) and event.first
        last = isinstance(event, ParticipationWithdrawn) and event.last

        assert first == (counted(before) == 0 and counted(after) == 1)
        assert last == (counted(before) == 1 and counted(after) == 0)
        assert abs(counted(after) - counted(before)) <= 1


@few_and_many(25, 150, asked=one_stream)
def test_who_is_taken_back_is_taken_back_as_the_type_they_were_counted_as(asked: list[Command]) -> None:
    counted_as = None
    for _, _, recorded, _ in play(asked):
        event = recorded.event
        if isinstance(event, ParticipationRecorded | ParticipationApproved) and event.first:
            counted_as = event.act.participant_type
        if isinstance(event, ParticipationWithdrawn) and event.last:
            assert event.counted_as == counted_as


@few_and_many(25, 150, asked=one_stream)
def test_what_was_recorded_is_never_recorded_again(asked: list[Command]) -> None:
    steps = play(asked)
    recording = [command for _, command, _, _ in steps if isinstance(command, RecordParticipation)]
    final = steps[-1][3] if steps else INITIAL

    assert all(decide(command, final) == () for command in recording)


@few_and_many(25, 150, asked=one_stream)
def test_a_command_that_was_followed_has_nothing_left_to_ask(asked: list[Command]) -> None:
    for _, command, _, after in play(asked):
        decision = decide(command, after)

        assert isinstance(decision, Refusal) or decision == ()


@few_and_many(25, 150, asked=one_stream)
def test_what_counts_of_a_participant_is_above_no_limit_but_by_a_moderator(asked: list[Command]) -> None:
    for _, command, _, after in play(asked):
        if not isinstance(command, RecordParticipation) or after.acts[command.receipt].receipt.status != "counted":
            continue
        act, carry = command.act, after.carry
        limits = LIMITS.person if act.participant_type == "citizen" else LIMITS.organisation
        assert carry.counted <= limits.acts
        assert carry.people <= limits.people
        assert not act.minutes or carry.minutes <= limits.hours * 60
        if act.amount is not None and act.amount.currency in limits.amount:
            assert carry.amounts[act.amount.currency] <= limits.amount[act.amount.currency]
        assert act.people <= LIMITS.people


@few_and_many(25, 150, asked=one_stream)
def test_what_is_above_the_higher_limits_counts_by_two_moderators(asked: list[Command]) -> None:
    endorsed_by: dict[str, str] = {}
    for before, command, recorded, after in play(asked):
        event = recorded.event
        if isinstance(event, ParticipationEndorsed):
            endorsed_by[event.receipt] = event.by
        if isinstance(event, ParticipationCorrected):
            endorsed_by.pop(event.receipt, None)
        if isinstance(event, ParticipationApproved) and moderator_reasons(event.act, LIMITS):
            assert endorsed_by[event.receipt] != event.by
            assert before.acts[event.receipt].approvals_missing == 1
        if isinstance(command, RecordParticipation) and moderator_reasons(command.act, LIMITS):
            assert after.acts[command.receipt].approvals_missing == 2


def test_the_carry_of_a_new_stream_is_empty() -> None:
    assert INITIAL.carry == Carry()
