"""`rehearse`: a launch, simulated and recounted."""

import asyncio
from random import SystemRandom
from typing import Annotated, Any

import msgspec
import typer

from ops.api_client import connect_api
from ops.console import answer, note, show
from ops.errors import CannotRun
from ops.options import AsJson, Stage
from ops.rehearse.accounts import accounts
from ops.rehearse.rehearsal import RehearsalOutcome, RehearsalSize, rehearse
from ops.rehearse.stage import clear, new_campaign_id, set_up
from ops.rehearse.view import view

CampaignOfItsOwn = Annotated[
    str | None, typer.Argument(metavar="[CAMPAIGN]", help="The id of the campaign that is made for it; any without.")
]
Participations = Annotated[int, typer.Option(min=20, max=2_000_000, help="How many acts are sent.")]
Minutes = Annotated[float | None, typer.Option(min=0.1, max=600, help="Within how many minutes; 5 unless you say.")]
Rate = Annotated[float | None, typer.Option(min=0.1, max=2_000, help="Or how many a second, on average.")]
Seed = Annotated[int | None, typer.Option(help="What the same acts are drawn from again.")]

_USUAL_MINUTES = 5.0
_SHOWN_DIFFERENCES = 100


def run(
    campaign: CampaignOfItsOwn = None,
    *,
    participations: Participations = 20_000,
    minutes: Minutes = None,
    rate: Rate = None,
    seed: Seed = None,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a launch in a campaign of its own, and recount what viewers are shown against what was sent.

    Example: `bin/qaiyrym rehearse --participations 2000 --minutes 2`

    Acts of made-up people come by the API and by signed webhooks of the providers whose secrets are known, as in a
    broadcast: repeats, lost answers, forged signatures, a name attack, corrections and withdrawals among them.

    Compared are all public documents of the campaign: `live.json`, `page.json` (acts, goals, milestones, names and
    links too), `places.json`, `recent.json`, the timeline, `totals.csv`, `totals-excel.csv`, `days.csv` with the files
    of the days, `organisations.json` and the board of each region and of abroad, every badge, and the campaign's entry
    in `campaigns.json`.

    Ends with 0 where all of them are exact to the unit, with 1 where one differs, and with 3 where something was never
    acknowledged, so that nothing exact can be said. Needs a token with all scopes for the campaign, `admin` among them.
    """
    if minutes is not None and rate is not None:
        raise CannotRun("give --minutes or --rate, and not both")
    seconds = participations / rate if rate else 60 * (minutes or _USUAL_MINUTES)
    api, known = connect_api(stage), accounts(stage)
    size = RehearsalSize(campaign or new_campaign_id(), participations, seconds, _seed(seed))
    scene = set_up(api, size.campaign, known)
    try:
        for missing in scene.left_out:
            note(f"left out: {missing}")
        for taken in scene.taken_over:
            note(f"taken over: {taken}")
        note(f"campaign {size.campaign}, seed {size.seed}: {api.url}/overlay/{size.campaign}")
        title = f"{participations:,} participations in {seconds:,.0f} seconds"
        with view(title, quiet=as_json) as shown:
            outcome, _ = asyncio.run(rehearse(scene, size, known, shown))
    finally:
        clear(api, scene)
    if as_json:
        answer({**msgspec.to_builtins(outcome), "left_out": scene.left_out, "taken_over": scene.taken_over})
    else:
        tell(outcome)
    note(f"{size.campaign} stays to be looked at: `bin/qaiyrym campaign end {size.campaign}` ends it")
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def _seed(seed: int | None) -> int:
    return SystemRandom().randrange(10**6) if seed is None else seed


def tell(outcome: RehearsalOutcome) -> None:
    """Tell a person what came of a rehearsal, with as many differences as somebody reads."""
    show(
        "What was sent",
        ("", "acts"),
        [*outcome.sent_by.items(), *(("now " + s, n) for s, n in outcome.statuses.items())],
    )
    show("What came of it", ("", ""), _figures(outcome))
    if outcome.differences:
        found = map(msgspec.structs.astuple, outcome.differences[:_SHOWN_DIFFERENCES])
        columns = ("document", "metric", "of", "expected", "shown")
        show("What is shown otherwise than it was sent", columns, (tuple(map(_word, row)) for row in found))
    if more := outcome.differences[_SHOWN_DIFFERENCES:]:
        note(f"{len(more):,} more, of {', '.join(sorted({one.document for one in more}))}: --json tells them all")
    for what, count in outcome.unknown.items():
        note(f"never acknowledged: {what}, {count:,} times: whether it counts is not known")
    print(f"{outcome.campaign}: {_VERDICTS[outcome.verdict]}, {len(outcome.differences):,} differences")


_VERDICTS = {
    "exact": "the documents are exact",
    "different": "THE DOCUMENTS DIFFER FROM WHAT WAS SENT",
    "inexact": "NOTHING EXACT CAN BE SAID",
}


def _figures(outcome: RehearsalOutcome) -> list[tuple[str, object]]:
    latency = outcome.latency
    rows: list[tuple[str, object]] = [
        ("accepted", outcome.accepted),
        ("repeated, and not counted again", outcome.repeated),
        ("refused or parked, as they must be", outcome.refused),
        ("decided by moderators", outcome.decided),
        ("answers that asked to come again", outcome.asked_to_wait),
        ("epochs that were seen", ", ".join(map(str, outcome.epochs))),
        ("seconds it took", f"{outcome.seconds:,}"),
        ("seconds behind the plan, at most", f"{outcome.seconds_behind:,}"),
    ]
    if latency is not None:
        shown = ((name, getattr(latency, name)) for name in ("p50", "p95", "p99", "max"))
        rows += [(f"seconds from acknowledged to shown, {name}", f"{value:.2f}") for name, value in shown]
    return rows


def _word(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{number:,} {unit}" for unit, number in value.items())
    return value if isinstance(value, int | str) or value is None else str(value)
