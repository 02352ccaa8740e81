"""Everything that the template refers to is in it, and can be made one after the other."""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

Template = Mapping[str, Any]

_PSEUDO = re.compile(r"AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)")
_SUBSTITUTED = re.compile(r"\$\{([^!}][^}]*)\}")


def faults(template: Template) -> Iterator[str]:
    """Yield what is referred to and not there, and resources that wait for each other."""
    known = {*template["Resources"], *template.get("Parameters", {})}
    for resource, name in _references(template):
        if name.partition(".")[0] not in known and not _PSEUDO.fullmatch(name):
            yield f"{resource} refers to {name}, which is not there"
    try:
        TopologicalSorter(awaited(template)).prepare()
    except CycleError as error:
        yield f"{' waits for '.join(reversed(error.args[1]))}"


def awaited(template: Template) -> Mapping[str, set[str]]:
    """Return by resource the others that have to be made before it.

    docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    """
    resources = template["Resources"]
    return {
        name: {found.partition(".")[0] for found in _named(content, frozenset())} & resources.keys()
        for name, content in resources.items()
    }


def _references(template: Template) -> Iterator[tuple[str, str]]:
    for section in ("Resources", "Outputs"):
        for name, content in template.get(section, {}).items():
            yield from ((name, reference) for reference in _named(content, frozenset()))


def _named(value: Any, local: frozenset[str]) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            yield from (name for name in _SUBSTITUTED.findall(text) if name not in local)
        case {"Fn::Sub": [str(text), dict(values)]}:
            yield from (name for name in _SUBSTITUTED.findall(text) if name not in values)
            yield from _named(list(values.values()), local)
        case dict():
            names = value.get("DependsOn", [])
            yield from [names] if isinstance(names, str) else names
            for item in value.values():
                yield from _named(item, local)
        case list():
            for item in value:
                yield from _named(item, local)
