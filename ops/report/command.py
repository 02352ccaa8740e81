"""`report`: what a campaign came to, as a page to print or as JSON."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from chalicelib.domain.vocabulary import Language
from ops.api_client import ApiClient, connect_api
from ops.console import answer, note, progress
from ops.options import AsJson, CampaignId, Stage
from ops.report.figures import CampaignReport, disagreements
from ops.report.page import page
from ops.report.report_reader import Unsettled, read_report

MAX_READS = 5
PAUSE_SECONDS = 20
"""Between two readings. Documents that follow more slowly than the counter do so within a minute."""

InLanguage = Annotated[Language, typer.Option(help="The language of the page.")]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Where the page is written, stdout if left out.")
]


def run(
    campaign_id: CampaignId,
    *,
    language: InLanguage = "kk",
    out: Out = None,
    stage: Stage = None,
    as_json: AsJson = False,
) -> None:
    """Make a report of a campaign: a page to print on A4, or to send round as it is.

    Example: `bin/qaiyrym report 2026 --language ru --out report.html`

    It has totals, regions, kinds, participants, channels, organisations, days, and what was corrected. All of it is of
    one moment and adds up; what waits for a moderator is in none of it. Ends with 3 where the numbers still move: end
    or freeze the campaign first. The token needs the scope `moderate`.
    """
    report = _settled(connect_api(stage), campaign_id, quiet=as_json)
    if report is None:
        raise typer.Exit(3)
    if as_json:
        answer(report)
        return
    text = page(report, language)
    if out is None:
        sys.stdout.write(text)
        return
    out.write_text(text, encoding="utf-8")
    note(f"{out} is the report of {campaign_id}, as of {report.as_of}: a browser prints it")


def _settled(api: ApiClient, campaign: str, *, quiet: bool) -> CampaignReport | None:
    """Return a report of which all sections are of one moment, None where numbers keep moving."""
    for is_last in (*[False] * (MAX_READS - 1), True):
        try:
            with progress("acts", None, quiet=quiet) as tell:
                report = read_report(api, campaign, tell)
            moving = disagreements(report)
        except Unsettled as unsettled:
            moving = [str(unsettled)]
        if not moving:
            return report
        if not is_last:
            note(f"numbers still move ({', '.join(moving)}): reads them again in {PAUSE_SECONDS} seconds")
            time.sleep(PAUSE_SECONDS)
    note(f"numbers still move ({', '.join(moving)}): end or freeze the campaign, and start again")
    return None
