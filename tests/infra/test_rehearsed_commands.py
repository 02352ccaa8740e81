"""Which commands of `ops` are rehearsed on a stack."""

import inspect

import pytest

from infra.rehearsal import commands as rehearsed
from ops.__main__ import commands

ON_ONE_MACHINE = {"demo"}
"""Commands that start a system of their own."""


@pytest.mark.parametrize("command", sorted(commands().keys() - ON_ONE_MACHINE))
def test_every_command_asks_the_rehearsed_stack(command: str) -> None:
    assert f'"{command}"' in inspect.getsource(rehearsed)
