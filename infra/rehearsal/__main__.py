"""Packages, checks, deploys to an emulator, uses, updates and deletes the system: `python -m infra.rehearsal`."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from chalice.app import Chalice

from infra import checks, security
from infra.deploy import Installer, refuse_losses
from infra.local.local_settings import REGION, LocalError, emulator_python
from infra.output import complain, say
from infra.package import RUNTIME, Architecture, Package, build
from infra.permissions import CALLED, ROLES
from infra.rehearsal import cloud, front, graph_api_stub
from infra.rehearsal.cloud import Cloud
from infra.rehearsal.commands import Commands
from infra.rehearsal.deployment import HOOK_SECRETS_PATH, STAGE, Deployment, RehearsalError
from infra.rehearsal.emulator_template import adapted
from infra.rehearsal.operators import Operators
from infra.rehearsal.scenario import HOOK_SECRETS, LEADS, MISSED, Scenario
from infra.rehearsal.visitors import Visitors
from infra.smoke import SmokeError
from infra.stack import Stack, StackError
from infra.translated import translated

_ARTIFACTS = "artifacts"
# The package's libraries have to run here.
_ARCHITECTURE: Architecture = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"

_OF_LAMBDA = ("START ", "END ", "REPORT ")
"""How lines begin that tell of an invocation only that it was."""

Template = Mapping[str, Any]
_Result = TypeVar("_Result")


def main() -> int:
    """Run every step; return 1 at the first that fails."""
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            _rehearse(stack)
    except (RehearsalError, SmokeError, StackError, LocalError, RuntimeError) as error:
        complain(f"  FAILED            {error}")
        return 1
    say(f"\nRehearsed in {time.monotonic() - began:.0f} s: what was packaged works as one stack.")
    return 0


def _rehearse(exits: ExitStack) -> None:
    say("The package")
    package = _step("built", lambda: build(_ARCHITECTURE), _told)
    _step("linted", lambda: _linted(package))
    template = translated(package.read_template())
    _step("secured", lambda: _secured(template))
    _step("checked", lambda: _checked(template))

    say("\nThe stack, in an account on this machine where every permission counts")
    directory = Path(exits.enter_context(TemporaryDirectory(prefix="rehearsal-")))
    account = cloud.start(emulator_python(), directory)
    exits.callback(account.emulator.stop)
    os.environ.update(account.environment)
    graph_url = exits.enter_context(graph_api_stub.serving(LEADS, MISSED))
    package, left_out = _adapted(package, directory)
    for reason in left_out:
        say(f"  left out          {reason}")
    stack = Stack(f"qaiyrym-{STAGE}", account.client("cloudformation"), account.client("s3"), _ARTIFACTS, 1)
    stack.s3.create_bucket(Bucket=_ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, secret in HOOK_SECRETS.items():
        account.client("ssm").put_parameter(Name=f"{HOOK_SECRETS_PATH}/{name}", Value=secret, Type="SecureString")
    app: Chalice = import_module("app").app
    installer = Installer(stack, account.client("secretsmanager"), refuse_losses)
    operators = Operators(account, installer, package, {"Stage": STAGE, "GraphApiUrl": graph_url}, app)
    _step("fails", operators.fail_to_create)
    outputs = _step("created", operators.create, lambda _: f"{len(stack.resources())} resources")
    resources = stack.resources()
    token = _token(resources["RegistryTable"])
    visitors = Visitors(account.emulator.url, outputs["RestAPIId"], outputs["DistributionDomain"], token)
    url = exits.enter_context(front.serving(visitors, package.read_template()))
    deployment = Deployment(account, visitors, resources, url, graph_url)
    scenario = Scenario(deployment)
    try:
        _step("smoke test", lambda: operators.smoke(deployment))
        say("\nA campaign through its API Gateway, and the totals as its distribution shows them")
        for step in scenario.steps:
            _step(step.__name__.replace("_", " "), step)
        say("\nThe same stack later")
        _step("updated in place", operators.update, lambda _: _in_place(stack, resources))
        _step("go on", scenario.go_on)
        _step("reconcile leads", scenario.reconcile_leads)
        _step("commands", Commands(deployment).rehearse)
        _step("tell nobody", scenario.tell_nobody)
        _step("permissions", lambda: _as_called(account, resources))
        _step("new secret", lambda: operators.renew_secret(scenario))
        _step("restored", lambda: operators.restore(scenario))
    except (RehearsalError, SmokeError):
        told = [line for line in account.log_lines() if not line.startswith(_OF_LAMBDA)]
        for line in told[-30:]:
            complain(f"  logged            {line.rstrip()}")
        raise
    _step("deleted", operators.undeploy, lambda resources: _data_retained(account, stack, resources))


def _adapted(package: Package, directory: Path) -> tuple[Package, list[str]]:
    template, left_out = adapted(package.read_template())
    path = directory / "template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    return Package(package.code, path), left_out


def _step(name: str, act: Callable[[], _Result], tell: Callable[[_Result], str] = str) -> _Result:
    began = time.monotonic()
    result = act()
    say(f"  {name:<17} {tell(result)} ({time.monotonic() - began:.1f} s)")
    return result


def _told(package: Package) -> str:
    return f"{package.code.stat().st_size:,} bytes, {RUNTIME}, {_ARCHITECTURE}, sha256 {package.digest[:16]}…"


def _linted(package: Package) -> str:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(  # noqa: S603  a tool of this project
        [str(linter), "--include-checks", "W", "--", str(package.template)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RehearsalError(f"cfn-lint:\n{done.stdout}{done.stderr}")
    return "cfn-lint finds nothing"


def _secured(template: Template) -> str:
    return _none(security.faults(template), f"cfripper finds nothing but what is meant ({len(security.EXCEPTIONS)})")


def _checked(template: Template) -> str:
    return _none(checks.faults(template), "permissions, references, mappings, data and alarms are as they must be")


def _none(faults: Sequence[str], good: str) -> str:
    if faults:
        raise RehearsalError("\n             ".join(faults))
    return good


def _token(registry_table: str) -> str:
    from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
    from chalicelib.registry import Registry

    return Registry(registry_table, time.monotonic).issue_token(SCOPES, ALL_CAMPAIGNS)


def _in_place(stack: Stack, before: Mapping[str, str]) -> str:
    replaced = [name for name, physical in stack.resources().items() if before.get(name, physical) != physical]
    # A deployment of API Gateway is a picture of it: another one is another resource.
    replaced = [name for name in replaced if not name.startswith("RestAPIDeployment")]
    return _none([f"{name} was replaced" for name in replaced], "nothing replaced")


def _as_called(account: Cloud, resources: Mapping[str, str]) -> str:
    faults = []
    for function, role in ROLES.items():
        called, allowed = account.called(resources, function, role), CALLED[function]
        faults += [f"{function} called {action} on {name}, unlisted" for name, action in sorted(called - allowed)]
        faults += [f"{function} never called {action} on {name}" for name, action in sorted(allowed - called)]
    return _none(faults, f"{sum(map(len, CALLED.values()))} permissions, each of them used")


def _data_retained(account: Cloud, stack: Stack, resources: Mapping[str, str]) -> str:
    if stack.outputs():
        raise RehearsalError("the stack is still there")
    dynamodb = account.client("dynamodb")
    events = dynamodb.scan(TableName=resources["EventsTable"])["Count"]
    if not events:
        raise RehearsalError("the log went with the stack")
    return f"its functions are gone, its {events} records of the log stay"


if __name__ == "__main__":
    sys.exit(main())
