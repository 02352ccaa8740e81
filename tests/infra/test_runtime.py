"""The functions on a Python like Lambda's, with the oldest botocore that it may have."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cold_start import api_event
from chalicelib.aws.session import SERVICES
from chalicelib.registry import Registry
from infra.local.first_start import CAMPAIGN
from infra.package import RUNTIME
from tests.conftest import Tables

RECORD = """
import json, sys
sys.path.insert(0, sys.argv[1])
import app
answer = app.app(json.load(sys.stdin), None)
print(json.dumps([answer["statusCode"], json.loads(answer["body"])]))
"""
CLIENTS = """
import json, sys
sys.path.insert(0, sys.argv[1])
from botocore.session import Session
from chalicelib.aws.session import quick_session

def described(session, service):
    client = session.create_client(service, region_name="eu-central-1")
    return [client.meta.endpoint_url, client.meta.service_model.operation_names]

sessions = quick_session(), Session()
print(json.dumps([[described(session, service) for service in sys.argv[2:]] for session in sessions]))
"""
VERSIONS = (
    "import sys, botocore; print(f'python{sys.version_info.major}.{sys.version_info.minor}', botocore.__version__)"
)


def run(runtime: Path, program: str, *arguments: str, given: str = "", **environment: str) -> str:
    command = [str(runtime), "-c", program, *arguments]
    variables = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "api", **environment}
    done = subprocess.run(command, input=given, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


def test_it_is_the_python_that_functions_run_on(runtime: Path, packaged: dict[str, Any]) -> None:
    functions = [r for r in packaged["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]

    assert {function["Properties"]["Runtime"] for function in functions} == {RUNTIME}
    assert run(runtime, VERSIONS) == f"{RUNTIME} 1.35.69"


@pytest.mark.slow
def test_clients_made_the_quick_way_are_those_that_botocore_makes(content: Path, runtime: Path) -> None:
    quick, plain = json.loads(run(runtime, CLIENTS, str(content), *SERVICES))

    assert quick == plain


@pytest.mark.slow
@pytest.mark.parametrize("session", ["quick", "plain"])
def test_a_participation_is_recorded(new_tables: Tables, content: Path, runtime: Path, session: str) -> None:
    registry = Registry(new_tables["RegistryTable"], time.monotonic)
    registry.put_campaign(CAMPAIGN)
    given = json.dumps(api_event(registry.issue_token(("record",), "2026"), "+77010000001"))

    status, answer = json.loads(run(runtime, RECORD, str(content), given=given, BOTOCORE_SESSION=session))

    assert (status, answer["status"], answer["repeated"]) == (201, "counted", False)
    assert new_tables.clients.dynamodb.scan(TableName=new_tables["EventsTable"])["Count"] == 1
