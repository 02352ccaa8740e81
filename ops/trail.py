"""`trail`: who did what, when and why."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any

import typer

from ops.api_client import api_path, connect_api
from ops.changes import changes
from ops.console import answer, note, show
from ops.options import AsJson, CampaignId, Limit, Stage

Since = Annotated[str | None, typer.Option("--from", metavar="TIME", help="What was done at this time or later.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="What was done before this time.")]
By = Annotated[str | None, typer.Option(metavar="TOKEN", help="What was done with the token of this id.")]
Action = Annotated[str | None, typer.Option(help="What was done: `campaign_changed`, `acts_rejected` say.")]


def run(
    campaign_id: CampaignId,
    *,
    since: Since = None,
    until: Until = None,
    by: By = None,
    action: Action = None,
    limit: Limit = 50,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Tell what operators did in a campaign, the newest first: who, what, when, why, and how it was answered.

    Example: `bin/qaiyrym trail 2026 --from 2026-06-01T12:00:00+05:00 --action campaign_changed`

    An action without an answer was begun, and nobody knows whether it was done: look at what it was about.
    """
    params = {"from": since, "until": until, "by": by, "action": action, "limit": min(limit, 100)}
    entries = connect_api(stage).entries(api_path("campaigns", campaign_id, "trail"), "entries", params)
    found = list(islice(entries, limit))
    if as_json:
        answer(found)
        return
    columns = ("when", "who", "what", "of", "why", "changed", "answered")
    rows = (
        (
            one["at"],
            one["by"]["label"] or one["by"]["id"],
            one["action"],
            one["target"] or _count(one),
            one["reason"],
            _changed(one.get("changes") or {}),
            one["status"],
        )
        for one in found
    )
    show(f"What was done in {campaign_id}", columns, rows)
    if len(found) == limit:
        note(f"there may be more than {limit:,}: --limit lists them")


def _count(entry: Mapping[str, Any]) -> str | None:
    return f"{entry['count']:,} of them" if entry.get("count") is not None else None


def _changed(told: Mapping[str, Any]) -> str:
    before, after = ({name: pair[index] for name, pair in told.items()} for index in (0, 1))
    return "\n".join(f"{name}: {was} → {now}" for name, was, now in changes(before, after))
