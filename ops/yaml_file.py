"""Files that people write: YAML of the plain kind, of which JSON is a part."""

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, ScalarNode

from ops.errors import CannotRun


class _Loader(yaml.SafeLoader):
    """Reads texts as texts but for null, true, false and numbers, as the core schema of YAML 1.2 does.

    That of YAML 1.1 makes true of `yes`, 750 of `12:30` and eight of `010`.
    """

    yaml_implicit_resolvers = {}  # noqa: RUF012 - as the class that it is of has it


def _mapping(loader: _Loader, node: MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise ConstructorError(None, None, "a name has to be a text", key.start_mark)
        if key.value in found:
            raise ConstructorError(None, None, f"{key.value} stands there twice", key.start_mark)
        found[key.value] = loader.construct_object(value, deep=True)
    return found


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_pattern})$"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_objects(path: Path) -> list[dict[str, Any]]:
    """Return the objects in a file, `-` for stdin: one, several parted by `---`, or a list of them.

    Raises:
        CannotRun: it cannot be read, or holds something else.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        documents = [one for one in yaml.load_all(text, _Loader) if one is not None]
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotRun(f"{path} cannot be read: {fault}") from None
    except yaml.MarkedYAMLError as fault:
        line = "" if fault.problem_mark is None else f", line {fault.problem_mark.line + 1}"
        raise CannotRun(f"{path}{line}: {fault.problem}") from None
    except yaml.YAMLError as fault:
        raise CannotRun(f"{path}: {fault}") from None
    found = [entry for one in documents for entry in (one if isinstance(one, list) else [one])]
    if not found or not all(isinstance(entry, dict) for entry in found):
        raise CannotRun(f"{path}: what is there is no object, as `campaign: 2026` is one")
    return found


def read_object(path: Path) -> dict[str, Any]:
    """Return the one object in a file, `-` for stdin.

    Raises:
        CannotRun: it cannot be read, or holds something else.
    """
    found = read_objects(path)
    if len(found) > 1:
        raise CannotRun(f"{path}: there are {len(found)} objects, and one is wanted")
    return found[0]
