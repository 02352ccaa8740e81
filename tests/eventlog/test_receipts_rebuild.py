"""Given a log and receipts of different times, when the receipts are rebuilt, then they are the heads of its acts."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.aws import clients
from chalicelib.domain.decider import INITIAL, Carry, State, evolve
from chalicelib.domain.events import ParticipationRecorded, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.codec import decode_receipt, encode, encode_receipt
from chalicelib.eventlog.log import DynamoDBEventLog, Entry
from chalicelib.eventlog.receipts_rebuild import RebuiltReceipts, ReceiptsRebuild
from chalicelib.eventlog.segments import LogSegments, Place, SegmentPage
from chalicelib.eventlog.transactions import Transactions
from tests.conftest import Tables
from tests.histories import carries, in_campaign, random_history

HISTORY = random_history(Random(3), 80)


class Subject:
    """A log and its receipts, each put as a test wants it."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        client = clients.dynamodb()
        self._names = tables["EventsTable"], tables["ReceiptsTable"]
        self.log = DynamoDBEventLog(client, Transactions(client, sleep=lambda _: None), *self._names)
        self.read_by(LogSegments)

    def read_by(self, segments: type[LogSegments]) -> None:
        """Let the log be read by something else from now on."""
        client = clients.dynamodb()
        self._rebuild = ReceiptsRebuild(client, self.log, segments(client, self._names[0]), *self._names)

    def put_log(self, events: Sequence[RecordedEvent]) -> None:
        for event, carry in zip(events, carries(events), strict=True):
            self._put("EventsTable", encode(event, carry))

    def put_receipts(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            self._put("ReceiptsTable", encode_receipt(receipt))

    def put_unreadable(self, event: RecordedEvent) -> None:
        self._put("EventsTable", {**encode(event, Carry()), "data": {"S": '{"schema":99}'}})

    def run(self, tell: Callable[[int], None] = lambda _: None, since: int = 0) -> RebuiltReceipts:
        return self._rebuild.run("2026", since, tell)

    def receipts(self) -> dict[str, Receipt]:
        found = self._tables.clients.dynamodb.scan(TableName=self._tables["ReceiptsTable"])["Items"]
        return {receipt.id: receipt for receipt in map(decode_receipt, found)}

    def _put(self, table: str, item: Any) -> None:
        self._tables.clients.dynamodb.put_item(TableName=self._tables[table], Item=item)


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def heads(events: Sequence[RecordedEvent]) -> dict[str, Receipt]:
    """Return the receipts as the service has written them with these events."""
    states: dict[str, State] = {}
    for event in events:
        states[event.stream] = evolve(states.get(event.stream, INITIAL), event)
    return {known.receipt.id: known.receipt for state in states.values() for known in state.acts.values()}


def test_receipts_that_are_right_are_left_alone(subject: Subject) -> None:
    subject.put_log(HISTORY)
    subject.put_receipts([*heads(HISTORY).values()])

    assert subject.run() == RebuiltReceipts(put=0, deleted=0)
    assert subject.receipts() == heads(HISTORY)


def test_receipts_that_are_missing_are_made_anew(subject: Subject) -> None:
    subject.put_log(HISTORY)
    told: list[int] = []

    rebuilt = subject.run(told.append)

    assert rebuilt == RebuiltReceipts(put=len(heads(HISTORY)), deleted=0)
    assert subject.receipts() == heads(HISTORY)
    assert sum(told) == len(HISTORY)


@pytest.mark.slow
@pytest.mark.parametrize("stored", [0, 1, 25, 60, 79])
def test_receipts_of_a_later_time_become_those_of_the_log(subject: Subject, stored: int) -> None:
    subject.put_log(HISTORY[:stored])
    subject.put_receipts([*heads(HISTORY).values()])

    rebuilt = subject.run()

    later, earlier = heads(HISTORY), heads(HISTORY[:stored])
    differing = [one for one in earlier if later[one] != earlier[one]]
    assert rebuilt == RebuiltReceipts(put=len(differing), deleted=len(later) - len(earlier))
    assert subject.receipts() == earlier
    assert subject.run() == RebuiltReceipts(put=0, deleted=0)


def test_receipts_of_an_earlier_time_become_those_of_the_log(subject: Subject) -> None:
    subject.put_log(HISTORY)
    subject.put_receipts([*heads(HISTORY[:40]).values()])

    subject.run()

    assert subject.receipts() == heads(HISTORY)


def test_a_receipt_of_which_the_place_in_the_log_is_another_act_s_is_deleted(subject: Subject) -> None:
    subject.put_log(HISTORY)
    taken = next(iter(heads(HISTORY).values()))
    subject.put_receipts([*heads(HISTORY).values(), msgspec.structs.replace(taken, id="lost")])

    assert subject.run() == RebuiltReceipts(put=0, deleted=1)
    assert subject.receipts() == heads(HISTORY)


@pytest.mark.slow
def test_other_campaigns_keep_their_receipts(subject: Subject) -> None:
    others = [msgspec.structs.replace(r, stream=f"2026-2/{r.id}", id=f"2-{r.id}") for r in heads(HISTORY).values()]
    subject.put_receipts(others)
    subject.put_log(in_campaign(HISTORY, "2025"))

    assert subject.run() == RebuiltReceipts(put=0, deleted=0)
    assert subject.receipts() == {receipt.id: receipt for receipt in others}


def test_what_is_recorded_meanwhile_keeps_its_receipt(subject: Subject) -> None:
    act = Act("good_deed", "citizen", "KZ-75", "api")
    event = RecordedEvent("2026/p", 1, "meanwhile", 1, ParticipationRecorded(act, "counted", "new", "f"))
    receipt = Receipt("new", "f", "2026/p", 1, 1, "counted", 1)
    subject.put_log(HISTORY)
    subject.put_receipts([*heads(HISTORY).values()])

    def meanwhile(_: int) -> None:
        if subject.log.receipt("new") is None:
            subject.log.append(Entry(event, Carry(), receipt))

    assert subject.run(meanwhile) == RebuiltReceipts(put=0, deleted=0)
    assert subject.receipts() == {**heads(HISTORY), "new": receipt}


@pytest.mark.slow
def test_what_becomes_of_an_act_meanwhile_stands_in_its_receipt(subject: Subject) -> None:
    act = Act("good_deed", "citizen", "KZ-75", "api")
    recorded = RecordedEvent("2026/p", 1, "before", 1, ParticipationRecorded(act, "counted", "r", "f"))
    withdrawn = RecordedEvent(
        "2026/p", 2, "afterwards", 2, ParticipationWithdrawn("r", 1, 1, act, "counted", "an error", "t")
    )
    (before,) = heads([recorded]).values()
    (after,) = heads([recorded, withdrawn]).values()
    subject.put_log([recorded])
    subject.put_receipts([before])

    def meanwhile(_: int) -> None:
        subject.log.append(Entry(withdrawn, Carry(), after, expected=1))

    assert subject.run(meanwhile) == RebuiltReceipts(put=0, deleted=0)
    assert subject.receipts() == {"r": after}


@pytest.mark.slow
def test_a_stream_that_a_scan_has_in_pieces_is_read_whole(subject: Subject) -> None:
    subject.put_log(HISTORY)
    subject.put_receipts([*heads(HISTORY).values()])
    items = [encode(event, Carry()) for event in HISTORY]

    class Pieces(LogSegments):
        def pages(self, segment: int, segments: int, after: Place | None = None) -> Iterator[SegmentPage]:
            yield SegmentPage(items[1::2], None)
            yield SegmentPage(items[::2], None)

    subject.read_by(Pieces)

    assert subject.run() == RebuiltReceipts(put=0, deleted=0)


def test_a_stream_that_cannot_be_read_keeps_its_receipts(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    subject.put_log(HISTORY)
    subject.put_receipts([*heads(HISTORY).values()])
    subject.put_unreadable(HISTORY[0])
    stale = next(receipt for receipt in heads(HISTORY).values() if receipt.stream == HISTORY[0].stream)
    subject.put_receipts([msgspec.structs.replace(stale, fingerprint="another")])

    assert subject.run() == RebuiltReceipts(put=0, deleted=0)
    assert len(subject.receipts()) == len(heads(HISTORY))
    assert "receipts_not_rebuilt" in caplog.text


@pytest.mark.slow
def test_acts_of_rehearsals_have_no_receipts_and_get_none(subject: Subject) -> None:
    since = HISTORY[40].recorded_at
    subject.put_log(HISTORY)
    subject.put_receipts([receipt for receipt in heads(HISTORY).values() if receipt.version % 2])

    subject.run(since=since)

    expected = {name: receipt for name, receipt in heads(HISTORY).items() if receipt.recorded_at >= since}
    assert subject.receipts() == expected
    assert 0 < len(expected) < len(heads(HISTORY))
