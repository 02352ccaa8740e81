"""`report`: what a campaign came to, read from its documents and the API, and told on a page."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app import app
from chalicelib.domain.campaign import Campaign, Goal
from chalicelib.domain.vocabulary import KINDS, LANGUAGES, PARTICIPANT_TYPES, SOURCES, Language
from chalicelib.domain.words import KIND_NAMES, PARTICIPANT_TYPE_NAMES, SOURCE_NAMES, place_names
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.participations.service import SubmittedParticipation
from chalicelib.publishing.documents import Organisation, ReachableMilestone
from chalicelib.publishing.figures import Totals
from infra.local.document_server import DocumentServer
from infra.local.gateway import Gateway
from ops.__main__ import main
from ops.api_client import ApiClient
from ops.report import command
from ops.report.figures import (
    BusiestMinute,
    CampaignReport,
    Changed,
    Day,
    LaterDecisions,
    Part,
    TypePart,
    disagreements,
)
from ops.report.formats import amounts, hours, money, period, signed
from ops.report.page import page
from tests.conftest import Tables
from tests.e2e.whole import WholeSystem

PLACES = tuple(place_names())
EVIL = "<script>alert(1)</script> & «Дос»"

UNCHANGED = Changed(0, 0, 0, 0, {"KZT": 0})


def spread(keys: tuple[str, ...]) -> list[tuple[str, int, int, float, dict[str, int]]]:
    """Return 60 acts of 600 people, 120.5 hours and 90,000 tenge in so many parts."""
    rest = len(keys) - 1
    first = (keys[0], 60 - rest, 600 - 2 * rest, 120.5 - 0.5 * rest, {"KZT": 90_000 - 100 * rest})
    return [first, *((key, 1, 2, 0.5, {"KZT": 100}) for key in keys[1:])]


def report_of(days: int = 5, **members: Any) -> CampaignReport:
    """Return a report that adds up, with some members replaced."""
    dates = tuple((date(2026, 6, 1) + timedelta(days=number)).isoformat() for number in range(days))
    hourly = (0,) * 12 + (7,) + (0,) * 11
    made = CampaignReport(
        campaign="2026",
        names={"kk": "Марафон КК", "ru": "Марафон РУ", "en": "Marathon EN"},
        state="ended",
        epoch=2,
        rev=12_345,
        as_of="2026-06-06T19:30:00.000Z",
        totals=Totals(40, 60, 600, 120, {"KZT": 90_000}, 300, 20, 10, 33),
        in_review=4,
        goals=(Goal("good_deeds", 50, 50),),
        milestones=(
            ReachableMilestone("m1", "people", 500, "2026-06-02T19:00:00.000Z", dict.fromkeys(LANGUAGES, "")),
            ReachableMilestone("m2", "people", 5_000, None, dict.fromkeys(LANGUAGES, "")),
        ),
        regions=tuple(Part(*one) for one in spread(PLACES)),
        kinds=tuple(Part(*one) for one in spread(KINDS)),
        participant_types=tuple(
            TypePart(*one, participants=7 if n == 0 else 4 if n == 1 else 5 - (n == 2))
            for n, one in enumerate(spread(PARTICIPANT_TYPES))
        ),
        channels=tuple(Part(*one) for one in spread(SOURCES)),
        days=tuple(Day(*one, hourly=hourly, busiest=BusiestMinute("12:04", 7)) for one in spread(dates))
        if days
        else (),
        organisations=(Organisation(EVIL, 3, 30, 1.5, {"KZT": 5}), Organisation("Дарын", 2, 20, 0, {"KZT": 0})),
        changes=LaterDecisions(71, Changed(2, 0, -35, 1.5, {"KZT": 0}), Changed(5, -4, -40, 0, {"KZT": -700}), 2),
    )
    return msgspec.structs.replace(made, **members)


class _Texts(HTMLParser):
    """What a page shows, and what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.rows: list[list[str]] = []
        self.headings: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self._inside):
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()
        if "h2" in self._inside and data.strip():
            self.headings.append(data.strip())


def texts(report: CampaignReport, language: Language = "en") -> _Texts:
    return _Texts(page(report, language))


def test_a_report_of_one_moment_adds_up() -> None:
    assert disagreements(report_of()) == []


@pytest.mark.parametrize("section", ["regions", "kinds", "channels", "days"])
@pytest.mark.parametrize("measure", ["participations", "people", "hours", "amount"])
def test_a_section_of_another_moment_is_named(section: str, measure: str) -> None:
    report = report_of()
    first, *others = getattr(report, section)
    more: Any = {"KZT": 90_001} if measure == "amount" else getattr(first, measure) + 1
    moved = msgspec.structs.replace(first, **{measure: more})

    assert disagreements(msgspec.structs.replace(report, **{section: (moved, *others)})) == [section]


def test_participants_organisations_and_decisions_of_another_moment_are_named() -> None:
    report = report_of()
    citizens, *others = report.participant_types
    one_more = msgspec.structs.replace(citizens, participants=citizens.participants + 1)

    assert disagreements(msgspec.structs.replace(report, participant_types=(one_more, *others))) == ["participants"]
    assert disagreements(msgspec.structs.replace(report, in_review=5)) == ["changes"]
    assert disagreements(
        msgspec.structs.replace(report, totals=msgspec.structs.replace(report.totals, organisations=32))
    ) == ["organisations"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_a_page_shows_the_same_total(language: Language) -> None:
    found = texts(report_of(), language)
    totals = [row[-4:] for row in found.rows if row[0] in ("Барлығы", "Всего", "Total")]

    assert len(totals) == 5
    assert len({tuple(row) for row in totals}) == 1
    assert [re.sub(r"[\s,.₸]", "", cell) for cell in totals[0]] == ["60", "600", "1205", "90000"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_in_one_language_throughout(language: Language) -> None:
    report = report_of()
    found = texts(report, language)
    names = [row[0] for row in found.rows]

    assert report.names[language] in page(report, language)
    for known in (place_names(), KIND_NAMES, PARTICIPANT_TYPE_NAMES, SOURCE_NAMES):
        assert {translations[language] for translations in known.values()} <= set(names)
    assert ("lang", language) in found.attributes
    others = [report.names[other] for other in LANGUAGES if other != language]
    assert not any(other in page(report, language) for other in others)


def test_a_page_says_what_it_is_of_and_what_is_not_in_it() -> None:
    html = page(report_of(), "en")

    assert "7 June 2026, 00:30 (Kazakhstan time)" in html
    assert "1 June 2026 – 5 June 2026" in html
    assert "Version: 2026, epoch 2, change 12,345" in html
    assert "Under review: 4. They are in none of these numbers." in html


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    found = texts(report_of())

    assert not {"script", "link", "img", "iframe", "object", "style src"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name in ("src", "href") or name.startswith("on")]
    assert "url(" not in page(report_of(), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_strangers_wrote_is_text(language: Language) -> None:
    names = dict.fromkeys(LANGUAGES, f"{EVIL}</title>")
    html = page(report_of(names=names), language)

    assert "<script" not in html
    assert html.count("</title>") == page(report_of(), language).count("</title>")
    assert EVIL in [row[0] for row in _Texts(html).rows]


def test_corrections_are_told_with_their_sign() -> None:
    rows = {row[0]: row[1:] for row in texts(report_of()).rows}

    assert rows["Corrected"] == ["2", "0", "−35", "+1.5", "₸0"]
    assert rows["Withdrawn"] == ["5", "−4", "−40", "0", "−₸700"]
    assert rows["Rejected, never counted"] == ["2", "0", "0", "0", "₸0"]


def test_only_milestones_that_were_reached_are_told() -> None:
    html = page(report_of(), "en")

    assert "500 people" in html
    assert "5,000 people" not in html


def test_a_campaign_that_goes_on_has_an_interim_report_and_a_rehearsal_says_so() -> None:
    assert "Final report" in page(report_of(), "en")
    assert "Interim report" in page(report_of(state="live"), "en")
    assert "these numbers are not real" in page(report_of(state="test"), "en")


@pytest.mark.parametrize(
    ("days", "bars", "heading"),
    [(1, 24, "Hour by hour"), (2, 48, "Hour by hour"), (3, 3, "Day by day"), (200, 200, "Day by day")],
)
def test_a_short_campaign_is_drawn_by_hours_and_a_long_one_by_days(days: int, bars: int, heading: str) -> None:
    report = report_of()
    hourly = (0,) * 12 + (7,) + (0,) * 11
    dates = [(date(2026, 6, 1) + timedelta(days=number)).isoformat() for number in range(days)]
    many = tuple(Day(day, 1, 1, 0, {"KZT": 0}, hourly, None) for day in dates)
    html = page(msgspec.structs.replace(report, days=many), "en")

    assert len(re.findall(r"<rect x=", html)) == bars
    assert heading in _Texts(html).headings


def test_a_day_on_which_more_was_taken_back_than_came_is_below_zero() -> None:
    report = report_of()
    below = Day("2026-06-09", -5, -5, 0, {"KZT": -9}, (-5,) + (0,) * 23, None)
    html = page(msgspec.structs.replace(report, days=(*report.days, below)), "en")

    assert ["9 June 2026", "−5", "−5", "0", "−₸9"] in _Texts(html).rows
    assert 'height="-' not in html


def test_a_campaign_without_acts_has_a_page_that_says_so() -> None:
    none = Totals(0, 0, 0, 0, {"KZT": 0}, 0, 0, 0, 0)
    empty: dict[str, Any] = dict.fromkeys(
        ("regions", "kinds", "participant_types", "channels", "days", "organisations"), ()
    )
    made = report_of(totals=none, in_review=0, changes=LaterDecisions(0, UNCHANGED, UNCHANGED, 0))
    report = msgspec.structs.replace(made, **empty)

    assert disagreements(report) == []
    assert "No contributions yet." in page(report, "en")


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (5_000_000, "KZT", ["5\u00a0000\u00a0000\u00a0₸", "5\u00a0000\u00a0000\u00a0₸", "₸5,000,000"]),
        (-125_050, "USD", ["−1\u00a0250,50\u00a0$", "−1\u00a0250,50\u00a0$", "−$1,250.50"]),
        (100, "CHF", ["1\u00a0CHF", "1\u00a0CHF", "CHF\u00a01"]),
        (1_005, "KWD", ["1,005\u00a0KWD", "1,005\u00a0KWD", "KWD\u00a01.005"]),
    ],
)
def test_an_amount_is_written_as_the_language_does(value: int, currency: str, expected: list[str]) -> None:
    assert [money(value, currency, language) for language in LANGUAGES] == expected


def test_amounts_hours_changes_and_periods_are_written_as_the_language_does() -> None:
    assert amounts({"KZT": 0, "USD": 100}, "en") == ["₸0", "$1"]
    assert [hours(1_234.5, language) for language in LANGUAGES] == ["1\u00a0234,5", "1\u00a0234,5", "1,234.5"]
    assert (hours(-0.5, "en"), hours(0, "en")) == ("−0.5", "0")
    assert (signed("5"), signed("−5"), signed("0"), signed("₸0")) == ("+5", "−5", "0", "₸0")
    assert period("2026-06-01", "2026-06-01", "kk") == "2026\u202fж. 1 маусым"


class Reported:
    """A campaign on real tables, with its documents, and the command that reports on it."""

    def __init__(self, system: WholeSystem, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
        self.system = system
        self.campaign = campaign
        self._capsys = capsys
        self._count = 0

    def record(self, source: str, **members: Any) -> str:
        """Record an act by a channel; return its id."""
        self._count += 1
        raw = {
            "kind": "good_deed",
            "participant": {"type": "citizen", "phone": f"+77010000{self._count:03d}"},
            "place": {"region": "KZ-75"},
            **members,
        }
        services = self.system.services
        draft = read_participation(raw, Sender(source=source, token="partner"), services.now())  # type: ignore[arg-type]
        submitted = SubmittedParticipation(str(self._count), str(raw).encode(), draft, names="shown")
        recorded: Any = services.participations.record(self.campaign, submitted)
        return str(recorded.receipt.id)

    def decide(self, api: ApiClient, act: str, decision: str, **members: Any) -> None:
        api.post(f"/v1/participations/{act}/{decision}", {"reason": "checked by phone", **members})

    def publish(self) -> None:
        """Let every document show what is recorded."""
        self.system.settle()
        self.system.services.sweeper.sweep()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main(["report", "2026", *arguments])
        return code, *self._capsys.readouterr()


@pytest.fixture
def reported(new_tables: Tables, capsys: pytest.CaptureFixture[str]) -> Reported:
    system = WholeSystem(new_tables)
    return Reported(system, system.open("2026"), capsys)


@pytest.fixture
def api(reported: Reported, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """The API and the documents behind one address, as viewers and operators find them."""
    services, tables = reported.system.services, reported.system.tables
    monkeypatch.setattr(app, "services", services)
    documents = DocumentServer(tables.clients.s3, tables["DocumentsBucket"])

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name != "accept-encoding"}
        target = request.url.raw_path.decode()
        try:
            found = documents.answer(request.method, request.url.path, headers)
        except Exception:  # noqa: BLE001  a document that is not there
            return httpx.Response(404)
        found = found or gateway.answer(request.method, target, headers, request.content)
        told = {name: value for name, value in found.headers.items() if isinstance(value, str)}
        return httpx.Response(found.status, headers=told, content=found.body)

    token = services.registry.issue_token(("moderate",), "2026", None)
    client = ApiClient("http://localhost", token)
    client._http = httpx.Client(transport=httpx.MockTransport(answer), headers=client._http.headers)
    monkeypatch.setattr(command, "connect_api", lambda stage: client)
    monkeypatch.setattr(command, "PAUSE_SECONDS", 0)
    yield client
    client._http.close()


@pytest.mark.slow
def test_what_was_recorded_is_reported_to_the_unit(reported: Reported, api: ApiClient, tmp_path: Path) -> None:
    school = {"type": "school", "organisation": "Дарын", "bin": "990340005977"}
    reported.record("api", people=3, hours=1.5)
    reported.record("telegram", kind="donation", amount={"currency": "KZT", "value": 5_000}, place={"country": "DE"})
    reported.record("meta", kind="class_hour", participant=school, people=25, place={"region": "KZ-71"})
    corrected = reported.record("telegram", people=40)
    withdrawn = reported.record("typeform", people=7)
    reported.record("api", people=5_000)
    reported.decide(api, corrected, "correction", people=4)
    reported.decide(api, withdrawn, "withdrawal")
    reported.publish()

    code, out, err = reported.run("--json")
    report = msgspec.json.decode(out)

    assert (code, report["in_review"]) == (0, 1), err
    assert report["totals"]["participations"] == 4
    assert report["totals"]["people"] == 3 + 1 + 25 + 4
    assert {one["key"]: one["people"] for one in report["channels"]} == {"api": 3, "telegram": 5, "meta": 25}
    assert {one["key"]: one["people"] for one in report["regions"]} == {"KZ-75": 7, "abroad": 1, "KZ-71": 25}
    assert {one["key"]: one["participations"] for one in report["kinds"]} == {
        "good_deed": 2,
        "donation": 1,
        "class_hour": 1,
    }
    assert [one["name"] for one in report["organisations"]] == ["Дарын"]
    assert report["changes"] == {
        "acts": 6,
        "corrected": {"acts": 1, "participations": 0, "people": -36, "hours": 0, "amount": {"KZT": 0}},
        "withdrawn": {"acts": 1, "participations": -1, "people": -7, "hours": 0, "amount": {"KZT": 0}},
        "rejected": 0,
    }
    assert (report["epoch"], report["rev"] > 0) == (1, True)

    file = tmp_path / "report.html"
    code, out, err = reported.run("--language", "ru", "--out", str(file))

    assert (code, out) == (0, "")
    assert "Промежуточный отчёт" in file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_numbers_that_move_are_no_report(reported: Reported, api: ApiClient) -> None:
    reported.record("api")
    reported.publish()
    reported.record("api")
    # The counter follows at once, tables and timelines do not.
    reported.system.settle()

    code, out, err = reported.run()

    assert (code, out) == (3, "")
    assert "numbers still move (regions" in err


@pytest.mark.slow
def test_a_campaign_that_is_not_there_is_named(reported: Reported, api: ApiClient) -> None:
    code = main(["report", "1999"])

    assert code == 2
