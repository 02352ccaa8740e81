"""What must hold of the template that is deployed, and what no linter notices."""

from collections.abc import Mapping
from typing import Any

from infra import permissions
from infra.checks import (
    alarms,
    api,
    backup,
    data,
    dimensions,
    edge,
    emitted,
    firewall,
    functions,
    mappings,
    references,
    schedules,
    secrets,
)

_SUBJECTS = (
    references,
    permissions,
    mappings,
    functions,
    schedules,
    data,
    backup,
    secrets,
    alarms,
    emitted,
    dimensions,
    api,
    firewall,
    edge,
)


def faults(template: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a translated template, as CloudFormation carries it out: nothing where all holds.

    Raises:
        ValueError: the template is not translated, and what SAM makes of it would go unseen.
    """
    untranslated = [name for name, resource in template["Resources"].items() if "Serverless" in resource["Type"]]
    if untranslated:
        raise ValueError(f"not translated: {', '.join(untranslated)}")
    return [fault for subject in _SUBJECTS for fault in subject.faults(template)]
