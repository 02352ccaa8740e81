"""What the programs here say to who runs them, and what they ask."""

import sys
from collections.abc import Iterable, Sequence

_FILE_WIDTH = 160
"""Columns of a table where no terminal says how many there are."""


def say(text: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write a line about what is wrong."""
    sys.stderr.write(f"{text}\n")


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(Text(title), table, sep="\n")
    sys.stdout.flush()


def is_agreed(question: str) -> bool:
    """Ask, and return whether the answer is yes; nobody to answer is no."""
    sys.stdout.write(f"{question} [y/N]: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
