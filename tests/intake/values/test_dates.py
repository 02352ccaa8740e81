"""A day is the same however it is written, or none where it may be another one."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.values.dates import HOME_ZONE, read_moment

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda time: time.replace(microsecond=0))
RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
KAZAKH = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split()


@given(DAYS)
def test_a_day_is_its_beginning_in_kazakhstan(day: date) -> None:
    written = [
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d.%m.%Y} г.",
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y.%m.%d}",
        f" {day.day} {RUSSIAN[day.month - 1].upper()} {day.year} года ",
        f"{day.day} {KAZAKH[day.month - 1]} {day.year}",
        f"{day.year} жылғы {day.day} {KAZAKH[day.month - 1]}",
    ]

    assert {read_moment(text) for text in written} == {datetime(day.year, day.month, day.day, tzinfo=HOME_ZONE)}


@given(DAYS, st.sampled_from("/-"))
def test_between_slashes_and_dashes_a_day_that_may_be_another_one_is_none(day: date, mark: str) -> None:
    day_first, month_first = (day.strftime(f.replace("/", mark)) for f in ("%d/%m/%Y", "%m/%d/%Y"))
    is_told = day.day > 12 or day.day == day.month
    expected = datetime(day.year, day.month, day.day, tzinfo=HOME_ZONE) if is_told else None

    assert read_moment(day_first) == read_moment(month_first) == expected


@given(st.integers(1_577_836_800, 1_999_999_999), st.integers(-12, 14))
def test_a_moment_with_its_zone_is_exact(seconds: int, hours: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours)))
    written = [
        moment.isoformat(),
        moment.isoformat(" "),
        moment.strftime("%a %b %d %Y %H:%M:%S GMT%z (East Kazakhstan Time)"),
        moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        f"{round(moment.timestamp())}",
        f"{round(moment.timestamp() * 1000)}",
    ]

    assert {read_moment(text) for text in written} == {moment}


@given(DAYS, TIMES)
def test_a_moment_without_a_zone_is_kazakhstan_s(day: date, time: object) -> None:
    moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=HOME_ZONE)

    for text in (f"{day} {time}", f"{day}T{time}", f"{day:%d.%m.%Y} {time}", f"{day:%d.%m.%Y}, {time}"):
        assert read_moment(text) == moment


def test_parts_of_a_second_are_kept_to_the_millionth() -> None:
    assert read_moment("2026-06-01T04:00:00.123456789Z") == datetime(2026, 6, 1, 4, 0, 0, 123456, tzinfo=UTC)
    assert read_moment("2026-06-01T04:00:00.5Z") == datetime(2026, 6, 1, 4, 0, 0, 500000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "06.2026", "1 июня", "01.06.26", "2026-02-30", "2026-6-31", "00.06.2026", "2026-06-01T25:00"),
        *("2026-06-01T10:00+99:00", "1 жазда 2026", "сегодня", "31/31/2026", "12026-06-01", "99999999999", "46174"),
        "2026-06-01 до 2026-06-05",
    ],
)
def test_what_is_not_surely_a_moment_is_none(text: str) -> None:
    assert read_moment(text) is None
