"""Merge patches of JSON (RFC 7396)."""

from collections.abc import Mapping


def merged(target: object, patch: object) -> object:
    """Return what a patch makes of a JSON value: objects are merged, null takes a member away, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
