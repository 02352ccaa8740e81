"""The operators' commands, on real tables."""

import csv
import io
import json
from typing import Any

import boto3
import pytest

from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.identity import Contact
from chalicelib.intake.participation_requests import Person, Sender, read_participation
from chalicelib.participations.service import SubmittedParticipation
from infra.local import resources
from infra.local.delivery import drain
from infra.local.streams import StreamMapping
from ops.__main__ import main
from tests.conftest import Tables

CAMPAIGN = Campaign(id="2026", names={"kk": "М", "ru": "М", "en": "M"}, state="live")
CONSENT = {"text": "Келісемін", "version": "2026-1"}
AGREED, WITHDREW, SILENT = "+77010000001", "+77010000002", "+77010000003"


@pytest.fixture
def services(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Services:
    for name in ("CUT_LEAD_SECONDS", "CUT_SETTLE_SECONDS"):
        monkeypatch.setenv(name, "0")
    made = bootstrap()
    made.registry.put_campaign(CAMPAIGN)
    for phone, consent in ((AGREED, CONSENT), (WITHDREW, CONSENT), (SILENT, None)):
        record(made, phone, consent)
    made.personal_data.withdraw_consent("2026", Person(None, Contact(phone=WITHDREW), None), "by letter")
    return made


def project(services: Services, tables: Tables) -> None:
    arn = resources.stream_arn(tables.clients.dynamodb, tables["EventsTable"])
    stream = StreamMapping(boto3.client("dynamodbstreams"), arn, services.projector.handle, "EventsTable", 1)
    assert drain([stream], 60)


def record(services: Services, phone: str, consent: dict[str, str] | None) -> None:
    body: dict[str, Any] = {
        "kind": "good_deed",
        "participant": {"type": "citizen", "phone": phone},
        "place": {"region": "KZ-75"},
        **({} if consent is None else {"consent": consent}),
    }
    draft = read_participation(body, Sender(source="api"), services.now())
    services.participations.record(CAMPAIGN, SubmittedParticipation(phone, json.dumps(body).encode(), draft))


def test_contacts_are_printed_as_a_spreadsheet_reads_them(
    services: Services, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["contacts", "2026"]) == 0

    printed = capsysbinary.readouterr().out
    rows = list(csv.DictReader(io.StringIO(printed.decode("utf-8-sig"))))
    assert printed.startswith(b"\xef\xbb\xbf")
    assert [(row["phone"], row["consent_source"]) for row in rows] == [(AGREED, "api")]


def test_contacts_of_another_campaign_are_none(services: Services, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["contacts", "2027"]) == 0

    assert len(capsysbinary.readouterr().out.splitlines()) == 1


def test_contacts_are_printed_without_the_pepper(
    services: Services, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.delenv("PEPPER")

    assert main(["contacts", "2026"]) == 0


def test_an_audit_tells_of_states_that_are_not_what_the_log_says(
    services: Services, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    project(services, tables)
    services.states.forget("2026", 1)

    assert main(["audit", "2026"]) == 1

    found = json.loads(capsys.readouterr().out)
    assert found["events"] == 3
    assert found["sums"][0]["applied"] == [0, 3]


def test_an_audit_of_projected_events_finds_no_drift(
    services: Services, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    project(services, tables)

    assert main(["audit", "2026"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["events"], found["drifted"], found["sums"], found["rows"]) == (3, 0, [], [])


def test_a_record_that_no_code_can_read_is_counted_and_logged_by_an_audit(
    services: Services, tables: Tables, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    project(services, tables)
    nonsense = {"stream": {"S": "2026/x"}, "version": {"N": "1"}, "event_id": {"S": "0"}, "type": {"S": "Nonsense"}}
    tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=nonsense)
    project(services, tables)

    assert main(["audit", "2026"]) == 2

    assert json.loads(capsys.readouterr().out)["unreadable"] == 1
    assert "2026/x version 1" in caplog.text


def test_a_record_that_no_code_can_read_is_named_by_an_export(
    services: Services, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    nonsense = {"stream": {"S": "2026/x"}, "version": {"N": "1"}, "event_id": {"S": "0"}, "type": {"S": "Nonsense"}}
    tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=nonsense)

    assert main(["export", "2026"]) == 2

    assert "2026/x version 1" in capsys.readouterr().err


def test_who_was_erased_is_not_exported(services: Services, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    services.personal_data.erase("2026", Person(None, Contact(phone=AGREED), None))

    assert main(["contacts", "2026"]) == 0

    assert len(capsysbinary.readouterr().out.splitlines()) == 1


def test_the_log_is_printed_as_cloudevents_without_personal_data(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "2026"]) == 0

    printed = capsys.readouterr().out
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["specversion"] for event in events] == ["1.0"] * 3
    assert not any(phone in printed for phone in (AGREED, WITHDREW, SILENT))


def test_a_token_is_printed_that_the_registry_knows(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "2026", "record", "read", "--days", "90"]) == 0

    token = services.registry.token(capsys.readouterr().out.strip())
    assert token is not None
    assert (token.scopes, token.campaign) == (("record", "read"), "2026")
