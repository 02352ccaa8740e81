from typing import Any

import pytest

from infra.checks import dimensions
from tests.infra.checks.parts import Spoil, Template, properties


def by(template: Template, alarm: str, **named: Any) -> None:
    properties(template, alarm)["Dimensions"] = [{"Name": name, "Value": value} for name, value in named.items()]


def test_alarms_listen_by_what_the_template_has(template: Template) -> None:
    assert list(dimensions.faults(template)) == []


@pytest.mark.parametrize(
    ("spoil", "alarm"),
    [
        (lambda t: by(t, "ProjectorLate", FunctionName={"Ref": "EventsTable"}), "ProjectorLate"),
        (lambda t: by(t, "ProjectorLate", FunctionName={"Fn::GetAtt": ["Projector", "Arn"]}), "ProjectorLate"),
        (lambda t: by(t, "ProjectorLate", Function={"Ref": "Projector"}), "ProjectorLate"),
        (lambda t: by(t, "ProjectorLate", FunctionName={"Ref": "Projector"}, Resource="live"), "ProjectorLate"),
        (lambda t: by(t, "LeadsDead", QueueName={"Ref": "LeadsDeadQueue"}), "LeadsDead"),
        (lambda t: by(t, "LeadsDead"), "LeadsDead"),
        (lambda t: by(t, "ApiFails", ApiName={"Ref": "RestAPI"}, Stage="api"), "ApiFails"),
        (lambda t: properties(t, "RestAPI").update(Name="other"), "ApiFails"),
        (lambda t: by(t, "PublishAge", stage={"Ref": "AWS::StackName"}), "PublishAge"),
        (lambda t: by(t, "PublishAge", stage={"Ref": "Stage"}, source="api"), "PublishAge"),
        (lambda t: properties(t, "ActsTable")["GlobalSecondaryIndexes"].pop(0), "IndexesThrottled"),
    ],
)
def test_an_alarm_that_listens_by_other_dimensions_is_noticed(template: Template, spoil: Spoil, alarm: str) -> None:
    spoil(template)

    assert [fault.split()[0] for fault in dimensions.faults(template)] == [alarm]
