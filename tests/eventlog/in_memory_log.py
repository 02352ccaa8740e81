"""The twin of the log in memory: it passes the same contract suite, thousands of times a second."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.aws.items import Write
from chalicelib.domain.decider import INITIAL, State
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.codec import decode, decode_receipt, encode, encode_receipt
from chalicelib.eventlog.log import Entry, ExpectedVersionConflict, resumed


class InMemoryEventLog:
    """Events and receipts as the items that they are in their tables. It takes no writes beside them."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, int], Mapping[str, Mapping[str, str]]] = {}
        self._receipts: dict[str, Mapping[str, Mapping[str, str]]] = {}

    def append(self, entry: Entry, also: Sequence[Write] = ()) -> None:
        """Append an event and put its act's receipt in place.

        Raises:
            ExpectedVersionConflict: an event has the version already, or the receipt is another one.
        """
        if also:
            raise NotImplementedError("other writes are DynamoDB's")
        recorded, receipt = entry.recorded, entry.receipt
        there = self._events.get((recorded.stream, recorded.version))
        if there is not None and there["event_id"]["S"] == recorded.event_id:
            return
        stored = None if receipt is None else self.receipt(receipt.id)
        is_expected = receipt is None or (None if stored is None else stored.newest) == entry.expected
        if there is not None or not is_expected:
            state = None if there is None else resumed(there)
            raise ExpectedVersionConflict(state, None if is_expected else stored, {})
        self._events[recorded.stream, recorded.version] = encode(recorded, entry.carry)
        if receipt is not None:
            self._receipts[receipt.id] = encode_receipt(receipt)

    def newest(self, stream: str) -> State:
        """Return the state after the newest event, with the act that that is about."""
        versions = [version for of, version in self._events if of == stream]
        return resumed(self._events[stream, max(versions)]) if versions else INITIAL

    def newest_at(self, versions: Mapping[str, int]) -> dict[str, State]:
        """Return what `newest` does of those streams whose newest version is the given one."""
        states = {stream: self.newest(stream) for stream in versions}
        return {stream: state for stream, state in states.items() if state.version == versions[stream]}

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return a receipt, None where there is none of this id."""
        item = self._receipts.get(receipt_id)
        return None if item is None else decode_receipt(item)

    def receipts(self, ids: Sequence[str]) -> list[Receipt]:
        """Return the receipts of different ids, as far as they are there, in any order."""
        return [receipt for receipt_id in ids if (receipt := self.receipt(receipt_id)) is not None]

    def event(self, stream: str, version: int) -> RecordedEvent:
        """Return one event.

        Raises:
            LookupError: there is none.
        """
        return decode(self._events[stream, version])

    def stream(self, stream: str, *, after: int | None = None, descending: bool = False) -> Iterator[RecordedEvent]:
        """Return the events of a stream in their order, or the newest first, from behind a version."""
        for (of, version), item in sorted(self._events.items(), reverse=descending):
            if of == stream and (after is None or (version < after if descending else version > after)):
                yield decode(item)

    def scan(self, campaign: str) -> Iterator[RecordedEvent]:
        """Return all events of a campaign, each stream in its order."""
        yield from (decode(item) for (of, _), item in sorted(self._events.items()) if of.startswith(f"{campaign}/"))
