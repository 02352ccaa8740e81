"""Days and moments as people, forms and spreadsheets write them.

A moment without a zone is Kazakhstan's, and a day its beginning there.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from chalicelib.domain.folding import clean, fold

MAX_LENGTH = 120
"""Characters; what is longer is no moment."""

HOME_ZONE = timezone(timedelta(hours=5))
"""Of all Kazakhstan since March 2024 (UTC+05:00)."""

_TIME = r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.(?P<fraction>[0-9]{1,9}))?)?"
_AT = rf"(?:,?\s(?:в\s)?{_TIME})?"
_YEAR_FIRST = re.compile(
    rf"(?P<year>20[0-9]{{2}})(?P<mark>[-./])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<day>[0-9]{{1,2}})"
    rf"(?:(?:,?\s|T){_TIME}(?:\s?(?P<zone>Z|[+-][0-9]{{2}}:?[0-9]{{2}}))?)?"
)
# Between dots the day is first wherever dots are used; between slashes and dashes it is so in one country and not in
# another.
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.(?P<year>20[0-9]{{2}})(?:\s?(?:г|ж)\.?)?{_AT}"
)
_EITHER_FIRST = re.compile(
    rf"(?P<one>[0-9]{{1,2}})(?P<mark>[-/])(?P<two>[0-9]{{1,2}})(?P=mark)(?P<year>20[0-9]{{2}}){_AT}"
)
# `Date.prototype.toString` and `toUTCString`: tc39.es/ecma262/#sec-todatestring.
_SCRIPT = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<name>[A-Z][a-z]{{2}}) (?P<day>[0-9]{{2}}) (?P<year>20[0-9]{{2}}) {_TIME} "
    r"GMT(?P<zone>[+-][0-9]{4})(?: \(.{1,60}\))?"
)
_UTC_TEXT = re.compile(
    rf"[A-Z][a-z]{{2}}, (?P<day>[0-9]{{2}}) (?P<name>[A-Z][a-z]{{2}}) (?P<year>20[0-9]{{2}}) {_TIME} (?P<zone>GMT)"
)
_IN_WORDS = re.compile(
    rf"(?P<day>[0-9]{{1,2}})\s(?P<name>[^\W\d_]+)[.,]?\s(?P<year>20[0-9]{{2}})(?:\s?(?:г|года|ж|жыл)\.?)?{_AT}"
)
_MONTH_FIRST = re.compile(
    rf"(?P<name>[^\W\d_]+)\.?\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,\s(?P<year>20[0-9]{{2}}){_AT}"
)
_IN_KAZAKH = re.compile(
    rf"(?P<year>20[0-9]{{2}})\s?(?:ж\.?|жыл|жылғы|жылы)\s(?P<day>[0-9]{{1,2}})\s(?P<name>[^\W\d_]+){_AT}"
)
_SECONDS = re.compile(r"1[0-9]{9}")
_MILLISECONDS = re.compile(r"1[0-9]{12}")

_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NAMED = """
    қаңтар января янв january
    ақпан февраля фев february
    наурыз марта мар march
    сәуір апреля апр april
    мамыр мая may
    маусым июня июн june
    шілде июля июл july
    тамыз августа авг august
    қыркүйек сентября сент сен september sept
    қазан октября окт october
    қараша ноября нояб ноя november
    желтоқсан декабря дек december
"""
_MONTHS: Mapping[str, int] = {
    **{name: month for month, name in enumerate(_SHORT, 1)},
    **{fold(name): month for month, line in enumerate(_NAMED.strip().splitlines(), 1) for name in line.split()},
}


def read_moment(text: str) -> datetime | None:
    """Return the moment that a text names, None where it is none or may be two: `10/09/2025`."""
    if len(text) > MAX_LENGTH:
        return None
    given = clean(text)
    if _SECONDS.fullmatch(given):
        return datetime.fromtimestamp(int(given), UTC)
    if _MILLISECONDS.fullmatch(given):
        return datetime.fromtimestamp(int(given) / 1000, UTC)
    for form in (_YEAR_FIRST, _DAY_FIRST, _SCRIPT, _UTC_TEXT, _IN_WORDS, _MONTH_FIRST, _IN_KAZAKH):
        if (found := form.fullmatch(given)) is not None:
            return _moment(found.groupdict())
    return _of_either(given)


def _of_either(given: str) -> datetime | None:
    """Return a moment whose day and month are told apart by what they are, since no order does it."""
    found = _EITHER_FIRST.fullmatch(given)
    if found is None:
        return None
    one, two = found["one"], found["two"]
    readings = (_moment({**found.groupdict(), "day": day, "month": month}) for day, month in {(one, two), (two, one)})
    moments = {moment for moment in readings if moment is not None}
    return moments.pop() if len(moments) == 1 else None


def _moment(parts: Mapping[str, str | None]) -> datetime | None:
    name = parts.get("name")
    month = int(parts.get("month") or 0) if name is None else _MONTHS.get(name, _MONTHS.get(fold(name), 0))
    numbers = [int(parts[part] or 0) for part in ("hour", "minute", "second")]
    numbers.append(int((parts["fraction"] or "").ljust(6, "0")[:6]))
    try:
        day = datetime(int(parts["year"] or 0), month, int(parts["day"] or 0), tzinfo=_zone(parts.get("zone")))
    except ValueError:
        return None
    hour, minute, second, microsecond = numbers
    return day.replace(hour=hour, minute=minute, second=second, microsecond=microsecond)


def _zone(text: str | None) -> timezone:
    """Return the zone of an offset.

    Raises:
        ValueError: no zone is so far away.
    """
    if text is None:
        return HOME_ZONE
    if text in ("Z", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
