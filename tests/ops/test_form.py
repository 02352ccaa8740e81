"""`form`: registered from YAML, listed with what does not fit, tried out with a sample."""

import json
from pathlib import Path

import pytest

from tests.ops.conftest import Operator, cells
from tests.webhooks.deliveries import named

TALLY = """
provider: tally
account: ours
form: XxA4WO
campaign: "2026"
state: test
defaults: {kind: good_deed, participant_type: citizen}
questions:
  Облыс: region
  Сағат: hours
answers:
  hours: {бірнеше: null}
"""
OTHER = "provider: typeform\naccount: ours\nform: lT4Z3j\ncampaign: '2026'\nstate: live\ndefaults: {kind: donation}\n"


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    file = tmp_path / "forms.yaml"
    file.write_text(f"{TALLY}---\n{OTHER}", encoding="utf-8")
    return file


def test_forms_of_a_file_are_registered_after_they_were_shown(operator: Operator, forms: Path) -> None:
    operator.types("y")
    code, _, err = operator.run("form", "register", str(forms))

    assert code == 0
    assert "tally/ours/XxA4WO, which is new" in err
    assert ["questions.Облыс", "", "region"] in cells(err)
    listed = operator.answer("form", "list")
    assert [(one["provider"], one["form"], one["state"]) for one in listed] == [
        ("tally", "XxA4WO", "test"),
        ("typeform", "lT4Z3j", "live"),
    ]
    assert listed[0]["answers"] == {"hours": {"бірнеше": None}}


def test_what_is_registered_already_is_left_alone(operator: Operator, forms: Path) -> None:
    operator.answer("form", "register", str(forms), "--yes")

    said = operator.says("form", "register", str(forms))

    assert said == "tally/ours/XxA4WO is so already\ntypeform/ours/lT4Z3j is so already\n"


def test_what_is_shown_of_a_form_can_be_registered_again(operator: Operator, forms: Path, tmp_path: Path) -> None:
    operator.answer("form", "register", str(forms), "--yes")
    again = tmp_path / "again.json"
    again.write_text(json.dumps(operator.answer("form", "show", "tally", "ours", "XxA4WO")))

    assert operator.says("form", "register", str(again)) == "tally/ours/XxA4WO is so already\n"


def test_a_dry_run_registers_nothing(operator: Operator, forms: Path) -> None:
    told = operator.answer("form", "register", str(forms), "--dry-run")

    assert [one["form"] for one in told] == ["tally/ours/XxA4WO", "typeform/ours/lT4Z3j"]
    assert operator.answer("form", "list") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OTHER.replace("donation", "gift"), "typeform/ours/lT4Z3j\ndefaults/kind: "),
        (OTHER.replace("form: lT4Z3j\n", ""), "form 2 of the file: form is not said\n"),
        (OTHER + "state: live\n", "line 20: state stands there twice\n"),
        ("- 1", "what is there is no object"),
        ("a: [", "forms.yaml, line 14: "),
    ],
)
def test_nothing_is_registered_where_one_form_of_the_file_is_wrong(
    operator: Operator, forms: Path, text: str, says: str
) -> None:
    forms.write_text(f"{TALLY}---\n{text}", encoding="utf-8")

    assert says in operator.says("form", "register", str(forms), "--yes", code=2)
    assert operator.answer("form", "list") == []


def test_who_is_refused_a_form_is_told_which(operator: Operator, forms: Path) -> None:
    forms.write_text(TALLY + "---\n" + OTHER.replace("2026", "2027"), encoding="utf-8")

    said = operator.says("form", "register", str(forms), "--yes", code=2)

    assert "typeform/ours/lT4Z3j is refused, and 1 before it are registered\n422: " in said
    assert "campaign: " in said


def test_forms_are_listed_with_what_is_parked(operator: Operator, forms: Path) -> None:
    operator.answer("form", "register", str(forms), "--yes")
    operator.park("1", form="XxA4WO")
    operator.park("2", form="other")

    rows = operator.shows("form", "list")

    assert ["tally", "ours", "XxA4WO", "2026", "test", "", "", "form_unknown: 1"] in rows
    assert ["tally", "ours", "other", "1"] in rows


def test_a_form_is_checked_with_a_sample(operator: Operator, forms: Path, tmp_path: Path) -> None:
    operator.answer("form", "register", str(forms), "--yes")
    sample = tmp_path / "sample.json"
    sample.write_bytes(named("tally/ok_01_form_response").delivery.body)
    where = ("form", "check", "tally", "ours", "XxA4WO", str(sample))

    (found,) = operator.answer(*where)
    rows = operator.shows(*where)

    assert (found["outcome"], found["records"]["place"], found["absent"]) == (
        "recorded",
        {"region": "KZ-62"},
        ["Сағат"],
    )
    assert all(row in rows for row in (["outcome", "recorded"], ["absent", "Сағат"], ["records.place.region", "KZ-62"]))
    assert list(operator.services.log.scan("2026")) == []


def test_a_form_that_is_not_there_and_a_sample_that_is_none_are_told(operator: Operator, tmp_path: Path) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text("{")

    assert operator.says("form", "check", "tally", "ours", "*", str(sample), code=2) == "the sample is not JSON\n"
    sample.write_text("{}")
    assert operator.says("form", "check", "tally", "ours", "f", str(sample), code=2).startswith("404: ")
    assert operator.says("form", "show", "tally", "ours", "f", code=2).startswith("404: ")
