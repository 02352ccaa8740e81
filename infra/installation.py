"""Installations as `infra/stages` describes them, and the stacks that they are."""

from collections.abc import Mapping
from pathlib import Path

import boto3
import msgspec

from infra.package import Architecture
from infra.stack import Stack

STAGES = Path(__file__).parent / "stages"


class Installation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an installation is like; `parameters` are those of the template, where they are not as they are there."""

    region: str
    architecture: Architecture
    parameters: Mapping[str, str] = {}


class OpenInstallation(msgspec.Struct, frozen=True):
    """An installation's stack, which may not be there yet, and clients in its region."""

    stage: str
    session: boto3.Session
    stack: Stack


class NotDeployable(Exception):
    """What was asked for cannot be deployed; the message says why."""


def read_stage(stage: str) -> Installation:
    """Return what an installation is like.

    Raises:
        NotDeployable: nothing, or something wrong, is written down about it.
    """
    path = STAGES / f"{stage}.json"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in STAGES.glob("*.json")))
        raise NotDeployable(f"STAGE is {stage!r}, which is none of: {known}")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Installation)
    except msgspec.DecodeError as error:
        raise NotDeployable(f"{path.name}: {error}") from None


def open_installation(stage: str, installation: Installation) -> OpenInstallation:
    """Return the stack of an installation, with a bucket for its packages."""
    session = boto3.Session(region_name=installation.region)
    s3 = session.client("s3")
    stack = Stack(f"qaiyrym-{stage}", session.client("cloudformation"), s3, _artifacts(session))
    return OpenInstallation(stage, session, stack)


def _artifacts(session: boto3.Session) -> str:
    """Return the bucket of packages, made where it is not there yet."""
    account = session.client("sts").get_caller_identity()["Account"]
    region, s3 = session.region_name, session.client("s3")
    name = f"qaiyrym-packages-{account}-{region}"
    try:
        if region == "us-east-1":
            s3.create_bucket(Bucket=name)
        else:
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return name
    return name
