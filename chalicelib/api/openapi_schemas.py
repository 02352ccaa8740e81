"""Schemas as programs read them that make clients of them: what they say is what the types that validate say."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Json = Mapping[str, JsonValue]
"""A JSON object; nobody changes one that is made."""

_AT_THE_END = r"(?!\n)"
"""Only Python needs it behind `$`, and not every reader of regular expressions can look ahead."""


def components(
    types: Iterable[type[msgspec.Struct]], conditions: Mapping[type[msgspec.Struct], Json]
) -> tuple[Mapping[type[msgspec.Struct], Json], Json]:
    """Return a reference to each of some types, and the schemas that these lead to by their names.

    `conditions` say more of some types than the types say.
    """
    given = list(types)
    refs, schemas = msgspec.json.schema_components(given, ref_template="#/components/schemas/{name}")
    more = {one.__name__: condition for one, condition in conditions.items()}
    return dict(zip(given, refs, strict=True)), {
        name: {**schema(one), **more.get(name, {})} for name, one in schemas.items()
    }


def schema_of(shape: object) -> Json:
    """Return the schema of a type that validates, or of what is JSON Schema already."""
    return schema(shape if isinstance(shape, Mapping) else msgspec.json.schema(shape))


def schema(given: Json) -> Json:
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


def _part(name: str, value: JsonValue) -> JsonValue:
    if name == "pattern":
        return str(value).replace(_AT_THE_END, "").replace('\\"', '"').replace('"', r"\x22")
    if name == "properties" and isinstance(value, Mapping):
        return {member: _inner(one) for member, one in value.items()}
    if name in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(value, Sequence):
        return [_inner(one) for one in value]
    if name == "items" and value is False:
        # How many there may be is said by their number; readers want a schema of each.
        return {}
    return _inner(value) if name in ("items", "additionalProperties") else value


def _inner(value: JsonValue) -> JsonValue:
    return schema(value) if isinstance(value, Mapping) else value
