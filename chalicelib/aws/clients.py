"""One connection to DynamoDB for everything, and the other clients, each made when it is first needed."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from pynamodb.connection import Connection

# All attempts together stay below the 29 s of API Gateway, and well below most webhook senders' patience.
CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 3.0
RETRIES = 2
POOL = 32


@cache
def connection() -> "Connection":
    """Return the PynamoDB connection that all tables share."""
    from pynamodb.connection import Connection

    from chalicelib.aws.session import quick_session

    class QuickConnection(Connection):
        @property
        def session(self) -> "Session":
            return quick_session()

    return QuickConnection(
        region=os.environ["AWS_DEFAULT_REGION"],
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=RETRIES,
        max_pool_connections=POOL,
    )


def dynamodb() -> "DynamoDBClient":
    """Return the botocore client of the shared connection."""
    return cast("DynamoDBClient", connection().client)


@cache
def s3() -> "S3Client":
    """Return the client of S3."""
    return cast("S3Client", _client("s3"))


@cache
def sqs() -> "SQSClient":
    """Return the client of SQS."""
    return cast("SQSClient", _client("sqs"))


@cache
def cloudfront() -> Any:
    """Return the client of CloudFront."""
    return _client("cloudfront")


@cache
def streams() -> Any:
    """Return the client of DynamoDB Streams."""
    return _client("dynamodbstreams")


def _client(service: str) -> Any:
    from botocore.config import Config

    from chalicelib.aws.session import quick_session

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": 1 + RETRIES, "mode": "standard"},
        max_pool_connections=POOL,
    )
    return quick_session().create_client(service, region_name=os.environ["AWS_DEFAULT_REGION"], config=config)
