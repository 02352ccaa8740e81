"""Ids that begin with a dash, among the arguments of commands."""

import pytest

from ops.__main__ import command_tree
from ops.dashed_ids import guarded

ID, OTHER = "-nU8w8-BNN-zR3eZyL1FVA", "3q2-7wAAQACAAAAAAAAAAQ"


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (f"acts hide 2026 {ID} --reason x", f"acts hide 2026 --reason x -- {ID}"),
        (f"acts hide 2026 {OTHER} {ID} --reason x", f"acts hide 2026 {OTHER} --reason x -- {ID}"),
        (f"acts hide 2026 -{ID} --reason x", f"acts hide 2026 --reason x -- -{ID}"),
        (f"acts hide 2026 --reason x -- {ID}", f"acts hide 2026 --reason x -- {ID}"),
        (f"acts withdraw 2026 --participant-of {ID} --yes", f"acts withdraw 2026 --participant-of {ID} --yes"),
        (f"acts withdraw 2026 --yes {ID}", f"acts withdraw 2026 --yes -- {ID}"),
        ("acts hide 2026 --raeson x", "acts hide 2026 --raeson x"),
        ("campaign list --json", "campaign list --json"),
        ("", ""),
    ],
)
def test_an_id_is_no_option_and_a_value_stays_behind_its_own(typed: str, run: str) -> None:
    assert guarded(typed.split(), command_tree()) == run.split()
