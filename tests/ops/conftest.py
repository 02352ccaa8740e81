"""What the operators' commands work on: real tables with a campaign, and a projector that is called by hand.

Commands that ask the API ask the application itself, which listens on a port of this machine.
"""

import io
import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from waitress.server import create_server

from app import app
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES, Scope
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.service import SubmittedParticipation
from chalicelib.projections.totals import TOTALS
from chalicelib.token_uses import TokenUses
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedSubmission
from infra.local import resources
from infra.local.delivery import drain
from infra.local.document_server import DocumentServer
from infra.local.gateway import Gateway
from infra.local.server import WsgiApplication
from infra.local.streams import Function, StreamMapping
from ops.__main__ import main
from tests.conftest import Tables
from tests.log_stream import LogStream
from tests.reused_tables import ReusedTables

PHONES = tuple(f"+7701000000{number}" for number in range(5))

CAMPAIGN = Campaign(id="2026", names={"kk": "М", "ru": "М", "en": "M"}, state="live")


class Installation:
    """An installation of which the streams are delivered when a test says so."""

    def __init__(self, tables: Tables, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
        self.tables = tables
        self.services: Services = bootstrap()
        self.services.registry.put_campaign(CAMPAIGN)
        self._captured = capsysbinary

    def record(self, phone: str, *, people: int = 1, consent: dict[str, str] | None = None) -> str:
        """Record a good deed; return the id of its receipt."""
        body: dict[str, Any] = {
            "kind": "good_deed",
            "participant": {"type": "citizen", "phone": phone},
            "place": {"region": "KZ-75"},
            "people": people,
            **({} if consent is None else {"consent": consent}),
        }
        draft = read_participation(body, Sender(source="api"), self.services.now())
        submitted = SubmittedParticipation(f"{phone}-{people}", json.dumps(body).encode(), draft)
        recorded: Any = self.services.participations.record(CAMPAIGN, submitted)
        return str(recorded.receipt.id)

    def project(self, handle: Function | None = None) -> None:
        """Deliver the log's stream to the projector, all of it, or to what stands in its place."""
        arn = resources.stream_arn(self.tables.clients.dynamodb, self.tables["EventsTable"])
        streams = boto3.client("dynamodbstreams")
        assert drain([StreamMapping(streams, arn, handle or self.services.projector.handle, "EventsTable", 1)], 60)

    def publish(self) -> None:
        """Publish the documents of the campaign as it is now."""
        services = bootstrap()
        (campaign,) = services.registry.campaigns()
        services.publisher.publish_all(campaign, [])

    @property
    def campaign(self) -> Campaign:
        """The campaign as it is now."""
        (campaign,) = bootstrap().registry.campaigns()
        return campaign

    def set_state(self, state: CampaignState) -> None:
        """Change the state of the campaign alone."""
        self.services.registry.put_campaign(msgspec.structs.replace(self.campaign, state=state))

    def generations(self) -> list[int]:
        """Return the numbers of the generations that are fed."""
        registered = self.services.registry.generations()
        return [generation.number for generation in registered["2026"].registered] if registered else [1]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return its exit code and what it printed, stdout first."""
        self._captured.readouterr()
        code = main([*arguments])
        printed = self._captured.readouterr()
        return code, printed.out.decode(), printed.err.decode()

    def answer(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with an exit code; return its answer in JSON."""
        ended, out, err = self.run(*arguments, "--json")
        assert ended == code, err
        return json.loads(out)


@pytest.fixture
def installation(
    tables_and_new_log: Tables, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Installation:
    for name in ("CUT_LEAD_SECONDS", "CUT_SETTLE_SECONDS"):
        monkeypatch.setenv(name, "0")
    monkeypatch.delenv("STAGE", raising=False)
    # Nothing is under way that a second look could find.
    for comparison in ("comparison", "row_comparison"):
        monkeypatch.setattr(f"chalicelib.projections.{comparison}.MAX_READS", 1)
    # Nothing publishes by itself.
    monkeypatch.setattr("ops.publication.MAX_WAIT_SECONDS", 0)
    return Installation(tables_and_new_log, capsysbinary)


@pytest.fixture(scope="session")
def api_url(gateway: Gateway) -> Iterator[str]:
    """Where the application listens."""
    application = WsgiApplication(gateway, DocumentServer(boto3.client("s3"), ""))
    listener = socket.create_server(("127.0.0.1", 0))
    server = create_server(application, sockets=[listener], threads=2, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.close()
    thread.join(5)


class Operator:
    """Somebody who runs commands over the API with a token, and answers what they ask."""

    def __init__(self, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        self.installation = installation
        self.services = installation.services
        self.project = LogStream(installation.tables, installation.services).deliver
        self._monkeypatch = monkeypatch
        self.become(*SCOPES)

    def become(self, *scopes: Scope, campaign: str = ALL_CAMPAIGNS, region: str | None = None) -> str:
        """Have another token from now on; return it."""
        token = self.services.registry.issue_token(scopes, campaign, label="somebody on duty", region=region)
        self._monkeypatch.setenv("QAIYRYM_TOKEN", token)
        return token

    def park(self, submission: str, *, provider: Any = "tally", form: str = "f", **fields: str) -> str:
        """Park a submission of a form that nobody knew; return the entry's id."""
        given = {"phone": "+77010000009", "region": "Ұлытау облысы", **fields}
        content = Submission(submission, "ours", form, given, provider_fields=frozenset(given))
        received = ReceivedSubmission(provider, content, self.services.now(), "{}")
        self.services.parking.park(received, Reason("form_unknown"))
        return self.services.keys.receipt(provider, f"{provider}/ours/{submission}")

    def types(self, *lines: str) -> None:
        """Have lines on stdin, which is no terminal."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return its exit code and what it printed, stdout first."""
        return self.installation.run(*arguments)

    def answer(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with an exit code; return its answer in JSON."""
        return self.installation.answer(*arguments, code=code)

    def says(self, *arguments: str, code: int = 0) -> str:
        """Run a command with an exit code; return what it said on stderr."""
        ended, _, err = self.run(*arguments)
        assert ended == code, err
        return err

    def shows(self, *arguments: str) -> list[list[str]]:
        """Run a command; return the rows of its tables, cell by cell."""
        ended, out, err = self.run(*arguments)
        assert ended == 0, err
        return cells(out)


def cells(printed: str) -> list[list[str]]:
    """Return the cells of each line of printed tables."""
    lines = (line for line in printed.splitlines() if line.startswith(("│", "┃")))
    return [[cell.strip() for cell in line.replace("┃", "│").strip("│").split("│")] for line in lines]


@pytest.fixture
def operator(
    reused_tables: ReusedTables,
    api_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Operator:
    """An operator with all scopes over a live campaign 2026."""
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(32))).decode())
    installation = Installation(reused_tables.emptied(), capsysbinary)
    app.services = installation.services
    monkeypatch.setattr(TokenUses, "note", lambda *_: None)
    monkeypatch.setenv("QAIYRYM_URL", api_url)
    return Operator(installation, monkeypatch)


@pytest.fixture
def projected(installation: Installation) -> Installation:
    for phone in PHONES[:3]:
        installation.record(phone)
    installation.project()
    return installation


def spoil(installation: Installation) -> None:
    """Let one act have no row, and a row be of no act."""
    dynamodb, table = installation.tables.clients.dynamodb, installation.tables["ActsTable"]
    row, *_ = dynamodb.scan(TableName=table)["Items"]
    dynamodb.delete_item(TableName=table, Key={"id": row["id"]})
    dynamodb.put_item(TableName=table, Item={**row, "id": {"S": "2026#1#nobody's"}, "version": {"N": "9"}})


def alter(services: Services) -> None:
    """Change a state of the totals by hand: to 1,000 people."""
    key, stored = next(one for one in services.states.read(TOTALS, "2026", 1) if one[0].key == "all")
    state = {**stored.state, "all": {**stored.state["all"], "people": 1_000}}
    services.states.put(TOTALS, key, msgspec.structs.replace(stored, state=state, revision=stored.revision + 1))
