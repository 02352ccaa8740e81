"""What is wrong with a request, field by field.

Every fault of a request is found, not only the first; texts for people are made elsewhere from `code` and `values`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Literal, Never, TypeAlias, TypeVar, Union, cast, get_args, get_origin
from urllib.parse import quote

import msgspec

_Shape = TypeVar("_Shape", bound=msgspec.Struct)

_LARGEST_WHOLE = 2**53
"""Up to here every whole number has a float of its own."""

_PLAIN_IN_FRAGMENTS = "!$&'()*+,;=:@/?~"
"""What stands as it is in a fragment beside letters, digits and `-._` (RFC 3986, section 3.5)."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong at `pointer`, a JSON pointer in URI fragment form (RFC 6901, section 6)."""

    pointer: str
    code: str
    values: Mapping[str, str] = {}


Rule: TypeAlias = Callable[[Never, str], Iterator[Fault]]
"""Yields what is wrong with a value at a pointer: each rule takes values of its own type alone."""


class Rules(msgspec.Struct, frozen=True):
    """What a well-shaped value must mean.

    `values` is by the fault name of the value's type, `objects` by request type.
    """

    values: Mapping[str, Rule] = {}
    objects: Mapping[type[msgspec.Struct], Rule] = {}


class Invalid(Exception):
    """A request with faults; nothing was done."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.faults = faults


def read(shape: type[_Shape], raw: object, rules: Rules) -> _Shape:
    """Return a request of the given shape that keeps the given rules.

    Raises:
        Invalid: with a fault for each field that is unknown, missing, misshapen or against a rule.
    """
    try:
        given = _with_whole_numbers(raw)
    except RecursionError:
        # No shape is so deep: the member that is tells its fault by itself.
        given = raw
    found = tuple(_object_faults(shape, given, "#", rules))
    if found:
        raise Invalid(found)
    return msgspec.convert(given, shape)


def _with_whole_numbers(value: object) -> object:
    """Return a value in which what is a whole number is one, also where it is written as `5.0`.

    Source: https://json-schema.org/draft/2020-12/json-schema-validation#section-6.1.1
    """
    if isinstance(value, Mapping):
        return {name: _with_whole_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_WHOLE else value


def child(pointer: str, name: str) -> str:
    """Return the pointer to a member of the object at `pointer`."""
    return f"{pointer}/{quote(name.replace('~', '~0').replace('/', '~1'), safe=_PLAIN_IN_FRAGMENTS)}"


def rule_faults(rule: Rule, value: object, pointer: str) -> Iterator[Fault]:
    """Return what a rule finds at a pointer; the value is of the type that the rule takes."""
    return cast("Callable[[object, str], Iterator[Fault]]", rule)(value, pointer)


def _object_faults(shape: type[msgspec.Struct], raw: object, pointer: str, rules: Rules) -> Iterator[Fault]:
    if not isinstance(raw, Mapping):
        yield Fault(pointer, "object")
        return
    found = False
    for fault in _member_faults(shape, raw, pointer, rules):
        found = True
        yield fault
    rule = rules.objects.get(shape)
    if rule is not None and not found:
        yield from rule_faults(rule, msgspec.convert(raw, shape), pointer)


def _member_faults(
    shape: type[msgspec.Struct], raw: Mapping[str, object], pointer: str, rules: Rules
) -> Iterator[Fault]:
    fields = _fields(shape)
    for name in raw:
        if name not in fields:
            yield Fault(child(pointer, name), "unknown_field")
    for name, field in fields.items():
        if name in raw:
            yield from _value_faults(_type_of(field.type, raw[name]), raw[name], child(pointer, name), rules)
        elif field.required:
            yield Fault(child(pointer, name), "required")


@cache
def _fields(shape: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def _value_faults(hint: object, value: object, pointer: str, rules: Rules) -> Iterator[Fault]:
    if hint is None:
        return
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield from _object_faults(hint, value, pointer, rules)
        return
    item = _item_type(hint)
    if item is not None and isinstance(value, list) and len(value) <= _max_items(hint):
        for index, entry in enumerate(value):
            yield from _object_faults(item, entry, f"{pointer}/{index}", rules)
        return
    try:
        converted = msgspec.convert(value, hint)
    except msgspec.ValidationError:
        yield _misshapen(hint, pointer)
        return
    rule = rules.values.get(_fault_name(hint))
    if rule is not None:
        yield from rule_faults(rule, converted, pointer)


def _misshapen(hint: object, pointer: str) -> Fault:
    if get_origin(hint) is Literal:
        return Fault(pointer, "choice", {"choices": ", ".join(get_args(hint))})
    if _item_type(hint) is not None:
        return Fault(pointer, "list", {"max": str(_max_items(hint))})
    return Fault(pointer, _fault_name(hint))


def _type_of(declared: object, value: object) -> object:
    """Return the type that a value has to be of; None for a null where null is allowed."""
    if get_origin(declared) not in (Union, UnionType):
        return declared
    parts = get_args(declared)
    if value is None and type(None) in parts:
        return None
    return next(part for part in parts if part not in (type(None), msgspec.UnsetType))


def _metas(hint: object) -> Iterator[msgspec.Meta]:
    return (meta for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, msgspec.Meta))


def _fault_name(hint: object) -> str:
    return next((str(meta.extra["fault"]) for meta in _metas(hint) if meta.extra), "value")


def _max_items(hint: object) -> int:
    return next(meta.max_length for meta in _metas(hint) if meta.max_length is not None)


def _item_type(hint: object) -> type[msgspec.Struct] | None:
    inner = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    item = get_args(inner)[0] if get_origin(inner) is list else None
    return item if isinstance(item, type) and issubclass(item, msgspec.Struct) else None
