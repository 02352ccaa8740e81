"""Other tables in the place of those that a stack has, as after a restore: it keeps them as its own from then on.

CloudFormation changes no table for another one in place. So the stack lets go of its tables and names the others, then
imports them, then refers to them as before: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
import-resources-manually.html. While that is under way the template it began with lies beside the packages, and
whoever starts it again goes on from there.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from infra.stack import Plan, Resource, Stack, StackError, retained

Template = Mapping[str, Any]

TABLE = "AWS::DynamoDB::Table"


class ExistingTable(msgspec.Struct, frozen=True):
    """A table that exists, by what a template asks of one."""

    name: str
    arn: str
    stream_arn: str | None = None

    def attribute(self, name: str) -> str:
        """Return what `Fn::GetAtt` gives.

        Raises:
            StackError: the table has no such thing.
        """
        found = {"Arn": self.arn, "StreamArn": self.stream_arn}.get(name)
        if found is None:
            raise StackError(f"{self.name} has no {name}")
        return found


def adopt(stack: Stack, tables: Mapping[str, ExistingTable], tell: Callable[[str], None]) -> None:
    """Let a stack work on other tables and keep them; `tables` are those by logical ids. Can be repeated.

    What it had before stays where it is, and belongs to nobody.

    Raises:
        StackError: CloudFormation could not do it, and took back what it had begun.
    """
    whole = unfinished(stack) or stack.template(processed=True)
    if wrong := sorted(name for name in tables if whole["Resources"].get(name, {}).get("Type") != TABLE):
        raise StackError(f"{stack.name} has no table {', '.join(wrong)}")
    _keep(stack, whole)
    apart = without(whole, tables)
    stack.protect(())
    if not _has(stack, tables):
        if tables.keys() & stack.template()["Resources"].keys():
            _carry_out(stack, stack.plan_template(apart))
        tell("the functions work on the other tables")
        with_them = {
            **apart,
            "Resources": {**apart["Resources"], **{name: whole["Resources"][name] for name in tables}},
        }
        imported = [Resource(name, TABLE, table.name) for name, table in sorted(tables.items())]
        _carry_out(stack, stack.plan_template(with_them, imported=imported))
    tell("the stack has the other tables")
    _carry_out(stack, stack.plan_template(whole))
    stack.protect(retained(whole))
    stack.s3.delete_object(Bucket=stack.artifacts, Key=_key(stack))


def unfinished(stack: Stack) -> dict[str, Any] | None:
    """Return the template that a stack had when an adoption began which has not ended, None where there is none."""
    try:
        body = stack.s3.get_object(Bucket=stack.artifacts, Key=_key(stack))["Body"].read()
    except stack.s3.exceptions.NoSuchKey:
        return None
    found: dict[str, Any] = json.loads(body)
    return found


def without(template: Template, tables: Mapping[str, ExistingTable]) -> dict[str, Any]:
    """Return a template without some tables, in which everything that refers to one names another table."""
    resources = {name: resource for name, resource in template["Resources"].items() if name not in tables}
    named: dict[str, Any] = _named({**template, "Resources": resources}, tables)
    return named


def _named(value: Any, tables: Mapping[str, ExistingTable]) -> Any:
    match value:
        case {"Ref": str(name)} if name in tables:
            return tables[name].name
        case {"Fn::GetAtt": [str(name), str(attribute)]} if name in tables:
            return tables[name].attribute(attribute)
        case {"Fn::GetAtt": str(text)} if text.partition(".")[0] in tables:
            name, _, attribute = text.partition(".")
            return tables[name].attribute(attribute)
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _substituted(text, tables)}
        case {"Fn::Sub": [str(text), dict(given)]}:
            return {"Fn::Sub": [_substituted(text, tables), _named(given, tables)]}
        case dict():
            return {
                name: _depends(one, tables) if name == "DependsOn" else _named(one, tables)
                for name, one in value.items()
            }
        case list():
            return [_named(one, tables) for one in value]
        case _:
            return value


def _substituted(text: str, tables: Mapping[str, ExistingTable]) -> str:
    def named(found: re.Match[str]) -> str:
        name, _, attribute = found[1].partition(".")
        if name not in tables:
            return found[0]
        return tables[name].attribute(attribute) if attribute else tables[name].name

    return re.sub(r"\$\{([A-Za-z0-9.]+)\}", named, text)


def _depends(value: Any, tables: Mapping[str, ExistingTable]) -> list[str]:
    return [name for name in ([value] if isinstance(value, str) else value) if name not in tables]


def _has(stack: Stack, tables: Mapping[str, ExistingTable]) -> bool:
    resources = stack.resources()
    return all(resources.get(name) == table.name for name, table in tables.items())


def _carry_out(stack: Stack, plan: Plan | None) -> None:
    if plan is not None:
        stack.carry_out(plan)


def _keep(stack: Stack, template: Template) -> None:
    stack.s3.put_object(Bucket=stack.artifacts, Key=_key(stack), Body=json.dumps(template).encode())


def _key(stack: Stack) -> str:
    return f"adoptions/{stack.name}.json"
