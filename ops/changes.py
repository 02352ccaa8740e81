"""What differs between two states of something, member by member."""

from collections.abc import Mapping, Sequence
from typing import Any

_KEYS = ("id", "metric", "url")
"""By what entries of a list are told apart, as far as they have it."""


NOTHING = "null"


def flat(value: Any, name: str = "") -> dict[str, Any]:
    """Return the parts of a JSON value by their names, `limits.form.acts` say; an empty object or list is none."""
    if isinstance(value, Mapping):
        parts = {str(key): part for key, part in value.items()}
    elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(one, Mapping) for one in value):
        parts = dict(_keyed(one, index) for index, one in enumerate(value))
    elif value in ([], ()):
        return {}
    else:
        return {name: value}
    found: dict[str, Any] = {}
    for key, part in parts.items():
        found |= flat(part, f"{name}.{key}" if name else key)
    return found


def changes(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """Return each part that differs: its name, what it was, and what it is.

    None where there is no such part, and `NOTHING` where it is null.
    """
    old, new = (_with_nulls(flat(value)) for value in (before, after))
    return [(name, old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)]


def _with_nulls(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: NOTHING if value is None else value for name, value in parts.items()}


def _keyed(entry: Any, index: int) -> tuple[str, Any]:
    if isinstance(entry, Mapping):
        for key in _KEYS:
            if key in entry:
                # A metric has a goal for each region, too.
                among = [key, "region"] if key == "metric" and "region" in entry else [key]
                label = "@".join(str(entry[one]) for one in among)
                return label, {name: part for name, part in entry.items() if name not in among}
    return str(index + 1), entry
