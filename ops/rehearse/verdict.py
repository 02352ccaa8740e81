"""Public documents recounted against the sender's ledger, to the unit: each difference by its name."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from chalicelib.domain.vocabulary import KINDS, PERSON
from ops.rehearse.acts import ABROAD, Act
from ops.rehearse.ledger import Entry, Ledger, Step, Sums, plain, sums
from ops.rehearse.words import REGIONS

BOARD = 100
RECENT = 50
"""How many organisations the board has, and acts the ticker, at most."""

CLOCK_SECONDS = 2.0
"""How far the sender's clock may be from that of the API: what is recorded in which minute is told by that."""

_KAZAKHSTAN = timezone(timedelta(hours=5))
_EVENTS = frozenset({"class_hour", "online_training", "master_class"})
_PLACES = (*REGIONS, ABROAD)


class Difference(msgspec.Struct, frozen=True):
    """One number, or one row, that a document tells otherwise than the ledger; `of` is what it is about."""

    document: str
    metric: str
    of: str
    expected: Any
    shown: Any


class Documents(msgspec.Struct, frozen=True):
    """What viewers read: JSON documents parsed, the CSV as text, timelines by day."""

    live: Mapping[str, Any]
    page: Mapping[str, Any]
    places: Mapping[str, Any]
    recent: Mapping[str, Any]
    organisations: Mapping[str, Any]
    csv: str
    timelines: Mapping[str, Mapping[str, Any]]


def differences(ledger: Ledger, documents: Documents) -> list[Difference]:
    """Return everything that the documents tell otherwise than the ledger, none where they are exact."""
    return [
        *_live("live.json", ledger, documents.live),
        *_live("page.json", ledger, documents.page),
        *_places("places.json", ledger, documents.places),
        *_places("page.json", ledger, documents.page),
        *_csv(ledger, documents.csv),
        *_board(ledger, documents.organisations),
        *_recent(ledger, documents.recent),
        *_timeline(ledger, documents.timelines),
    ]


def totals(ledger: Ledger) -> dict[str, Any]:
    """Return the totals as `live.json` has to tell them."""
    counted = list(ledger.counted())
    everything = sums(entry.act for entry in counted)
    return {
        "participants": len({entry.participant.key for entry in counted}),
        **_members(everything),
        **_by_kind(entry.act for entry in counted),
        "organisations": len({entry.participant.key for entry in counted if not entry.participant.is_person}),
    }


def _live(document: str, ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _compared(document, "all", totals(ledger), shown["totals"])
    in_review = sum(entry.status == "in_review" for entry in ledger.entries.values())
    yield from _compared(document, "all", {"in_review": in_review}, shown)


def _places(document: str, ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[Difference]:
    acts = defaultdict[str, list[Act]](list)
    for entry in ledger.counted():
        acts[entry.act.place_key].append(entry.act)
    for place in sorted({*_PLACES, *shown["places"], *acts}):
        expected = {**_members(sums(acts[place])), **_by_kind(acts[place])}
        yield from _compared(document, place, expected, shown["places"].get(place, {}))


def _csv(ledger: Ledger, text: str) -> Iterator[Difference]:
    cells = defaultdict[tuple[str, str], list[Act]](list)
    for entry in ledger.counted():
        cells[entry.act.kind, entry.act.place_key].append(entry.act)
    rows = {(row["kind"], row["place"]): row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    for kind, place in sorted({*((kind, place) for kind in KINDS for place in _PLACES), *rows, *cells}):
        row = rows.get((kind, place))
        if row is None:
            yield Difference("totals.csv", "row", f"{kind} {place}", "there", "missing")
            continue
        of_cell = sums(cells[kind, place])
        expected = {
            "participations": of_cell.acts,
            "people": of_cell.people,
            "hours": of_cell.hours,
            "minutes": of_cell.minutes,
            **{f"amount_{currency}": value for currency, value in _amounts(of_cell).items()},
        }
        shown = {
            name: int(value)
            for name, value in row.items()
            if name in expected or (name.startswith("amount_") and value != "0")
        }
        # A currency that nothing counts in any more has no column.
        shown = {**{name: 0 for name in expected if name.startswith("amount_")}, **shown}
        yield from _compared("totals.csv", f"{kind} {place}", expected, shown)


def _board(ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the board, where those of equally many people may stand in for each other at its end."""
    expected = _organisations(ledger)
    least = sorted((of.people for of in expected.values()), reverse=True)[BOARD - 1] if len(expected) > BOARD else -1
    listed = [(plain(row["name"]), row) for row in shown["organisations"]]
    by_name: dict[str, list[Sums]] = defaultdict(list)
    for (name, _), of in expected.items():
        by_name[name].append(of)
    if len(listed) != min(BOARD, len(expected)):
        yield Difference("organisations.json", "rows", "all", min(BOARD, len(expected)), len(listed))
    for name, row in listed:
        if name not in by_name:
            yield Difference("organisations.json", "name", row["name"], "not shown", "shown")
            continue
        (of,) = by_name[name]
        yield from _compared("organisations.json", row["name"], {**_members(of), "hours": of.minutes / 60}, row)
    names = {name for name, _ in listed}
    for name, found in by_name.items():
        if name not in names and found[0].people > least:
            yield Difference("organisations.json", "name", name, "shown", "not shown")
    people = [row["people"] for _, row in listed]
    if people != sorted(people, reverse=True):
        yield Difference("organisations.json", "order", "all", "most people first", "another")


def _organisations(ledger: Ledger) -> dict[tuple[str, str], Sums]:
    """Return what each organisation whose name is shown has brought, by name and who it is."""
    acts = defaultdict[tuple[str, str], list[Act]](list)
    for entry in ledger.counted():
        name = entry.participant.organisation
        if name and ledger.name_state(entry.participant) == "shown":
            acts[plain(name), entry.participant.key].append(entry.act)
    return {who: sums(of) for who, of in acts.items()}


def _recent(ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the ticker: each act there is one that counts, and of the last ones none is missing.

    What was under way at the same time may have been recorded in any order.
    """
    ever = [entry for entry in ledger.entries.values() if entry.was_counted]
    standing = defaultdict[Any, int](int)
    for entry in ever:
        if entry.status == "counted":
            standing[_ticker(ledger, entry)] += 1
    told = defaultdict[Any, int](int)
    for act in shown["acts"]:
        told[_told(act)] += 1
    for row, count in told.items():
        if count > standing[row]:
            yield Difference("recent.json", "acts", _words(row), standing[row], count)
    last = sorted(entry.known_at for entry in ever)[-RECENT - 1 :]
    must = defaultdict[Any, int](int)
    for entry in ever:
        # It is one of those itself: it was acknowledged after it was sent.
        not_older = sum(known_at >= entry.sent_at for known_at in last)
        if entry.status == "counted" and not_older <= RECENT:
            must[_ticker(ledger, entry)] += 1
    for row, count in must.items():
        if told[row] < count:
            yield Difference("recent.json", "acts", _words(row), count, told[row])


def _timeline(ledger: Ledger, timelines: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    """Compare what changed minute by minute: in all exactly, and up to each minute as exactly as the sender can know.

    What was under way when a minute ended is of that minute or the next.
    """
    minutes = [
        (datetime.fromisoformat(f"{day}T{minute['at']}").replace(tzinfo=_KAZAKHSTAN).timestamp() + 60, minute)
        for day in sorted(timelines)
        for minute in timelines[day]["minutes"]
    ]
    everything = sums(entry.act for entry in ledger.counted())
    told = {
        "participations": sum(minute["participations"] for _, minute in minutes),
        "people": sum(minute["people"] for _, minute in minutes),
        "hours": sum(minute["hours"] for _, minute in minutes),
        "amount": _added([minute["amount"] for _, minute in minutes]),
    }
    expected = {**_members(everything), "hours": everything.minutes / 60}
    yield from _compared("timeline", "all", expected, told)
    running = 0
    for end, minute in minutes:
        running += minute["participations"]
        lowest, highest = _bounds(ledger.steps, end)
        if not lowest <= running <= highest:
            when = datetime.fromtimestamp(end, UTC).astimezone(_KAZAKHSTAN)
            yield Difference("timeline", "participations", f"up to {when:%H:%M}", f"{lowest} to {highest}", running)


def _bounds(steps: Sequence[Step], end: float) -> tuple[int, int]:
    """Return between which numbers the acts lie that counted at a time (epoch seconds)."""
    lowest = highest = 0
    for step in steps:
        change = (step.after is not None) - (step.before is not None)
        if step.known_at < end - CLOCK_SECONDS:
            lowest, highest = lowest + change, highest + change
        elif step.sent_at < end + CLOCK_SECONDS:
            lowest, highest = lowest + min(change, 0), highest + max(change, 0)
    return lowest, highest


def _compared(document: str, of: str, expected: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Difference]:
    for metric, value in expected.items():
        if shown.get(metric) != value:
            yield Difference(document, metric, of, value, shown.get(metric))


def _members(of: Sums) -> dict[str, Any]:
    return {"participations": of.acts, "people": of.people, "hours": of.hours, "amount": _amounts(of)}


def _amounts(of: Sums) -> dict[str, int]:
    """Return sums by currency: tenge is always there, others where there are any."""
    return {"KZT": 0, **{currency: value for currency, value in of.amounts.items() if value}}


def _by_kind(acts: Any) -> dict[str, int]:
    acts = list(acts)
    return {
        "volunteers": sum(act.people for act in acts if act.kind == "volunteering"),
        "good_deeds": sum(act.kind == "good_deed" for act in acts),
        "events_held": sum(act.kind in _EVENTS for act in acts),
    }


def _ticker(ledger: Ledger, entry: Entry) -> tuple[Any, ...]:
    act, participant = entry.act, entry.participant
    name = participant.organisation if ledger.name_state(participant) == "shown" else None
    amount = None if participant.type == PERSON or act.amount is None else (act.amount.currency, act.amount.value)
    return (
        act.kind,
        act.topic,
        participant.type,
        plain(name) if name else None,
        act.place_key,
        act.people,
        act.minutes / 60,
        amount,
    )


def _told(act: Mapping[str, Any]) -> tuple[Any, ...]:
    amount = None if act["amount"] is None else (act["amount"]["currency"], act["amount"]["value"])
    name = act["organisation"]
    return (
        act["kind"],
        act["topic"],
        act["participant_type"],
        plain(name) if name else None,
        act["place"],
        act["people"],
        act["hours"],
        amount,
    )


def _words(row: tuple[Any, ...]) -> str:
    return ", ".join(str(part) for part in row if part is not None)


def _added(amounts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    added = defaultdict[str, int](int)
    for amount in amounts:
        for currency, value in amount.items():
            added[currency] += value
    return {"KZT": 0, **{currency: value for currency, value in added.items() if value}}
