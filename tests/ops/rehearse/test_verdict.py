from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from ops.rehearse.badges import badge_names
from ops.rehearse.campaign import GOALS
from ops.rehearse.verdict import Documents, WrongFigure, differences
from tests.ops.rehearse.ledgers import Sent, amounts, badge, documents, place

TOTALS = {
    "participants": 3,
    "participations": 4,
    "people": 32,
    "hours": 3,
    "amount": amounts(),
    "volunteers": 5,
    "good_deeds": 2,
    "events_held": 1,
    "organisations": 1,
}


_COUNTS = [name for name in TOTALS if name != "amount"]
_ids = map(str, count())


def ticker(kind: str, people: int, hours: float = 0, where: str = "KZ-75", **members: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"id": next(_ids), "at": "2026-06-01T04:00:00Z"}
    row |= {"kind": kind, "topic": None, "participant_type": "citizen", "organisation": None, "place": where}
    return {**row, "people": people, "hours": hours, "amount": None, **members}


@pytest.fixture
def sent() -> Sent:
    """Two persons and a school, in the same minute; one act was taken back, one waits."""
    sent = Sent()
    sent.act("aigul", "volunteering", people=5, minutes=90)
    sent.act("aigul", "good_deed", people=1)
    sent.act("yerlan", "good_deed", place="DE", people=1)
    sent.act("school", "class_hour", place="KZ-10", people=25, minutes=90, of="school", organisation="№ 1 мектеп")
    sent.ledger.withdrawn(sent.act("olga", people=9), *sent.times())
    sent.act("pavel", people=2_000)
    return sent


@pytest.fixture
def shown() -> Documents:
    """What viewers have to be shown of it."""
    school = {"name": "№ 1 мектеп", "participations": 1, "people": 25, "hours": 1.5, "amount": amounts()}
    return documents(
        TOTALS,
        {
            "KZ-75": place(participations=2, people=6, hours=1, volunteers=5, good_deeds=1),
            "KZ-10": place(participations=1, people=25, hours=1, events_held=1),
            "abroad": place(participations=1, people=1, good_deeds=1),
        },
        {
            ("volunteering", "KZ-75"): (1, 5, 90),
            ("good_deed", "KZ-75"): (1, 1, 0),
            ("good_deed", "abroad"): (1, 1, 0),
            ("class_hour", "KZ-10"): (1, 25, 90),
        },
        [{"at": "09:00", "participations": 4, "people": 32, "hours": 3, "amount": amounts()}],
        [
            ticker("class_hour", 25, 1.5, "KZ-10", participant_type="school", organisation="№ 1 мектеп"),
            ticker("good_deed", 1, where="abroad"),
            ticker("good_deed", 1),
            ticker("volunteering", 5, 1.5),
        ],
        [school],
        in_review=1,
        boards={"KZ-10": [school]},
    )


def timelines(shown: Documents, minutes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {day: {**timeline, "minutes": minutes} for day, timeline in shown.timelines.items()}


def of(found: list[WrongFigure]) -> list[tuple[str, str, str, Any, Any]]:
    return [(one.document, one.metric, one.of, one.expected, one.shown) for one in found]


def test_documents_that_tell_what_was_sent_are_exact(sent: Sent, shown: Documents) -> None:
    assert differences(sent.ledger, shown) == []


@pytest.mark.parametrize("metric", [metric for metric in TOTALS if metric != "amount"])
def test_a_total_that_is_one_off_is_named(sent: Sent, shown: Documents, metric: str) -> None:
    wrong = {**shown.live, "totals": {**TOTALS, metric: TOTALS[metric] + 1}}  # type: ignore[operator]

    found = differences(sent.ledger, replace(shown, live=wrong))

    assert of(found) == [("live.json", metric, "all", TOTALS[metric], TOTALS[metric] + 1)]  # type: ignore[operator]


def test_an_amount_of_a_currency_that_nobody_sent_is_named(sent: Sent, shown: Documents) -> None:
    wrong = {**shown.live, "totals": {**TOTALS, "amount": amounts(USD=1)}}

    found = differences(sent.ledger, replace(shown, live=wrong))

    assert of(found) == [("live.json", "amount", "all", {"KZT": 0}, {"KZT": 0, "USD": 1})]


def test_what_waits_is_compared_too(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, replace(shown, live={**shown.live, "in_review": 0}))

    assert of(found) == [("live.json", "in_review", "all", 1, 0)]


def test_a_place_is_named_with_its_metric(sent: Sent, shown: Documents) -> None:
    places = {**shown.places["places"], "KZ-10": place(participations=1, people=25, hours=1)}

    found = differences(sent.ledger, replace(shown, places={**shown.places, "places": places}))

    assert of(found) == [("places.json", "events_held", "KZ-10", 1, 0)]


def test_a_place_that_is_not_among_those_of_the_campaign_is_named(sent: Sent, shown: Documents) -> None:
    places = {**shown.places["places"], "other": place(participations=1)}

    found = differences(sent.ledger, replace(shown, places={**shown.places, "places": places}))

    assert of(found) == [("places.json", "participations", "other", 0, 1)]


def test_a_cell_of_the_table_is_named_by_kind_and_place(sent: Sent, shown: Documents) -> None:
    text = shown.csv.replace("good_deed,abroad,1,1,", "good_deed,abroad,2,1,")

    found = differences(sent.ledger, replace(shown, csv=text))

    assert ("totals.csv", "participations", "good_deed abroad", 1, 2) in of(found)


def test_the_table_for_spreadsheets_is_the_same_table(sent: Sent, shown: Documents) -> None:
    text = shown.spreadsheet.replace("good_deed;abroad;1;", "good_deed;abroad;2;")

    found = differences(sent.ledger, replace(shown, spreadsheet=text))

    assert of(found) == [("totals-excel.csv", "rows", "all", "those of totals.csv", "others")]


def test_what_the_hours_add_up_to_is_named_by_kind_and_place(sent: Sent, shown: Documents) -> None:
    ((day, text),) = shown.hours.items()
    twice = text.replace("good_deed,abroad,recorded,2026-06-01,9,1,", "good_deed,abroad,recorded,2026-06-01,9,2,")

    found = differences(sent.ledger, replace(shown, hours={day: twice}))

    assert of(found) == [("days", "participations", "good_deed abroad", 1, 2)]


def test_what_the_days_add_up_to_is_compared_with_everything(sent: Sent, shown: Documents) -> None:
    text = shown.days.replace("recorded,4,", "recorded,5,")

    found = differences(sent.ledger, replace(shown, days=text))

    assert of(found) == [("days.csv", "participations", "all", 4, 5)]


def test_a_row_that_the_table_lacks_is_named(sent: Sent, shown: Documents) -> None:
    text = "\n".join(line for line in shown.csv.splitlines() if not line.startswith("initiative,KZ-33"))

    found = differences(sent.ledger, replace(shown, csv=text, spreadsheet=text.replace(",", ";")))

    assert of(found) == [("totals.csv", "row", "initiative KZ-33", "there", "missing")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: [{**rows[0], "people": 24}], ("people", "№ 1 мектеп", 25, 24)),
        (lambda rows: [*rows, {**rows[0], "name": "Басқа"}], ("name", "Басқа", "not shown", "shown")),
    ],
)
def test_the_board_is_compared_row_by_row(
    sent: Sent, shown: Documents, change: Callable[[Any], Any], expected: tuple[Any, ...]
) -> None:
    rows = change(shown.organisations["organisations"])

    found = differences(sent.ledger, replace(shown, organisations={**shown.organisations, "organisations": rows}))

    assert ("organisations.json", *expected) in of(found)


def test_who_has_to_be_on_the_board_is_missed(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, replace(shown, organisations={"organisations": []}))

    assert ("organisations.json", "name", "№ 1 мектеп", "shown", "not shown") in of(found)


def test_a_name_that_nobody_has_let_on_air_is_missed_by_nobody(sent: Sent, shown: Documents) -> None:
    sent.ledger.decided_on_name("№ 1 мектеп", "hidden")

    documents = {one.document for one in differences(sent.ledger, shown)}

    assert documents == {"organisations.json", "organisations/KZ-10.json", "recent.json", "page.json"}


def test_an_act_that_the_ticker_lacks_and_one_that_it_made_up_are_named(sent: Sent, shown: Documents) -> None:
    acts = [*shown.recent["acts"][:-1], ticker("donation", 1)]

    found = differences(sent.ledger, replace(shown, recent={**shown.recent, "acts": acts}))

    told = [(one.document, one.expected, one.shown) for one in found if one.document == "recent.json"]
    assert told == [("recent.json", 0, 1), ("recent.json", 1, 0)]


def test_an_act_in_the_wrong_minute_is_named_though_the_sum_is_right(sent: Sent, shown: Documents) -> None:
    (minute,) = shown.timelines["2026-06-01"]["minutes"]
    moved = [{**minute, "at": "08:40", "participations": 1}, {**minute, "participations": 3}]
    moved[0] |= {"people": 0, "hours": 0}

    found = differences(sent.ledger, replace(shown, timelines=timelines(shown, moved)))

    assert of(found) == [("timeline", "participations", "up to 08:41", "0 to 0", 1)]


def test_what_was_under_way_at_the_end_of_a_minute_may_be_of_either(sent: Sent, shown: Documents) -> None:
    sent.now += 52
    sent.act("late", "initiative", people=1)
    (minute,) = shown.timelines["2026-06-01"]["minutes"]
    late = {**minute, "participations": 1, "people": 1, "hours": 0}

    for at in ("09:00", "09:01"):
        minutes = [{**minute, "participations": 5, "people": 33}] if at == "09:00" else [minute, {**late, "at": at}]
        found = differences(sent.ledger, replace(shown, timelines={"2026-06-01": {"minutes": minutes}}))
        assert [one for one in found if one.document == "timeline"] == []


@pytest.mark.parametrize(("acts", "missed"), [(49, True), (50, False), (51, False)])
def test_the_ticker_holds_the_last_fifty_and_those_before_may_be_gone(
    sent: Sent, shown: Documents, acts: int, missed: bool
) -> None:
    sent.act("first", "donation", people=7)
    for number in range(acts):
        sent.act(f"later {number}", "initiative")
    later = [ticker("initiative", 1) for _ in range(min(acts, 50))]

    found = differences(sent.ledger, replace(shown, recent={**shown.recent, "acts": later}))

    assert any(one.document == "recent.json" for one in found) == missed


def test_an_act_that_was_long_under_way_may_be_older_than_it_seems(sent: Sent, shown: Documents) -> None:
    slow = sent.act("slow", "donation", people=7)
    for number in range(50):
        sent.act(f"later {number}", "initiative")
    entry = sent.ledger.entries[slow]
    sent.ledger.entries[slow] = replace(entry, known_at=sent.now + 1)
    later = [ticker("initiative", 1) for _ in range(50)]

    found = differences(sent.ledger, replace(shown, recent={**shown.recent, "acts": later}))

    assert not any(one.document == "recent.json" for one in found)


@pytest.mark.parametrize("name", [name for _, name in badge_names()])
def test_a_badge_that_is_seven_off_is_named_wherever_it_says_so(sent: Sent, shown: Documents, name: str) -> None:
    metric = name.removeprefix("badge/").split(".")[0]
    number = 0 if metric == "amount" else TOTALS[metric]
    wrong = {**shown.badges, name: badge(number + 7)}  # type: ignore[operator]

    found = differences(sent.ledger, replace(shown, badges=wrong))

    assert of(found) == [(name, metric, "text, title, aria-label", number, number + 7)]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("instead", "where", "told"),
    [
        ({"text": "\u221232"}, "text", -32),
        ({"title": "3\u00a0200"}, "title", 3_200),
        ({"label": "320 &#8376;"}, "aria-label", 320),
        ({"text": "many"}, "text", None),
    ],
)
def test_a_badge_is_read_as_it_is_shown(
    sent: Sent, shown: Documents, instead: dict[str, str], where: str, told: int | None
) -> None:
    wrong = {**shown.badges, "badge/people.kk.svg": badge(32, **instead)}

    found = differences(sent.ledger, replace(shown, badges=wrong))

    assert of(found) == [("badge/people.kk.svg", "people", where, 32, told)]


def test_a_picture_without_a_number_is_no_badge(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, replace(shown, badges={**shown.badges, "badge/hours.en.svg": "<svg/>"}))

    assert {(one.document, one.shown) for one in found} == {("badge/hours.en.svg", None)}


def with_board(shown: Documents, code: str, rows: list[dict[str, Any]]) -> Documents:
    return replace(shown, boards={**shown.boards, code: {**shown.boards[code], "organisations": rows}})


@pytest.mark.parametrize("times", [2, 3])
def test_a_board_of_a_region_that_tells_its_first_row_again_is_named(sent: Sent, shown: Documents, times: int) -> None:
    found = differences(sent.ledger, with_board(shown, "KZ-10", shown.boards["KZ-10"]["organisations"] * times))

    assert of(found) == [
        ("organisations/KZ-10.json", "rows", "all", 1, times),
        ("organisations/KZ-10.json", "rows", "№ 1 мектеп", 1, times),
    ]


def test_an_organisation_on_the_board_of_another_region_is_named(sent: Sent, shown: Documents) -> None:
    school = shown.boards["KZ-10"]["organisations"]

    found = of(differences(sent.ledger, with_board(with_board(shown, "KZ-75", school), "KZ-10", [])))

    assert ("organisations/KZ-75.json", "name", "№ 1 мектеп", "not shown", "shown") in found
    assert ("organisations/KZ-10.json", "name", "№ 1 мектеп", "shown", "not shown") in found


@pytest.mark.parametrize("metric", ["participations", "people", "hours", "amount"])
def test_a_number_on_the_board_of_a_region_is_named(sent: Sent, shown: Documents, metric: str) -> None:
    (school,) = shown.boards["KZ-10"]["organisations"]
    told = {"KZT": 1} if metric == "amount" else school[metric] + 1

    found = differences(sent.ledger, with_board(shown, "KZ-10", [{**school, metric: told}]))

    assert of(found) == [("organisations/KZ-10.json", metric, "№ 1 мектеп", school[metric], told)]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2, 1]])
def test_a_board_is_in_the_order_of_people_and_then_of_names(order: list[int]) -> None:
    sent = Sent()
    rows = []
    for name, people in (("В", 9), ("А", 5), ("Б", 5)):
        sent.act(name, place="KZ-10", people=people, of="school", organisation=name)
        rows.append({"name": name, "participations": 1, "people": people, "hours": 0, "amount": amounts()})
    right = documents({"amount": amounts()} | dict.fromkeys(_COUNTS, 0), {}, {}, [], [], rows, boards={"KZ-10": rows})

    found = differences(sent.ledger, with_board(right, "KZ-10", [rows[index] for index in order]))

    of_boards = [one for one in of(found) if one[0].startswith("organisations")]
    assert of_boards == [
        ("organisations/KZ-10.json", "order", "all", "most people first, then by name", "another"),
    ]


def test_a_board_that_is_full_may_leave_out_who_ties_with_its_last_and_nobody_else() -> None:
    sent = Sent()
    for number in range(102):
        people = 6 if number < 99 else 5 if number < 101 else 1
        sent.act(f"{number}", people=people, of="school", organisation=f"{number:03}")
    rows = [
        {
            "name": f"{number:03}",
            "participations": 1,
            "people": 6 if number < 99 else 5,
            "hours": 0,
            "amount": amounts(),
        }
        for number in range(101)
    ]
    last = {"name": "101", "participations": 1, "people": 1, "hours": 0, "amount": amounts()}
    empty = documents({"amount": amounts()} | dict.fromkeys(_COUNTS, 0), {}, {}, [], [], [])

    def told(board: list[dict[str, Any]]) -> list[tuple[str, str, str, Any, Any]]:
        found = differences(sent.ledger, replace(empty, organisations={**empty.organisations, "organisations": board}))
        return [one for one in of(found) if one[0] == "organisations.json"]

    assert told(rows[:100]) == []
    assert told([*rows[:99], rows[100]]) == []
    assert told([*rows[:99], last]) == [("organisations.json", "name", "101", "not shown", "shown")]
    assert told(rows[1:]) == [("organisations.json", "name", "000", "shown", "not shown")]


def with_page(shown: Documents, **members: Any) -> Documents:
    return replace(shown, page={**shown.page, **members})


def test_a_launch_page_without_acts_is_named(sent: Sent, shown: Documents) -> None:
    found = of(differences(sent.ledger, with_page(shown, acts=[])))

    assert ("page.json", "acts", "all", "the newest 4 of recent.json", "0 others") in found
    assert ("page.json", "acts", "good_deed, citizen, abroad, 1, 0.0", 1, 0) in found
    assert {one[0] for one in found} == {"page.json"}


def test_acts_of_the_launch_page_that_are_not_those_of_the_ticker_are_named(sent: Sent, shown: Documents) -> None:
    acts = [{**act, "id": f"other {act['id']}"} for act in shown.page["acts"]]

    found = differences(sent.ledger, with_page(shown, acts=acts))

    assert of(found) == [("page.json", "acts", "all", "the newest 4 of recent.json", "4 others")]


def test_the_launch_page_has_the_newest_twenty(sent: Sent, shown: Documents) -> None:
    for number in range(25):
        sent.act(f"later {number}", "initiative")
    acts = [*(ticker("initiative", 1) for _ in range(25)), *shown.recent["acts"]]
    ticking = replace(shown, recent={**shown.recent, "acts": acts})

    def told(page: list[dict[str, Any]]) -> list[tuple[str, str, str, Any, Any]]:
        found = of(differences(sent.ledger, with_page(ticking, acts=page)))
        return [one for one in found if one[:2] in (("page.json", "acts"), ("page.json", "rows"))]

    assert told(acts[:20]) == []
    assert ("page.json", "rows", "acts", 20, 21) in told(acts[:21])
    assert told(acts[:19])[0] == ("page.json", "acts", "initiative, citizen, KZ-75, 1, 0.0", 20, 19)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda acts: [*acts[:-1], {**acts[-1], "id": acts[0]["id"]}], ("id", "acts", "of one act each", "of several")),
        (
            lambda acts: [{**acts[0], "at": "2026-06-01T03:59:00Z"}, *acts[1:]],
            ("order", "acts", "newest first", "another"),
        ),
    ],
)
def test_acts_on_the_ticker_are_each_another_and_newest_first(
    sent: Sent, shown: Documents, change: Callable[[Any], Any], expected: tuple[Any, ...]
) -> None:
    acts = change(shown.recent["acts"])

    found = differences(sent.ledger, with_page(replace(shown, recent={**shown.recent, "acts": acts}), acts=acts))

    assert of(found) == [("recent.json", *expected), ("page.json", *expected)]


@pytest.mark.parametrize(
    ("member", "told"),
    [("goals", [*GOALS[:1], {**GOALS[1], "target": 1}]), ("names", {"kk": "Басқа"}), ("links", []), ("in_review", 0)],
)
def test_what_the_launch_page_says_of_the_campaign_is_compared(
    sent: Sent, shown: Documents, member: str, told: Any
) -> None:
    found = differences(sent.ledger, with_page(shown, **{member: told}))

    assert of(found) == [("page.json", member, "all", shown.page[member], told)]


def test_goals_of_the_counter_are_compared(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, replace(shown, live={**shown.live, "goals": []}))

    assert of(found) == [("live.json", "goals", "all", list(GOALS), [])]


def with_milestones(shown: Documents, **reached: str) -> Documents:
    milestones = [{**one, "reached_at": reached.get(one["id"])} for one in shown.live["milestones"]]
    return with_page(replace(shown, live={**shown.live, "milestones": milestones}), milestones=milestones)


def test_a_milestone_that_nothing_has_reached_is_named(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, with_milestones(shown, far="2026-06-01T04:00:00Z"))

    far = ("reached_at", "milestone far", None, "2026-06-01T04:00:00Z")
    assert of(found) == [("live.json", *far), ("page.json", *far)]


def test_a_milestone_that_is_reached_has_to_say_so_and_may_where_acts_were_taken_back() -> None:
    sent = Sent()
    keys = [sent.act(f"{number}") for number in range(10)]
    empty = documents({"amount": amounts()} | dict.fromkeys(_COUNTS, 0), {}, {}, [], [], [])
    first = ("reached_at", "milestone first", "when it was reached", None)

    def told(documents: Documents) -> list[tuple[str, str, str, Any, Any]]:
        return [one for one in of(differences(sent.ledger, documents)) if one[1] == "reached_at"]

    assert told(empty) == [("live.json", *first), ("page.json", *first)]
    assert told(with_milestones(empty, first="2026-06-01T04:00:00Z")) == []
    sent.ledger.withdrawn(keys[0], *sent.times())
    assert told(empty) == []
    assert told(with_milestones(empty, first="2026-06-01T04:00:00Z")) == []


def test_milestones_that_are_not_those_of_the_campaign_are_named(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, with_page(shown, milestones=shown.page["milestones"][:1]))

    assert [(one.document, one.metric) for one in found] == [("page.json", "milestones")]


@pytest.mark.parametrize("member", ["names", "state", "opens", "closes", "goals", "milestones", "links", "topics"])
def test_the_entry_in_the_list_of_campaigns_is_compared(sent: Sent, shown: Documents, member: str) -> None:
    *others, entry = shown.campaigns["campaigns"]

    found = differences(sent.ledger, replace(shown, campaigns={"campaigns": [*others, {**entry, member: "other"}]}))

    assert of(found) == [("campaigns.json", member, "rehearsal-1", entry[member], "other")]


@pytest.mark.parametrize("times", [0, 2])
def test_a_campaign_is_in_the_list_once(sent: Sent, shown: Documents, times: int) -> None:
    *others, entry = shown.campaigns["campaigns"]

    found = differences(sent.ledger, replace(shown, campaigns={"campaigns": [*others, *[entry] * times]}))

    assert of(found) == [("campaigns.json", "rows", "rehearsal-1", 1, times)]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("live.json", lambda shown, head: replace(shown, live=head(shown.live))),
        ("page.json", lambda shown, head: replace(shown, page=head(shown.page))),
        ("places.json", lambda shown, head: replace(shown, places=head(shown.places))),
        ("recent.json", lambda shown, head: replace(shown, recent=head(shown.recent))),
        ("organisations.json", lambda shown, head: replace(shown, organisations=head(shown.organisations))),
        (
            "organisations/abroad.json",
            lambda shown, head: replace(shown, boards={**shown.boards, "abroad": head(shown.boards["abroad"])}),
        ),
        (
            "timeline/2026-06-01.json",
            lambda shown, head: replace(shown, timelines={day: head(page) for day, page in shown.timelines.items()}),
        ),
    ],
)
@pytest.mark.parametrize(("member", "right", "wrong"), [("state", "test", "live"), ("campaign", "rehearsal-1", "2026")])
def test_each_document_says_its_campaign_and_that_it_is_a_test(
    sent: Sent, shown: Documents, name: str, change: Callable[..., Documents], member: str, right: str, wrong: str
) -> None:
    def head(page: Mapping[str, Any]) -> dict[str, Any]:
        return {**page, member: wrong}

    found = differences(sent.ledger, change(shown, head))

    assert of(found) == [(name, member, "all", right, wrong)]
