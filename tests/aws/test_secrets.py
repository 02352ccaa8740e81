"""Secrets of Secrets Manager, as the emulator keeps them, and of the environment."""

import itertools
from base64 import b64decode, b64encode
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.api.problems import is_storage_fault
from chalicelib.aws import secrets
from infra.local.emulator import Emulator

DRAWN, OTHER = "a" * 43, "b" * 43
SEND = "botocore.httpsession.URLLib3Session.send"

numbers = itertools.count()


def decoded(drawn: str) -> bytes:
    """Return the 32 bytes that 43 letters and digits are the base64 of."""
    return b64decode(f"{drawn}=")


class Stored:
    """One secret of Secrets Manager."""

    def __init__(self, client: Any, value: str) -> None:
        self._client = client
        made = client.create_secret(Name=f"secret-{next(numbers)}", SecretString=value)
        self.arn, self.version = str(made["ARN"]), str(made["VersionId"])

    def renew(self, value: str) -> str:
        return str(self._client.put_secret_value(SecretId=self.arn, SecretString=value)["VersionId"])


@pytest.fixture(autouse=True)
def started() -> Iterator[None]:
    """A process that has read nothing yet."""
    secrets.read.cache_clear()
    yield
    secrets.read.cache_clear()


@pytest.fixture
def stored(storage: Emulator, monkeypatch: pytest.MonkeyPatch) -> Stored:
    """A pepper in Secrets Manager, and none in the environment."""
    found = Stored(boto3.client("secretsmanager", endpoint_url=storage.url), DRAWN)
    monkeypatch.delenv("PEPPER", raising=False)
    monkeypatch.setenv("PEPPER_SECRET", found.arn)
    return found


def restart() -> None:
    secrets.read.cache_clear()


def answering(*answers: object) -> Any:
    """Return what is sent nowhere, and answers or raises one after the other."""
    return patch(SEND, side_effect=list(answers))


def answer(status: int, content: bytes) -> SimpleNamespace:
    return SimpleNamespace(status_code=status, content=content)


VALUE = answer(200, b'{"SecretString": "' + DRAWN.encode() + b'"}')


def test_43_letters_and_digits_are_the_base64_of_32_bytes(stored: Stored) -> None:
    assert secrets.pepper() == decoded(DRAWN)


@pytest.mark.usefixtures("stored")
def test_a_secret_is_read_once() -> None:
    with answering(VALUE):
        assert secrets.pepper() == secrets.pepper()


def test_without_a_version_the_current_one_is_read(stored: Stored) -> None:
    stored.renew(OTHER)

    assert secrets.pepper() == decoded(OTHER)


def test_a_version_that_is_named_is_read_whatever_came_later(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = stored.renew(OTHER)

    monkeypatch.setenv("PEPPER_VERSION", stored.version)
    assert secrets.pepper() == decoded(DRAWN)
    monkeypatch.setenv("PEPPER_VERSION", newer)
    assert secrets.pepper() == decoded(OTHER)


def test_what_was_read_stays_until_another_process(stored: Stored) -> None:
    before = secrets.pepper()
    stored.renew(OTHER)

    assert secrets.pepper() == before == decoded(DRAWN)
    restart()
    assert secrets.pepper() == decoded(OTHER)


def test_parking_keys_are_several_newest_first(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKING_KEY_SECRET", stored.arn)
    stored.renew(f"{OTHER},{DRAWN}=")

    assert secrets.parking_keys() == [decoded(OTHER), decoded(DRAWN)]


def test_on_one_machine_the_environment_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEPPER", b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("PARKING_KEY", f"{DRAWN}=,{OTHER}=")

    assert secrets.pepper() == bytes(range(32))
    assert secrets.parking_keys() == [decoded(DRAWN), decoded(OTHER)]


def test_an_environment_that_names_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEPPER", raising=False)

    with pytest.raises(KeyError, match="PEPPER"):
        secrets.pepper()


def test_a_secret_that_is_not_there_is_a_fault_and_not_an_answer(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEPPER_SECRET", f"{stored.arn}x")

    with pytest.raises(ClientError) as caught:
        secrets.pepper()
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert is_storage_fault(caught.value)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "passing",
    [
        answer(503, b"<html>"),
        answer(500, b'{"__type": "InternalServiceError"}'),
        EndpointConnectionError(endpoint_url=""),
        ConnectTimeoutError(endpoint_url=""),
        ReadTimeoutError(endpoint_url=""),
    ],
)
def test_a_fault_that_passes_is_outlasted(passing: object) -> None:
    with answering(passing, passing, VALUE):
        assert secrets.pepper() == decoded(DRAWN)


@pytest.mark.usefixtures("stored")
def test_a_fault_that_does_not_pass_is_told_and_not_remembered() -> None:
    fault = answer(500, b'{"__type": "InternalServiceError"}')

    with answering(fault, fault, fault), pytest.raises(ClientError, match="InternalServiceError"):
        secrets.pepper()
    with answering(VALUE):
        assert secrets.pepper() == decoded(DRAWN)


@pytest.mark.usefixtures("stored")
def test_a_refusal_is_not_asked_again() -> None:
    refusal = answer(400, b'{"__type": "com.amazonaws#AccessDeniedException", "Message": "not allowed"}')

    with answering(refusal), pytest.raises(ClientError, match=r"AccessDeniedException.*not allowed"):
        secrets.pepper()


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "me-central-1", "cn-north-1"])
def test_secrets_manager_is_where_its_client_finds_it(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    client = botocore.session.get_session().create_client("secretsmanager", region_name=region)

    assert secrets.endpoint(region) == client.meta.endpoint_url
