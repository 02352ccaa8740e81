"""What stands in the trail of those who moderate, administer, erase and read what people gave, and who may read it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from chalice.app import Response

from app import app
from chalicelib import bootstrap
from chalicelib.api import intents, trail
from chalicelib.api.intents import Intent
from chalicelib.api.responses import moment
from chalicelib.api.routes import NO_STORE, NOTED_SCOPES, WHY, Operation, Routes, operation_of
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import Scope
from chalicelib.domain.trail_actions import TRAIL_ACTIONS
from chalicelib.registry import RegistryConflict
from infra.local.gateway import Gateway
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.outages import FAULTS, outage
from tests.api.situation import Route, Situation, made_situation
from tests.api.storage import items, scanned
from tests.conftest import Tables
from tests.reused_tables import ReusedTables

CAMPAIGN = "/v1/campaigns/2026"
ACTS = f"{CAMPAIGN}/participations"
TRAIL = f"{CAMPAIGN}/trail"
OF_NONE = "/v1/campaigns/*/trail"
HERE, ELSEWHERE = "KZ-75", "KZ-71"
REASON = {"reason": "checked"}
GUARDED: tuple[Scope, ...] = ("moderate", "admin", "erase", "access")

OPERATIONS: Mapping[Route, Operation] = {
    (method, path): operation
    for path, entries in app.routes.items()
    for method, entry in entries.items()
    if method != "HEAD" and (operation := operation_of(entry.view_function)) is not None
}
NOTED = sorted(route for route, operation in OPERATIONS.items() if operation.trail is not None)
REPLAY = ("POST", "/v1/parked/replay")
"""Its body tells the reason why entries are parked."""
ONLY_TELLS = {("POST", "/v1/forms/{provider}/{account}/{form}/check")}

each_noted_route = pytest.mark.parametrize("route", NOTED, ids=" ".join)


def problem(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["type"].removeprefix("/problems/")


def entries(client: Client, path: str = TRAIL) -> list[dict[str, Any]]:
    reply = client("GET", path)
    assert reply.status == 200, reply.json
    told: list[dict[str, Any]] = reply.json["entries"]
    return told


def newest(client: Client, path: str = TRAIL) -> dict[str, Any]:
    return entries(client, path)[0]


def recorded(api: Client, key: str = "k", **members: object) -> str:
    """Record an act and return its id."""
    return str(api("POST", ACTS, participation(**members), idempotency_key=key).json["id"])


def id_of(client: Client) -> str:
    """Return the id of a client's token."""
    return str(client.token).split("_")[1]


def fails_in_trail(request: AWSPreparedRequest, table: str, ending: str = "") -> AWSResponse | None:
    """Let a request fail that adds something to the trail whose id ends so."""
    asked = msgspec.json.decode(request.body) if isinstance(request.body, bytes) else {}
    if asked.get("TableName") != table or "Item" not in asked or not asked["Item"]["id"]["S"].endswith(ending):
        return None
    return FAULTS["an internal error"](request)


@pytest.fixture(scope="module")
def made(reused_tables: ReusedTables, gateway: Gateway) -> Iterator[Situation]:
    with made_situation(reused_tables, gateway) as made:
        yield made


@pytest.fixture
def situation(made: Situation) -> Situation:
    return made.renewed()


class TestRoutes:
    def test_every_route_that_changes_something_has_a_name_in_the_trail(self) -> None:
        changing = {
            route for route, operation in OPERATIONS.items() if route[0] != "GET" and operation.scope in GUARDED
        }

        assert changing - set(NOTED) == ONLY_TELLS
        assert set(NOTED_SCOPES) == set(GUARDED)

    def test_routes_that_only_read_stand_there_where_they_open_personal_data(self) -> None:
        assert {path for method, path in NOTED if method == "GET"} == {
            "/v1/campaigns/{campaign}/acts",
            "/v1/campaigns/{campaign}/review",
            "/v1/parked/{provider}/{entry}",
        }

    def test_what_partners_record_does_not(self) -> None:
        assert {OPERATIONS[route].scope for route in NOTED} == set(GUARDED)

    def test_every_action_has_its_routes(self) -> None:
        declared = {OPERATIONS[route].trail for route in NOTED}

        of_commands = {"campaign_gone_live", "generation_shown", "generation_removed"}
        assert set(TRAIL_ACTIONS) == declared | {"campaign_created"} | of_commands

    def test_of_every_change_can_be_said_why_but_of_what_is_done_for_a_person(self) -> None:
        in_its_body = {
            route
            for route in NOTED
            if "reason" in getattr(OPERATIONS[route].takes, "__struct_fields__", ()) and route != REPLAY
        }
        in_its_query = {route for route in NOTED if WHY in OPERATIONS[route].parameters}

        assert not in_its_body & in_its_query
        assert {OPERATIONS[route].trail for route in set(NOTED) - in_its_body - in_its_query} == {
            "person_erased",
            "contacts_read",
            "consent_withdrawn",
            "notes_read",
        }

    @pytest.mark.parametrize("scope", GUARDED)
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_no_route_that_changes_something_can_be_made_without(self, method: Any, scope: Scope) -> None:
        operation = Operation(summary="", cache=NO_STORE, gives={}, scope=scope)

        with pytest.raises(TypeError):
            Routes("routes").on(method, "/x", operation)(lambda _: Response(""))

    def test_a_route_that_only_tells_needs_none_and_has_none(self) -> None:
        silent = Operation(summary="", cache=NO_STORE, gives={}, scope="admin", only_tells=True)

        Routes("routes").on("POST", "/x", silent)(lambda _: Response(""))
        with pytest.raises(TypeError):
            Routes("routes").on("POST", "/y", msgspec.structs.replace(silent, trail="form_saved"))

    def test_a_route_without_one_does_nothing(self, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        done: list[str] = []

        def carry_out() -> Response:
            done.append("it")
            return Response("")

        intent = Intent(campaign="2026", carry_out=carry_out)
        monkeypatch.setattr(trail, "json_response", lambda _: intent)

        assert api("GET", TRAIL).status == 500
        assert done == []


class TestEveryRoute:
    @each_noted_route
    def test_does_nothing_unless_it_is_noted_who_does_what_and_tells_how_it_was_answered(
        self, route: Route, situation: Situation
    ) -> None:
        before, tables = scanned(situation.tables), situation.tables
        with outage(lambda request: fails_in_trail(request, tables["TrailTable"]), service="dynamodb"):
            refused = situation.ask(route)

        assert problem(refused) == (503, "storage-unavailable")
        assert scanned(tables) == before

        known = {one["id"] for path in (TRAIL, OF_NONE) for one in entries(situation.api, path)}
        reply = situation.ask(route)

        (told,) = (one for path in (TRAIL, OF_NONE) for one in entries(situation.api, path) if one["id"] not in known)
        assert reply.status < 300
        assert (told["action"], told["status"]) == (OPERATIONS[route].trail, reply.status)
        assert (told["by"]["id"], told["at"]) == (id_of(situation.api), moment(app.services.now()))
        held = str(list(items(tables, "TrailTable")))
        for personal in ("7011234567", "Айгүл", "call in the evening", "I agree"):
            assert personal not in held


class TestAnEntry:
    def test_stands_there_before_it_is_done_and_has_its_end_after_it(
        self, api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        act = recorded(api)
        moderate, meanwhile = services.participations.moderate, []

        def moderated(*args: Any) -> Any:
            meanwhile.append(newest(api))
            return moderate(*args)

        monkeypatch.setattr(services.participations, "moderate", moderated)
        api("POST", f"/v1/participations/{act}/withdrawal", {"reason": "  asked\u200b to "})

        (before,), after = meanwhile, newest(api)
        assert before == {
            "id": before["id"],
            "at": before["at"],
            "by": {"id": id_of(api), "label": None},
            "action": "act_withdrawn",
            "target": act,
            "reason": "asked to",
            "status": None,
        }
        assert after == {**before, "status": 200}

    def test_is_done_although_its_end_cannot_be_noted(self, api: Client, tables: Tables) -> None:
        act, table = recorded(api), tables["TrailTable"]

        with outage(lambda request: fails_in_trail(request, table, "~"), service="dynamodb"):
            reply = api("POST", f"/v1/participations/{act}/withdrawal", REASON)

        assert (reply.status, reply.json["status"]) == (200, "withdrawn")
        assert newest(api)["status"] is None

    def test_tells_whose_token_it_was_by_its_label(self, api: Client) -> None:
        issued = api("POST", "/v1/tokens", {"label": "Almaty", "scopes": ["moderate"], "campaign": "2026"}).json
        act = recorded(api)

        api.as_token(issued["token"])("POST", f"/v1/participations/{act}/withdrawal", REASON)

        assert newest(api)["by"] == {"id": issued["id"], "label": "Almaty"}
        history = api("GET", f"/v1/participations/{act}/history").json["history"]
        assert [(one.get("by"), one.get("by_label", "none")) for one in history] == [
            (None, "none"),
            (issued["id"], "Almaty"),
        ]

    def test_of_what_was_refused_as_it_was_tried_tells_how_it_was_answered(self, api: Client) -> None:
        act = recorded(api)

        statuses = [api("POST", f"/v1/participations/{act}/withdrawal", REASON).status for _ in range(2)]

        assert statuses == [200, 409]
        assert [(one["action"], one["status"]) for one in entries(api)] == [
            ("act_withdrawn", 409),
            ("act_withdrawn", 200),
        ]

    @pytest.mark.parametrize(
        ("method", "path", "body", "status"),
        [
            ("POST", "/v1/participations/{act}/withdrawal", {"reason": "call 87011234567"}, 422),
            ("POST", "/v1/participations/unknown/withdrawal", REASON, 404),
            ("POST", f"{CAMPAIGN}/acts/withdrawals", {**REASON, "ids": ["{act}"], "dry_run": True}, 200),
            ("POST", f"{CAMPAIGN}/erasures", {"participant": {}}, 422),
            ("PATCH", CAMPAIGN, {"state": "frozen"}, 428),
            ("GET", f"{CAMPAIGN}/acts", None, 200),
            ("GET", f"{CAMPAIGN}/names", None, 200),
            ("DELETE", "/v1/tokens/unknown", None, 404),
        ],
    )
    def test_there_is_none_of_what_is_refused_before_and_of_what_does_nothing(
        self, api: Client, tables: Tables, method: str, path: str, body: Any, status: int
    ) -> None:
        act = recorded(api)
        text = msgspec.json.encode(body).decode().replace("{act}", act)

        reply = api(method, path.replace("{act}", act), msgspec.json.decode(text))

        assert reply.status == status
        assert list(items(tables, "TrailTable")) == []

    def test_there_is_none_by_who_may_not(self, api: Client, issue: Callable[..., str], tables: Tables) -> None:
        act = recorded(api)

        for client in (api.as_token(None), api.as_token("qy_a_b"), api.as_token(issue("record", "read"))):
            assert client("POST", f"/v1/participations/{act}/withdrawal", REASON).status in (401, 403)

        assert list(items(tables, "TrailTable")) == []

    def test_of_many_acts_tells_how_many_there_were(self, api: Client) -> None:
        acts = [recorded(api, str(number)) for number in range(3)]

        api("POST", f"{CAMPAIGN}/acts/withdrawals", {**REASON, "ids": [*acts, "87011234567"]})

        told = newest(api)
        assert (told["action"], told["target"], told["count"], told["reason"]) == (
            "acts_withdrawn",
            "2026",
            3,
            "checked",
        )

    def test_of_names_tells_their_ids_alone(self, api: Client, services: bootstrap.Services, tables: Tables) -> None:
        for key, name in (("1", "Бірінші"), ("2", "Екінші")):
            recorded(api, key, participant={"type": "business", "organisation": name, "phone": "87011234567"})
        first, second = (services.keys.name("2026", name) for name in ("Бірінші", "Екінші"))
        hidden = {"state": "hidden", "reason": "a slogan"}

        api("PUT", f"{CAMPAIGN}/names/{first}", {**hidden, "text": "Үшінші"})
        decisions = [{"id": one, "state": "hidden"} for one in (first, second)]
        api("POST", f"{CAMPAIGN}/name-decisions", {"reason": "a slogan", "decisions": decisions})

        many, one = entries(api)
        assert (one["action"], one["target"], "targets" in one) == ("name_decided", first, False)
        assert (many["action"], many["target"], many["targets"]) == ("names_decided", "2026", [first, second])
        assert not any(text in str(list(items(tables, "TrailTable"))) for text in ("рінші", "кінші", "шінші"))

    def test_of_a_person_tells_that_it_was_asked_and_not_of_whom(self, api: Client) -> None:
        recorded(api)
        person = {"participant": {"phone": "87011234567"}}

        for path in ("subject-access", "consent-withdrawals", "erasures"):
            api("POST", f"{CAMPAIGN}/{path}", person)

        told = entries(api)
        assert [one["action"] for one in told] == ["person_erased", "consent_withdrawn", "contacts_read"]
        assert {(one["target"], one["reason"]) for one in told} == {(None, None)}
        # Whoever reads it must not learn whether there was anybody.
        assert api.as_token(api.token)("GET", TRAIL).json["entries"][0].keys() == {
            "id",
            "at",
            "by",
            "action",
            "target",
            "reason",
            "status",
        }

    def test_of_a_token_tells_its_id_and_of_all_campaigns_under_none(self, api: Client) -> None:
        requested = {"label": "a partner", "scopes": ["record"]}
        own, whole = (
            api("POST", "/v1/tokens", {**requested, "campaign": campaign}).json["id"] for campaign in ("2026", "*")
        )
        for token in (own, whole):
            api("DELETE", f"/v1/tokens/{token}")

        for path, token in ((TRAIL, own), (OF_NONE, whole)):
            assert [(one["action"], one["target"], one["status"]) for one in entries(api, path)] == [
                ("token_revoked", token, 204),
                ("token_issued", token, 201),
            ]


class TestACampaign:
    def test_that_is_changed_is_told_with_what_was_and_is(self, api: Client, issue: Callable[..., str]) -> None:
        goals = [{"metric": "good_deeds", "target": 100}]
        change = {"state": "frozen", "goals": goals, "limits": {"people": 5}}

        before = api("GET", CAMPAIGN).json
        api("PATCH", CAMPAIGN, change, if_match="*")

        told = newest(api)
        assert (told["action"], told["target"], told["status"]) == ("campaign_changed", "2026", 200)
        assert told["changes"] == {
            "state": ["live", "frozen"],
            "goals": [[], [{"metric": "good_deeds", "target": 100, "original": 100}]],
            "limits": [{"people": before["limits"]["people"]}, {"people": 5}],
        }
        moderator = api.as_token(issue("moderate", campaign="2026"))
        assert newest(moderator)["changes"] == {**told["changes"], "limits": [None, None]}

    def test_that_is_changed_is_told_with_why_as_the_query_says_it(self, api: Client) -> None:
        changed = api("PATCH", f"{CAMPAIGN}?reason={quote('  жалған  есептер ')}", {"state": "frozen"}, if_match="*")

        assert (changed.status, newest(api)["reason"]) == (200, "жалған есептер")

    def test_is_not_changed_where_the_reason_is_none_that_may_be_shown(self, api: Client) -> None:
        refused = api("PATCH", f"{CAMPAIGN}?reason={quote('+7 701 123 45 67')}", {"state": "frozen"}, if_match="*")

        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/reason")
        assert api("GET", CAMPAIGN).json["state"] == "live"

    def test_that_is_made_is_told_so(self, api: Client) -> None:
        api("PUT", "/v1/campaigns/2030", {"names": NAMES, "state": "test"})

        told = newest(api, "/v1/campaigns/2030/trail")
        assert (told["action"], told["target"], told["status"]) == ("campaign_created", "2030", 201)
        assert "changes" not in told

    def test_that_is_so_already_is_told_as_not_changed(self, api: Client) -> None:
        for _ in range(2):
            api("PATCH", CAMPAIGN, {"state": "frozen"}, if_match="*")

        again, first = entries(api)
        assert (first["changes"], again["changes"]) == ({"state": ["live", "frozen"]}, {})
        assert again["status"] == 200

    def test_that_another_one_has_changed_meanwhile_is_looked_at_anew(
        self, api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        replace = services.registry.replace_campaign
        others = [Campaign(id="2026", names=NAMES, state="frozen")]

        def overtaken(current: Campaign | None, campaign: Campaign) -> Campaign:
            if others:
                services.registry.put_campaign(others.pop())
            return replace(current, campaign)

        monkeypatch.setattr(services.registry, "replace_campaign", overtaken)
        monkeypatch.setattr(
            services.registry, "put_campaign", lambda one: replace(services.registry.current_campaign(one.id), one)
        )
        reply = api("PATCH", CAMPAIGN, {"state": "ended"}, if_match="*")

        assert (reply.status, reply.json["state"]) == (200, "ended")
        assert [(one["changes"], one["status"]) for one in entries(api)] == [
            ({"state": ["frozen", "ended"]}, 200),
            ({"state": ["live", "ended"]}, 409),
        ]

    def test_that_others_keep_changing_is_not_changed(
        self, api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def overtaken(*_: object) -> Campaign:
            raise RegistryConflict("2026")

        monkeypatch.setattr(services.registry, "replace_campaign", overtaken)
        reply = api("PATCH", CAMPAIGN, {"state": "ended"}, if_match="*")

        assert problem(reply) == (409, "campaign-changed")
        assert [one["status"] for one in entries(api)] == [409] * intents.MAX_RACES


class TestReading:
    @pytest.fixture
    def times(self, api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """Five decisions, a minute between each: on names, then on an act; return their times."""
        act, now = recorded(api), services.now()
        times = [now + number * 60_000 for number in range(5)]
        for number, at in enumerate(times):
            monkeypatch.setattr(services, "now", lambda at=at: at)
            if number < 4:
                api("PUT", f"{CAMPAIGN}/names", {"state": ["hidden", "shown"][number % 2], "reason": "checked"})
            else:
                api("POST", f"/v1/participations/{act}/withdrawal", REASON)
        return times

    def test_comes_in_pages_the_newest_first(self, api: Client, times: list[int]) -> None:
        first = api("GET", f"{TRAIL}?limit=2").json
        second = api("GET", f"{TRAIL}?limit=2&cursor={first['next']}").json
        last = api("GET", f"{TRAIL}?limit=2&cursor={second['next']}").json

        told = [one["at"] for page in (first, second, last) for one in page["entries"]]
        assert told == [moment(at) for at in reversed(times)]
        assert last["next"] is None

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("action=act_withdrawn", [4]),
            ("action=all_names_decided&limit=1", [3]),
            ("by=unknown", []),
            ("from={2}", [4, 3, 2]),
            ("until={2}", [1, 0]),
            ("from={1}&until={4}&action=all_names_decided", [3, 2, 1]),
        ],
    )
    def test_is_narrowed(self, api: Client, times: list[int], query: str, numbers: list[int]) -> None:
        reply = api("GET", f"{TRAIL}?{query.format(*map(moment, times))}")

        assert [one["at"] for one in reply.json["entries"]] == [moment(times[number]) for number in numbers]

    @pytest.mark.parametrize(
        ("query", "status", "name"),
        [
            ("limit=0", 400, "limit-invalid"),
            ("cursor=x", 400, "cursor-invalid"),
            ("cursor=1780286400000.abc", 400, "cursor-invalid"),
            ("from=yesterday", 422, "fields-invalid"),
            ("action=sabotage", 422, "fields-invalid"),
        ],
    )
    def test_what_is_wrong_is_named(self, api: Client, query: str, status: int, name: str) -> None:
        assert problem(api("GET", f"{TRAIL}?{query}")) == (status, name)

    def test_a_token_of_one_campaign_sees_that_one_alone(self, api: Client, issue: Callable[..., str]) -> None:
        own = api.as_token(issue("moderate", campaign="2026"))
        api("PUT", "/v1/campaigns/2030", {"names": NAMES, "state": "test"})
        api("POST", "/v1/tokens", {"label": "a partner", "scopes": ["record"], "campaign": "*"})

        assert entries(own) == []
        for path in ("/v1/campaigns/2030/trail", OF_NONE):
            assert problem(own("GET", path)) == (403, "campaign-forbidden")
        assert problem(api("GET", "/v1/campaigns/2031/trail")) == (404, "campaign-not-found")
        assert api.as_token(issue("admin"))("GET", TRAIL).status == 403


class TestTokensThatAreKeptToActs:
    def test_one_of_a_region_sees_what_those_of_its_region_did(self, api: Client, services: bootstrap.Services) -> None:
        def regional(region: str) -> Client:
            return api.as_token(services.registry.issue_token(("moderate",), "2026", region=region, label=region))

        here, colleague, elsewhere = regional(HERE), regional(HERE), regional(ELSEWHERE)
        acts = {
            number: recorded(api, str(number), place={"region": region})
            for number, region in enumerate((HERE, HERE, ELSEWHERE, HERE))
        }
        for client, number in ((here, 0), (colleague, 1), (elsewhere, 2), (api, 3), (elsewhere, 1)):
            client("POST", f"/v1/participations/{acts[number]}/withdrawal", REASON)

        def seen(client: Client) -> list[tuple[str, int]]:
            return [(one["target"], one["status"]) for one in entries(client)]

        assert seen(here) == seen(colleague) == [(acts[1], 200), (acts[0], 200)]
        assert seen(elsewhere) == [(acts[1], 403), (acts[2], 200)]
        assert len(seen(api)) == 5
        assert {one["by"]["label"] for one in entries(here)} == {HERE}

    def test_one_of_the_sandbox_sees_what_it_did_itself(self, api: Client, services: bootstrap.Services) -> None:
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="test"))
        sandbox = api.as_token(services.registry.issue_token(("moderate",), "2026", sandbox=True))
        acts = [recorded(api, str(number)) for number in range(2)]
        for client, act in zip((sandbox, api), acts, strict=True):
            client("POST", f"/v1/participations/{act}/withdrawal", REASON)

        assert [one["target"] for one in entries(sandbox)] == [acts[0]]
        assert problem(sandbox("GET", f"{TRAIL}?by={id_of(api)}")) == (403, "sandbox-forbidden")
        assert len(entries(api)) == 2
