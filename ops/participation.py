"""`participation`: one act, and what happened to it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ops.api_client import api_path, connect_api
from ops.changes import changes, flat
from ops.console import answer, show
from ops.options import AsJson, Stage

ActId = Annotated[str, typer.Argument(metavar="ID", help="The act's id, as lists and the sender's answer tell it.")]

app = typer.Typer(help="Show one act, and what happened to it.", no_args_is_help=True)


@app.command("show")
def show_one(act_id: ActId, *, stage: Stage = None, as_json: AsJson = False) -> None:
    """Show an act as it is now. Nothing of a person is in it.

    Example: `bin/qaiyrym participation show 3q2-7wAAQACAAAAAAAAAAQ`

    `acts withdraw`, `acts correct` and `acts hide` take its id.
    """
    found = connect_api(stage).get(api_path("participations", act_id))
    if as_json:
        answer(found)
    else:
        show(f"Act {act_id}", ("", ""), flat(found).items())


@app.command("history")
def history(act_id: ActId, *, stage: Stage = None, as_json: AsJson = False) -> None:
    """Tell all that happened to an act: when, what, why, by whom, and what corrections changed.

    Example: `bin/qaiyrym participation history 3q2-7wAAQACAAAAAAAAAAQ`

    Who decided is told by the label of their token, by its id where it has none.
    """
    found = connect_api(stage).get(f"{api_path('participations', act_id)}/history")
    if as_json:
        answer(found)
        return
    columns = ("when", "what", "it is", "why", "by", "changed")
    rows = (
        (
            entry["at"],
            entry["what"],
            entry["status"],
            entry.get("reason") or entry.get("review_reasons"),
            entry.get("by_label") or entry.get("by"),
            _changed(entry),
        )
        for entry in found["history"]
    )
    show(f"Act {act_id}", columns, rows)


def _changed(entry: Mapping[str, Any]) -> str:
    told = changes(entry.get("before", {}), entry.get("after", {}))
    return "\n".join(f"{name}: {before} → {after}" for name, before, after in told)
