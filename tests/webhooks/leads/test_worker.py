"""Meta's leads: fetched later where the Graph API cannot answer now, parked where it will not, never lost."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.webhooks.delivery import Account, Lead
from chalicelib.webhooks.leads import queue
from chalicelib.webhooks.leads.graph_api import GraphApi, Unavailable
from chalicelib.webhooks.leads.queue import MAX_PAUSE_SECONDS
from chalicelib.webhooks.received import ReceivedLead
from infra.local.emulator import free_port
from tests.webhooks.conftest import Lose, MakeSystem, Restore
from tests.webhooks.deliveries import named, resigned
from tests.webhooks.leads.graph_api import FakeGraphApi, graph_api
from tests.webhooks.system import System

CASE = named("meta/ok_08_leadgen_with_graph_fetch")
LEAD = "233370042045345"
PAGE = "138124712925158"
TOKEN = "EAAtestpagetoken"
APP_SECRET = "0123456789abcdef0123456789abcdef"
ACCOUNT = Account("ours", {"page_access_token": (TOKEN,), "app_secret": (APP_SECRET,)})


@pytest.fixture
def configure(make_system: MakeSystem) -> Callable[..., System]:
    """Make the system with an open campaign, a form for every page and secrets beside those of the case."""

    def made(**secrets: list[str]) -> System:
        system = make_system({"meta": {"ours": {**CASE.account.secrets, **secrets}}}, CASE.now)
        system.open_campaign()
        system.register("meta", PAGE, questions={"city": "region"})
        system.graph.leads.update(CASE.graph)
        return system

    return made


@pytest.fixture
def system(configure: Callable[..., System]) -> System:
    return configure()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages that are left in the queue come back at once."""
    monkeypatch.setattr(queue, "FIRST_PAUSE_SECONDS", 0)


@pytest.fixture
def pauses(system: System) -> Iterator[list[int]]:
    """The pauses, in seconds, that the worker asks the queue for."""
    asked: list[int] = []
    events = system.services.leads_queue._sqs.meta.events
    name = "before-parameter-build.sqs.ChangeMessageVisibility"

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params["VisibilityTimeout"])
        params["VisibilityTimeout"] = 0

    events.register(name, note)
    yield asked
    events.unregister(name, note)


def deliver(system: System) -> int:
    return system.send(CASE.path_hint, CASE.delivery).status


def test_a_lead_is_fetched_and_recorded(system: System) -> None:
    status = deliver(system)

    assert system.work() == 1
    (recorded,) = system.acts()
    (contact,) = system.contacts()
    assert status == 200
    assert (recorded["act"]["source"], recorded["act"]["place"]) == ("meta", "KZ-62")
    assert (contact["name"], contact["phone"]) == ("Айгерім Үлгіқызы", "+77000000001")
    assert recorded["occurred_at"] == 1_759_999_754_000


def test_the_request_is_proven_and_its_token_stays_out_of_the_address(system: System) -> None:
    deliver(system)
    system.work()

    (asked,) = system.graph.asked
    assert asked.path == f"/v25.0/{LEAD}"
    assert asked.query["appsecret_proof"] == CASE.account.secret("appsecret_proof")[0]
    assert asked.token == TOKEN
    assert TOKEN not in str(asked.query)


def test_a_lead_delivered_again_is_not_fetched_again(system: System) -> None:
    for _ in range(2):
        deliver(system)
        system.work()

    assert len(system.graph.asked) == 1
    assert len(system.acts()) == 1


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "fault",
    [
        (500, {}),
        (503, b"<html>down</html>"),
        (429, {}),
        (408, {}),
        (302, {}),
        (200, b"<html>login</html>"),
        (200, b""),
        (400, {"error": {"code": 4, "message": "Application request limit reached"}}),
        (403, {"error": {"code": 80005, "message": "Too many leadgen calls"}}),
        (400, {"error": {"code": 190, "is_transient": True}}),
    ],
)
def test_what_passes_by_itself_is_waited_out(system: System, fault: tuple[int, object]) -> None:
    deliver(system)

    system.graph.faults = [fault, fault]
    failed = [system.work(), system.work()]
    nothing_yet = (system.acts(), system.parked())
    done = system.work()

    assert failed == [0, 0]
    assert nothing_yet == ([], [])
    assert done == 1
    assert len(system.acts()) == 1


@pytest.mark.usefixtures("at_once")
def test_while_nobody_answers_the_lead_waits(
    system: System, graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(system)
    worker = system.services.lead_worker

    monkeypatch.setattr(worker._graph, "_url", f"http://127.0.0.1:{free_port()}")
    failed = system.work()
    monkeypatch.setattr(worker._graph, "_url", graph.url)
    done = system.work()

    assert (failed, done) == (0, 1)
    assert len(system.acts()) == 1


def test_an_answer_that_trickles_in_is_not_waited_for() -> None:
    with graph_api() as graph:
        graph.trickle.set()

        with pytest.raises(Unavailable):
            GraphApi(graph.url, time.monotonic, timeout=0.3).lead(LEAD, ACCOUNT)


def test_the_token_is_not_carried_to_where_an_answer_redirects(graph: FakeGraphApi) -> None:
    with graph_api() as other:
        graph.faults = [(302, {})]
        graph.headers = {"Location": f"{other.url}/v25.0/{LEAD}"}

        with pytest.raises(Unavailable):
            GraphApi(graph.url, time.monotonic).lead(LEAD, ACCOUNT)

        assert other.asked == []


def test_pauses_grow_up_to_a_quarter_of_an_hour(system: System, pauses: list[int]) -> None:
    deliver(system)
    system.graph.faults = [(500, {})] * 8

    for _ in range(8):
        system.work()

    assert pauses == [15, 30, 60, 120, 240, 480, MAX_PAUSE_SECONDS, MAX_PAUSE_SECONDS]


@pytest.fixture
def impatient(system: System, restore: Restore) -> Iterator[None]:
    """Let the queue give a lead up after two deliveries."""
    sqs, queue = system.tables.clients.sqs, system.tables["LeadsQueue"]
    policy = json.loads(
        sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    )
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 2})})
    yield
    restore()


@pytest.mark.usefixtures("at_once", "impatient")
def test_a_lead_that_never_could_be_fetched_ends_in_the_dead_letter_queue(system: System) -> None:
    deliver(system)
    system.graph.faults = [(500, {})] * 3

    for _ in range(3):
        system.work()

    (dead,) = system.tables.clients.sqs.receive_message(QueueUrl=system.tables["LeadsDeadQueue"])["Messages"]
    assert msgspec.json.decode(dead["Body"], type=ReceivedLead).lead.lead_id == LEAD


@pytest.mark.parametrize(
    ("status", "body", "about"),
    [
        (400, {"error": {"code": 100, "error_subcode": 33}}, ("http 400", "graph 100")),
        (403, {"error": {"code": 10}}, ("http 403", "graph 10")),
        (404, b"", ("http 404",)),
        (401, {"error": "no object"}, ("http 401",)),
        (400, {"error": {"code": "190"}}, ("http 400",)),
    ],
)
def test_a_lead_that_is_refused_is_parked_until_it_is_replayed(
    system: System, status: int, body: object, about: tuple[str, ...]
) -> None:
    deliver(system)
    system.graph.faults = [(status, body)]

    done = system.work()

    ((entry, content),) = system.parked()
    assert (done, entry.reason.code, entry.reason.about) == (1, "lead_refused", about)
    assert isinstance(content, ReceivedLead)
    system.services.replayer.replay(entry.provider, entry.id)
    assert system.work() == 1
    assert len(system.acts()) == 1
    assert system.parked() == []


def test_another_lead_than_the_one_asked_for_is_not_believed(system: System) -> None:
    system.graph.leads[LEAD] = {**CASE.graph[LEAD], "id": "999"}
    deliver(system)

    system.work()

    assert system.reasons() == ["lead_unreadable"]
    assert system.acts() == []


def test_a_lead_of_an_unknown_form_is_parked_with_its_answers(system: System) -> None:
    unknown = json.loads(CASE.delivery.body)
    unknown["entry"][0]["changes"][0]["value"]["page_id"] = "777"
    system.send(CASE.path_hint, resigned(CASE, json.dumps(unknown).encode()))

    system.work()

    (content,) = system.submissions()
    assert system.reasons() == ["form_unknown"]
    assert content.submission.fields["name"] == "Айгерім Үлгіқызы"
    assert content.body is not None
    assert json.loads(content.body)["id"] == LEAD


def test_without_a_token_leads_are_parked(make_system: MakeSystem) -> None:
    system = make_system({"meta": {"ours": {"app_secret": [APP_SECRET]}}}, CASE.now)

    deliver(system)
    system.work()

    assert system.reasons() == ["token_missing"]
    assert system.graph.asked == []


@pytest.mark.parametrize("tokens", [["new", TOKEN], [TOKEN, "old"]])
def test_while_a_token_is_rotated_the_one_that_is_valid_is_used(
    configure: Callable[..., System], tokens: list[str]
) -> None:
    system = configure(page_access_token=tokens)
    system.graph.tokens = {TOKEN}
    deliver(system)

    assert system.work() == 1
    assert len(system.acts()) == 1


def test_with_no_valid_token_leads_are_parked(configure: Callable[..., System]) -> None:
    system = configure(page_access_token=["new", "old"])
    system.graph.tokens = {TOKEN}
    deliver(system)

    system.work()

    ((entry, _),) = system.parked()
    assert entry.reason.about == ("http 401", "graph 190")


def test_of_a_batch_only_what_failed_stays_in_the_queue(system: System) -> None:
    for number in range(3):
        lead = Lead(f"lead-{number}", PAGE, "1", None)
        system.services.leads_queue.put([ReceivedLead(lead, "ours", CASE.now * 1000)])
    system.graph.faults = [(500, {})]

    done = system.work()

    assert done == 2
    assert len(system.acts()) == 2


@pytest.mark.slow
def test_a_thousand_leads_of_one_delivery_are_all_queued(system: System) -> None:
    body = json.loads(CASE.delivery.body)
    (change,) = body["entry"][0]["changes"]
    body["entry"][0]["changes"] = [
        {**change, "value": {**change["value"], "leadgen_id": number}} for number in range(1000)
    ]

    status = system.send(CASE.path_hint, resigned(CASE, json.dumps(body).encode())).status

    assert status == 200
    assert {waiting.lead.lead_id for waiting in system.queued()} == {str(number) for number in range(1000)}


def test_a_lead_that_the_queue_did_not_take_is_not_acknowledged(system: System) -> None:
    events = system.services.leads_queue._sqs.meta.events

    def fail(parsed: dict[str, Any], **_: object) -> None:
        parsed["Failed"] = [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]

    events.register("after-call.sqs.SendMessageBatch", fail)
    refused = deliver(system)
    events.unregister("after-call.sqs.SendMessageBatch", fail)

    assert (refused, deliver(system)) == (503, 200)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("table", ["EventsTable", "ReceiptsTable", "ContactsTable"])
def test_while_nothing_can_be_recorded_the_lead_waits(system: System, table: str, lose: Lose, restore: Restore) -> None:
    deliver(system)
    lose(table)

    assert system.work() == 0
    assert system.parked() == []
    restore()
    assert system.work() == 1
    assert len(system.acts()) == 1
