"""What commands print: the answer on stdout, everything that leads to it on stderr.

Much of it was written by strangers: no control character of theirs reaches a terminal, and no markup is read.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from chalicelib.projections.log_scan import Tell

_FILE_WIDTH = 160
"""Columns of a table where no terminal says how many there are."""


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.completed:,.0f}, {task.speed or 0:,.0f} a second")


def printable(text: str) -> str:
    """Return a text in which characters that steer a terminal, or turn the order of others round, are escaped.

    In JSON it says the same as before: there they stand in strings alone, and are escaped as JSON does.
    """
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def note(text: str) -> None:
    """Say what goes on, what is waited for, or what is wrong."""
    sys.stderr.write(f"{printable(text)}\n")
    sys.stderr.flush()


def answer(value: Any) -> None:
    """Print an answer for machines, as JSON."""
    print(printable(msgspec.json.format(msgspec.json.encode(value)).decode()))


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, to_stderr: bool = False) -> None:
    """Print a table: numbers to the right, with thousands; truths as yes and no, lists with commas, None as nothing."""
    console = Console(stderr=to_stderr)
    if not console.is_terminal:
        console = Console(stderr=to_stderr, width=_FILE_WIDTH)
    # Without titles it is told of one thing, member by member: there no numbers stand below each other.
    table = Table(show_header=any(columns))
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value, in_column=table.show_header) for value in row))
    console.print(Text(printable(title)), table, sep="\n")


def confirm(consequence: str, *, yes: bool) -> None:
    """Ask whether to go on with what has a consequence.

    Raises:
        Abort: the answer is no, or there is nobody to ask.
    """
    if yes:
        return
    # `typer.confirm` prints a space of its prompt on stdout, where only the answer belongs.
    sys.stderr.write(f"{printable(consequence)} Go on? [y/N]: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool) -> Iterator[Tell]:
    """Show how much of `total` is done and how fast, on a terminal; yield what is told of each step."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), _RateColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        # What is waited for before the first step is no part of the rate.
        task = bar.add_task(what, total=total or None, start=False)

        def tell(count: int) -> None:
            bar.start_task(task)
            bar.advance(task, count)

        yield tell


def _cell(value: object, *, in_column: bool) -> Text:
    if isinstance(value, int) and not isinstance(value, bool):
        return Text(f"{value:,}", justify="right" if in_column else None)
    return Text(printable(_text(value)))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value)
