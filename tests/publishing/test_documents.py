import gzip
import json
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib.domain.campaign import Goal, Link, Milestone
from chalicelib.domain.decider import Carry
from chalicelib.domain.milestones import NONE_REACHED, Reached, ReachedMilestones
from chalicelib.domain.participation import Act, Money
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import KINDS, LANGUAGES, PARTICIPANT_TYPES, PERSON, PLACE_METRICS, ParticipantType
from chalicelib.participations.keys import is_name_id, is_receipt_id
from chalicelib.projections.recent import RecentAct
from chalicelib.projections.sums import Cells
from chalicelib.projections.totals import TOTALS
from chalicelib.publishing import documents
from chalicelib.publishing.documents import Document, DocumentPosition, Header, header
from chalicelib.publishing.figures import PlaceMetrics
from chalicelib.publishing.totals_csv import totals_csv
from tests.histories import FIRST_MOMENT
from tests.projections.test_laws import folded
from tests.publishing.campaigns import NAMES, TITLE, at_its_goal, campaign, recorded

NOW = FIRST_MOMENT + 7_203_120
AS_OF = "2026-06-01T06:00:03.120Z"
HEAD = {"v": 1, "campaign": "2026", "epoch": 1, "rev": 5, "as_of": AS_OF, "next": 6, "state": "live"}
NOTHING = {"participations": 0, "people": 0, "hours": 0, "amount": {"KZT": 0}}
NO_METRICS = {**NOTHING, "volunteers": 0, "good_deeds": 0, "events_held": 0}


def head() -> Header:
    return header(campaign(), applied=5, now=NOW)


def assert_published(document: Document, name: str, expected: dict[str, Any]) -> None:
    """Compare members and their order, which is part of the contract."""
    assert document.path == f"v1/campaigns/2026/{name}"
    assert document.body.decode() == json.dumps(expected, ensure_ascii=False, separators=(",", ":"))


def test_live_shows_totals_goals_and_milestones_in_the_order_of_the_contract() -> None:
    milestone = Milestone("m1", "good_deeds", 10_000, TITLE)
    cells: Cells = {
        "all": {"participants": 4, "participations": 6, "people": 130, "minutes": 779, "KZT": 500, "USD": 250},
        "kind volunteering": {"participations": 1, "people": 100, "minutes": 779},
        "kind good_deed": {"participations": 2, "people": 2},
        "kind class_hour": {"participations": 1, "people": 26},
        "kind master_class": {"participations": 1, "people": 1},
        "kind donation": {"participations": 1, "people": 1, "KZT": 500, "USD": 250},
        "type citizen": {"participants": 1, "participations": 3, "people": 3},
        "type school": {"participants": 2, "participations": 2, "people": 27},
        "type ngo": {"participants": 1, "participations": 1, "people": 100},
        "in_review": {"participations": 3},
    }

    document = documents.live(head(), campaign(milestones=(milestone,)), cells, NONE_REACHED)

    assert_published(
        document,
        "live.json",
        {
            **HEAD,
            "totals": {
                "participants": 4,
                "participations": 6,
                "people": 130,
                "hours": 12,
                "amount": {"KZT": 500, "USD": 250},
                "volunteers": 100,
                "good_deeds": 2,
                "events_held": 2,
                "organisations": 3,
            },
            "in_review": 3,
            "goals": [{"metric": "good_deeds", "target": 100_000, "original": 100_000}],
            "milestones": [{"id": "m1", "metric": "good_deeds", "at": 10_000, "reached_at": None, "title": TITLE}],
        },
    )


def test_live_of_a_campaign_without_acts_shows_zeros() -> None:
    document = documents.live(header(campaign(goals=()), 0, NOW), campaign(goals=()), {}, NONE_REACHED)

    zeros = {"participants": 0, **NO_METRICS, "organisations": 0}
    expected = {**HEAD, "rev": 0, "totals": zeros, "in_review": 0, "goals": [], "milestones": []}
    assert_published(document, "live.json", expected)


@pytest.mark.parametrize(("state", "seconds"), [("test", 6), ("live", 6), ("frozen", 60), ("ended", 60)])
def test_who_polls_is_told_to_come_more_rarely_once_nothing_changes(state: Any, seconds: int) -> None:
    assert header(campaign(state=state), 0, NOW).next == seconds


@pytest.mark.parametrize("state", ["test", "live", "frozen", "ended"])
def test_when_to_come_again_is_the_campaigns_to_say(state: Any) -> None:
    slowed = msgspec.structs.replace(campaign(state=state), poll_seconds=30)

    assert header(slowed, 0, NOW, poll_seconds=2).next == 30


def test_a_change_of_the_campaign_or_of_names_moves_the_rev_on_like_an_event() -> None:
    assert header(campaign(changes=3), applied=5, now=NOW).rev == 8
    assert header(campaign(changes=3), applied=5, now=NOW, changes=2).rev == 10


def test_places_lists_every_region_and_abroad() -> None:
    cells: Cells = {
        "KZ-10 good_deed": {"participations": 2, "people": 3},
        "KZ-10 volunteering": {"participations": 1, "people": 40, "minutes": 4_800},
        "abroad donation": {"participations": 1, "people": 1, "KZT": 7, "EUR": 150},
        "abroad online_training": {"participations": 1, "people": 9},
    }

    document = documents.places(head(), campaign(), cells)

    shown = dict.fromkeys((*regions(), ABROAD), NO_METRICS)
    shown["KZ-10"] = {
        "participations": 3,
        "people": 43,
        "hours": 80,
        "amount": {"KZT": 0},
        "volunteers": 40,
        "good_deeds": 2,
        "events_held": 0,
    }
    shown[ABROAD] = {
        **NO_METRICS,
        "participations": 2,
        "people": 10,
        "amount": {"KZT": 7, "EUR": 150},
        "events_held": 1,
    }
    assert len(shown) == 21
    assert_published(document, "places.json", {**HEAD, "places": shown})


def test_timeline_lists_the_minutes_in_which_something_changed() -> None:
    cells: Cells = {
        "11:04": {"participations": -1, "people": -2, "KZT": -100},
        "11:03": {"participations": 2, "people": 2, "minutes": 270},
    }

    document = documents.timeline(head(), date(2026, 6, 1), cells, closed=False)

    later = {"at": "11:04", "participations": -1, "people": -2, "hours": 0, "amount": {"KZT": -100}}
    first = {"at": "11:03", "participations": 2, "people": 2, "hours": 4.5, "amount": {"KZT": 0}}
    assert_published(document, "timeline/2026-06-01.json", {**HEAD, "date": "2026-06-01", "minutes": [first, later]})
    assert not document.immutable


@pytest.mark.parametrize(
    ("document", "name", "content_type"),
    [
        (documents.places(head(), campaign(), {}), "places.json", "application/json; charset=utf-8"),
        (documents.recent(head(), {}, {}), "recent.json", "application/json; charset=utf-8"),
        (
            documents.timeline(head(), date(2026, 6, 1), {}, closed=True),
            "timeline/2026-06-01.json",
            "application/json; charset=utf-8",
        ),
        (totals_csv(head(), {})[0], "totals.csv", "text/csv; charset=utf-8; header=present"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_has_its_name_its_type_and_how_far_it_is(document: Document, name: str, content_type: str) -> None:
    assert (document.path, document.content_type) == (f"v1/campaigns/2026/{name}", content_type)
    assert document.position == head().position


def test_a_day_that_is_closed_is_a_document_for_ever() -> None:
    assert documents.timeline(head(), date(2026, 6, 1), {}, closed=True).immutable


def test_recent_lists_the_standing_acts_newest_first_without_their_streams() -> None:
    money = Money("EUR", 1_050)
    donation = Act(
        "donation", "business", "DE", "api", topic="fundraising", name="n1", people=3, minutes=120, pledged=money
    )
    entries = {
        f"{FIRST_MOMENT:013d} 2026/p1 1": RecentAct(1, Act("good_deed", "citizen", "KZ-75", "vk")),
        f"{FIRST_MOMENT + 1:013d} 2026/p1 2": RecentAct(3),
        f"{FIRST_MOMENT + 2:013d} 2026/p2 1": RecentAct(1, donation),
    }

    document = documents.recent(head(), entries, {"n1": "Үміт қоры"})

    acts = json.loads(document.body)["acts"]
    ids = [act.pop("id") for act in acts]
    assert acts == [
        {
            "at": "2026-06-01T04:00:00Z",
            "kind": "donation",
            "topic": "fundraising",
            "participant_type": "business",
            "organisation": "Үміт қоры",
            "place": "abroad",
            "people": 3,
            "hours": 2,
            "amount": {"currency": "EUR", "value": 1_050},
        },
        {
            "at": "2026-06-01T04:00:00Z",
            "kind": "good_deed",
            "topic": None,
            "participant_type": "citizen",
            "organisation": None,
            "place": "KZ-75",
            "people": 1,
            "hours": 0,
            "amount": None,
        },
    ]
    assert list(json.loads(document.body)) == [*HEAD, "acts"]
    assert all(list(act) == list(acts[0]) for act in acts)
    assert len(set(ids)) == 2
    assert not any(part in document.body for part in (b"2026/p1", b"2026/p2"))


def shown_act(act: Act, later_ms: int = 0) -> Any:
    entries = {f"{FIRST_MOMENT + later_ms:013d} 2026/p1 1": RecentAct(1, act)}
    (shown,) = json.loads(documents.recent(head(), entries, {}).body)["acts"]
    return shown


@pytest.mark.parametrize(
    ("later_ms", "at"), [(0, "04:00:00"), (59_999, "04:00:00"), (60_000, "04:01:00"), (3_599_999, "04:59:00")]
)
def test_an_act_is_shown_by_the_minute_it_was_recorded_in(later_ms: int, at: str) -> None:
    assert shown_act(Act("good_deed", "citizen", "KZ-75", "vk"), later_ms)["at"] == f"2026-06-01T{at}Z"


@pytest.mark.parametrize("participant_type", PARTICIPANT_TYPES)
def test_what_a_single_person_gave_is_shown_to_nobody(participant_type: ParticipantType) -> None:
    act = Act("donation", participant_type, "KZ-75", "vk", pledged=Money("KZT", 5_000), confirmed=Money("KZT", 4_000))

    expected = None if participant_type == PERSON else {"currency": "KZT", "value": 4_000}
    assert shown_act(act)["amount"] == expected


def test_the_id_of_an_act_on_the_ticker_leads_to_nothing_that_can_be_asked_for() -> None:
    entries = {
        f"{FIRST_MOMENT:013d} 2026/p1 {version}": RecentAct(version, Act("good_deed", "citizen", "KZ-75", "vk"))
        for version in range(1, 9)
    }

    ids = [act["id"] for act in json.loads(documents.recent(head(), entries, {}).body)["acts"]]

    assert len(set(ids)) == 8
    assert not any(is_receipt_id(shown) or is_name_id(shown) for shown in ids)


def test_an_act_keeps_its_id_on_the_ticker() -> None:
    entries = {f"{FIRST_MOMENT:013d} 2026/p1 1": RecentAct(1, Act("good_deed", "citizen", "KZ-75", "vk"))}
    more = {**entries, f"{FIRST_MOMENT + 9:013d} 2026/p9 1": RecentAct(1, Act("good_deed", "citizen", "KZ-10", "vk"))}

    shown, shown_later = (json.loads(documents.recent(head(), e, {}).body)["acts"][-1]["id"] for e in (entries, more))

    assert shown == shown_later


def test_each_act_of_a_participant_has_an_id_of_its_own_on_the_ticker() -> None:
    act = Act("good_deed", "citizen", "KZ-75", "vk")
    entries = {f"{FIRST_MOMENT:013d} 2026/p1 {version}": RecentAct(version, act) for version in (1, 2)}

    document = documents.recent(head(), entries, {})

    assert len({shown["id"] for shown in json.loads(document.body)["acts"]}) == 2


def test_a_name_that_is_not_shown_is_not_on_the_ticker() -> None:
    named = Act("good_deed", "school", "KZ-75", "vk", name="n1")
    entries = {f"{FIRST_MOMENT:013d} 2026/p1 1": RecentAct(1, named)}

    (shown,) = json.loads(documents.recent(head(), entries, {}).body)["acts"]

    assert shown["organisation"] is None


def test_a_board_shows_what_organisations_brought() -> None:
    fund = documents.organisation(Carry(2, "ngo", 900, 90, {"USD": 7, "KZT": 10}), "Ұлттық қор")

    document = documents.organisations(head(), "organisations/KZ-75.json", (fund,), NOW + 5)

    shown = {"name": "Ұлттық қор", "participations": 2, "people": 900, "hours": 1.5, "amount": {"KZT": 10, "USD": 7}}
    assert document.position == DocumentPosition(1, head().rev, NOW + 5)
    assert json.loads(document.body) == {**HEAD, "organisations": [{**shown, "participant_type": "ngo"}]}
    assert document.path == "v1/campaigns/2026/organisations/KZ-75.json"


def test_a_history_reads_in_live_as_its_acts() -> None:
    acts = [
        Act("good_deed", "citizen", "KZ-75", "vk"),
        Act("volunteering", "citizen", "KZ-75", "vk", people=4, minutes=510),
    ]
    events = [recorded(act, version) for version, act in enumerate(acts, start=1)]

    document = documents.live(head(), campaign(), folded(TOTALS, events)["all"], NONE_REACHED)

    shown = json.loads(document.body)["totals"]
    assert shown == {
        "participants": 1,
        "participations": 2,
        "people": 5,
        "hours": 8,
        "amount": {"KZT": 0},
        "volunteers": 4,
        "good_deeds": 1,
        "events_held": 0,
        "organisations": 0,
    }


def named_act(random: Random, number: int) -> RecentAct:
    """Return an act of an organisation that is called otherwise than all others."""
    return RecentAct(
        1,
        Act(
            random.choice(KINDS),
            random.choice(PARTICIPANT_TYPES),
            random.choice([*regions()]),
            "standard",
            name=f"n{number}",
            people=random.randint(1, 500),
            minutes=30 * random.randint(0, 90),
            pledged=Money("KZT", random.randint(1_000, 900_000)) if number % 3 == 0 else None,
        ),
    )


_WORDS = (
    "Қоғамдық қор Болашақ мектеп-гимназия атындағы лицей Достық Нұр Жас Қанат ерікті орталығы облыстық филиалы "
    "благотворительный фонд Үміт средняя школа колледж сервис Алатау Темір логистика қалалық кітапхана Айналайын "
    "университет студенческий совет добровольцев Шапағат Самал Ақниет бизнес товарищество Береке"
).split()


def said(random: Random) -> str:
    return " ".join(random.sample(_WORDS, 6))


def regional_goals(random: Random) -> tuple[Goal, ...]:
    """Return a goal of each region."""
    return tuple(Goal("good_deeds", target := random.randint(2, 30) * 500, target, code) for code in regions())


def full_launch_page(random: Random) -> Document:
    """Return the launch page's document of a campaign at its goal that has all that a campaign may have."""
    totals, by_place = at_its_goal(random)
    milestones = tuple(
        Milestone(f"m{number}", "good_deeds", 10_000 * number, {language: said(random) for language in LANGUAGES})
        for number in range(1, 11)
    )
    reached = ReachedMilestones(
        tuple(Reached(m.id, m.metric, m.at, f"2026-06-01T0{n}:1{n}:0{n}.12{n}Z") for n, m in enumerate(milestones[:7]))
    )
    links = tuple(Link(f"https://{name}.example.kz/qaiyrym?utm_source=page", NAMES) for name in ("forms", "t", "vk"))
    on_air = msgspec.structs.replace(campaign(milestones=milestones, changes=12), links=links)
    on_air = msgspec.structs.replace(on_air, goals=(*on_air.goals, *regional_goals(random)))
    entries = {
        f"{FIRST_MOMENT + number * 61_000:013d} 2026/p{number} 1": named_act(random, number) for number in range(50)
    }
    names = {f"n{number}": said(random) for number in range(50)}
    top = header(on_air, applied=random.randint(200_000, 300_000), now=NOW)
    return documents.launch_page(top, on_air, totals, reached, by_place, entries, names)


@pytest.mark.parametrize("seed", range(20))
def test_the_launch_page_with_20_regions_10_milestones_and_20_acts_is_one_of_4_kb(seed: int) -> None:
    document = full_launch_page(Random(seed))

    page = json.loads(document.body)
    assert (len(page["places"]), len(page["milestones"]), len(page["acts"])) == (21, 10, 20)
    assert len(gzip.compress(document.body, 6)) <= 4_000


def test_the_launch_page_says_what_counter_places_and_ticker_say() -> None:
    random = Random(1)
    totals, by_place = at_its_goal(random)
    on_air = msgspec.structs.replace(campaign(), links=(Link("https://example.kz/", NAMES),), min_cell=3)
    entries = {f"{FIRST_MOMENT:013d} 2026/p{n} 1": named_act(random, n) for n in range(50)}
    names = {f"n{n}": f"Name {n}" for n in range(0, 50, 2)}

    page = json.loads(documents.launch_page(head(), on_air, totals, NONE_REACHED, by_place, entries, names).body)

    counter = json.loads(documents.live(head(), on_air, totals, NONE_REACHED).body)
    by_place = json.loads(documents.places(head(), on_air, by_place).body)
    ticker = json.loads(documents.recent(head(), entries, names).body)
    campaign_itself = {"names": dict(NAMES), "links": [{"url": "https://example.kz/", "title": dict(NAMES)}]}
    expected = {**counter, "places": by_place["places"], "acts": ticker["acts"][:20], **campaign_itself}
    assert (page, list(page)) == (expected, list(expected))


@pytest.mark.parametrize("seed", range(20))
def test_at_its_goal_the_campaign_has_a_live_of_300_bytes_and_places_of_900(seed: int) -> None:
    random = Random(seed)
    totals, by_place = at_its_goal(random)
    on_air = campaign(changes=12)
    top = header(on_air, applied=random.randint(200_000, 300_000), now=NOW + seed)
    with_regional_goals = msgspec.structs.replace(on_air, goals=(*on_air.goals, *regional_goals(random)))

    live = documents.live(top, on_air, totals, NONE_REACHED)
    places = documents.places(top, on_air, by_place)

    assert len(gzip.compress(live.body)) <= 300
    assert len(gzip.compress(places.body)) <= 900
    assert documents.live(top, with_regional_goals, totals, NONE_REACHED) == live
    assert len(gzip.compress(documents.places(top, with_regional_goals, by_place).body)) <= 1_000


def test_the_goals_of_a_region_stand_beside_its_numbers_and_no_goal_of_a_region_is_one_of_the_campaign() -> None:
    regional = Goal("good_deeds", 500, 100, "KZ-75"), Goal("people", 9_000, 9_000, "KZ-75")
    on_air = campaign(goals=(regional[0], Goal("good_deeds", 100_000, 100_000), regional[1]))

    places = json.loads(documents.places(head(), on_air, {}).body)["places"]
    live = json.loads(documents.live(head(), on_air, {}, NONE_REACHED).body)

    assert places == dict.fromkeys(places, NO_METRICS) | {
        "KZ-75": {**NO_METRICS, "goals": {"good_deeds": 500, "people": 9_000}}
    }
    assert live["goals"] == [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]


def test_a_place_has_the_numbers_that_goals_of_regions_may_be_of() -> None:
    assert PlaceMetrics.__struct_fields__ == (*PLACE_METRICS, "goals")
