"""`form check`: a form is tried out with a sample, and nothing is recorded."""

from pathlib import Path

from chalicelib.intake.form_requests import read_form
from tests.ops.conftest import Installation
from tests.webhooks.deliveries import named


def test_a_form_is_checked_with_a_sample(installation: Installation, tmp_path: Path) -> None:
    request = {
        "campaign": "2026",
        "state": "test",
        "defaults": {"kind": "good_deed", "participant_type": "citizen"},
        "questions": {"Облыс": "region", "Сағат": "hours"},
    }
    installation.services.registry.put_form(read_form("tally", "ours", "XxA4WO", request))
    sample = tmp_path / "sample.json"
    sample.write_bytes(named("tally/ok_01_form_response").delivery.body)
    where = ("form", "check", "tally", "ours", "XxA4WO", str(sample))

    (found,) = installation.answer(*where)
    code, printed, _ = installation.run(*where)
    lines = [[part.strip() for part in line.strip("│ ").split("│")] for line in printed.splitlines()]

    assert (found["outcome"], found["records"]["place"], found["absent"]) == (
        "recorded",
        {"region": "KZ-62"},
        ["Сағат"],
    )
    assert code == 0
    assert all(
        line in lines for line in (["outcome", "recorded"], ["absent", "Сағат"], ["records place.region", "KZ-62"])
    )
    assert list(installation.services.log.scan("2026")) == []


def test_a_form_that_is_not_there_and_a_sample_that_is_none_are_told(
    installation: Installation, tmp_path: Path
) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text("{")
    installation.services.registry.put_form(read_form("tally", "ours", "*", {"campaign": "2026", "state": "test"}))

    missing = installation.run("form", "check", "tally", "ours", "f", str(sample))
    unreadable = installation.run("form", "check", "tally", "ours", "*", str(sample))

    assert (missing[0], missing[2]) == (2, "there is no form tally/ours/f\n")
    assert (unreadable[0], unreadable[2]) == (2, "the sample is not JSON\n")
