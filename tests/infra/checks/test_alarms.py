from typing import Any

import pytest

from infra.checks import alarms
from tests.infra.checks.parts import Spoil, Template, properties


def calculate(template: Template, alarm: str, expression: str) -> None:
    (calculated,) = [metric for metric in metrics(template, alarm) if "Expression" in metric]
    calculated["Expression"] = expression


def metrics(template: Template, alarm: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = properties(template, alarm)["Metrics"]
    return found


def add_metrics(template: Template, alarm: str, number: int) -> None:
    ids = [f"more{count}" for count in range(number)]
    metrics(template, alarm).extend({"Id": id_, "MetricStat": {"Period": 60}} for id_ in ids)
    calculate(template, alarm, " + ".join(f"FILL({id_}, 0)" for id_ in ids))


def publishing(template: Template) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = properties(template, "AlarmTopicPolicy")["PolicyDocument"]["Statement"]
    return found


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "ApiFails").pop("AlarmActions"), "ApiFails tells nobody"),
        (lambda t: properties(t, "ApiFails").update(ActionsEnabled=False), "ApiFails tells nobody"),
        (lambda t: t["Resources"].pop("TotalsDrift"), "TotalsDrift is not there"),
        (lambda t: t["Resources"].pop("TablesThrottled"), "TablesThrottled is not there"),
        (lambda t: t["Resources"].update(More=t["Resources"]["ApiFails"]), "More is no alarm known here"),
        (
            lambda t: properties(t, "AuditFails").update(EvaluationPeriods=200),
            "looks back at 720000 s, more than 10800",
        ),
        (
            lambda t: properties(t, "TablesThrottled").update(EvaluationPeriods=200),
            "looks back at 12000 s, more than 10800",
        ),
        (
            lambda t: properties(t, "Standstill").update(DatapointsToAlarm=3),
            "Standstill waits for more datapoints than it looks at",
        ),
        (
            lambda t: properties(t, "AlarmTopic").update(KmsMasterKeyId="alias/aws/sns"),
            "AlarmTopic is encrypted under a key that CloudWatch may not use",
        ),
        (lambda t: t["Resources"].pop("AlarmTopicPolicy"), "cloudwatch.amazonaws.com may not publish to AlarmTopic"),
        (lambda t: publishing(t).pop(0), "cloudwatch.amazonaws.com may not publish to AlarmTopic"),
        (lambda t: publishing(t).pop(1), "events.amazonaws.com may not publish to AlarmTopic"),
        (
            lambda t: publishing(t)[1].update(
                Condition={"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/other-*"}}
            ),
            "events.amazonaws.com may not publish to AlarmTopic",
        ),
        (
            lambda t: publishing(t).append({"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}),
            "AlarmTopic is denied to somebody",
        ),
        (
            lambda t: properties(t, "BackupFails").update(Name="backups"),
            "BackupFails has a name for which it may not publish to AlarmTopic",
        ),
        (
            lambda t: calculate(t, "FunctionsThrottled", "FILL(api, 0) + projector + FILL(publisher, 0)"),
            "FunctionsThrottled: projector is not filled with 0 where it is missing",
        ),
        (
            lambda t: calculate(t, "FunctionsThrottled", "FILL(api, 0) + FILL(projector, 0) + FILL(publisher, REPEAT)"),
            "FunctionsThrottled: publisher is not filled with 0 where it is missing",
        ),
        (
            lambda t: calculate(t, "FunctionsThrottled", "FILL(api, 0) + FILL(projector, 0)"),
            "FunctionsThrottled does not read publisher",
        ),
        (lambda t: properties(t, "TablesThrottled").update(TreatMissingData="ignore"), "TablesThrottled sticks"),
        (lambda t: properties(t, "IndexesThrottled").pop("TreatMissingData"), "IndexesThrottled sticks"),
        (lambda t: add_metrics(t, "TablesThrottled", 4), "TablesThrottled has 11 metrics, more than 10"),
        (
            lambda t: properties(t, "RestAPIapiStage")["MethodSettings"][0].update(MetricsEnabled=True),
            "RestAPIapiStage counts by method what no alarm reads",
        ),
    ],
)
def test_an_alarm_that_helps_nobody_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(alarms.faults(template))
    assert any(fault in one for one in found), found
