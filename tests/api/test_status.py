"""What the people on duty are told of a campaign, also while parts of the system do not answer."""

import time
from base64 import b64encode
from collections.abc import Callable
from threading import Event
from typing import Any

import msgspec
import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.api import status_parts
from chalicelib.api.responses import moment
from chalicelib.api.status_parts import GAPS_ARE_NEW_MS, StatusPart
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.milestones import NONE_REACHED
from chalicelib.intake.form import Filled
from chalicelib.intake.form_requests import read_form
from chalicelib.publishing import documents
from chalicelib.publishing.standstill import Report
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedSubmission
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.outages import FAULTS, outage

NOW = 1_780_286_410_000
"""2026-06-01T04:00:10Z."""
MINUTE = 60_000
STATUS = "/v1/campaigns/2026/status"
ACTS = "/v1/campaigns/2026/participations"
HERE, ELSEWHERE = "KZ-75", "KZ-71"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tables: object, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> bootstrap.Services:
    """Services whose clock stands still, and which the sweep has found to be well."""
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(32))).decode())
    app.services = bootstrap.bootstrap(clock)
    app.services.reports.put(Report(NOW - 20_000))
    return app.services


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow here is the machine, and no store."""
    monkeypatch.setattr(status_parts, "PATIENCE_SECONDS", 60.0)


@pytest.fixture
def moderator(api: Client, issue: Callable[..., str]) -> Client:
    return api.as_token(issue("moderate", campaign="2026"))


def status(client: Client) -> dict[str, Any]:
    """Return what a client is told, as a process tells it that knows nothing yet."""
    app.services.short_memory._entries.clear()
    reply = client("GET", STATUS)
    assert reply.status == 200, reply.json
    told: dict[str, Any] = reply.json
    return told


def warnings(client: Client) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = status(client)["warnings"]
    return told


def problem(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["type"].removeprefix("/problems/")


def register(services: bootstrap.Services, form: str = "f", campaign: str = "2026") -> None:
    requested = {
        "campaign": campaign,
        "state": "live",
        "defaults": {"kind": "good_deed", "participant_type": "citizen"},
        "questions": {"Сағат": "hours"},
    }
    services.registry.put_form(read_form("tally", "ours", form, requested))


def park(services: bootstrap.Services, submission: str, campaign: str | None, at: int) -> None:
    received = ReceivedSubmission("typeform", Submission(submission, "ours", "f", {}), at, "{}")
    services.parking.park(received, Reason("invalid"), campaign)


def let_names_wait(services: bootstrap.Services, count: int) -> None:
    for number in range(count):
        writes = services.names.given("2026", services.keys.name("2026", f"ЖШС {number}"), "ЖШС", "waiting", NOW)
        services.transactions.write(writes, token=f"{number:032d}")


class TestACampaignThatIsWell:
    def test_is_told_on_one_screen(self, moderator: Client, services: bootstrap.Services, campaign: Campaign) -> None:
        document = documents.live(documents.header(campaign, 12, NOW - 61_000), campaign, {}, NONE_REACHED)
        services.documents.advance(document.path, document.position, lambda _: document)

        reply = moderator("GET", STATUS)

        minutes = [moment(NOW // MINUTE * MINUTE - back * MINUTE) for back in reversed(range(15))]
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        assert reply.json == {
            "campaign": "2026",
            "state": "live",
            "checked_at": moment(NOW - 20_000),
            "as_of": moment(NOW - 61_000),
            "unshown_seconds": 0,
            "set_aside": 0,
            "rate": {"per_minute": 0, "minutes": [{"at": at, "participations": 0} for at in minutes]},
            "in_review": 0,
            "in_review_more": False,
            "names_waiting": 0,
            "names_waiting_more": False,
            "all_names": "shown",
            "parked": {"count": 0, "more": False, "oldest": None, "unassigned": 0},
            "warnings": [],
        }

    def test_tells_how_fast_acts_come_in(self, api: Client, clock: Clock, project: Callable[[], None]) -> None:
        for number, at in enumerate((NOW - 2 * MINUTE, NOW - MINUTE, NOW - MINUTE, NOW)):
            clock.now = at
            api("POST", ACTS, participation(participant={"type": "citizen"}), idempotency_key=str(number))
        project()

        rate = status(api)["rate"]

        assert rate["per_minute"] == 2
        assert [minute["participations"] for minute in rate["minutes"]] == [*[0] * 12, 1, 2, 1]
        assert rate["minutes"][-1]["at"] == "2026-06-01T04:00:00.000Z"

    def test_tells_at_once_that_it_is_frozen(self, moderator: Client, services: bootstrap.Services) -> None:
        assert status(moderator)["state"] == "live"
        # Another process has done it: this one remembers what was before.
        bootstrap.bootstrap().registry.put_campaign(Campaign(id="2026", names=NAMES, state="frozen"))

        assert status(moderator)["state"] == "frozen"
        assert warnings(moderator) == [{"code": "frozen", "level": "notice"}]


class TestWhatWaits:
    def test_acts_in_review_are_counted(self, api: Client, moderator: Client, project: Callable[[], None]) -> None:
        for number in range(3):
            api("POST", ACTS, participation(people=5_000), idempotency_key=str(number))
        project()

        assert (status(moderator)["in_review"], status(moderator)["in_review_more"]) == (3, False)
        assert warnings(moderator) == [{"code": "review_waits", "level": "notice", "count": 3}]

    def test_names_are_counted_up_to_a_number(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("chalicelib.participations.name_queue.MAX_COUNTED", 3)
        told = []
        for count in (3, 4):
            let_names_wait(services, count)
            told.append(status(moderator))

        assert [(one["names_waiting"], one["names_waiting_more"]) for one in told] == [(3, False), (3, True)]
        assert warnings(moderator) == [{"code": "names_wait", "level": "notice", "count": 3}]

    def test_that_all_names_are_hidden_is_told(self, api: Client, moderator: Client) -> None:
        api("PUT", "/v1/campaigns/2026/names", {"state": "hidden", "reason": "an attack"})

        assert status(moderator)["all_names"] == "hidden"
        assert warnings(moderator) == [{"code": "names_all_hidden", "level": "notice"}]

    def test_what_is_parked_is_counted_and_not_shown(self, moderator: Client, services: bootstrap.Services) -> None:
        for number, campaign in enumerate(("2026", "2026", None, "2030")):
            park(services, str(number), campaign, NOW - number * 1_000)

        assert status(moderator)["parked"] == {
            "count": 2,
            "more": False,
            "oldest": moment(NOW - 1_000),
            "unassigned": 1,
        }
        assert warnings(moderator) == [
            {"code": "parked", "level": "notice", "count": 2},
            {"code": "parked_unassigned", "level": "notice", "count": 1},
        ]

    def test_of_what_is_parked_so_much_of_each_provider_is_looked_at(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("chalicelib.webhooks.parking.MAX_TALLIED", 2)
        told = []
        for number in range(3):
            park(services, str(number), "2026", NOW)
            parked = status(moderator)["parked"]
            told.append((parked["count"], parked["more"]))

        assert told == [(1, False), (2, False), (2, True)]

    def test_forms_that_lack_something_are_counted_while_it_is_new(
        self, moderator: Client, services: bootstrap.Services, clock: Clock
    ) -> None:
        for form, campaign in (("f", "2026"), ("g", "2026"), ("h", "2026"), ("i", "2030")):
            register(services, form, campaign)
            noted = services.registry.form("tally", "ours", form)
            assert noted is not None
            if form != "g":
                services.form_gaps.note(noted, Filled({}, absent=("Сағат",), left_out=("email",)))

        assert warnings(moderator) == [{"code": "form_gaps", "level": "notice", "count": 2}]
        services.reports.put(Report(NOW + GAPS_ARE_NEW_MS))
        clock.now = NOW + GAPS_ARE_NEW_MS
        assert [one["code"] for one in warnings(moderator)] == ["form_gaps"]
        clock.now += 1
        assert warnings(moderator) == []


class TestAlarms:
    @pytest.mark.parametrize(
        ("report", "alarms"),
        [
            (Report(NOW - 150_000), []),
            (Report(NOW - 150_001), [{"code": "nobody_looks", "seconds": 150}]),
            (Report(NOW, unshown_since=NOW - 30_000), []),
            (Report(NOW, unshown_since=NOW - 31_000), [{"code": "not_shown", "seconds": 31}]),
            (Report(NOW, unshown_since=NOW - 1_000, late_ms=45_000), [{"code": "not_shown", "seconds": 45}]),
            (Report(NOW, set_aside=3), [{"code": "set_aside", "count": 3}]),
        ],
        ids=str,
    )
    def test_what_stands_still_is_an_alarm(
        self, moderator: Client, services: bootstrap.Services, report: Report, alarms: list[dict[str, Any]]
    ) -> None:
        services.reports.put(report)

        told = status(moderator)

        assert told["warnings"] == [{**alarm, "level": "alarm"} for alarm in alarms]
        assert (told["checked_at"], told["set_aside"]) == (moment(report.checked_at), report.set_aside)
        assert told["unshown_seconds"] == max(report.unshown_ms, report.late_ms) // 1000

    def test_a_system_that_was_never_swept_is_looked_at_by_nobody(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services.reports, "read", lambda: None)

        told = status(moderator)

        assert (told["checked_at"], told["unshown_seconds"], told["set_aside"]) == (None, None, None)
        assert told["warnings"] == [{"code": "nobody_looks", "level": "alarm"}]

    def test_alarms_come_before_notices(self, moderator: Client, services: bootstrap.Services) -> None:
        park(services, "1", "2026", NOW)
        services.reports.put(Report(NOW, set_aside=1))

        assert [one["code"] for one in warnings(moderator)] == ["set_aside", "parked"]


class TestPartsThatDoNotAnswer:
    @pytest.mark.parametrize(
        ("setting", "made", "parts"),
        [
            ("registry_table", ["registry"], ["campaign", "forms"]),
            ("operations_table", ["reports", "form_gaps"], ["report", "forms"]),
            ("documents_bucket", ["documents"], ["as_of"]),
            ("state_table", ["states"], ["rate", "in_review"]),
            ("names_table", ["names", "name_queue"], ["all_names", "names_waiting"]),
            ("parked_table", ["parking"], ["parked"]),
        ],
    )
    def test_all_is_told_but_what_stood_in_a_store_that_is_not_there(
        self, moderator: Client, services: bootstrap.Services, setting: str, made: list[str], parts: list[str]
    ) -> None:
        before = status(moderator)
        registry = services.registry
        services.settings = msgspec.structs.replace(services.settings, **{setting: "missing"})
        for name in made:
            vars(services).pop(name, None)
        # What lets the caller in is remembered.
        services.registry._known = registry._known

        told = status(moderator)

        assert told.pop("warnings") == [{"code": "unanswered", "level": "alarm", "part": part} for part in parts]
        empty = {
            name: None
            for part in parts
            for name in {"report": ["checked_at", "unshown_seconds", "set_aside"], "campaign": [], "forms": []}.get(
                part, [part]
            )
        }
        assert told == {name: value for name, value in before.items() if name != "warnings"} | empty

    def test_nothing_but_the_campaign_is_known_where_no_store_answers(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(time, "sleep", lambda _: None)
        status(moderator)

        with outage(FAULTS["no answer in time"]):
            told = status(moderator)

        assert (told["campaign"], told["state"], told["rate"], told["in_review"]) == ("2026", "live", None, None)
        assert {one["code"] for one in told["warnings"]} == {"unanswered"}
        assert {one["part"] for one in told["warnings"]} == set(StatusPart.__args__)  # type: ignore[attr-defined]

    def test_nobody_waits_long_for_a_store_that_is_slow(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answered = Event()
        monkeypatch.setattr(status_parts, "PATIENCE_SECONDS", 0.5)
        monkeypatch.setattr(services.reports, "read", lambda: answered.wait(30))

        told = status(moderator)
        answered.set()

        assert {"code": "unanswered", "level": "alarm", "part": "report"} in told["warnings"]
        assert (told["checked_at"], told["state"]) == (None, "live")

    def test_however_many_ask_stores_are_asked_once(
        self, moderator: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services.short_memory, "_monotonic", lambda: 0.0)
        first = status(moderator)
        services.registry.campaign("2026")

        with outage(FAULTS["an internal error"], after=10_000) as current:
            again = moderator("GET", STATUS).json

        # The campaign is read as it is: who has frozen it sees that.
        assert (again, current.requests) == (first, 1)


class TestTokensThatAreKeptToActs:
    def test_one_of_a_region_is_told_what_waits_there(
        self, api: Client, services: bootstrap.Services, project: Callable[[], None]
    ) -> None:
        regional = api.as_token(services.registry.issue_token(("moderate",), "2026", region=HERE))
        for number, region in enumerate((HERE, HERE, ELSEWHERE)):
            act = participation(place={"region": region}, people=5_000)
            api("POST", ACTS, act, idempotency_key=str(number))
        project()
        park(services, "1", "2026", NOW)
        let_names_wait(services, 1)

        told = status(regional)

        assert (told["in_review"], told["in_review_more"]) == (2, False)
        assert (told["names_waiting"], told["names_waiting_more"], told["parked"]) == (None, False, None)
        assert (told["state"], told["unshown_seconds"], told["all_names"]) == ("live", 0, "shown")
        assert told["rate"] is not None
        assert told["warnings"] == [{"code": "review_waits", "level": "notice", "count": 2}]
        # What one process told of a region it tells of no other, and of no whole.
        app.services.short_memory._entries.clear()
        replies = [client("GET", STATUS) for client in (regional, api, regional)]
        assert [reply.json["in_review"] for reply in replies] == [2, 3, 2]

    def test_acts_of_a_region_are_counted_up_to_a_number(
        self, api: Client, services: bootstrap.Services, project: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(status_parts, "MAX_WAITING", 1)
        regional = api.as_token(services.registry.issue_token(("moderate",), "2026", region=HERE))
        for number in range(2):
            api("POST", ACTS, participation(people=5_000), idempotency_key=str(number))
        project()

        assert (status(regional)["in_review"], status(regional)["in_review_more"]) == (1, True)

    def test_one_of_the_sandbox_sees_rehearsals_alone(self, api: Client, services: bootstrap.Services) -> None:
        sandbox = api.as_token(services.registry.issue_token(("moderate",), "2026", sandbox=True))

        assert problem(sandbox("GET", STATUS)) == (403, "sandbox-forbidden")
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="test"))
        assert (status(sandbox)["state"], status(sandbox)["parked"]) == ("test", None)


def test_a_campaign_that_is_not_there_has_no_status(api: Client) -> None:
    assert problem(api("GET", "/v1/campaigns/2031/status")) == (404, "campaign-not-found")
