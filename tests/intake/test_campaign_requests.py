from typing import Any

import msgspec
import pytest

from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone, Translations
from chalicelib.domain.limits import Limits
from chalicelib.intake.campaign_requests import read_campaign
from chalicelib.intake.faults import Invalid

NAMES: Translations = {"kk": "Марафон", "ru": "Марафон", "en": "Marathon"}


def request(**members: Any) -> dict[str, Any]:
    return {"names": NAMES, "state": "live", **members}


def goal(**members: Any) -> dict[str, Any]:
    return {"metric": "good_deeds", "target": 100_000, **members}


def milestone(**members: Any) -> dict[str, Any]:
    return {"id": "first", "metric": "good_deeds", "at": 10_000, "title": NAMES, **members}


def test_a_campaign_needs_names_and_a_state() -> None:
    assert read_campaign("2026", request()) == Campaign(id="2026", names=NAMES, state="live")


def test_a_full_request_becomes_a_campaign() -> None:
    raw = request(
        opens="2026-06-01T09:00:00+05:00",
        closes="2026-06-30T19:00:00Z",
        goals=[goal()],
        milestones=[milestone()],
        links=[{"url": "https://example.kz/join", "title": NAMES}],
        limits={"people": 5, "hours": 6, "amount": {"USD": 7}},
        min_cell=5,
        poll_seconds=30,
    )

    assert read_campaign("2026", raw) == Campaign(
        id="2026",
        names=NAMES,
        state="live",
        opens="2026-06-01T09:00:00+05:00",
        closes="2026-06-30T19:00:00Z",
        goals=(Goal("good_deeds", target=100_000, original=100_000),),
        milestones=(Milestone("first", "good_deeds", 10_000, NAMES),),
        links=(Link("https://example.kz/join", NAMES),),
        limits=Limits(people=5, hours=6, amount={"USD": 7}),
        min_cell=5,
        poll_seconds=30,
    )


def test_what_is_told_of_a_campaign_may_be_sent_back() -> None:
    raw = request(goals=[goal(original=50_000)], id="2026")

    assert read_campaign("2026", raw) == read_campaign("2026", request(goals=[goal()]))


def test_a_region_has_goals_of_its_own_under_the_code_of_today() -> None:
    raw = request(goals=[goal(), goal(region="KZ-75", target=9_000), goal(region="KZ-ALA", metric="people", target=5)])

    assert read_campaign("2026", raw).goals == (
        Goal("good_deeds", 100_000, 100_000),
        Goal("good_deeds", 9_000, 9_000, "KZ-75"),
        Goal("people", 5, 5, "KZ-75"),
    )


def test_limits_that_are_left_out_are_the_usual_ones() -> None:
    assert read_campaign("2026", request()).limits == Limits()
    assert read_campaign("2026", request(limits={"people": 5, "person": {"acts": 7}, "two_moderators": {}})).limits == (
        Limits(people=5, person=msgspec.structs.replace(Limits().person, acts=7))
    )


def test_every_limit_can_be_changed_and_is_sent_back_as_it_is_told() -> None:
    several = {"acts": 0, "people": 3, "hours": 0, "amount": {"USD": 5}}
    limits = {
        "people": 5,
        "hours": 6,
        "amount": {"USD": 7},
        "person": several,
        "organisation": {**several, "acts": 9},
        "user_participants": 1,
        "form": {**several, "acts": 10},
        "token": {**several, "acts": 11},
        "two_moderators": {"people": 8, "hours": 9, "amount": {}},
    }

    assert msgspec.to_builtins(read_campaign("2026", request(limits=limits)).limits) == limits


def test_a_campaign_may_review_every_amount() -> None:
    assert read_campaign("2026", request(limits={"amount": {}})).limits.amount == {}


def test_the_last_moments_of_the_calendar_are_moments_too() -> None:
    assert read_campaign("2026", request(closes="9999-12-31T23:59:59-23:59")).closes == "9999-12-31T23:59:59-23:59"


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ([], "#", "object"),
        ({"state": "live"}, "#/names", "required"),
        ({"names": NAMES}, "#/state", "required"),
        (request(id="2027"), "#/id", "choice"),
        (request(id="Ы"), "#/id", "campaign_id"),
        (request(state="open"), "#/state", "choice"),
        (request(names={"kk": "а", "ru": "б"}), "#/names/en", "required"),
        (request(names={**NAMES, "kk": " "}), "#/names/kk", "line"),
        (request(opens="soon"), "#/opens", "moment"),
        (request(opens="2026-06-01T00:00:00Z", closes="2026-06-01T05:00:00+05:00"), "#/closes", "closes_before_opens"),
        (request(goals={}), "#/goals", "list"),
        (request(goals=[goal()] * 31), "#/goals", "list"),
        (request(goals=[5]), "#/goals/0", "object"),
        (request(goals=[goal(metric="luck")]), "#/goals/0/metric", "choice"),
        (request(goals=[goal(target=0)]), "#/goals/0/target", "target"),
        (request(goals=[goal(original=0)]), "#/goals/0/original", "target"),
        (request(goals=[goal(), goal()]), "#/goals/1/metric", "duplicate"),
        (request(goals=[goal(region="KZ-75"), goal(region="KZ-ALA")]), "#/goals/1/metric", "duplicate"),
        (request(goals=[goal(region="KZ-99")]), "#/goals/0/region", "region"),
        (request(goals=[goal(region="abroad")]), "#/goals/0/region", "region"),
        (request(goals=[goal(region="KZ-ALM")]), "#/goals/0/region", "region_ambiguous"),
        (request(goals=[goal(region="KZ-75", metric="participants")]), "#/goals/0/metric", "choice"),
        (request(milestones=[milestone()] * 51), "#/milestones", "list"),
        (request(milestones=[milestone(), milestone()]), "#/milestones/1/id", "duplicate"),
        (request(milestones=[milestone(id="A")]), "#/milestones/0/id", "slug"),
        (request(milestones=[milestone(at=-1)]), "#/milestones/0/at", "target"),
        (request(milestones=[milestone(title={})]), "#/milestones/0/title/kk", "required"),
        (request(links=[{"url": "http://a.kz", "title": NAMES}]), "#/links/0/url", "url"),
        (request(links=[{"url": "https://a.kz\n", "title": NAMES}]), "#/links/0/url", "url"),
        (request(links=[{"url": 'https://a.kz/"x', "title": NAMES}]), "#/links/0/url", "url"),
        (request(limits={"people": 0}), "#/limits/people", "people"),
        (request(min_cell=-1), "#/min_cell", "min_cell"),
        (request(min_cell=101), "#/min_cell", "min_cell"),
        (request(min_cell=True), "#/min_cell", "min_cell"),
        (request(poll_seconds=0), "#/poll_seconds", "poll_seconds"),
        (request(poll_seconds=601), "#/poll_seconds", "poll_seconds"),
        (request(poll_seconds=1.5), "#/poll_seconds", "poll_seconds"),
        (request(poll_seconds="30"), "#/poll_seconds", "poll_seconds"),
        (request(limits={"hours": -1}), "#/limits/hours", "hours"),
        (request(limits={"amount": {"KZT": 0}}), "#/limits/amount", "amount_limits"),
        (request(limits={"amount": {"XXX": 5}}), "#/limits/amount/XXX", "currency"),
    ],
)
def test_each_bad_field_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_campaign("2026", raw)

    assert (pointer, code) in [(fault.pointer, fault.code) for fault in invalid.value.faults]
