"""An audit finds what differs between the read models and the log, and nothing else, while events come in."""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from chalicelib.aws.items import Item
from chalicelib.domain.events import ParticipationRecorded, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.generations import Generation
from chalicelib.projections import acts, organisations
from chalicelib.projections.arrivals import ARRIVALS, MinuteOfArrivals
from chalicelib.projections.audit import Audit, audit
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.rebuild import MAX_SCRATCH_MS, GenerationVoid
from chalicelib.projections.row_check import MAX_NAMED, DriftedRow
from chalicelib.projections.state_store import StateKey
from tests.histories import FIRST_MOMENT, random_history
from tests.laws import few_and_many
from tests.projections.event_source_mapping import slice_of
from tests.projections.rebuilding import CAMPAIGN, SHARD, Subject, alter, now
from tests.projections.test_exactly_once import example_event
from tests.projections.traffic import Traffic


def subject_after(count: int) -> Subject:
    """Return what projected some acts of one participant."""
    subject = Subject()
    subject.deliver(subject.append([example_event(version) for version in range(1, count + 1)]))
    return subject


def audited(subject: Subject, generation: int = 1) -> Audit:
    shown = msgspec.structs.replace(CAMPAIGN, generation=generation)
    return audit(subject.rebuild(), subject.rows, subject.log, shown, subject.told.append)


@few_and_many(8, 300, seed=st.integers(0, 2**32))
def test_read_models_of_every_event_have_not_drifted_whatever_comes_in_between_any_two_steps(seed: int) -> None:
    random = Random(seed)
    events = random_history(random, 60)
    subject = Subject()
    subject.deliver(subject.append(events[:25]))
    traffic = Traffic(subject, random, events[25:])

    found = audited(subject)

    assert (found.sums, found.rows, found.drifted, found.unreadable) == ((), (), 0, 0)
    assert found.events >= 25
    # Where nothing differs nothing is read twice.
    assert (traffic.asked["pages"], traffic.asked["scan"]) == (1, 2)


def test_states_that_lack_an_event_are_told_with_their_cells() -> None:
    subject = subject_after(2)
    subject.append([example_event(3)])

    found = audited(subject)

    assert [difference.projection for difference in found.sums] == [one.name for one in PROJECTIONS]
    assert ("all", "people", 2, 3) in list(found.sums[0].cells())
    assert [list(difference.cells()) for difference in found.sums if difference.projection in ("places", "hours")] == [
        [("KZ-75 good_deed", "participations", 2, 3), ("KZ-75 good_deed", "people", 2, 3)]
    ] * 2
    assert found.sums[0].applied == (2, 3)


def test_a_state_altered_by_hand_is_told() -> None:
    subject = subject_after(2)
    alter(subject.states, StateKey("2026", "totals", "all", slice_of(SHARD)))

    (difference,) = audited(subject).sums

    assert list(difference.cells()) == [("all", "people", 1_000, 2)]


def test_a_state_that_is_no_sum_has_no_cells() -> None:
    assert ARRIVALS.cells("01", MinuteOfArrivals(7, {"a form": [1, 1, 0, 0]})) == {}


STREAM = "2026/p9"
"""Of an organisation with three acts, of which the second was withdrawn at version 4."""

RECORDED, WITHDRAWN, ORGANISATION = acts.key("2026", 1, "r91"), acts.key("2026", 1, "r92"), "2026#1#p9"


def history() -> list[RecordedEvent]:
    def recorded(number: int) -> RecordedEvent:
        event: Any = example_event(number).event
        event = msgspec.structs.replace(event, receipt=f"r9{number}")
        return RecordedEvent(STREAM, number, f"e9{number}", FIRST_MOMENT + number, event)

    second = recorded(2)
    assert isinstance(second.event, ParticipationRecorded)
    withdrawn = ParticipationWithdrawn(
        receipt="r92",
        participation=2,
        at=second.recorded_at,
        act=second.event.act,
        reason="an error",
        by="token",
        status="counted",
    )
    fourth = RecordedEvent(STREAM, 4, "e94", FIRST_MOMENT + 60_000, withdrawn)
    return [recorded(1), second, recorded(3), fourth]


def altered(subject: Subject, model: str, key: str, **attributes: Any) -> None:
    put(subject, model, key, {**subject.rows.rows[model, key].item, **attributes})


def put(subject: Subject, model: str, key: str, item: Item) -> None:
    """Put a row by hand."""
    row = subject.rows.rows[acts.MODEL, RECORDED]
    subject.rows.rows[model, key] = msgspec.structs.replace(row, model=model, key=key, item={**item, "id": {"S": key}})


def orphan(subject: Subject, model: str, key: str, like: str, **attributes: Any) -> None:
    """Put a row that is like another one under a key of its own."""
    put(subject, model, key, {**subject.rows.rows[model, like].item, **attributes})


def put_back(subject: Subject) -> None:
    """Let the row of the act that was withdrawn be as it was before."""
    first = Subject()
    first.deliver(first.append(history()[:2]))
    put(subject, acts.MODEL, WITHDRAWN, first.rows.rows[acts.MODEL, WITHDRAWN].item)


ORPHAN = acts.key("2026", 1, "nobody's")
UNKNOWN_STREAM: Any = {"S": "2026/p8"}
AFTER_THE_CUT: Any = {"N": str(FIRST_MOMENT + 900_000_000)}

Plant = Callable[[Subject], None]
DRIFTS: dict[str, tuple[Plant, DriftedRow]] = {
    "an act of no event": (
        lambda subject: orphan(subject, acts.MODEL, ORPHAN, RECORDED, stream=UNKNOWN_STREAM),
        DriftedRow("acts", ORPHAN, expected=None, stored=1),
    ),
    "an act of no event that says it was recorded after the log was read": (
        lambda subject: orphan(subject, acts.MODEL, ORPHAN, RECORDED, stream=UNKNOWN_STREAM, at=AFTER_THE_CUT),
        DriftedRow("acts", ORPHAN, expected=None, stored=1),
    ),
    "an act of no event that says it was withdrawn": (
        lambda subject: orphan(subject, acts.MODEL, ORPHAN, WITHDRAWN, version={"N": "7"}),
        DriftedRow("acts", ORPHAN, expected=None, stored=7),
    ),
    "an act of another act's event": (
        lambda subject: orphan(subject, acts.MODEL, ORPHAN, RECORDED),
        DriftedRow("acts", ORPHAN, expected=None, stored=1),
    ),
    "an act of another campaign's event": (
        lambda subject: orphan(subject, acts.MODEL, ORPHAN, RECORDED, stream={"S": "2027/p9"}),
        DriftedRow("acts", ORPHAN, expected=None, stored=1),
    ),
    "an act that says nothing": (
        lambda subject: put(subject, acts.MODEL, ORPHAN, {}),
        DriftedRow("acts", ORPHAN, expected=None, stored=None),
    ),
    "an organisation of no event": (
        lambda subject: orphan(subject, organisations.MODEL, "2026#1#p8", ORGANISATION),
        DriftedRow("organisations", "2026#1#p8", expected=None, stored=4),
    ),
    "an organisation that says nothing": (
        lambda subject: put(subject, organisations.MODEL, "2026#1#p8", {}),
        DriftedRow("organisations", "2026#1#p8", expected=None, stored=None),
    ),
    "an act of too high a version": (
        lambda subject: altered(subject, acts.MODEL, RECORDED, version={"N": "9"}),
        DriftedRow("acts", RECORDED, expected=1, stored=9),
    ),
    "an act of the version of another act's event": (
        lambda subject: altered(subject, acts.MODEL, RECORDED, version={"N": "3"}),
        DriftedRow("acts", RECORDED, expected=1, stored=3),
    ),
    "an act that was changed, of too high a version": (
        lambda subject: altered(subject, acts.MODEL, WITHDRAWN, version={"N": "9"}),
        DriftedRow("acts", WITHDRAWN, expected=4, stored=9),
    ),
    "an organisation of too high a version": (
        lambda subject: altered(subject, organisations.MODEL, ORGANISATION, version={"N": "9"}),
        DriftedRow("organisations", ORGANISATION, expected=4, stored=9),
    ),
    "an act of other content": (
        lambda subject: altered(subject, acts.MODEL, RECORDED, status={"S": "in_review"}),
        DriftedRow("acts", RECORDED, expected=1, stored=1),
    ),
    "an act that was changed, of other content": (
        lambda subject: altered(subject, acts.MODEL, WITHDRAWN, status={"S": "counted"}),
        DriftedRow("acts", WITHDRAWN, expected=4, stored=4),
    ),
    "an act that says it was recorded at another time": (
        lambda subject: altered(subject, acts.MODEL, RECORDED, at=AFTER_THE_CUT),
        DriftedRow("acts", RECORDED, expected=1, stored=1),
    ),
    "an organisation of other content": (
        lambda subject: altered(subject, organisations.MODEL, ORGANISATION, carry={"S": "{}"}),
        DriftedRow("organisations", ORGANISATION, expected=4, stored=4),
    ),
    "an act that is missing": (
        lambda subject: subject.rows.rows.__delitem__((acts.MODEL, RECORDED)),
        DriftedRow("acts", RECORDED, expected=1, stored=None),
    ),
    "an act that was changed and is missing": (
        lambda subject: subject.rows.rows.__delitem__((acts.MODEL, WITHDRAWN)),
        DriftedRow("acts", WITHDRAWN, expected=4, stored=None),
    ),
    "an organisation that is missing": (
        lambda subject: subject.rows.rows.__delitem__((organisations.MODEL, ORGANISATION)),
        DriftedRow("organisations", ORGANISATION, expected=4, stored=None),
    ),
    "an act as it was before it was changed": (
        put_back,
        DriftedRow("acts", WITHDRAWN, expected=4, stored=2),
    ),
    "an organisation as it was before": (
        lambda subject: altered(subject, organisations.MODEL, ORGANISATION, version={"N": "3"}),
        DriftedRow("organisations", ORGANISATION, expected=4, stored=3),
    ),
}


@pytest.fixture(params=list(DRIFTS.values()), ids=list(DRIFTS))
def drift(request: pytest.FixtureRequest) -> tuple[Plant, DriftedRow]:
    planted: tuple[Plant, DriftedRow] = request.param
    return planted


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_every_kind_of_row_that_is_not_the_log_s_is_named_and_nothing_else_whatever_comes_in(
    drift: tuple[Plant, DriftedRow], seed: int
) -> None:
    plant, row = drift
    random = Random(seed)
    events = random_history(random, 30)
    subject = Subject()
    subject.deliver(subject.append([*history(), *events[:15]]))
    plant(subject)
    Traffic(subject, random, events[15:])

    found = audited(subject)

    assert (found.rows, found.drifted, found.sums) == ((row,), 1, ())


def test_rows_that_say_they_are_made_by_one_event_are_named_each_of_them() -> None:
    subject = Subject()
    subject.deliver(subject.append(history()))
    for name in ("one", "another"):
        orphan(subject, acts.MODEL, acts.key("2026", 1, name), WITHDRAWN)

    found = audited(subject)

    assert found.rows == tuple(
        DriftedRow("acts", acts.key("2026", 1, name), expected=None, stored=4) for name in ("one", "another")
    )


def test_a_row_of_an_event_after_the_cut_is_compared_with_that() -> None:
    subject = Subject()
    subject.deliver(subject.append(history()[:1]))
    later = iter([history()[1:]])

    def meanwhile(_: int) -> None:
        for events in later:
            subject.deliver(subject.append(now(events, subject.clock)))
            altered(subject, acts.MODEL, WITHDRAWN, status={"S": "counted"})

    found = audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, meanwhile)

    assert found.rows == (DriftedRow("acts", WITHDRAWN, expected=4, stored=4),)


def test_a_rebuild_leaves_every_kind_of_row_behind_that_is_not_the_log_s(drift: tuple[Plant, DriftedRow]) -> None:
    plant, _ = drift
    subject = Subject()
    subject.deliver(subject.append(history()))
    plant(subject)

    generation = subject.rebuild().begin(CAMPAIGN)
    subject.fill(generation)

    assert audited(subject, generation.number).drifted == 0
    assert subject.rebuild().different_rows(CAMPAIGN, generation)


@pytest.mark.parametrize(("drifts", "consistent"), [(False, [False, False]), (True, [False, False, True])])
def test_rows_are_read_for_half_the_price_and_consistently_once_something_differs(
    monkeypatch: pytest.MonkeyPatch, *, drifts: bool, consistent: list[bool]
) -> None:
    subject = subject_after(3)
    if drifts:
        del subject.rows.rows[acts.MODEL, acts.key("2026", 1, "r1")]
    read: list[bool] = []
    scan = subject.rows.scan

    def noted(*arguments: Any, **options: Any) -> Any:
        read.append(options["consistent"])
        return scan(*arguments, **options)

    monkeypatch.setattr(subject.rows, "scan", noted)
    audited(subject)

    assert read == consistent


def test_a_row_of_rehearsals_is_none_of_a_campaign_that_went_live() -> None:
    subject = Subject()
    subject.deliver(subject.append(history()))
    subject.clock.time += 60_000
    live = subject.rebuild().begin_empty(CAMPAIGN, subject.clock())
    assert audited(subject, live.number).drifted == 0

    left = {key: row for key, row in subject.rows.rows.items() if row.key == RECORDED}
    for row in left.values():
        put(subject, acts.MODEL, acts.key("2026", live.number, "r91"), row.item)

    assert audited(subject, live.number).rows == (
        DriftedRow("acts", acts.key("2026", live.number, "r91"), expected=None, stored=1),
    )


def test_what_is_shown_has_its_rehearsals_until_another_generation_is() -> None:
    subject = subject_after(3)
    going_live = msgspec.structs.replace(CAMPAIGN, state="frozen", since=subject.clock())

    found = audit(subject.rebuild(), subject.rows, subject.log, going_live, subject.told.append)

    assert found.drifted == 0


def test_a_row_of_an_event_that_this_release_cannot_read_is_not_judged() -> None:
    subject = Subject()
    subject.deliver(subject.append(history()))
    broken: Any = {**subject.log.items[0], "data": {"S": '{"schema":99}'}}
    subject.log.items[0] = broken

    found = audited(subject)

    assert (found.rows, found.unreadable) == ((), 1)


def test_of_many_rows_that_differ_some_are_named_and_each_counts_once() -> None:
    subject = subject_after(MAX_NAMED + 20)
    subject.rows.rows.clear()

    found = audited(subject)

    assert found.drifted == MAX_NAMED + 20 + 1
    assert len(found.rows) == MAX_NAMED


def test_nothing_is_left_of_an_audit_nor_of_one_that_was_ended_early() -> None:
    subject = subject_after(2)
    subject.rebuild().begin_scratch(CAMPAIGN)
    subject.clock.time += MAX_SCRATCH_MS + 60_000

    assert audited(subject).drifted == 0
    assert [generation.number for generation in subject.registered["2026"].registered] == [1]
    assert {item.partition("#")[0] for _, item in subject.states.items} == {"1"}


def test_two_audits_at_once_both_end_and_leave_nothing() -> None:
    subject = subject_after(5)
    subject.segments = 1
    others: list[Audit] = []

    def meanwhile(_: int) -> None:
        if not others:
            others.append(audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, lambda _: None))

    found = audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, meanwhile)

    assert [found.drifted, *(other.drifted for other in others)] == [0, 0]
    assert [generation.number for generation in subject.registered["2026"].registered] == [1]


def test_what_is_removed_while_it_is_looked_at_has_not_drifted() -> None:
    subject = subject_after(3)
    subject.change("2026", lambda generations: generations.with_one(Generation(2)))

    def remove(_: int) -> None:
        subject.rebuild().remove("2026", 1)

    with pytest.raises(GenerationVoid, match="generation 1 of 2026 is not shown any more"):
        audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, remove)
    assert [generation.number for generation in subject.registered["2026"].registered] == [2]


def test_what_is_shown_and_fed_no_longer_has_drifted() -> None:
    subject = subject_after(3)
    subject.change("2026", lambda generations: generations.with_one(Generation(2)).without(1))
    subject.deliver(subject.append([example_event(4)]))

    assert audited(subject).drifted > 0


def test_an_event_that_comes_too_late_makes_an_audit_say_nothing() -> None:
    subject = subject_after(1)
    late = msgspec.structs.replace(example_event(2), recorded_at=subject.clock() - 1)
    deliveries = iter([[late]])

    def take(_: int) -> None:
        for events in deliveries:
            subject.deliver(subject.append(events))

    with pytest.raises(GenerationVoid):
        audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, take)
    assert subject.registered["2026"].registered[0].number == 1
    assert len(subject.registered["2026"].registered) == 1


def test_an_event_that_is_in_the_log_too_late_and_not_delivered_yet_is_no_drift_either() -> None:
    subject = subject_after(1)
    late = now([example_event(2)], subject.clock)
    records: list[Any] = []

    waited = 0

    def deliver() -> None:
        nonlocal waited
        waited += bool(records)
        if waited == 100:
            subject.deliver(records)
            subject.waiting = None

    def take(_: int) -> None:
        if not records:
            records.extend(subject.append(late))
            subject.waiting = late[0].recorded_at
            subject.while_waiting = deliver

    subject.log = type(subject.log)(page_items=1)
    subject.append([example_event(1), msgspec.structs.replace(example_event(1), stream="2026/p2")])
    with pytest.raises(GenerationVoid, match="version 2 of 2026/p1 came after the scan had begun"):
        audit(subject.rebuild(), subject.rows, subject.log, CAMPAIGN, take)
