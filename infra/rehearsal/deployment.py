"""What the steps of a rehearsal share: a stack in an account, those who use it, and looks at what it holds."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from infra.local.local_settings import REPOSITORY
from infra.rehearsal.cloud import Cloud
from infra.rehearsal.emulator_template import WAITS
from infra.rehearsal.visitors import WHSEC, Visitors
from infra.site_client import Reply

STAGE = "rehearsal"
CAMPAIGN = "/v1/campaigns/2026"
HOOK_SECRETS_PATH = f"/qaiyrym/{STAGE}/hooks"
SECONDS = 60.0
"""How long something may take to come about."""
SWEEP_SECONDS = 150.0
"""How long something may take that the sweep brings about: the schedule of each minute, a run, and patience."""


class RehearsalError(Exception):
    """Something is not as it must be; the message says what."""


class Deployment(msgspec.Struct, frozen=True):
    """A deployed stack: `resources` has the physical ids by the logical ones, `url` is where files and API are."""

    cloud: Cloud
    visitors: Visitors
    resources: Mapping[str, str]
    url: str
    graph_url: str

    @property
    def tables(self) -> list[str]:
        """The tables, by their logical ids."""
        return [name for name in self.resources if name.endswith("Table")]

    def ask(self, status: int, method: str, path: str, body: object = None) -> Any:
        """Ask the API, which has to answer with a status; return what it says."""
        return expect(self.visitors.ask(method, path, body), status)

    def parked(self, provider: str) -> list[Any]:
        """Return what is parked of a provider."""
        found: list[Any] = self.ask(200, "GET", f"/v1/parked?provider={provider}")["parked"]
        return found

    def contacts(self) -> list[Any]:
        """Return the contacts, as their table has them."""
        found: list[Any] = self.items("ContactsTable")
        return [item for item in found if item["part"] == {"S": "contact"}]

    def items(self, table: str) -> list[Any]:
        """Return all items of a table."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.resources[table])
        return [item for page in pages for item in page["Items"]]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield what lies in the bucket for viewers: names and contents."""
        s3, bucket = self.cloud.client("s3"), self.resources["DocumentsBucket"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page["Contents"]:
                yield found["Key"], s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()

    def document(self, name: str) -> Any:
        """Return a document of the campaign as viewers get it, None where there is none."""
        reply = self.visitors.view(f"{CAMPAIGN}/{name}")
        return reply.json if reply.status == 200 else None

    def expect_totals(self, **expected: int) -> None:
        """Wait until the counter shows some numbers.

        Raises:
            RehearsalError: it shows others.
        """
        shown: dict[str, Any] = {}

        def is_shown() -> bool:
            shown.update((self.document("live.json") or {}).get("totals", {}))
            return all(shown.get(name) == value for name, value in expected.items())

        try:
            eventually(is_shown, "")
        except RehearsalError:
            raise RehearsalError(f"the counter shows {shown}, not {expected}") from None

    def expect_names(self, *names: str) -> None:
        """Wait until the board shows just these names.

        Raises:
            RehearsalError: it shows others.
        """

        def are_shown() -> bool:
            board = self.document("organisations.json")
            return board is not None and {row["name"] for row in board["organisations"]} == set(names)

        if not are_shown():
            # What changes within seconds of a publication waits for the sweep.
            self.cloud.invoke_as_schedule(self.resources["Sweeper"])
        eventually(are_shown, f"the board shows {', '.join(names) or 'nobody'}", SWEEP_SECONDS)

    def operate(self, *arguments: str, token: str | None = None, given: str = "", code: int = 0) -> str:
        """Run a command of the operators, with `given` as its stdin; return what it prints.

        Raises:
            RehearsalError: it ends with another code.
        """
        tables = {f"{name.removesuffix('Table').upper()}_TABLE": self.resources[name] for name in self.tables}
        done = subprocess.run(  # noqa: S603  a program of this project
            [sys.executable, "-m", "ops", *arguments],
            input=given.encode(),
            env={
                **os.environ,
                **self.cloud.environment,
                **tables,
                **WAITS,
                "DOCUMENTS_BUCKET": self.resources["DocumentsBucket"],
                "STAGE": STAGE,
                "PEPPER_SECRET": self.resources["Pepper"],
                "PARKING_KEY_SECRET": self.resources["ParkingKey"],
                "HOOK_SECRETS_PATH": HOOK_SECRETS_PATH,
                "HOOK_SECRETS": json.dumps({"standard": {"partner": {"whsec": [WHSEC]}}}),
                "GRAPH_API_URL": self.graph_url,
                "QAIYRYM_URL": self.url,
                "QAIYRYM_TOKEN": token or self.visitors.token,
            },
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
        printed = done.stdout.decode("utf-8-sig")
        if done.returncode != code:
            raise RehearsalError(f"{' '.join(arguments)} says {printed}{done.stderr.decode()}")
        return printed


def expect(reply: Reply, status: int) -> Any:
    """Return what an answer says.

    Raises:
        RehearsalError: it has another status.
    """
    if reply.status != status:
        raise RehearsalError(f"answered {reply.status}, not {status}: {reply.body.decode(errors='replace')[:500]}")
    return reply.json


def eventually(holds: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Wait until something holds.

    Raises:
        RehearsalError: it does not within some seconds.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RehearsalError(f"within {seconds:.0f} s it did not come about that {what}")
        time.sleep(0.1)
