"""A newcomer's append through the log, decide included, beside a raw botocore conditional put of the same item.

Wall time in ms for each append, one at a time, against the emulator. Run: `python -m benchmarks.append`.
"""

import itertools
import os
import tempfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.measuring import pair, wall_ms
from infra.local import resources
from infra.local.emulator import ministack
from infra.local.local_settings import EMULATOR_PYTHON, REGION

APPENDS = 200
ROUNDS = 15


def main() -> None:
    """Measure on an emulator, and print the figures."""
    environment = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}
    os.environ.update(environment)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        python = Path(os.environ.get("EMULATOR_PYTHON") or EMULATOR_PYTHON)
        emulator = ministack(python, directory, directory / "log", persist=False)
        emulator.start()
        os.environ["AWS_ENDPOINT_URL"] = emulator.url
        try:
            _measure(emulator.url)
        finally:
            emulator.stop()


def _measure(url: str) -> None:
    from chalicelib.aws.clients import dynamodb
    from chalicelib.clock import new_event_id, new_participant, now_ms
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.commands import RecordParticipation
    from chalicelib.domain.decider import INITIAL, Refusal, advance, decide
    from chalicelib.domain.events import RecordedEvent
    from chalicelib.domain.participation import Act
    from chalicelib.eventlog.codec import encode
    from chalicelib.eventlog.log import EventLog

    config = Config(retries={"total_max_attempts": 1})
    clients = resources.Clients(
        dynamodb=boto3.client("dynamodb", endpoint_url=url, config=config),
        s3=boto3.client("s3", endpoint_url=url, config=config),
        sqs=boto3.client("sqs", endpoint_url=url, config=config),
    )
    table = resources.create(resources.read_template(), clients, prefix="bench")["EventsTable"]
    client: Any = dynamodb()
    log = EventLog(client, table)
    campaign = Campaign(id="2026", names={"kk": "а", "ru": "б", "en": "c"}, state="live")
    act = Act(kind="good_deed", participant_type="citizen", place="KZ-75", source="api")
    command = RecordParticipation(campaign, act, "AbCdEfGh", "HgFeDcBa")
    numbers = itertools.count()

    def append() -> None:
        now = now_ms()
        decision = decide(command, INITIAL)
        if isinstance(decision, Refusal):
            raise TypeError(decision.code)
        log.append(f"2026/{new_participant()}", INITIAL, decision[0], new_event_id(now), now)

    decision = decide(command, INITIAL)
    if isinstance(decision, Refusal):
        raise TypeError(decision.code)
    example = RecordedEvent("2026/example", 1, new_event_id(0), now_ms(), decision[0])
    item = encode(example, advance(INITIAL.carry, example))

    def put() -> None:
        client.put_item(
            TableName=table,
            Item={**item, "stream": {"S": f"2026/raw-{next(numbers):016d}"}},
            ConditionExpression="attribute_not_exists(event_id)",
        )

    def each(work: Any) -> float:
        return wall_ms(lambda: [work() for _ in range(APPENDS)]) / APPENDS

    measured = pair(lambda: each(append), lambda: each(put), ROUNDS)
    size = sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items())
    print(f"{APPENDS} appends a round, median of {ROUNDS} rounds; item of {size} bytes")
    print(f"  append through the log  {measured.subject:6.3f} ms")
    print(f"  raw conditional put     {measured.peer:6.3f} ms")
    print(f"  speed of the raw put    {1 / measured.ratio:6.2f}   (budget 0.90)")


if __name__ == "__main__":
    main()
