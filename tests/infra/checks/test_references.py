import pytest

from infra.checks import references
from tests.infra.checks.parts import Spoil, Template


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: t["Resources"].pop("StateTable"), "refers to StateTable, which is not there"),
    ],
)
def test_what_is_referred_to_and_not_there_is_missed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(references.faults(template))
    assert any(fault in one for one in found), found
