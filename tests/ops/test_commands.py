"""The operators' commands but the rebuild, on real tables."""

import csv
import io
import json
from typing import Any

import msgspec
import pytest

from chalicelib.bootstrap import Services
from chalicelib.domain.identity import Contact
from chalicelib.intake.participation_requests import Person
from tests.ops.conftest import CAMPAIGN, Installation, alter

CONSENT = {"text": "Келісемін", "version": "2026-1"}
AGREED, WITHDREW, SILENT = "+77010000001", "+77010000002", "+77010000003"
NONSENSE: Any = {
    "stream": {"S": "2026/x"},
    "version": {"N": "1"},
    "event_id": {"S": "0"},
    "type": {"S": "Nonsense"},
}


@pytest.fixture
def services(installation: Installation) -> Services:
    for phone, consent in ((AGREED, CONSENT), (WITHDREW, CONSENT), (SILENT, None)):
        installation.record(phone, consent=consent)
    person = Person(None, Contact(phone=WITHDREW), None)
    installation.services.personal_data.withdraw_consent("2026", person, "by letter")
    return installation.services


def test_contacts_are_printed_as_a_spreadsheet_reads_them(services: Services, installation: Installation) -> None:
    code, printed, _ = installation.run("contacts", "2026")

    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert (code, printed[0]) == (0, "\ufeff")
    assert [(row["phone"], row["consent_source"]) for row in rows] == [(AGREED, "api")]


def test_contacts_are_those_of_the_campaign(services: Services, installation: Installation) -> None:
    services.registry.put_campaign(msgspec.structs.replace(CAMPAIGN, id="2027"))

    code, printed, _ = installation.run("contacts", "2027")

    assert (code, len(printed.splitlines())) == (0, 1)


def test_contacts_are_printed_without_the_pepper(
    services: Services, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PEPPER")

    assert installation.run("contacts", "2026")[0] == 0


def test_an_audit_tells_what_differs_by_cell(services: Services, installation: Installation) -> None:
    installation.project()
    alter(services)

    found = installation.answer("audit", "2026", code=1)
    code, out, _ = installation.run("audit", "2026")

    assert (found["events"], found["drifted"]) == (3, 1)
    assert found["cells"] == [
        {"state": "totals/all", "cell": "all", "measure": "people", "shown": 1_000, "log": 3},
    ]
    (line,) = (line for line in out.splitlines() if "1,000" in line)
    assert [part.strip() for part in line.strip("│ ").split("│")] == ["totals/all", "all", "people", "1,000", "3"]
    assert (code, out.splitlines()[-1]) == (1, "2026, generation 1: 3 events, 1 differences")


def test_an_audit_tells_of_states_that_are_missing_and_of_rows(services: Services, installation: Installation) -> None:
    installation.project()
    services.states.forget("2026", 1)
    services.rows.forget("2026", 1)

    found = installation.answer("audit", "2026", code=1)
    _, out, _ = installation.run("audit", "2026")

    assert {"state": "totals/all", "cell": "", "measure": "(events)", "shown": 0, "log": 3} in found["cells"]
    assert [(row["model"], row["stored"]) for row in found["rows"]] == [("acts", None)] * 3
    assert "Rows that differ" in out


def test_an_audit_of_projected_events_finds_no_drift(services: Services, installation: Installation) -> None:
    installation.project()

    found = installation.answer("audit", "2026")

    assert (found["events"], found["drifted"], found["sums"], found["rows"]) == (3, 0, [], [])
    assert installation.run("audit", "2026")[:2] == (0, "2026, generation 1: 3 events, 0 differences\n")


def test_a_record_that_no_code_can_read_is_counted_and_logged_by_an_audit(
    services: Services, installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    tables = installation.tables
    tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=NONSENSE)
    installation.project()

    found = installation.answer("audit", "2026", code=2)

    assert found["unreadable"] == 1
    assert "2026/x version 1" in caplog.text


def test_an_audit_that_cannot_be_exact_says_so(
    services: Services, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.project()
    monkeypatch.setattr("chalicelib.projections.voids.Voids.read", lambda *_: "e7 came after the scan had begun")

    code, out, err = installation.run("audit", "2026")

    assert (code, out) == (3, "")
    assert "e7 came after the scan had begun" in err


def test_a_record_that_no_code_can_read_is_named_by_an_export(services: Services, installation: Installation) -> None:
    tables = installation.tables
    tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=NONSENSE)

    code, _, err = installation.run("export", "2026")

    assert (code, "2026/x version 1" in err) == (2, True)


def test_who_was_erased_is_not_exported(services: Services, installation: Installation) -> None:
    services.personal_data.erase("2026", Person(None, Contact(phone=AGREED), None))

    code, printed, _ = installation.run("contacts", "2026")

    assert (code, len(printed.splitlines())) == (0, 1)


def test_the_log_is_printed_as_cloudevents_without_personal_data(
    services: Services, installation: Installation
) -> None:
    code, printed, _ = installation.run("export", "2026")

    events = [json.loads(line) for line in printed.splitlines()]
    assert (code, [event["specversion"] for event in events]) == (0, ["1.0"] * 3)
    assert not any(phone in printed for phone in (AGREED, WITHDREW, SILENT))


@pytest.mark.parametrize(
    "command",
    [
        "audit 2027",
        "rebuild 2027",
        "generations 2027",
        "totals 2027 --at 2026-06-01T12:00:00Z",
        "export 2027",
        "contacts 2027",
        "campaign go-live 2027",
    ],
)
def test_a_campaign_that_is_not_there_is_named(installation: Installation, command: str) -> None:
    assert installation.run(*command.split()) == (2, "", "there is no campaign 2027\n")


def test_tables_that_the_environment_does_not_name_are_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STATE_TABLE", "DOCUMENTS_BUCKET"):
        monkeypatch.delenv(name)

    code, out, err = installation.run("rebuild", "2026")

    assert (code, out) == (2, "")
    assert err.startswith("the environment does not name STATE_TABLE, DOCUMENTS_BUCKET: see ")


def test_tables_that_are_not_there_are_told_without_a_traceback(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_TABLE", "nowhere")

    code, out, err = installation.run("export", "2026")

    assert (code, out) == (2, "")
    assert err.startswith("AWS does not do what is asked: ")
    assert "Traceback" not in err
