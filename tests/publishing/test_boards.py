"""Who is on a board, and how far is read for it."""

import pytest

from chalicelib.domain.participation import Act
from chalicelib.publishing.board_publisher import PLACES_SHOWN
from chalicelib.publishing.boards import MAX_ROWS
from tests.publishing.campaigns import campaign, recorded
from tests.publishing.stage import Stage


@pytest.mark.parametrize(("passed_over", "shown"), [(MAX_ROWS - 1, ["Last"]), (MAX_ROWS, [])])
def test_a_board_passes_over_so_many_names_that_are_not_shown_and_no_more(
    stage: Stage, passed_over: int, shown: list[str]
) -> None:
    stage.set_up(campaign())
    schools = [
        Act("class_hour", "school", "KZ-75", "vk", name=f"n{number}", people=2_000 - number)
        for number in range(passed_over + 1)
    ]
    stage.names.texts[f"n{passed_over}"] = "Last"
    stage.project([recorded(school, stream=f"2026/p{number}") for number, school in enumerate(schools)])

    stage.sweeper().sweep()

    for name in ("organisations.json", "organisations/KZ-75.json"):
        assert [one["name"] for one in stage.read(name)["organisations"]] == shown


def test_boards_that_list_anybody_are_put_before_the_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.publishing.board_publisher.AT_ONCE", 1)
    stage.set_up(campaign())
    stage.names.texts["n1"] = "First"
    stage.project([recorded(Act("class_hour", "school", "KZ-75", "vk", name="n1", people=30))])
    stage.sweeper().sweep()
    stage.s3.put_keys.clear()

    stage.publisher().publish([stage.rename(n1=None)])

    boards = [key.partition("/organisations")[2] for key in stage.s3.put_keys if "/organisations" in key]
    assert (boards[:2], len(boards)) == ([".json", "/KZ-75.json"], 1 + len(PLACES_SHOWN))
