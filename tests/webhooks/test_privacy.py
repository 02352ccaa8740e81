"""No person and no secret in what anybody but the contacts table and the sealed parking keeps, logs or answers."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from infra.local import resources
from infra.local.emulator import Emulator
from infra.local.streams import StreamMapping
from tests.webhooks.conftest import PARKING_KEY, MakeSystem
from tests.webhooks.deliveries import OWN_DIRECTORY, Case, named, recorded
from tests.webhooks.system import System, as_text, in_base64

CASES = recorded(OWN_DIRECTORY)
LEAD = named("meta/ok_08_leadgen_with_graph_fetch")
PUBLIC = {"group_id", "app_id", "page_ids", "max_age", "confirmation"}
"""What providers' settings show to everybody, or what is the answer itself."""

NAMES = [
    "Айгерім",
    "Үлгі",
    "Ерлан",
    "Сынақ",
    "Дана",
    "Жанар",
    "Самал",
    "Гүлнар",
    "Мәди",
    "Дәурен",
    "Нұрлан",
    "Тестов",
    "Әсел",
]
CONTACTS = ["70000000", "@example", "HBgLNzcw"]
USERS = ["1111111", "8825000", "494075"]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that is logged, of this system at every level."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "qaiyrym")
    return lambda: caplog.text


def secrets_of(cases: list[Case]) -> Iterator[str]:
    for case in cases:
        for name, values in case.account.secrets.items():
            if name not in PUBLIC:
                yield from (value for value in values if len(value) > 3)


def assert_tells_nothing(text: str) -> None:
    forbidden = [*NAMES, *CONTACTS, *USERS, *secrets_of(CASES), PARKING_KEY]
    escaped = [json.dumps(word)[1:-1] for word in NAMES]
    assert [word for word in [*forbidden, *escaped] if word in text] == []


def send_everything(make_system: MakeSystem) -> tuple[System, list[str]]:
    """Send every recorded delivery; return the system and what was answered, but for the answers of handshakes."""
    replies = []
    for case in CASES:
        provider = case.path_hint.rpartition("/")[2].removesuffix("-miniapp")
        system = make_system({provider: {"ours": case.account.secrets}}, case.now)
        system.graph.leads.update(case.graph)
        for encode in (as_text, in_base64):
            reply = system.send(case.path_hint, case.delivery, encode)
            if not case.expected.ignored:
                replies.append(f"{reply.headers} {reply.body}")
        system.work()
    return system, replies


def register_everything(system: System) -> None:
    """Open a campaign and register forms for what was parked, some of which still do not understand it."""
    system.open_campaign()
    for entry, _ in system.parked():
        misread = {"name": "topic"} if entry.provider in ("typeform", "whatsapp") else {}
        system.register(entry.provider, entry.account, questions=misread)


def test_what_is_logged_answered_and_kept_tells_nothing_about_anybody(
    make_system: MakeSystem, lines: Callable[[], str], emulator: Emulator
) -> None:
    system, replies = send_everything(make_system)
    unknown = len(system.parked())
    register_everything(system)
    system, later_replies = send_everything(make_system)
    fold(system, emulator)

    assert unknown > 10
    assert len(system.acts()) > 5
    assert system.items("StateTable")
    assert_tells_nothing(" ".join(replies + later_replies))
    assert_tells_nothing(lines())
    for table in ("EventsTable", "StateTable", "RegistryTable", "ParkedTable"):
        for item in system.items(table):
            assert_tells_nothing(str({name: value for name, value in item.items() if name != "sealed"}))
            assert_tells_nothing(bytes(item.get("sealed", b"")).decode(errors="replace"))


@pytest.mark.parametrize(
    "fault",
    [
        (500, LEAD.graph),
        (400, {"error": {"code": 100, "message": "Айгерім +77000000001 EAAtestpagetoken"}}),
        (200, {"id": "Айгерім"}),
        (200, b"\xd0\x90 aigerim@example.com"),
        (200, LEAD.graph["233370042045345"]),
    ],
)
def test_what_goes_wrong_with_the_graph_api_tells_nothing_about_anybody(
    fault: tuple[int, object], make_system: MakeSystem, lines: Callable[[], str]
) -> None:
    system = make_system({"meta": {"ours": LEAD.account.secrets}}, LEAD.now)
    system.graph.faults = [fault]

    system.send(LEAD.path_hint, LEAD.delivery)
    system.work()

    assert_tells_nothing(lines())
    for item in system.items("ParkedTable"):
        assert_tells_nothing(str({name: value for name, value in item.items() if name != "sealed"}))


@pytest.mark.parametrize("table", ["EventsTable", "ContactsTable", "ParkedTable", "RegistryTable"])
def test_what_goes_wrong_with_a_table_tells_nothing_about_anybody(
    table: str, make_system: MakeSystem, lines: Callable[[], str]
) -> None:
    case = named("typeform/ok_01_form_response")
    system = make_system({"typeform": {"ours": case.account.secrets}}, case.now)
    system.open_campaign()
    if table != "RegistryTable":
        system.register("typeform", "ours")
    system.tables.clients.dynamodb.delete_table(TableName=system.tables[table])

    reply = system.send(case.path_hint, case.delivery)

    assert reply.status == 503
    assert_tells_nothing(f"{reply.headers} {reply.body}")
    assert_tells_nothing(lines())


def fold(system: System, emulator: Emulator) -> None:
    """Let the projector fold what was recorded."""
    arn = resources.stream_arn(system.tables.clients.dynamodb, system.tables["EventsTable"])
    streams = boto3.client("dynamodbstreams", endpoint_url=emulator.url)

    def project(event: dict[str, Any]) -> object:
        return system.services.projector.handle(event)

    mapping = StreamMapping(streams, arn, project, "projector", 1)
    while mapping.deliver():
        pass
