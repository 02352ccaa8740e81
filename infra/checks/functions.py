"""What every function has, and that none is given a secret: functions read theirs when they start."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra import permissions
from infra.package import RUNTIME

_READ = "secretsmanager:GetSecretValue"
_VARIABLES: Mapping[str, str] = {"Pepper": "PEPPER", "ParkingKey": "PARKING_KEY"}
"""By secret, what the variables that name it and its version begin with."""

_RUNTIME_BUILDS: Mapping[str, Any] = {
    "UpdateRuntimeOn": {"Fn::If": ["HasRuntimeVersion", "Manual", {"Ref": "RuntimeUpdates"}]},
    "RuntimeVersionArn": {"Fn::If": ["HasRuntimeVersion", {"Ref": "RuntimeVersionArn"}, {"Ref": "AWS::NoValue"}]},
}
"""Which build of the runtime, by parameters: docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield functions that are not traced, log for ever, run on another Python, or do not know their secrets."""
    resources = template["Resources"]
    for name, called in permissions.CALLED.items():
        properties = resources.get(name, {}).get("Properties", {})
        if properties.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{name} is not traced"
        group = properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        if resources.get(group, {}).get("Properties", {}).get("RetentionInDays") is None:
            yield f"{name} logs for ever"
        if properties.get("Runtime") != RUNTIME:
            yield f"{name} runs on {properties.get('Runtime')}, and what it runs was compiled for {RUNTIME}"
        if properties.get("RuntimeManagementConfig") != _RUNTIME_BUILDS:
            yield f"{name} cannot be kept on a build of its runtime"
        read = {resource for resource, action in called if action == _READ}
        yield from _secret_faults(name, properties.get("Environment", {}).get("Variables", {}), read)


def _secret_faults(function: str, variables: Mapping[str, Any], read: set[str]) -> Iterator[str]:
    """Yield what is not as `chalicelib.aws.secrets` has it.

    A secret that CloudFormation writes into the environment can be read by all who may describe the function, and its
    new value comes only with a deployment that changes the function in another way:
    docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    for variable, value in variables.items():
        if variable in _VARIABLES.values() or "{{resolve:" in str(value):
            yield f"{function} has a secret in {variable}"
    for secret, variable in _VARIABLES.items():
        found = variables.get(f"{variable}_SECRET"), variables.get(f"{variable}_VERSION")
        expected = ({"Ref": secret}, {"Ref": f"{secret}Version"}) if secret in read else (None, None)
        if found != expected:
            yield f"{function} does not read {secret} in the version that is deployed"
