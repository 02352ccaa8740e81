"""The real application as webhooks meet it: API Gateway's events in, what it stored out."""

import itertools
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from boto3.dynamodb.types import TypeDeserializer
from chalice.local import LambdaContext

import app
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign, Translations
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.intake.form_requests import read_form
from chalicelib.intake.participation_requests import read_person
from chalicelib.participations.data_subjects import Erased
from chalicelib.webhooks.delivery import Delivery
from chalicelib.webhooks.dispatcher import Dispatcher, Disposition, Outcome
from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, MINI_APP_ENDPOINTS, Endpoint
from chalicelib.webhooks.parking import ParkedEntry
from chalicelib.webhooks.received import ReceivedContent, ReceivedLead, ReceivedSubmission
from chalicelib.webhooks.receiving import receive
from infra.local.queues import QueueMapping
from tests.api import storage
from tests.conftest import Tables
from tests.webhooks.deliveries import Case, named, resigned
from tests.webhooks.leads.graph_api import FakeGraphApi

NAMES: Translations = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}
DEFAULTS = {"kind": "good_deed", "participant_type": "citizen"}
FALLBACK = {"place": {"region": "KZ-75"}}

ONE_OF_EACH = [
    named(name)
    for name in (
        "typeform/ok_01_form_response",
        "whatsapp/ok_01_nfm_reply",
        "google_ads/ok_02_real_lead_unknown_fields",
        "google_forms/ok_01_bridge",
        "telegram/ok_02_web_app_data",
        "telegram/ok_10_initdata_replay_is_duplicate",
        "vk/ok_04_custom_questions_and_ad",
        "vk/ok_10_miniapp_with_vk_ts",
        "tally/ok_01_form_response",
        "standard_webhooks/ok_02_full_payload",
    )
]
"""A delivery with a submission for every channel but Meta's, which has references only."""

STORES = ("EventsTable", "ReceiptsTable", "ContactsTable", "NamesTable", "ParkedTable")
"""The tables that something of a delivery may be in before it is projected."""


class Reply(msgspec.Struct, frozen=True):
    """An answer: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class System:
    """The application over fresh tables, with the Graph API's stand-in."""

    def __init__(self, tables: Tables, graph: FakeGraphApi, services: Services) -> None:
        self.tables = tables
        self.graph = graph
        self.services = services

    def open_campaign(self, state: CampaignState = "live", campaign: str = "2026", **members: str) -> None:
        usual = Campaign(id=campaign, names=NAMES, state=state)
        self.services.registry.put_campaign(msgspec.structs.replace(usual, **members))

    def register(self, provider: str, account: str, form: str = "*", **members: object) -> None:
        request = {"campaign": "2026", "state": "live", "defaults": DEFAULTS, "fallback": FALLBACK, **members}
        self.services.registry.put_form(read_form(provider, account, form, request))

    def send(self, path: str, delivery: Delivery, encode: "Callable[[bytes], dict[str, Any]] | None" = None) -> Reply:
        return invoke(event_of(path, delivery, (encode or in_base64)(delivery.body)))

    def outcomes(self, case: Case, body: bytes | None = None) -> list[Outcome]:
        """Take a case's delivery, or another body signed as its provider would; return what became of each submission.

        Raises:
            DeliveryError, Busy, NotQueued
        """
        delivery = case.delivery if body is None else resigned(case, body)
        services, told = self.services, list[Disposition]()

        def dispatch(contents: Sequence[ReceivedContent]) -> list[Disposition]:
            told.extend(services.dispatcher.dispatch(contents))
            return told

        telling = cast(Dispatcher, SimpleNamespace(dispatch=dispatch))
        receive(endpoint_of(case), delivery, services.accounts, lambda: telling, services.now())
        return [disposition.outcome for disposition in told]

    def post(self, case: Case, body: bytes | None = None) -> int:
        """Send a case's delivery, or another body signed as its provider would; return the status."""
        delivery = case.delivery if body is None else resigned(case, body)
        return self.send(case.path_hint, delivery).status

    def work(self) -> int:
        """Deliver the queue's messages once to the worker; return how many it is done with."""
        function = app.lead_worker
        mapping = QueueMapping(
            self.tables.clients.sqs,
            self.tables["LeadsQueue"],
            lambda event: function(event, LambdaContext("lead_worker", memory_size=512)),
            "leads",
            wait_seconds=0,
        )
        return mapping.deliver()

    def parked(self) -> list[tuple[ParkedEntry, ReceivedContent]]:
        parking = self.services.parking
        opened = (parking.open(entry.provider, entry.id) for entry in parking.entries())
        return [found for found in opened if found is not None]

    def submissions(self) -> list[ReceivedSubmission]:
        return [content for _, content in self.parked() if isinstance(content, ReceivedSubmission)]

    def reasons(self) -> list[str]:
        return [entry.reason.code for entry, _ in self.parked()]

    def queued(self) -> list[ReceivedLead]:
        """What waits in the queue; it stays there, out of sight for a while."""
        found: list[ReceivedLead] = []
        while messages := self.tables.clients.sqs.receive_message(
            QueueUrl=self.tables["LeadsQueue"], MaxNumberOfMessages=10
        ).get("Messages"):
            found += [msgspec.json.decode(message["Body"], type=ReceivedLead) for message in messages]
        return found

    def items(self, table: str) -> list[dict[str, Any]]:
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for item in storage.items(self.tables, table)]

    def acts(self) -> list[dict[str, Any]]:
        """What the log says was recorded."""
        return [event for event in self.events() if "act" in event]

    def events(self) -> list[dict[str, Any]]:
        """What the events of the log say."""
        return [msgspec.json.decode(item["data"]) for item in self.items("EventsTable")]

    def contacts(self) -> list[dict[str, Any]]:
        """What participants gave of themselves."""
        return [item for item in self.items("ContactsTable") if item["part"] == "contact"]

    def notes(self) -> list[dict[str, Any]]:
        """What was said beside acts, in their order."""
        found = [item for item in self.items("ContactsTable") if item["part"].startswith("act ")]
        return sorted(found, key=lambda item: str(item["part"]))

    def parked_items(self) -> list[dict[str, Any]]:
        """The entries as they are stored, without what leads to them."""
        return [item for item in self.items("ParkedTable") if "sealed" in item]

    def erase(self, **participant: object) -> Erased:
        """Erase who gave these details from the campaign."""
        return self.services.personal_data.erase("2026", read_person({"participant": participant}))

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that a delivery may leave anywhere."""
        return {table: sorted(self.items(table), key=lambda item: str(sorted(item.items()))) for table in STORES}


def provider_of(case: Case) -> str:
    """Return whose accounts a case is for."""
    return case.path_hint.rpartition("/")[2].removesuffix("-miniapp")


def account_of(case: Case) -> tuple[str, str]:
    """Return provider and account that the forms of a case are of."""
    match case.path_hint.rpartition("/")[2]:
        case "vk":
            return "vk", str(msgspec.json.decode(case.delivery.body)["group_id"])
        case "meta" | "whatsapp" as provider:
            return provider, msgspec.json.decode(case.delivery.body)["entry"][0]["id"]
    return provider_of(case), "ours"


def endpoint_of(case: Case) -> Endpoint:
    """Return the endpoint that a case comes by."""
    directory, _, name = case.path_hint.rpartition("/")
    return (HOOK_ENDPOINTS if directory.endswith("hooks") else MINI_APP_ENDPOINTS)[name]


def typeform(**response: object) -> bytes:
    """Return the body of a Typeform delivery with some members of its response replaced."""
    body = msgspec.json.decode(ONE_OF_EACH[0].delivery.body)
    body["form_response"] |= response
    return msgspec.json.encode(body)


def in_base64(body: bytes) -> dict[str, Any]:
    """Return how API Gateway hands over a body of a binary media type."""
    return {"body": b64encode(body).decode(), "isBase64Encoded": True}


def as_text(body: bytes) -> dict[str, Any]:
    """Return how API Gateway hands over any other body: what is no UTF-8 is lost."""
    return {"body": body.decode(errors="replace"), "isBase64Encoded": False}


def event_of(path: str, delivery: Delivery, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as API Gateway's REST API hands it over."""
    resource, named = _route(path)
    query = {name: [value] for name, value in delivery.query.items()}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": delivery.method,
        "headers": dict(delivery.headers),
        "multiValueHeaders": {name: [value] for name, value in delivery.headers.items()},
        "queryStringParameters": dict(delivery.query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": named,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": delivery.method,
            "resourcePath": resource,
            "path": path,
            "identity": {"sourceIp": "127.0.0.1"},
            "requestId": f"request-{next(_NUMBERS)}",
        },
        **body,
    }


def invoke(event: Mapping[str, Any]) -> Reply:
    """Return what the function of the API answers an event of API Gateway's."""
    answer = app.app(event, LambdaContext("api", memory_size=512))
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    return Reply(answer["statusCode"], headers, answer["body"])


_NUMBERS = itertools.count(1)


def _route(path: str) -> tuple[str, dict[str, str]]:
    directory, _, provider = path.rpartition("/")
    return f"{directory}/{{provider}}", {"provider": provider}
