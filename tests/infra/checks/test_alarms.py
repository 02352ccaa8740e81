import pytest

from infra.checks import alarms
from tests.infra.checks.parts import Spoil, Template, properties


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "ApiFails").pop("AlarmActions"), "ApiFails tells nobody"),
    ],
)
def test_an_alarm_that_helps_nobody_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(alarms.faults(template))
    assert any(fault in one for one in found), found
