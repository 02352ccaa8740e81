"""Uses a deployed installation once, from outside, and leaves nothing that shows: `python -m infra.smoke STAGE`.

A campaign of its own in state `test` takes one act by each way that needs no secret of somebody else: with a token, in
a batch, by hooks whose secrets are made for it, and from parking. They are seen in the campaign's document, withdrawn,
and seen gone; who took part is erased. Then campaign, forms, secrets and documents are deleted, the token is revoked.
"""

import json
import os
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.clock import now_ms
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
from chalicelib.registry import CACHE_SECONDS, Registry
from infra.installation import NotDeployable, OpenInstallation, open_installation, read_stage
from infra.output import complain, say
from infra.site_client import (
    DeployedSite,
    HookRequest,
    Reply,
    Site,
    google_ads_delivery,
    standard_delivery,
    tally_delivery,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

TOKEN_MS = 3_600_000
"""How long the token is valid, if whoever runs the test is cut short before it is revoked."""

SHOWN_SECONDS = 60.0
KNOWN_SECONDS = 120.0
"""How long a document may take, and a secret to be known by every function that answers."""

_PAUSE_SECONDS = 2.0
_PHONES = tuple(f"+770100000{number:02d}" for number in range(1, 7))
_NAMES = {"kk": "Тексеру", "ru": "Проверка", "en": "Smoke test"}
_STANDARD_FORM, _PARKED_FORM, _TALLY_FORM, _GOOGLE_FORM = "smoke.submitted", "smoke.parked", "smoke", 1
_PLACE = {"region": "KZ-75"}


class SmokeError(Exception):
    """Something does not work; the message says what."""


class SmokeClients(msgspec.Struct, frozen=True):
    """Clients with the rights of whoever deploys."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    ssm: "SSMClient"


class SmokeTest:
    """One run against an installation; `resources` are its physical ids by the logical ones."""

    def __init__(self, stage: str, site: Site, clients: SmokeClients, resources: Mapping[str, str]) -> None:
        self._stage = stage
        self._site = site
        self._clients = clients
        self._resources = resources
        self._campaign = f"smoke-{secrets.token_hex(4)}"
        self._account = self._campaign
        self._secret = secrets.token_hex(24)
        self._token = ""

    def run(self) -> Iterator[str]:
        """Do it step by step; yield what came of each.

        Raises:
            SmokeError: something does not work.
        """
        with ExitStack() as leaving:
            registry = Registry(self._resources["RegistryTable"], time.monotonic)
            self._token = registry.issue_token(
                SCOPES, ALL_CAMPAIGNS, now_ms() + TOKEN_MS, label=self._campaign, created_at=now_ms()
            )
            leaving.callback(self._revoke, registry)
            leaving.callback(self._forget_campaign)
            self._ask(201, "PUT", self._path(), {"names": _NAMES, "state": "test"})
            yield f"campaign {self._campaign} is made, in test"
            for provider in self._secrets_by_provider():
                leaving.callback(self._forget_secret, provider)
                self._keep_secret(provider)
            yield self._record()
            yield self._deliver()
            yield self._replay()
            count = len(_PHONES)
            self._expect_shown(count)
            yield f"the counter shows {count}"
            self._withdraw()
            self._expect_shown(0)
            yield "withdrawn, the counter shows 0"
            for phone in _PHONES:
                self._ask(200, "POST", self._path("/erasures"), {"participant": {"type": "citizen", "phone": phone}})
            yield "who took part is erased"
        yield "campaign, forms, secrets and documents are deleted, the token is revoked"

    def _record(self) -> str:
        one, two = (_act(phone) for phone in _PHONES[:2])
        key = {"Idempotency-Key": self._campaign}
        recorded = self._ask(201, "POST", self._path("/participations"), one, key)
        self._ask(200, "POST", self._path("/participations"), one, key)
        self._ask(200, "GET", f"/v1/participations/{recorded['id']}")
        batch = {"participations": [{**two, "idempotency_key": f"{self._campaign}-batch"}]}
        (answered,) = self._ask(200, "POST", self._path("/participations/batch"), batch)["results"]
        if answered.get("status") not in ("counted", 201):
            raise SmokeError(f"the batch is answered {answered}")
        return "recorded with a token, repeated without counting again, recorded in a batch"

    def _deliver(self) -> str:
        forms = (("standard", _STANDARD_FORM), ("tally", _TALLY_FORM), ("google-ads", str(_GOOGLE_FORM)))
        for provider, form in forms:
            self._register(provider, form)
        # What does not know of the form yet would park it.
        time.sleep(CACHE_SECONDS)
        for delivery in self._deliveries():
            self._send(delivery)
        return f"delivered by {', '.join(delivery.provider for delivery in self._deliveries())}"

    def _replay(self) -> str:
        self._send(standard_delivery(f"{self._campaign}-parked", _content(_PARKED_FORM, _PHONES[5]), self._whsec))
        self._eventually(
            lambda: len(self._parked()) == 1, KNOWN_SECONDS, "a delivery of a form that nobody knows is parked"
        )
        self._register("standard", _PARKED_FORM)
        body = {"provider": "standard", "account": self._account}
        replayed = self._ask(200, "POST", "/v1/parked/replay", body)
        if replayed["recorded"] != 1:
            raise SmokeError(f"what was parked is replayed as {replayed}")
        return "parked where no form was registered, replayed with one"

    def _withdraw(self) -> None:
        acts = self._ask(200, "GET", self._path("/acts"))["acts"]
        withdrawn = {"reason": "a smoke test", "ids": [act["id"] for act in acts]}
        self._ask(200, "POST", self._path("/acts/withdrawals"), withdrawn)

    def _deliveries(self) -> Sequence[HookRequest]:
        return (
            standard_delivery(self._campaign, _content(_STANDARD_FORM, _PHONES[2]), self._whsec),
            tally_delivery(self._campaign, _TALLY_FORM, _PHONES[3], self._secret),
            google_ads_delivery(self._campaign, _GOOGLE_FORM, _PHONES[4], self._secret),
        )

    def _secrets_by_provider(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        return {
            "standard": {"whsec": [self._whsec]},
            "tally": {"secret": [self._secret]},
            "google-ads": {"google_key": [self._secret]},
        }

    @property
    def _whsec(self) -> str:
        return f"whsec_{b64encode(self._secret.encode()).decode()}"

    def _register(self, provider: str, form: str) -> None:
        defaults = {"kind": "volunteering", "participant_type": "citizen", "place": _PLACE}
        body = {"campaign": self._campaign, "state": "live", "defaults": defaults}
        self._ask(201, "PUT", f"/v1/forms/{provider}/{self._account}/{form}", body)

    def _send(self, delivery: HookRequest) -> None:
        """Deliver, again and again until every function that may answer knows the secret: it counts once."""
        answered: list[object] = []

        def is_taken() -> bool:
            reply = self._site.send("POST", f"/v1/hooks/{delivery.provider}", delivery.body, delivery.headers)
            answered[:] = [f"{reply.status} {reply.body.decode(errors='replace')[:300]}"]
            return reply.status == 200

        what = f"the hook of {delivery.provider} takes what is signed for it"
        self._eventually(is_taken, KNOWN_SECONDS, what, answered)

    def _parked(self) -> list[Any]:
        found: list[Any] = self._ask(200, "GET", f"/v1/parked?provider=standard&account={self._account}")["parked"]
        return found

    def _expect_shown(self, participations: int) -> None:
        shown: list[object] = []

        def is_shown() -> bool:
            reply = self._site.view(self._path("/live.json"))
            shown[:] = [reply.json["totals"]["participations"] if reply.status == 200 else reply.status]
            return shown == [participations]

        self._eventually(is_shown, SHOWN_SECONDS, f"the counter shows {participations}", shown)

    def _ask(
        self, status: int, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        given = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **(headers or {})}
        content = b"" if body is None else json.dumps(body).encode()
        reply: Reply = self._site.send(method, path, content, given)
        if reply.status != status:
            answered = reply.body.decode(errors="replace")[:500]
            raise SmokeError(f"{method} {path} is answered {reply.status}, not {status}: {answered}")
        return reply.json

    def _path(self, rest: str = "") -> str:
        return f"/v1/campaigns/{self._campaign}{rest}"

    def _eventually(self, holds: Callable[[], bool], seconds: float, what: str, seen: Sequence[object] = ()) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                told = f", but {seen[0]}" if seen else ""
                raise SmokeError(f"within {seconds:.0f} s it did not come about that {what}{told}")
            time.sleep(_PAUSE_SECONDS)

    def _parameter(self, provider: str) -> str:
        return f"/qaiyrym/{self._stage}/hooks/{provider}/{self._account}"

    def _keep_secret(self, provider: str) -> None:
        text = json.dumps(self._secrets_by_provider()[provider])
        self._clients.ssm.put_parameter(Name=self._parameter(provider), Value=text, Type="SecureString")

    def _forget_secret(self, provider: str) -> None:
        self._clients.ssm.delete_parameter(Name=self._parameter(provider))

    def _forget_campaign(self) -> None:
        """Delete what is registered and stored of the campaign; its events stay in the log, without anybody in them."""
        with suppress(SmokeError):
            for entry in self._parked():
                self._ask(204, "DELETE", f"/v1/parked/standard/{entry['id']}")
        registered = [("campaign", self._campaign), ("generations", self._campaign), ("reached", self._campaign)]
        registered += [("form", key) for key in self._form_keys()]
        for kind, entry in registered:
            key: Any = {"kind": {"S": kind}, "id": {"S": entry}}
            self._clients.dynamodb.delete_item(TableName=self._resources["RegistryTable"], Key=key)
        # Whoever publishes may know of it for so long.
        time.sleep(CACHE_SECONDS)
        self._forget_states()
        self._forget_documents()

    def _form_keys(self) -> Iterator[str]:
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._resources["RegistryTable"],
            KeyConditionExpression="kind = :kind",
            ProjectionExpression="id",
            ExpressionAttributeValues={":kind": {"S": "form"}},
        )
        keys = (item["id"]["S"] for page in pages for item in page["Items"])
        yield from (key for key in keys if f"/{self._account}/" in key)

    def _forget_states(self) -> None:
        table = self._resources["StateTable"]
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="campaign = :campaign",
            ProjectionExpression="campaign, #item",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":campaign": {"S": self._campaign}},
        )
        for item in [item for page in pages for item in page["Items"]]:
            self._clients.dynamodb.delete_item(TableName=table, Key=item)

    def _forget_documents(self) -> None:
        bucket = self._resources["DocumentsBucket"]
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{self._path()[1:]}/")
        for key in [found["Key"] for page in pages for found in page.get("Contents", [])]:
            self._clients.s3.delete_object(Bucket=bucket, Key=key)

    def _revoke(self, registry: Registry) -> None:
        token = registry.token_of_id(self._token.split("_")[1])
        if token is not None:
            registry.revoke_token(token, now_ms())


def run(opened: OpenInstallation) -> None:
    """Use an installation once, and say what came of it.

    Raises:
        SmokeError: something does not work.
    """
    session = opened.session
    # Whoever deploys may be known by a role or a sign-on, of which the functions' own session knows nothing.
    os.environ |= {"AWS_DEFAULT_REGION": session.region_name, "BOTOCORE_SESSION": "plain"}
    # The name that CloudFront gives answers before the site's own one is in the DNS.
    site = DeployedSite(f"https://{opened.stack.outputs()['DistributionDomain']}")
    clients = SmokeClients(session.client("dynamodb"), session.client("s3"), session.client("ssm"))
    for told in SmokeTest(opened.stage, site, clients, opened.stack.resources()).run():
        say(f"  {told}")


def _act(phone: str) -> dict[str, Any]:
    participant = {"type": "citizen", "name": "Үлгі", "phone": phone}
    return {"kind": "good_deed", "participant": participant, "place": _PLACE}


def _content(form: str, phone: str) -> dict[str, Any]:
    return {"type": form, "data": {"phone": phone}}


def main(arguments: Sequence[str]) -> int:
    """Use the installation that the argument names."""
    if len(arguments) != 1:
        complain("usage: python -m infra.smoke STAGE")
        return 2
    (stage,) = arguments
    try:
        run(open_installation(stage, read_stage(stage)))
    except (NotDeployable, SmokeError, BotoCoreError, ClientError) as error:
        complain(f"does not work: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
