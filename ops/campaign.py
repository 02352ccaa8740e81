"""`campaign`: create campaigns, change them, open, freeze and end them."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from chalicelib.api.responses import campaign_response
from chalicelib.domain.vocabulary import DEFAULT_TOPICS, CampaignState
from chalicelib.intake.campaign_requests import read_campaign, read_campaign_patch
from chalicelib.intake.faults import Invalid
from chalicelib.intake.merge_patch import merged
from ops import go_live
from ops.api_client import Answer, ApiClient, Params, RefusedByApi, api_path, connect_api
from ops.campaign_patch import NONE, both, patch_of
from ops.changes import changes, flat
from ops.console import answer, confirm, note, show
from ops.errors import CannotRun
from ops.faults import faults_text
from ops.option_groups import takes
from ops.options import AsJson, CampaignId, Stage, Why, Yes
from ops.yaml_file import read_object

File = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="FILE", allow_dash=True, help="YAML or JSON with the API's members; `-` reads stdin."
    ),
]
Names = Annotated[list[str] | None, typer.Option("--name", metavar="LANG=TEXT", help="What it is called; repeat it.")]
Opens = Annotated[str | None, typer.Option(metavar="TIME", help=f"From when on it takes part, `{NONE}` for always.")]
Closes = Annotated[str | None, typer.Option(metavar="TIME", help=f"Until when, `{NONE}` for no end.")]
Goals = Annotated[
    list[str] | None,
    typer.Option("--goal", metavar="METRIC[@REGION]=NUMBER", help=f"A goal, of a region too; `={NONE}` takes it away."),
]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="LIMIT=NUMBER",
        help=f"A limit, `form.acts` or `amount.KZT` say; `={NONE}` makes it what is usual.",
    ),
]
AddTopics = Annotated[list[str] | None, typer.Option("--add-topic", metavar="TOPIC", help="A topic more.")]
RemoveTopics = Annotated[list[str] | None, typer.Option("--remove-topic", metavar="TOPIC", help="A topic less.")]
PollSeconds = Annotated[
    str | None, typer.Option(metavar="SECONDS", help=f"How often viewers ask, `{NONE}` for as often as is usual.")
]
MinCell = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="What fewer acts add up to is shown without the place.")
]
_takes_members = takes(
    "members",
    {
        "names": Names,
        "opens": Opens,
        "closes": Closes,
        "goals": Goals,
        "limits": Limits,
        "add_topics": AddTopics,
        "remove_topics": RemoveTopics,
        "poll_seconds": PollSeconds,
        "min_cell": MinCell,
    },
)
FirstState = Annotated[CampaignState | None, typer.Option("--state", help="`test`, where it is not said.")]

_CONSEQUENCES = {
    "names": "Every screen and page calls it so within seconds.",
    "goals": "Every screen shows these goals within seconds.",
    "milestones": "Screens celebrate by these from now on; what is reached already is not celebrated again.",
    "links": "The launch page leads to these within seconds.",
    "topics": "Acts of a topic that is not among these are refused, or parked.",
    "opens": "What comes before that time is refused, or parked.",
    "closes": "What comes from that time on is refused, or parked; how long contacts are kept is counted from it.",
    "limits": "What comes from now on and is above them waits. What counts or waits already stays as it is.",
    "min_cell": "Figures of places with few acts are shown, or not, with the next documents.",
    "poll_seconds": "Every open page asks so often from its next request on.",
    "state": "",
}
"""What a change of each member does on air."""

app = typer.Typer(help="Create campaigns, change them, open, freeze and end them.", no_args_is_help=True)
app.command("go-live")(go_live.run)


@app.command("list")
def list_campaigns(*, stage: Stage = None, as_json: AsJson = False) -> None:
    """List the campaigns.

    Example: `bin/qaiyrym campaign list`

    Then `campaign show` tells the whole of one of them.
    """
    found = connect_api(stage).get("/v1/campaigns")["campaigns"]
    if as_json:
        answer(found)
        return
    rows = (
        (one["id"], one["state"], one["names"]["en"], one["opens"], one["closes"], _goals_text(one["goals"]))
        for one in found
    )
    show("Campaigns", ("id", "state", "name", "opens", "closes", "goals"), rows)


@app.command("show")
def show_campaign(campaign_id: CampaignId, *, stage: Stage = None, as_json: AsJson = False) -> None:
    """Show all that is set of a campaign, its limits too.

    Example: `bin/qaiyrym campaign show 2026`

    With `--json` it is what `campaign set --file` and `campaign create --file` take.
    """
    campaign = connect_api(stage).get(api_path("campaigns", campaign_id))
    if as_json:
        answer(campaign)
        return
    show(f"Campaign {campaign_id}", ("", ""), flat(campaign).items())


@app.command("create")
@_takes_members
def create(
    campaign_id: CampaignId,
    *,
    file: File = None,
    state: FirstState = None,
    stage: Stage = None,
    as_json: AsJson = False,
    members: dict[str, Any],
) -> None:
    """Create a campaign, from a file or from options; it is in rehearsal (`test`) unless another state is given.

    Example: `bin/qaiyrym campaign create 2027 --name kk=Марафон --name ru=Марафон --name en=Marathon`

    It has all its documents at once, with totals of zero. Then register its forms (`form register`), issue tokens
    (`token issue`), rehearse, and let it go live (`campaign go-live`). It cannot be deleted.
    """
    requested: Any = {"state": "test", **(read_object(file) if file else {})}
    if state is not None:
        requested["state"] = state
    given = patch_of(
        {"topics": DEFAULT_TOPICS, **requested},
        **members,
    )
    requested = merged(requested, given)
    try:
        read_campaign(campaign_id, requested)
    except Invalid as invalid:
        raise CannotRun(faults_text(invalid)) from None
    api = connect_api(stage)
    try:
        created = api.put(api_path("campaigns", campaign_id), requested, headers={"If-None-Match": "*"})
    except RefusedByApi as refused:
        if refused.status == 412:
            raise CannotRun(f"there is a campaign {campaign_id} already: `campaign set` changes it") from None
        raise
    if as_json:
        answer(created)
    else:
        note(f"{campaign_id} is created, in state {created['state']}")


@app.command("set")
@_takes_members
def set_members(
    campaign_id: CampaignId,
    *,
    file: File = None,
    reason: Why = None,
    stage: Stage = None,
    yes: Yes = False,
    as_json: AsJson = False,
    members: dict[str, Any],
) -> None:
    """Change some of a campaign: its names, goals, milestones, limits, topics, links, times, or how often viewers ask.

    Example: `bin/qaiyrym campaign set 2026 --goal good_deeds=100000 --goal good_deeds@KZ-75=9000`

    What is not named stays. It shows what is and what will be, and asks, where the campaign is on air. Milestones and
    links are changed by `--file`, a merge patch: lists are replaced whole, null is what is usual.
    """
    api = connect_api(stage)
    current = api.ask("GET", api_path("campaigns", campaign_id))
    patch = read_object(file) if file else {}
    given = patch_of(
        {**current.body, **{name: value for name, value in patch.items() if value is not None}},
        **members,
    )
    patch = both(patch, given)
    if not patch:
        raise CannotRun("nothing is said of what to change: see campaign set --help")
    if "state" in patch:
        raise CannotRun("the state is changed by campaign open, freeze, end and go-live")
    changed = changes(current.body, _patched(campaign_id, current.body, patch))
    if not changed:
        _tell(current, as_json, f"{campaign_id} is so already: nothing was changed")
        return
    show(f"Campaign {campaign_id}", ("", "is", "will be"), changed, to_stderr=True)
    if current.body["state"] != "test":
        changing = dict.fromkeys(name.partition(".")[0] for name, _, _ in changed)
        confirm(" ".join(_CONSEQUENCES[name] for name in changing), yes=yes)
    _change(api, campaign_id, current, patch, reason=reason, as_json=as_json)


@app.command("open")
def open_campaign(
    campaign_id: CampaignId, *, reason: Why = None, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Let a campaign that is frozen or ended take part again: its state becomes `live`.

    Example: `bin/qaiyrym campaign open 2026`

    Six seconds later everything counts everywhere. Then replay what was parked meanwhile (`parked replay-all`). A
    campaign in rehearsal is opened by `campaign go-live`, which leaves the rehearsals out.
    """
    _set_state(
        campaign_id, "live", "Everything that comes counts again.", reason=reason, stage=stage, yes=yes, as_json=as_json
    )


@app.command("freeze")
def freeze(
    campaign_id: CampaignId, *, reason: Why = None, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Let a campaign take nothing for now: its state becomes `frozen`. Totals stay on air as they are.

    Example: `bin/qaiyrym campaign freeze 2026`

    Six seconds later it holds everywhere. Partners are told to come again, what forms bring is parked. Moderators can
    go on. `campaign open` ends it.
    """
    consequence = (
        "Nothing counts any more until it is opened: partners are refused (409), what forms bring is parked, totals "
        "stand still."
    )
    _set_state(campaign_id, "frozen", consequence, reason=reason, stage=stage, yes=yes, as_json=as_json)


@app.command("end")
def end(
    campaign_id: CampaignId, *, reason: Why = None, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """End a campaign: its state becomes `ended`. Totals stay on every page, and viewers ask once a minute.

    Example: `bin/qaiyrym campaign end 2026`

    What comes after it is refused, or parked. Moderators can go on with what waits. `campaign open` takes it back.
    """
    consequence = "Nothing counts any more: what comes is refused, or parked. Every screen says that it is over."
    _set_state(campaign_id, "ended", consequence, reason=reason, stage=stage, yes=yes, as_json=as_json)


def _set_state(
    campaign_id: str,
    state: CampaignState,
    consequence: str,
    *,
    reason: str | None,
    stage: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    api = connect_api(stage)
    current = api.ask("GET", api_path("campaigns", campaign_id))
    before = current.body["state"]
    if before == state:
        _tell(current, as_json, f"{campaign_id} is {state} already: nothing was changed")
        return
    confirm(f"{campaign_id} is {before}, and will be {state}. {consequence}", yes=yes)
    _change(api, campaign_id, current, {"state": state}, reason=reason, as_json=as_json)


def _change(
    api: ApiClient, campaign_id: str, current: Answer, patch: dict[str, Any], *, reason: str | None, as_json: bool
) -> None:
    path = api_path("campaigns", campaign_id)
    # Who freezes does so in haste, whatever somebody else is changing.
    tag = "*" if patch == {"state": "frozen"} else current.headers["ETag"]
    try:
        changed = api.ask("PATCH", path, patch, params={"reason": reason}, headers={"If-Match": tag})
    except RefusedByApi as refused:
        if refused.name == "precondition-failed":
            _tell_of_other(api, campaign_id, current)
        if refused.name == "campaign-has-acts":
            raise CannotRun(
                f"{campaign_id} has acts of rehearsals: `campaign go-live` lets it begin without them. A campaign that "
                "was live never becomes a test again"
            ) from None
        raise
    _tell(changed, as_json, f"{campaign_id} is changed; it holds everywhere from {changed.headers['Holds-From']} on")


def _tell(told: Answer, as_json: bool, text: str) -> None:
    if as_json:
        answer(told.body)
    else:
        note(text)


def _tell_of_other(api: ApiClient, campaign_id: str, seen: Answer) -> NoReturn:
    """Say what somebody else has changed since the campaign was read, and end: nothing was done."""
    current = api.get(api_path("campaigns", campaign_id))
    show(f"{campaign_id} was changed meanwhile", ("", "was", "is"), changes(seen.body, current), to_stderr=True)
    note(f"{_who_changed(api, campaign_id)} was faster. Nothing of yours was done: look, and start it again")
    raise typer.Exit(3)


def _who_changed(api: ApiClient, campaign_id: str) -> str:
    params: Params = {"action": "campaign_changed", "limit": 1}
    try:
        entries = api.get(api_path("campaigns", campaign_id, "trail"), params)["entries"]
    except RefusedByApi:
        # Whoever may change a campaign may not see who else did.
        return "somebody"
    return str(entries[0]["by"]["label"] or entries[0]["by"]["id"]) if entries else "somebody"


def _patched(campaign_id: str, told: dict[str, Any], patch: dict[str, Any]) -> Any:
    try:
        campaign = read_campaign_patch(campaign_id, told, patch)
    except Invalid as invalid:
        raise CannotRun(faults_text(invalid)) from None
    after = msgspec.json.decode(msgspec.json.encode(campaign_response(campaign)))
    # The first target ever set for a metric stays what it was.
    originals = {(goal["metric"], goal.get("region")): goal["original"] for goal in told["goals"]}
    for goal in after["goals"]:
        goal["original"] = originals.get((goal["metric"], goal.get("region")), goal["original"])
    return after


def _goals_text(goals: list[dict[str, Any]]) -> str:
    of_all = ", ".join(f"{goal['metric']} {goal['target']:,}" for goal in goals if "region" not in goal)
    regional = sum("region" in goal for goal in goals)
    return of_all if not regional else f"{of_all} and {regional} of regions".removeprefix(" and ")
