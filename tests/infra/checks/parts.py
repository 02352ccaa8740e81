"""Parts of a template, to be spoilt."""

from collections.abc import Callable
from typing import Any

Template = dict[str, Any]
Spoil = Callable[[Template], object]


def properties(template: Template, name: str) -> dict[str, Any]:
    """Return the properties of a resource."""
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def index(template: Template, table: str, name: str) -> dict[str, Any]:
    """Return an index of a table."""
    by_name: dict[str, dict[str, Any]] = {
        one["IndexName"]: one for one in properties(template, table)["GlobalSecondaryIndexes"]
    }
    return by_name[name]
