"""`names`: see which names of organisations wait, show and hide them."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer

from chalicelib.domain.vocabulary import NameState, Visibility
from chalicelib.intake.name_requests import MAX_DECISIONS
from ops.api_client import api_path, connect_api
from ops.console import answer, confirm, note, show
from ops.options import AsJson, CampaignId, Limit, Reason, Stage, Yes

State = Annotated[NameState, typer.Option(help="Which names.")]
NameId = Annotated[str, typer.Argument(metavar="ID", help="The name's id.")]
NameIds = Annotated[list[str], typer.Argument(metavar="ID...", help="Names by their ids.")]
NewText = Annotated[str, typer.Argument(metavar="TEXT", help="What it is called from now on.")]
Newest = Annotated[bool, typer.Option("--newest", help="The one given last before all others.")]
Hidden = Annotated[bool, typer.Option("--hidden", help="It is hidden all the same.")]

app = typer.Typer(help="See which names of organisations wait, show and hide them.", no_args_is_help=True)


@app.command("list")
def list_names(
    campaign_id: CampaignId,
    *,
    state: State = "waiting",
    newest: Newest = False,
    limit: Limit = 50,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """List the names that wait, the one given first before all others; with `--state` those that are shown or hidden.

    Example: `bin/qaiyrym names list 2026`

    Then `names show` and `names hide` decide by their ids.
    """
    path = api_path("campaigns", campaign_id, "names")
    order = "newest" if newest else "oldest"
    pages = connect_api(stage).pages(path, {"state": state, "order": order, "limit": min(limit, 100)})
    found, are_all_hidden = [], False
    for page in pages:
        found += page["names"]
        are_all_hidden = page["all_names"] == "hidden"
        if len(found) >= limit:
            break
    found = list(islice(found, limit))
    if as_json:
        answer(found)
        return
    rows = (
        (one["id"], one["text"], one["state"], one["given_at"], (one["decision"] or {}).get("reason")) for one in found
    )
    show(f"{len(found):,} names", ("id", "name", "state", "given", "why"), rows)
    if are_all_hidden:
        note("all names of the campaign are hidden by now, whatever stands here: `names show-all` shows them again")


@app.command("show")
def show_names(
    campaign_id: CampaignId, ids: NameIds, *, reason: Reason, stage: Stage = None, as_json: AsJson = False
) -> None:
    """Let names be on air, with every act that has them.

    Example: `bin/qaiyrym names show 2026 k7QmEyN0aXw --reason 'a school'`

    They are on the boards with the next documents. `names hide` takes them away again.
    """
    _decide("shown", campaign_id, ids, reason, stage, as_json)


@app.command("hide")
def hide_names(
    campaign_id: CampaignId, ids: NameIds, *, reason: Reason, stage: Stage = None, as_json: AsJson = False
) -> None:
    """Take names off the air, with every act that has them. The acts count as before.

    Example: `bin/qaiyrym names hide 2026 k7QmEyN0aXw --reason 'an insult'`

    They are gone from every document within two seconds, whoever gives them again and however they are drawn. `names
    show` brings them back.
    """
    _decide("hidden", campaign_id, ids, reason, stage, as_json)


@app.command("rename")
def rename(
    campaign_id: CampaignId,
    name_id: NameId,
    text: NewText,
    *,
    reason: Reason,
    hidden: Hidden = False,
    stage: Stage = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Give a name another text, for every act that has it, and show it.

    Example: `bin/qaiyrym names rename 2026 k7QmEyN0aXw '№ 5 мектеп' --reason 'a slip of the pen'`

    Nothing keeps the text that it had.
    """
    api, path = connect_api(stage), api_path("campaigns", campaign_id, "names", name_id)
    current = api.get(path)
    state: Visibility = "hidden" if hidden else "shown"
    show(
        name_id,
        ("", "is", "will be"),
        (("text", current["text"], text), ("state", current["state"], state)),
        to_stderr=True,
    )
    confirm("The text that it had is kept nowhere.", yes=yes)
    renamed = api.put(path, {"state": state, "text": text, "reason": reason})
    if as_json:
        answer(renamed)
    else:
        note(f"{name_id} is {renamed['text']}, {renamed['state']}")


@app.command("hide-all")
def hide_all(
    campaign_id: CampaignId, *, reason: Reason, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Take all names of a campaign off the air at once, in haste.

    Example: `bin/qaiyrym names hide-all 2026 --reason 'an insult on air' --yes`

    Boards and tickers are without names within two seconds. Find the one (`names list --state shown`), hide it (`names
    hide`), and show the others again (`names show-all`).
    """
    consequence = "Boards and tickers are without any name within two seconds, until `names show-all`."
    _decide_on_all("hidden", consequence, campaign_id, reason, stage, yes=yes, as_json=as_json)


@app.command("show-all")
def show_all(
    campaign_id: CampaignId, *, reason: Reason, stage: Stage = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Show again all names of a campaign that may be shown, after they were hidden at once.

    Example: `bin/qaiyrym names show-all 2026 --reason 'the one is hidden'`

    Names that are hidden by themselves, or wait, stay so.
    """
    consequence = "Every name that is not hidden by itself is on the boards again."
    _decide_on_all("shown", consequence, campaign_id, reason, stage, yes=yes, as_json=as_json)


def _decide(
    state: Visibility, campaign_id: str, ids: Sequence[str], reason: str, stage: str | None, as_json: bool
) -> None:
    api, path = connect_api(stage), api_path("campaigns", campaign_id, "name-decisions")
    distinct, told = list(dict.fromkeys(ids)), []
    for start in range(0, len(distinct), MAX_DECISIONS):
        decisions = [{"id": one, "state": state} for one in distinct[start : start + MAX_DECISIONS]]
        told += api.post(path, {"reason": reason, "decisions": decisions})["names"]
    if as_json:
        answer(told)
        return
    show("Names", ("id", "name", "state"), ((one["id"], one["text"], one["state"]) for one in told))


def _decide_on_all(
    state: Visibility, consequence: str, campaign_id: str, reason: str, stage: str | None, *, yes: bool, as_json: bool
) -> None:
    api = connect_api(stage)
    confirm(consequence, yes=yes)
    told = api.put(api_path("campaigns", campaign_id, "names"), {"state": state, "reason": reason})
    if as_json:
        answer(told)
    else:
        note(f"all names of {campaign_id} are {told['state']}")
