from typing import Any

import pytest

from infra.checks import functions
from tests.infra.checks.parts import Spoil, Template, properties


def variables(template: Template, function: str) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, function)["Environment"]["Variables"]
    return found


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "Publisher").update(TracingConfig={"Mode": "PassThrough"}), "Publisher is not traced"),
        (lambda t: properties(t, "ApiLogs").pop("RetentionInDays"), "APIHandler logs for ever"),
        (
            lambda t: properties(t, "Sweeper").update(Runtime="python3.11"),
            "Sweeper runs on python3.11, and what it runs",
        ),
        (
            lambda t: properties(t, "Projector").pop("RuntimeManagementConfig"),
            "Projector cannot be kept on a build of its runtime",
        ),
        (lambda t: variables(t, "APIHandler").update(PEPPER="a"), "APIHandler has a secret in PEPPER"),
        (lambda t: variables(t, "Auditor").update(PARKING_KEY="a"), "Auditor has a secret in PARKING_KEY"),
        (
            lambda t: variables(t, "LeadWorker").update(KEY={"Fn::Sub": "{{resolve:secretsmanager:${Pepper}}}"}),
            "LeadWorker has a secret in KEY",
        ),
        (
            lambda t: variables(t, "LeadWorker").pop("PARKING_KEY_VERSION"),
            "LeadWorker does not read ParkingKey in the version that is deployed",
        ),
        (
            lambda t: variables(t, "APIHandler").update(PEPPER_VERSION=""),
            "APIHandler does not read Pepper in the version that is deployed",
        ),
        (
            lambda t: variables(t, "Retention").update(PEPPER_SECRET={"Ref": "ParkingKey"}),
            "Retention does not read Pepper in the version that is deployed",
        ),
        (
            lambda t: variables(t, "Sweeper").update(PEPPER_SECRET={"Ref": "Pepper"}),
            "Sweeper does not read Pepper in the version that is deployed",
        ),
    ],
)
def test_a_function_that_lacks_what_every_function_has_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(functions.faults(template))
    assert any(fault in one for one in found), found
