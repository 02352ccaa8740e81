"""What a batch of 1,000 events takes of DynamoDB and of the processor, with little stored and with a great deal.

The projector runs on the durable engine as Lambda invokes it. What is stored beforehand is made by the same code (the
decider, the rows, the folds, in memory) and written straight into the engine's file: the rows of acts and
organisations, the sums of four shards, and the names. Of the acts of persons among the million nine in ten are copies
under other keys. The log itself is not written, as nothing here reads it. All preloads are measured in turn, batch by
batch, and each is set beside the first, where only the opening batch came before. Units are worked out from the sizes
of items, see `units`.

Run: `python -m benchmarks.growth` (some ten minutes; `--events 100000` for fewer stored events than a million).
"""

import argparse
import gc
import statistics
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from benchmarks.engine_file import largest_item, writing
from benchmarks.measuring import cpu_ms
from benchmarks.preload import KNOWN_NAMES, SHARDS, TITLES, Preload, store
from benchmarks.stage import Stage, stage
from benchmarks.traffic import CAMPAIGN, EVENTS, NOW, Traffic, invocation
from benchmarks.units import Meter, metered, places
from chalicelib.aws import clients
from chalicelib.bootstrap import bootstrap

ROUNDS = 3
COPIES = 9
POLLS_A_SECOND = 4
"""How often Lambda asks each shard."""

MAX_RATIO = 1.3
MAX_ITEM_BYTES = 64 * 1024
MAX_PARTITION_UNITS = 200


class Subject:
    """A projector with what its preload has stored, and the traffic that comes to it."""

    def __init__(self, current: Stage, prefix: str, preload: Preload) -> None:
        created = current.set_up(prefix)
        self.preload = preload
        self.tables = {title: created[logical_id] for logical_id, title in TITLES.items()}
        self.traffic = Traffic(1)
        self._client = clients.dynamodb()
        self._places = places(self._client, self.tables)
        self._services = bootstrap(lambda: NOW)
        self._seconds = 0
        with writing(current.database, self._places) as file:
            store(file, self.tables, self.traffic, preload, NOW)

    def opening(self) -> Meter:
        """Apply the first batch of a process, which remembers nothing."""
        return self.apply(invocation(self.traffic.opening(self._moment(), KNOWN_NAMES), SHARDS[0]))

    def batch(self) -> dict[str, Any]:
        """Return the invocation with a next batch of all that happens."""
        return invocation(self.records(), SHARDS[0])

    def records(self) -> list[dict[str, Any]]:
        """Return the records of a next batch of all that happens."""
        return self.traffic.batch(self._moment(), KNOWN_NAMES)

    def cpu(self) -> float:
        """Return the processor time, in ms, that a next batch takes, that of the client and its threads included."""
        given = self.batch()
        return cpu_ms(lambda: self._services.projector.handle(given))

    def apply(self, *invocations: Mapping[str, Any]) -> Meter:
        """Apply batches, and return what they took."""
        with metered(self._client, self._places) as meter:
            for given in invocations:
                self._services.projector.handle(given)
        return meter

    def board(self) -> Meter:
        """Publish the board of all organisations as a process does that knows no names yet; return what it took."""
        head = self._services.publisher.head(CAMPAIGN)
        with metered(self._client, self._places) as meter:
            self._services.boards.publish(head, (None,))
        return meter

    def _moment(self) -> int:
        """Return the time of a next batch: one a second."""
        self._seconds += 1
        return NOW + self._seconds * 1000


def preloads(events: int) -> tuple[Preload, ...]:
    """Return what is measured, the largest with so many events."""
    many, some = min(100_000, events // 5), min(10_000, events // 50)
    persons = (events - 2 * many) // (1 + COPIES)
    return (
        Preload("nothing"),
        Preload("100 organisations", organisations=100),
        Preload(f"{some:,} organisations", organisations=some),
        Preload(f"{many:,} organisations", organisations=many),
        Preload(f"{many:,} acts in review", in_review=many),
        Preload(f"{events:,} events, those among them", many, many, persons, COPIES),
    )


def hottest(subject: Subject) -> list[tuple[str, ...]]:
    """Return by table and index the units a second of its hottest partition key at 1,000 events a second, as texts.

    By what comes: all that happens in one batch; the same as four shards have it, each asked four times a second; new
    organisations, all of one name and region; known ones, all of one region, once more; acts that wait.
    """
    traffic = subject.traffic
    usual = subject.apply(subject.batch())
    # Their first invocations find no states in memory.
    subject.apply(*(invocation([*traffic.persons(1, NOW)], shard) for shard in SHARDS))
    records, size = subject.records(), -(-EVENTS // (len(SHARDS) * POLLS_A_SECOND))
    polled = [records[start : start + size] for start in range(0, EVENTS, size)]
    by_shards = subject.apply(*(invocation(part, SHARDS[n % len(SHARDS)]) for n, part in enumerate(polled)))
    everywhere, traffic.regions = traffic.regions, ("KZ-75",)
    known, traffic.organisations = traffic.organisations, []
    alike = subject.apply(invocation([*traffic.new_organisations(EVENTS, NOW, KNOWN_NAMES[:1])], SHARDS[0]))
    again = subject.apply(invocation([*traffic.returning(EVENTS, NOW)], SHARDS[0]))
    traffic.organisations, traffic.regions = known, everywhere
    waiting = subject.apply(invocation([*traffic.in_review(EVENTS, NOW)], SHARDS[0]))
    meters = (usual, by_shards, alike, again, waiting)
    names = sorted({name for meter in meters for name in meter.written})
    return [(name, *(str(max(meter.written[name].values(), default=0)) for meter in meters)) for name in names]


HOTTEST_HEAD = ("table or index", "one batch", "four shards", "one name and region", "one region again", "in review")


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description="A batch of 1,000 events, with little stored and with a great deal.")
    parser.add_argument("--events", type=int, default=1_000_000, help="how many are stored at most")
    given = parser.parse_args()
    with stage() as current:
        _measure(current, preloads(given.events))


def _measure(current: Stage, preloads: Sequence[Preload]) -> None:
    subjects = [Subject(current, f"growth-{number}", preload) for number, preload in enumerate(preloads)]
    # What is stored is in the engine; what is left of making it here is no garbage.
    gc.collect()
    gc.freeze()
    titles = [subject.preload.title for subject in subjects]
    openings = [subject.opening() for subject in subjects]
    boards = [subject.board() for subject in subjects]
    rounds = [[subject.cpu() for subject in subjects] for _ in range(ROUNDS)]
    batches = [subject.apply(subject.batch()) for subject in subjects]
    _print_growth(titles, openings, rounds, batches)
    largest = largest_item(current.database, chain.from_iterable(subject.tables.values() for subject in subjects))
    print(f"budget {MAX_RATIO}; largest item {largest:,} bytes (budget {MAX_ITEM_BYTES:,})\n")
    names = sorted(batches[-1].written)
    units = [[str(batch.written[name].total()) for name in names] for batch in batches]
    _print("Units written by table and index", names, titles, units)
    _print(
        "The board of all organisations, published by a new process",
        ("requests", "read units", "of them names"),
        titles,
        [[str(board.requests.total()), f"{board.read_units:g}", f"{board.read['names']:g}"] for board in boards],
    )
    partitions = hottest(subjects[-1])
    _print(
        f"Units a second of the hottest partition key at {EVENTS:,} events a second (budget {MAX_PARTITION_UNITS})",
        HOTTEST_HEAD[1:],
        [name for name, *_ in partitions],
        [row for _, *row in partitions],
    )


def _print_growth(
    titles: Sequence[str], openings: Sequence[Meter], rounds: Sequence[Sequence[float]], batches: Sequence[Meter]
) -> None:
    floor = batches[0]
    rows = []
    for place, (batch, opening) in enumerate(zip(batches, openings, strict=True)):
        requests, spent = batch.requests.total(), statistics.median(row[place] for row in rounds)
        ratio = statistics.median(row[place] / row[0] for row in rounds)
        loads = sum(count for name, count in opening.requests.items() if name.startswith("GetItem"))
        rows.append(
            (
                f"{batch.written_units:,} ({batch.written_units / floor.written_units:.2f})",
                f"{requests:,} ({requests / floor.requests.total():.2f})",
                f"{spent:,.0f} ms ({ratio:.2f})",
                f"{opening.read_units:g} in {loads}",
            )
        )
    head = ("write units", "requests", "processor, client included", "read by a new process")
    _print(f"A batch of {EVENTS:,} events, and as a multiple of the same with nothing stored", head, titles, rows)


def _print(title: str, head: Sequence[str], titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = [("", *head), *((name, *row) for name, row in zip(titles, rows, strict=True))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print(title)
    for row in table:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


if __name__ == "__main__":
    main()
