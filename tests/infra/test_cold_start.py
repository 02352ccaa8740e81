"""What an answer without a store costs: the code as Lambda unpacks it, asked by events of API Gateway."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "HOOK_SECRETS": '{"meta": {"ours": {"verify_token": ["v"], "app_secret": ["s"]}}}',
    "PATH": "/usr/bin:/bin",
}


def event(route: str, path: dict[str, str], query: dict[str, str]) -> dict[str, Any]:
    return {
        "requestContext": {"resourcePath": route, "httpMethod": "GET", "requestId": "1"},
        "headers": {},
        "multiValueHeaders": {},
        "pathParameters": path,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (
            event(
                "/v1/hooks/{provider}",
                {"provider": "meta"},
                {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "v"},
            ),
            200,
        ),
        (event("/v1/hooks/{provider}", {"provider": "meta"}, {"hub.mode": "subscribe"}), 403),
        (event("/", {}, {}), 200),
        (event("/widget/{name}", {"name": "counter.js"}, {}), 200),
        (event("/openapi.json", {}, {}), 200),
    ],
    ids=["handshake", "refused handshake", "launch page", "script", "contract"],
)
def test_what_needs_no_store_never_loads_its_client(
    content: Path, runtime: Path, asked: dict[str, Any], status: int
) -> None:
    program = f"""
import json, sys
sys.path.insert(0, {str(content)!r})
import app
answer = app.app(json.loads(sys.stdin.read()), None)
heavy = [name for name in ("botocore", "boto3", "pynamodb", "phonenumbers", "nacl") if name in sys.modules]
print(json.dumps([answer["statusCode"], heavy]))
"""
    done = subprocess.run(
        [runtime, "-c", program],
        input=json.dumps(asked),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == [status, []]
