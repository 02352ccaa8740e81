from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from app import app
from chalicelib.api import parked
from chalicelib.aws.tables import for_table
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.events import ParticipationRecorded
from chalicelib.intake.form_requests import read_form
from chalicelib.webhooks.delivery import Lead, Submission
from chalicelib.webhooks.parking import RETENTION_SECONDS, ParkedEntry, ParkedItem, Reason
from chalicelib.webhooks.received import ReceivedLead, ReceivedSubmission
from tests.api.conftest import Client
from tests.api.storage import scanned
from tests.conftest import Tables

FIELDS = {"phone": "+77000000006", "region": "Ұлытау облысы"}
FORM_UNKNOWN = Reason("form_unknown")
NOW = 1_780_286_400_000


@pytest.fixture(autouse=True)
def _keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(32))).decode())


@pytest.fixture
def park(services: Services, _keyed: None) -> Callable[..., str]:
    """Park a submission and return where it is."""

    def parked_at(
        submission_id: str = "1", reason: Reason = FORM_UNKNOWN, campaign: str | None = None, *, in_chat: bool = False
    ) -> str:
        submission = Submission(
            submission_id, "ours", "lT4Z3j", FIELDS, provider_fields=frozenset(FIELDS), in_chat=in_chat
        )
        services.parking.park(ReceivedSubmission("typeform", submission, NOW, "{}"), reason, campaign)
        return f"/v1/parked/typeform/{services.keys.receipt('typeform', f'typeform/ours/{submission_id}')}"

    return parked_at


def register(services: Services, **members: Any) -> None:
    defaults = {"kind": "good_deed", "participant_type": "citizen"}
    services.registry.put_form(
        read_form("typeform", "ours", "*", {"campaign": "2026", "state": "live", "defaults": defaults, **members})
    )


def test_a_list_tells_why_and_nothing_of_what_was_answered(api: Client, park: Callable[..., str]) -> None:
    path = park(reason=Reason("invalid", ("#/people people",)), campaign="2026")

    assert api("GET", "/v1/parked").json == {
        "parked": [
            {
                "provider": "typeform",
                "id": path.rpartition("/")[2],
                "reason": "invalid",
                "about": ["#/people people"],
                "account": "ours",
                "form": "lT4Z3j",
                "campaign": "2026",
                "received_at": "2026-06-01T04:00:00.000Z",
            }
        ],
        "next": None,
    }


def test_a_list_comes_in_pages(api: Client, park: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "PAGE", 2)
    expected = {park(str(number)).rpartition("/")[2] for number in range(5)}

    pages = [api("GET", "/v1/parked?provider=typeform").json]
    while pages[-1]["next"]:
        pages.append(api("GET", f"/v1/parked?provider=typeform&cursor={pages[-1]['next']}").json)

    assert [len(page["parked"]) for page in pages] == [2, 2, 1]
    assert {entry["id"] for page in pages for entry in page["parked"]} == expected


def test_a_list_may_be_of_one_provider_account_or_form(api: Client, park: Callable[..., str]) -> None:
    park()

    for query in ("provider=tally", "provider=" + "x" * 3000, "account=a", "form=f"):
        assert api("GET", f"/v1/parked?{query}").json["parked"] == []


def test_a_filter_that_says_nothing_is_none(api: Client, park: Callable[..., str]) -> None:
    entry = park().rpartition("/")[2]

    (listed,) = api("GET", "/v1/parked?provider=&account=&form=").json["parked"]

    assert listed["id"] == entry


def test_a_cursor_is_one_that_was_given(api: Client) -> None:
    for cursor in ("x", "typeform", "typeform/", "myspace/x", "typeform/" + "x" * 2000):
        reply = api("GET", f"/v1/parked?cursor={cursor}")

        assert (reply.status, reply.json["type"]) == (400, "/problems/cursor-invalid")


def test_an_entry_is_opened_with_all_that_came(api: Client, park: Callable[..., str]) -> None:
    reply = api("GET", park())

    assert reply.json["content"]["submission"]["fields"] == FIELDS
    assert reply.json["content"]["body"] == "{}"
    assert reply.headers["cache-control"] == "no-store"


def test_an_entry_is_replayed(api: Client, park: Callable[..., str], services: Services) -> None:
    path = park()
    assert api("POST", f"{path}/replay").json == {"outcome": "parked", "reason": "form_unknown", "about": []}

    register(services)

    assert api("POST", f"{path}/replay").json == {"outcome": "recorded", "reason": None, "about": []}
    assert api("POST", f"{path}/replay").json["type"] == "/problems/parked-not-found"
    assert api("GET", "/v1/parked").json["parked"] == []


def test_an_entry_is_replayed_with_corrected_answers(api: Client, park: Callable[..., str], services: Services) -> None:
    path = park()
    register(services, required=["hours"], defaults={"kind": "good_deed"})
    assert api("POST", f"{path}/replay").json["reason"] == "answer_missing"

    half = api("POST", f"{path}/replay", {"answers": {"hours": 2}}).json
    reply = api(
        "POST",
        f"{path}/replay",
        {"answers": {"hours": 2, "participant_type": "citizen", "region": "Семей", "people": 3, "phone": None}},
    )

    assert (half["outcome"], half["reason"], half["about"]) == ("parked", "invalid", ["#/participant/type required"])
    assert reply.json == {"outcome": "recorded", "reason": None, "about": []}
    (event,) = services.log.scan("2026")
    assert isinstance(event.event, ParticipationRecorded)
    act = event.event.act
    assert (act.place, act.people, act.minutes) == ("KZ-10", 3, 120)
    assert api("GET", "/v1/parked").json["parked"] == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"answers": {"region": "Атлантида"}}, ("#/answers/region", "answer_value")),
        ({"answers": {"phone": "1"}}, ("#/answers/phone", "answer_value")),
        ({"answers": {"colour": "red"}}, ("#/answers/colour", "choice")),
        ({"answers": {"region": ["KZ-10"]}}, ("#/answers", "corrections")),
        ({"region": "KZ-10"}, ("#/region", "unknown_field")),
        ({}, ("#/answers", "required")),
    ],
)
def test_a_correction_with_faults_changes_nothing(
    body: dict[str, Any], fault: tuple[str, str], api: Client, park: Callable[..., str], services: Services
) -> None:
    path = park()
    register(services)

    reply = api("POST", f"{path}/replay", body)

    assert reply.status == 422
    assert fault in [(e["pointer"], e["code"]) for e in reply.json["errors"]]
    assert [entry["reason"] for entry in api("GET", "/v1/parked").json["parked"]] == ["form_unknown"]


def test_a_lead_is_fetched_before_it_is_corrected(api: Client, services: Services) -> None:
    lead = ReceivedLead(Lead("1", "2", "3", None), "ours", NOW)
    services.parking.park(lead, Reason("token_missing"))
    (entry,) = api("GET", "/v1/parked").json["parked"]

    reply = api("POST", f"/v1/parked/meta/{entry['id']}/replay", {"answers": {"region": "KZ-10"}})

    assert [(e["pointer"], e["code"]) for e in reply.json["errors"]] == [("#/answers", "answers_of_lead")]
    assert len(api("GET", "/v1/parked").json["parked"]) == 1


def test_all_entries_of_a_form_are_replayed(api: Client, park: Callable[..., str], services: Services) -> None:
    for number in range(3):
        park(str(number))
    register(services)

    reply = api("POST", "/v1/parked/replay", {"provider": "typeform", "account": "ours", "form": "lT4Z3j"})

    nothing = dict.fromkeys(("repeated", "ignored", "queued", "parked", "unsealable"), 0)
    assert reply.json == {**nothing, "recorded": 3, "next": None}


def test_small_talk_of_a_chat_is_gone_once_a_form_says_what_counts(
    api: Client, park: Callable[..., str], services: Services
) -> None:
    for number in range(2):
        path = park(str(number), in_chat=True)
    register(services)

    one = api("POST", f"{path}/replay").json
    others = api("POST", "/v1/parked/replay", {"provider": "typeform"}).json

    assert one == {"outcome": "ignored", "reason": None, "about": []}
    assert (others["ignored"], others["recorded"]) == (1, 0)
    assert api("GET", "/v1/parked").json["parked"] == []


def test_what_is_sealed_under_an_unknown_key_is_told_so(
    api: Client, park: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = park()
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(range(1, 33))).decode())
    monkeypatch.setattr(app, "services", bootstrap())

    assert api("GET", path).json["type"] == "/problems/parked-unsealable"
    assert api("POST", "/v1/parked/replay", {"provider": "typeform"}).json["unsealable"] == 1


def test_an_entry_that_is_not_there_is_not_found(api: Client) -> None:
    for path in ("typeform/x", "myspace/x", "typeform/" + "x" * 2000, "receipt%20x/x", "detail%20x/x"):
        replies = [api(method, f"/v1/parked/{path}") for method in ("GET", "DELETE")]

        assert {(reply.status, reply.json["type"]) for reply in replies} == {(404, "/problems/parked-not-found")}


def test_an_entry_is_deleted_with_all_that_came(api: Client, park: Callable[..., str], tables: Tables) -> None:
    path, other = park("1"), park("2")

    deleted, again = api("DELETE", path), api("DELETE", path)

    assert (deleted.status, deleted.body) == (204, b"")
    assert (again.status, again.json["type"]) == (404, "/problems/parked-not-found")
    assert [entry["id"] for entry in api("GET", "/v1/parked").json["parked"]] == [other.rpartition("/")[2]]
    assert api("DELETE", other).status == 204
    assert scanned(tables)["ParkedTable"] == []


def test_an_entry_that_was_parked_anew_in_the_meantime_is_not_deleted(
    api: Client, park: Callable[..., str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = park()
    find = services.parking.find

    def overtaken(provider: str, entry_id: str) -> ParkedEntry | None:
        found = find(provider, entry_id)
        park(reason=Reason("campaign_frozen"))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(services.parking, "find", overtaken)
        reply = api("DELETE", path)

    assert (reply.status, reply.json["type"]) == (409, "/problems/parked-changed")
    assert api("GET", path).json["reason"] == "campaign_frozen"
    assert api("DELETE", path).status == 204


def test_entries_are_for_administrators_of_their_campaign(
    api: Client, park: Callable[..., str], issue: Callable[..., str]
) -> None:
    without, of_2026 = park("1"), park("2", campaign="2026")
    limited = api.as_token(issue("admin", campaign="2026"))

    assert api.as_token(issue("record", "read", "moderate"))("GET", "/v1/parked").status == 403
    assert [entry["campaign"] for entry in limited("GET", "/v1/parked").json["parked"]] == ["2026"]
    assert [limited("GET", path).status for path in (without, of_2026)] == [403, 200]
    assert limited("POST", f"{without}/replay").status == 403
    assert limited("DELETE", without).json["type"] == "/problems/campaign-forbidden"
    assert api("GET", without).status == 200
    assert limited("POST", "/v1/parked/replay", {"provider": "typeform"}).status == 403


def test_an_entry_goes_by_itself_in_the_end(park: Callable[..., str], services: Services) -> None:
    park()

    (item,) = for_table(ParkedItem, services.settings.parked_table).query("typeform")
    assert item.expires_at == NOW // 1000 + RETENTION_SECONDS
