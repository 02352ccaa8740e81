"""What operators do outside the API: audit, rebuild and export, contacts and tokens.

    python -m ops audit 2026
    python -m ops rebuild 2026
    python -m ops totals 2026 --at 2026-06-01T12:00:00+05:00
    python -m ops contacts 2026 > contacts.csv

Works on the tables that the environment names, with the credentials at hand; for the local system
`.local/functions.env` has them. The exit code is 0 where all is well, 1 where something differs or is declined, 2 where
a command cannot do what it was asked to, and 3 where it has to be started again.
"""

import sys

import typer
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.eventlog.codec import Undecodable
from chalicelib.eventlog.transactions import Congested
from chalicelib.projections.engine import StateContended
from chalicelib.projections.log_scan import Stopped
from chalicelib.projections.rebuild import GenerationVoid, NotProjected
from chalicelib.projections.scan_progress import ScanContended
from chalicelib.registry import GenerationShown, GenerationUnfed, RegistryConflict
from ops import audit, contacts, export, form, generations, go_live, hooks, leads, rebuild, token, totals
from ops.console import note
from ops.errors import CannotRun

app = typer.Typer(
    name="python -m ops",
    help="Qaiyrym's operators' commands. docs/runbook.md says when each is needed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command("audit")(audit.run)
app.command("rebuild")(rebuild.run)
app.command("go-live")(go_live.run)
app.command("generations")(generations.run)
app.command("remove-generation")(generations.remove)
app.command("totals")(totals.run)
app.command("export")(export.run)
app.command("contacts")(contacts.run)
app.command("hooks")(hooks.run)
app.add_typer(leads.app, name="leads")
app.add_typer(token.app, name="token")
app.add_typer(form.app, name="form")


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code. What is wrong is said on stderr."""
    try:
        app(arguments, prog_name="python -m ops")
    except SystemExit as ended:
        return int(ended.code or 0)
    except CannotRun as error:
        return _failed(2, str(error))
    except Undecodable as unreadable:
        return _failed(2, f"the log holds what this release cannot read: {unreadable}")
    except GenerationVoid as void:
        return _failed(3, f"{void}. Nothing was changed: start it again")
    except NotProjected:
        return _failed(3, "the projector stands still, and what it has not projected cannot be waited for any longer")
    except (GenerationShown, GenerationUnfed) as refused:
        return _failed(2, f"{refused}. Nothing was changed")
    except ScanContended:
        return _failed(2, "another run is at it: let it, or end it and start again")
    except (RegistryConflict, StateContended, Congested, Stopped):
        return _failed(2, "others kept changing the same items: start it again")
    except (BotoCoreError, ClientError, PynamoDBException) as fault:
        return _failed(2, f"AWS does not do what is asked: {fault}")
    return 0


def _failed(code: int, text: str) -> int:
    note(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
