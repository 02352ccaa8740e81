from typing import Any

import pytest

from infra.checks import emitted
from tests.infra.checks.parts import Spoil, Template, properties


def listen(template: Template, alarm: str, metric: str) -> None:
    properties(template, alarm).update(MetricName=metric)


def second_metric(template: Template, alarm: str) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, alarm)["Metrics"][1]["MetricStat"]["Metric"]
    return found


def test_what_each_function_writes_is_read_from_its_code() -> None:
    written = emitted.written()

    assert written["Auditor"] == {"Drift"}
    assert written["Projector"] == {"SetAside"}
    assert written["LeadWorker"] >= {"Accepted", "Parked"}
    assert written["Sweeper"] >= {"Swept", "Unshown", "Published", "Accepted", "SetAside"}
    assert written["Retention"] == frozenset()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: listen(t, "TotalsDrift", "Drifts"), "TotalsDrift listens to Drifts, which nothing writes"),
        (
            lambda t: t["Resources"].pop("AuditorOfHours"),
            "TotalsDrift listens to Drift: Auditor writes it, and nothing invokes that",
        ),
        (
            lambda t: second_metric(t, "PublishSilent").update(MetricName="Taken"),
            "PublishSilent listens to Taken, which nothing writes",
        ),
        (
            lambda t: t["Resources"].pop("SweeperOfMinutes"),
            "SweepSilent listens to Swept: Sweeper writes it, and nothing invokes that",
        ),
        (
            lambda t: listen(t, "LeadsDead", "ApproximateNumberOfMessages"),
            "LeadsDead listens to ApproximateNumberOfMessages, which is not known of AWS/SQS",
        ),
        (
            lambda t: properties(t, "ApiFails").update(Namespace="AWS/Gateway"),
            "ApiFails listens to 5XXError, which is not known of AWS/Gateway",
        ),
    ],
)
def test_an_alarm_on_what_nothing_emits_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    assert fault in list(emitted.faults(template))


def test_what_one_of_two_writers_still_writes_can_be_listened_to(template: Template) -> None:
    for mapping in ("PublisherOfStates", "PublisherOfCampaigns", "PublisherOfNames"):
        template["Resources"].pop(mapping)

    assert list(emitted.faults(template)) == []


def test_parked_deliveries_are_told_of_though_only_the_api_takes_them(template: Template) -> None:
    template["Resources"].pop("LeadWorkerOfLeads")
    assert list(emitted.faults(template)) == []

    template["Resources"].pop("LeadReconcilerOfHours")
    for name in [n for n, r in template["Resources"].items() if r["Type"] == "AWS::Lambda::Permission"]:
        template["Resources"].pop(name)
    assert any(fault.startswith("ManyParked listens to Parked") for fault in emitted.faults(template))
