"""Clients made the quick way are the clients that botocore makes."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.loaders import Loader
from urllib3 import HTTPResponse

from chalicelib.aws.session import SERVICES, USER_AGENT, quick_session


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that is told to do as botocore does."""
    quick_session.cache_clear()
    monkeypatch.setenv("BOTOCORE_SESSION", "plain")
    yield
    quick_session.cache_clear()


@pytest.fixture(autouse=True)
def in_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def session_of_botocore() -> botocore.session.Session:
    return botocore.session.get_session()


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "me-central-1", "cn-north-1"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_has_the_same_endpoint_and_operations(
    service: str, region: str, session_of_botocore: botocore.session.Session
) -> None:
    quick = quick_session().create_client(service, region_name=region)
    slow = session_of_botocore.create_client(service, region_name=region)

    assert quick.meta.endpoint_url == slow.meta.endpoint_url
    assert quick.meta.service_model.operation_names == slow.meta.service_model.operation_names
    assert quick.meta.service_model.metadata == slow.meta.service_model.metadata


@pytest.mark.usefixtures("plain")
def test_the_way_back_is_the_session_that_botocore_makes() -> None:
    session = quick_session()

    assert type(session.get_component("data_loader")) is Loader
    assert session.create_client("ec2", region_name="eu-central-1").meta.service_model.service_name == "ec2"
    assert session.get_default_client_config() is None


def test_a_service_that_is_not_listed_is_refused() -> None:
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        quick_session().create_client("ec2", region_name="eu-central-1")


@pytest.mark.parametrize("config", [None, Config(retries={"mode": "standard"})])
def test_a_request_says_who_asks_in_one_word(config: Config | None) -> None:
    client: Any = quick_session().create_client("sqs", region_name="eu-central-1", config=config)
    agents: list[object] = []

    def answered(request: AWSRequest, **_: object) -> Any:
        agents.append(request.headers["User-Agent"])
        return AWSResponse("", 200, HTTPHeaders(), HTTPResponse(BytesIO(b"{}"), preload_content=False))

    client.meta.events.register("before-send.sqs", answered)
    client.list_queues()

    assert agents == [USER_AGENT.encode()]
