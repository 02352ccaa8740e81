"""A campaign in short: everything that the functions do, done once through the deployed stack."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.local_settings import REPOSITORY
from infra.rehearsal.cloud import Cloud
from infra.rehearsal.visitors import Reply, Visitors

STAGE = "rehearsal"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
APP_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  made up  # pragma: allowlist secret
HOOK_SECRETS: Mapping[str, str] = {
    "standard/partner": f'{{"whsec": ["{WHSEC}"]}}',
    "meta/ministry": f'{{"app_secret": ["{APP_SECRET}"], "verify_token": ["v"], "page_access_token": ["t"]}}',
}
LEADS: Mapping[str, Mapping[str, Any]] = {
    lead: {
        "created_time": "2026-06-01T06:00:00+0000",
        "form_id": "17",
        "field_data": [
            {"name": "full_name", "values": ["Айгерім Үлгіқызы"]},
            {"name": "phone_number", "values": [phone]},
        ],
    }
    for lead, phone in (("901", "+77010000001"), ("902", "+77010000005"))
}
PERSONAL = ("+7701000000", "Айгүл", "Дәурен", "Айгерім", "example.com", "Жанар")
"""What is personal in all that is sent here, in parts that a log line would show."""

_NAMES = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}
_FORM = {"campaign": "2026", "state": "live", "defaults": {"kind": "volunteering", "participant_type": "citizen"}}
_AUDITED = ("events", "state")
_SECONDS = 60.0
_CACHE_SECONDS = 5.5


class RehearsalError(Exception):
    """Something is not as it must be; the message says what."""


class Scenario:
    """The steps, each of which raises a `RehearsalError` where the system does not do its part."""

    def __init__(self, cloud: Cloud, visitors: Visitors, resources: Mapping[str, str]) -> None:
        self._cloud = cloud
        self._visitors = visitors
        self._resources = resources

    @property
    def steps(self) -> Sequence[Callable[[], str]]:
        """The steps of a campaign in their order, each of which tells what came of it."""
        return (
            self.create_campaign,
            self.record,
            self.review,
            self.take_webhooks,
            self.fetch_leads,
            self.freeze,
            self.erase,
            self.audit,
            self.set_poison_aside,
            self.tell_health,
            self.show_site,
        )

    def create_campaign(self) -> str:
        """A campaign, made by the operators; its counter is on air before anything happened."""
        self._campaign("live", 201)
        _expect(self._visitors.ask("GET", "/v1/campaigns"), 200)
        self._totals(participations=0)
        return "the counter stands at 0"

    def record(self) -> str:
        """Partners record, repeat, record in batches, and read what became of it."""
        visitors = self._visitors
        first = _expect(visitors.record("k1", "+77010000001"), 201)
        _expect(visitors.record("k1", "+77010000001"), 200)
        _expect(visitors.record("k2", "+77010000001"), 201)
        _expect(visitors.ask("GET", f"/v1/participations/{first['id']}"), 200)
        entry = {"kind": "good_deed", "participant": {"type": "citizen", "name": "Жанар"}, "place": {"region": "KZ-75"}}
        batch = {"participations": [{**entry, "idempotency_key": f"b{number}"} for number in range(3)]}
        _expect(visitors.ask("POST", "/v1/campaigns/2026/participations/batch", batch), 200)
        self._totals(participations=5, participants=4)
        return "5 participations of 4 participants, a repeat not counted"

    def review(self) -> str:
        """A pledge above the limits waits, and counts once it is approved."""
        visitors = self._visitors
        pledged = self._pledge(201)
        if pledged["status"] != "in_review":
            raise RehearsalError(f"a trillion is {pledged['status']}")
        _eventually(lambda: len(self._waiting()) == 1, "the pledge waits in the review")
        reason = {"reason": "the bank confirms it"}
        _expect(visitors.ask("POST", f"/v1/participations/{pledged['id']}/approval", reason), 200)
        self._totals(participations=6, participants=5)
        return "one pledge of a trillion counted after its approval"

    def take_webhooks(self) -> str:
        """A provider delivers before its form is registered, and after; what was parked is replayed."""
        visitors = self._visitors
        _expect(visitors.deliver_standard(WHSEC, "m1", "+77010000003"), 200)
        _expect(visitors.deliver_standard("whsec_" + "A" * 32, "m0", "+77010000003"), 403)
        parked = _expect(visitors.ask("GET", "/v1/parked?provider=standard"), 200)["parked"]
        _expect(visitors.ask("GET", f"/v1/parked/standard/{parked[0]['id']}"), 200)
        _expect(visitors.ask("PUT", "/v1/forms/standard/partner/participation.submitted", _FORM), 201)
        _expect(visitors.ask("GET", "/v1/forms"), 200)
        replayed = _expect(visitors.ask("POST", "/v1/parked/replay", {"provider": "standard"}), 200)
        if replayed["recorded"] != 1:
            raise RehearsalError(f"the replay says {replayed}")
        _expect(visitors.deliver_standard(WHSEC, "m2", "+77010000004"), 200)
        self._totals(participations=8, participants=7)
        return "a forged delivery refused, one parked and replayed, one recorded at once"

    def fetch_leads(self) -> str:
        """Meta names leads; the worker fetches them, again where the Graph API was out of order."""
        visitors = self._visitors
        shake = "/v1/hooks/meta?hub.mode=subscribe&hub.challenge=42&hub.verify_token=v"
        if visitors.send("GET", shake, b"", {}).body != b"42":
            raise RehearsalError("the handshake of Meta is not answered")
        place = {"place": {"region": "KZ-71"}}
        form = {**_FORM, "defaults": {**_FORM["defaults"], **place}}  # type: ignore[dict-item]
        _expect(visitors.ask("PUT", "/v1/forms/meta/13/17", form), 201)
        _expect(visitors.deliver_lead(APP_SECRET, "901"), 200)
        self._totals(participations=9, participants=7)
        return "a lead of somebody known fetched at the second attempt"

    def freeze(self) -> str:
        """While the campaign is frozen leads are parked, and nothing is recorded; then they are replayed."""
        visitors = self._visitors
        self._campaign("frozen", 200)
        time.sleep(_CACHE_SECONDS)
        _expect(visitors.record("k9", "+77010000009"), 409)
        _expect(visitors.deliver_lead(APP_SECRET, "902"), 200)
        _eventually(lambda: len(self._parked("meta")) == 1, "the lead is parked")
        self._campaign("live", 200)
        time.sleep(_CACHE_SECONDS)
        _expect(visitors.ask("POST", "/v1/parked/replay", {"provider": "meta"}), 200)
        self._totals(participations=10, participants=8)
        return "a lead of the frozen time counted after it"

    def erase(self) -> str:
        """A person is erased: the totals stand, and the contact is gone."""
        person = {"participant": {"type": "citizen", "phone": "+77010000001"}}
        before = self._contacts()
        _expect(self._visitors.ask("POST", "/v1/campaigns/2026/erasures", person), 204)
        if self._contacts() != before - 1:
            raise RehearsalError("the contact of an erased person is still there")
        self._totals(participations=10, participants=8)
        return "the contact is gone, the totals stand"

    def audit(self) -> str:
        """The operators count the log anew, and the alarm's metric hears what they found."""
        names = {
            "STAGE": STAGE,
            **{f"{name.upper()}_TABLE": self._resources[f"{name.title()}Table"] for name in _AUDITED},
        }
        done = subprocess.run(
            [sys.executable, "-m", "ops", "audit", "2026"],
            env={**os.environ, **self._cloud.environment, **names},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RehearsalError(f"the audit says {done.stdout}{done.stderr}")
        if not self._cloud.client("cloudwatch").list_metrics(Namespace="Qaiyrym", MetricName="Drift")["Metrics"]:
            raise RehearsalError("the audit told nobody")
        return "the totals are those of the log"

    def set_poison_aside(self) -> str:
        """A record that holds no event goes to the dead letters, and the rest goes on."""
        item = {
            "stream": {"S": "2026/poison"},
            "version": {"N": "1"},
            "event_id": {"S": "0"},
            "type": {"S": "Nonsense"},
        }
        self._cloud.client("dynamodb").put_item(TableName=self._resources["EventsTable"], Item=item)
        queue = self._resources["PoisonQueue"]
        sqs = self._cloud.client("sqs")
        _eventually(lambda: "Messages" in sqs.receive_message(QueueUrl=queue), "the record is in the queue")
        return "one record without an event, in its queue with the reason"

    def tell_health(self) -> str:
        """The system says that it is well."""
        health = _expect(self._visitors.ask("GET", "/health"), 200)
        if health["status"] != "ok" or health["totals"][0]["campaign"] != "2026":
            raise RehearsalError(f"health is {health}")
        return f"rev {health['totals'][0]['rev']} on air"

    def show_site(self) -> str:
        """Viewers get the counter's script as a file, in any origin."""
        reply = self._visitors.view("/widget/counter.js")
        if reply.status != 200 or reply.headers.get("access-control-allow-origin") != "*":
            raise RehearsalError(f"the counter's script is answered {reply.status}, {dict(reply.headers)}")
        return f"the counter's script, {len(reply.body):,} bytes"

    def go_on(self) -> str:
        """After an update everything is still known, and counting goes on."""
        if not self._pledge(200)["repeated"]:
            raise RehearsalError("a participation was forgotten")
        self._totals(participations=10, participants=8)
        _expect(self._visitors.record("k10", "+77010000010"), 201)
        self._totals(participations=11, participants=9)
        return "a repeat is known, and the next one counts"

    def tell_nobody(self) -> str:
        """No line that a function logged holds anything of a person."""
        lines = self._cloud.log_lines()
        telling = [line for line in lines if any(part in line for part in PERSONAL)]
        if telling:
            raise RehearsalError(f"a log line holds personal data: {telling[0]}")
        requests = [line for line in lines if '"event":"request"' in line]
        if not requests or not all('"request":"' in line for line in requests):
            raise RehearsalError("no line tells of requests with their ids")
        return f"{len(lines)} lines, {sum('_aws' in line for line in lines)} with metrics"

    def _campaign(self, state: str, status: int) -> None:
        _expect(self._visitors.ask("PUT", "/v1/campaigns/2026", {"names": _NAMES, "state": state}), status)

    def _pledge(self, status: int) -> Any:
        amount = {"currency": "KZT", "value": 10**12}
        return _expect(self._visitors.record("pledge", "+77010000002", kind="donation", amount=amount), status)

    def _waiting(self) -> list[Any]:
        found: list[Any] = _expect(self._visitors.ask("GET", "/v1/campaigns/2026/review"), 200)["participations"]
        return found

    def _parked(self, provider: str) -> list[Any]:
        found: list[Any] = _expect(self._visitors.ask("GET", f"/v1/parked?provider={provider}"), 200)["parked"]
        return found

    def _contacts(self) -> int:
        count: int = self._cloud.client("dynamodb").scan(TableName=self._resources["ContactsTable"])["Count"]
        return count

    def _totals(self, **expected: int) -> None:
        shown: dict[str, Any] = {}

        def is_shown() -> bool:
            reply = self._visitors.view("/v1/campaigns/2026/live.json")
            shown.update(reply.json["totals"] if reply.status == 200 else {"status": reply.status})
            return all(shown.get(name) == value for name, value in expected.items())

        try:
            _eventually(is_shown, "")
        except RehearsalError:
            raise RehearsalError(f"the counter shows {shown}, not {expected}") from None


def _expect(reply: Reply, status: int) -> Any:
    if reply.status != status:
        raise RehearsalError(f"answered {reply.status}, not {status}: {reply.body.decode(errors='replace')[:500]}")
    return reply.json


def _eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RehearsalError(f"within {_SECONDS:.0f} s it did not come about that {what}")
        time.sleep(0.1)
