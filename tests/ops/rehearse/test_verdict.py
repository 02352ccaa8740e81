from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from ops.rehearse.verdict import Difference, Documents, differences
from tests.ops.rehearse.ledgers import Sent, amounts, documents, place

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


def ticker(kind: str, people: int, hours: float = 0, where: str = "KZ-75", **members: Any) -> dict[str, Any]:
    row = {"kind": kind, "topic": None, "participant_type": "citizen", "organisation": None, "place": where}
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
    )


def of(found: list[Difference]) -> list[tuple[str, str, str, Any, Any]]:
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

    found = differences(sent.ledger, replace(shown, places={"places": places}))

    assert of(found) == [("places.json", "events_held", "KZ-10", 1, 0)]


def test_a_place_that_is_not_among_those_of_the_campaign_is_named(sent: Sent, shown: Documents) -> None:
    places = {**shown.places["places"], "other": place(participations=1)}

    found = differences(sent.ledger, replace(shown, places={"places": places}))

    assert of(found) == [("places.json", "participations", "other", 0, 1)]


def test_a_cell_of_the_table_is_named_by_kind_and_place(sent: Sent, shown: Documents) -> None:
    text = shown.csv.replace("good_deed,abroad,1,1,", "good_deed,abroad,2,1,")

    found = differences(sent.ledger, replace(shown, csv=text))

    assert of(found) == [("totals.csv", "participations", "good_deed abroad", 1, 2)]


def test_a_row_that_the_table_lacks_is_named(sent: Sent, shown: Documents) -> None:
    text = "\n".join(line for line in shown.csv.splitlines() if not line.startswith("initiative,KZ-33"))

    found = differences(sent.ledger, replace(shown, csv=text))

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

    found = differences(sent.ledger, replace(shown, organisations={"organisations": rows}))

    assert ("organisations.json", *expected) in of(found)


def test_who_has_to_be_on_the_board_is_missed(sent: Sent, shown: Documents) -> None:
    found = differences(sent.ledger, replace(shown, organisations={"organisations": []}))

    assert ("organisations.json", "name", "№ 1 мектеп", "shown", "not shown") in of(found)


def test_a_name_that_nobody_has_let_on_air_is_missed_by_nobody(sent: Sent, shown: Documents) -> None:
    sent.ledger.decided_on_name("№ 1 мектеп", "hidden")

    documents = {one.document for one in differences(sent.ledger, shown)}

    assert documents == {"organisations.json", "recent.json"}


def test_an_act_that_the_ticker_lacks_and_one_that_it_made_up_are_named(sent: Sent, shown: Documents) -> None:
    acts = [*shown.recent["acts"][:-1], ticker("donation", 1)]

    found = differences(sent.ledger, replace(shown, recent={"acts": acts}))

    assert [(one.document, one.expected, one.shown) for one in found] == [("recent.json", 0, 1), ("recent.json", 1, 0)]


def test_an_act_in_the_wrong_minute_is_named_though_the_sum_is_right(sent: Sent, shown: Documents) -> None:
    (minute,) = shown.timelines["2026-06-01"]["minutes"]
    moved = [{**minute, "at": "08:40", "participations": 1}, {**minute, "participations": 3}]
    moved[0] |= {"people": 0, "hours": 0}

    found = differences(sent.ledger, replace(shown, timelines={"2026-06-01": {"minutes": moved}}))

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


@pytest.mark.parametrize(("count", "missed"), [(49, True), (50, False), (51, False)])
def test_the_ticker_holds_the_last_fifty_and_those_before_may_be_gone(
    sent: Sent, shown: Documents, count: int, missed: bool
) -> None:
    sent.act("first", "donation", people=7)
    for number in range(count):
        sent.act(f"later {number}", "initiative")

    found = differences(sent.ledger, replace(shown, recent={"acts": [ticker("initiative", 1)] * min(count, 50)}))

    assert any(one.document == "recent.json" for one in found) == missed


def test_an_act_that_was_long_under_way_may_be_older_than_it_seems(sent: Sent, shown: Documents) -> None:
    slow = sent.act("slow", "donation", people=7)
    for number in range(50):
        sent.act(f"later {number}", "initiative")
    entry = sent.ledger.entries[slow]
    sent.ledger.entries[slow] = replace(entry, known_at=sent.now + 1)

    found = differences(sent.ledger, replace(shown, recent={"acts": [ticker("initiative", 1)] * 50}))

    assert not any(one.document == "recent.json" for one in found)
