"""What a function tells of itself: lines for machines that belong together, and metrics in them."""

import json
import os
import subprocess
from collections.abc import Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

from chalicelib import logs

LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "api", "_X_AMZN_TRACE_ID": "Root=1-abc;Parent=def;Sampled=1", "STAGE": "prod"}


class Context:
    aws_request_id = "request-1"


def printed_in_lambda(runtime: Path, content: Path, program: str) -> list[Mapping[str, Any]]:
    """Return the lines that a program prints in an environment like Lambda's."""
    done = subprocess.run(
        [runtime, "-c", f"import sys; sys.path.insert(0, {str(content)!r})\n{program}"],
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-central-1", **LAMBDA},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_carries_the_request_and_the_trace(content: Path, runtime: Path) -> None:
    program = """
from chalicelib import logs
logs.correlate(type("Context", (), {"aws_request_id": "request-1"}))
logs.write("lead left", deliveries=2)
"""

    assert printed_in_lambda(runtime, content, program) == [
        {"event": "lead left", "request": "request-1", "trace": "1-abc", "deliveries": 2}
    ]


def test_a_metric_is_a_line_that_cloudwatch_reads(content: Path, runtime: Path) -> None:
    program = "from chalicelib.metrics import Metrics\nMetrics(lambda: 1).write('meta', Accepted=1)"
    (line,) = printed_in_lambda(runtime, content, program)

    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Qaiyrym",
            "Dimensions": [["stage"], ["stage", "source"]],
            "Metrics": [{"Name": "Accepted", "Unit": "Count"}],
        }
    ]
    assert (line["stage"], line["source"], line["Accepted"]) == ("prod", "meta", 1)


@pytest.mark.usefixtures("tables")
def test_functions_behind_streams_and_queues_tell_their_request_too(caplog: pytest.LogCaptureFixture) -> None:
    import app

    def invoke() -> None:
        app.projector({"Records": []}, Context())
        logs.write("something")

    copy_context().run(invoke)

    assert '"request":"request-1"' in caplog.records[0].getMessage()
