"""`status`: what is late, what waits and what is parked, on one screen."""

import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from ops.api_client import ApiClient, RefusedByApi, api_path, connect_api
from ops.console import answer, note, show
from ops.errors import CannotRun
from ops.options import AsJson, Stage

EVERY_SECONDS = 5

OneCampaign = Annotated[
    str | None, typer.Argument(metavar="[CAMPAIGN]", help="The campaign's id; all that have not ended, without.")
]
Watch = Annotated[bool, typer.Option("--watch", help=f"Look again every {EVERY_SECONDS} seconds, until Ctrl-C.")]

WORDS: Mapping[str, str] = {
    "unanswered": "nobody knows at the moment: {part}",
    "nobody_looks": "the sweep has not reported{for_seconds}: nobody knows what is late (runbook, SweepSilent)",
    "not_shown": "acts are not shown{for_seconds} (runbook, Standstill)",
    "set_aside": "{count} records could not be taken by a read model (runbook, RecordsSetAside)",
    "frozen": "the campaign is frozen: nothing counts (campaign open)",
    "names_all_hidden": "all names are hidden (names show-all)",
    "parked": "{count} deliveries are parked (parked list)",
    "parked_unassigned": "{count} deliveries of no campaign are parked: no form is registered for them (parked list)",
    "names_wait": "{count} names wait (names list)",
    "review_waits": "{count} acts wait (review groups)",
    "form_gaps": "{count} forms do not fit any more what is answered (form list)",
}
"""What each warning of the API says to people."""


def run(campaign_id: OneCampaign = None, *, watch: Watch = False, stage: Stage = None, as_json: AsJson = False) -> None:
    """Tell on one screen what is late, what waits and what is parked, and how fast acts come in.

    Example: `bin/qaiyrym status 2026 --watch`

    Each line that needs somebody names the command or the part of docs/runbook.md that helps. Ends with 1 where
    something does not work as it should; what waits for people is no such thing.
    """
    api = connect_api(stage)
    if watch:
        _watch(api, campaign_id)
    health, statuses = _look(api, campaign_id)
    if as_json:
        answer({"health": health, "campaigns": statuses})
    else:
        _tell(health, statuses)
    if health["status"] != "ok" or any(_alarms(one) for one in statuses):
        raise typer.Exit(1)


def _watch(api: ApiClient, campaign_id: str | None) -> None:
    console = Console()
    while True:
        try:
            health, statuses = _look(api, campaign_id)
        except (CannotRun, RefusedByApi) as fault:
            note(f"{time.strftime('%H:%M:%S')} {fault}")
        else:
            console.clear()
            _tell(health, statuses)
        time.sleep(EVERY_SECONDS)


def _look(api: ApiClient, campaign_id: str | None) -> tuple[Any, list[Any]]:
    health = api.ask("GET", "/health", answers=(503,)).body
    if campaign_id is not None:
        ids = [campaign_id]
    else:
        ids = [one["id"] for one in api.get("/v1/campaigns")["campaigns"] if one["state"] != "ended"]
    return health, [api.get(f"{api_path('campaigns', one)}/status") for one in ids]


def _tell(health: Mapping[str, Any], statuses: list[Any]) -> None:
    rows = [("status", health["status"]), ("not shown for seconds", health["unshown_seconds"])]
    rows += [("records set aside", health["set_aside"]), ("looked at", health["checked_at"])]
    show("The system", ("", ""), rows)
    for one in statuses:
        show(f"Campaign {one['campaign']}, {one['state']}", ("", ""), _rows(one))
        if one["warnings"]:
            show("What needs somebody", ("", "what"), ((told["level"], words(told)) for told in one["warnings"]))


def words(warning: Mapping[str, Any]) -> str:
    """Return a warning as people read it; one that is not known here yet by its code."""
    seconds = warning.get("seconds")
    values = {**warning, "for_seconds": "" if seconds is None else f" for {seconds:,} seconds"}
    text: str = WORDS.get(warning["code"], warning["code"])
    return text.format_map(values)


def _rows(one: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    rate, parked = one["rate"], one["parked"]
    yield "totals as of", one["as_of"]
    if rate is not None:
        yield "counted in the last minute", rate["per_minute"]
        yield "minute by minute", " ".join(str(minute["participations"]) for minute in rate["minutes"])
    yield "acts that wait", _count(one["in_review"], more=one["in_review_more"])
    yield "names that wait", _count(one["names_waiting"], more=one["names_waiting_more"])
    yield "all names", one["all_names"]
    if parked is not None:
        yield "parked", _count(parked["count"], more=parked["more"])
        yield "oldest parked", parked["oldest"]
        yield "parked of no campaign", parked["unassigned"]


def _count(number: int | None, *, more: bool) -> object:
    return f"{number:,} or more" if more and number is not None else number


def _alarms(one: Mapping[str, Any]) -> list[Any]:
    return [warning for warning in one["warnings"] if warning["level"] == "alarm"]
