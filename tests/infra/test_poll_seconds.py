"""When viewers ask again is one setting, however a stage is deployed."""

from typing import Any

import pytest

from chalicelib.publishing.documents import OPEN_POLL_SECONDS
from chalicelib.settings import Settings


@pytest.mark.parametrize("function", ["APIHandler", "Publisher", "Sweeper"])
def test_whoever_publishes_says_when_to_ask_again_as_the_stage_does(deployed: dict[str, Any], function: str) -> None:
    variables = deployed["Resources"][function]["Properties"]["Environment"]["Variables"]

    assert variables["POLL_SECONDS"] == {"Ref": "PollSeconds"}


def test_a_stage_that_says_nothing_has_what_the_code_has(deployed: dict[str, Any]) -> None:
    assert deployed["Parameters"]["PollSeconds"]["Default"] == Settings().poll_seconds == OPEN_POLL_SECONDS
