import pytest

from infra.checks import schedules
from tests.infra.checks.parts import Spoil, Template, properties


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "SweeperOfMinutes").update(State="DISABLED"), "SweeperOfMinutes is not enabled"),
        (
            lambda t: properties(t, "SweeperOfMinutes").update(ScheduleExpression="rate(5 minutes)"),
            "SweeperOfMinutes does not run Sweeper at rate(1 minute)",
        ),
        (
            lambda t: properties(t, "RetentionOfHours").update(Targets=[]),
            "RetentionOfHours does not run Retention at rate(1 hour)",
        ),
        (
            lambda t: t["Resources"].update(Another=t["Resources"]["SweeperOfMinutes"]),
            "Another is no schedule known here",
        ),
        (lambda t: t["Resources"].pop("SweeperPermission"), "SweeperOfMinutes may not invoke Sweeper"),
        (
            lambda t: properties(t, "RetentionPermission").update(Principal="*"),
            "RetentionOfHours may not invoke Retention",
        ),
        (
            lambda t: t["Resources"]["SweeperOfMinutes"].pop("DependsOn"),
            "SweeperOfMinutes begins before the CDN is made",
        ),
        (lambda t: t["Resources"].pop("SweeperRuns"), "Sweeper: runs that fail or find no room are repeated"),
        (
            lambda t: properties(t, "RetentionRuns").update(MaximumRetryAttempts=2),
            "Retention: runs that fail or find no room are repeated",
        ),
        (
            lambda t: properties(t, "AuditorOfHours").update(ScheduleExpression="rate(1 day)"),
            "AuditorOfHours does not run Auditor at rate(1 hour)",
        ),
        (lambda t: properties(t, "Auditor").update(Timeout=700), "Auditor has 700 s, not over 720 and up to 900"),
        (lambda t: properties(t, "Sweeper").update(Timeout=60), "Sweeper has 60 s, not over 60 and up to 150"),
        (lambda t: properties(t, "Retention").update(Timeout=300), "Retention has 300 s, not over 720 and up to 900"),
        (
            lambda t: properties(t, "Retention").pop("ReservedConcurrentExecutions"),
            "Retention may run twice at a time",
        ),
    ],
)
def test_a_schedule_that_does_not_run_what_it_must_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(schedules.faults(template))
    assert any(fault in one for one in found), found
