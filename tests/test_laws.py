"""Where examples are not random, as in the workflow, a law has its own, and the same in every run."""

from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.laws import few_and_many

seen: list[int] = []


@few_and_many(20, 40, number=st.integers())
def law(number: int) -> None:
    seen.append(number)


@few_and_many(20, 40, number=st.integers())
def other_law(number: int) -> None:
    seen.append(number)


@pytest.fixture
def not_random() -> Iterator[None]:
    hypothesis.settings.load_profile("ci")
    yield
    hypothesis.settings.load_profile("qaiyrym")


@pytest.mark.usefixtures("not_random")
def test_a_law_has_its_own_examples_and_the_same_in_every_run() -> None:
    runs: list[list[int]] = []
    for each in (law, law, other_law):
        seen.clear()
        each(examples=20)
        runs.append([*seen])

    assert runs[0] == runs[1] != runs[2]
    assert len(runs[0]) == 20
