"""A cold start of the API: the unpacked package, its import and its first participation, beside botocore alone.

The pepper is read from Secrets Manager on the way. CPU time in ms of whole fresh processes, on the durable engine. The
peer is botocore's client for DynamoDB and one put. Both run on a Python like Lambda's, with the oldest botocore that it
may have.
Botocore is compiled in both, as it is in Lambda. Run: `python -m benchmarks.cold_start`.
"""

import json
import os
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3

from benchmarks.measuring import pair
from benchmarks.stage import Stage, stage
from infra.local.first_start import CAMPAIGN
from infra.package import build, runtime_python

ROUNDS = 15

_SUBJECT = """
import json, sys
sys.path[:0] = [sys.argv[2]]
sys.path.append(sys.argv[1])
import app
answer = app.app(json.load(open(sys.argv[3])), None)
assert answer["statusCode"] == 201, answer
import time; print(time.process_time() * 1000)
"""
_PEER = """
import sys
import time
sys.path.append(sys.argv[1])
import botocore.session
client = botocore.session.get_session().create_client("dynamodb")
client.put_item(TableName=sys.argv[2], Item={"stream": {"S": sys.argv[3]}, "version": {"N": "1"}})
import time; print(time.process_time() * 1000)
"""


def main() -> None:
    """Measure in a new process each time, and print the figures."""
    with stage() as current, tempfile.TemporaryDirectory() as name:
        os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "api"
        _measure(current, Path(name))


def _measure(current: Stage, directory: Path) -> None:
    with zipfile.ZipFile(build(directory=directory / "package").code) as archive:
        archive.extractall(directory / "task")
    created = current.set_up("cold")
    pepper = os.environ.pop("PEPPER")
    os.environ["PEPPER_SECRET"] = boto3.client("secretsmanager").create_secret(Name="pepper", SecretString=pepper)[
        "ARN"
    ]
    token = prepare(created["RegistryTable"])
    runtime = _site_packages()
    numbers = iter(range(1_000_000))

    def subject() -> float:
        path = directory / "event.json"
        path.write_text(json.dumps(api_event(token, f"+770100{next(numbers):05d}")))
        return _cpu(_SUBJECT, runtime, str(directory / "task"), str(path))

    def peer() -> float:
        return _cpu(_PEER, runtime, created["EventsTable"], str(next(numbers)))

    found = pair(subject, peer, ROUNDS)
    print(f"package, import and first participation  {found.subject:7.1f} ms")
    print(f"botocore's client and one put            {found.peer:7.1f} ms")
    print(f"ratio                                    {found.ratio:7.2f}    (budget 1.15)")


def _site_packages() -> str:
    command = [str(runtime_python()), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def prepare(registry_table: str) -> str:
    """Make a campaign, and return a token that may record in it."""
    from chalicelib.registry import Registry

    registry = Registry(registry_table, time.monotonic)
    registry.put_campaign(CAMPAIGN)
    return registry.issue_token(("record",), "2026")


def api_event(token: str, phone: str, organisation: str | None = None) -> dict[str, Any]:
    """Return API Gateway's event for a participation of a person, or of an organisation that is known by its name."""
    person = {"type": "citizen", "phone": phone}
    participant = {"type": "business", "organisation": organisation} if organisation else person
    body = {"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}}
    return {
        "requestContext": {
            "resourcePath": "/v1/campaigns/{campaign}/participations",
            "httpMethod": "POST",
            "requestId": "1",
        },
        "headers": {
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "idempotency-key": phone,
        },
        "multiValueHeaders": {},
        "pathParameters": {"campaign": "2026"},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def _cpu(program: str, *arguments: str) -> float:
    # Neither site packages nor the working directory: what a process finds, the programs say.
    command = [str(runtime_python()), "-I", "-S", "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
