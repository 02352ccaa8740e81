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
    metrics(template, alarm).extend({"Id": id_, "MetricStat": {}} for id_ in ids)
    calculate(template, alarm, " + ".join(f"FILL({id_}, 0)" for id_ in ids))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "ApiFails").pop("AlarmActions"), "ApiFails tells nobody"),
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
