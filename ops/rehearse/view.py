"""What is seen of a rehearsal while it goes on: a table that stays in its place, or plain lines."""

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table

from ops.console import note
from ops.rehearse.documents import Viewer
from ops.rehearse.performance import Performance

REFRESH_SECONDS = 0.5
_LINES_EVERY_SECONDS = 10.0


class View:
    """Shows numbers: in place on a terminal, else as a line now and then; on stderr, where no answer belongs."""

    def __init__(self, title: str, live: Live | None) -> None:
        self._title = title
        self._live = live
        self._told_at = 0.0
        self.phase = "sends"

    async def keep(self, performance: Performance, viewer: Viewer) -> None:
        """Show how it stands, until cancelled."""
        while True:
            self._show({"": self.phase, **figures(performance, viewer)})
            await asyncio.sleep(REFRESH_SECONDS)

    def _show(self, told: Mapping[str, str]) -> None:
        if self._live is not None:
            self._live.update(_table(self._title, told))
        elif time.monotonic() - self._told_at >= _LINES_EVERY_SECONDS:
            self._told_at = time.monotonic()
            note(", ".join(f"{name} {value}" if name else str(value) for name, value in told.items()))


@contextmanager
def view(title: str, *, quiet: bool) -> Iterator[View | None]:
    """Yield a view for as long as it is looked at, None where nobody wants one."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
            yield View(title, live)
    else:
        note(title)
        yield View(title, None)


def figures(performance: Performance, viewer: Viewer) -> dict[str, str]:
    """Return how it stands in words: what was answered, what the counter shows, and how far that is behind."""
    ledger = performance.ledger
    behind = ledger.shown + (viewer.shown_before or 0) - viewer.shown
    return {
        "seconds": f"{time.time() - performance.began:,.0f}",
        "accepted": f"{performance.accepted:,}",
        "repeated": f"{performance.repeated:,}",
        "refused": f"{performance.refused:,}",
        "in review": f"{ledger.statuses['in_review']:,}",
        "withdrawn": f"{ledger.statuses['withdrawn']:,}",
        "rejected": f"{ledger.statuses['rejected']:,}",
        "unknown": f"{len(ledger.unknown):,}",
        "on air": f"{viewer.shown:,}",
        "lag now": f"{max(0, behind):,}",
        "epochs": ", ".join(map(str, sorted(viewer.epochs))) or "-",
    }


def _table(title: str, told: Mapping[str, str]) -> Table:
    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in told.items():
        table.add_row(name or "now", value)
    return table
