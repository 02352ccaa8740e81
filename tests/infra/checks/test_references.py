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


def test_resources_that_wait_for_each_other_are_noticed(template: Template) -> None:
    template["Resources"]["EdgeSecret"]["DependsOn"] = ["Distribution"]

    (fault,) = references.faults(template)
    assert "EdgeSecret waits for Distribution" in fault


def test_a_resource_awaits_what_it_is_told_to_and_what_it_refers_to(deployed: Template) -> None:
    awaited = references.awaited(deployed)

    assert awaited["SweeperOfMinutes"] == {"Distribution", "Sweeper"}
    assert awaited["SweeperPermission"] == {"Sweeper", "SweeperOfMinutes"}
    assert awaited["StateTable"] == set()
