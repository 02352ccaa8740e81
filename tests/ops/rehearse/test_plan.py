from itertools import islice
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ops.rehearse.arrivals import CALL, arrivals
from ops.rehearse.plan import MAX_BATCH, endless, planned
from tests.ops.rehearse.test_channels import EVERY_WAY


@given(st.integers(0, 60), st.floats(1, 600), st.integers())
def test_each_act_has_its_time_within_the_whole(count: int, seconds: float, seed: int) -> None:
    times = arrivals(count, seconds, Random(seed))

    assert len(times) == count
    assert times == sorted(times)
    assert all(0 <= time <= seconds for time in times)


def test_few_come_before_the_call_and_most_soon_after_it() -> None:
    times = arrivals(10_000, 1.0, Random(1))

    before = sum(time < CALL for time in times)
    at_the_call = sum(CALL <= time < CALL + 0.1 for time in times)
    assert before < 600
    assert at_the_call > 4_000


def test_as_many_acts_are_planned_as_are_wanted_each_under_a_key_of_its_own() -> None:
    items = planned("rehearsal-1", 7, 500, 60.0, EVERY_WAY)
    sent = [submission for item in items for submission in item.submissions]

    assert len(sent) == 500
    assert len({submission.key for submission in sent}) == 500
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert sum(item.is_bad for item in items) == 20
    assert sum(submission.is_attack for submission in sent) == 5


def test_the_same_seed_plans_the_same() -> None:
    assert planned("rehearsal-1", 7, 100, 60.0, EVERY_WAY) == planned("rehearsal-1", 7, 100, 60.0, EVERY_WAY)
    assert planned("rehearsal-1", 7, 100, 60.0, EVERY_WAY) != planned("rehearsal-1", 8, 100, 60.0, EVERY_WAY)


def test_a_batch_holds_what_came_within_a_second() -> None:
    items = planned("rehearsal-1", 7, 2_000, 20.0, EVERY_WAY)
    batches = [item.submissions for item in items if item.submissions and item.submissions[0].channel == "batch"]

    assert max(map(len, batches)) > 1
    assert all(len(batch) <= MAX_BATCH for batch in batches)


def test_nothing_is_sent_by_a_way_that_is_not_there() -> None:
    sent = [one for item in planned("rehearsal-1", 7, 300, 60.0, ("api", "typeform")) for one in item.submissions]

    assert {submission.channel for submission in sent} == {"api", "typeform"}
    assert not any(submission.is_attack for submission in sent)


def test_a_demo_goes_on_and_never_sends_the_same_twice() -> None:
    items = list(islice(endless("demo-1", 1.5, EVERY_WAY, Random(1)), 900))
    keys = [one.key for item in items for one in item.submissions]

    assert len(keys) == len(set(keys))
    assert 300 < items[-1].at < 1_200
