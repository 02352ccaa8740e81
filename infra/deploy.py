"""Deploys an installation: `python -m infra.deploy STAGE [--yes]`, with AWS credentials in the environment.

Region, architecture and parameters of an installation stand in `infra/stages/STAGE.json`. The stack is created or
changed in place, once what changes was shown and agreed to; what keeps data is never replaced, removed or deleted.
Then the smoke test uses what was deployed.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Chalice

from infra import backup_region, checks, preflight, recovery, site_upload, smoke
from infra.adoption import unfinished
from infra.installation import Installation, NotDeployable, open_installation, read_stage
from infra.output import complain, is_agreed, say, show
from infra.package import Package, build
from infra.stack import Plan, ResourceChange, Stack, StackError, retained
from infra.translated import translated

Agree = Callable[[Plan], None]


class RefusedPlan(StackError):
    """What was planned is not done; stack and account are as they were."""


class Installer(msgspec.Struct, frozen=True):
    """Puts a package into a stack; `agree` is asked before something changes, and raises `Refused`.

    `secrets` is a client of Secrets Manager.
    """

    stack: Stack
    secrets: Any
    agree: Agree

    def install(self, package: Package, parameters: Mapping[str, str], app: Chalice) -> dict[str, str]:
        """Create the stack or change it in place, store the site's files, and return the stack's outputs.

        Raises:
            Refused: it was not agreed to, or data would go.
            StackError: CloudFormation could not do it, and took back what it had begun.
        """
        template = package.read_template()
        named = {**self._found(template, parameters), **parameters}
        self._apply(package, named, self.agree)
        # A new stack has its address and its secrets only now, and the functions have to know them.
        found = {**self._found(template, parameters), **parameters}
        if found != named:
            self._apply(package, found, refuse_losses)
        outputs = self.stack.outputs()
        campaign, address = named.get("Campaign", "2026"), outputs["SiteUrl"]
        site_upload.upload(self.stack.s3, outputs["DocumentsBucketName"], app, campaign, address)
        return outputs

    def _found(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters that the stack itself has the values of, as far as there are any yet."""
        outputs = self.stack.outputs()
        # A name of its own is known to the template.
        site = None if parameters.get("DomainName") else outputs.get("SiteUrl")
        secrets = self.stack.resources() if outputs else {}
        versions = {
            name: self._current_version(secrets[secret])
            for secret in sorted(_secrets(template) & secrets.keys())
            if (name := f"{secret}Version") in template["Parameters"]
        }
        return versions | ({"PublicUrl": site} if site else {})

    def _current_version(self, secret: str) -> str:
        stages: Mapping[str, list[str]] = self.secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
        return next(version for version, labels in stages.items() if "AWSCURRENT" in labels)

    def _apply(self, package: Package, parameters: Mapping[str, str], agree: Agree) -> None:
        plan = self.stack.plan(package, parameters)
        if plan is None:
            # The deployment that made what is new may have been cut short before it was protected.
            self.stack.protect(retained(self.stack.template()))
            return
        try:
            agree(plan)
        except BaseException:
            # Ctrl-C among them: a stack that nobody made would stay.
            self.stack.discard(plan)
            raise
        if plan.kind == "UPDATE":
            self.stack.protect(retained(self.stack.template()))
        self.stack.carry_out(plan)
        self.stack.protect(retained(self.stack.template()))


def refuse_losses(plan: Plan) -> None:
    """Agree to everything by which no data goes.

    Raises:
        Refused: data would go.
    """
    if losses := plan.losses:
        told = ", ".join(f"{one.name} ({'removed' if one.action == 'Remove' else 'replaced'})" for one in losses)
        raise RefusedPlan(f"what keeps data would be replaced by something empty, or left behind: {told}")


def asking(*, yes: bool) -> Agree:
    """Return what shows a plan and asks, where it is not said yes to everything beforehand."""

    def agree(plan: Plan) -> None:
        _show(plan)
        refuse_losses(plan)
        if not yes and not is_agreed("Do that?"):
            raise RefusedPlan("you said no")

    return agree


def preparing(agree: Agree, prepare: Callable[[], None]) -> Agree:
    """Return what asks by `agree`, and once that was agreed to changes by `prepare` what the plan needs beforehand."""

    def agree_and_prepare(plan: Plan) -> None:
        agree(plan)
        prepare()

    return agree_and_prepare


def deploy(stage: str, *, yes: bool) -> None:
    """Package, check and deploy an installation, store the site's files, use it once, and say where it is.

    Raises:
        NotDeployable: the package is not as it must be, or the account is not.
        StackError: CloudFormation could not do it, and took back what it had begun.
        SmokeError: what was deployed does not work.
    """
    installation = read_stage(stage)
    region = installation.parameters.get("BackupRegion", "")
    backup_region.require_another(region, installation.region)
    package = build(installation.architecture)
    if found := checks.faults(translated(package.read_template())):
        raise NotDeployable("\n".join(found))
    opened = open_installation(stage, installation)
    if unfinished(opened.stack):
        raise NotDeployable(f"{opened.stack.name} is being given restored tables: end that first (docs/runbook.md)")
    recovery.make_ready(opened.stack)
    parameters = {"Stage": stage, **installation.parameters}
    agree = asking(yes=yes)
    if region:
        agree = preparing(agree, partial(backup_region.make_ready, opened.session, region, stage))
    require_room(opened.session, opened.stack, installation, package, parameters)
    app: Chalice = import_module("app").app
    installer = Installer(opened.stack, opened.session.client("secretsmanager"), agree)
    outputs = installer.install(package, parameters, app)
    say(f"\n{package.digest[:16]} is deployed as {opened.stack.name} in {installation.region}")
    for name in ("SiteUrl", "DistributionDomain", "AlarmTopicArn"):
        say(f"  {name:<20}{outputs[name]}")
    say("\nThe smoke test")
    smoke.run(opened)


def require_room(
    session: Any, stack: Stack, installation: Installation, package: Package, parameters: Mapping[str, str]
) -> None:
    """Make sure that the account has room for a stack; say what would be too little for a launch.

    Raises:
        NotDeployable: CloudFormation would fail.
    """
    template = package.read_template()
    is_there = bool(stack.outputs())
    resources = list(stack.listed()) if is_there else []
    functions = [one.physical for one in resources if one.type == "AWS::Lambda::Function"]
    found = (
        preflight.short_executions(session.client("lambda"), template, parameters, functions),
        preflight.short_gateway_rate(session.client("service-quotas"), template, parameters),
    )
    short = [one for one in found if one is not None]
    told = "\n".join(one.told(installation.region) for one in short)
    if any(one.is_fatal for one in short):
        raise NotDeployable(told)
    if short:
        say(told)
    if not is_there and not preflight.has_distributions(session.client("cloudfront")):
        say(preflight.UNVERIFIED)
    if domain := parameters.get("DomainName"):
        own = {one.physical for one in resources if one.type == "AWS::CloudFront::Distribution"}
        _require_usable_name(session, domain, parameters.get("CertificateArn", ""), own)


def _require_usable_name(session: Any, domain: str, certificate: str, own: set[str]) -> None:
    if ":acm:us-east-1:" not in certificate:
        raise NotDeployable(f"{domain} needs a CertificateArn of us-east-1, where CloudFront looks for certificates")
    holder = preflight.holder_of(session.client("cloudfront"), domain)
    if holder is None or holder[0] in own:
        return
    raise NotDeployable(
        f"{domain} belongs to the distribution {holder[0]} ({holder[1]}), and CloudFront gives a name to one only. "
        "Leave DomainName out of the stage's file, deploy, move the name (docs/runbook.md, A region lost), and put it "
        "into the file again"
    )


def _show(plan: Plan) -> None:
    if plan.kind == "CREATE":
        counted = Counter(change.type for change in plan.changes)
        show("A new stack", ("type", "resources"), ((name, str(count)) for name, count in sorted(counted.items())))
        return
    columns = ("what happens", "resource", "type", "replaced", "changed properties")
    show("What changes", columns, map(_row, sorted(plan.changes, key=lambda one: (one.action, one.name))))


def _row(change: ResourceChange) -> tuple[str, ...]:
    replaced = {"True": "yes", "Conditional": "perhaps"}.get(change.replacement, "")
    return (change.action.lower(), change.name, change.type, replaced, ", ".join(change.properties))


def _secrets(template: Mapping[str, Any]) -> set[str]:
    resources: Mapping[str, Any] = template["Resources"]
    return {name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"}


def main(arguments: list[str]) -> int:
    """Deploy the installation that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy an installation.")
    parser.add_argument("stage", metavar="STAGE", help="as infra/stages/STAGE.json describes it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    try:
        deploy(given.stage, yes=given.yes)
    except smoke.SmokeError as error:
        complain(f"deployed, and does not work: {error}\nGo back to the commit before, and look into the logs.")
        return 1
    except (NotDeployable, StackError, RuntimeError, BotoCoreError, ClientError) as error:
        complain(f"not deployed: {error}")
        return 1
    except KeyboardInterrupt:
        complain("\ncut short: what CloudFormation has begun goes on. Wait until it has ended, and deploy again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
