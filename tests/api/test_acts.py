"""What moderators see: every act, and what waits for them."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.api import acts, paging
from chalicelib.aws import clients
from chalicelib.aws.items import Item
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.limits import ActLimits, Limits
from chalicelib.participations.act_notes import ActNotes
from chalicelib.projections.acts import moment
from chalicelib.projections.rows import Index
from tests.api.conftest import NAMES, Client, other_spellings, participation
from tests.api.names_table import hide_all_names
from tests.conftest import Tables

Queue = Callable[[int], list[str]]

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z."""

ACTS = "/v1/campaigns/2026/participations"
LIST = "/v1/campaigns/2026/acts"
REVIEW = "/v1/campaigns/2026/review"
REASON = {"reason": "checked by phone"}


@pytest.fixture
def waiting(api: Client) -> str:
    return str(api("POST", ACTS, participation(people=5_000), idempotency_key="waiting").json["id"])


@pytest.fixture
def queue(api: Client, services: Services, project: Callable[[], None]) -> Queue:
    """Record so many acts that wait, a second apart; return their ids in their order."""
    ticks = itertools.count(NOW, 1_000)
    services.now = lambda: next(ticks)

    def recorded(count: int) -> list[str]:
        entries = [participation(people=2_000 + n, idempotency_key=f"waiting-{n}") for n in range(count)]
        results = api("POST", f"{ACTS}/batch", {"participations": entries}).json["results"]
        project()
        return [result["participation"]["id"] for result in results]

    return recorded


@pytest.mark.parametrize("size", [3, None])
def test_the_oldest_that_wait_come_first_page_by_page(
    api: Client, queue: Queue, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "DEFAULT_PAGE_SIZE", 3)
    sent = queue(8)
    api("POST", ACTS, participation(), idempotency_key="counted")

    pages = list(all_pages(api, size))

    assert [len(page) for page in pages] == [3, 3, 2]
    assert [entry["id"] for page in pages for entry in page] == sent


def test_acts_of_one_millisecond_are_told_once_each(api: Client, queue: Queue, services: Services) -> None:
    services.now = lambda: NOW
    sent = queue(7)

    told = [entry["id"] for page in all_pages(api, 2) for entry in page]

    assert told == sorted(sent)


def test_a_last_page_that_is_full_has_none_behind_it(api: Client, queue: Queue) -> None:
    queue(4)

    assert [len(page) for page in all_pages(api, 2)] == [2, 2]


def test_what_waits_is_told_with_the_way_it_came_and_why_it_waits(
    api: Client, waiting: str, project: Callable[[], None]
) -> None:
    project()

    (found,) = api("GET", REVIEW).json["participations"]

    assert api("GET", f"/v1/participations/{waiting}").json.items() <= found.items()
    assert {name: found[name] for name in ("form", "token", "verified", "name", "review_reasons")} == {
        "form": None,
        "token": token_id(api),
        "verified": False,
        "name": None,
        "review_reasons": ["people", "participant_people"],
    }


@pytest.mark.parametrize("decision", ["approval", "rejection", "withdrawal"])
def test_what_was_decided_no_longer_waits(
    api: Client, waiting: str, project: Callable[[], None], decision: str
) -> None:
    project()
    api("POST", f"/v1/participations/{waiting}/{decision}", REASON)
    project()

    assert api("GET", REVIEW).json == {"participations": [], "next": None}


def test_what_was_corrected_waits_where_it_was(api: Client, queue: Queue, project: Callable[[], None]) -> None:
    sent = queue(3)
    api("POST", f"/v1/participations/{sent[0]}/correction", {**REASON, "people": 9_000})
    project()

    (page,) = all_pages(api)

    assert [(entry["id"], entry["people"]) for entry in page] == [(sent[0], 9_000), (sent[1], 2_001), (sent[2], 2_002)]


def test_what_was_decided_in_the_meantime_is_left_out_and_the_pages_go_on(
    api: Client, queue: Queue, services: Services, project: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Indexes are eventual: for a while they show what waited before."""
    sent = queue(5)
    monkeypatch.setattr(services.rows, "query", outdated(services.rows.query))
    api("GET", REVIEW)
    api("POST", f"/v1/participations/{sent[1]}/approval", REASON)
    api("POST", f"/v1/participations/{sent[2]}/rejection", REASON)
    api("POST", f"/v1/participations/{sent[3]}/withdrawal", REASON)
    project()

    pages = list(all_pages(api, 2))

    assert [[entry["id"] for entry in page] for page in pages] == [[sent[0], sent[4]]]


def test_an_organisation_is_told_by_its_name_unless_that_is_hidden(
    api: Client, tables: Tables, project: Callable[[], None]
) -> None:
    organisation = {"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"}
    sent = api("POST", ACTS, participation(participant=organisation, people=5_000), idempotency_key="k").json["id"]
    project()
    before = api("GET", REVIEW).json["participations"], api("GET", f"/v1/participations/{sent}").json

    hide_all_names(tables)

    after = api("GET", REVIEW).json["participations"], api("GET", f"/v1/participations/{sent}").json
    assert [before[0][0]["organisation"], before[1]["organisation"]] == ["Үміт қоры", "Үміт қоры"]
    assert [after[0][0]["organisation"], after[1]["organisation"]] == [None, None]
    assert before[0][0]["name"] == after[0][0]["name"] is not None


FUND = {"type": "ngo", "organisation": "Үміт қоры", "phone": "87011234567"}
SCHOOL = {"type": "school", "organisation": "№ 7 мектеп", "phone": "87011234568"}


@pytest.fixture
def listed(api: Client, services: Services, project: Callable[[], None]) -> dict[str, str]:
    """Record four acts, a minute apart; return their ids."""
    ticks = itertools.count(NOW, 60_000)
    sent = {
        "deed": participation(),
        "pledge": participation(kind="donation", amount={"currency": "KZT", "value": 5_000}, place={"region": "KZ-71"}),
        "fund": participation(participant=FUND, people=5_000, place={"country": "DE"}),
        "school": participation(participant=SCHOOL, amount={"currency": "USD", "value": 7_000}),
    }
    ids = {}
    for name, body in sent.items():
        moment_of_it = next(ticks)
        services.now = lambda moment_of_it=moment_of_it: moment_of_it  # type: ignore[misc]
        services.__dict__.pop("participations", None)
        ids[name] = api("POST", ACTS, body, idempotency_key=name).json["id"]
    project()
    return ids


def test_every_act_is_listed_the_newest_first(api: Client, listed: dict[str, str]) -> None:
    page = api("GET", LIST).json

    assert [act["id"] for act in page["acts"]] == list(listed.values())[::-1]
    assert page["next"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "in_review"}, ["school", "fund"]),
        ({"status": "counted", "place": "KZ-71"}, ["pledge"]),
        ({"source": "api", "place": "DE"}, ["fund"]),
        ({"source": "vk"}, []),
        ({"form": "meta/1/7"}, []),
        ({"organisation": "үміт"}, ["fund"]),
        ({"organisation": "қоры"}, []),
        ({"amount_above": "4999"}, ["pledge"]),
        ({"amount_above": "5000"}, []),
        ({"amount_above": "0", "currency": "USD"}, ["school"]),
        ({"reasons": "people"}, ["fund"]),
        ({"reasons": ""}, ["pledge", "deed"]),
        ({"until": "2290-01-01T00:00:00Z"}, ["school", "fund", "pledge", "deed"]),
        ({"from": "2290-01-01T00:00:00Z"}, []),
        ({"from": "2026-06-01T09:01:00+05:00", "until": "2026-06-01T04:03:00Z"}, ["fund", "pledge"]),
    ],
)
def test_acts_are_found_by_what_they_are(
    api: Client, listed: dict[str, str], query: dict[str, str], found: list[str]
) -> None:
    page = api("GET", f"{LIST}?{urlencode(query)}").json

    assert [act["id"] for act in page["acts"]] == [listed[name] for name in found]


def test_acts_are_found_by_token_and_by_the_id_of_their_name(api: Client, listed: dict[str, str]) -> None:
    assert len(api("GET", f"{LIST}?token={token_id(api)}").json["acts"]) == 4
    assert api("GET", f"{LIST}?token=another").json["acts"] == []
    name = api("GET", f"{LIST}?organisation=%E2%84%96").json["acts"][0]["name"]
    assert [act["id"] for act in api("GET", f"{LIST}?name={name}").json["acts"]] == [listed["school"]]


def test_what_else_a_participant_did_is_found_by_one_of_their_acts(api: Client, listed: dict[str, str]) -> None:
    page = api("GET", f"{LIST}?participant_of={listed['deed']}&limit=1").json

    assert [act["id"] for act in page["acts"]] == [listed["pledge"]]
    following = api("GET", f"{LIST}?participant_of={listed['deed']}&cursor={page['next']}").json
    assert [act["id"] for act in following["acts"]] == [listed["deed"]]


def test_a_list_tells_nothing_of_who_took_part(api: Client, listed: dict[str, str], services: Services) -> None:
    stream = services.participations.receipt(listed["deed"]).stream  # type: ignore[union-attr]

    told = api("GET", LIST).body.decode()

    assert "Айгүл" not in told
    assert "701" not in told
    assert stream.partition("/")[2] not in told


def test_notes_are_told_to_who_asks_for_them_and_the_log_says_who_did(
    api: Client, project: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    told, silent = (
        api("POST", ACTS, {**participation(people=5_000), **more}, idempotency_key=key).json["id"]
        for key, more in (("told", {"note": "call in the evening"}), ("silent", {}))
    )
    project()

    for path, member in ((LIST, "acts"), (REVIEW, "participations")):
        caplog.clear()
        found = {act["id"]: act for act in api("GET", f"{path}?notes=true").json[member]}
        assert (found[told]["note"], found[silent]["note"]) == ("call in the evening", None)
        (line,) = (record.message for record in caplog.records if "notes_read" in record.message)
        assert token_id(api) in line
        assert "evening" not in caplog.text
        assert all("note" not in act for act in api("GET", path).json[member])


def test_a_note_goes_with_its_participant_and_at_the_end(
    api: Client, project: Callable[[], None], services: Services
) -> None:
    api("POST", ACTS, participation(note="call in the evening"), idempotency_key="k")
    project()
    notes = f"{LIST}?notes=true"
    later = services.now() + 400 * 24 * 3600 * 1000

    services.act_notes = ActNotes(clients.dynamodb(), services.settings.contacts_table, lambda: later)
    assert api("GET", notes).json["acts"][0]["note"] is None
    del services.act_notes
    assert api("GET", notes).json["acts"][0]["note"] == "call in the evening"
    api("POST", "/v1/campaigns/2026/erasures", {"participant": {"phone": "87011234567"}})
    assert api("GET", notes).json["acts"][0]["note"] is None


def test_notes_are_asked_for_or_not(api: Client) -> None:
    reply = api("GET", f"{LIST}?notes=some")

    assert (reply.status, [error["pointer"] for error in reply.json["errors"]]) == (422, ["#/notes"])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("status=gone", "#/status"),
        ("source=fax", "#/source"),
        ("place=KZ-99", "#/place"),
        ("place=KZ", "#/place"),
        ("from=yesterday", "#/from"),
        ("until=2026-06-01T09:00:00", "#/until"),
        ("amount_above=-1", "#/amount_above"),
        ("amount_above=1e3", "#/amount_above"),
        ("currency=XXQ", "#/currency"),
        ("reasons=people,weather", "#/reasons"),
        ("participant_of=nobody", "#/participant_of"),
        (f"participant_of={'A' * 22}", "#/participant_of"),
        (f"organisation={'x' * 201}", "#/organisation"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_named(api: Client, query: str, pointer: str) -> None:
    for path in (LIST, REVIEW):
        reply = api("GET", f"{path}?{query}")

        if (path, pointer) != (REVIEW, "#/status"):
            assert (reply.status, [error["pointer"] for error in reply.json["errors"]]) == (422, [pointer])


def test_a_participant_of_another_campaign_is_none(api: Client, listed: dict[str, str], services: Services) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))

    reply = api("GET", f"/v1/campaigns/2030/acts?participant_of={listed['deed']}")

    assert [error["pointer"] for error in reply.json["errors"]] == ["#/participant_of"]


def test_a_moderator_of_a_region_sees_its_acts_alone(api: Client, listed: dict[str, str], services: Services) -> None:
    regional = api.as_token(services.registry.issue_token(("moderate",), "2026", region="KZ-71"))

    assert [act["id"] for act in regional("GET", LIST).json["acts"]] == [listed["pledge"]]
    assert regional("GET", f"{LIST}?place=KZ-71").json == regional("GET", LIST).json
    assert regional("GET", REVIEW).json["participations"] == []
    assert (regional("GET", f"{LIST}?place=KZ-75").status, regional("GET", f"{REVIEW}?place=DE").status) == (403, 403)
    kin = regional("GET", f"{LIST}?participant_of={listed['pledge']}").json["acts"]
    assert [act["id"] for act in kin] == [listed["pledge"]]
    # Whose act of another region it is would be told by those of this one.
    assert regional("GET", f"{LIST}?participant_of={listed['deed']}").status == 403


GROUPS = f"{REVIEW}/groups"


def test_what_arrived_together_is_rejected_by_the_filter_of_its_group(
    api: Client, queue: Queue, listed: dict[str, str], project: Callable[[], None]
) -> None:
    flood = queue(8)

    told = api("GET", GROUPS).json
    largest = told["groups"][0]
    decided = {"reason": "a flood", "filter": largest["filter"], "expected": largest["acts"]}
    answer = api("POST", "/v1/campaigns/2026/acts/rejections", decided).json

    assert (told["acts"], [one["acts"] for one in told["groups"]], told["next"]) == (10, [8, 1, 1], None)
    assert (largest["people"], largest["hours"], largest["amount"]) == (sum(range(2_000, 2_008)), 0, {})
    assert largest["filter"] == {
        "status": "in_review",
        "source": "api",
        "token": token_id(api),
        "from": "2026-06-01T04:03:00Z",
        "until": "2026-06-01T04:03:00.001000Z",
        "reasons": "people,participant_people",
    }
    assert (answer["found"], answer["decided"]) == (8, 8)
    assert {api("GET", f"/v1/participations/{one}").json["status"] for one in flood} == {"rejected"}
    project()
    assert [one["acts"] for one in api("GET", GROUPS).json["groups"]] == [1, 1]


def test_a_group_that_waits_for_no_reason_any_more_has_a_filter_of_its_own(
    api: Client, services: Services, project: Callable[[], None]
) -> None:
    (campaign,) = services.registry.campaigns()
    limits = Limits(two_moderators=ActLimits(people=60, hours=100, amount={}))
    services.registry.put_campaign(msgspec.structs.replace(campaign, limits=limits))
    large, slip = (
        api("POST", ACTS, participation(people=people), idempotency_key=str(people)).json["id"] for people in (80, 70)
    )
    api("POST", f"/v1/participations/{slip}/correction", {"reason": "a slip", "people": 2})
    project()
    without = next(told for told in api("GET", GROUPS).json["groups"] if told["people"] == 2)

    decided = {"reason": "looked at", "filter": without["filter"], "expected": 1}
    answer = api("POST", "/v1/campaigns/2026/acts/approvals", decided).json

    assert (without["filter"]["reasons"], without["acts"], answer["decided"]) == ("", 1, 1)
    assert api("GET", f"/v1/participations/{large}").json["status"] == "in_review"


def test_groups_are_of_what_is_asked_for(api: Client, listed: dict[str, str]) -> None:
    (group,) = api("GET", f"{GROUPS}?place=DE").json["groups"]

    assert (group["acts"], group["filter"]["place"]) == (1, "DE")


def test_groups_go_on_where_a_request_has_looked_at_enough(
    api: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MAX_GROUPED", 3)
    queue(4)

    first = api("GET", GROUPS).json
    second = api("GET", f"{GROUPS}?cursor={first['next']}").json

    assert ([one["acts"] for one in first["groups"]], first["acts"]) == ([2, 1], 3)
    assert ([one["acts"] for one in second["groups"]], second["next"]) == ([1], None)


def test_grouping_ends_in_time(api: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "GROUPING_SECONDS", 0.0)
    queue(2)

    assert api("GET", GROUPS).json["acts"] == 0


def test_a_limit_is_a_whole_number_up_to_a_hundred(api: Client) -> None:
    for limit in ("0", "101", "-1", "1.5", "many", "", "٣", "9" * 500):
        assert api("GET", f"{REVIEW}?limit={limit}").json["type"] == "/problems/limit-invalid"


def test_a_cursor_is_one_that_was_answered(api: Client, waiting: str) -> None:
    malformed = [
        *("", "x", f"{NOW}", f"{NOW}.", f".{waiting}", f"{NOW}{waiting}"),
        *(f"{at}.{waiting}" for at in ("1", "x", "-780286400000", "17802864000000", "178028640000x", "٠" * 13)),
        *(f"{NOW}.{waiting}{more}" for more in ("x", "%0A")),
        *(f"{NOW}.{other}" for other in other_spellings(waiting)),
    ]

    replies = [api("GET", f"{REVIEW}?cursor={cursor}") for cursor in malformed]

    assert {(reply.status, reply.json["type"]) for reply in replies} == {(400, "/problems/cursor-invalid")}
    assert api("GET", f"{REVIEW}?cursor={NOW}.{waiting}").status == 200


def test_a_cursor_leads_to_nothing_of_another_campaign(
    api: Client, waiting: str, services: Services, project: Callable[[], None]
) -> None:
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    elsewhere = participation(people=5_000)
    other = api("POST", "/v1/campaigns/2030/participations", elsewhere, idempotency_key="other").json["id"]
    project()

    page = api("GET", f"/v1/campaigns/2030/review?cursor=0000000000000.{waiting}").json

    assert [entry["id"] for entry in page["participations"]] == [other]


def all_pages(api: Client, size: int | None = None) -> Iterator[list[dict[str, Any]]]:
    """Yield the participations of each page of the review list."""
    parameters = {} if size is None else {"limit": str(size)}
    while True:
        page = api("GET", f"{REVIEW}?{urlencode(parameters)}").json
        yield page["participations"]
        if page["next"] is None:
            return
        parameters["cursor"] = page["next"]


def outdated(query: Callable[..., Iterable[Item]]) -> Callable[..., Iterator[Item]]:
    """Return a query that goes on finding what it found when it was asked first."""
    found: list[Item] = []

    def asked(index: Index, *, after: str | None = None, descending: bool = False, page: int) -> Iterator[Item]:
        found.extend([] if found else query(index, descending=descending, page=page))
        return (item for item in found if after is None or moment(item) > after)

    return asked


def token_id(api: Client) -> str:
    return str(api.token).split("_")[1]
