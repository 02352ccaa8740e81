"""The stored states compared with what the events add up to, counted by nothing that projections are made of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec

from chalicelib.domain.events import (
    ParticipationApproved,
    ParticipationCorrected,
    ParticipationRecorded,
    ParticipationRejected,
    ParticipationWithdrawn,
    RecordedEvent,
)
from chalicelib.domain.limits import SPAN_MINUTES
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import KINDS

Place = tuple[str, str, str, str]
"""Projection and key of a state; cell and measure within it."""

MEASURES = ("participations", "people", "minutes", "KZT")
ENDS: Mapping[type, str] = {
    ParticipationApproved: "counted",
    ParticipationRejected: "rejected",
    ParticipationWithdrawn: "withdrawn",
}
LATER: Mapping[type, str] = {
    ParticipationApproved: "approved",
    ParticipationCorrected: "corrected",
    ParticipationWithdrawn: "withdrawn",
}
NEWEST = 50


class Step(NamedTuple):
    """What an event does: acts that count no longer (-1) or from now on (1), and how many more wait.

    `at` is when the act was recorded (epoch ms), `entry` that with its stream and the version of its record.
    """

    recorded: RecordedEvent
    entry: str
    at: int
    signed: list[tuple[int, Act]]
    waiting: int


class Reading(NamedTuple):
    """What the states of a projection are read by, as the JSON that they are stored as."""

    name: str
    decode: Any = msgspec.json.decode


def drifted(campaign: str, generation: int, log: Iterable[RecordedEvent], states: Any) -> list[str]:
    """Return the states, as `<projection>/<key>`, that are not what the events of a campaign give."""
    steps = list(steps_of(log))
    counted = {**sums(steps), **participants(steps), **last_acts(steps), **arrivals(steps)}
    found = stored(campaign, generation, states)
    differing = (place for place in counted.keys() | found.keys() if counted.get(place, 0) != found.get(place, 0))
    return sorted({f"{projection}/{key}" for projection, key, _, _ in differing})


def steps_of(log: Iterable[RecordedEvent]) -> Iterator[Step]:
    """Follow each act from its record on: later events are asked for what they change, not for what they repeat."""
    acts: dict[tuple[str, int], tuple[int, str, Act]] = {}
    for one in log:
        event = one.event
        key = one.stream, getattr(event, "participation", one.version)
        before = acts.get(key)
        if isinstance(event, ParticipationRecorded):
            acts[key] = one.recorded_at, event.status, event.act
        elif before is not None:
            at, status, act = before
            changed = event.after if isinstance(event, ParticipationCorrected) else act
            acts[key] = at, ENDS.get(type(event), status), changed
        after = acts.get(key)
        changes = [(sign, was) for sign, was in ((-1, before), (1, after)) if was is not None and before != after]
        at = one.recorded_at if after is None else after[0]
        signed = [(sign, act) for sign, (_, status, act) in changes if status == "counted"]
        waiting = sum(sign for sign, (_, status, _) in changes if status == "in_review")
        yield Step(one, f"{at:013d} {key[0]} {key[1]}", at, signed, waiting)


def sums(steps: Iterable[Step]) -> Counter[Place]:
    """Return what counts by cell in all states that are sums, and how many events are in each of them."""
    found: Counter[Place] = Counter()
    for step in steps:
        found["totals", "all", "in_review", "participations"] += step.waiting
        touched = {("totals", "all"), ("places", "all"), ("recent", "all")}
        for sign, act in step.signed:
            for measure, value in measures(act).items():
                for projection, whole, cell in cells(step, act):
                    alone = measure if whole == "all" else f"{whole} {measure}"
                    key = whole if measure in MEASURES else alone
                    found[projection, key, cell, measure] += sign * value
                    touched.add((projection, key))
        found.update((projection, key, "", "applied") for projection, key in touched)
    return found


def measures(act: Act) -> dict[str, int]:
    """Return what an act adds, amounts by currency."""
    amount = act.pledged if act.confirmed is None else act.confirmed
    money = {} if amount is None else {amount.currency: amount.value}
    return {"participations": 1, "people": act.people, "minutes": act.minutes, **money}


def cells(step: Step, act: Act) -> Iterator[tuple[str, str, str]]:
    """Yield projection, key and cell of all sums that an act is in."""
    for cell in ("all", f"kind {act.kind}", f"type {act.participant_type}", f"source {act.source}"):
        yield "totals", "all", cell
    place = f"{act.place if act.place.startswith('KZ-') else 'abroad'} {act.kind}"
    yield "places", "all", place
    made, hour = (local(at, "%Y-%m-%dT%H") for at in (step.recorded.recorded_at, step.at))
    yield "timeline", made, local(step.recorded.recorded_at, "%H:%M")
    later = LATER.get(type(step.recorded.event))
    at_once = later is None or (later == "approved" and made == hour)
    yield "hours", hour if at_once else f"{made}/{later}/{hour}", place


def local(at: int, form: str) -> str:
    """Return a time (epoch ms) as it is in Kazakhstan."""
    return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=5)).strftime(form)


def participants(steps: Iterable[Step]) -> Counter[Place]:
    """Return how many take part with an act that counts, each under the type of the first one."""
    counting: defaultdict[str, list[str]] = defaultdict(list)
    for step in steps:
        for sign, act in sorted(step.signed, key=lambda change: -change[0]):
            # The first one goes last: a type stays as long as anything counts.
            types = counting[step.recorded.stream]
            types.append(act.participant_type) if sign > 0 else types.pop()
    types = [types[0] for types in counting.values() if types]
    found = Counter(types)
    return Counter(
        {("totals", "all", f"type {of}", "participants"): number for of, number in found.items()}
        | {("totals", "all", "all", "participants"): len(types)}
    )


def last_acts(steps: Iterable[Step]) -> dict[Place, object]:
    """Return the newest acts that ever counted, by the version that changed them last, with what counts of them."""
    entries: dict[str, object] = {}
    for step in steps:
        if step.signed:
            sign, act = step.signed[-1]
            shown = msgspec.structs.replace(act, form=None, token=None, verified=False)
            standing = {"act": msgspec.to_builtins(shown)} if sign > 0 else {}
            entries[step.entry] = {"version": step.recorded.version, **standing}
    return {("recent", "all", entry, ""): entries[entry] for entry in sorted(entries)[-NEWEST:]}


def arrivals(steps: Iterable[Step]) -> Counter[Place]:
    """Return what each form and token brought that counted at once, in the newest minute of those that share a key."""
    found: Counter[Place] = Counter()
    brought: defaultdict[tuple[str, int], Counter[Place]] = defaultdict(Counter)
    for step in steps:
        event, minute = step.recorded.event, step.recorded.recorded_at // 60_000
        if isinstance(event, ParticipationRecorded) and step.signed:
            key, values = f"{minute % (SPAN_MINUTES + 3):02d}", measures(event.act)
            found["arrivals", key, "", "applied"] += 1
            sender = event.act.form or event.act.token
            known = MEASURES if sender else ()
            brought[key, minute].update({("arrivals", key, f"{minute} {sender}", n): values.get(n, 0) for n in known})
    newest = dict(sorted(brought))
    return sum((brought[place] for place in newest.items()), found)


def stored(campaign: str, generation: int, states: Any) -> dict[Place, object]:
    """Return the same places as they are stored, added up over the slices."""
    found: Counter[Place] = Counter()
    last: dict[Place, Any] = {}
    for name in ("totals", "places", "timeline", "recent", "arrivals", "hours"):
        for of, one in states.read(Reading(name), campaign, generation):
            found[name, of.key, "", "applied"] += one.applied
            if name == "recent":
                last |= {(name, of.key, entry, ""): act for entry, act in one.state.items()}
            else:
                found.update({(name, of.key, *cell): value for cell, value in numbers(name, of.key, one.state)})
    return {**found, **last}


def numbers(name: str, key: str, state: Any) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the numbers of a state by cell and measure."""
    match name:
        case "arrivals":
            for sender, row in state.get("senders", {}).items():
                for measure, value in zip(MEASURES, row, strict=True):
                    yield (f"{state['minute']} {sender}", measure), value
        case "hours" | "places":
            currency = key.rpartition(" ")[2]
            named = (currency,) if currency.isupper() and currency.isalpha() else MEASURES
            for place, row in state.items():
                for (kind, measure), value in zip(product(KINDS, named), row, strict=False):
                    yield (f"{place} {kind}", measure), value
        case _:
            for cell, of_cell in state.items():
                yield from (((cell, measure), value) for measure, value in of_cell.items())
