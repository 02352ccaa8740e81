"""Options that several commands have together."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, Signature, get_annotations, signature
from keyword import iskeyword
from typing import Any

Command = Callable[..., None]


def takes(argument: str, options: Mapping[str, Any]) -> Callable[[Command], Command]:
    """Return what gives a command options by their names, each annotated as Typer reads it.

    The command gets those that are given, by name, as its argument `argument`.
    """
    parameters = {f"{name}_" if iskeyword(name) else name: name for name in options}
    added = [
        Parameter(parameter, Parameter.KEYWORD_ONLY, default=None, annotation=options[name])
        for parameter, name in parameters.items()
    ]

    def give(command: Command) -> Command:
        own = signature(command, eval_str=True)

        @wraps(command)
        def run(**given: Any) -> None:
            found = {name: given.pop(parameter) for parameter, name in parameters.items()}
            command(**given, **{argument: {name: value for name, value in found.items() if value is not None}})

        others = [one for one in own.parameters.values() if one.name != argument]
        run.__signature__ = Signature([*others, *added])  # type: ignore[attr-defined]
        run.__annotations__ = {
            **{name: told for name, told in get_annotations(command, eval_str=True).items() if name != argument},
            **{one.name: one.annotation for one in added},
        }
        return run

    return give
