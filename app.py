"""Every Lambda entry point. Wiring only: what is done stands in `chalicelib`."""

from chalicelib.aws import cold_start  # noqa: F401, I001  before anything is loaded
from typing import Any

from chalicelib.api import (
    act_changes,
    act_visibility,
    acts,
    batch,
    breakdown,
    campaigns,
    decisions,
    forms,
    health,
    history,
    hooks,
    moderation,
    names,
    oembed,
    openapi,
    pages,
    parked,
    participations,
    personal_data,
    problem_pages,
    qr,
    site,
    status,
    submissions,
    tokens,
    trail,
)
from chalicelib.api.application import Application
from chalicelib.bootstrap import bootstrap

app = Application(bootstrap())

for blueprint in (
    participations.routes,
    batch.routes,
    moderation.routes,
    acts.routes,
    act_changes.routes,
    breakdown.routes,
    decisions.routes,
    history.routes,
    names.routes,
    act_visibility.routes,
    personal_data.routes,
    submissions.routes,
    campaigns.routes,
    tokens.routes,
    hooks.routes,
    forms.routes,
    parked.routes,
    status.routes,
    trail.routes,
    health.routes,
    openapi.routes,
    site.routes,
    pages.routes,
    problem_pages.routes,
    oembed.routes,
    qr.routes,
):
    app.register_blueprint(blueprint)


@app.lambda_function(name="projector")
def projector(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fold a batch of the log's stream into the projections."""
    return app.services.projector.handle(event)


@app.lambda_function(name="publisher")
def publisher(event: dict[str, Any], _context: object) -> None:
    """Publish what a batch of the states', the registry's or the names' stream touches."""
    app.services.publisher.publish(event["Records"])


@app.lambda_function(name="sweeper")
def sweeper(_event: dict[str, Any], _context: object) -> None:
    """Put right what publications left behind, each minute, and report what is not shown."""
    app.services.sweeper.sweep()


@app.lambda_function(name="auditor")
def auditor(_event: dict[str, Any], _context: object) -> None:
    """Compare what is shown with the log, each hour, and tell what has drifted."""
    app.services.auditor.run()


@app.lambda_function(name="retention")
def retention(_event: dict[str, Any], _context: object) -> None:
    """Let contacts follow a campaign's end that was moved, each hour."""
    app.services.retention.follow()


@app.lambda_function(name="lead_reconciler")
def lead_reconciler(_event: dict[str, Any], _context: object) -> None:
    """Look for the leads of the last day that no webhook brought, each hour."""
    app.services.lead_reconciler.run()


@app.lambda_function(name="lead_worker")
def lead_worker(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fetch a batch of Meta's leads; return those that shall stay in the queue."""
    return app.services.lead_worker.handle(event)
