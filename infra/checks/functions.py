"""What every function has, and that none is given a secret in clear."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra import permissions


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield functions that are not traced, log for ever, or have a secret in clear."""
    resources = template["Resources"]
    for name in permissions.CALLED:
        properties = resources.get(name, {}).get("Properties", {})
        if properties.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{name} is not traced"
        group = properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        if resources.get(group, {}).get("Properties", {}).get("RetentionInDays") is None:
            yield f"{name} logs for ever"
        for variable, value in properties.get("Environment", {}).get("Variables", {}).items():
            if variable in ("PEPPER", "PARKING_KEY") and "{{resolve:secretsmanager:" not in str(value):
                yield f"{name} has {variable} in clear"
