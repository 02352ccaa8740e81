"""What an account must allow before a stack can work in it: quotas, and a name that no other distribution has."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from botocore.exceptions import ClientError

Template = Mapping[str, Any]

EXECUTIONS_OF_A_LAUNCH = 1_000
"""What Lambda gives an account that is not new; docs/scale.md has what a launch takes."""
UNRESERVED_EXECUTIONS = 100
"""What an account must leave to functions without a reservation: docs.aws.amazon.com/lambda/latest/dg/
configuration-concurrency.html.
"""

_EXECUTIONS = ("lambda", "L-B99A9384")
_GATEWAY_RATE = ("apigateway", "L-8A5B8E43")
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")

UNVERIFIED = (
    "CloudFront: the account has no distribution yet. AWS lets some new accounts make none until it has verified them, "
    "and the stack then fails with `Your account must be verified before you can add new CloudFront resources`: open a "
    "support case that asks for it before the day (docs/deploy.md, Quotas)"
)
"""What no API tells beforehand: github.com/aws-samples/aws-cdk-examples/issues/279."""


class Shortfall(msgspec.Struct, frozen=True):
    """A quota that is too small: below `for_creation` nothing is created, below `for_launch` not everything works."""

    what: str
    quota: tuple[str, str]
    current: int
    for_launch: int
    for_creation: int = 0

    @property
    def is_fatal(self) -> bool:
        """Whether CloudFormation would fail."""
        return self.current < self.for_creation

    def told(self, region: str) -> str:
        """Return what is too small and how it is raised, in two lines."""
        service, code = self.quota
        must = f"{self.for_creation:,} for the stack to be created at all, " if self.is_fatal else ""
        return (
            f"{self.what}: the account has {self.current:,}, and needs {must}{self.for_launch:,} for a launch\n"
            f"  aws service-quotas request-service-quota-increase --region {region} --service-code {service} "
            f"--quota-code {code} --desired-value {self.for_launch}"
        )


def short_executions(
    client: Any, template: Template, parameters: Mapping[str, str], functions: Iterable[str]
) -> Shortfall | None:
    """Return by how much Lambda's executions at once are too few, None where they are enough.

    `functions` are the names of those that the stack has already; what all others have reserved is left to them.
    """
    limit = client.get_account_settings()["AccountLimit"]
    current, unreserved = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    settings = (client.get_function_concurrency(FunctionName=name) for name in functions)
    own = sum(setting.get("ReservedConcurrentExecutions", 0) for setting in settings)
    of_others = current - unreserved - own
    of_the_stage = reserved(template, parameters)
    for_creation = of_the_stage + of_others + UNRESERVED_EXECUTIONS
    for_launch = max(EXECUTIONS_OF_A_LAUNCH, for_creation)
    if current >= for_launch:
        return None
    what = f"Lambda, executions at once, of which the stage reserves {of_the_stage:,}"
    return Shortfall(what, _EXECUTIONS, current, for_launch, for_creation)


def short_gateway_rate(client: Any, template: Template, parameters: Mapping[str, str]) -> Shortfall | None:
    """Return by how much API Gateway's requests a second are too few for `ApiRate`, None where they are enough."""
    service, code = _GATEWAY_RATE
    try:
        quota = client.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchResourceException":
            raise
        # What was never raised is told as a default only.
        quota = client.get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    current, for_launch = int(quota["Value"]), int(_value({"Ref": "ApiRate"}, template, parameters))
    if current >= for_launch:
        return None
    return Shortfall("API Gateway, requests a second", _GATEWAY_RATE, current, for_launch)


def reserved(template: Template, parameters: Mapping[str, str]) -> int:
    """Return how many executions the functions of a template reserve."""
    given = (
        resource["Properties"].get("ReservedConcurrentExecutions", 0)
        for resource in template["Resources"].values()
        if resource["Type"] in _FUNCTIONS
    )
    return sum(_value(value, template, parameters) for value in given)


def has_distributions(client: Any) -> bool:
    """Return whether the account has a distribution of CloudFront, which it has only once AWS lets it make some."""
    return bool(client.list_distributions(MaxItems="1")["DistributionList"]["Quantity"])


def holder_of(client: Any, domain: str) -> tuple[str, str] | None:
    """Return id and comment of the account's distribution that has a name, None where none has it.

    CloudFront gives a name to one distribution only, in any region and account.
    """
    for page in client.get_paginator("list_distributions").paginate():
        for found in page["DistributionList"].get("Items", []):
            if domain in found["Aliases"].get("Items", []):
                return found["Id"], found["Comment"]
    return None


def _value(value: Any, template: Template, parameters: Mapping[str, str]) -> int:
    """Return a number of a template: itself, or that of the parameter that it refers to; 0 for what is left out."""
    match value:
        case {"Ref": "AWS::NoValue"}:
            return 0
        case {"Ref": str(name)}:
            return int(parameters.get(name, template["Parameters"][name]["Default"]))
        case {"Fn::If": [str(condition), then, otherwise]}:
            chosen = then if _holds(template["Conditions"][condition], template, parameters) else otherwise
            return _value(chosen, template, parameters)
        case _:
            return int(value)


def _holds(condition: Any, template: Template, parameters: Mapping[str, str]) -> bool:
    match condition:
        case {"Fn::Not": [inner]}:
            return not _holds(inner, template, parameters)
        case {"Fn::Equals": [{"Ref": str(name)}, other]}:
            return str(parameters.get(name, template["Parameters"][name]["Default"])) == str(other)
        case _:
            raise ValueError(f"{condition} is not read here")
