from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib import bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.intake.form import Filled
from tests.api.conftest import NAMES, Client
from tests.webhooks.deliveries import named

FORM = "/v1/forms/typeform/ours/lT4Z3j"
UNREGISTERED = "/v1/forms/standard/ours/lT4Z3j"


def form(**members: object) -> dict[str, Any]:
    return {
        "campaign": "2026",
        "state": "live",
        "defaults": {"kind": "good_deed", "participant_type": "citizen"},
        "fallback": {"place": {"region": "KZ-75"}},
        "questions": {"Облыс": "region"},
        "answers": {"region": {"Алматы": "KZ-75"}},
        **members,
    }


def test_a_form_is_registered_replaced_and_shown_as_it_was_asked_for(api: Client) -> None:
    made = api("PUT", FORM, form())
    replaced = api("PUT", FORM, form(state="test"))

    assert (made.status, replaced.status) == (201, 200)
    shown = {"provider": "typeform", "account": "ours", "form": "lT4Z3j", **form(state="test")}
    assert api("GET", FORM).json == replaced.json == shown
    assert api("GET", "/v1/forms").json == {"forms": [shown]}


def test_what_is_shown_of_a_form_can_be_sent_back(api: Client) -> None:
    api("PUT", FORM, form(consent={"text": "Келісемін", "version": "1"}, review=True))
    shown = api("GET", FORM).json

    again = {name: value for name, value in shown.items() if name not in ("provider", "account", "form")}

    assert api("PUT", FORM, again).json == shown


def test_what_a_form_shows_as_defaults_is_what_locks(api: Client) -> None:
    defaults = {"kind": "good_deed", "participant_type": "citizen", "place": {"region": "KZ-75"}}

    given = api("PUT", FORM, form(defaults=defaults, fallback={"people": 2})).json

    assert given["defaults"] == {"kind": "good_deed", "participant_type": "citizen"}
    assert given["fallback"] == {"people": 2, "place": {"region": "KZ-75"}}
    assert api("GET", "/v1/forms").json == {"forms": [given]}


def test_a_form_that_says_two_things_of_one_is_told_where(api: Client) -> None:
    locks = {"kind": "good_deed", "place": {"region": "KZ-75"}}

    reply = api("PUT", UNREGISTERED, form(defaults=locks, fallback={"kind": "donation"}, questions={"Облыс": "oblast"}))

    assert reply.status == 422
    assert [(e["pointer"], e["code"]) for e in reply.json["errors"]] == [
        ("#/questions/%D0%9E%D0%B1%D0%BB%D1%8B%D1%81", "choice"),
        ("#/fallback/kind", "default_and_fallback"),
        ("#/answers/region", "answers_locked"),
    ]
    assert api("GET", UNREGISTERED).status == 404


def test_a_form_is_known_by_provider_account_and_name_whatever_they_hold(
    api: Client, services: bootstrap.Services
) -> None:
    api("PUT", "/v1/forms/standard/a%2Fb/c", form())
    api("PUT", "/v1/forms/standard/a/b%2Fc", form(state="test"))
    api("PUT", "/v1/forms/standard/a/*", form(review=True))

    known = [services.registry.form("standard", *names) for names in (("a/b", "c"), ("a", "b/c"), ("a", "other"))]

    assert [found and (found.state, found.review) for found in known] == [
        ("live", False),
        ("test", False),
        ("live", True),
    ]
    assert services.registry.form("standard", "b", "c") is None
    assert services.registry.form("tally", "a", "c") is None


def test_a_form_with_faults_changes_nothing(api: Client) -> None:
    api("PUT", FORM, form())

    reply = api("PUT", FORM, form(campaign="2030", questions={"Облыс": "oblast"}))
    unknown = api("PUT", FORM, form(campaign="2030"))

    assert [(e["pointer"], e["code"]) for e in reply.json["errors"]] == [
        ("#/questions/%D0%9E%D0%B1%D0%BB%D1%8B%D1%81", "choice")
    ]
    assert [(e["pointer"], e["code"]) for e in unknown.json["errors"]] == [("#/campaign", "campaign_unknown")]
    assert api("GET", FORM).json["campaign"] == "2026"


@pytest.mark.parametrize(
    "path",
    ["myspace/ours/f", "vk-miniapp/ours/f", "typeform/*/f", "typeform/ours/%D0%B0", f"typeform/ours/{'f' * 129}"],
)
def test_what_no_delivery_can_be_of_is_no_form(api: Client, path: str) -> None:
    assert api("PUT", f"/v1/forms/{path}", form()).json["type"] == "/problems/form-not-found"


def test_a_form_that_is_not_registered_is_not_found(api: Client) -> None:
    api("PUT", "/v1/forms/typeform/ours/*", form())

    assert api("GET", FORM).status == 404


def test_forms_are_for_administrators_of_their_campaign(
    api: Client, issue: Callable[..., str], services: bootstrap.Services
) -> None:
    services.registry.put_campaign(Campaign(id="2027", names=NAMES, state="test"))
    api("PUT", FORM, form())
    of_other = api.as_token(issue("admin", campaign="2027"))

    assert api.as_token(None)("GET", "/v1/forms").status == 401
    assert api.as_token(issue("record", "read", "moderate"))("GET", "/v1/forms").status == 403
    assert of_other("GET", "/v1/forms").json == {"forms": []}
    assert [of_other("GET", FORM).status, of_other("PUT", FORM, form(campaign="2027")).status] == [403, 403]
    assert of_other("PUT", "/v1/forms/tally/ours/f", form()).status == 403
    assert of_other("PUT", "/v1/forms/tally/ours/f", form(campaign="2027")).status == 201


ALL = "/v1/forms/typeform/ours/*"


@pytest.fixture
def of_other(api: Client, issue: Callable[..., str], services: bootstrap.Services) -> Client:
    """An administrator of another campaign alone."""
    services.registry.put_campaign(Campaign(id="2027", names=NAMES, state="test"))
    return api.as_token(issue("admin", campaign="2027"))


@pytest.mark.parametrize(("registered", "asked"), [(FORM, ALL), (ALL, FORM), (ALL, ALL), (FORM, FORM)])
def test_an_administrator_of_one_campaign_takes_no_deliveries_of_another(
    registered: str, asked: str, api: Client, of_other: Client
) -> None:
    api("PUT", registered, form())

    taken = of_other("PUT", asked, form(campaign="2027"))

    assert taken.status == 403
    assert taken.json["type"] == f"/problems/{'campaign-forbidden' if registered == asked else 'account-shared'}"
    assert [shown["campaign"] for shown in api("GET", "/v1/forms").json["forms"]] == ["2026"]
    assert api("PUT", asked, form(campaign="2027")).status in (200, 201)


def test_forms_of_other_accounts_and_providers_and_single_forms_hinder_nobody(api: Client, of_other: Client) -> None:
    api("PUT", FORM, form())
    api("PUT", "/v1/forms/typeform/others/*", form())
    api("PUT", "/v1/forms/tally/ours/*", form())

    assert of_other("PUT", "/v1/forms/typeform/ours/another", form(campaign="2027")).status == 201
    assert of_other("PUT", "/v1/forms/typeform/third/*", form(campaign="2027")).status == 201


def test_a_form_of_ones_own_can_be_replaced_whoever_shares_the_account(api: Client, of_other: Client) -> None:
    of_other("PUT", ALL, form(campaign="2027"))
    api("PUT", FORM, form())
    api("PUT", "/v1/forms/typeform/ours/theirs", form(campaign="2027"))

    replaced = [
        of_other("PUT", path, form(campaign="2027", review=True)).status
        for path in (ALL, "/v1/forms/typeform/ours/theirs")
    ]

    assert replaced == [200, 200]
    assert of_other("PUT", ALL, form(campaign="2026")).status == 403
    assert api("GET", ALL).json["campaign"] == "2027"


TALLY_FORM = "/v1/forms/tally/ours/XxA4WO"


def test_a_form_is_checked_with_a_sample_and_nothing_is_recorded(api: Client, services: bootstrap.Services) -> None:
    api("PUT", TALLY_FORM, form(questions={"Облыс": "region", "Сағат": "hours"}, defaults={"kind": "good_deed"}))
    sample = msgspec.json.decode(named("tally/ok_01_form_response").delivery.body)

    parked = api("POST", f"{TALLY_FORM}/check", sample)
    api("PUT", TALLY_FORM, form(questions={"Облыс": "region", "Сағат": "hours"}))
    recorded = api("POST", f"{TALLY_FORM}/check", sample)

    (found,) = parked.json["submissions"]
    assert (parked.status, found["outcome"], found["reason"]) == (200, "parked", "invalid")
    assert found["about"] == ["#/participant/type required"]
    assert recorded.json["submissions"] == [
        {
            "account": "ours",
            "form": "XxA4WO",
            "is_of_form": True,
            "is_test": False,
            "outcome": "recorded",
            "reason": None,
            "about": [],
            "records": {
                "kind": "good_deed",
                "place": {"region": "KZ-62"},
                "participant": {
                    "type": "citizen",
                    "known_by": "phone",
                    "name": None,
                    "phone": "+77000000007",
                    "email": "samal@example.org",
                    "organisation": None,
                    "bin": None,
                },
                "topic": None,
                "people": 1,
                "hours": 0,
                "amount": None,
                "occurred_at": "2025-10-09T08:53:00.000Z",
                "has_consent": False,
                "note": None,
            },
            "unmapped": ["Аты", "Келісім", "Келісім (Келісемін)"],
            "absent": ["Сағат"],
            "left_out": [],
        }
    ]
    assert api("GET", "/v1/parked").json["parked"] == []
    assert list(services.form_gaps.read()) == []
    assert list(services.log.scan("2026")) == []


def test_a_check_is_for_administrators_and_for_deliveries_of_a_registered_form(
    api: Client, issue: Callable[..., str], services: bootstrap.Services
) -> None:
    services.registry.put_campaign(Campaign(id="2027", names=NAMES, state="test"))
    unregistered = api("POST", f"{TALLY_FORM}/check", {})
    api("PUT", TALLY_FORM, form())

    assert unregistered.json["type"] == "/problems/form-not-found"
    assert (
        api("POST", f"{TALLY_FORM}/check", {"eventType": "FORM_RESPONSE"}).json["type"]
        == "/problems/delivery-malformed"
    )
    assert api("POST", f"{TALLY_FORM}/check", {"eventType": "PING"}).json == {"submissions": []}
    assert api.as_token(issue("admin", campaign="2027"))("POST", f"{TALLY_FORM}/check", {}).status == 403
    assert api.as_token(issue("read"))("POST", f"{TALLY_FORM}/check", {}).status == 403


def test_what_submissions_do_not_have_is_told_with_the_form_that_maps_it(
    api: Client, services: bootstrap.Services
) -> None:
    api("PUT", TALLY_FORM, form(questions={"Облыс": "region", "Сағат": "hours"}))
    registered = services.registry.form("tally", "ours", "XxA4WO")
    assert registered is not None
    services.form_gaps.note(registered, Filled({}, absent=("Сағат", "Облыс"), left_out=("email",)))
    services.form_gaps.note(registered, Filled({}, absent=("Сағат",)))

    (told,) = api("GET", "/v1/forms").json["forms"]
    api("PUT", TALLY_FORM, form(questions={"Облыс": "region"}))
    (mended,) = api("GET", "/v1/forms").json["forms"]

    assert {name: times["count"] for name, times in told["absent"].items()} == {"Сағат": 2, "Облыс": 1}
    assert {name: times["count"] for name, times in told["left_out"].items()} == {"email": 1}
    assert mended["absent"].keys() == {"Облыс"}
    assert "absent" not in api("GET", TALLY_FORM).json
