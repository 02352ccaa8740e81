"""`token`: issue tokens for partners and moderators, list them, revoke them."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from chalicelib.api.messages import messages
from chalicelib.api.responses import moment
from chalicelib.api.tokens import token_response
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import ALL_CAMPAIGNS, DAY_MS, SCOPES, USUAL_DAYS, expiry_by_default
from chalicelib.domain.vocabulary import NamesOnAir
from chalicelib.intake.faults import Invalid
from chalicelib.intake.token_requests import NEVER, WantedToken, read_token
from chalicelib.registry import HOLDS_AFTER_MS
from ops.console import answer, note, show
from ops.errors import CannotRun
from ops.installation import campaign_of, connect
from ops.options import AsJson

CampaignOrAll = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help=f"The campaign's id, {ALL_CAMPAIGNS} for all campaigns.")
]
Scopes = Annotated[list[str], typer.Argument(metavar="SCOPE...", help=f"What it may do: {', '.join(SCOPES)}.")]
Label = Annotated[str, typer.Option(help="Whose it is.")]
Days = Annotated[
    int | None,
    typer.Option(help=f"How long it is valid; {USUAL_DAYS}, and not less than its campaign, where not given."),
]
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
    as_json: AsJson = False,
) -> None:
    """Make a token and print it. It is kept nowhere, only its hash is."""
    services = connect("registry_table")
    now = services.now()
    request: dict[str, Any] = {
        "label": label,
        "scopes": scopes,
        "campaign": campaign_id,
        "region": region,
        "sandbox": sandbox,
        "names": names,
    }
    if never or days is not None:
        request["expires_at"] = NEVER if never else moment(now + (days or 0) * DAY_MS)
    wanted = _read(request, now)
    campaign = None if wanted.campaign == ALL_CAMPAIGNS else campaign_of(services, wanted.campaign)
    text = services.registry.issue_token(
        wanted.scopes,
        wanted.campaign,
        _expiry(wanted, campaign, now),
        wanted.names,
        label=wanted.label,
        region=wanted.region,
        sandbox=wanted.sandbox,
        created_at=now,
    )
    if as_json:
        answer({"token": text})
    else:
        print(text)


@app.command("list")
def list_tokens(*, as_json: AsJson = False) -> None:
    """List all tokens, those that were revoked too, without their secrets."""
    found = [token_response(token) for token in connect("registry_table").registry.tokens()]
    if as_json:
        answer(found)
        return
    columns = ("id", "label", "scopes", "campaign", "region", "created", "ends", "used", "revoked")
    rows = (
        (t.id, t.label, " ".join(t.scopes), t.campaign, t.region, t.created_at, t.expires_at, t.used_at, t.revoked_at)
        for t in found
    )
    show("Tokens", columns, rows)


@app.command("revoke")
def revoke(token_id: TokenId) -> None:
    """Revoke a token. What it did stays, and the list keeps its label."""
    services = connect("registry_table")
    token = services.registry.token_of_id(token_id) if token_id.isalnum() else None
    if token is None:
        raise CannotRun(f"there is no token {token_id}")
    services.registry.revoke_token(token, services.now())
    note(f"{token_id} is let in nowhere in {timedelta(milliseconds=HOLDS_AFTER_MS).seconds} seconds")


def _read(request: dict[str, Any], now: int) -> WantedToken:
    try:
        return read_token(request, now)
    except Invalid as invalid:
        texts = messages().faults
        said = (f"{one.pointer[2:]}: {texts[one.code]['en'].format_map(one.values)}" for one in invalid.faults)
        raise CannotRun("\n".join(said)) from None


def _expiry(wanted: WantedToken, campaign: Campaign | None, now: int) -> int | None:
    if wanted.expires_at == NEVER:
        return None
    return expiry_by_default(campaign, now) if wanted.expires_at is None else wanted.expires_at
