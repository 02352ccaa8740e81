"""What runs by the clock, once and never twice at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.participations import retention
from chalicelib.projections import auditor, rebuild
from chalicelib.publishing import standstill
from chalicelib.webhooks.leads import reconciliation
from infra.checks import references

SCHEDULES: Mapping[str, tuple[str, str]] = {
    "SweeperOfMinutes": ("Sweeper", "rate(1 minute)"),
    "AuditorOfHours": ("Auditor", "rate(1 hour)"),
    "RetentionOfHours": ("Retention", "rate(1 hour)"),
    "LeadReconcilerOfHours": ("LeadReconciler", "rate(1 hour)"),
}
"""By rule, the function that it runs, and when."""

LONGEST_RUN_MS: Mapping[str, tuple[int, int]] = {
    # From one sweep to the next; and one that takes longer than that is not taken for silent.
    "Sweeper": (60_000, standstill.MAX_SILENCE_MS),
    # The audit that begins last may wait for the projector for as long as any.
    "Auditor": (auditor.MAX_BEGIN_MS + rebuild.Waits(0, 0).max_ms, 900_000),
    # A run ends between two pages; 15 minutes are the longest that Lambda gives.
    "Retention": (retention.MAX_RUN_MS + 120_000, 900_000),
    # A run ends between two leads.
    "LeadReconciler": (reconciliation.MAX_RUN_MS + 120_000, 900_000),
}
"""By function that a schedule runs, between what a run must be given and what it may be given."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield schedules that do not run their function as they must."""
    resources = template["Resources"]
    rules = {name for name, resource in resources.items() if "ScheduleExpression" in resource.get("Properties", {})}
    yield from (f"{name} is no schedule known here" for name in sorted(rules - SCHEDULES.keys()))
    for rule, (function, schedule) in SCHEDULES.items():
        properties = resources.get(rule, {}).get("Properties", {})
        targets = [target.get("Arn") for target in properties.get("Targets", [])]
        if (properties.get("ScheduleExpression"), targets) != (schedule, [{"Fn::GetAtt": [function, "Arn"]}]):
            yield f"{rule} does not run {function} at {schedule}"
        if properties.get("State", "ENABLED") != "ENABLED":
            yield f"{rule} is not enabled"
        if not any(_lets_invoke(resource, rule, function) for resource in resources.values()):
            yield f"{rule} may not invoke {function}"
        # It would put documents while the CDN is made, and a creation that fails then cannot delete their bucket.
        if "Distribution" not in references.awaited(template).get(rule, ()):
            yield f"{rule} begins before the CDN is made"
        if not any(_runs_once(resource, function) for resource in resources.values()):
            yield f"{function}: runs that fail or find no room are repeated, and pile up"
        min_ms, max_ms = LONGEST_RUN_MS[function]
        properties = resources.get(function, {}).get("Properties", {})
        if not min_ms < 1000 * properties.get("Timeout", 0) <= max_ms:
            yield f"{function} has {properties.get('Timeout')} s, not over {min_ms // 1000} and up to {max_ms // 1000}"
        if properties.get("ReservedConcurrentExecutions") != 1:
            yield f"{function} may run twice at a time"


def _lets_invoke(resource: Mapping[str, Any], rule: str, function: str) -> bool:
    properties: Mapping[str, object] = {
        "FunctionName": {"Ref": function},
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": [rule, "Arn"]},
    }
    return resource["Type"] == "AWS::Lambda::Permission" and bool(resource["Properties"] == properties)


def _runs_once(resource: Mapping[str, Any], function: str) -> bool:
    if resource["Type"] != "AWS::Lambda::EventInvokeConfig":
        return False
    properties: Mapping[str, object] = resource["Properties"]
    return (
        properties["FunctionName"] == {"Ref": function}
        and properties.get("MaximumRetryAttempts") == 0
        and "MaximumEventAgeInSeconds" in properties
    )
