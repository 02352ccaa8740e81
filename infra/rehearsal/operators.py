"""Those who deploy: what they do with a stack, on good days and on bad ones."""

import time
from collections.abc import Mapping
from typing import Any

import msgspec
from chalice.app import Chalice

from infra import recovery
from infra.deploy import Installer
from infra.package import Package
from infra.rehearsal.cloud import Cloud
from infra.rehearsal.deployment import STAGE, Deployment, RehearsalError, expect
from infra.rehearsal.scenario import Scenario
from infra.restore import point, restored
from infra.smoke import SmokeClients, SmokeTest
from infra.stack import Stack, StackError
from infra.undeploy import undeploy

_RESTORED = ("EventsTable", "ContactsTable", "NamesTable")
"""Tables with a stream, with a time to live, with indexes."""
_FREEZE_SECONDS = 6.0
_KNOWN_PHONE = "+77010000009"
_TAKEN = f"qaiyrym-{STAGE}-viewer"


class Operators(msgspec.Struct, frozen=True):
    """The steps of a stack's life, each of which raises a `RehearsalError` where something is not as it must be."""

    account: Cloud
    installer: Installer
    package: Package
    parameters: Mapping[str, str]
    app: Chalice

    def fail_to_create(self) -> str:
        """The first attempt fails, since a name is taken; what it made is taken back, but for protected tables."""
        taken = self._take_a_name()
        try:
            self._install()
        except StackError as error:
            reason = str(error)
        else:
            raise RehearsalError("a stack was created though a name of it is taken")
        finally:
            self.account.client("cloudfront").delete_function(Name=_TAKEN, IfMatch=taken)
        left = {resource.type for resource in self._stack.left_behind()}
        if self._stack.status() != "ROLLBACK_COMPLETE" or left - {"AWS::DynamoDB::Table"}:
            raise RehearsalError(f"the stack is {self._stack.status()}, and left {', '.join(sorted(left))} behind")
        return reason

    def create(self) -> dict[str, str]:
        """The second attempt works."""
        recovery.make_ready(self._stack)
        return self._install()

    def smoke(self, deployment: Deployment) -> str:
        """The smoke test goes through, and leaves nothing that viewers or operators see."""
        clients = SmokeClients(*map(self.account.client, ("dynamodb", "s3", "ssm")))
        told = list(SmokeTest(STAGE, deployment.visitors, clients, deployment.resources).run())
        left = [name for name, content in deployment.files() if "smoke" in name or b"smoke-" in content]
        left += [item["id"]["S"] for item in deployment.items("RegistryTable") if "smoke-" in item["id"]["S"]]
        left += [item["key"]["S"] for item in deployment.items("ContactsTable")]
        left += [item["campaign"]["S"] for item in deployment.items("StateTable")]
        if left:
            raise RehearsalError(f"the smoke test left {', '.join(left)}")
        return "; ".join(told)

    def update(self) -> None:
        """Another version is deployed, with other parameters."""
        self._install(LogDays="60", PublicUrl="https://www.example.kz")

    def renew_secret(self, scenario: Scenario) -> str:
        """A new value of the pepper reaches the functions by a deployment alone, and so does the old one.

        Under another pepper somebody known is a newcomer; with the old value put back they are known again.
        """
        client, pepper = self.account.client("secretsmanager"), self._stack.resources()["Pepper"]
        value = client.get_secret_value(SecretId=pepper)["SecretString"]
        client.put_secret_value(SecretId=pepper, SecretString=value[::-1])
        self.update()
        expect(scenario.visitors.record("k30", _KNOWN_PHONE), 201)
        scenario.deployment.expect_totals(participations=21, participants=18)
        client.put_secret_value(SecretId=pepper, SecretString=value)
        self.update()
        expect(scenario.visitors.record("k31", _KNOWN_PHONE), 201)
        scenario.deployment.expect_totals(participations=22, participants=18)
        return "under another pepper somebody known is new, under the old one known again"

    def restore(self, scenario: Scenario) -> str:
        """Tables are restored to an earlier time, and the stack works on them; what was lost counts when sent again."""
        before = self._stack.resources()
        client = self.account.client("dynamodb")
        names = {name: restored(client, before[name], f"{before[name]}-restored", None) for name in _RESTORED}
        # The emulator restores what there is now: to an earlier time is to leave out what was written since.
        for written in scenario.planted:
            client.delete_item(TableName=names["EventsTable"], Key={key: written[key] for key in ("stream", "version")})
        lost = expect(scenario.visitors.record("k20", "+77010000020"), 201)
        scenario.deployment.expect_totals(participations=23, participants=19)
        scenario.change(state="frozen")
        point(self._stack, client, names)
        deployment = msgspec.structs.replace(scenario.deployment, resources=self._stack.resources())
        self._expect_equipped(names, deployment.resources)
        deployment.operate("rebuild", "2026", "--abandon")
        deployment.operate("rebuild", "2026", "--after-restore", "--yes")
        deployment.operate("audit", "2026")
        scenario.change(state="live")
        time.sleep(_FREEZE_SECONDS)
        deployment.expect_totals(participations=21, participants=17)
        epoch = deployment.document("live.json")["epoch"]
        if epoch < 2 or deployment.visitors.ask("GET", f"/v1/participations/{lost['id']}").status != 404:
            raise RehearsalError(f"what was lost is still known, in epoch {epoch}")
        expect(deployment.visitors.record("k20", "+77010000020"), 201)
        deployment.expect_totals(participations=22, participants=18)
        return f"{len(names)} tables with streams, lifetimes and protection; epoch {epoch}; what was lost counts again"

    def undeploy(self) -> Mapping[str, str]:
        """The stack is deleted; return what it was made of."""
        resources = self._stack.resources()
        undeploy(self._stack, yes=True)
        return resources

    @property
    def _stack(self) -> Stack:
        return self.installer.stack

    def _install(self, **parameters: str) -> dict[str, str]:
        return self.installer.install(self.package, {**self.parameters, **parameters}, self.app)

    def _take_a_name(self) -> str:
        """Make a function of CloudFront of a name that the stack gives one of its own; return its ETag."""
        config: Any = {"Comment": "somebody else's", "Runtime": "cloudfront-js-2.0"}
        code = b"function handler(event) { return event.request; }"
        made = self.account.client("cloudfront").create_function(Name=_TAKEN, FunctionConfig=config, FunctionCode=code)
        tag: str = made["ETag"]
        return tag

    def _expect_equipped(self, names: Mapping[str, str], resources: Mapping[str, str]) -> None:
        client = self.account.client("dynamodb")
        for logical, name in names.items():
            table = client.describe_table(TableName=name)["Table"]
            lifetime = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
            if resources[logical] != name or not table["DeletionProtectionEnabled"]:
                raise RehearsalError(f"{logical} is {resources[logical]}, not the restored one")
            if logical == "ContactsTable" and lifetime != "ENABLED":
                raise RehearsalError("restored contacts would be kept for ever")
