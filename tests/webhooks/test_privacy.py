"""No person and no secret in what anybody but the contacts table and the sealed parking keeps, logs or answers."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api import storage
from tests.reused_tables import KEYS
from tests.webhooks.conftest import PARKING_KEY, Lose, MakeSystem
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
CONTACTS = ["@example", "HBgLNzcw"]
# Only as numbers of their own: in a longer one, of a clock or of a stream, the same digits stand by accident.
NUMBERS = re.compile(r"(?<![0-9])(?:[78]?70000000[0-9]{2}|1111111|8825000[0-9]*|494075)(?![0-9])")
PERSONAL = ("ContactsTable",)
"""The tables that are for personal data."""

Encoding = Callable[[bytes], dict[str, Any]]


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
    forbidden = [*NAMES, *CONTACTS, *secrets_of(CASES), PARKING_KEY]
    escaped = [json.dumps(word)[1:-1] for word in NAMES]
    assert [word for word in [*forbidden, *escaped] if word in text] == []
    assert NUMBERS.findall(text) == []


def send_everything(make_system: MakeSystem, encode: Encoding) -> tuple[System, list[str]]:
    """Send every recorded delivery; return the system and what was answered, but for the answers of handshakes."""
    replies = []
    for case in CASES:
        provider = case.path_hint.rpartition("/")[2].removesuffix("-miniapp")
        system = make_system({provider: {"ours": case.account.secrets}}, case.now)
        system.graph.leads.update(case.graph)
        reply = system.send(case.path_hint, case.delivery, encode)
        if not case.expected.ignored:
            replies.append(f"{reply.headers} {reply.body}")
        if provider == "meta":
            system.work()
    return system, replies


def register_everything(system: System) -> None:
    """Open a campaign and register forms for what was parked, some of which still do not understand it."""
    system.open_campaign()
    for entry, _ in system.parked():
        misread = {"name": "topic"} if entry.provider in ("typeform", "whatsapp") else {}
        system.register(entry.provider, entry.account, questions=misread)


def test_what_is_logged_answered_and_kept_tells_nothing_about_anybody(
    make_system: MakeSystem, lines: Callable[[], str]
) -> None:
    system, replies = send_everything(make_system, as_text)
    unknown = len(system.parked())
    register_everything(system)
    system, later_replies = send_everything(make_system, in_base64)
    fold(system)

    assert unknown > 10
    assert len(system.acts()) > 5
    assert system.items("StateTable")
    with pytest.raises(AssertionError):
        assert_tells_nothing(str(system.contacts()))
    assert NUMBERS.search(str(system.contacts()))
    assert_tells_nothing(" ".join(replies + later_replies))
    assert_tells_nothing(lines())
    for table in KEYS.keys() - set(PERSONAL):
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


@pytest.mark.parametrize("table", ["EventsTable", "ReceiptsTable", "ContactsTable", "ParkedTable", "RegistryTable"])
def test_what_goes_wrong_with_a_table_tells_nothing_about_anybody(
    table: str, make_system: MakeSystem, lines: Callable[[], str], lose: Lose
) -> None:
    case = named("typeform/ok_01_form_response")
    system = make_system({"typeform": {"ours": case.account.secrets}}, case.now)
    system.open_campaign()
    if table not in ("ParkedTable", "RegistryTable"):
        system.register("typeform", "ours")
    lose(table)

    reply = system.send(case.path_hint, case.delivery)

    assert reply.status == 503
    assert_tells_nothing(f"{reply.headers} {reply.body}")
    assert_tells_nothing(lines())


def fold(system: System) -> None:
    """Let the projector fold what was recorded."""
    items = enumerate(storage.items(system.tables, "EventsTable"), 1)
    changes: Any = [{"NewImage": item, "SequenceNumber": str(number).zfill(21)} for number, item in items]
    records = [{"eventName": "INSERT", "dynamodb": change} for change in changes]
    system.services.projector.handle({"shardId": "shardId-00000001700000000000-0", "Records": records})
