"""Schemas as programs read them that make clients of them: what they say is what the types that validate say."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

Json = dict[str, Any]

_AT_THE_END = r"(?!\n)"
"""Only Python needs it behind `$`, and not every reader of regular expressions can look ahead."""


def components(types: Iterable[Any]) -> tuple[dict[Any, Json], Json]:
    """Return a reference to each of some types, and the schemas that these lead to by their names."""
    given = list(types)
    refs, schemas = msgspec.json.schema_components(given, ref_template="#/components/schemas/{name}")
    return dict(zip(given, refs, strict=True)), {name: schema(one) for name, one in schemas.items()}


def schema(given: Mapping[str, Any]) -> Json:
    """Return a schema without defaults, which generators take for promises, and with patterns that all can quote.

    What stands in for a value that is left out is told in words.
    """
    told = {name: _part(name, value) for name, value in given.items() if name != "default"}
    default = given.get("default")
    # That nothing stands for what is left out needs no words.
    if default is not None and default is not False and default not in ("", [], {}):
        stands = f"{json.dumps(default, ensure_ascii=False)} unless given."
        told["description"] = f"{told['description']} {stands}" if "description" in told else stands
    return told


def _part(name: str, value: Any) -> Any:
    if name == "pattern":
        return value.replace(_AT_THE_END, "").replace('\\"', '"').replace('"', r"\x22")
    if name == "properties":
        return {member: schema(one) for member, one in value.items()}
    if name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        return [schema(one) for one in value]
    if name == "items" and value is False:
        # How many there may be is said by their number; readers want a schema of each.
        return {}
    if name in ("items", "additionalProperties") and isinstance(value, Mapping):
        return schema(value)
    return value
