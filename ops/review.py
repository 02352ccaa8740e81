"""`review`: see what waits for a moderator, and decide on it."""

from collections.abc import Callable, Mapping, Sequence
from inspect import getdoc
from typing import Any

import typer

from ops import decisions
from ops.act_filters import Filter, as_options, takes_filter
from ops.acts import Notes, tell_acts
from ops.api_client import api_path, connect_api
from ops.console import answer, note, printable, show
from ops.options import AsJson, CampaignId, Limit, Stage


def _help(command: Callable[..., None]) -> str:
    return (getdoc(command) or "").replace("qaiyrym acts ", "qaiyrym review ")


app = typer.Typer(help="See what waits for a moderator, and decide on it.", no_args_is_help=True)
app.command("approve", help=_help(decisions.approve))(decisions.approve)
app.command("reject", help=_help(decisions.reject))(decisions.reject)


@app.command("list")
@takes_filter
def list_waiting(
    campaign_id: CampaignId,
    *,
    limit: Limit = 50,
    notes: Notes = False,
    stage: Stage = None,
    as_json: AsJson = False,
    criteria: Filter,
) -> None:
    """List the acts that wait, the oldest first, with the reasons why each waits.

    Example: `bin/qaiyrym review list 2026 --reasons amount --notes`

    Then decide by their ids, or by what they have in common (`review approve`, `review reject`).
    """
    tell_acts(stage, campaign_id, "review", "participations", criteria, limit, notes=notes, as_json=as_json)


@app.command("groups")
@takes_filter
def groups(campaign_id: CampaignId, *, stage: Stage = None, as_json: AsJson = False, criteria: Filter) -> None:
    """List what waits by what arrived together: of one form or token, for the same reasons, without a minute between.

    Example: `bin/qaiyrym review groups 2026`

    A flood is one group. The options in the line below the table find just its acts: `review reject 2026 OPTIONS
    --reason '…'` refuses them all.
    """
    path = f"{api_path('campaigns', campaign_id)}/review/groups"
    found = [group for page in connect_api(stage).pages(path, criteria) for group in page["groups"]]
    if as_json:
        answer(found)
        return
    if not found:
        note("nothing waits")
        return
    columns = ("", "acts", "people", "hours", "amount", "by", "for")
    show("What waits", columns, (_row(number, group) for number, group in enumerate(found, 1)))
    for number, group in enumerate(found, 1):
        print(printable(f"{number}: {as_options(group['filter'])}"))


def _row(number: int, group: Mapping[str, Any]) -> Sequence[object]:
    criteria = group["filter"]
    return (
        str(number),
        group["acts"],
        group["people"],
        group["hours"],
        [f"{value:,} {currency}" for currency, value in group["amount"].items()],
        criteria.get("form") or criteria.get("token") or criteria.get("source"),
        criteria.get("reasons"),
    )
