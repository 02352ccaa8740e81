"""What operators do: campaigns, forms, tokens and decisions over the API, audits and rebuilds on the tables.

    bin/qaiyrym campaign show 2026
    bin/qaiyrym review groups 2026 --stage prod
    bin/qaiyrym audit 2026

The exit code is 0 where all is well, 1 where something differs or is declined, 2 where a command cannot do what it was
asked to, and 3 where it has to be started again.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

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
from ops import (
    acts,
    audit,
    campaign,
    contacts,
    erase,
    export,
    form,
    generations,
    leads,
    names,
    parked,
    participation,
    rebuild,
    review,
    secret,
    status,
    token,
    totals,
    trail,
)
from ops.api_client import RefusedByApi
from ops.console import note
from ops.dashed_ids import guarded
from ops.errors import CannotRun
from ops.rehearse import command as rehearse
from ops.rehearse import demo
from ops.report import command as report

PROGRAM = "python -m ops"

_HELP = """Qaiyrym's operators' commands: run a campaign over the API, and look after its log and read models.

Which API: that of `--stage`, else `QAIYRYM_URL`, else the local system (`make run`). Which token: `QAIYRYM_TOKEN`, else
the local system's own, else it is asked for. Commands on tables need their names and AWS credentials instead.

docs/operators.md lists the commands, docs/runbook.md says when each is needed.
"""

ON_AIR = "Campaigns, over the API"
TABLES = "Log and read models, on the tables"

app = typer.Typer(
    name=PROGRAM,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command("status", rich_help_panel=ON_AIR)(status.run)
app.add_typer(campaign.app, name="campaign", rich_help_panel=ON_AIR)
app.add_typer(form.app, name="form", rich_help_panel=ON_AIR)
app.add_typer(parked.app, name="parked", rich_help_panel=ON_AIR)
app.add_typer(review.app, name="review", rich_help_panel=ON_AIR)
app.add_typer(acts.app, name="acts", rich_help_panel=ON_AIR)
app.add_typer(names.app, name="names", rich_help_panel=ON_AIR)
app.add_typer(participation.app, name="participation", rich_help_panel=ON_AIR)
app.command("erase", rich_help_panel=ON_AIR)(erase.run)
app.add_typer(token.app, name="token", rich_help_panel=ON_AIR)
app.command("trail", rich_help_panel=ON_AIR)(trail.run)
app.command("report", rich_help_panel=ON_AIR)(report.run)
app.command("rehearse", rich_help_panel=ON_AIR)(rehearse.run)
app.command("demo", rich_help_panel=ON_AIR)(demo.run)
app.command("audit", rich_help_panel=TABLES)(audit.run)
app.command("rebuild", rich_help_panel=TABLES)(rebuild.run)
app.command("generations", rich_help_panel=TABLES)(generations.run)
app.command("remove-generation", rich_help_panel=TABLES)(generations.remove)
app.command("totals", rich_help_panel=TABLES)(totals.run)
app.command("export", rich_help_panel=TABLES)(export.run)
app.command("contacts", rich_help_panel=TABLES)(contacts.run)
app.add_typer(leads.app, name="leads", rich_help_panel=TABLES)
app.add_typer(secret.app, name="secret", rich_help_panel=TABLES)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code. What is wrong is said on stderr."""
    code = _run(arguments)
    return code if _is_read() else 1


def _is_read() -> bool:
    """Whether all that was printed is read: who pipes it into `head` has enough before the end.

    Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _run(arguments: list[str]) -> int:
    try:
        command_tree().main(guarded(arguments, command_tree()), prog_name=_program(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)
    except (CannotRun, RefusedByApi) as error:
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


@cache
def command_tree() -> Any:
    """Return all commands, as Click knows them."""
    return typer.main.get_command(app)


def commands() -> dict[str, Any]:
    """Return every command by the words that call it, as `acts list`."""
    return dict(_commands_of(command_tree()))


def _commands_of(command: Any, *words: str) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield " ".join(words), command
        return
    for word, inner in command.commands.items():
        yield from _commands_of(inner, *words, word)


def _program(arguments: list[str]) -> str:
    """Return the word that commands are called by, which a shell has to have to complete them.

    Raises:
        CannotRun: completion is asked for, and there is none.
    """
    word = os.environ.get("OPS_PROGRAM", PROGRAM)
    if word == PROGRAM and arguments and arguments[0].startswith(("--install-completion", "--show-completion")):
        raise CannotRun(f"a shell completes a word and not `{PROGRAM}`: bin/qaiyrym {arguments[0]}")
    return word


def _failed(code: int, text: str) -> int:
    note(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
