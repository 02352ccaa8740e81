"""Whatever is asked of a campaign, its totals are those that a recount of the log gives."""

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import boto3
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import clients
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign, Limits
from chalicelib.domain.commands import (
    ApproveParticipation,
    Changes,
    Command,
    CorrectParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.decider import INITIAL, State, evolve
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.eventlog.log import EventLog
from chalicelib.intake.participations import read_participation
from chalicelib.metrics import Metrics
from chalicelib.participations.contacts import Contacts
from chalicelib.participations.keys import Keys
from chalicelib.participations.service import ParticipationResult, Participations, Refused
from chalicelib.projections.audit import Audit, audit
from chalicelib.projections.engine import Engine
from chalicelib.projections.projector import DeadLetters, Projector
from chalicelib.projections.state_store import DynamoDBStateStore
from chalicelib.publishing.document_store import DocumentStore
from chalicelib.publishing.publisher import Publisher
from chalicelib.registry import Registry
from infra.local import resources
from infra.local.delivery import drain
from infra.local.streams import StreamMapping
from tests.conftest import Tables

campaigns = itertools.count(1)
MODERATED: dict[str, Any] = {"reason": "checked", "by": "token"}


class System:
    """The services over one set of tables, with the log's and the state's streams delivered as Lambda would."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.registry = Registry(tables["RegistryTable"])
        self.states = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
        self.documents = DocumentStore(clients.s3(), tables["DocumentsBucket"])
        contacts = Contacts(tables["ContactsTable"])
        self.log = EventLog(clients.dynamodb(), tables["EventsTable"])
        self.participations = Participations(self.log, contacts, Keys(bytes(32)), Metrics(now_ms), now_ms)
        engine = Engine(self.states, now_ms)
        projector = Projector(engine, DeadLetters(clients.sqs(), tables["PoisonQueue"]), lambda _: [])
        publisher = Publisher(self.states, self.documents, self.registry.campaigns, Metrics(now_ms), now_ms)
        self._streams = [
            self._mapping("EventsTable", projector.handle, window=1),
            self._mapping("StateTable", lambda event: publisher.publish(event["Records"])),
            self._mapping("RegistryTable", lambda event: publisher.publish(event["Records"])),
        ]

    def _mapping(self, table: str, function: Callable[[Any], object], window: int | None = None) -> StreamMapping:
        arn = resources.stream_arn(self._tables.clients.dynamodb, self._tables[table])
        return StreamMapping(boto3.client("dynamodbstreams"), arn, function, table, window)

    def settle(self) -> None:
        """Deliver until nothing is left."""
        assert drain(self._streams, 60)


@pytest.fixture(scope="module")
def system(make_tables: Callable[[], Tables]) -> System:
    return System(make_tables())


participants = st.sampled_from(
    [
        {"type": "citizen", "phone": "+77011234567"},
        {"type": "citizen", "phone": "+77770000001"},
        {"type": "citizen"},
        {"type": "ngo", "organisation": "Үміт қоры"},
        {"type": "school", "organisation": "School № 5", "phone": "+77011234567"},
    ]
)
records = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["volunteering", "good_deed", "donation", "class_hour"]),
        "participant": participants,
        "place": st.sampled_from([{"region": "KZ-75"}, {"region": "KZ-10"}, {"country": "DE"}]),
        "people": st.sampled_from([1, 2, 30, 5_000]),
        "hours": st.integers(0, 5),
    },
    optional={"amount": st.just({"currency": "KZT", "value": 7_000}) | st.just({"currency": "USD", "value": 5})},
)
steps = st.one_of(
    st.tuples(st.just("record"), st.integers(0, 3), records),
    st.tuples(st.sampled_from(["approve", "reject", "withdraw", "correct", "erase"]), st.integers(0, 3), st.none()),
)


def command(name: str, version: int) -> Command:
    match name:
        case "approve":
            return ApproveParticipation(version, **MODERATED)
        case "reject":
            return RejectParticipation(version, **MODERATED)
        case "withdraw":
            return WithdrawParticipation(version, **MODERATED)
        case _:
            return CorrectParticipation(version, Changes(people=3, place="KZ-71"), **MODERATED)


def carry_out(system: System, campaign: Campaign, history: list[Any]) -> None:
    outcomes: dict[int, ParticipationResult] = {}
    for name, number, raw in history:
        try:
            if name == "record":
                draft = read_participation(raw, "api", now_ms())
                outcomes[number] = system.participations.record(campaign, draft, f"submission {number}")
            elif name == "erase":
                system.participations.erase(campaign.id, "person phone +77011234567")
            elif number in outcomes:
                known = outcomes[number]
                system.participations.moderate(known.id, command(name, known.id.version))
        except Refused:
            continue


@settings(max_examples=40)
@given(history=st.lists(steps, min_size=1, max_size=20))
def test_states_and_documents_equal_a_recount_of_the_log(system: System, history: list[Any]) -> None:
    names = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}
    wanted = msgspec.convert({"id": f"c{next(campaigns)}", "names": names, "state": "live"}, Campaign)
    campaign, _ = system.registry.put_campaign(msgspec.structs.replace(wanted, limits=Limits(people=1_000)))

    carry_out(system, campaign, history)
    system.settle()

    log = list(system.log.scan(campaign.id))
    assert audit(campaign.id, log, system.states) == Audit(campaign.id, len(log), len(log), drifted=())
    assert_published(system, campaign, log)


def assert_published(system: System, campaign: Campaign, log: list[RecordedEvent]) -> None:
    current = system.documents.current(f"v1/campaigns/{campaign.id}/live.json")
    assert current is not None
    live = msgspec.json.decode(current.body)
    counted = {stream: acts for stream, acts in standing_acts(log).items() if acts}
    acts = [act for acts in counted.values() for act in acts]
    assert live["rev"] == len(log)
    assert live["totals"] == {
        "participants": len(counted),
        "participations": len(acts),
        "people": sum(act.people for act in acts),
        "hours": sum(act.hours for act in acts),
        "amount": {"KZT": 0, **amounts(acts)},
        "volunteers": sum(act.people for act in acts if act.kind == "volunteering"),
        "good_deeds": sum(act.kind == "good_deed" for act in acts),
        "events_held": sum(act.kind == "class_hour" for act in acts),
        "organisations": sum(acts[0].participant_type != "citizen" for acts in counted.values()),
    }


def standing_acts(log: list[RecordedEvent]) -> dict[str, list[Act]]:
    """Return the acts that count, by stream, as the decider sees them."""
    states: dict[str, State] = {}
    for event in log:
        states[event.stream] = evolve(states.get(event.stream, INITIAL), event)
    return {
        stream: [known.act for known in state.participations.values() if known.status == "counted"]
        for stream, state in states.items()
    }


def amounts(acts: list[Act]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for act in acts:
        if act.amount is not None:
            sums[act.amount.currency] += act.amount.value
    return sums
