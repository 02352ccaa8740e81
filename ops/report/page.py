"""A report as one HTML file: to print on A4, and to look at. It loads nothing and runs nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from chalicelib.domain.campaign import Translations
from chalicelib.domain.vocabulary import METRICS, Language, Metric
from chalicelib.domain.words import (
    KIND_NAMES,
    METRIC_NAMES,
    OTHER_NAMES,
    PARTICIPANT_TYPE_NAMES,
    SOURCE_NAMES,
    place_names,
)
from chalicelib.publishing.cells import OTHER
from chalicelib.publishing.documents import ReachableMilestone
from chalicelib.publishing.figures import value
from chalicelib.publishing.number_formats import format_metric, label, number, percent
from ops.report import formats
from ops.report.figures import NOTHING, CampaignReport, Changed, Day, Part, TypePart, added
from ops.report.words import words

ORGANISATIONS = 30
"""How many organisations are listed."""

HOURLY_UP_TO = 2
"""Of so many days the chart shows hours, of more days."""

MAX_CAPTIONS = 10
"""Bars of days that are named."""

_COLUMNS: tuple[Metric, ...] = ("participations", "people", "hours", "amount")


class PrintedRow(msgspec.Struct, frozen=True):
    """A row of a table: its name, how long its bar is (percent of the longest), and the texts of its cells.

    A cell is a list of lines.
    """

    name: str
    bar: float
    cells: Sequence[Sequence[str]]


class PrintedTable(msgspec.Struct, frozen=True):
    """A table of parts, with the row that they add up to."""

    heading: str
    first: str
    columns: Sequence[str]
    rows: Sequence[PrintedRow]
    total: PrintedRow | None


class Bar(msgspec.Struct, frozen=True):
    """A bar of the chart: how high it is (percent of the highest), what it stands for, and what is written below it."""

    height: float
    title: str
    caption: str


class Chart(msgspec.Struct, frozen=True):
    """Acts by day or by hour; `top` is how many the highest bar stands for."""

    heading: str
    top: str
    bars: Sequence[Bar]


def page(report: CampaignReport, language: Language) -> str:
    """Return the page of a report."""
    return _Page(report, language).render()


class _Page:
    def __init__(self, report: CampaignReport, language: Language) -> None:
        self._report = report
        self._language = language
        self._words = words(language)

    def render(self) -> str:
        report, language = self._report, self._language
        return _template().render(
            language=language,
            words=self._words,
            title=report.names.get(language) or report.campaign,
            is_test=report.state == "test",
            kind=self._words["report" if report.state == "ended" else "interim"],
            period=formats.period(report.days[0].key, report.days[-1].key, language) if report.days else None,
            as_of=formats.moment(report.as_of, language),
            tiles=self._tiles(),
            goals=self._goals(),
            milestones=[self._milestone(one) for one in report.milestones if one.reached_at],
            chart=self._chart(),
            busiest=self._busiest(),
            regions=self._table("regions", "region", _largest_first(report.regions), self._place_name),
            kinds=self._table("kinds", "kind", _largest_first(report.kinds), self._named(KIND_NAMES)),
            participant_types=self._types(),
            channels=self._table("channels", "channel", _largest_first(report.channels), self._named(SOURCE_NAMES)),
            days=self._table("days", "day", report.days, self._day_name),
            organisations=self._organisations(),
            organisations_note=self._say(
                "organisations_note",
                count=self._number(report.totals.organisations),
                shown=self._number(min(ORGANISATIONS, len(report.organisations))),
            ),
            changes=self._changes(),
            review=self._say("how_review", count=self._number(report.in_review)),
            kinds_note=self._say(
                "how_kinds",
                good_deeds=METRIC_NAMES["good_deeds"][language],
                volunteers=METRIC_NAMES["volunteers"][language],
                events=METRIC_NAMES["events_held"][language],
            ),
            version=self._say(
                "version", campaign=report.campaign, epoch=str(report.epoch), rev=self._number(report.rev)
            ),
        )

    def _say(self, name: str, **given: str) -> str:
        return self._words[name].format_map(given)

    def _number(self, count: int) -> str:
        return number(count, self._language)

    def _named(self, names: Mapping[Any, Translations]) -> Callable[[str], str]:
        return lambda key: names[key][self._language]

    def _place_name(self, key: str) -> str:
        return (OTHER_NAMES if key == OTHER else place_names()[key])[self._language]

    def _day_name(self, key: str) -> str:
        return formats.day(key, self._language)

    def _tiles(self) -> list[tuple[str, str]]:
        totals, language = self._report.totals, self._language
        numbers = {metric: format_metric(metric, value(totals, metric), language) for metric in METRICS}
        return [(numbers[metric], METRIC_NAMES[metric][language]) for metric in METRICS]

    def _goals(self) -> list[dict[str, Any]]:
        language = self._language
        goals = []
        for goal in self._report.goals:
            reached = value(self._report.totals, goal.metric)
            goals.append(
                {
                    "name": METRIC_NAMES[goal.metric][language],
                    "reached": format_metric(goal.metric, reached, language),
                    "target": self._say("of_goal", target=format_metric(goal.metric, goal.target, language)),
                    "percent": percent(reached, goal.target, language),
                    "width": _share(reached, goal.target),
                }
            )
        return goals

    def _milestone(self, milestone: ReachableMilestone) -> tuple[str, str]:
        title = milestone.title.get(self._language) or (
            f"{format_metric(milestone.metric, milestone.at, self._language)} "
            f"{label(milestone.metric, milestone.at, self._language)}"
        )
        return title, formats.moment(milestone.reached_at or "", self._language)

    def _chart(self) -> Chart | None:
        days = self._report.days
        if not days:
            return None
        if len(days) <= HOURLY_UP_TO:
            heading, every = "hours_of_day", 3 * len(days)
            columns = [(day, f"{hour:02d}:00", count) for day in days for hour, count in enumerate(day.hourly)]
            names = [f"{self._short_day(day)}, {hour}" for day, hour, _ in columns]
            captions = _every(every, [hour for _, hour, _ in columns])
            counts = [count for _, _, count in columns]
        else:
            heading, every = "days", -(-len(days) // MAX_CAPTIONS)
            names = [self._short_day(day) for day in days]
            captions = _every(every, names)
            counts = [day.participations for day in days]
        top = max(1, *counts)
        bars = [
            Bar(_share(count, top), f"{name}: {self._number(count)}", caption)
            for count, name, caption in zip(counts, names, captions, strict=True)
        ]
        return Chart(self._words[heading], self._number(top), bars)

    def _short_day(self, day: Day) -> str:
        return formats.day(day.key, self._language, pattern="d MMM")

    def _busiest(self) -> str | None:
        minutes = [(day.busiest, day) for day in self._report.days if day.busiest is not None]
        if not minutes:
            return None
        minute, day = max(minutes, key=lambda found: found[0].participations)
        count = (
            f"{self._number(minute.participations)} {label('participations', minute.participations, self._language)}"
        )
        return self._say("busiest", day=self._day_name(day.key), at=minute.at, count=count)

    def _table(self, heading: str, first: str, parts: Sequence[Part], name_of: Callable[[str], str]) -> PrintedTable:
        columns = [METRIC_NAMES[metric][self._language] for metric in _COLUMNS]
        return self._made(heading, first, columns, parts, [(name_of(part.key), self._cells(part)) for part in parts])

    def _types(self) -> PrintedTable:
        parts: Sequence[TypePart] = _largest_first(self._report.participant_types)
        name_of = self._named(PARTICIPANT_TYPE_NAMES)
        table = self._table("participant_types", "participant_type", parts, name_of)
        total = self._report.totals.participants
        counts = [[self._number(part.participants)] for part in parts]
        rows = [
            msgspec.structs.replace(row, cells=[count, *row.cells])
            for row, count in zip(table.rows, counts, strict=True)
        ]
        whole = None
        if table.total is not None:
            whole = msgspec.structs.replace(table.total, cells=[[self._number(total)], *table.total.cells])
        return msgspec.structs.replace(table, columns=[self._words["count"], *table.columns], rows=rows, total=whole)

    def _organisations(self) -> PrintedTable:
        shown = self._report.organisations[:ORGANISATIONS]
        parts = [Part(one.name, one.participations, one.people, one.hours, one.amount) for one in shown]
        table = self._table("organisations", "organisation", parts, lambda name: name)
        largest = max((part.people for part in parts), default=0)
        rows = [
            msgspec.structs.replace(row, bar=_share(part.people, largest))
            for row, part in zip(table.rows, parts, strict=True)
        ]
        # They are not all: what they add up to is no total.
        return msgspec.structs.replace(table, rows=rows, total=None)

    def _changes(self) -> PrintedTable:
        changes, language = self._report.changes, self._language
        columns = [self._words["acts"], *(METRIC_NAMES[metric][language] for metric in _COLUMNS)]
        rows = [
            PrintedRow(self._words[name], 0, [[self._number(changed.acts)], *self._change_cells(changed)])
            for name, changed in (
                ("corrected", changes.corrected),
                ("withdrawn", changes.withdrawn),
                ("rejected", Changed(changes.rejected, 0, 0, 0, NOTHING)),
            )
        ]
        return PrintedTable(self._words["changes"], self._words["decision"], columns, rows, None)

    def _change_cells(self, changed: Changed) -> list[list[str]]:
        return [[formats.signed(line) for line in cell] for cell in self._cells(changed)]

    def _cells(self, part: Part | Changed) -> list[list[str]]:
        language = self._language
        return [
            [self._number(part.participations)],
            [self._number(part.people)],
            [formats.hours(part.hours, language)],
            formats.amounts(part.amount, language),
        ]

    def _made(
        self,
        heading: str,
        first: str,
        columns: Sequence[str],
        parts: Sequence[Part],
        named: Sequence[tuple[str, list[list[str]]]],
    ) -> PrintedTable:
        largest = max((part.participations for part in parts), default=0)
        rows = [
            PrintedRow(name, _share(part.participations, largest), cells)
            for part, (name, cells) in zip(parts, named, strict=True)
        ]
        total = PrintedRow(self._words["total"], 0, self._cells(added(parts)))
        return PrintedTable(self._words[heading], self._words[first], columns, rows, total)


def _largest_first(parts: Iterable[Any]) -> list[Any]:
    return sorted(parts, key=lambda part: (-part.participations, part.key))


def _every(step: int, captions: Sequence[str]) -> list[str]:
    """Return one caption in so many, the others empty; the last one only where there is room for it."""
    return [
        caption if place % step == 0 and len(captions) - place >= step / 2 else ""
        for place, caption in enumerate(captions)
    ]


def _share(part: int, whole: int) -> float:
    """Return a part of a whole as percent that a bar can be of."""
    return round(min(100.0, max(0.0, part * 100 / whole)), 2) if whole > 0 else 0.0


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ops.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
