import pytest

from infra import checks
from tests.infra.checks.parts import Template


def test_the_deployed_template_is_as_it_must_be(deployed: Template) -> None:
    assert checks.faults(deployed) == []


def test_a_fault_of_any_subject_is_told(template: Template) -> None:
    template["Resources"]["ApiFails"]["Properties"].pop("AlarmActions")
    template["Resources"]["ApiLogs"]["Properties"].pop("RetentionInDays")

    assert checks.faults(template) == ["APIHandler logs for ever", "ApiFails tells nobody"]


def test_a_template_that_sam_has_still_to_translate_is_refused(packaged: Template) -> None:
    with pytest.raises(ValueError, match="not translated: APIHandler"):
        checks.faults(packaged)
