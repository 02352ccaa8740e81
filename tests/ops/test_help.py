"""The help of every command, as somebody reads it who has never seen it."""

import re
import shlex
from typing import Any

from ops.__main__ import commands
from tests.every_case import every

PROGRAM = "bin/qaiyrym"
ALL = commands()


def examples(command: Any) -> list[list[str]]:
    """Return the words of each example behind the program's name, without what a shell does."""
    found = re.findall(rf"Example: `([^`]*{PROGRAM}[^`]*)`", command.help.replace("\n", " "))
    return [shlex.split(one.split(f"{PROGRAM} ", 1)[1].partition(" > ")[0]) for one in found]


@every(name=ALL)
def test_every_command_says_what_it_does_with_an_example_of_itself(name: str) -> None:
    (example,) = examples(ALL[name])

    assert len(ALL[name].help.split("\n\n")) >= 3, "what it does, an example, and what follows"
    assert " ".join(example[: len(name.split())]) == name


@every(name=ALL)
def test_every_example_can_be_typed(name: str) -> None:
    (example,) = examples(ALL[name])
    files = [parameter.name for parameter in ALL[name].params if parameter.name in ("file", "sample")]

    given = example[len(name.split()) :]
    if files:
        given = [__file__ if word.endswith((".yaml", ".json")) else word for word in given]
    context = ALL[name].make_context(name, given)

    assert not context.args


@every(name=ALL)
def test_every_argument_and_option_is_explained(name: str) -> None:
    unexplained = [parameter.name for parameter in ALL[name].params if not getattr(parameter, "help", None)]

    assert unexplained == []
