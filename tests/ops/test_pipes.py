"""Commands whose output somebody stops reading."""

import os
import subprocess
import sys

from infra.local.local_settings import REPOSITORY


def test_a_command_ends_quietly_whose_output_nobody_reads() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "ops", "secret", "check", "--json"],
            cwd=REPOSITORY,
            env={**os.environ, "AWS_DEFAULT_REGION": "eu-central-1", "HOOK_SECRETS": "{}"},
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert (ended.returncode, ended.stderr) == (1, "")
