"""`audit`: what is shown, compared with the log."""

from typing import Annotated, Any

import msgspec
import typer

from chalicelib.metrics import NAMESPACE
from chalicelib.projections.audit import Audit, audit
from ops.cells import different_cells
from ops.console import answer, note, progress, show
from ops.installation import READ_MODELS, campaign_of, connect
from ops.options import AsJson, CampaignId
from ops.scanning import event_count

MetricStage = Annotated[
    str | None, typer.Option(envvar="STAGE", help="Tell CloudWatch the drift of this installation, for its alarm.")
]


def run(campaign_id: CampaignId, *, stage: MetricStage = None, as_json: AsJson = False) -> None:
    """Compare the totals and rows of a campaign with its log, exactly, while events come in.

    Example: `bin/qaiyrym audit 2026`

    Ends with 1 where something differs, with 2 where the log holds what this release cannot read, with 3 where nothing
    exact can be said and the audit has to run again. Where something differs, docs/runbook.md (TotalsDrift) goes on
    with `rebuild`.
    """
    services = connect(*READ_MODELS)
    campaign = campaign_of(services, campaign_id)
    with progress("events", event_count(services, campaign), quiet=as_json) as tell:
        found = audit(services.rebuild, services.rows, services.log_segments, campaign, tell)
    _print(found, as_json=as_json)
    if stage:
        tell_drift(stage, found.drifted)
    if found.unreadable:
        note(f"{found.unreadable} records of the log cannot be read by this release, or not be counted")
        raise typer.Exit(2)
    if found.drifted:
        raise typer.Exit(1)


def tell_drift(stage: str, states: int) -> None:
    """Tell CloudWatch how many states of an installation have drifted, which has an alarm on it."""
    import boto3

    datum: Any = {"MetricName": "Drift", "Dimensions": [{"Name": "stage", "Value": stage}], "Value": states}
    boto3.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])


def _print(found: Audit, *, as_json: bool) -> None:
    cells = different_cells(found.sums)
    if as_json:
        answer({**msgspec.to_builtins(found), "cells": cells})
        return
    if cells:
        show(
            "Sums that differ", ("state", "cell", "measure", "shown", "in the log"), map(msgspec.structs.astuple, cells)
        )
    if found.rows:
        show(
            "Rows that differ",
            ("rows of", "key", "version in the log", "stored version"),
            map(msgspec.structs.astuple, found.rows),
        )
    print(f"{found.campaign}, generation {found.generation}: {found.events:,} events, {found.drifted:,} differences")
