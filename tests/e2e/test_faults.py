"""On a bad day of DynamoDB: acknowledged once is counted once, refused is never, and the erased are nowhere."""

import io
import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeVar

import msgspec
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.aws import clients, session
from chalicelib.domain.campaign import Campaign
from chalicelib.intake.participation_requests import Person, read_person
from chalicelib.logs import LOG
from chalicelib.participations.appending import Busy
from chalicelib.participations.service import Recorded, Refused
from infra.local.emulator import Emulator
from tests.conftest import Tables
from tests.e2e.fault_proxy import FAULTS, FaultProxy
from tests.e2e.test_recount import MODERATIONS, assert_published, moderation
from tests.e2e.whole import WholeSystem
from tests.publishing.in_memory_s3 import InMemoryS3
from tests.recount import drifted

SHARE = 0.2
"""Of all requests, so many meet a fault."""

MAX_ATTEMPTS = 100

FAULTY = (Busy, BotoCoreError, ClientError, PynamoDBException)
"""What a sender is told to send again after: a 503."""

campaigns = itertools.count(1)
_Answer = TypeVar("_Answer")


def persistently(ask: Callable[[], _Answer]) -> _Answer:
    """Send the same until it is answered, as every sender of ours is told to."""
    for _ in range(MAX_ATTEMPTS):
        try:
            return ask()
        except FAULTY:
            continue
    raise AssertionError("never answered")


class BadDay:
    """A system whose every request to DynamoDB goes through the proxy, and what it was asked to do."""

    def __init__(self, tables: Tables, proxy: FaultProxy) -> None:
        self.tables = tables
        self.proxy = proxy
        self.s3 = InMemoryS3()
        self.system = WholeSystem(tables, s3=self.s3)
        self.lines = io.StringIO()
        self._played: list[str] = []

    def play(self, seed: int) -> list[str]:
        """Play one history in a campaign of its own, hold what was promised, and return the details of the erased."""
        self.proxy.random = random = Random(seed)
        self.proxy.share = 0
        campaign = self.system.open(f"c{next(campaigns)}", limits={"people": 1_000})
        self.proxy.share = SHARE
        history = History(self.system, campaign, random)
        self._played.append(campaign.id)
        for _ in range(random.randint(4, 16)):
            history.step()
        erased = history.erase_all()
        history.repeat_all()
        self._settle()
        self.proxy.share = 0
        self._settle()
        history.hold()
        return erased

    def _settle(self) -> None:
        """Deliver all that waits; what fails is delivered again."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.system.settle()
            except (AssertionError, *FAULTY):
                continue
            return
        raise AssertionError("never settled")

    def hold_erased(self, texts: list[str]) -> None:
        """Check that no table, document or line of the log holds any of these."""
        held = {"log lines": self.lines.getvalue(), **self._database(), **self._documents()}
        for place, content in held.items():
            for text in texts:
                assert text not in content, f"{text} is in {place}"

    def _database(self) -> dict[str, str]:
        """Return all that the tables hold, by their names."""
        dynamodb = self.tables.clients.dynamodb
        found = {}
        for table in (name for logical_id, name in self.tables.names.items() if logical_id.endswith("Table")):
            pages = dynamodb.get_paginator("scan").paginate(TableName=table)
            found[table] = "\n".join(repr(item) for page in pages for item in page["Items"])
        return found

    def _documents(self) -> dict[str, str]:
        """Return the documents of the campaigns that were played since this was asked for, by their paths."""
        paths = tuple(f"v1/campaigns/{campaign}/" for campaign in self._played)
        self._played.clear()
        keys = [key for key in self.s3.keys if key.startswith(paths)]
        return {key: self.s3.get_object(Key=key)["Body"].read().decode() for key in keys}


class History:
    """Submissions, repeats, decisions and erasures in one campaign, with what each was answered."""

    def __init__(self, system: WholeSystem, campaign: Campaign, random: Random) -> None:
        self._system = system
        self._campaign = campaign
        self._random = random
        self._people = [self._person(number) for number in range(3)]
        self._sent: dict[str, dict[str, Any]] = {}
        self._acknowledged: dict[str, Recorded] = {}
        self._refused: set[str] = set()

    def step(self) -> None:
        """Ask for something."""
        match self._random.choice(["record"] * 4 + ["repeat", "differ", "closed", "moderate", "moderate", "erase"]):
            case "record":
                self._record(f"{self._campaign.id} {len(self._sent)}", self._request())
            case "repeat" if self._sent:
                self._repeat(self._random.choice([*self._acknowledged]))
            case "differ" if self._acknowledged:
                self._differ(self._random.choice([*self._acknowledged]))
            case "closed":
                self._closed(f"{self._campaign.id} closed {len(self._refused)}")
            case "moderate" if self._acknowledged:
                self._moderate(self._random.choice([*self._acknowledged]))
            case "erase":
                self._erase(self._random.choice(self._people))

    def erase_all(self) -> list[str]:
        """Erase everybody; return the texts that must be nowhere then."""
        for person in self._people:
            self._erase(person)
        return [person[name] for person in self._people for name in ("phone", "email", "name")]

    def repeat_all(self) -> None:
        """Send everything again that was acknowledged."""
        for submission in self._acknowledged:
            self._repeat(submission)

    def hold(self) -> None:
        """Check that each acknowledged submission is one act, that nothing else is, and that all of it is counted."""
        services = self._system.services
        log = list(services.log.scan(self._campaign.id))
        recorded = [event.event.receipt for event in log if type(event.event).__name__ == "ParticipationRecorded"]  # type: ignore[union-attr]
        assert sorted(recorded) == sorted(one.receipt.id for one in self._acknowledged.values())
        for submission in self._refused:
            assert services.participations.receipt(services.participations.receipt_id("api", submission)) is None
        streams = {event.stream for event in log}
        for stream in streams:
            versions = [event.version for event in log if event.stream == stream]
            assert versions == list(range(1, len(versions) + 1))
        assert drifted(self._campaign.id, self._campaign.generation, log, services.states) == []
        assert_published(self._system.live(self._campaign.id), log)

    def _person(self, number: int) -> dict[str, Any]:
        unique = f"{self._campaign.id}x{number}"
        phone = f"+7701{self._random.randrange(10**7):07d}"
        return {"type": "citizen", "phone": phone, "email": f"{unique}@example.kz", "name": f"Name-{unique}"}

    def _request(self) -> dict[str, Any]:
        person = self._random.choice([*self._people, {"type": "citizen"}])
        given = {
            name: value for name, value in person.items() if name in ("type", "phone") or self._random.random() < 0.7
        }
        raw: dict[str, Any] = {
            "kind": self._random.choice(["volunteering", "good_deed", "class_hour"]),
            "participant": given,
            "place": {"region": self._random.choice(["KZ-75", "KZ-10"])},
            "people": self._random.choice([1, 7, 5_000]),
        }
        if "name" in given and self._random.random() < 0.5:
            raw["note"] = f"from {given['name']}"
        return raw

    def _record(self, submission: str, raw: dict[str, Any]) -> None:
        self._sent[submission] = raw
        self._acknowledged[submission] = persistently(lambda: self._system.record(self._campaign, submission, raw))

    def _repeat(self, submission: str) -> None:
        again = persistently(lambda: self._system.record(self._campaign, submission, self._sent[submission]))
        assert again.repeated
        assert again.receipt.id == self._acknowledged[submission].receipt.id

    def _differ(self, submission: str) -> None:
        other = {**self._sent[submission], "people": 2}
        with pytest.raises(Refused):
            persistently(lambda: self._system.record(self._campaign, submission, other))

    def _closed(self, submission: str) -> None:
        self._refused.add(submission)
        frozen = msgspec.structs.replace(self._campaign, state="frozen")
        with pytest.raises(Refused):
            persistently(lambda: self._system.record(frozen, submission, self._request()))

    def _moderate(self, submission: str) -> None:
        receipt = self._acknowledged[submission].receipt
        command = moderation(self._random.choice(MODERATIONS), receipt.id)
        try:
            persistently(lambda: self._system.services.participations.moderate(receipt, command))
        except Refused:
            # It is so already, or the decision came too late: an answer that was lost may have been a yes.
            return

    def _erase(self, person: dict[str, Any]) -> None:
        detail = self._random.choice(["phone", "phone", "email"])
        persistently(lambda: self._system.services.personal_data.erase(self._campaign.id, sought(person, detail)))
        persistently(lambda: self._system.services.personal_data.erase(self._campaign.id, sought(person, "phone")))


def sought(person: dict[str, Any], detail: str) -> Person:
    return read_person({"participant": {"type": "citizen", detail: person[detail]}})


@pytest.fixture(scope="module")
def proxy(emulator: Emulator) -> Iterator[FaultProxy]:
    """A proxy before the engine to which every request goes, and no time lost between attempts."""
    names = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")
    before = {name: os.environ.get(name) for name in names}
    proxy = FaultProxy(emulator.url, Random(0), 0)
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = proxy.url
    forget_clients()
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds), 0.001))
    yield proxy
    time.sleep = sleep
    proxy.stop()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    forget_clients()


@pytest.fixture
def bad_day(proxy: FaultProxy, make_tables: Callable[[], Tables]) -> Iterator[BadDay]:
    """Tables of its own: days would take longer and longer with what those before them left."""
    proxy.share = 0
    day = BadDay(make_tables(), proxy)
    lines = logging.StreamHandler(day.lines)
    LOG.addHandler(lines)
    yield day
    LOG.removeHandler(lines)


def forget_clients() -> None:
    for made in (clients.connection, clients.s3, clients.sqs, clients.streams, session.quick_session):
        made.cache_clear()


def test_a_bad_day_changes_nothing_that_was_promised(bad_day: BadDay) -> None:
    bad_day.hold_erased(bad_day.play(0))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(30))
def test_three_hundred_bad_days_change_nothing_that_was_promised(bad_day: BadDay, block: int) -> None:
    seeds = range(1_000 + block * 10, 1_010 + block * 10)
    bad_day.hold_erased([text for seed in seeds for text in bad_day.play(seed)])
    assert bad_day.proxy.met.keys() == set(FAULTS)
