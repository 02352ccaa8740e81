"""What a request is about to do: it stands in the trail before it is done, and how it ended beside it."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib import logs
from chalicelib.api.calls import Call
from chalicelib.api.problems import problem_of
from chalicelib.domain.trail_actions import TrailAction

if TYPE_CHECKING:
    from chalicelib.trail import TrailChanges, TrailEntry

MAX_RACES = 10


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done in a campaign, None for what is of none: `carry_out` does it, and returns the answer.

    `target` is what the path names, `targets` are those of the body, `count` is how many they are: ids, and nothing
    that leads to a person. `reason` is folded and judged. `action` says what it is where a route can do several things.
    """

    campaign: str | None
    carry_out: Callable[[], Response]
    target: str | None = None
    targets: tuple[str, ...] = ()
    count: int | None = None
    reason: str | None = None
    changes: "TrailChanges | None" = None
    action: TrailAction | None = None


class Overtaken(Exception):
    """What was to be changed is another one by now, and nothing was done: it has to be looked at anew."""


def carried_out(
    call: Call, action: TrailAction, reason: str | None, prepare: Callable[[], Response | Intent]
) -> Response:
    """Do what a request is about to do, and return the answer; of one that does nothing, its answer alone is prepared.

    `reason` is why, where what is prepared does not say it.

    Raises:
        Exception: it could not be noted in the trail, and nothing was done.
        Overtaken: others keep changing what it is about.
        Problem: it was refused, or failed.
    """
    for _ in range(MAX_RACES):
        prepared = prepare()
        if isinstance(prepared, Response):
            return prepared
        try:
            return _carry_out(call, action, reason, prepared)
        except Overtaken:
            continue
    raise Overtaken


def _carry_out(call: Call, action: TrailAction, reason: str | None, intent: Intent) -> Response:
    from chalicelib.trail import OF_NO_CAMPAIGN, TrailEntry, entry_id

    campaign = intent.campaign or OF_NO_CAMPAIGN
    entry = TrailEntry(
        id=entry_id(call.services.now()),
        by=call.token.id,
        action=intent.action or action,
        target=intent.target,
        targets=intent.targets,
        count=intent.count,
        reason=intent.reason or reason,
        region=call.token.region,
        changes=intent.changes,
    )
    call.services.trail.begin(campaign, entry)
    try:
        response = intent.carry_out()
    except Exception as error:
        problem = problem_of(error)
        _end(call, campaign, entry, problem.status)
        if isinstance(error, Overtaken):
            raise
        raise problem from error
    _end(call, campaign, entry, response.status_code)
    return response


def _end(call: Call, campaign: str, entry: "TrailEntry", status: int) -> None:
    try:
        call.services.trail.end(campaign, entry, status)
    except Exception as error:  # noqa: BLE001  whatever it is, what was done is answered as it was done
        logs.write("trail_end_lost", level=logging.ERROR, entry=entry.id, status=status, error=logs.describe(error))
