"""`parked`: what came and could not be recorded: see it, replay it, discard it."""

from collections import Counter
from itertools import islice
from typing import Annotated

import typer

from ops.api_client import api_path, connect_api
from ops.changes import flat
from ops.console import answer, confirm, note, progress, show
from ops.errors import CannotRun
from ops.options import AsJson, Limit, Stage, Why, Yes

NULL = "null"
"""What takes an answer away."""

OUTCOMES = ("recorded", "repeated", "ignored", "queued", "parked", "unsealable")

_NUMBERS = ("people", "hours", "amount")
"""What is asked for as a number, and not as it is written."""

Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider, `tally` say.")]
EntryId = Annotated[str, typer.Argument(metavar="ID", help="The entry's id.")]
OfProvider = Annotated[str | None, typer.Option("--provider", help="Only of this provider.")]
OfAccount = Annotated[str | None, typer.Option("--account", help="Only of this account.")]
OfForm = Annotated[str | None, typer.Option("--form", help="Only of this form.")]
OfReason = Annotated[str | None, typer.Option("--because", metavar="CODE", help="Only what waits for this reason.")]
Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="FIELD=VALUE",
        help=f"Take this in place of what was answered, `region=KZ-10` say; `={NULL}` for nothing. Repeat it.",
    ),
]

app = typer.Typer(help="See what could not be recorded, replay it, discard it.", no_args_is_help=True)


@app.command("list")
def list_parked(
    *,
    provider: OfProvider = None,
    account: OfAccount = None,
    form: OfForm = None,
    because: OfReason = None,
    limit: Limit = 100,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """List what came by forms and could not be recorded, with the reasons, without what was answered.

    Example: `bin/qaiyrym parked list --provider tally --because choice_unknown`

    docs/forms.md says what to do for each reason: mostly, correct the form (`form register`) and replay
    (`parked replay-all`). Entries are kept for 180 days.
    """
    params = {"provider": provider, "account": account, "form": form}
    entries = connect_api(stage).entries("/v1/parked", "parked", params)
    found = list(islice((one for one in entries if because in (None, one["reason"])), limit))
    if as_json:
        answer(found)
        return
    columns = ("provider", "account", "form", "id", "why", "about", "campaign", "received")
    names = ("provider", "account", "form", "id", "reason", "about", "campaign", "received_at")
    show(f"{len(found):,} entries", columns, ([one[name] for name in names] for one in found))
    if len(found) == limit:
        note(f"there may be more than {limit:,}: --limit lists them")


@app.command("show")
def show_parked(provider: Provider, entry_id: EntryId, *, stage: Stage = None, as_json: AsJson = False) -> None:
    """Open an entry, with all that was answered: personal data. The trail notes who opened it.

    Example: `bin/qaiyrym parked show tally 5Xw2_entry`

    Then `parked replay` records it, with corrected answers, or `parked discard` deletes it.
    """
    found = connect_api(stage).get(api_path("parked", provider, entry_id))
    if as_json:
        answer(found)
    else:
        show(f"{provider}/{entry_id}", ("", ""), flat(found).items())


@app.command("replay")
def replay(
    provider: Provider,
    entry_id: EntryId,
    *,
    answers: Answers = None,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Record an entry, now that its form is corrected, or with corrected answers. It counts once, however often.

    Example: `bin/qaiyrym parked replay tally 5Xw2_entry --answer region=KZ-10 --answer people=25`

    Answers are named by what is asked for: `kind`, `region`, `phone`, `people`. Ends with 1 where it still cannot be
    recorded: it stays, with the reason that is told.
    """
    body = {"answers": dict(map(_pair, answers))} if answers else None
    replayed = connect_api(stage).post(f"{api_path('parked', provider, entry_id)}/replay", body)
    if as_json:
        answer(replayed)
    else:
        why = "" if replayed["reason"] is None else f": {' '.join((replayed['reason'], *replayed['about']))}"
        note(f"{provider}/{entry_id} is {replayed['outcome']}{why}")
    if replayed["outcome"] == "parked":
        raise typer.Exit(1)


@app.command("replay-all")
def replay_all(
    provider: Provider,
    *,
    account: OfAccount = None,
    form: OfForm = None,
    because: OfReason = None,
    stage: Stage = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Record all that is parked of a provider, an account or a form, as it came.

    Example: `bin/qaiyrym parked replay-all tally --account ours --form XxA4WO`

    What can be recorded counts from now on, each once; what still cannot stays with its new reason. Tests are replayed
    only where `--because submission_is_test` names them. `parked list` tells what is left.
    """
    api = connect_api(stage)
    of = "/".join(one for one in (provider, account, form) if one)
    confirm(f"What is parked of {of} and can be recorded by now counts from now on.", yes=yes)
    request = {"provider": provider, "account": account, "form": form, "reason": because}
    request = {name: value for name, value in request.items() if value is not None}
    done: Counter[str] = Counter()
    with progress("entries", None, quiet=as_json) as tell:
        while True:
            told = api.post("/v1/parked/replay", request)
            counts = {name: told[name] for name in OUTCOMES}
            done.update(counts)
            tell(sum(counts.values()))
            if told["next"] is None:
                break
            request["cursor"] = told["next"]
    if as_json:
        answer({name: done[name] for name in OUTCOMES})
    else:
        show(f"Replayed of {of}", ("", "entries"), ((name, done[name]) for name in OUTCOMES))


@app.command("discard")
def discard(
    provider: Provider, entry_id: EntryId, *, reason: Why = None, stage: Stage = None, yes: Yes = False
) -> None:
    """Delete an entry for ever, with all that came: it is never recorded.

    Example: `bin/qaiyrym parked discard tally 5Xw2_entry`

    For what somebody sent by mistake, or wants back. What the provider delivers once more is parked once more.
    """
    api, path = connect_api(stage), api_path("parked", provider, entry_id)
    confirm(f"{provider}/{entry_id} is deleted with all that was answered, and can never be recorded.", yes=yes)
    api.ask("DELETE", path, params={"reason": reason})
    note(f"{provider}/{entry_id} is deleted")


def _number(text: str) -> str | int | float:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _pair(text: str) -> tuple[str, str | int | float | None]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise CannotRun(f"--answer: {text} is no answer as region=KZ-10 is")
    if value == NULL:
        return name, None
    return name, _number(value) if name in _NUMBERS else value
