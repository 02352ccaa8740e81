"""`leads`: fetch the leads of Meta's forms that no webhook brought."""

from typing import Annotated

import msgspec
import typer

from chalicelib.api.responses import moment
from chalicelib.webhooks.leads.reconciliation import WINDOW_MS, Reconciled
from ops.console import answer, note, show
from ops.installation import connect, require_accounts, require_parking_key, require_pepper
from ops.options import AsJson
from ops.times import read_time

NEEDED = ("events_table", "receipts_table", "contacts_table", "names_table", "parked_table", "registry_table")

Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Leads since when, with an offset: 2026-06-01T09:00+05:00. A day if not given."),
]

app = typer.Typer(help="Fetch the leads of Meta's forms that no webhook brought.", no_args_is_help=True)


@app.callback()
def leads() -> None:
    """Let `reconcile` be a command by its name, though it is the only one."""


@app.command("reconcile")
def reconcile(*, since: Since = None, as_json: AsJson = False) -> None:
    """Read the leads of every form of Meta's whose campaign is open, and record those that are not, each once.

    Example: `bin/qaiyrym leads reconcile --since 2026-06-01T09:00+05:00`

    The deployed system does so each hour for the last day; this is for longer, after an outage. Ends with 1 where a
    form could not be read, with the fault.
    """
    services = connect(*NEEDED)
    require_pepper(services)
    require_parking_key()
    require_accounts(services)
    beginning = services.now() - WINDOW_MS if since is None else read_time(since)
    found = list(services.lead_reconciler.reconcile(beginning))
    if as_json:
        answer(found)
    else:
        columns = ("page", "form", "leads", "recorded", "parked", "missed", "fault")
        show(f"Leads since {moment(beginning)}", columns, map(_row, found))
        note(f"{sum(form.recorded for form in found):,} leads are recorded that were not")
    if any(form.fault for form in found):
        raise typer.Exit(1)


def _row(form: Reconciled) -> tuple[object, ...]:
    return msgspec.structs.astuple(form)
