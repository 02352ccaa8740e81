"""Arguments and options that several commands have."""

from typing import Annotated

import typer

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, without progress.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
