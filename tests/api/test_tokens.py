"""What admins do with tokens, and what tokens of one region and of the sandbox may."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.api.responses import moment
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tokens import DAY_MS, MAX_DAYS, SCOPES, USUAL_DAYS, Scope
from chalicelib.domain.vocabulary import CampaignState
from chalicelib.registry import HOLDS_AFTER_MS
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.storage import items, scanned
from tests.conftest import Tables

TOKENS = "/v1/tokens"
CAMPAIGN = "/v1/campaigns/2026"
ACTS = f"{CAMPAIGN}/participations"
REASON = {"reason": "checked"}
HERE, ELSEWHERE = "KZ-75", "KZ-71"


@pytest.fixture
def now(services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch) -> int:
    """The time, which stands still."""
    now = services.now()
    monkeypatch.setattr(services, "now", lambda: now)
    return now


def token_request(**members: object) -> dict[str, Any]:
    return {"label": "a partner", "scopes": ["record"], "campaign": "2026", **members}


def problem(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["type"].removeprefix("/problems/")


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in reply.json["errors"]]


def issued(api: Client, **members: object) -> Client:
    """Return a client with a token that was asked for over HTTP."""
    reply = api("POST", TOKENS, token_request(**members))
    assert reply.status == 201, reply.json
    return api.as_token(reply.json["token"])


class TestIssuing:
    def test_a_token_is_told_once_and_only_its_hash_is_kept(self, api: Client, tables: Tables, now: int) -> None:
        reply = api("POST", TOKENS, token_request(scopes=["read", "record", "read"]))
        listed = api("GET", TOKENS)

        text = reply.json["token"]
        assert (reply.status, reply.headers["cache-control"]) == (201, "no-store")
        assert reply.json == {
            "id": text.split("_")[1],
            "label": "a partner",
            "scopes": ["record", "read"],
            "campaign": "2026",
            "region": None,
            "sandbox": False,
            "names": "shown",
            "created_at": moment(now),
            "expires_at": moment(now + USUAL_DAYS * DAY_MS),
            "used_at": None,
            "revoked_at": None,
            "token": text,
        }
        assert {name: value for name, value in reply.json.items() if name != "token"} in listed.json["tokens"]
        secret = text.split("_", 2)[2]
        assert secret not in str(scanned(tables))
        assert secret.encode() not in listed.body
        assert b"hash" not in listed.body
        assert api.as_token(text)("POST", ACTS, participation(), idempotency_key="k").status == 201

    def test_it_ends_by_itself_but_not_before_the_campaign(
        self, api: Client, services: bootstrap.Services, now: int
    ) -> None:
        def expiry(days: float) -> str:
            closes = moment(now + round(days * DAY_MS))
            services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="live", closes=closes))
            return str(api("POST", TOKENS, token_request()).json["expires_at"])

        assert expiry(USUAL_DAYS - 1) == moment(now + USUAL_DAYS * DAY_MS)
        assert expiry(USUAL_DAYS + 1) == moment(now + (USUAL_DAYS + 1) * DAY_MS)
        assert expiry(MAX_DAYS + 1) == moment(now + MAX_DAYS * DAY_MS)
        assert api("POST", TOKENS, token_request(campaign="*")).json["expires_at"] == moment(now + USUAL_DAYS * DAY_MS)

    def test_how_long_it_is_valid_may_be_said(self, api: Client, now: int) -> None:
        tomorrow = moment(now + DAY_MS)

        assert api("POST", TOKENS, token_request(expires_at=tomorrow)).json["expires_at"] == tomorrow
        assert api("POST", TOKENS, token_request(expires_at="never")).json["expires_at"] is None

    @pytest.mark.parametrize(
        ("members", "pointer", "code"),
        [
            ({"scopes": []}, "#/scopes", "scopes"),
            ({"scopes": ["write"]}, "#/scopes", "scopes"),
            ({"scopes": "record"}, "#/scopes", "scopes"),
            ({"label": " "}, "#/label", "line"),
            ({"campaign": "All"}, "#/campaign", "token_campaign"),
            ({"campaign": "2031"}, "#/campaign", "campaign_unknown"),
            ({"region": "KZ-99"}, "#/region", "region"),
            ({"sandbox": "yes"}, "#/sandbox", "yes_or_no"),
            ({"names": "always"}, "#/names", "choice"),
            ({"expires_at": None}, "#/expires_at", "expiry"),
            ({"expires_at": "soon"}, "#/expires_at", "expiry"),
            ({"expires_at": "2026-01-01T00:00:00Z"}, "#/expires_at", "expiry"),
            ({"expires_at": "9999-12-31T23:59:59-23:59"}, "#/expires_at", "expiry"),
            ({"scopes": ["record", "erase"], "region": HERE}, "#/scopes", "scopes_over_acts"),
            ({"scopes": ["admin"], "sandbox": True}, "#/scopes", "scopes_over_acts"),
            ({"secret": "mine"}, "#/secret", "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_named_and_no_token_is_made(
        self, api: Client, tables: Tables, members: dict[str, object], pointer: str, code: str
    ) -> None:
        before = scanned(tables)

        reply = api("POST", TOKENS, token_request(**members))

        assert problem(reply) == (422, "fields-invalid")
        assert faults(reply) == [(pointer, code)]
        assert scanned(tables) == before

    def test_an_admin_of_one_campaign_issues_tokens_for_it_alone(
        self, api: Client, issue: Callable[..., str], services: bootstrap.Services
    ) -> None:
        services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="test"))
        admin = api.as_token(issue("admin", "record", campaign="2026"))

        assert admin("POST", TOKENS, token_request()).status == 201
        for campaign in ("2030", "*", "2031"):
            assert problem(admin("POST", TOKENS, token_request(campaign=campaign))) == (403, "campaign-forbidden")

    @pytest.mark.parametrize("scope", ["read", "moderate", "erase", "access"])
    def test_nobody_gives_a_scope_that_they_do_not_have(
        self, api: Client, issue: Callable[..., str], tables: Tables, scope: str
    ) -> None:
        admin = api.as_token(issue("admin", "record", campaign="2026"))
        before = scanned(tables)

        reply = admin("POST", TOKENS, token_request(scopes=["record", scope]))

        assert problem(reply) == (403, "scope-missing")
        assert scanned(tables) == before

    def test_no_admin_outlives_the_one_that_let_it_in(self, api: Client, issue: Callable[..., str], now: int) -> None:
        ends = now + DAY_MS
        admin = api.as_token(issue("admin", "record", expires_at=ends))

        by_default = admin("POST", TOKENS, token_request(scopes=["admin"]))
        longer = [
            admin("POST", TOKENS, token_request(scopes=["admin"], expires_at=expiry))
            for expiry in ("never", moment(ends + 1))
        ]
        partner = admin("POST", TOKENS, token_request(expires_at="never"))

        assert by_default.json["expires_at"] == moment(ends)
        assert [faults(reply) for reply in longer] == [[("#/expires_at", "expiry_past_own")]] * 2
        assert (partner.status, partner.json["expires_at"]) == (201, None)


class TestListingAndRevoking:
    def test_an_admin_of_one_campaign_sees_its_tokens_alone(self, api: Client, issue: Callable[..., str]) -> None:
        own = issue("admin", campaign="2026")
        partner = issue("record", campaign="2026")
        issue("record", campaign="2030")

        seen = {token["id"] for token in api.as_token(own)("GET", TOKENS).json["tokens"]}

        assert seen == {text.split("_")[1] for text in (own, partner)}
        assert len(api("GET", TOKENS).json["tokens"]) == 4

    def test_a_revoked_token_is_invalid_and_what_it_did_is_known_by_its_label(
        self, api: Client, services: bootstrap.Services, now: int
    ) -> None:
        partner = api("POST", TOKENS, token_request()).json
        client = api.as_token(partner["token"])
        client("POST", ACTS, participation(), idempotency_key="k")

        reply = api("DELETE", f"{TOKENS}/{partner['id']}")

        assert (reply.status, reply.body, reply.headers["holds-from"]) == (204, b"", moment(now + HOLDS_AFTER_MS))
        assert problem(client("POST", ACTS, participation(), idempotency_key="l")) == (401, "token-invalid")
        (revoked,) = (token for token in api("GET", TOKENS).json["tokens"] if token["id"] == partner["id"])
        assert (revoked["label"], revoked["revoked_at"]) == ("a partner", moment(now))

    def test_revoking_again_changes_nothing(
        self, api: Client, services: bootstrap.Services, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        partner = api("POST", TOKENS, token_request()).json
        api("DELETE", f"{TOKENS}/{partner['id']}")
        before = scanned(tables)
        later = services.now() + 1_000
        monkeypatch.setattr(services, "now", lambda: later)

        assert api("DELETE", f"{TOKENS}/{partner['id']}").status == 204
        assert scanned(tables) == before

    def test_tokens_of_others_are_not_there(self, api: Client, issue: Callable[..., str], tables: Tables) -> None:
        admin = api.as_token(issue("admin", campaign="2026"))
        others = [issue("record", campaign="2030").split("_")[1], issue("record").split("_")[1]]
        before = scanned(tables)

        for token_id in (*others, "unknown", "a%2Fb", "a" * 65, "*"):
            assert problem(admin("DELETE", f"{TOKENS}/{token_id}")) == (404, "token-not-found")
        assert scanned(tables) == before

    def test_a_token_may_revoke_itself(self, api: Client, issue: Callable[..., str]) -> None:
        text = issue("admin", campaign="2026")
        admin = api.as_token(text)

        assert admin("DELETE", f"{TOKENS}/{text.split('_')[1]}").status == 204
        assert problem(admin("GET", TOKENS)) == (401, "token-invalid")


class TestItsOwn:
    @pytest.mark.parametrize("scope", SCOPES)
    def test_every_token_is_told_what_it_is_as_the_list_tells_it(
        self, api: Client, issue: Callable[..., str], scope: Scope
    ) -> None:
        text = issue(scope, campaign="2026")

        reply = api.as_token(text)("GET", f"{TOKENS}/self")

        (listed,) = (one for one in api("GET", TOKENS).json["tokens"] if one["id"] == text.split("_")[1])
        assert (reply.status, reply.json, reply.headers["cache-control"]) == (200, listed, "no-store")
        assert (reply.json["scopes"], reply.json["campaign"]) == ([scope], "2026")

    @pytest.mark.parametrize(("kept_to", "value"), [("region", HERE), ("sandbox", True)])
    def test_what_is_kept_to_acts_is_told_so(self, api: Client, kept_to: str, value: object) -> None:
        reply = issued(api, scopes=["read"], **{kept_to: value})("GET", f"{TOKENS}/self")

        assert (reply.status, reply.json[kept_to]) == (200, value)

    def test_who_has_no_valid_token_is_told_nothing(self, api: Client, issue: Callable[..., str], now: int) -> None:
        over = api.as_token(issue("read", expires_at=now))

        assert problem(api.as_token(None)("GET", f"{TOKENS}/self")) == (401, "token-missing")
        assert problem(over("GET", f"{TOKENS}/self")) == (401, "token-invalid")

    def test_its_use_is_noted(
        self, api: Client, issue: Callable[..., str], uses_of_tokens: list[tuple[str, int]], now: int
    ) -> None:
        text = issue("read")

        api.as_token(text)("GET", f"{TOKENS}/self")

        assert uses_of_tokens == [(text.split("_")[1], now)]


class TestATokenOfOneRegion:
    @pytest.fixture
    def regional(self, api: Client) -> Client:
        return issued(api, scopes=["record", "read", "moderate"], region=HERE)

    def test_records_acts_of_its_region_alone(self, api: Client, regional: Client, tables: Tables) -> None:
        assert regional("POST", ACTS, participation(), idempotency_key="k").status == 201
        before = scanned(tables)

        for place in ({"region": ELSEWHERE}, {"country": "DE"}):
            reply = regional("POST", ACTS, participation(place=place), idempotency_key="l")
            assert problem(reply) == (403, "region-forbidden")
        entries = [{**participation(place={"region": region}), "idempotency_key": region} for region in (ELSEWHERE,)]
        (result,) = regional("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]
        assert result["problem"]["type"] == "/problems/region-forbidden"
        assert scanned(tables) == before

    def test_is_given_by_an_old_code_too(self, api: Client) -> None:
        assert api("POST", TOKENS, token_request(region="KZ-ALA")).json["region"] == HERE

    def test_reads_and_moderates_acts_of_its_region_alone(self, api: Client, regional: Client, tables: Tables) -> None:
        act = api("POST", ACTS, participation(place={"region": ELSEWHERE}, people=5_000), idempotency_key="k").json[
            "id"
        ]
        before = scanned(tables)

        replies = [
            regional("GET", f"/v1/participations/{act}"),
            *(
                regional("POST", f"/v1/participations/{act}/{decision}", {**REASON, **more})
                for decision, more in (
                    ("approval", {}),
                    ("rejection", {}),
                    ("withdrawal", {}),
                    ("correction", {"people": 2}),
                    ("correction", {"place": {"region": HERE}}),
                )
            ),
        ]

        assert {problem(reply) for reply in replies} == {(403, "region-forbidden")}
        assert scanned(tables) == before

    def test_corrects_no_act_out_of_its_region(self, api: Client, regional: Client, tables: Tables) -> None:
        act = regional("POST", ACTS, participation(), idempotency_key="k").json["id"]
        path = f"/v1/participations/{act}/correction"
        before = scanned(tables)

        out = regional("POST", path, {**REASON, "people": 3, "place": {"region": ELSEWHERE}})
        abroad = regional("POST", path, {**REASON, "place": {"country": "DE"}})

        assert problem(out) == problem(abroad) == (403, "region-forbidden")
        assert scanned(tables) == before
        assert regional("POST", path, {**REASON, "people": 3}).json["people"] == 3

    def test_loses_an_act_that_is_corrected_out_of_its_region(self, api: Client, regional: Client) -> None:
        act = regional("POST", ACTS, participation(), idempotency_key="k").json["id"]
        api("POST", f"/v1/participations/{act}/correction", {**REASON, "place": {"region": ELSEWHERE}})

        assert problem(regional("GET", f"/v1/participations/{act}")) == (403, "region-forbidden")
        assert problem(regional("POST", f"/v1/participations/{act}/withdrawal", REASON)) == (403, "region-forbidden")

    def test_sees_of_what_waits_its_region_alone(
        self, api: Client, regional: Client, project: Callable[[], None]
    ) -> None:
        ids = {
            region: api(
                "POST", ACTS, participation(place={"region": region}, people=5_000), idempotency_key=region
            ).json
            for region in (HERE, ELSEWHERE)
        }
        project()

        seen = regional("GET", f"{CAMPAIGN}/review").json["participations"]

        assert [act["id"] for act in seen] == [ids[HERE]["id"]]
        assert regional("POST", f"/v1/participations/{ids[HERE]['id']}/approval", REASON).status == 200

    def test_lists_and_decides_on_many_acts_of_its_region_alone(
        self, api: Client, regional: Client, project: Callable[[], None]
    ) -> None:
        here, elsewhere = (
            api("POST", ACTS, participation(place={"region": region}), idempotency_key=region).json["id"]
            for region in (HERE, ELSEWHERE)
        )
        project()
        ids = {"reason": "a flood", "ids": [here, elsewhere]}

        listed = regional("GET", f"{CAMPAIGN}/acts").json["acts"]
        asked = regional("GET", f"{CAMPAIGN}/acts?place={ELSEWHERE}")
        tried = regional("POST", f"{CAMPAIGN}/acts/withdrawals", {**ids, "dry_run": True})
        done = regional("POST", f"{CAMPAIGN}/acts/withdrawals", ids)

        assert [act["id"] for act in listed] == [here]
        assert problem(asked) == (403, "region-forbidden")
        assert b"KZ-71" not in tried.body + done.body
        assert (tried.status, done.status) == (200, 200)
        assert api("GET", f"/v1/participations/{here}").json["status"] == "withdrawn"
        assert api("GET", f"/v1/participations/{elsewhere}").json["status"] == "counted"
        for answer in (tried.json, done.json):
            assert answer["refusals"] == [{"id": elsewhere, "problem": "region-forbidden"}]
            assert answer["change"]["participations"] == -1


class TestASandboxToken:
    @pytest.fixture
    def sandbox(self, api: Client) -> Client:
        return issued(api, scopes=["record", "read", "moderate"], sandbox=True)

    def test_is_known_by_its_text(self, sandbox: Client) -> None:
        assert str(sandbox.token).startswith("qy_sandbox")

    def test_is_answered_as_any_other_and_records_nothing(self, api: Client, sandbox: Client, tables: Tables) -> None:
        before = scanned(tables)

        counted = sandbox("POST", ACTS, participation(), idempotency_key="k")
        waiting = sandbox("POST", ACTS, participation(people=5_000), idempotency_key="l")
        wrong = sandbox("POST", ACTS, participation(people=0), idempotency_key="m")
        without_key = sandbox("POST", ACTS, participation())
        entries = [{**participation(), "idempotency_key": "n"}, {**participation(hours=-1), "idempotency_key": "o"}]
        batch = sandbox("POST", f"{ACTS}/batch", {"participations": entries})

        assert (counted.status, counted.json["status"], counted.json["repeated"]) == (201, "counted", False)
        assert (waiting.status, waiting.json["status"]) == (201, "in_review")
        assert problem(wrong) == (422, "fields-invalid")
        assert problem(without_key) == (400, "idempotency-key-missing")
        assert [result["status"] for result in batch.json["results"]] == [201, 422]
        assert {reply.headers["sandbox"] for reply in (counted, waiting, wrong, batch)} == {"true"}
        assert scanned(tables) == before

    def test_of_another_nothing_is_said(self, api: Client) -> None:
        assert "sandbox" not in api("POST", ACTS, participation(), idempotency_key="k").headers

    @pytest.mark.parametrize("state", ["frozen", "ended"])
    def test_is_refused_as_any_other(self, sandbox: Client, services: bootstrap.Services, state: CampaignState) -> None:
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state=state))

        reply = sandbox("POST", ACTS, participation(), idempotency_key="k")

        assert problem(reply) == (409, f"campaign-{state}")

    def test_reads_and_moderates_nothing_that_counts(self, api: Client, sandbox: Client, tables: Tables) -> None:
        act = api("POST", ACTS, participation(), idempotency_key="k").json["id"]
        before = scanned(tables)

        replies = [
            sandbox("GET", f"/v1/participations/{act}"),
            sandbox("POST", f"/v1/participations/{act}/withdrawal", REASON),
            sandbox("POST", f"/v1/participations/{act}/correction", {**REASON, "people": 2}),
            sandbox("GET", f"{CAMPAIGN}/review"),
            sandbox("GET", f"{CAMPAIGN}/submissions"),
        ]

        assert {problem(reply) for reply in replies} == {(403, "sandbox-forbidden")}
        assert scanned(tables) == before

    def test_does_all_that_others_do_in_rehearsals(
        self, api: Client, sandbox: Client, services: bootstrap.Services
    ) -> None:
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="test"))

        made = sandbox("POST", ACTS, participation(), idempotency_key="k")
        repeated = sandbox("POST", ACTS, participation(), idempotency_key="k")
        reused = sandbox("POST", ACTS, participation(people=2), idempotency_key="k")
        path = f"/v1/participations/{made.json['id']}"

        assert (made.status, repeated.status, problem(reused)) == (201, 200, (422, "idempotency-key-reused"))
        assert sandbox("GET", path).json["status"] == "counted"
        assert sandbox("POST", f"{path}/withdrawal", REASON).json["status"] == "withdrawn"

    def test_sees_nothing_of_rehearsals_once_the_campaign_is_live(
        self, api: Client, sandbox: Client, services: bootstrap.Services
    ) -> None:
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="test"))
        path = sandbox("POST", ACTS, participation(), idempotency_key="k").headers["location"]
        services.registry.put_campaign(Campaign(id="2026", names=NAMES, state="live"))

        assert problem(sandbox("GET", path)) == (403, "sandbox-forbidden")


@pytest.mark.parametrize(
    ("kept_to", "name"), [({"region": HERE}, "region-forbidden"), ({"sandbox": True}, "sandbox-forbidden")]
)
@pytest.mark.parametrize("state", ["test", "live"])
def test_what_is_kept_to_acts_is_let_in_nowhere_else_whatever_its_scopes_are(
    api: Client, services: bootstrap.Services, state: CampaignState, kept_to: dict[str, Any], name: str
) -> None:
    services.registry.put_campaign(Campaign(id="2026", names=NAMES, state=state))
    client = api.as_token(services.registry.issue_token(SCOPES, "2026", **kept_to))
    person = {"participant": {"phone": "87011234567"}}

    replies = [
        client("POST", f"{CAMPAIGN}/erasures", person),
        client("POST", f"{CAMPAIGN}/consent-withdrawals", person),
        client("POST", f"{CAMPAIGN}/subject-access", person),
        client("GET", CAMPAIGN),
        client("PATCH", CAMPAIGN, {"state": "ended"}, if_match="*"),
        client("GET", f"{CAMPAIGN}/names"),
        client("GET", TOKENS),
        client("POST", TOKENS, token_request()),
        client("GET", "/v1/forms"),
        client("GET", "/v1/parked"),
    ]

    assert [problem(reply) for reply in replies] == [(403, name)] * len(replies)


def test_the_use_of_a_token_is_noted_where_it_is_let_in(
    api: Client, issue: Callable[..., str], uses_of_tokens: list[tuple[str, int]], now: int
) -> None:
    reader = issue("read", campaign="2030")
    uses_of_tokens.clear()

    api.as_token(reader)("GET", TOKENS)
    api.as_token(f"{reader}x")("GET", "/v1/participations/x")
    assert uses_of_tokens == []

    api.as_token(reader)("GET", "/v1/participations/x")
    assert uses_of_tokens == [(reader.split("_")[1], now)]


def test_the_list_tells_when_a_token_was_used(api: Client, services: bootstrap.Services, now: int) -> None:
    partner = api("POST", TOKENS, token_request()).json
    services.registry.note_use(partner["id"], now)

    (found,) = (token for token in api("GET", TOKENS).json["tokens"] if token["id"] == partner["id"])

    assert found["used_at"] == moment(now)


def test_a_token_of_before_is_listed_with_what_is_known_of_it(
    api: Client, issue: Callable[..., str], tables: Tables
) -> None:
    issue("record", campaign="2026")
    stored = [
        msgspec.json.decode(item["data"]["S"])
        for item in items(tables, "RegistryTable")
        if "token" in str(item["kind"])
    ]

    assert {"label", "created_at", "region"}.isdisjoint({name for token in stored for name in token})
    assert [token["label"] for token in api("GET", TOKENS).json["tokens"]] == [None, None]
