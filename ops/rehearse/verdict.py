"""Public documents recounted against the sender's ledger, to the unit: each difference by its name."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from chalicelib.domain.vocabulary import KINDS, PERSON
from ops.rehearse.acts import ABROAD, SentAct
from ops.rehearse.badges import badge_names, numbers
from ops.rehearse.campaign import GOALS, LINKS, MILESTONES, NAMES, STATE, listed
from ops.rehearse.ledger import ActSums, Ledger, LedgerEntry, Step, plain, sums
from ops.rehearse.words import REGIONS

BOARD, REGION_BOARD = 100, 500
"""How many organisations the board of all has, and that of a place, at most."""

RECENT, PAGE_ACTS = 50, 20
"""How many acts the ticker has, and the launch page, at most."""

CLOCK_SECONDS = 2.0
"""How far the sender's clock may be from that of the API: what is recorded in which minute is told by that."""

_KAZAKHSTAN = timezone(timedelta(hours=5))
_EVENTS = frozenset({"class_hour", "online_training", "master_class"})
BOARD_PLACES = (*REGIONS, ABROAD)
"""The places that have numbers and a board."""


class WrongFigure(msgspec.Struct, frozen=True):
    """One number, or one row, that a document tells otherwise than the ledger; `of` is what it is about."""

    document: str
    metric: str
    of: str
    expected: Any
    shown: Any


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """What viewers read of a campaign: JSON documents parsed, the CSV and badges as text.

    `boards` are by place, `badges` by name, `timelines` and `hours` by day; `spreadsheet` is the CSV as Excel takes it,
    `days` the list of days; `campaigns` is the list of all.
    """

    campaign: str
    live: Mapping[str, Any]
    page: Mapping[str, Any]
    places: Mapping[str, Any]
    recent: Mapping[str, Any]
    organisations: Mapping[str, Any]
    boards: Mapping[str, Mapping[str, Any]]
    csv: str
    spreadsheet: str
    days: str
    hours: Mapping[str, str]
    badges: Mapping[str, str]
    timelines: Mapping[str, Mapping[str, Any]]
    campaigns: Mapping[str, Any]

    def pages(self) -> dict[str, Mapping[str, Any]]:
        """Return the JSON documents of the campaign by their names."""
        return {
            "live.json": self.live,
            "page.json": self.page,
            "places.json": self.places,
            "recent.json": self.recent,
            "organisations.json": self.organisations,
            **{f"organisations/{place}.json": board for place, board in self.boards.items()},
            **{f"timeline/{day}.json": timeline for day, timeline in self.timelines.items()},
        }


def differences(ledger: Ledger, documents: Documents) -> list[WrongFigure]:
    """Return everything that the documents tell otherwise than the ledger, none where they are exact."""
    return [
        *_states(documents),
        *_live("live.json", ledger, documents.live),
        *_live("page.json", ledger, documents.page),
        *_places("places.json", ledger, documents.places),
        *_places("page.json", ledger, documents.page),
        *_csv(ledger, documents.csv),
        *_spreadsheet(documents),
        *_hours(ledger, documents),
        *_acts("recent.json", RECENT, ledger, documents.recent["acts"]),
        *_acts("page.json", PAGE_ACTS, ledger, documents.page["acts"]),
        *_same_acts(documents),
        *_timeline(ledger, documents.timelines),
        *_compared("page.json", "all", {"names": NAMES, "links": list(LINKS)}, documents.page),
        *_listed(documents),
        *_boards(ledger, documents),
        *_badges(ledger, documents.badges),
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


def _live(document: str, ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[WrongFigure]:
    yield from _compared(document, "all", totals(ledger), shown["totals"])
    in_review = sum(entry.status == "in_review" for entry in ledger.entries.values())
    yield from _compared(document, "all", {"in_review": in_review, "goals": list(GOALS)}, shown)
    yield from _milestones(document, ledger, shown["milestones"])


def _milestones(document: str, ledger: Ledger, shown: Sequence[Mapping[str, Any]]) -> Iterator[WrongFigure]:
    """Compare milestones, of acts that count: one that is reached stays so, whatever is taken back after it."""
    told = [{name: value for name, value in one.items() if name != "reached_at"} for one in shown]
    if told != list(MILESTONES):
        yield WrongFigure(document, "milestones", "all", list(MILESTONES), told)
        return
    now, ever = ledger.statuses["counted"], sum(entry.was_counted for entry in ledger.entries.values())
    for one in shown:
        is_reached = one["reached_at"] is not None
        if is_reached and ever < one["at"]:
            yield WrongFigure(document, "reached_at", f"milestone {one['id']}", None, one["reached_at"])
        if not is_reached and now >= one["at"]:
            yield WrongFigure(document, "reached_at", f"milestone {one['id']}", "when it was reached", None)


def _states(documents: Documents) -> Iterator[WrongFigure]:
    for name, page in documents.pages().items():
        yield from _compared(name, "all", {"campaign": documents.campaign, "state": STATE}, page)


def _badges(ledger: Ledger, shown: Mapping[str, str]) -> Iterator[WrongFigure]:
    expected = totals(ledger)
    for metric, name in badge_names():
        number = expected["amount"]["KZT"] if metric == "amount" else expected[metric]
        wrong = defaultdict[int | None, list[str]](list)
        for where, told in numbers(shown[name]).items():
            if told != number:
                wrong[told].append(where)
        for told, wheres in wrong.items():
            yield WrongFigure(name, metric, ", ".join(wheres), number, told)


def _listed(documents: Documents) -> Iterator[WrongFigure]:
    found = [one for one in documents.campaigns["campaigns"] if one["id"] == documents.campaign]
    if len(found) != 1:
        yield WrongFigure("campaigns.json", "rows", documents.campaign, 1, len(found))
        return
    yield from _compared("campaigns.json", documents.campaign, listed(documents.campaign), found[0])


def _places(document: str, ledger: Ledger, shown: Mapping[str, Any]) -> Iterator[WrongFigure]:
    acts = defaultdict[str, list[SentAct]](list)
    for entry in ledger.counted():
        acts[entry.act.place_key].append(entry.act)
    for place in sorted({*BOARD_PLACES, *shown["places"], *acts}):
        expected = {**_members(sums(acts[place])), **_by_kind(acts[place])}
        yield from _compared(document, place, expected, shown["places"].get(place, {}))


def _csv(ledger: Ledger, text: str) -> Iterator[WrongFigure]:
    cells = defaultdict[tuple[str, str], list[SentAct]](list)
    for entry in ledger.counted():
        cells[entry.act.kind, entry.act.place_key].append(entry.act)
    rows = {(row["kind"], row["place"]): row for row in _rows(text)}
    for kind, place in sorted({*((kind, place) for kind in KINDS for place in BOARD_PLACES), *rows, *cells}):
        row = rows.get((kind, place))
        if row is None:
            yield WrongFigure("totals.csv", "row", f"{kind} {place}", "there", "missing")
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


def _spreadsheet(documents: Documents) -> Iterator[WrongFigure]:
    told = [list(row) for row in csv.reader(io.StringIO(documents.spreadsheet.removeprefix("\ufeff")), delimiter=";")]
    expected = [list(row) for row in csv.reader(io.StringIO(documents.csv))]
    if [row[:-2] for row in told] != [row[:-2] for row in expected]:
        yield WrongFigure("totals-excel.csv", "rows", "all", "those of totals.csv", "others")


def _hours(ledger: Ledger, documents: Documents) -> Iterator[WrongFigure]:
    """Compare what the entries of all days add up to: for each kind at each place, and in all as the list tells it."""
    acts = defaultdict[tuple[str, str], list[SentAct]](list)
    for entry in ledger.counted():
        acts[entry.act.kind, entry.act.place_key].append(entry.act)
    told = defaultdict[tuple[str, str], list[Mapping[str, str]]](list)
    for text in documents.hours.values():
        for row in _rows(text):
            told[row["kind"], row["place"]].append(row)
    for kind, place in sorted({*acts, *told}):
        expected, shown = _of_entries(sums(acts[kind, place])), _added_rows(told[kind, place])
        yield from _compared("days", f"{kind} {place}", expected, shown)
    everything = sums(entry.act for entry in ledger.counted())
    yield from _compared("days.csv", "all", _of_entries(everything), _added_rows(_rows(documents.days)))


def _of_entries(of: ActSums) -> dict[str, Any]:
    return {"participations": of.acts, "people": of.people, "minutes": of.minutes, "amount": _amounts(of)}


def _added_rows(rows: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    rows = list(rows)
    amounts = [
        {name.removeprefix("amount_"): int(value) for name, value in row.items() if name.startswith("amount_")}
        for row in rows
    ]
    counts = {name: sum(int(row[name]) for row in rows) for name in ("participations", "people", "minutes")}
    return {**counts, "amount": _added(amounts)}


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    return csv.DictReader(io.StringIO(text, newline=""))


_Brought = dict[tuple[str, str], ActSums]
"""What organisations have brought, by name and who it is."""


def _boards(ledger: Ledger, documents: Documents) -> Iterator[WrongFigure]:
    everywhere, placed = _organisations(ledger)
    yield from _board("organisations.json", BOARD, everywhere, documents.organisations["organisations"])
    for place, board in documents.boards.items():
        yield from _board(f"organisations/{place}.json", REGION_BOARD, placed.get(place, {}), board["organisations"])


def _board(document: str, limit: int, expected: _Brought, shown: Sequence[Mapping[str, Any]]) -> Iterator[WrongFigure]:
    """Compare a board, where those of equally many people may stand in for each other at its end."""
    least = sorted((of.people for of in expected.values()), reverse=True)[limit - 1] if len(expected) > limit else -1
    rows = [(plain(row["name"]), row) for row in shown]
    by_name = {name: of for (name, _), of in expected.items()}
    if len(rows) != min(limit, len(expected)):
        yield WrongFigure(document, "rows", "all", min(limit, len(expected)), len(rows))
    times = Counter(name for name, _ in rows)
    for name, count in times.items():
        if count > 1:
            yield WrongFigure(document, "rows", name, 1, count)
    for name, row in rows:
        if name not in by_name or by_name[name].people < least:
            yield WrongFigure(document, "name", row["name"], "not shown", "shown")
            continue
        of = by_name[name]
        yield from _compared(document, row["name"], {**_members(of), "hours": of.minutes / 60}, row)
    for name, of in by_name.items():
        if name not in times and of.people > least:
            yield WrongFigure(document, "name", name, "shown", "not shown")
    order = [(-row["people"], row["name"]) for row in shown]
    if order != sorted(order):
        yield WrongFigure(document, "order", "all", "most people first, then by name", "another")


def _organisations(ledger: Ledger) -> tuple[_Brought, dict[str, _Brought]]:
    """Return what each organisation whose name is shown has brought: of all, and of each place."""
    acts = defaultdict[tuple[str, str, str], list[SentAct]](list)
    for entry in ledger.counted():
        who = entry.participant
        if who.organisation and ledger.name_state(who) == "shown":
            acts[who.place_key, plain(who.organisation), who.key].append(entry.act)
    everywhere, placed = _Brought(), defaultdict[str, _Brought](dict)
    for (place, name, key), of in acts.items():
        everywhere[name, key] = placed[place][name, key] = sums(of)
    return everywhere, placed


def _acts(document: str, limit: int, ledger: Ledger, shown: Sequence[Mapping[str, Any]]) -> Iterator[WrongFigure]:
    """Compare a ticker: each act there is one that counts, newest first, and of the last ones none is missing.

    What was under way at the same time may have been recorded in any order.
    """
    yield from _shape_of_acts(document, limit, shown)
    ever = [entry for entry in ledger.entries.values() if entry.was_counted]
    counted = defaultdict[Any, int](int)
    for entry in ever:
        if entry.status == "counted":
            counted[_ticker(ledger, entry)] += 1
    told = defaultdict[Any, int](int)
    for act in shown:
        told[_told(act)] += 1
    for row, count in told.items():
        if count > counted[row]:
            yield WrongFigure(document, "acts", _words(row), counted[row], count)
    last = sorted(entry.known_at for entry in ever)[-limit - 1 :]
    must = defaultdict[Any, int](int)
    for entry in ever:
        # It is one of those itself: it was acknowledged after it was sent.
        not_older = sum(known_at >= entry.sent_at for known_at in last)
        if entry.status == "counted" and not_older <= limit:
            must[_ticker(ledger, entry)] += 1
    for row, count in must.items():
        if told[row] < count:
            yield WrongFigure(document, "acts", _words(row), count, told[row])


def _shape_of_acts(document: str, limit: int, shown: Sequence[Mapping[str, Any]]) -> Iterator[WrongFigure]:
    if len(shown) > limit:
        yield WrongFigure(document, "rows", "acts", limit, len(shown))
    if len({act["id"] for act in shown}) != len(shown):
        yield WrongFigure(document, "id", "acts", "of one act each", "of several")
    times = [act["at"] for act in shown]
    if times != sorted(times, reverse=True):
        yield WrongFigure(document, "order", "acts", "newest first", "another")


def _same_acts(documents: Documents) -> Iterator[WrongFigure]:
    ticker, page = documents.recent["acts"][:PAGE_ACTS], documents.page["acts"]
    if list(page) != list(ticker):
        yield WrongFigure("page.json", "acts", "all", f"the newest {len(ticker)} of recent.json", f"{len(page)} others")


def _timeline(ledger: Ledger, timelines: Mapping[str, Mapping[str, Any]]) -> Iterator[WrongFigure]:
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
            yield WrongFigure("timeline", "participations", f"up to {when:%H:%M}", f"{lowest} to {highest}", running)


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


def _compared(document: str, of: str, expected: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[WrongFigure]:
    for metric, value in expected.items():
        if shown.get(metric) != value:
            yield WrongFigure(document, metric, of, value, shown.get(metric))


def _members(of: ActSums) -> dict[str, Any]:
    return {"participations": of.acts, "people": of.people, "hours": of.hours, "amount": _amounts(of)}


def _amounts(of: ActSums) -> dict[str, int]:
    """Return sums by currency: tenge is always there, others where there are any."""
    return {"KZT": 0, **{currency: value for currency, value in of.amounts.items() if value}}


def _by_kind(acts: Any) -> dict[str, int]:
    acts = list(acts)
    return {
        "volunteers": sum(act.people for act in acts if act.kind == "volunteering"),
        "good_deeds": sum(act.kind == "good_deed" for act in acts),
        "events_held": sum(act.kind in _EVENTS for act in acts),
    }


def _ticker(ledger: Ledger, entry: LedgerEntry) -> tuple[Any, ...]:
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
