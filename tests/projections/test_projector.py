"""The projector as the event source mapping invokes it, on real tables and queues."""

import json
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.aws import clients
from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.events import ParticipationRecorded, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION, Generation, Generations
from chalicelib.domain.participation import Act, Money
from chalicelib.metrics import Metrics
from chalicelib.projections import acts, organisations
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.engine import Engine, Tell, read_merged
from chalicelib.projections.positions import Positions
from chalicelib.projections.projector import EVENTS_AT_ONCE, Projector, UnknownShard, shards_of
from chalicelib.projections.row_store import DynamoDBRowStore
from chalicelib.projections.rows import RefusedRow, Row, RowStore
from chalicelib.projections.set_aside import Poison, SetAside
from chalicelib.projections.state_store import DynamoDBStateStore, StateStore
from chalicelib.projections.totals import TOTALS
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, stream_records
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore

ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/events/stream/2026-06-01T00:00:00.000"
SHARD = "shardId-1-a"
GOOD_DEED = Act("good_deed", "school", "KZ-75", "telegram", name="name")


class Subject:
    """A projector over one set of tables; `shards` are those of the stream.

    `in_memory` puts the twins of states and rows in the place of theirs.
    """

    def __init__(self, tables: Tables, shards: Sequence[str] = (), *, in_memory: bool = False) -> None:
        self.client: Any = clients.dynamodb()
        names = {acts.MODEL: tables["ActsTable"], organisations.MODEL: tables["OrganisationsTable"]}
        self.states: StateStore = DynamoDBStateStore(self.client, tables["StateTable"])
        self.rows: RowStore = DynamoDBRowStore(self.client, names)
        if in_memory:
            self.states, self.rows = InMemoryStateStore(), InMemoryRowStore()
        self.queue_url = tables["PoisonQueue"]
        self.positions = Positions(self.client, tables["OperationsTable"])
        self.set_aside = SetAside(
            self.client, tables["OperationsTable"], clients.sqs(), self.queue_url, Metrics(lambda: FIRST_MOMENT)
        )
        self.registered: dict[str, Generations] = {}
        self.voided: list[tuple[str, int, str]] = []
        self.projector = Projector(
            Engine(self.states, now=lambda: FIRST_MOMENT),
            self.rows,
            self.set_aside,
            self.positions,
            lambda arn: list(shards) if arn == ARN else [],
            lambda: self.registered,
            lambda *void: self.voided.append(void),
            lambda: FIRST_MOMENT,
        )

    def deliver(self, records: Sequence[dict[str, Any]], shard: str | None = SHARD) -> dict[str, Any]:
        invocation: dict[str, Any] = {"Records": records, "state": {}}
        return self.projector.handle(invocation if shard is None else {**invocation, "shardId": shard})

    def applied(self, campaign: str = "2026") -> int:
        return read_merged(self.states, TOTALS, campaign, FIRST_GENERATION)[1]

    def act_rows(self, numbers: Sequence[int], campaign: str = "2026") -> list[str]:
        keys = [acts.key(campaign, 1, f"r{number}") for number in numbers]
        return [acts.read(item).id for item in self.rows.read(acts.MODEL, keys)]

    def letters(self) -> list[Any]:
        found: list[Any] = []
        while (
            messages := clients.sqs().receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages")
        ):
            found += [json.loads(message["Body"]) for message in messages]
        return found


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.slow)])
def crowded(request: pytest.FixtureRequest, tables: Tables) -> Subject:
    """A projector for hundreds of states, each of which is two requests to a real table."""
    return Subject(tables, in_memory=request.param == "memory")


def events(count: int, act: Act = GOOD_DEED, campaign: str = "2026") -> list[RecordedEvent]:
    """Return an act of each of so many participants."""
    return acts_of([act] * count, campaign)


def acts_of(given: Sequence[Act], campaign: str = "2026") -> list[RecordedEvent]:
    """Return the events of some acts, each of a participant of its own."""
    recorded = (ParticipationRecorded(act, "counted", f"r{number}", "f") for number, act in enumerate(given))
    return [
        RecordedEvent(f"{campaign}/p{number}", 1, f"e{number}", FIRST_MOMENT, event)
        for number, event in enumerate(recorded)
    ]


def records(given: Sequence[RecordedEvent], first: int = 1) -> list[dict[str, Any]]:
    return [{**record, "eventSourceARN": ARN} for record in stream_records(given, first)]


def test_a_batch_is_in_all_read_models_and_nothing_is_kept_in_the_window(subject: Subject) -> None:
    assert subject.deliver(records(events(3))) == {"state": {}}

    assert subject.applied() == 3
    assert subject.act_rows([0, 1, 2]) == ["r0", "r1", "r2"]
    board = organisations.board("2026", 1)
    assert sorted(organisations.read(item).id for item in subject.rows.query(board, page=10)) == ["p0", "p1", "p2"]


def test_an_invocation_at_the_end_of_a_window_has_no_records(subject: Subject) -> None:
    assert subject.projector.handle({"Records": [], "isFinalInvokeForWindow": True, "state": {}}) == {"state": {}}


def test_the_position_in_a_shard_is_that_of_the_last_record_that_is_done_with(subject: Subject) -> None:
    batch = records(events(3), first=10**21)
    batch[2]["dynamodb"]["NewImage"]["data"] = {"S": "broken"}

    subject.deliver(batch)

    assert subject.positions.read() == {SHARD: 10**21 + 2}


def test_without_a_shard_id_the_only_shard_of_the_stream_stands_for_it(tables: Tables) -> None:
    subject = Subject(tables, [SHARD])

    subject.deliver(records(events(1)), shard=None)
    subject.deliver(records(events(3)))

    assert subject.applied() == 3


@pytest.mark.parametrize("shards", [[], ["shardId-1-a", "shardId-1-b"]])
def test_without_a_shard_id_a_stream_of_several_shards_is_refused(tables: Tables, shards: list[str]) -> None:
    subject = Subject(tables, shards)

    with pytest.raises(UnknownShard):
        subject.deliver(records(events(3)), shard=None)

    assert subject.applied() == 0


BROKEN = {
    "no type": lambda record: record["dynamodb"]["NewImage"].pop("type"),
    "no image": lambda record: record["dynamodb"].pop("NewImage"),
    "no dynamodb": lambda record: record.pop("dynamodb"),
    "a schema of the future": lambda record: record["dynamodb"]["NewImage"].update(data={"S": '{"schema":99}'}),
    "no JSON": lambda record: record["dynamodb"]["NewImage"].update(data={"S": "\uffff\x00 {"}),
    "a change of the log": lambda record: record.update(eventName="MODIFY"),
    "a name that no table takes": lambda record: record["dynamodb"]["NewImage"].update(
        data={"S": record["dynamodb"]["NewImage"]["data"]["S"].replace('"act":{', f'"act":{{"name":"{"x" * 2_046}",')}
    ),
    "a time that is none": lambda record: record["dynamodb"]["NewImage"].update(recorded_at={"N": str(10**17)}),
    "no carry": lambda record: record["dynamodb"]["NewImage"].update(carry={"S": "{"}),
    "no sequence number": lambda record: record["dynamodb"].update(SequenceNumber="one"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_record_that_is_no_event_is_set_aside_once_and_the_rest_counts(subject: Subject, broken: str) -> None:
    batch = records(events(5))
    BROKEN[broken](batch[2])

    for _ in range(3):
        subject.deliver(batch)

    (letter,) = subject.letters()
    assert letter["record"]["eventID"] == batch[2]["eventID"]
    assert letter["reason"]
    assert subject.set_aside.count() == 1
    assert subject.act_rows([0, 1, 3, 4]) == ["r0", "r1", "r3", "r4"]
    # A broken carry is of the rows alone: the event itself is sound, and counted.
    assert subject.applied() == (5 if broken == "no carry" else 4)


def test_records_of_two_shards_that_have_one_number_are_two(subject: Subject) -> None:
    batch = records(events(1))
    BROKEN["no type"](batch[0])

    for shard in (SHARD, "shardId-1-b"):
        subject.deliver(batch, shard)

    assert subject.set_aside.count() == 2


def test_a_letter_holds_nothing_that_a_queue_refuses_and_never_outgrows_it(subject: Subject) -> None:
    batch = records(events(2))
    batch[0]["dynamodb"]["NewImage"]["data"] = {"S": "\uffff\x01\ud800"}
    batch[1]["dynamodb"]["NewImage"]["data"] = {"S": "я" * 380_000}

    subject.deliver(batch)

    letters = subject.letters()
    assert len(letters) == 2
    assert all(len(json.dumps(letter)) < 200_000 for letter in letters)


def refuse(subject: Subject, monkeypatch: pytest.MonkeyPatch, table: str, error: Exception, times: int = 10**6) -> None:
    """Let the store refuse puts of one act's rows, and of the sum that lists acts."""
    put_item = subject.client.put_item
    left = [times]

    def refusing(**request: Any) -> Any:
        content = str(request["Item"])
        if request["TableName"] == table and ("p2" in content or "#recent#" in content) and left[0]:
            left[0] -= 1
            raise error
        return put_item(**request)

    monkeypatch.setattr(subject.client, "put_item", refusing)


PERMANENT = ClientError({"Error": {"Code": "ValidationException", "Message": "never"}}, "PutItem")
PASSING = [
    ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}, "PutItem"),
    ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "PutItem"),
    ReadTimeoutError(endpoint_url="https://dynamodb"),
]


@pytest.mark.parametrize("table", ["ActsTable", "OrganisationsTable"])
def test_a_row_that_the_store_will_never_take_is_set_aside_and_the_rest_goes_on(
    subject: Subject, tables: Tables, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    refuse(subject, monkeypatch, tables[table], PERMANENT)

    subject.deliver(records(events(5)))

    (letter,) = subject.letters()
    assert "ValidationException" in letter["reason"]
    assert subject.applied() == 5
    assert subject.positions.read() == {SHARD: 5}
    subject.deliver(records(events(2, campaign="2027"), first=6))
    assert subject.applied("2027") == 2


def test_an_event_for_which_a_sum_can_never_be_stored_is_set_aside_and_the_rest_goes_on(
    subject: Subject, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.projections.state_store.MAX_ITEM_BYTES", 4_000)
    given = [GOOD_DEED] * 40
    given[20] = msgspec.structs.replace(GOOD_DEED, topic=token_hex(8_000))

    subject.deliver(records(acts_of(given)))

    # The last acts are the only sum that holds an act itself.
    letters = subject.letters()
    assert {letter["reason"].partition(":")[0] for letter in letters} == {"recent/all"}
    assert subject.applied() == 40


@pytest.mark.parametrize("table", ["StateTable", "ActsTable", "PoisonQueue"])
def test_what_a_sum_cannot_take_is_set_aside_though_the_batch_fails_and_comes_again(
    subject: Subject, tables: Tables, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.setattr("chalicelib.projections.state_store.MAX_ITEM_BYTES", 4_000)
    given = [GOOD_DEED] * 5
    given[1] = msgspec.structs.replace(GOOD_DEED, topic=token_hex(8_000))
    batch = records(acts_of(given))
    failing(subject, monkeypatch, tables[table])

    with pytest.raises(ClientError):
        subject.deliver(batch)
    subject.deliver(batch)

    assert [letter["reason"].partition(":")[0] for letter in subject.letters()] == ["recent/all"]
    assert subject.applied() == 5


def failing(subject: Subject, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Let the first letter, or the first row or other sum behind what can never be stored, meet a passing fault."""
    put_item, put = subject.client.put_item, subject.set_aside.put
    left = [1]

    def failing_put_item(**request: Any) -> Any:
        content = str(request["Item"])
        if request["TableName"] == place and ("p2" in content or "#hours#" in content) and left:
            left.clear()
            raise PASSING[0]
        return put_item(**request)

    def failing_put(shard: str, poison: Poison) -> None:
        if place == subject.queue_url and left:
            left.clear()
            raise PASSING[0]
        put(shard, poison)

    monkeypatch.setattr(subject.client, "put_item", failing_put_item)
    monkeypatch.setattr(subject.set_aside, "put", failing_put)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("table", ["StateTable", "ActsTable", "OrganisationsTable"])
def test_a_fault_that_passes_fails_the_batch_which_counts_once_when_it_comes_again(
    subject: Subject, tables: Tables, monkeypatch: pytest.MonkeyPatch, table: str, error: Exception
) -> None:
    refuse(subject, monkeypatch, tables[table], error, times=1)
    batch = records(events(5))

    with pytest.raises(type(error)):
        subject.deliver(batch)
    assert subject.positions.read() == {}
    subject.deliver(batch)

    assert subject.applied() == 5
    assert subject.letters() == []
    assert subject.act_rows(range(5)) == [f"r{number}" for number in range(5)]


def test_a_large_batch_of_several_campaigns_leaves_every_row_and_every_broken_record(crowded: Subject) -> None:
    batch = records([*events(60), *events(60, campaign="2027")])
    for place in (10, 70):
        batch[place]["dynamodb"]["NewImage"]["data"] = {"S": "broken"}

    crowded.deliver(batch)

    sound = [f"r{number}" for number in range(60) if number != 10]
    for campaign in ("2026", "2027"):
        assert crowded.act_rows(range(60), campaign) == sound
        assert crowded.applied(campaign) == 59
    assert sorted(letter["record"]["eventID"] for letter in crowded.letters()) == sorted(
        batch[place]["eventID"] for place in (10, 70)
    )


def test_rows_are_stored_a_part_of_a_batch_at_a_time_and_the_newest_of_all_parts_wins(tables: Tables) -> None:
    subject = Subject(tables, in_memory=True)
    (first, *rest) = events(2 * EVENTS_AT_ONCE + 1)
    taken_back = ParticipationWithdrawn("r0", 1, FIRST_MOMENT, GOOD_DEED, "counted", "asked", "t")
    put, parts = subject.rows.put, []

    def put_a_part(rows: Sequence[Row]) -> list[RefusedRow]:
        parts.append([row.key for row in rows if row.model == acts.MODEL])
        return put(rows)

    subject.rows.put = put_a_part  # type: ignore[method-assign]
    subject.deliver(records([first, *rest, RecordedEvent("2026/p0", 2, "e", FIRST_MOMENT, taken_back)]))

    assert [len(part) for part in parts] == [EVENTS_AT_ONCE, EVENTS_AT_ONCE, 2]
    assert parts[0][0] == parts[2][1] == acts.key("2026", 1, "r0")
    (item,) = subject.rows.read(acts.MODEL, [acts.key("2026", 1, "r0")])
    assert acts.read(item).status == "withdrawn"
    assert len(subject.act_rows(range(2 * EVENTS_AT_ONCE + 1))) == 2 * EVENTS_AT_ONCE + 1


def test_rows_that_will_never_be_taken_are_set_aside_of_whichever_part_they_are(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject(tables, in_memory=True)
    monkeypatch.setattr("chalicelib.projections.projector.EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(subject.rows, "put", lambda rows: [RefusedRow(rows[0], "never")])
    batch = records(events(5))

    subject.deliver(batch)

    letters = sorted((letter["record"]["eventID"], letter["reason"]) for letter in subject.letters())
    assert letters == [(batch[number]["eventID"], "acts: never") for number in (0, 2, 4)]


def test_the_stream_feeds_each_generation_with_what_it_was_registered_for(crowded: Subject) -> None:
    moment = FIRST_MOMENT
    crowded.registered["2026"] = Generations(
        (Generation(1), Generation(2, cut=moment), Generation(3, since=moment + 2), Generation(4, sums_alone=True))
    )
    given = [msgspec.structs.replace(event, recorded_at=moment + n) for n, event in enumerate(events(4))]

    crowded.deliver(records(given))

    def applied(number: int) -> int:
        return read_merged(crowded.states, TOTALS, "2026", number)[1]

    def rows(number: int) -> int:
        return len(crowded.rows.read(acts.MODEL, [acts.key("2026", number, f"r{n}") for n in range(4)]))

    assert [applied(number) for number in (1, 2, 3, 4)] == [4, 3, 2, 4]
    assert [rows(number) for number in (1, 2, 3, 4)] == [4, 3, 2, 0]
    assert crowded.voided == []


def test_what_one_generation_cannot_take_is_set_aside_though_the_next_takes_it(
    crowded: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply(generation: int, _: str, changes: CampaignChanges, tell: Tell) -> None:
        if generation == 1:
            tell(Poison(changes.in_order[0].record, "unreadable"))

    monkeypatch.setattr(Engine, "apply", staticmethod(apply))
    crowded.registered["2026"] = Generations((Generation(1), Generation(2)))

    crowded.deliver(records(events(1)))

    assert [letter["reason"] for letter in crowded.letters()] == ["unreadable"]


@pytest.mark.parametrize(
    ("recorded_at", "scan_began", "position", "voided"),
    [
        (FIRST_MOMENT, FIRST_MOMENT, None, True),
        (FIRST_MOMENT, FIRST_MOMENT, 6, True),
        (FIRST_MOMENT, FIRST_MOMENT, 7, False),
        (FIRST_MOMENT + 1, FIRST_MOMENT, None, False),
        (FIRST_MOMENT, FIRST_MOMENT + 1, None, False),
    ],
)
def test_a_generation_is_void_where_neither_scan_nor_stream_may_have_fed_it_with_an_event(
    crowded: Subject, recorded_at: int, scan_began: int, position: int | None, voided: bool
) -> None:
    crowded.registered["2026"] = Generations((Generation(1), Generation(2, cut=FIRST_MOMENT, scan_began=scan_began)))
    if position is not None:
        crowded.positions.put(SHARD, position)
    (event,) = events(1)

    crowded.deliver(records([msgspec.structs.replace(event, recorded_at=recorded_at)], first=7))

    assert crowded.voided == ([("2026", 2, "version 1 of 2026/p0 came after the scan had begun")] if voided else [])


def test_the_shards_of_a_stream_are_those_that_it_is_described_with() -> None:
    class Streams:
        def describe_stream(self, StreamArn: str) -> dict[str, Any]:  # noqa: N803
            return {"StreamDescription": {"StreamArn": StreamArn, "Shards": [{"ShardId": "a"}, {"ShardId": StreamArn}]}}

    assert shards_of(Streams())(ARN) == ["a", ARN]


def test_one_user_with_many_names_stops_no_campaign(crowded: Subject) -> None:
    many_names = [msgspec.structs.replace(GOOD_DEED, name=f"{number:064d}") for number in range(700)]

    crowded.deliver(records(acts_of(many_names)))
    crowded.deliver(records(events(3, campaign="2027"), first=10_000))

    assert (crowded.applied(), crowded.applied("2027")) == (700, 3)
    assert crowded.letters() == []


def test_every_currency_there_is_stops_nothing(crowded: Subject) -> None:
    pledges = [Act("donation", "business", "KZ-75", "telegram", pledged=Money(code, 1)) for code in sorted(CURRENCIES)]

    crowded.deliver(records(acts_of(pledges)))

    totals, applied = read_merged(crowded.states, TOTALS, "2026", FIRST_GENERATION)
    assert applied == len(CURRENCIES)
    assert totals["all"].keys() >= CURRENCIES
