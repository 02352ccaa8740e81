"""The secrets that this process works with: of Secrets Manager or, on one machine, of the environment.

`NAME_SECRET` names the secret in Secrets Manager and `NAME_VERSION` which of its versions; without one the current
version is meant. A process keeps what it has read: other versions come with other names, and so with new processes.
Where nothing is named so, `NAME` holds the secret itself.
"""

import os
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib.aws import clients

PEPPER = "PEPPER"
"""The secret under which persons are keyed."""
PARKING_KEY = "PARKING_KEY"
"""The keys under which deliveries that wait are sealed, newest first, by commas."""

_OPERATION = "GetSecretValue"


class _Answer(msgspec.Struct, frozen=True):
    SecretString: str


def pepper() -> bytes:
    """Return the secret under which persons are keyed.

    Raises:
        KeyError: the environment does not name it.
        ValueError: it is no base64.
        BotoCoreError, ClientError: it cannot be read.
    """
    return _decoded(_text(PEPPER))


def parking_keys() -> list[bytes]:
    """Return the keys under which deliveries that wait are sealed, newest first.

    Raises:
        KeyError: the environment does not name them.
        ValueError: one is no base64.
        BotoCoreError, ClientError: they cannot be read.
    """
    return [_decoded(key) for key in _text(PARKING_KEY).split(",")]


def _text(name: str) -> str:
    if secret := os.environ.get(f"{name}_SECRET"):
        return read(secret, os.environ.get(f"{name}_VERSION", ""))
    return os.environ[name]


def _decoded(text: str) -> bytes:
    # Secrets Manager draws 43 letters and digits, the base64 of 32 bytes but for the "=" behind them.
    return b64decode(text + "=" * (-len(text) % 4))


@cache
def read(secret: str, version: str) -> str:
    """Return a version of a secret, the current one without its name: read once, as long as the process lives.

    Raises:
        BotoCoreError, ClientError: it cannot be read.
    """
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  of requests, not of files

    request = {"SecretId": secret} | ({"VersionId": version} if version else {})
    for _ in range(clients.RETRIES):
        try:
            return _value(request)
        except (ConnectionError, HTTPClientError):
            continue
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise
    return _value(request)


def _value(request: Mapping[str, str]) -> str:
    """Return what Secrets Manager answers.

    One signed request: a client, which first reads the model of the service, costs a cold start much more.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import ClientError, NoCredentialsError
    from botocore.httpsession import URLLib3Session

    from chalicelib.aws.session import quick_session

    region = os.environ["AWS_DEFAULT_REGION"]
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"secretsmanager.{_OPERATION}"}
    unsigned = AWSRequest("POST", f"{endpoint(region)}/", headers, msgspec.json.encode(request))
    credentials = quick_session().get_credentials()
    if credentials is None:
        raise NoCredentialsError
    SigV4Auth(credentials, "secretsmanager", region).add_auth(unsigned)
    timeout = clients.CONNECT_TIMEOUT_SECONDS, clients.READ_TIMEOUT_SECONDS
    session = URLLib3Session(timeout=timeout, max_pool_connections=1)  # type: ignore[arg-type]
    response = session.send(unsigned.prepare())
    if response.status_code != 200:
        raise ClientError(_refusal(response.status_code, response.content), _OPERATION)
    return msgspec.json.decode(response.content, type=_Answer).SecretString


def endpoint(region: str) -> str:
    """Return where Secrets Manager is, without a slash at the end."""
    named = os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or os.environ.get("AWS_ENDPOINT_URL")
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return (named or f"https://secretsmanager.{region}.{suffix}").rstrip("/")


def _refusal(status: int, content: bytes) -> Any:
    """Return a refusal as botocore's clients tell it."""
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        told = {}
    code = str(told.get("__type", status)).rpartition("#")[2]
    message = str(told.get("message", told.get("Message", "")))
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
