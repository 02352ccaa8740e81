"""What the registry notes stands, whoever else makes a note and whatever happens on the way."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pynamodb.exceptions import PutError, TransactWriteError

from chalicelib.domain.generations import Generation
from chalicelib.domain.limits import Limits
from chalicelib.domain.milestones import NONE_REACHED, ChangeReached, Reached, ReachedMilestones
from chalicelib.registry import GenerationShown, GenerationUnfed, Registry, RegistryConflict, read_campaign
from tests.api.outages import FAULTS, loses_the_answer, outage
from tests.conftest import Tables
from tests.publishing.campaigns import campaign
from tests.publishing.stage import InMemoryReached

ChangeNotes = Callable[[str, ChangeReached], ReachedMilestones]


@pytest.fixture
def registry(tables: Tables) -> Registry:
    return Registry(tables["RegistryTable"], time.monotonic)


@pytest.fixture(params=["the registry", "its twin in memory"])
def notes(request: pytest.FixtureRequest) -> ChangeNotes:
    """What keeps the notes: both do what these tests say."""
    if request.param == "the registry":
        held: Registry = request.getfixturevalue("registry")
        return held.change_reached
    return InMemoryReached().change


def reached(at: str, milestone_id: str = "m1") -> Reached:
    return Reached(milestone_id, "good_deeds", 10, at)


def first(*found: Reached) -> ChangeReached:
    """Note what was found, where nothing is noted under the same ids."""

    def change(known: ReachedMilestones) -> ReachedMilestones:
        ids = {noted.id for noted in known.noted}
        return known.with_more(one for one in found if one.id not in ids)

    return change


def as_it_is(known: ReachedMilestones) -> ReachedMilestones:
    return known


def test_nothing_is_noted_at_first(notes: ChangeNotes) -> None:
    assert notes("2026", as_it_is) == NONE_REACHED


def test_what_is_noted_is_kept_by_campaign(notes: ChangeNotes) -> None:
    notes("2026", first(reached("t1")))

    returned = notes("2026", first(reached("t2"), reached("t2", "m2")))

    assert returned == notes("2026", as_it_is) == ReachedMilestones((reached("t1"), reached("t2", "m2")))
    assert notes("2027", as_it_is) == NONE_REACHED


@pytest.mark.parametrize("before", [(), (reached("t0", "m0"),)])
def test_who_was_not_the_first_changes_what_is_noted_by_then(notes: ChangeNotes, before: tuple[Reached, ...]) -> None:
    notes("2026", first(*before))
    seen: list[ReachedMilestones] = []

    def overtaken(known: ReachedMilestones) -> ReachedMilestones:
        seen.append(known)
        if len(seen) == 1:
            notes("2026", first(reached("t1")))
        return first(reached("t2"))(known)

    assert notes("2026", overtaken) == ReachedMilestones((*before, reached("t1")))
    assert seen == [ReachedMilestones(before), ReachedMilestones((*before, reached("t1")))]


def test_all_who_note_a_milestone_at_once_are_told_one_moment(tables: Tables) -> None:
    registries = [Registry(tables["RegistryTable"], time.monotonic) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(one.change_reached, "2026", first(reached(f"t{n}"))) for n, one in enumerate(registries)]
        told = {call.result() for call in calls}

    assert len(told) == 1
    assert registries[0].change_reached("2026", as_it_is) in told


def test_a_note_whose_answer_is_lost_is_ones_own(registry: Registry) -> None:
    with outage(loses_the_answer, service="dynamodb", operation="PutItem", count=1) as current:
        told = registry.change_reached("2026", first(reached("t1")))

    assert current.requests == 2
    assert told == ReachedMilestones((reached("t1"),))


def test_a_note_whose_answers_are_all_lost_stands_when_it_is_made_again(registry: Registry) -> None:
    with outage(loses_the_answer, service="dynamodb", operation="PutItem"), pytest.raises(PutError):
        registry.change_reached("2026", first(reached("t1")))

    assert registry.change_reached("2026", first(reached("t2"))) == ReachedMilestones((reached("t1"),))


def test_what_changes_nothing_is_one_request(registry: Registry) -> None:
    registry.change_reached("2026", first(reached("t1")))

    with outage(lambda _: None, service="dynamodb") as current:
        registry.change_reached("2026", first(reached("t2")))

    assert current.requests == 1


def test_no_change_of_a_campaign_touches_its_notes(registry: Registry) -> None:
    registry.change_reached("2026", first(reached("t1")))
    registry.put_campaign(campaign(state="test"))
    registry.put_campaign(campaign(state="live"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(2)))
    registry.point_at("2026", 2)

    assert registry.change_reached("2026", as_it_is) == ReachedMilestones((reached("t1"),))
    assert [found.id for found in registry.campaigns()] == ["2026"]


def test_what_is_shown_is_fed_and_what_is_not_fed_is_not_shown(registry: Registry) -> None:
    registry.put_campaign(campaign(state="test"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(2)))
    registry.change_generations("2026", lambda generations: generations.without(2))

    with pytest.raises(GenerationShown):
        registry.change_generations("2026", lambda generations: generations.without(1))
    with pytest.raises(GenerationUnfed):
        registry.point_at("2026", 2)
    with pytest.raises(GenerationUnfed):
        registry.go_live("2026", 2, since=1)

    assert [generation.number for generation in registry.generations()["2026"].registered] == [1]
    found = registry.current_campaign("2026")
    assert found is not None
    assert (found.generation, found.state, found.since) == (1, "test", 0)


def before_the_first(act: Callable[[], object]) -> Callable[[object], None]:
    """Let somebody else act before the first of some requests reaches the store."""
    acts = iter([act])

    def passes(_: object) -> None:
        for one in acts:
            one()

    return passes


def test_what_is_removed_in_the_moment_in_which_it_is_shown_is_not_shown(registry: Registry, tables: Tables) -> None:
    registry.put_campaign(campaign(state="test"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(2)))
    other = Registry(tables["RegistryTable"], time.monotonic)
    removed = before_the_first(lambda: other.change_generations("2026", lambda generations: generations.without(2)))

    with outage(removed, service="dynamodb", operation="TransactWriteItems"), pytest.raises(RegistryConflict):
        registry.point_at("2026", 2)

    found = registry.current_campaign("2026")
    assert found is not None
    assert found.generation == 1
    with pytest.raises(GenerationUnfed):
        registry.point_at("2026", 2)


def test_what_is_shown_in_the_moment_in_which_it_is_removed_is_not_removed(registry: Registry, tables: Tables) -> None:
    registry.put_campaign(campaign(state="test"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(2)))
    other = Registry(tables["RegistryTable"], time.monotonic)

    with (
        outage(before_the_first(lambda: other.point_at("2026", 2)), service="dynamodb", operation="TransactWriteItems"),
        pytest.raises(GenerationShown),
    ):
        registry.change_generations("2026", lambda generations: generations.without(2))

    assert [generation.number for generation in registry.generations()["2026"].registered] == [1, 2]


def test_a_generation_that_is_removed_or_shown_though_the_answer_was_lost_is(registry: Registry) -> None:
    registry.put_campaign(campaign(state="test"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(2)))

    with outage(loses_the_answer, service="dynamodb", operation="TransactWriteItems", count=1) as pointing:
        assert registry.point_at("2026", 2).generation == 2
    with outage(loses_the_answer, service="dynamodb", operation="TransactWriteItems", count=1) as removing:
        registry.change_generations("2026", lambda generations: generations.without(1))

    assert (pointing.requests, removing.requests) == (2, 2)
    assert [generation.number for generation in registry.generations()["2026"].registered] == [2]


def test_a_fault_on_the_way_of_a_transaction_is_told_as_one(registry: Registry) -> None:
    registry.put_campaign(campaign(state="test"))

    with (
        outage(FAULTS["throttling"], service="dynamodb", operation="TransactWriteItems"),
        pytest.raises(TransactWriteError),
    ):
        registry.point_at("2026", 1)


def test_to_remove_a_scratch_reads_nothing_of_the_campaign(registry: Registry) -> None:
    registry.put_campaign(campaign(state="test"))
    registry.change_generations("2026", lambda generations: generations.with_one(Generation(-1)))

    with outage(lambda _: None, service="dynamodb", operation="GetItem") as current:
        registry.change_generations("2026", lambda generations: generations.without(-1))

    assert current.requests == 1


def test_a_campaign_that_was_stored_before_it_had_all_limits_has_the_usual_ones() -> None:
    stored = '{"id":"2026","names":{},"state":"live","limits":{"people":5,"hours":6,"amount":{"KZT":7}}}'

    assert read_campaign(stored).limits == Limits(people=5, hours=6, amount={"KZT": 7})
