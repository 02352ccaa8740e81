"""`token`: issue tokens for partners, moderators and channels, list them, revoke them."""

from time import time
from typing import Annotated, Any

import typer

from chalicelib.api.responses import moment
from chalicelib.domain.tokens import ALL_CAMPAIGNS, DAY_MS, SCOPES, USUAL_DAYS
from chalicelib.domain.vocabulary import NamesOnAir
from chalicelib.intake.faults import Invalid
from chalicelib.intake.token_requests import NEVER, read_token
from chalicelib.trail import OF_NO_CAMPAIGN
from ops.api_client import api_path, connect_api
from ops.console import answer, confirm, note, show
from ops.errors import CannotRun
from ops.faults import faults_text
from ops.installation import connect
from ops.noting import noted
from ops.options import AsJson, Stage, Why, Yes

CampaignOrAll = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help=f"The campaign's id, {ALL_CAMPAIGNS} for all campaigns.")
]
Scopes = Annotated[list[str], typer.Argument(metavar="SCOPE...", help=f"What it may do: {', '.join(SCOPES)}.")]
Label = Annotated[str, typer.Option(help="Whose it is: lists and the trail name it so.")]
Days = Annotated[
    int | None,
    typer.Option(
        min=1, max=3652, help=f"How long it is valid; {USUAL_DAYS}, and not less than its campaign, where not given."
    ),
]
FirstDays = Annotated[int, typer.Option(min=1, max=366, help="How long it is valid.")]
Never = Annotated[bool, typer.Option("--never", help="It is valid until it is revoked.")]
Region = Annotated[str | None, typer.Option(help="It records, reads and moderates acts of this region alone.")]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="It is answered as any other, and records nothing.")]
Names = Annotated[
    NamesOnAir,
    typer.Option(help="What becomes of the names it brings: shown, waiting for a moderator, or never shown."),
]
TokenId = Annotated[str, typer.Argument(metavar="ID", help="The token's id: what stands between its two underscores.")]

app = typer.Typer(help="Issue tokens, list them, revoke them.", no_args_is_help=True)


@app.command("issue")
def issue(
    campaign_id: CampaignOrAll,
    scopes: Scopes,
    *,
    label: Label,
    days: Days = None,
    never: Never = False,
    region: Region = None,
    sandbox: Sandbox = False,
    names: Names = "shown",
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, this once: it is kept nowhere, only its hash is.

    Example: `bin/qaiyrym token issue 2026 record --label 'Halyk Bank' --days 30`

    Give it to whom it is for by a way that nobody else reads, each their own: what is done with it is in the trail
    under its label. `token revoke` ends it.
    """
    request: dict[str, Any] = {
        "label": label,
        "scopes": scopes,
        "campaign": campaign_id,
        "region": region,
        "sandbox": sandbox,
        "names": names,
    }
    if never:
        request["expires_at"] = NEVER
    elif days is not None:
        request["expires_at"] = _in_days(days)
    issued = connect_api(stage).post("/v1/tokens", request)
    if as_json:
        answer(issued)
        return
    print(issued["token"])
    until = "it is revoked" if issued["expires_at"] is None else issued["expires_at"]
    note(f"{issued['id']} is valid until {until}, and is not shown again")


@app.command("list")
def list_tokens(*, stage: Stage = None, as_json: AsJson = False) -> None:
    """List the tokens, those that were revoked too, without their secrets.

    Example: `bin/qaiyrym token list`

    Those that nobody has used for long are better revoked (`token revoke ID`).
    """
    found = connect_api(stage).get("/v1/tokens")["tokens"]
    if as_json:
        answer(found)
        return
    columns = ("id", "label", "scopes", "campaign", "region", "sandbox", "created", "ends", "used", "revoked")
    rows = (
        (
            *(one[name] for name in ("id", "label")),
            " ".join(one["scopes"]),
            *(one[name] for name in ("campaign", "region")),
            "yes" if one["sandbox"] else None,
            *(one[f"{name}_at"] for name in ("created", "expires", "used", "revoked")),
        )
        for one in found
    )
    show("Tokens", columns, rows)


@app.command("revoke")
def revoke(token_id: TokenId, *, reason: Why = None, stage: Stage = None, yes: Yes = False) -> None:
    """Revoke a token for ever. What it did stays, and the list keeps its label.

    Example: `bin/qaiyrym token revoke 3fa94c01b2d7`

    Six seconds later it is let in nowhere. Who still needs one is issued another (`token issue`).
    """
    api = connect_api(stage)
    found = next((one for one in api.get("/v1/tokens")["tokens"] if one["id"] == token_id), None)
    if found is None:
        raise CannotRun(f"there is no token {token_id}")
    if found["revoked_at"] is not None:
        note(f"{token_id} was revoked at {found['revoked_at']}")
        return
    whose = f"{found['label']} ({', '.join(found['scopes'])}, campaign {found['campaign']})"
    confirm(f"The token of {whose} is refused from then on, and never valid again.", yes=yes)
    held = api.ask("DELETE", api_path("tokens", token_id), params={"reason": reason})
    note(f"{token_id} is let in nowhere from {held.headers['Holds-From']} on")


@app.command("first")
def first(*, label: Label, days: FirstDays = USUAL_DAYS, yes: Yes = False, as_json: AsJson = False) -> None:
    """Make the very first token of an installation, with all scopes in all campaigns, and print it.

    Example: `bin/qaiyrym token first --label 'the organisers'`

    This one alone is written into the registry's table, since without a token the API lets nobody in: it needs
    credentials, `REGISTRY_TABLE` and `TRAIL_TABLE`, as the runbook says. Put it into `QAIYRYM_TOKEN`, and issue all
    others with it (`token issue`).
    """
    services = connect("registry_table", "trail_table")
    now = services.now()
    try:
        requested = read_token({"label": label, "scopes": list(SCOPES), "campaign": ALL_CAMPAIGNS}, now)
    except Invalid as invalid:
        raise CannotRun(faults_text(invalid)) from None
    others = [one for one in services.registry.tokens() if one.allows("admin", ALL_CAMPAIGNS, now)]
    if others:
        labels = ", ".join(sorted(one.label or one.id for one in others))
        confirm(f"There are tokens that administer everything ({labels}), and `token issue` makes others.", yes=yes)
    ends = now + days * DAY_MS
    with noted(services, OF_NO_CAMPAIGN, "token_issued"):
        text = services.registry.issue_token(
            requested.scopes, ALL_CAMPAIGNS, ends, label=requested.label, created_at=now
        )
    if as_json:
        answer({"token": text})
        return
    print(text)
    note(f"valid for {days} days, and not shown again")


def _in_days(days: int) -> str:
    return moment(int(time() * 1000) + days * DAY_MS)
