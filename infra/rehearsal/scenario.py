"""A campaign in short: everything that the functions do, done once through the deployed stack."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.projections.store_faults import MAX_ITEM_BYTES
from infra.rehearsal.deployment import CAMPAIGN, SWEEP_SECONDS, Deployment, RehearsalError, eventually, expect
from infra.rehearsal.persons import Persons
from infra.rehearsal.visitors import APP_SECRET, WHSEC

HOOK_SECRETS: Mapping[str, str] = {
    "standard/partner": f'{{"whsec": ["{WHSEC}"]}}',
    "meta/ministry": f'{{"app_secret": ["{APP_SECRET}"], "verify_token": ["v"], "page_access_token": ["t"]}}',
}
_FOREIGN = "whsec_" + "A" * 32
"""A key that no provider of ours signs with."""
_PERSON_FORM, _COMPANY_FORM = "17", "18"


def _lead(form: str, at: str = "2026-06-01T06:00:00+0000", **answers: str) -> Mapping[str, Any]:
    fields = [{"name": name, "values": [answer]} for name, answer in answers.items()]
    return {"created_time": at, "form_id": form, "field_data": fields}


def _missed(form: str, lead_id: str, **answers: str) -> Mapping[str, Any]:
    return {"id": lead_id, **_lead(form, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"), **answers)}


LEADS: Mapping[str, Mapping[str, Any]] = {
    "901": _lead(_PERSON_FORM, full_name="Айгерім Үлгіқызы", phone_number="+77010000001", email="aigerim@example.com"),
    "902": _lead(_PERSON_FORM, full_name="Айгерім Үлгіқызы", phone_number="+77010000005"),
    "903": _lead(_COMPANY_FORM, company_name="Игілік ЖШС", full_name="Жанар Үлгі", phone_number="+77010000007"),
    "904": _lead(_PERSON_FORM, full_name="Жанар Үлгі", phone_number="+77010000008"),
}
MISSED: Mapping[str, Sequence[Mapping[str, Any]]] = {
    _PERSON_FORM: (
        _missed(_PERSON_FORM, "905", full_name="Айгерім Үлгі", phone_number="+77010000013"),
        _missed(_PERSON_FORM, "906", phone_number="+77010000009", email="aigerim.two@example.com"),
        _missed(_PERSON_FORM, "908", phone_number="+77010000015", hours_spent="жексенбі"),
    ),
    _COMPANY_FORM: (_missed(_COMPANY_FORM, "907", company_name="Береке ЖШС", phone_number="+77010000014"),),
}
"""Leads by form that no webhook tells of."""
PERSONAL = ("+7701000000", "Айгүл", "Дәурен", "Айгерім", "example.com", "Жанар", "Бекзат")
"""What is personal in all that is sent here, in parts that a log line would show."""

_NAMES = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}
_MILESTONE: Mapping[str, Any] = {"id": "first", "metric": "participations", "at": 1, "title": _NAMES}
_OPENS, _CLOSES = "2026-06-01T00:00:00+05:00", "2099-06-01T00:00:00+05:00"
_FORM: Mapping[str, Any] = {
    "campaign": "2026",
    "state": "live",
    "defaults": {"kind": "volunteering", "participant_type": "citizen"},
    # Few answer that: how often it is missing is counted.
    "questions": {"answers.hours_spent": "hours"},
}
_FOUNDATION = {"type": "ngo", "organisation": "Мейірім қоры", "name": "Бекзат Үлгі", "phone": "+77010000010"}
_SOLE_TRADER = {"type": "business", "organisation": "ИП Айгүл Үлгі", "phone": "+77010000006"}
_CACHE_SECONDS = 5.5
_LOST = ("organisations/KZ-75.json", "live.json")
_NO_HOUR = "timeline#2020-01-01T00"
"""An hour before there was anything, that only a broken projector has a state of."""
_GONE_SHARD = "shardId-00000000000000000001-gone"


_NO_EVENT: Mapping[str, Any] = {
    "stream": {"S": "2026/no-event"},
    "version": {"N": "1"},
    "event_id": {"S": "0"},
    "type": {"S": "Nonsense"},
}


class Scenario:
    """The steps, each of which raises a `RehearsalError` where the system does not do its part."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.visitors = deployment.visitors
        self.planted: Sequence[Mapping[str, Any]] = ()
        """Records of the log that no code of ours would write."""
        self._persons = Persons(deployment)

    @property
    def steps(self) -> Sequence[Callable[[], str]]:
        """The steps of a campaign in their order, each of which tells what came of it."""
        return (
            self.create_campaign,
            self.record,
            self.moderate,
            self.take_webhooks,
            self.fetch_leads,
            self.decide_on_names,
            self.freeze,
            self._persons.tell_what_is_held,
            self._persons.withdraw_consent,
            self._persons.export_contacts,
            self._persons.erase,
            self.move_the_end,
            self.audit,
            self.audit_by_schedule,
            self.set_records_aside,
            self.sweep,
            self.tell_health,
            self.show_site,
        )

    def create_campaign(self) -> str:
        """A campaign, made by the operators; its documents are on air before anything happened."""
        campaign = {"names": _NAMES, "milestones": [_MILESTONE], "state": "live"}
        self.deployment.ask(201, "PUT", CAMPAIGN, campaign)
        self.deployment.ask(200, "GET", "/v1/campaigns")
        missing = [
            name for name in ("live.json", "places.json", "recent.json") if self.deployment.document(name) is None
        ]
        if missing:
            raise RehearsalError(f"a new campaign has no {', '.join(missing)}")
        self.deployment.expect_totals(participations=0)
        self.deployment.expect_names()
        return "the counter stands at 0, and every document is there"

    def record(self) -> str:
        """Partners record, repeat, record in batches, and read what became of it."""
        deployment, visitors = self.deployment, self.visitors
        given = {"consent": {"text": "Келісемін", "version": "2026-1"}, "note": "Мектепте"}
        first = expect(visitors.record("k1", "+77010000001", **given), 201)
        expect(visitors.record("k1", "+77010000001", **given), 200)
        expect(visitors.record("k1", "+77010000099"), 422)
        expect(visitors.record("k2", "+77010000001"), 201)
        deployment.ask(200, "GET", f"/v1/participations/{first['id']}")
        entry = {"kind": "good_deed", "participant": {"type": "citizen", "name": "Жанар"}, "place": {"region": "KZ-75"}}
        batch = {"participations": [{**entry, "idempotency_key": f"b{number}"} for number in range(3)]}
        deployment.ask(200, "POST", f"{CAMPAIGN}/participations/batch", batch)
        expect(visitors.participate("k3", _FOUNDATION), 201)
        expect(visitors.participate("k4", _SOLE_TRADER), 201)
        deployment.expect_totals(participations=7, participants=6, organisations=2)
        self._expect_milestone()
        deployment.expect_names("Мейірім қоры", "ИП Айгүл Үлгі")
        return "7 participations of 6 participants, a repeat not counted, two organisations on the board"

    def moderate(self) -> str:
        """A pledge above the limits waits for two moderators and counts; others are rejected, corrected, withdrawn."""
        deployment = self.deployment
        pledged, refused = self._pledge("pledge", 201), self._pledge("prank", 201)
        if pledged["status"] != "in_review":
            raise RehearsalError(f"a trillion is {pledged['status']}")
        eventually(lambda: len(self._waiting()) == 2, "both pledges wait in the review")
        self._decide(pledged["id"], "approval", reason="the bank confirms it")
        request = {"label": "a second moderator", "scopes": ["moderate"], "campaign": "2026", "region": "KZ-75"}
        second = deployment.ask(201, "POST", "/v1/tokens", request)
        approval = f"/v1/participations/{pledged['id']}/approval"
        confirmed = {"reason": "the donor confirms it"}
        expect(self.visitors.ask("POST", approval, confirmed, Authorization=f"Bearer {second['token']}"), 200)
        deployment.ask(204, "DELETE", f"/v1/tokens/{second['id']}")
        self._decide(refused["id"], "rejection", reason="a prank")
        eventually(lambda: not self._waiting(), "nothing waits in the review")
        deployment.expect_totals(participations=8, participants=7)
        corrected = expect(self.visitors.record("k5", "+77010000002"), 201)
        self._decide(corrected["id"], "correction", reason="counted twice", people=3)
        many = {"reason": "not theirs", "ids": [corrected["id"]]}
        deployment.ask(200, "POST", f"{CAMPAIGN}/acts/withdrawals", many)
        (noted,) = deployment.ask(200, "GET", f"{CAMPAIGN}/trail?action=acts_withdrawn")["entries"]
        status = deployment.ask(200, "GET", f"{CAMPAIGN}/status")
        unanswered = [warning["part"] for warning in status["warnings"] if warning["code"] == "unanswered"]
        if unanswered or noted["status"] != 200:
            raise RehearsalError(f"the trail says {noted}, and of {unanswered or 'nothing'} nobody knows")
        named = expect(self.visitors.participate("k3", _FOUNDATION), 200)
        self._decide(named["id"], "correction", reason="renamed", organisation="Мейірім қайырымдылық қоры")
        deployment.expect_totals(participations=8, participants=7)
        deployment.expect_names("Мейірім қайырымдылық қоры", "ИП Айгүл Үлгі")
        return "a trillion approved by two moderators, one rejected, an act corrected and withdrawn, a name corrected"

    def take_webhooks(self) -> str:
        """A provider delivers before its form is registered, and after; what was parked is replayed."""
        deployment, visitors = self.deployment, self.visitors
        expect(visitors.deliver_standard("m1", "+77010000003"), 200)
        expect(visitors.deliver_standard("m0", "+77010000003", signed_with=_FOREIGN), 403)
        (parked,) = deployment.parked("standard")
        deployment.ask(200, "GET", f"/v1/parked/standard/{parked['id']}")
        deployment.ask(201, "PUT", "/v1/forms/standard/partner/participation.submitted", _FORM)
        deployment.ask(200, "GET", "/v1/forms")
        replayed = deployment.ask(200, "POST", "/v1/parked/replay", {"provider": "standard"})
        if replayed["recorded"] != 1:
            raise RehearsalError(f"the replay says {replayed}")
        expect(visitors.deliver_standard("m2", "+77010000004"), 200)
        deployment.expect_totals(participations=10, participants=9)
        return "a forged delivery refused, one parked and replayed, one recorded at once"

    def fetch_leads(self) -> str:
        """Meta names leads; the worker fetches them, again where the Graph API was out of order."""
        visitors = self.visitors
        shake = "/v1/hooks/meta?hub.mode=subscribe&hub.challenge=42&hub.verify_token=v"
        if visitors.send("GET", shake, b"", {}).body != b"42":
            raise RehearsalError("the handshake of Meta is not answered")
        for form, participant_type in ((_PERSON_FORM, "citizen"), (_COMPANY_FORM, "business")):
            defaults = {**_FORM["defaults"], "participant_type": participant_type, "place": {"region": "KZ-71"}}
            self.deployment.ask(201, "PUT", f"/v1/forms/meta/13/{form}", {**_FORM, "defaults": defaults})
        expect(visitors.deliver_lead("901", _PERSON_FORM), 200)
        expect(visitors.deliver_lead("903", _COMPANY_FORM), 200)
        self.deployment.expect_totals(participations=12, participants=10, organisations=3)
        return "a lead of somebody known and one of a company, fetched at the second attempt"

    def decide_on_names(self) -> str:
        """The name that a form brought waits for a moderator; all names are hidden at once, and shown again."""
        deployment, names = self.deployment, f"{CAMPAIGN}/names"
        (waiting,) = deployment.ask(200, "GET", names)["names"]
        deployment.ask(200, "PUT", f"{names}/{waiting['id']}", {"state": "shown", "reason": "a firm that we know"})
        deployment.expect_names("Мейірім қайырымдылық қоры", "ИП Айгүл Үлгі", "Игілік ЖШС")
        deployment.ask(200, "PUT", names, {"state": "hidden", "reason": "one of them is an insult"})
        deployment.expect_names()
        deployment.ask(200, "PUT", names, {"state": "shown", "reason": "it was none"})
        deployment.expect_names("Мейірім қайырымдылық қоры", "ИП Айгүл Үлгі", "Игілік ЖШС")
        return "one name let on air, all hidden and shown again"

    def freeze(self) -> str:
        """While the campaign is frozen leads are parked, and nothing is recorded; one is deleted, one is replayed."""
        deployment, visitors = self.deployment, self.visitors
        self.change(state="frozen")
        time.sleep(_CACHE_SECONDS)
        expect(visitors.record("k9", "+77010000009"), 409)
        expect(visitors.deliver_lead("904", _PERSON_FORM), 200)
        eventually(lambda: len(deployment.parked("meta")) == 1, "the lead is parked")
        (unwanted,) = deployment.parked("meta")
        deployment.ask(204, "DELETE", f"/v1/parked/meta/{unwanted['id']}")
        expect(visitors.deliver_lead("902", _PERSON_FORM), 200)
        eventually(lambda: len(deployment.parked("meta")) == 1, "the other lead is parked")
        self.change(state="live")
        time.sleep(_CACHE_SECONDS)
        deployment.ask(200, "POST", "/v1/parked/replay", {"provider": "meta"})
        deployment.expect_totals(participations=13, participants=11)
        return "a lead of the frozen time counted after it, another deleted"

    def move_the_end(self) -> str:
        """The end of the campaign is moved, and in the hour's run contacts follow it."""
        self.change(opens=_OPENS, closes=_CLOSES)
        before = {item["expires_at"]["N"] for item in self.deployment.contacts()}
        self.deployment.cloud.invoke_as_schedule(self.deployment.resources["Retention"])

        def have_followed() -> bool:
            now = {item["expires_at"]["N"] for item in self.deployment.contacts()}
            return len(now) == 1 and now != before

        eventually(have_followed, "all contacts go at another time")
        return "all contacts go 180 days after the new end"

    def audit(self) -> str:
        """The operators count the log anew, and the alarm's metric hears what they found."""
        self.deployment.operate("audit", "2026")
        metrics = self.deployment.cloud.client("cloudwatch").list_metrics(Namespace="Qaiyrym", MetricName="Drift")
        if not metrics["Metrics"]:
            raise RehearsalError("the audit told nobody")
        return "the totals are those of the log"

    def audit_by_schedule(self) -> str:
        """The run of each hour finds that all is right, then what is spoilt; the alarm's metric hears of both."""
        self._run_auditor("audited", drift=0)
        table, client = self.deployment.resources["StateTable"], self.deployment.cloud.client("dynamodb")
        some_hour = next(s for s in self.deployment.items("StateTable") if s["item"]["S"].startswith("1#timeline#"))
        spoilt = {"campaign": {"S": "2026"}, "item": {"S": f"1#{_NO_HOUR}#00"}}
        client.put_item(TableName=table, Item={**some_hour, **spoilt})
        try:
            line = self._run_auditor("totals_drifted", drift=1)
        finally:
            client.delete_item(TableName=table, Key=spoilt)
        found = json.loads(line)["names"]
        if found != _NO_HOUR.replace("#", ":"):
            raise RehearsalError(f"the audit found {found}")
        return f"no drift, then that of {found}"

    def set_records_aside(self) -> str:
        """What is no event, and what the store will never take, go to the dead letters; all else is counted."""
        table, queue = self.deployment.resources["EventsTable"], self.deployment.resources["PoisonQueue"]
        self.planted = planted = [_NO_EVENT, _too_large(self.deployment.items("EventsTable"))]
        self.deployment.cloud.client("dynamodb").batch_write_item(
            RequestItems={table: [{"PutRequest": {"Item": item}} for item in planted]}
        )
        expect(self.visitors.record("k7", "+77010000012"), 201)
        sqs, letters = self.deployment.cloud.client("sqs"), dict[str, str]()

        def are_told() -> bool:
            told = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            letters.update({letter["MessageId"]: json.loads(letter["Body"])["reason"] for letter in told})
            return len(letters) >= len(planted)

        eventually(are_told, "the records are in the queue")
        # The sums take what is too large for a row: it counts, and so does what was recorded behind it.
        self.deployment.expect_totals(participations=16, participants=14)
        return f"two dead letters ({'; '.join(sorted(letters.values()))}), and all else is counted"

    def sweep(self) -> str:
        """The schedule runs the sweep: lost documents are there again, and a shard that is gone is forgotten."""
        cloud, resources = self.deployment.cloud, self.deployment.resources
        position = {"kind": {"S": "position"}, "id": {"S": _GONE_SHARD}, "sequence": {"S": "1".zfill(40)}}
        cloud.client("dynamodb").put_item(TableName=resources["OperationsTable"], Item=position)
        # The publisher is still at what was recorded last. Whoever publishes the counter notes a milestone that nobody
        # noted: here it is to be the sweep.
        time.sleep(_CACHE_SECONDS)
        note = {"kind": {"S": "reached"}, "id": {"S": "2026"}}
        cloud.client("dynamodb").delete_item(TableName=resources["RegistryTable"], Key=note)
        for name in _LOST:
            cloud.client("s3").delete_object(Bucket=resources["DocumentsBucket"], Key=f"{CAMPAIGN[1:]}/{name}")

        def has_swept() -> bool:
            positions = {item["id"]["S"] for item in self.deployment.items("OperationsTable")}
            return _GONE_SHARD not in positions and None not in map(self.deployment.document, _LOST)

        eventually(has_swept, "a sweep puts right what was spoilt", SWEEP_SECONDS)
        self._expect_milestone()
        return "lost documents are back, the position in a shard that is gone forgotten"

    def tell_health(self) -> str:
        """The system says that it is well, and how many records were set aside."""
        found: dict[str, Any] = {}

        def is_well() -> bool:
            found.update(self.visitors.ask("GET", "/health").json)
            return (found["status"], found["set_aside"], found["unshown_seconds"]) == ("ok", 2, 0)

        try:
            eventually(is_well, "", SWEEP_SECONDS)
        except RehearsalError:
            raise RehearsalError(f"health is {found}") from None
        return f"rev {found['totals'][0]['rev']} on air, all shown, 2 records set aside"

    def show_site(self) -> str:
        """Viewers get the counter's script as a file, in any origin."""
        reply = self.visitors.view("/widget/counter.js")
        if reply.status != 200 or reply.headers.get("access-control-allow-origin") != "*":
            raise RehearsalError(f"the counter's script is answered {reply.status}, {dict(reply.headers)}")
        return f"the counter's script, {len(reply.body):,} bytes"

    def go_on(self) -> str:
        """After an update everything is still known, and counting goes on."""
        if not self._pledge("pledge", 200)["repeated"]:
            raise RehearsalError("a participation was forgotten")
        self.deployment.expect_totals(participations=16, participants=14)
        expect(self.visitors.record("k10", "+77010000009"), 201)
        self.deployment.expect_totals(participations=17, participants=15)
        return "a repeat is known, and the next one counts"

    def reconcile_leads(self) -> str:
        """The run of each hour finds leads that no webhook told of; one whose answers are withheld waits for them."""
        cloud, resources = self.deployment.cloud, self.deployment.resources
        cloud.invoke_as_schedule(resources["LeadReconciler"])
        self.deployment.expect_totals(participations=19, participants=16, organisations=4)
        eventually(lambda: len(self.deployment.parked("meta")) == 2, "what cannot be read yet is parked")
        cloud.invoke_as_schedule(resources["LeadReconciler"])
        self.deployment.expect_totals(participations=20, participants=17)
        eventually(lambda: len(self.deployment.parked("meta")) == 1, "what has its answers is parked no more")
        return (
            "three leads that nobody told of, one of them once its answers were given, and one that waits for its form"
        )

    def tell_nobody(self) -> str:
        """No line that a function logged holds anything of a person."""
        lines = self.deployment.cloud.log_lines()
        telling = [line for line in lines if any(part in line for part in PERSONAL)]
        if telling:
            raise RehearsalError(f"a log line holds personal data: {telling[0]}")
        requests = [line for line in lines if '"event":"request"' in line]
        if not requests or not all('"request":"' in line for line in requests):
            raise RehearsalError("no line tells of requests with their ids")
        return f"{len(lines)} lines, {sum('_aws' in line for line in lines)} with metrics"

    def change(self, **members: str) -> None:
        """Change some of the campaign, as it was read just before."""
        tag = self.visitors.ask("GET", CAMPAIGN).headers["etag"]
        expect(self.visitors.ask("PATCH", CAMPAIGN, members, if_match=tag), 200)

    def _run_auditor(self, event: str, *, drift: int) -> str:
        """Let the schedule run the auditor until it has told of an event and of a drift; return the event's line."""
        cloud, resources = self.deployment.cloud, self.deployment.resources
        before = len(cloud.lines_of(resources["AuditorLogs"]))
        found: list[str] = []

        def is_told() -> bool:
            lines = cloud.lines_of(resources["AuditorLogs"])[before:]
            found[:] = [line for line in lines if f'"event":"{event}"' in line]
            return bool(found) and any(f'"Drift":{drift}' in line for line in lines)

        cloud.invoke_as_schedule(resources["Auditor"])
        eventually(is_told, f"the auditor tells of {event} and of a drift of {drift}")
        return found[0]

    def _expect_milestone(self) -> None:
        (milestone,) = self.deployment.document("live.json")["milestones"]
        if milestone["reached_at"] is None:
            raise RehearsalError("a milestone is not shown as reached")

    def _pledge(self, key: str, status: int) -> Any:
        amount = {"currency": "KZT", "value": 10**12}
        return expect(self.visitors.record(key, "+77010000002", kind="donation", amount=amount), status)

    def _decide(self, participation: str, decision: str, **content: Any) -> None:
        self.deployment.ask(200, "POST", f"/v1/participations/{participation}/{decision}", content)

    def _waiting(self) -> list[Any]:
        found: list[Any] = self.deployment.ask(200, "GET", f"{CAMPAIGN}/review?notes=true")["participations"]
        return found


def _too_large(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return an event of a new citizen that fits into the log, and whose row no table takes."""
    parts = '"kind":"volunteering"', '"participant_type":"citizen"'
    first = (event for event in events if event["version"]["N"] == "1")
    like = next(event for event in first if all(part in event["data"]["S"] for part in parts))
    data = like["data"]["S"]
    return {**like, "stream": {"S": "2026/too-large"}, "data": {"S": data + " " * (MAX_ITEM_BYTES - len(data))}}
