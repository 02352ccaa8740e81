"""`token`: tokens for partners and moderators."""

from typing import Annotated

import msgspec
import typer

from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES, Scope
from chalicelib.domain.vocabulary import NamesOnAir
from ops.console import answer
from ops.installation import connect
from ops.options import AsJson

_DAY_MS = 24 * 3600 * 1000


def _known(scopes: list[str]) -> list[str]:
    for scope in scopes:
        if scope not in SCOPES:
            raise typer.BadParameter(f"{scope} is none of {', '.join(SCOPES)}")
    return scopes


CampaignOrAll = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help=f"The campaign's id, {ALL_CAMPAIGNS} for all campaigns.")
]
Scopes = Annotated[
    list[str], typer.Argument(metavar="SCOPE...", help=f"What it may do: {', '.join(SCOPES)}.", callback=_known)
]
Days = Annotated[int | None, typer.Option(help="How long it is valid; for ever where not given.")]
Names = Annotated[
    NamesOnAir, typer.Option(help="What becomes of the names it brings: shown, waiting for a moderator, or never shown.")
]


def run(
    campaign_id: CampaignOrAll,
    scopes: Scopes,
    *,
    days: Days = None,
    names: Names = "shown",
    as_json: AsJson = False,
) -> None:
    """Make a token and print it. It is kept nowhere, only its hash is."""
    services = connect("registry_table")
    expires_at = None if days is None else services.now() + days * _DAY_MS
    token = services.registry.issue_token(msgspec.convert(scopes, tuple[Scope, ...]), campaign_id, expires_at, names)
    if as_json:
        answer({"token": token})
    else:
        print(token)
