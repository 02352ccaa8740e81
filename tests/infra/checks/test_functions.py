import pytest

from infra.checks import functions
from tests.infra.checks.parts import Spoil, Template, properties


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "Publisher").update(TracingConfig={"Mode": "PassThrough"}), "Publisher is not traced"),
        (lambda t: properties(t, "ApiLogs").pop("RetentionInDays"), "APIHandler logs for ever"),
        (lambda t: properties(t, "APIHandler")["Environment"]["Variables"].update(PEPPER="a"), "has PEPPER in clear"),
    ],
)
def test_a_function_that_lacks_what_every_function_has_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(functions.faults(template))
    assert any(fault in one for one in found), found
