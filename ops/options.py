"""Arguments and options that several commands have."""

from typing import Annotated

import typer

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, without progress.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Stage = Annotated[
    str | None,
    typer.Option(
        "--stage",
        metavar="NAME",
        help="A deployed stage, `prod` say; where it is left out: `QAIYRYM_URL`, else the local system.",
    ),
]
Reason = Annotated[
    str, typer.Option(help="Why. It is kept for ever: no names, phones or addresses of people belong into it.")
]
Why = Annotated[
    str | None, typer.Option("--reason", help="Why, for the trail, which is kept for ever: nothing of people in it.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="NUMBER", help="How many to list at most.")]
