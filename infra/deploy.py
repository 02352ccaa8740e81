"""Deploys an installation: `python -m infra.deploy STAGE`, with AWS credentials in the environment.

Region, architecture and parameters of an installation stand in `infra/stages/STAGE.json`. The stack is created or
changed in place; what keeps data is never deleted with it.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import boto3
import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Chalice

from infra import checks, site_upload
from infra.output import complain, say
from infra.package import Architecture, Package, build
from infra.stack import Stack, StackError
from infra.translated import translated

STAGES = Path(__file__).parent / "stages"


class Installation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an installation is like; `parameters` are those of the template, where they are not as they are there."""

    region: str
    architecture: Architecture
    parameters: Mapping[str, str] = {}


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


def deploy(stage: str) -> None:
    """Package, check and deploy an installation, store the site's files, and say where it is.

    Raises:
        NotDeployable: the package is not as it must be.
        StackError: CloudFormation could not do it, and took back what it had begun.
    """
    installation = read_stage(stage)
    package = build(installation.architecture)
    if found := checks.faults(translated(package.read_template())):
        raise NotDeployable("\n".join(found))
    session = boto3.Session(region_name=installation.region)
    s3 = session.client("s3")
    stack = Stack(f"qaiyrym-{stage}", session.client("cloudformation"), s3, _artifacts(session))
    app: Chalice = import_module("app").app
    outputs = install(stack, package, {"Stage": stage, **installation.parameters}, app)
    say(f"\n{package.digest[:16]} is deployed as {stack.name} in {installation.region}")
    for name in ("SiteUrl", "DistributionDomain", "AlarmTopicArn"):
        say(f"  {name:<20}{outputs[name]}")


def install(stack: Stack, package: Package, parameters: Mapping[str, str], app: Chalice) -> dict[str, str]:
    """Create a stack or change it in place, store the site's files, and return the stack's outputs.

    Raises:
        StackError: CloudFormation could not do it, and took back what it had begun.
    """
    named = dict(parameters)
    if "PublicUrl" not in named and "SiteUrl" in (current := stack.outputs()):
        named["PublicUrl"] = current["SiteUrl"]
    outputs = stack.deploy(package, named)
    if "PublicUrl" not in named:
        # The CDN gives the first deployment its name, and the functions have to know it.
        outputs = stack.deploy(package, {**named, "PublicUrl": outputs["SiteUrl"]})
    site_upload.upload(stack.s3, outputs["DocumentsBucketName"], app, named.get("Campaign", "2026"))
    return outputs


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


def main() -> int:
    """Deploy the installation that the argument names."""
    if len(sys.argv) != 2:
        complain("usage: python -m infra.deploy STAGE")
        return 2
    try:
        deploy(sys.argv[1])
    except (NotDeployable, StackError, RuntimeError, BotoCoreError, ClientError) as error:
        complain(f"not deployed: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
