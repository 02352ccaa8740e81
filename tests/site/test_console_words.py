"""The console has a word in each language for all that the API tells by its code."""

from typing import get_args

import pytest

from chalicelib.api.history import What
from chalicelib.api.status import WarningCode
from chalicelib.api.status_parts import StatusPart
from chalicelib.domain.limits import ReviewReason
from chalicelib.domain.trail_actions import TRAIL_ACTIONS
from chalicelib.domain.vocabulary import LANGUAGES, PARTICIPANT_TYPES, SOURCES, STATUSES
from infra.site_sizes import SITE

CODES = [
    *TRAIL_ACTIONS,
    *PARTICIPANT_TYPES,
    *get_args(ReviewReason),
    *get_args(WarningCode),
    *get_args(StatusPart),
    *get_args(What),
]


@pytest.mark.parametrize("code", CODES)
def test_what_the_api_tells_by_a_code_has_a_word_in_every_language(code: str) -> None:
    text = (SITE / "console-words.js").read_text(encoding="utf-8")

    assert text.count(f"\n      {code}: ") >= len(LANGUAGES)


def test_every_channel_can_be_filtered_by() -> None:
    script = (SITE / "console-act-filter.js").read_text(encoding="utf-8")

    for values in (SOURCES, STATUSES):
        assert str(list(values)).replace("'", '"') in script
