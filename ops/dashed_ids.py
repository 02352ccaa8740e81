"""Ids that begin with a dash: one in 64 does, and is no option."""

import re
from collections.abc import Sequence
from typing import Any

_ID = re.compile(r"-(?=[\w-]*[A-Z\d])[\w-]{7,}")
"""Ids are drawn, and have digits or capitals; no option has any."""


def guarded(arguments: Sequence[str], program: Any) -> list[str]:
    """Return the arguments of a program's command with ids that begin with a dash at their end, behind a `--`.

    What stands behind an option that takes a value is its value, and stays there.
    """
    valued = _options_with_value(arguments, program)
    others, ids = list[str](), list[str]()
    for before, argument in zip(("", *arguments), arguments, strict=False):
        is_id = "--" not in others and before not in valued and _ID.fullmatch(argument)
        (ids if is_id else others).append(argument)
    if not ids:
        return others
    return [*others, *ids] if "--" in others else [*others, "--", *ids]


def _options_with_value(arguments: Sequence[str], program: Any) -> set[str]:
    command = program
    for argument in arguments:
        if argument not in getattr(command, "commands", {}):
            break
        command = command.commands[argument]
    options = (part for part in command.params if part.param_type_name == "option" and not part.is_flag)
    return {name for option in options for name in option.opts}
