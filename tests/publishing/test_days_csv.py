"""The files of days: corrections are entries of the day on which they are made, and a day that is over stays."""

import contextlib
import csv
import io
import re
import urllib.request
from collections import Counter
from datetime import date
from types import SimpleNamespace

import msgspec
import pytest

from chalicelib.clock import now_ms
from chalicelib.domain.events import Event, ParticipationCorrected, ParticipationWithdrawn, RecordedEvent
from chalicelib.domain.participation import Act, Money
from chalicelib.projections.change import change_of
from chalicelib.publishing.days_csv import say_the_same
from chalicelib.publishing.document_store import CACHED, CACHED_FOR_EVER
from infra.local.local_settings import REPOSITORY
from tests.histories import FIRST_MOMENT
from tests.publishing.campaigns import campaign, recorded
from tests.publishing.stage import GOOD_DEED, Stage, acts, withdrawal

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FIRST_DAY, SECOND_DAY = "days/2026-06-01.csv", "days/2026-06-02.csv"


def rows(stage: Stage, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(stage.body(name), newline="")))


def told(stage: Stage, name: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(stage, name)]


def later(event: RecordedEvent, by_ms: int) -> RecordedEvent:
    return msgspec.structs.replace(event, recorded_at=event.recorded_at + by_ms)


def publish(stage: Stage, *events: RecordedEvent) -> None:
    stage.publisher().publish(stage.project(events))


def test_a_line_tells_the_hour_the_kind_the_place_and_what_was_done(stage: Stage) -> None:
    stage.set_up(campaign())
    act = Act("donation", "business", "KZ-39", "api", people=3, minutes=90, pledged=Money("KZT", 5_000))
    publish(stage, recorded(act), recorded(msgspec.structs.replace(act, pledged=Money("USD", 250)), 2))

    head, line, _ = stage.body(FIRST_DAY).split("\r\n")
    assert head == (
        "date,hour,kind,place,place_kk,place_ru,place_en,entry,made_on,made_hour,"
        "participations,people,minutes,amount_KZT,amount_USD,as_of,rev"
    )
    assert line == (
        "2026-06-01,9,donation,KZ-39,Қостанай облысы,Костанайская область,Kostanay Region,recorded,2026-06-01,9,"
        "2,6,180,5000,250,2026-06-01T04:00:00.000Z,2"
    )


def test_what_is_taken_back_the_next_day_is_a_line_of_the_next_day(stage: Stage) -> None:
    stage.set_up(campaign())
    deeds = acts(2)
    publish(stage, *deeds)
    before = stage.body(FIRST_DAY)
    stage.now += DAY_MS
    publish(stage, later(withdrawal(deeds[0], 3), DAY_MS))

    assert stage.body(FIRST_DAY) == before
    columns = ("date", "hour", "entry", "made_on", "made_hour", "participations")
    assert told(stage, SECOND_DAY, *columns) == [("2026-06-01", "9", "withdrawn", "2026-06-02", "9", "-1")]


def test_all_days_are_listed_with_what_each_kind_of_entry_added(stage: Stage) -> None:
    stage.set_up(campaign())
    act = msgspec.structs.replace(GOOD_DEED, minutes=60, people=3, pledged=Money("USD", 5))
    deeds = [recorded(act, version) for version in (1, 2)]
    publish(stage, *deeds, withdrawal(deeds[0], 3))
    stage.now += DAY_MS
    publish(stage, *acts(3, first=4, at=stage.now))

    assert told(stage, "days.csv", "date", "entry", "participations", "final", "file", "rev") == [
        ("2026-06-01", "recorded", "2", "false", FIRST_DAY, "3"),
        ("2026-06-01", "withdrawn", "-1", "false", FIRST_DAY, "3"),
        ("2026-06-02", "recorded", "3", "false", SECOND_DAY, "3"),
    ]
    measured = told(stage, "days.csv", "people", "minutes", "amount_USD", "as_of", "epoch")
    assert measured[0] == ("6", "120", "10", "2026-06-01T04:00:00.000Z", "1")
    assert measured[-1] == ("3", "0", "0", "2026-06-02T04:00:00.000Z", "1")
    shown = stage.read("live.json")["totals"]["participations"]
    assert sum(int(row["participations"]) for row in rows(stage, "days.csv")) == shown == 4


def test_a_list_that_is_lost_is_made_anew_with_all_days(stage: Stage) -> None:
    stage.set_up(campaign())
    publish(stage, *acts(1))
    stage.now += DAY_MS
    publish(stage, *acts(1, first=2, at=stage.now))
    before = stage.body("days.csv")
    stage.s3.delete_object(Key="v1/campaigns/2026/days.csv")

    stage.publisher().publish_all(stage.campaigns["2026"], [date(2026, 6, 2)])

    assert told(stage, "days.csv", "date", "rev") == [("2026-06-01", "1"), ("2026-06-02", "1")]
    assert stage.body("days.csv").count("\n") == before.count("\n")


def test_a_day_that_can_change_no_more_is_final_and_kept_for_ever(stage: Stage) -> None:
    stage.set_up(campaign())
    publish(stage, *acts(1))
    body = stage.body(FIRST_DAY)
    assert stage.cached(FIRST_DAY) == CACHED
    stage.now = FIRST_MOMENT + 15 * HOUR_MS + 25 * HOUR_MS

    stage.sweeper().sweep()

    assert (stage.body(FIRST_DAY), stage.cached(FIRST_DAY)) == (body, CACHED_FOR_EVER)
    assert told(stage, "days.csv", "date", "final")[0] == ("2026-06-01", "true")


def test_another_build_of_the_numbers_has_all_days_anew(stage: Stage) -> None:
    stage.set_up(campaign())
    log = [*acts(1), *acts(1, first=2, at=FIRST_MOMENT + DAY_MS)]
    publish(stage, *log)
    stage.project(log, generation=2)
    stage.set_up(msgspec.structs.replace(campaign(), generation=2))

    stage.publisher().publish_all(stage.campaigns["2026"], [date(2026, 6, 2)])

    assert told(stage, "days.csv", "date", "participations", "epoch") == [
        ("2026-06-01", "1", "2"),
        ("2026-06-02", "1", "2"),
    ]


def closed(stage: Stage) -> bytes:
    """Let the first day be over, with an act in it; return its file."""
    publish(stage, *acts(1))
    stage.now = FIRST_MOMENT + 15 * HOUR_MS + 25 * HOUR_MS
    stage.sweeper().sweep()
    return stage.body(FIRST_DAY).encode()


def all_anew(stage: Stage) -> None:
    """Publish all documents of all days, as a system does that starts again."""
    publisher = stage.publisher()
    publisher.publish_all(stage.campaigns["2026"], publisher.days(stage.campaigns["2026"]))


@pytest.mark.parametrize("change", ["min_cell", "rebuild"])
def test_a_final_file_is_not_written_over_by_what_says_the_same(stage: Stage, change: str) -> None:
    stage.set_up(campaign())
    body = closed(stage)
    if change == "rebuild":
        stage.project(acts(1), generation=2)
        stage.set_up(msgspec.structs.replace(campaign(), generation=2))
    else:
        stage.set_up(msgspec.structs.replace(campaign(), min_cell=5))

    all_anew(stage)

    assert (stage.body(FIRST_DAY).encode(), stage.cached(FIRST_DAY)) == (body, CACHED_FOR_EVER)


def test_until_a_file_is_final_it_follows_what_the_campaign_says(stage: Stage) -> None:
    stage.set_up(campaign())
    publish(stage, *acts(1))
    stage.set_up(msgspec.structs.replace(campaign(), min_cell=5))
    stage.now = FIRST_MOMENT + 15 * HOUR_MS + 25 * HOUR_MS

    stage.sweeper().sweep()

    assert (told(stage, FIRST_DAY, "place"), stage.cached(FIRST_DAY)) == ([("other",)], CACHED_FOR_EVER)


def test_a_final_file_that_was_wrong_is_written_over_and_caches_are_told(stage: Stage) -> None:
    stage.set_up(campaign())
    closed(stage)
    stage.project(acts(2), generation=2)
    stage.set_up(msgspec.structs.replace(campaign(), generation=2))

    stage.publisher().publish_all(stage.campaigns["2026"], [date(2026, 6, 3)])

    assert told(stage, FIRST_DAY, "participations") == [("2",)]
    assert [*stage.cloudfront.invalidations.values()] == [["/v1/campaigns/2026/*"]]


def test_what_comes_too_late_for_a_final_file_is_in_it_and_caches_are_told(stage: Stage) -> None:
    stage.set_up(campaign())
    closed(stage)
    stage.project(acts(1, first=2))

    all_anew(stage)

    assert told(stage, FIRST_DAY, "participations") == [("2",)]
    assert [*stage.cloudfront.invalidations.values()] == [["/v1/campaigns/2026/*"]]


HEADING = "date,hour,kind,place,entry,made_on,made_hour,participations,people,minutes\r\n"
LINE = "2026-06-01,9,good_deed,KZ-75,recorded,2026-06-01,9,1,1,0\r\n"


@pytest.mark.parametrize(
    "damaged",
    ["date,hour\r\n2026-06-01,9\r\n", HEADING + LINE.replace(",1,1,0", ",many,1,0"), HEADING + LINE[:20]],
    ids=["a column is missing", "a number is none", "it is cut off"],
)
def test_a_file_that_cannot_be_read_says_nothing_that_another_does(damaged: str) -> None:
    whole = (HEADING + LINE).encode()

    assert say_the_same(whole, whole)
    assert not say_the_same(damaged.encode(), whole)


def test_days_are_final_from_the_first_sweep_after_a_campaign_is_live(stage: Stage) -> None:
    stage.set_up(campaign(state="test"))
    publish(stage, *acts(1))
    stage.now = FIRST_MOMENT + 15 * HOUR_MS + 25 * HOUR_MS
    sweeper = stage.sweeper()
    sweeper.sweep()
    stage.set_up(campaign())

    sweeper.sweep()

    assert stage.cached(FIRST_DAY) == CACHED_FOR_EVER


def test_days_of_rehearsals_are_never_final_and_are_gone_once_the_campaign_is_live(stage: Stage) -> None:
    stage.set_up(campaign(state="test"))
    closed(stage)
    all_anew(stage)
    assert told(stage, "days.csv", "date", "final") == [("2026-06-01", "false")]
    assert (stage.cached(FIRST_DAY), stage.cached("timeline/2026-06-01.json")) == (CACHED, CACHED)

    stage.set_up(msgspec.structs.replace(campaign(), generation=2))
    all_anew(stage)

    assert told(stage, FIRST_DAY, "participations") == told(stage, "days.csv", "date") == []


def test_a_day_on_which_nothing_was_done_is_on_no_list(stage: Stage) -> None:
    stage.set_up(campaign())
    publish(stage, *acts(1))
    stage.now += 2 * DAY_MS

    stage.sweeper().sweep()

    assert told(stage, "days.csv", "date") == [("2026-06-01",)]
    assert rows(stage, "days/2026-06-03.csv") == []


@pytest.mark.parametrize("sign", [1, -1])
def test_what_few_acts_add_or_take_back_in_an_hour_is_shown_without_its_place(stage: Stage, sign: int) -> None:
    stage.set_up(msgspec.structs.replace(campaign(), min_cell=2))
    deeds = acts(3)
    publish(stage, *deeds)
    if sign < 0:
        publish(stage, withdrawal(deeds[0], 4), withdrawal(deeds[1], 5))
        assert told(stage, FIRST_DAY, "entry", "place")[-1] == ("withdrawn", "KZ-75")
        stage.now += DAY_MS
        publish(stage, later(withdrawal(deeds[2], 6), DAY_MS))
        assert told(stage, SECOND_DAY, "place", "participations") == [("other", "-1")]
    else:
        stage.now += DAY_MS
        publish(stage, *acts(1, first=4, at=stage.now))
        assert told(stage, FIRST_DAY, "place", "participations") == [("KZ-75", "3")]
        assert told(stage, SECOND_DAY, "place", "participations") == [("other", "1")]


def asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the script of docs/data.md on what is published, and return the lines that it prints."""
    page = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len([line for line in script.splitlines() if line]) == 10

    def urlopen(url: str) -> SimpleNamespace:
        name = url.removeprefix("http://localhost:8000/v1/campaigns/2026/")
        return SimpleNamespace(read=lambda: stage.body(name).encode())

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "docs/data.md", "exec"), {})
    return printed.getvalue().splitlines()


def recount(log: list[RecordedEvent], begin: int, end: int) -> list[str]:
    """Return the same lines from a log: of acts that were recorded in Kostanay from one time to another (epoch ms)."""
    moments = {(event.stream, event.version): event.recorded_at for event in log}
    first, all_of_them = Counter[str](), Counter[str]()
    for one in log:
        at = moments[one.stream, getattr(one.event, "participation", one.version)]
        change = change_of(one)
        for sign, act in ((1, change.added), (-1, change.taken_back)):
            if act is not None and begin <= at < end and act.place == "KZ-39":
                all_of_them[act.kind] += sign
                first[act.kind] += sign if one.recorded_at == at else 0
    day = f"{date.fromordinal(date(1970, 1, 1).toordinal() + (begin + 5 * HOUR_MS) // DAY_MS)}"
    return [
        f"{day} {kind} recorded {first[kind]} corrected {all_of_them[kind] - first[kind]} now {all_of_them[kind]}"
        for kind in sorted({*first, *all_of_them})
    ]


def test_a_journalist_s_question_is_answered_by_files_alone_before_and_after_a_correction(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = (now_ms() + 5 * HOUR_MS) // DAY_MS * DAY_MS - 5 * HOUR_MS
    evening = today - 6 * HOUR_MS
    stage.now = evening
    stage.set_up(campaign())
    kostanay = msgspec.structs.replace(GOOD_DEED, place="KZ-39")
    lesson = msgspec.structs.replace(kostanay, kind="class_hour", people=25)
    moments = (evening - 1, evening, evening + HOUR_MS, evening + 2 * HOUR_MS - 1, evening + 2 * HOUR_MS)
    log = [
        recorded(act, number * 10 + place + 1, at=at)
        for number, at in enumerate(moments)
        for place, act in enumerate((kostanay, kostanay, lesson, GOOD_DEED))
    ]
    publish(stage, *log)
    assert asked(stage, monkeypatch) == recount(log, evening, evening + 2 * HOUR_MS)
    assert [line.partition(" ")[2] for line in asked(stage, monkeypatch)] == [
        "class_hour recorded 3 corrected 0 now 3",
        "good_deed recorded 6 corrected 0 now 6",
    ]

    stage.now = today + HOUR_MS
    of = log[4]
    later_events: tuple[Event, ...] = (
        ParticipationCorrected("r11", of.version, of.recorded_at, kostanay, GOOD_DEED, "counted", "a slip", "t"),
        ParticipationWithdrawn("r13", 13, of.recorded_at, lesson, "counted", "an error", "t"),
    )
    log += [
        RecordedEvent(of.stream, 100 + number, f"l{number}", stage.now, event)
        for number, event in enumerate(later_events)
    ]
    publish(stage, *log[-2:])

    assert asked(stage, monkeypatch) == recount(log, evening, evening + 2 * HOUR_MS)
    assert [line.partition(" ")[2] for line in asked(stage, monkeypatch)] == [
        "class_hour recorded 3 corrected -1 now 2",
        "good_deed recorded 6 corrected -1 now 5",
    ]
