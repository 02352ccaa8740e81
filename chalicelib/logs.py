"""Log lines for machines, one JSON object each. None holds anything that a person sent."""

import logging
import os
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

import msgspec

LOG = logging.getLogger("qaiyrym")
if LOG.level == logging.NOTSET:
    LOG.setLevel(logging.INFO)
if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # Lambda's own handler would write another object around the line, and CloudWatch find no metrics in it.
    LOG.addHandler(logging.StreamHandler(sys.stdout))
    LOG.propagate = False

_correlation: ContextVar[Mapping[str, str]] = ContextVar("correlation", default={})  # noqa: B039  never changed


def correlate(context: object) -> None:
    """Let the lines to come carry the ids of an invocation: its own, and its trace's where it is traced."""
    request = getattr(context, "aws_request_id", None)
    trace = dict(part.split("=", 1) for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";") if "=" in part)
    ids = {"request": request, "trace": trace.get("Root")}
    _correlation.set({name: value for name, value in ids.items() if value})


def write(event: str, *, level: int = logging.INFO, **facts: str | int | None) -> None:
    """Write a line about something that happened; facts that are None are left out."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    LOG.log(level, "%s", msgspec.json.encode({"event": event, **_correlation.get(), **known}).decode())


def describe(error: BaseException) -> str:
    """Return an exception's type and where it was raised; its text is left out, as it may quote what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        [
            type(error).__name__,
            *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)),
        ]
    )
