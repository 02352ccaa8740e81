from ops.rehearse.latency import Percentiles, Sighting, percentiles, waited
from ops.rehearse.ledger import Step


def known(at: float, shown: int = 1) -> Step:
    return Step(at - 0.1, at, shown, None, None)


def test_the_nth_act_waits_until_the_counter_is_at_n() -> None:
    steps = [known(10.0), known(11.0), known(12.0)]
    sightings = [Sighting(10.5, 0), Sighting(11.5, 2), Sighting(14.0, 3)]

    assert waited(steps, sightings) == [1.5, 0.5, 2.0]


def test_what_is_seen_before_its_sender_knows_has_not_waited() -> None:
    assert waited([known(10.0)], [Sighting(9.9, 1)]) == [0.0]


def test_what_was_taken_back_is_waited_for_by_nobody() -> None:
    steps = [known(10.0), known(11.0, -1), known(12.0)]

    assert waited(steps, [Sighting(10.5, 1), Sighting(12.5, 1)]) == [0.5, 0.0]


def test_what_was_never_seen_is_no_part_of_the_figures() -> None:
    assert percentiles([known(10.0), known(11.0)], [Sighting(10.5, 1)]) == Percentiles(1, 0.5, 0.5, 0.5, 0.5)
    assert percentiles([known(10.0)], []) is None


def test_percentiles_are_of_all_that_were_seen() -> None:
    steps = [known(float(number)) for number in range(100)]
    sightings = [Sighting(number + (number + 1) / 100, number + 1) for number in range(100)]

    assert percentiles(steps, sightings) == Percentiles(100, 0.5, 0.95, 0.99, 1.0)
