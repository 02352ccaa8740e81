"""What admins read and change of a campaign while it is on air: nothing is lost that they have not seen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.api.preconditions import check_match
from chalicelib.api.problems import Problem
from chalicelib.api.responses import CampaignResponse, moment
from chalicelib.domain.campaign import Campaign
from chalicelib.intake.requests import CampaignRequest
from chalicelib.registry import HOLDS_AFTER_MS, RegistryConflict
from tests.api.conftest import NAMES, Client, Reply, participation
from tests.api.storage import scanned
from tests.conftest import Tables

CAMPAIGN = "/v1/campaigns/2026"
ACTS = f"{CAMPAIGN}/participations"
MILESTONE = {"id": "m", "metric": "people", "at": 5, "title": NAMES}
FULL: dict[str, Any] = {
    "names": NAMES,
    "state": "live",
    "opens": "2026-06-01T09:00:00+05:00",
    "closes": "2126-06-01T00:00:00Z",
    "goals": [{"metric": "people", "target": 5}],
    "milestones": [MILESTONE],
    "links": [{"url": "https://example.kz", "title": NAMES}],
    "limits": {"people": 7, "amount": {"KZT": 5, "USD": 6}},
}


@pytest.fixture
def tag(api: Client) -> str:
    """The tag of the campaign once it has something of everything."""
    reply = api("PUT", CAMPAIGN, FULL, if_match="*")
    assert reply.status == 200
    return reply.headers["etag"]


def patch(api: Client, change: object, if_match: str | None, content_type: str = "application/json") -> Reply:
    return api("PATCH", CAMPAIGN, change, if_match=if_match, content_type=content_type)


def problem(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["type"].removeprefix("/problems/")


def test_an_admin_reads_the_whole_of_a_campaign_with_its_tag(api: Client, tag: str) -> None:
    reply = api("GET", CAMPAIGN)

    assert (reply.status, reply.headers["etag"], reply.headers["cache-control"]) == (200, tag, "no-store")
    assert reply.json.items() >= {"id": "2026", "opens": FULL["opens"], "milestones": [MILESTONE]}.items()
    assert reply.json["limits"].items() >= FULL["limits"].items()
    assert reply.json["goals"] == [{"metric": "people", "target": 5, "original": 5}]


def test_a_campaign_is_read_as_it_is_now(api: Client, services: bootstrap.Services) -> None:
    api("GET", CAMPAIGN)
    elsewhere = bootstrap.bootstrap()
    elsewhere.registry.put_campaign(Campaign(id="2026", names=NAMES, state="frozen"))

    assert api("GET", CAMPAIGN).json["state"] == "frozen"


def test_a_campaign_that_is_not_there_is_not_found(api: Client) -> None:
    for target in ("/v1/campaigns/2031", "/v1/campaigns/Nowhere"):
        assert problem(api("GET", target)) == (404, "campaign-not-found")
        assert problem(api("PATCH", target, {}, if_match="*")) == (404, "campaign-not-found")


def test_what_is_told_of_a_campaign_is_what_may_be_asked_for() -> None:
    def members(shape: type[msgspec.Struct]) -> set[str]:
        return {field.encode_name for field in msgspec.structs.fields(shape)}

    assert members(CampaignResponse) == members(CampaignRequest)


def test_what_get_gives_put_takes(api: Client, services: bootstrap.Services, tag: str) -> None:
    told = api("GET", CAMPAIGN)

    again = api("PUT", CAMPAIGN, told.json, if_match=tag)
    closed = api("PUT", CAMPAIGN, {**told.json, "state": "frozen"}, if_match=tag)

    assert (again.status, again.json, again.headers["etag"]) == (200, told.json, tag)
    assert (closed.status, closed.json) == (200, {**told.json, "state": "frozen"})


def test_what_is_left_out_stays(api: Client, tag: str) -> None:
    told = api("GET", CAMPAIGN).json

    reply = patch(api, {"state": "frozen"}, tag)

    assert (reply.status, reply.json) == (200, {**told, "state": "frozen"})
    assert reply.headers["etag"] == api("GET", CAMPAIGN).headers["etag"] != tag


def test_when_viewers_ask_again_is_raised_on_air_and_given_back(api: Client, tag: str) -> None:
    raised = patch(api, {"poll_seconds": 30}, tag)
    assert (raised.status, raised.json["poll_seconds"], raised.json["state"]) == (200, 30, "live")
    assert patch(api, {"poll_seconds": 601}, "*").json["errors"][0]["pointer"] == "#/poll_seconds"

    assert patch(api, {"poll_seconds": None}, raised.headers["etag"]).json["poll_seconds"] is None


def test_of_limits_too_what_is_left_out_stays(api: Client, tag: str) -> None:
    told = api("GET", CAMPAIGN).json["limits"]

    reply = patch(api, {"limits": {"hours": 3, "amount": {"USD": None, "EUR": 1}}}, tag)

    assert reply.json["limits"] == {**told, "hours": 3, "amount": {"KZT": 5, "EUR": 1}}


def test_what_is_null_takes_its_default(api: Client, tag: str) -> None:
    reply = patch(api, {"closes": None, "limits": None, "milestones": None}, tag)

    assert (reply.json["closes"], reply.json["milestones"], reply.json["opens"]) == (None, [], FULL["opens"])
    assert reply.json["limits"]["people"] == 1_000


def test_lists_are_replaced_whole_and_the_first_target_stays_known(api: Client, tag: str) -> None:
    reply = patch(api, {"goals": [{"metric": "people", "target": 9}, {"metric": "hours", "target": 1}]}, tag)

    assert reply.json["goals"] == [
        {"metric": "people", "target": 9, "original": 5},
        {"metric": "hours", "target": 1, "original": 1},
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"stat": "frozen"}, "#/stat", "unknown_field"),
        ({"stat": None}, "#/stat", "unknown_field"),
        ({"changes": 1}, "#/changes", "unknown_field"),
        ({"generation": 2}, "#/generation", "unknown_field"),
        ({"state": None}, "#/state", "required"),
        ({"state": "open"}, "#/state", "choice"),
        ({"names": {"kk": None}}, "#/names/kk", "required"),
        ({"names": {"de": "M"}}, "#/names/de", "unknown_field"),
        ({"limits": {"foo": None}}, "#/limits/foo", "unknown_field"),
        ({"limits": {"person": {"foo": None}}}, "#/limits/person/foo", "unknown_field"),
        ({"id": "2030"}, "#/id", "choice"),
        ({"closes": "2026-01-01T00:00:00Z"}, "#/closes", "closes_before_opens"),
        ({"limits": {"people": 0}}, "#/limits/people", "people"),
        ([], "#", "object"),
        ("frozen", "#", "object"),
        (None, "#", "object"),
    ],
)
def test_a_change_with_faults_names_them_and_changes_nothing(
    api: Client, tables: Tables, tag: str, change: object, pointer: str, code: str
) -> None:
    before = scanned(tables)

    reply = api("PATCH", CAMPAIGN, body=msgspec.json.encode(change), if_match=tag)

    assert problem(reply) == (422, "fields-invalid")
    assert [(fault["pointer"], fault["code"]) for fault in reply.json["errors"]] == [(pointer, code)]
    assert scanned(tables) == before


@pytest.mark.parametrize(
    "content_type", ["application/merge-patch+json", "application/json", "Application/Merge-Patch+JSON; charset=utf-8"]
)
def test_a_change_is_a_merge_patch_by_either_name(api: Client, tag: str, content_type: str) -> None:
    assert patch(api, {"state": "frozen"}, tag, content_type=content_type).status == 200


def test_other_patches_are_not_supported(api: Client, tag: str) -> None:
    operations = [{"op": "replace", "path": "/state", "value": "frozen"}]

    reply = patch(api, operations, tag, content_type="application/json-patch+json")
    put = api("PUT", CAMPAIGN, FULL, if_match=tag, content_type="application/merge-patch+json")

    assert problem(reply) == problem(put) == (415, "media-type-unsupported")


def test_who_does_not_say_what_is_changed_is_asked_to(api: Client, tables: Tables, tag: str) -> None:
    before = scanned(tables)

    replies = [
        patch(api, {"state": "frozen"}, None),
        patch(api, {}, None),
        api("PUT", CAMPAIGN, {**FULL, "state": "frozen"}),
    ]

    assert [problem(reply) for reply in replies] == [(428, "precondition-required")] * 3
    assert scanned(tables) == before


def test_nobody_changes_what_they_have_not_seen(api: Client, tables: Tables, tag: str) -> None:
    newest = patch(api, {"links": []}, tag).headers["etag"]
    of_another = api("PUT", "/v1/campaigns/2030", FULL).headers["etag"]
    before = scanned(tables)

    for old in (tag, of_another, f"W/{newest}", newest.strip('"'), newest + "x", '""', "", f"{tag}, {of_another}"):
        assert problem(patch(api, {"state": "frozen"}, old)) == (412, "precondition-failed"), old
        assert problem(api("PUT", CAMPAIGN, request_of(api, state="frozen"), if_match=old)) == (
            412,
            "precondition-failed",
        )
    assert scanned(tables) == before
    assert patch(api, {"state": "frozen"}, f'{tag} , {newest},W/"x"').status == 200


def request_of(api: Client, **members: object) -> dict[str, Any]:
    return {**api("GET", CAMPAIGN).json, **members}


def test_in_haste_whatever_is_there_is_changed(api: Client, tag: str) -> None:
    reply = patch(api, {"state": "frozen"}, "*")

    assert (reply.status, reply.json["state"], reply.json["opens"]) == (200, "frozen", FULL["opens"])


def test_the_same_change_sent_again_changes_nothing(api: Client, tables: Tables, tag: str) -> None:
    first = patch(api, {"state": "frozen"}, tag)
    before = scanned(tables)

    again = [
        patch(api, {"state": "frozen"}, tag),
        patch(api, {"state": "frozen"}, "*"),
        patch(api, {}, first.headers["etag"]),
        api("PUT", CAMPAIGN, first.json, if_match=tag),
        api("PUT", CAMPAIGN, first.json),
    ]

    for reply in again:
        assert (reply.status, reply.json, reply.headers["etag"]) == (200, first.json, first.headers["etag"])
    assert scanned(tables) == before


def test_a_campaign_is_created_by_who_expects_none(api: Client) -> None:
    target = "/v1/campaigns/2030"

    assert problem(api("PUT", target, FULL, if_match="*")) == (412, "precondition-failed")
    assert problem(api("PUT", target, FULL, if_match='"2030.0"')) == (412, "precondition-failed")
    created = api("PUT", target, FULL, if_none_match="*")
    assert (created.status, created.headers["etag"]) == (201, '"2030.0"')
    assert api("PUT", target, FULL).status == 200
    assert problem(api("PUT", target, FULL, if_none_match="*")) == (412, "precondition-failed")
    assert problem(api("PUT", target, FULL, if_none_match='W/"2030.0"')) == (412, "precondition-failed")


def test_of_two_admins_at_once_one_is_told_that_they_have_not_seen_it_all(
    api: Client, services: bootstrap.Services, tag: str
) -> None:
    changes = services.registry.campaigns()[0].changes
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda people: patch(api, {"limits": {"people": people}}, tag), range(100, 116)))

    (made,) = [reply for reply in replies if reply.status == 200]
    assert {problem(reply) for reply in replies if reply is not made} == {(412, "precondition-failed")}
    assert api("GET", CAMPAIGN).json == made.json
    assert services.registry.campaigns()[0].changes == changes + 1


def test_whoever_changes_whatever_is_there_loses_nothing_of_others(api: Client, tag: str) -> None:
    changes: list[dict[str, Any]] = [{"opens": None}, {"closes": None}, {"links": []}, {"milestones": []}]
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda change: patch(api, change, "*"), changes))

    assert [reply.status for reply in replies] == [200] * 4
    assert (
        api("GET", CAMPAIGN).json.items() >= {key: value for change in changes for key, value in change.items()}.items()
    )


def test_a_change_that_always_comes_too_late_is_a_conflict(
    api: Client, services: bootstrap.Services, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_is_quicker(*_: object) -> Campaign:
        raise RegistryConflict("2026")

    monkeypatch.setattr(services.registry, "replace_campaign", somebody_is_quicker)

    assert problem(patch(api, {"state": "frozen"}, "*")) == (409, "campaign-changed")


def test_a_change_says_from_when_on_it_holds_everywhere(
    api: Client, services: bootstrap.Services, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = services.now()
    monkeypatch.setattr(services, "now", lambda: now)

    replies = [patch(api, {"state": "frozen"}, tag), api("PUT", CAMPAIGN, request_of(api))]

    assert [reply.headers["holds-from"] for reply in replies] == [moment(now + HOLDS_AFTER_MS)] * 2
    assert "holds-from" not in api("GET", CAMPAIGN).headers


def test_a_freeze_holds_in_a_warm_process_by_then(
    api: Client, services: bootstrap.Services, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    warm = bootstrap.bootstrap(monotonic=lambda: clock[0])
    monkeypatch.setattr(services, "registry", warm.registry)
    patch(api, {"opens": None}, tag)
    elsewhere = bootstrap.bootstrap().registry
    elsewhere.put_campaign(msgspec.structs.replace(elsewhere.campaigns()[0], state="frozen"))

    clock[0] += 4.9
    before = api("POST", ACTS, participation(), idempotency_key="k")
    clock[0] += HOLDS_AFTER_MS / 1000 - 4.9
    after = api("POST", ACTS, participation(), idempotency_key="l")

    assert (before.status, problem(after)) == (201, (409, "campaign-frozen"))


def test_a_batch_that_takes_long_is_cut_short_by_a_freeze(
    api: Client, services: bootstrap.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    warm = bootstrap.bootstrap(monotonic=lambda: clock[0])
    monkeypatch.setattr(services, "registry", warm.registry)
    record = services.participations.record

    def slow_record(campaign: Campaign, submission: Any) -> Any:
        recorded = record(campaign, submission)
        bootstrap.bootstrap().registry.put_campaign(msgspec.structs.replace(campaign, state="frozen"))
        clock[0] += HOLDS_AFTER_MS / 1000
        return recorded

    monkeypatch.setattr(services.participations, "record", slow_record)
    entries = [{**participation(), "idempotency_key": key} for key in "kl"]

    results = api("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]

    assert [result["status"] for result in results] == [201, 409]


@pytest.mark.parametrize(
    ("times", "name"),
    [
        ({"opens": "2099-06-01T00:00:00Z"}, "campaign-not-open"),
        ({"opens": None, "closes": "2020-06-01T00:00:00Z"}, "campaign-closed"),
    ],
)
def test_a_live_campaign_takes_nothing_outside_of_its_times(
    api: Client, tables: Tables, times: dict[str, str | None], name: str
) -> None:
    first = api("POST", ACTS, participation(), idempotency_key="k")
    patch(api, times, "*")
    before = scanned(tables)

    repeated = api("POST", ACTS, participation(), idempotency_key="k")
    refused = api("POST", ACTS, participation(), idempotency_key="l")

    assert (repeated.status, repeated.json["id"]) == (200, first.json["id"])
    assert problem(refused) == (409, name)
    assert scanned(tables) == before


def test_limits_are_for_admins_alone(api: Client, issue: Any, tag: str) -> None:
    others = api.as_token(issue("record", "read", "moderate", "erase", "access"))

    assert problem(others("GET", CAMPAIGN)) == (403, "scope-missing")
    assert problem(api.as_token(None)("GET", CAMPAIGN)) == (401, "token-missing")
    assert problem(api.as_token(issue("admin", campaign="2030"))("GET", CAMPAIGN)) == (403, "campaign-forbidden")
    assert b"limits" not in api.as_token(None)("GET", "/v1/campaigns").body


def test_a_condition_that_is_missing_or_of_another_state_is_no_match() -> None:
    with pytest.raises(Problem, match="precondition-required"):
        check_match(None, '"a"')
    with pytest.raises(Problem, match="precondition-failed"):
        check_match('"b"', '"a"')
    check_match(' "b" ,\t"a"', '"a"')
