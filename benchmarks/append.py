"""A newcomer's append beside a raw botocore transaction that writes the same items in the same shape.

Through the log: decided, encoded, event and receipt written. Through the service: keyed too, with a person's contact.
The peer repeats the very request that the subject sent, under fresh keys, by the same client; its requests are built
beforehand. Wall time in ms for each append, one at a time, on the durable engine. Run: `python -m benchmarks.append`.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks.measuring import pair, wall_ms
from benchmarks.stage import stage

APPENDS = 15
ROUNDS = 150
BUDGET = 0.90

_HASH_KEYS = ("id", "key", "stream")
"""Of receipts, contacts and events; a receipt names a stream too."""


def main() -> None:
    """Measure on the stage, and print the figures."""
    with stage() as current:
        current.set_up("append")
        _measure()


def _measure() -> None:
    from chalicelib.aws.clients import dynamodb
    from chalicelib.bootstrap import bootstrap
    from chalicelib.clock import new_event_id, new_participant, now_ms
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.commands import RecordParticipation
    from chalicelib.domain.decider import INITIAL, Refusal, decide
    from chalicelib.domain.events import RecordedEvent
    from chalicelib.intake.participation_requests import Sender, read_participation
    from chalicelib.participations.appending import append
    from chalicelib.participations.service import SubmittedParticipation

    services = bootstrap()
    client: Any = dynamodb()
    campaign = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")
    sender = Sender(source="api", token="AbCdEfGh")
    raw = {"kind": "good_deed", "participant": {"type": "citizen"}, "place": {"region": "KZ-75"}}
    act = read_participation(raw, sender, now_ms()).act
    numbers = itertools.count()

    def through_the_log() -> None:
        now, participant = now_ms(), new_participant()
        command = RecordParticipation(campaign, act, participant, "HgFeDcBaHgFeDcBaHgFeDc", now)
        decision = decide(command, INITIAL)
        if isinstance(decision, Refusal):
            raise TypeError(decision.code)
        recorded = RecordedEvent(f"2026/{participant}", 1, new_event_id(now), now, decision[0])
        append(services.log, recorded, INITIAL, [])

    def through_the_service() -> Callable[[], None]:
        number = next(numbers)
        person = {"type": "citizen", "name": "Айгерім Үлгі", "phone": f"+7701{number:07d}"}
        draft = read_participation({**raw, "participant": person}, sender, now_ms())
        submitted = SubmittedParticipation(f"{number}", f"{number:0200d}".encode(), draft)
        return lambda: _recorded_anew(services.participations.record(campaign, submitted).repeated)

    print(f"ms for each of {APPENDS} appends a round, median of {ROUNDS} rounds")
    _compare("the log", client, numbers, lambda: through_the_log)
    _compare("the service", client, numbers, through_the_service)


def _compare(name: str, client: Any, numbers: Iterator[int], prepared: Callable[[], Callable[[], None]]) -> None:
    """Compare a way of appending with its own request under numbered keys.

    `prepared` returns an append that may be made once.
    """
    with _captured(client) as requests:
        prepared()()
    (request,) = requests

    def subject() -> float:
        return _each([prepared() for _ in range(APPENDS)])

    def peer() -> float:
        repeats = [_afresh(request, next(numbers)) for _ in range(APPENDS)]
        return _each([partial(client.transact_write_items, **repeat) for repeat in repeats])

    found = pair(subject, peer, ROUNDS)
    items = [entry["Put"]["Item"] for entry in request["TransactItems"]]
    sizes = ", ".join(f"{_size(item):,}" for item in items)
    print(f"  through {name}, items of {sizes} bytes")
    print(f"    append                {found.subject:6.3f} ms")
    print(f"    raw transaction       {found.peer:6.3f} ms")
    print(f"    speed of the raw one  {1 / found.ratio:6.2f}   (budget {BUDGET:.2f})")


def _each(works: list[Callable[[], Any]]) -> float:
    return wall_ms(lambda: [work() for work in works]) / len(works)


def _recorded_anew(repeated: bool) -> None:
    if repeated:
        raise ValueError("a newcomer was taken for a repeat")


@contextmanager
def _captured(client: Any) -> Iterator[list[Mapping[str, Any]]]:
    """Collect the parameters of the transactions that a client sends meanwhile."""
    requests: list[Mapping[str, Any]] = []

    def note(params: Mapping[str, Any], **_: object) -> None:
        requests.append({**params})

    event = "provide-client-params.dynamodb.TransactWriteItems"
    client.meta.events.register(event, note)
    try:
        yield requests
    finally:
        client.meta.events.unregister(event, note)


def _afresh(request: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return a request that puts the same items under keys of the same length that nothing stands under."""
    writes = [
        {"Put": {**entry["Put"], "Item": _renamed(entry["Put"]["Item"], number)}} for entry in request["TransactItems"]
    ]
    return {**request, "TransactItems": writes, "ClientRequestToken": f"{number:036d}"}


def _renamed(item: Mapping[str, Any], number: int) -> dict[str, Any]:
    name = next(name for name in _HASH_KEYS if name in item)
    fresh = {**item, name: {"S": f"{number:0{len(item[name]['S'])}d}"}}
    return {**fresh, "event_id": {"S": f"{number:036d}"}} if "event_id" in item else fresh


def _size(item: Mapping[str, Any]) -> int:
    return sum(len(name) + len(str(next(iter(value.values()))).encode()) for name, value in item.items())


if __name__ == "__main__":
    main()
